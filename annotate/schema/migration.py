"""The table in which the lead of a study says what old labels are called now."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from annotate.schema.model import Schema

__all__ = ["COLUMNS", "Migration", "migration_csv", "read_migration"]

COLUMNS = ("from_scheme", "to_scheme", "control", "value", "new_control", "new_value")
_SHOWN = 12  # hexadecimal digits of a scheme's hash


@dataclass(frozen=True)
class Migration:
    """What the values of one scheme are called in another.

    Parameters
    ----------
    old, new : str
        What the SHA-256 of the schemes begin with.
    renamed : mapping of (str, str) to (str, str) or None
        New control and value by the old ones; None for what is dropped. An old value "" says that
        a new label was looked for before as well.
    """

    old: str
    new: str
    renamed: Mapping[tuple[str, str], tuple[str, str] | None]


def read_migration(path: Path) -> Migration:
    """Read a table of migration.

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
    faults = [*_several_schemes(plain), *_contradictions(plain)]
    if faults:
        listed = "\n".join(f"  - {fault}" for fault in faults)
        msg = f"{path} cannot be used:\n{listed}"
        raise ConfigError(msg)
    return Migration(
        plain[0]["from_scheme"],
        plain[0]["to_scheme"],
        {(row["control"], row["value"]): _new(row) for row in plain},
    )


def migration_csv(old: Schema, new: Schema, lacking: Iterable[tuple[str, str]]) -> str:
    """Give a table to be filled in: all that changed, the new side left blank."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    shas = old.sha256[:_SHOWN], new.sha256[:_SHOWN]
    writer.writerows((*shas, control, value, "?", "?") for control, value in lacking)
    return buffer.getvalue()


def _new(row: Mapping[str, str]) -> tuple[str, str] | None:
    return (row["new_control"], row["new_value"]) if row["new_control"] else None


def _several_schemes(rows: list[dict[str, str]]) -> list[str]:
    pairs = {(row["from_scheme"], row["to_scheme"]) for row in rows}
    if len(pairs) > 1:
        return ["its rows speak of several schemes; write one table for each pair"]
    old, new = pairs.pop()
    return [] if old and new else ["from_scheme and to_scheme are empty"]


def _contradictions(rows: list[dict[str, str]]) -> list[str]:
    faults: list[str] = []
    seen: dict[tuple[str, str], tuple[str, str] | None] = {}
    for number, row in enumerate(rows, start=2):
        pair = (row["control"], row["value"])
        if not row["control"]:
            faults.append(f"line {number}: no control")
        if "?" in (row["new_control"], row["new_value"]):
            faults.append(
                f'line {number}: "{row["value"]}" of {row["control"]} is still open; name what it '
                "is called now, or leave both new columns empty to drop it"
            )
        if bool(row["new_control"]) != bool(row["new_value"]):
            faults.append(f"line {number}: new_control and new_value go together")
        if seen.setdefault(pair, _new(row)) != _new(row):
            faults.append(f'line {number}: "{row["value"]}" of {row["control"]} stands there twice')
    into: dict[str, set[str]] = {}
    for row in rows:
        if row["new_control"] and row["value"]:
            into.setdefault(row["control"], set()).add(row["new_control"])
    faults += [
        f"the values of {control} go to several controls ({', '.join(sorted(names))})"
        for control, names in into.items()
        if len(names) > 1
    ]
    return faults
