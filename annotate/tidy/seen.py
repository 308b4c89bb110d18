"""Who saw which text, and how long it is: without it, silence cannot be told from absence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotate.errors import TableError, UsageError
from annotate.tidy.usable import refused
from annotate.tidy.wording import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.tidy.coded import Coded, Rows
    from annotate.tidy.columns import Columns

__all__ = [
    "ANNOTATOR",
    "LENGTH",
    "NO_NUMBER",
    "UNIT",
    "Seen",
    "all_saw_all",
    "seen_by",
    "whole_numbers",
]

ANNOTATOR, UNIT, LENGTH = "annotator", "unit", "length"
NO_NUMBER = np.iinfo(np.int64).min
_SHOWN = 5
_LONGEST = 2**31 - 1  # of a text; sums of lengths must fit into 64 bits
_DIGITS = 18  # that fit into 64 bits


@dataclass(frozen=True)
class Seen:
    """Who saw what.

    Parameters
    ----------
    article, annotator : array of int, shape (V,)
        One place each for every annotator who saw a text.
    length : array of int, shape (G,)
        Of each text, in characters.
    articles, annotators : tuple of str
        Names.
    """

    article: NDArray[np.int64]
    annotator: NDArray[np.int64]
    length: NDArray[np.int64]
    articles: tuple[str, ...]
    annotators: tuple[str, ...]


def seen_by(seen: Rows, rows: Rows, columns: Columns) -> tuple[Seen, list[str]]:
    """Read a table of who saw what.

    Parameters
    ----------
    seen : Rows
        With the columns annotator and unit, and length unless the spans have one.
    rows : Rows
        The spans.
    columns : Columns
        What their columns mean.

    Raises
    ------
    TableError
        If a length is none, or a unit has two.
    UsageError
        If the table does not say who.
    """
    if ANNOTATOR not in seen:
        msg = (
            f'{seen.where} has no column "{ANNOTATOR}", so it does not say who saw what; add it, '
            "or say that everybody saw everything (--all-saw-all, in Python all_saw_all=True)"
        )
        raise UsageError(msg)
    usable, warnings = refused(seen, (ANNOTATOR, UNIT), np.ones(len(seen), dtype=np.bool_))
    articles, length = _lengths_of(seen, rows, columns)
    people = tuple(seen[ANNOTATOR].spelled())
    key = seen[UNIT].codes[usable] * len(people) + seen[ANNOTATOR].codes[usable]
    distinct = np.unique(key)
    if distinct.size < key.size:
        again = key.size - distinct.size
        said = counted(
            again, "row says again who saw what and counts", "rows say again who saw what and count"
        )
        warnings.append(f"{seen.where}: {said} once")
    return Seen(
        distinct // max(len(people), 1), distinct % max(len(people), 1), length, articles, people
    ), warnings


def all_saw_all(rows: Rows, columns: Columns, seen: Rows | None) -> Seen:
    """Take it for granted that everybody who marked anything saw every text.

    Parameters
    ----------
    rows : Rows
        The spans; with the column of lengths where there is no table of them.
    columns : Columns
        What their columns mean.
    seen : Rows or None
        A table with the columns unit and length.

    Raises
    ------
    UsageError
        If there are no lengths, or the table says who saw what after all.
    TableError
        If a length is none, or a unit has two.
    """
    if seen is not None and ANNOTATOR in seen:
        msg = (
            f"{seen.where} says who saw what; leave out either it or --all-saw-all "
            "(all_saw_all=True)"
        )
        raise UsageError(msg)
    if seen is None and not columns.length:
        msg = (
            "--all-saw-all (in Python all_saw_all=True) needs the length of every text: name a "
            "column of lengths (--length, length=), or give a table with the columns unit and "
            "length (--seen, seen=)"
        )
        raise UsageError(msg)
    if seen is None:
        articles, length = _lengths(rows, rows[columns.unit], rows[columns.length])
    else:
        articles, length = _lengths_of(seen, rows, columns)
    people = tuple(rows[columns.annotator].spelled())
    article, annotator = np.divmod(np.arange(len(articles) * len(people)), max(len(people), 1))
    return Seen(article, annotator, length, articles, people)


def _lengths_of(
    seen: Rows, rows: Rows, columns: Columns
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Give the units that were seen their lengths, from either table."""
    if LENGTH in seen:
        return _lengths(seen, seen[UNIT], seen[LENGTH])
    names, length = _lengths(rows, rows[columns.unit], rows[columns.length])
    known = dict(zip(names, length.tolist(), strict=True))
    articles = tuple(seen[UNIT].spelled())
    lacking = [name for name in articles if name not in known]
    if lacking:
        msg = (
            f'{seen.where}: the length of "{lacking[0]}" is not known, nor that of '
            f'{counted(len(lacking) - 1, "other", "others")}; add a column "{LENGTH}"'
        )
        raise TableError(msg)
    return articles, np.array([known[name] for name in articles], dtype=np.int64)


def _lengths(rows: Rows, unit: Coded, length: Coded) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Give each unit its one length."""
    given = whole_numbers(length)
    at = np.flatnonzero(unit.codes >= 0)
    bad = at[(given[at] < 1) | (given[at] > _LONGEST)]
    if bad.size:
        numbers = [f"{_spelled(length, int(row))} ({rows.row(int(row))})" for row in bad[:_SHOWN]]
        msg = (
            f"{rows.where}: a length is a whole number of characters from 1 to {_LONGEST:,}; "
            f"{counted(bad.size, 'row has', 'rows have')} another one: {', '.join(numbers)}"
        )
        raise TableError(msg)
    lengths = np.zeros(len(unit.names), dtype=np.int64)
    lengths[unit.codes[at]] = given[at]
    other = at[lengths[unit.codes[at]] != given[at]]
    if other.size:
        row = int(other[0])
        msg = (
            f'{rows.where}: "{_spelled(unit, row)}" has two lengths, {given[row]} '
            f"({rows.row(row)}) and {lengths[unit.codes[row]]}; a text has one"
        )
        raise TableError(msg)
    return tuple(unit.spelled()), lengths


def _spelled(column: Coded, row: int) -> str:
    code = int(column.codes[row])
    return str(column.names[code]) if code >= 0 else "none"


def whole_numbers(column: Coded) -> NDArray[np.int64]:
    """Read a column of whole numbers; what is none becomes the smallest number there is."""
    numbers = [_whole(name) for name in column.spelled()]
    return np.append(np.array(numbers, dtype=np.int64), NO_NUMBER)[column.codes]


def _whole(name: str) -> int:
    digits = name.removeprefix("-").removesuffix(".0")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS):
        return NO_NUMBER
    return -int(digits) if name.startswith("-") else int(digits)
