"""Write tables so that whoever opens them gets what was in them."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["csv_of", "guarded", "write_csv", "write_parquet"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guarded(cell: object) -> object:
    """Put an apostrophe before text that a spreadsheet would run as a formula.

    And before text that looks guarded already: where apostrophes come before what a formula begins
    with, the first is always ours, and whoever takes it off has the text as it was.

    Examples
    --------
    >>> guarded("=HYPERLINK(1)"), guarded("-2"), guarded("plain"), guarded("'=1")
    ("'=HYPERLINK(1)", '-2', 'plain', "''=1")
    """
    if not isinstance(cell, str) or not cell.lstrip("'").startswith(_FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV: UTF-8, commas, formulas guarded."""
    path.write_bytes(csv_of(table))


def csv_of(table: pd.DataFrame, *, header: bool = True) -> bytes:
    """Give a table as CSV: UTF-8, commas, formulas guarded."""
    # All text is quoted: Python leaves a lone \r bare, which readers take for the end of a row.
    text = table.apply(_guarded_column).to_csv(
        index=False, header=header, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC
    )
    return text.encode("utf-8", "replace")


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet, cells as they are."""
    table.to_parquet(path, index=False)


def _guarded_column(cells: pd.Series) -> pd.Series:
    if cells.dtype.kind in "biuf":
        return cells
    each = {cell: guarded(cell) for cell in cells.unique().tolist()}
    return cells.map(each)
