"""The table in which the lead of a study says what old labels are called now."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annotate.errors import ConfigError
from annotate.schema.changes import ANY, values_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from annotate.schema.changes import Pair
    from annotate.schema.model import Schema

__all__ = ["COLUMNS", "Migration", "as_before", "faults_of", "migration_csv", "read_migrations"]

COLUMNS = ("from_scheme", "to_scheme", "control", "value", "new_control", "new_value")
_SHOWN = 12  # hexadecimal digits of a scheme's hash
_OPEN = "?"
_LISTED = 20  # faults in a message


@dataclass(frozen=True)
class Migration:
    """What the values of one scheme are called in another.

    Parameters
    ----------
    old, new : str
        What the SHA-256 of the schemes begin with.
    renamed : mapping of (str, str) to (str, str) or None
        New control and value by the old ones; None for what is dropped.
    looked_for : frozenset of (str, str)
        Labels of the new scheme that annotators looked for under the old one as well, without a
        label of the old one standing for them.
    """

    old: str
    new: str
    renamed: Mapping[Pair, Pair | None]
    looked_for: frozenset[Pair] = field(default=frozenset())

    def csv(self) -> str:
        """Write the table as `read_migrations` reads it."""
        rows = [(*old, *(new or ("", ""))) for old, new in self.renamed.items()]
        rows += [(control, "", control, value) for control, value in sorted(self.looked_for)]
        return _csv((self.old, self.new, *row) for row in rows)


def read_migrations(path: Path) -> list[Migration]:
    """Read a table of migration: one for each scheme that it leads from.

    Raises
    ------
    ConfigError
        If it cannot be read, lacks columns or contradicts itself; all that is wrong at once.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read ({error}); give a CSV file in UTF-8"
        raise ConfigError(msg) from error
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
    except csv.Error as error:
        msg = f"{path} is no CSV ({error}); give one with the columns {', '.join(COLUMNS)}"
        raise ConfigError(msg) from error
    if not rows or any(name not in rows[0] for name in COLUMNS):
        msg = f"{path} needs rows and the columns {', '.join(COLUMNS)}"
        raise ConfigError(msg)
    plain = [{name: (row[name] or "").strip() for name in COLUMNS} for row in rows]
    faults = [fault for number, row in enumerate(plain, 2) for fault in _faulty(number, row)]
    faults += _contradictions(plain)
    if faults:
        more = [f"and {len(faults) - _LISTED} more"] if len(faults) > _LISTED else []
        listed = "\n".join(f"  - {fault}" for fault in [*faults[:_LISTED], *more])
        msg = f"{path} cannot be used:\n{listed}"
        raise ConfigError(msg)
    schemes = dict.fromkeys((row["from_scheme"], row["to_scheme"]) for row in plain)
    return [_migration(*pair, plain) for pair in schemes]


def migration_csv(tables: Iterable[tuple[Schema, Iterable[Pair], Migration]], new: Schema) -> str:
    """Give a table to be filled in.

    Parameters
    ----------
    tables : iterable of (Schema, iterable of (str, str), Migration)
        Each earlier scheme, what of it has changed, and what is known of that already. What is
        called the same today is filled in; a question mark stands for the rest.
    new : Schema
        Today's scheme.
    """
    return _csv(row for table in tables for row in _rows(*table, new))


def _rows(
    old: Schema, pairs: Iterable[Pair], known: Migration, new: Schema
) -> Iterable[tuple[str, ...]]:
    schemes = old.sha256[:_SHOWN], new.sha256[:_SHOWN]
    same = as_before(old, new)
    for pair in pairs:
        told = known.renamed.get(pair, same.get(pair, (_OPEN, _OPEN)))
        yield (*schemes, *pair, *(told or ("", "")))
    for control, value in sorted(known.looked_for):
        yield (*schemes, control, "", control, value)


