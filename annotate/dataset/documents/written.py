"""The files of a dataset as its documents name them: size, SHA-256, rows and columns."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

__all__ = ["Written", "written"]


@dataclass(frozen=True)
class Written:
    """A file of a dataset.

    Parameters
    ----------
    path : str
        Within the dataset, with slashes.
    size : int
        In bytes.
    sha256 : str
        In hexadecimal.
    rows : int or None
        Of a Parquet file.
    columns : Schema or None
        Of a Parquet file.
    """

    path: str
    size: int
    sha256: str
    rows: int | None = None
    columns: pa.Schema | None = None

    @classmethod
    def of_bytes(cls, path: str, content: bytes) -> Written:
        """Describe a file that is about to be written."""
        return cls(path, len(content), hashlib.sha256(content).hexdigest())


def written(folder: Path) -> list[Written]:
    """Describe every file in a folder, by name; no file is held in memory.

    Raises
    ------
    OSError
        If one cannot be read.
    """
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return [_of_file(name, path) for name, path in sorted(paths.items()) if path.is_file()]


def _of_file(name: str, path: Path) -> Written:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    size = path.stat().st_size
    if path.suffix != ".parquet":
        return Written(name, size, sha256)
    with pq.ParquetFile(path) as parquet:
        return Written(name, size, sha256, parquet.metadata.num_rows, parquet.schema_arrow)
