"""Write tables so that whoever opens them gets what was in them."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pandas as pd

__all__ = ["csv_of", "guarded", "write_csv", "write_json_lines", "write_parquet"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guarded(cell: object) -> object:
    """Put an apostrophe before text that a spreadsheet would run as a formula.

    Examples
    --------
    >>> guarded("=HYPERLINK(1)"), guarded("-2"), guarded("plain")
    ("'=HYPERLINK(1)", '-2', 'plain')
    """
    if not isinstance(cell, str) or not cell.startswith(_FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV: UTF-8, commas, formulas guarded."""
    path.write_bytes(csv_of(table))


def csv_of(table: pd.DataFrame) -> bytes:
    """Give a table as CSV: UTF-8, commas, formulas guarded."""
    # All text is quoted: Python leaves a lone \r bare, which readers take for the end of a row.
    text = table.map(guarded).to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    return text.encode("utf-8", "replace")


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet, cells as they are."""
    table.to_parquet(path, index=False)


def write_json_lines(lines: Iterable[dict[str, Any]], path: Path) -> None:
    """Write one JSON object to a line."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
