"""Flat tables, each as CSV for people and as Parquet for programs."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from annotate.dataset.columns import FLAT, TEXT, TEXTS
from annotate.dataset.writers import csv_of

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from annotate.dataset.piece import Piece
    from annotate.dataset.plan import Plan

__all__ = ["BETWEEN", "FOLDER", "FlatWriter"]

FOLDER = "tables"
BETWEEN = " | "  # values in one cell of a CSV file


class FlatWriter:
    """Writes ``tables/NAME.csv`` and ``tables/NAME.parquet``.

    Parameters
    ----------
    folder : Path
        Of the dataset.
    plan : Plan
        What it holds.
    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        self._folder = folder / FOLDER
        self._folder.mkdir(exist_ok=True)
        del plan  # it holds whatever the pieces hold
        self._stack = ExitStack()
        self._parquet: dict[str, pq.ParquetWriter] = {}
        self._csv: dict[str, Any] = {}

    def write(self, piece: Piece) -> None:
        """Add some articles."""
        for name in FLAT:
            self.table(name, getattr(piece, name))

    def table(self, name: str, rows: pd.DataFrame) -> None:
        """Add rows to a table."""
        kinds = {column: FLAT[name].get(column, TEXT) for column in rows.columns}
        first = name not in self._csv
        if first:
            schema = pa.schema(list(kinds.items()))
            self._parquet[name] = self._stack.enter_context(
                pq.ParquetWriter(self._folder / f"{name}.parquet", schema, compression="zstd")
            )
            path = self._folder / f"{name}.csv"
            self._csv[name] = self._stack.enter_context(path.open("wb"))
        arrays = [pa.array(rows[c], type=kind, from_pandas=True) for c, kind in kinds.items()]
        if len(rows):  # `datasets` cannot open a file whose first row group is empty
            self._parquet[name].write_table(pa.table(arrays, names=list(kinds)))
        lists = [column for column, kind in kinds.items() if kind == TEXTS]
        joined = rows.assign(**{column: rows[column].map(_in_a_cell) for column in lists})
        self._csv[name].write(csv_of(joined, header=first))

    def close(self) -> None:
        """Finish the files."""
        self._stack.close()


def _in_a_cell(values: list[str] | None) -> str | None:
    return None if values is None else BETWEEN.join(values)
