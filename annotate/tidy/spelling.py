"""Names that are spelled in two ways: "1" and "1.0", as programs write numbers beside gaps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from annotate.errors import TableError
from annotate.tidy.arrow import compute
from annotate.tidy.coded import Coded
from annotate.tidy.numerals import PLAIN, ZEROS, short
from annotate.tidy.seen import ANNOTATOR, UNIT
from annotate.tidy.usable import asked_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from annotate.tidy.coded import Rows
    from annotate.tidy.columns import Columns

__all__ = [
    "keys",
    "prove_lines",
    "spelled_alike",
    "taken_for_one",
    "tidied",
    "uneven",
    "used_names",
]

_PADDED = r"^-?0[0-9]"
_SHOWN = 40


def tidied(
    rows: Rows, columns: Columns, seen: Rows | None = None
) -> tuple[Rows, Rows | None, list[str]]:
    """Prove that no row was swallowed, and spell numbers alike in a table and in who saw what.

    Parameters
    ----------
    rows : Rows
        The table.
    columns : Columns
        What its columns mean.
    seen : Rows or None
        Who saw what; names are spelled alike where both tables hold nothing but numbers.

    Raises
    ------
    TableError
        If an annotator or a label holds a line break.
    """
    said = prove_lines(rows, columns)
    odd = uneven(rows, columns)
    if seen is not None:
        other = {columns.annotator: ANNOTATOR, columns.unit: UNIT}
        other = {name: its for name, its in other.items() if its in seen}
        odd |= {name for name, its in other.items() if not _plain(used_names(seen[its]))}
        seen, _ = spelled_alike(seen, [its for name, its in other.items() if name not in odd])
    names = [name for name in keys(columns) if name not in odd]
    rows, more = spelled_alike(rows, names, columns.missing or ())
    return rows, seen, said + more


def keys(columns: Columns) -> list[str]:
    """Give the columns whose values are names: who, what, which label, in which article."""
    every = (columns.annotator, columns.unit, columns.label, columns.article)
    return list(dict.fromkeys(filter(None, every)))


def uneven(rows: Rows, columns: Columns) -> frozenset[str]:
    """Tell which columns hold something else than plainly written numbers.

    Parameters
    ----------
    rows : Rows
        The table; the labels of several questions may be words in some of them.
    columns : Columns
        What its columns mean.
    """
    aside = pa.array(columns.missing or (), pa.string())

    def plain(name: str) -> bool:
        used = used_names(rows[name])
        used = used.filter(compute.invert(compute.is_in(used, value_set=aside)))
        if name == columns.label and columns.question:
            return not compute.any(compute.match_substring_regex(used, _PADDED)).as_py()
        return _plain(used)

    return frozenset(name for name in keys(columns) if not plain(name))


def spelled_alike(
    rows: Rows, names: Iterable[str], missing: Sequence[str] = ()
) -> tuple[Rows, list[str]]:
    """Spell whole numbers alike in some columns.

    Parameters
    ----------
    rows : Rows
        The table.
    names : iterable of str
        Columns that are not uneven.
    missing : sequence of str
        Labels that stand for none.

    Returns
    -------
    rows : Rows
        The same table; 1.0 is 1.
    warnings : list of str
        Which spellings became one.
    """
    columns, said = dict(rows.columns), []
    for name in names:
        column = columns[name]
        if compute.any(compute.match_substring_regex(column.names, ZEROS)).as_py():
            said += _told(name, used_names(column))
            again = _brief(column.names, missing).dictionary_encode()
            columns[name] = Coded(column.recoded(again.indices.to_numpy()), again.dictionary)
    return replace(rows, columns=columns), said


def taken_for_one(column: str, names: Iterable[str]) -> list[str]:
    """Warn of numbers that a column spells in two ways."""
    spellings: dict[str, dict[str, None]] = {}
    for name in names:
        spellings.setdefault(short(name), {})[name] = None
    twice = [list(each) for each in spellings.values() if len(each) > 1]
    if not twice:
        return []
    pair = " and ".join(f'"{name}"' for name in sorted(twice[0], key=len)[:2])
    more = f"; so are {len(twice) - 1:,} more such numbers" if len(twice) > 1 else ""
    return [f'{pair} are taken for one (column "{column}"){more}']


def prove_lines(rows: Rows, columns: Columns) -> list[str]:
    """Prove that no name has swallowed a row: a line break inside quotation marks.

    Units may be whole texts, so theirs are only told.

    Parameters
    ----------
    rows : Rows
        The table.
    columns : Columns
        What its columns mean.

    Returns
    -------
    list of str
        Of units with a line break.

    Raises
    ------
    TableError
        If an annotator or a label has one.
    """
    wanted = asked_for(rows, columns)
    for column in dict.fromkeys(filter(None, (columns.annotator, columns.label))):
        found = _broken(used_names(rows[column], wanted))
        if found:
            msg = (
                f"{rows.where}: a line breaks inside {_quoted(found)} (column "
                f'"{column}"), so rows may be swallowed; look for a stray quotation mark there'
            )
            raise TableError(msg)
    found = _broken(used_names(rows[columns.unit], wanted))
    if not found:
        return []
    msg = (
        f"a line breaks inside {_quoted(found)} (column "
        f'"{columns.unit}"); if that is no text, look for a stray quotation mark there'
    )
    return [msg]


def _brief(names: Any, missing: Sequence[str] = ()) -> Any:  # noqa: ANN401 - Arrow arrays
    """Write numbers in short; those that stand for no label as these were given."""
    plain = compute.match_substring_regex(names, PLAIN)
    brief = compute.if_else(plain, compute.replace_substring_regex(names, ZEROS, ""), names)
    for name in missing:
        brief = compute.if_else(compute.equal(brief, short(name)), name, brief)
    return brief


def _told(column: str, names: Any) -> list[str]:  # noqa: ANN401 - an Arrow array
    """Warn of spellings that become one; of a million names only those are looked at."""
    brief = _brief(names)
    found = brief.value_counts()
    twice = found.field("values").filter(compute.greater(found.field("counts"), 1))
    return taken_for_one(column, names.filter(compute.is_in(brief, value_set=twice)).to_pylist())


def _plain(names: Any) -> bool:  # noqa: ANN401 - an Arrow array
    found = compute.match_substring_regex(names, PLAIN)
    return bool(compute.all(found, min_count=0).as_py())


def _broken(names: Any) -> str:  # noqa: ANN401 - an Arrow array
    broken = (compute.match_substring(names, sign) for sign in "\r\n")
    found = names.filter(compute.or_(*broken))
    return str(found[0]) if len(found) else ""


def _quoted(name: str) -> str:
    shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
    return '"' + shown.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t") + '"'


def used_names(column: Coded, wanted: NDArray[np.bool_] | None = None) -> Any:  # noqa: ANN401 - Arrow
    """Give the names that stand in some row: categories may be there and in no row."""
    codes = column.codes if wanted is None or wanted.all() else column.codes[wanted]
    met = np.zeros(len(column.names) + 1, dtype=np.bool_)
    met[codes] = True
    return column.names.filter(pa.array(met[:-1]))
