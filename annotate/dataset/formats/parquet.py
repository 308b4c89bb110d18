"""Three configurations as Parquet, one file per split."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from annotate.dataset.piece import Piece
    from annotate.dataset.plan import Plan

__all__ = ["ParquetWriter"]


class ParquetWriter:
    """Writes ``data/CONFIGURATION/SPLIT.parquet``.

    Parameters
    ----------
    folder : Path
        Of the dataset.
    plan : Plan
        Each of its splits gets a file, empty or not.
    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        self._folder, self._splits = folder, plan.splits
        self._open: dict[tuple[str, str], pq.ParquetWriter] = {}
        self._stack = ExitStack()

    def write(self, piece: Piece) -> None:
        """Add some articles."""
        for name, table in piece.nested.items():
            where = table["split"].to_numpy()
            for split in self._splits:
                own = table.take(np.flatnonzero(where == split))
                file = self._into(name, split, own.schema)
                if own.num_rows:  # `datasets` cannot open a file whose first row group is empty
                    file.write_table(own)

    def close(self) -> None:
        """Finish the files."""
        self._stack.close()

    def _into(self, name: str, split: str, schema: pa.Schema) -> pq.ParquetWriter:
        if (name, split) not in self._open:
            path = self._folder / "data" / name / f"{split}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            writer = pq.ParquetWriter(path, schema, compression="zstd")
            self._open[name, split] = self._stack.enter_context(writer)
        return self._open[name, split]