def as_before(old: Schema, new: Schema) -> dict[Pair, Pair]:
    """Give what a control of both schemes calls the same, where it asks the same kind of thing."""
    before, after = values_of(old), values_of(new)
    shared = [name for name in before if name in after and _nature(old, name) == _nature(new, name)]
    return {
        (control, value): (control, value)
        for control in shared
        for value in before[control]
        if value in after[control]
    }


def faults_of(table: Migration, old: Schema, new: Schema) -> list[str]:
    """List what a table speaks of that the schemes do not have, or cannot be put together."""
    before, after = values_of(old), values_of(new)
    faults = [
        f'{control} of the old scheme has no "{value}"'
        for control, value in table.renamed
        if value not in before.get(control, ())
    ]
    told = [*filter(None, table.renamed.values()), *table.looked_for]
    faults += [
        f'{control} of label_config.xml has no "{value}"'
        for control, value in told
        if value not in after.get(control, ())
    ]
    faults += [
        f"{then} cannot become {now}: one is {_nature(old, then)}, the other {_nature(new, now)}"
        for then, now in {(p[0], n[0]) for p, n in table.renamed.items() if n is not None}
        if then in before and now in after and _nature(old, then) != _nature(new, now)
    ]
    return sorted(set(faults))


def _nature(schema: Schema, control: str) -> str:
    """Say what a control asks, as far as one cannot stand for another."""
    if control in schema.span_controls:
        return "labels for spans"
    question = schema.question(control)
    about = "a question about a span" if question.per_region else "a question about the article"
    free = values_of(schema)[control] == [ANY]
    return f"{about} answered by a {question.kind}" if free else about


def _csv(rows: Iterable[Iterable[str]]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return buffer.getvalue()


def _migration(old: str, new: str, rows: list[dict[str, str]]) -> Migration:
    mine = [row for row in rows if (row["from_scheme"], row["to_scheme"]) == (old, new)]
    return Migration(
        old,
        new,
        {(row["control"], row["value"]): _new(row) for row in mine if row["value"]},
        frozenset((row["new_control"], row["new_value"]) for row in mine if not row["value"]),
    )


def _new(row: Mapping[str, str]) -> Pair | None:
    return (row["new_control"], row["new_value"]) if row["new_control"] else None


def _faulty(number: int, row: Mapping[str, str]) -> Iterable[str]:
    if not row["from_scheme"] or not row["to_scheme"]:
        yield f"line {number}: from_scheme and to_scheme say which schemes; one is empty"
    if not row["control"]:
        yield f"line {number}: no control"
    if _OPEN in (row["new_control"], row["new_value"]):
        yield (
            f'line {number}: "{row["value"]}" of {row["control"]} is still open; name what it '
            "is called now, or leave both new columns empty to drop it"
        )
    elif bool(row["new_control"]) != bool(row["new_value"]):
        yield f"line {number}: new_control and new_value go together"
    elif not row["value"] and not row["new_value"]:
        yield f"line {number}: neither an old value nor a new one"


def _contradictions(rows: list[dict[str, str]]) -> list[str]:
    faults: list[str] = []
    seen: dict[tuple[str, ...], Pair | None] = {}
    into: dict[tuple[str, ...], set[str]] = {}
    for number, row in enumerate(rows, start=2):
        control, value = (row["from_scheme"], row["to_scheme"], row["control"]), row["value"]
        if value and seen.setdefault((*control, value), _new(row)) != _new(row):
            faults.append(f'line {number}: "{value}" of {row["control"]} stands there twice')
        if value and row["new_control"] not in ("", _OPEN):
            into.setdefault(control, set()).add(row["new_control"])
    faults += [
        f"the values of {control[-1]} go to several controls ({', '.join(sorted(names))})"
        for control, names in into.items()
        if len(names) > 1
    ]
    newer = {row["to_scheme"] for row in rows}
    if len(newer) > 1:
        faults.append("its rows lead to several schemes; there is one that is today's")
    return faults
