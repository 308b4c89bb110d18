"""A study as large as one likes: copies of a smaller one, written one after the other."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from annotate.study import Study

    Change = Callable[[pd.DataFrame, int], pd.DataFrame]

__all__ = ["multiply"]

_IDS = {
    "visits": ("visit_id", "article_id"),
    "answers": ("visit_id", "article_id", "span_id"),
    "spans": ("span_id", "visit_id", "article_id"),
    "faults": ("article_id",),
}


def multiply(study: Study, target: Path, times: int) -> None:
    """Write a study that holds each article of another so many times.

    No text is that of another: a line is added to each that says which copy it is. Labels are the
    same, so every figure of agreement is too.

    Parameters
    ----------
    study : Study
        Whose tables are there.
    target : Path
        The folder of the new one.
    times : int
        How many copies.
    """
    # Without snapshots there is nothing that the tables could be older than.
    left = shutil.ignore_patterns("tables", "articles.parquet", "private", "snapshots")
    shutil.copytree(study.root, target, ignore=left)
    for name in ("tables", "snapshots"):
        (target / name).mkdir()
    _copies(study.root / "articles.parquet", target / "articles.parquet", times, _article)
    for name, columns in _IDS.items():
        place = f"tables/{name}.parquet"
        _copies(study.root / place, target / place, times, _with(columns))


def _copies(source: Path, target: Path, times: int, change: Change) -> None:
    table = pd.read_parquet(source)
    schema = pa.Table.from_pandas(table, preserve_index=False).schema
    with pq.ParquetWriter(target, schema) as writer:
        for number in range(times):
            made = change(table, number)
            writer.write_table(pa.Table.from_pandas(made, schema=schema, preserve_index=False))


def _with(columns: tuple[str, ...]) -> Change:
    def change(table: pd.DataFrame, number: int) -> pd.DataFrame:
        return table.assign(
            **{
                name: table[name].where(table[name] == "", table[name] + f"x{number}")
                for name in columns
            }
        )

    return change


def _article(table: pd.DataFrame, number: int) -> pd.DataFrame:
    made = _with(("article_id", "duplicate_of"))(table, number)
    text = made["text"] + f"\nCopy {number}."
    sums = [hashlib.sha256(each.encode()).hexdigest() for each in text]
    return made.assign(text=text, text_sha256=sums, n_words=made["n_words"] + 2)
