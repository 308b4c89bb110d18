"""The tables of a study cut by article, on disk: one part after the other fits into memory."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from annotate.study.parquet import read_errors_told
from annotate.tables import COLUMNS, Tables, empty_table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

__all__ = ["PART", "Parted", "part_tables"]

PART = 1000  # articles
_MOST = 200  # parts, each an open file while the tables are cut
_ROWS = 1 << 16  # that are cut at a time


@dataclass(frozen=True)
class Parted:
    """Tables cut into parts.

    Parameters
    ----------
    folder : Path
        Where the parts lie.
    articles : sequence of str
        All articles, in the order of the study.
    size : int
        How many of them each part holds; the last may hold fewer.
    without : collection of str
        Rounds that are left out.
    """

    folder: Path
    articles: Sequence[str]
    size: int
    without: Collection[str] = ()

    def __len__(self) -> int:
        """Count the parts; a study without articles has one."""
        return max(1, -(-len(self.articles) // self.size))

    def limits(self, part: int) -> slice:
        """Give the places of the articles of a part."""
        return slice(part * self.size, min((part + 1) * self.size, len(self.articles)))

    def tables(self, part: int) -> Tables:
        """Read what was said of the articles of a part, rows in their order in the whole."""
        read = {name: self._read(name, part) for name in COLUMNS}
        return Tables(**read).of_rounds(without=self.without)

    def visits(self, part: int) -> pd.DataFrame:
        """Read only the visits to the articles of a part."""
        visits = self._read("visits", part)
        return visits[~visits["round"].isin(list(self.without))].reset_index(drop=True)

    def _read(self, name: str, part: int) -> pd.DataFrame:
        path = _path(self.folder, name, part)
        if not path.exists():
            return empty_table(name)
        with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as stream:
            table: pd.DataFrame = stream.read_pandas()
            return table


def part_tables(
    tables: Mapping[str, Path], articles: Sequence[str], folder: Path, without: Collection[str]
) -> Parted:
    """Cut tables by article.

    Parameters
    ----------
    tables : mapping of str to Path
        The Parquet file of each table, a key of `COLUMNS`; one that does not exist is empty.
    articles : sequence of str
        All articles. What is said of others goes to the first part, where whoever reads it finds
        that out.
    folder : Path
        An empty folder for the parts.
    without : collection of str
        Rounds to leave out.

    Raises
    ------
    StudyError
        If a table cannot be read.
    """
    size = max(PART, -(-len(articles) // _MOST))
    ids = pd.Index(list(articles), dtype="str")
    for name, path in tables.items():
        if path.exists():
            with read_errors_told(path):
                _cut(name, path, ids, size, folder)
    return Parted(folder, articles, size, without)


def _cut(name: str, path: Path, ids: pd.Index[str], size: int, folder: Path) -> None:
    with ExitStack() as stack, pq.ParquetFile(path) as file:
        written: dict[int, pa.RecordBatchStreamWriter] = {}
        for batch in file.iter_batches(_ROWS):
            place = ids.get_indexer(pd.Index(batch.column("article_id").to_pandas()))
            part = np.maximum(place, 0) // size
            order = np.argsort(part, kind="stable")
            ends = np.flatnonzero(np.diff(part[order], append=-1)) + 1
            for first, last in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True):
                own = batch.take(pa.array(order[first:last]))
                number = int(part[order[first]])
                if number not in written:
                    sink = stack.enter_context(pa.OSFile(str(_path(folder, name, number)), "wb"))
                    stream = pa.ipc.new_stream(sink, own.schema)
                    written[number] = stack.enter_context(stream)
                written[number].write_batch(own)


def _path(folder: Path, name: str, part: int) -> Path:
    return folder / f"{name}-{part}.arrow"
