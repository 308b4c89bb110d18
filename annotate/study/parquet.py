"""Tables as Parquet, written whole or not at all."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from annotate.errors import StudyError
from annotate.files import replacing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    import pandas as pd

__all__ = ["read_errors_told", "read_parquet", "write_parquet"]


def read_parquet(path: Path, **among: Collection[str]) -> pd.DataFrame:
    """Read a table, or those of its rows that have one of some values in a column.

    Raises
    ------
    StudyError
        If it cannot be read.
    """
    import pandas as pd

    with read_errors_told(path):
        filters = [(column, "in", list(values)) for column, values in among.items()]
        return pd.read_parquet(path, filters=filters or None)


@contextmanager
def read_errors_told(path: Path) -> Iterator[None]:
    """Say of a table that cannot be read what to do.

    Raises
    ------
    StudyError
        If the block cannot read it.
    """
    try:
        yield
    except (OSError, ValueError) as error:
        msg = f"{path} cannot be read; restore it, or rebuild the tables with `annotate pull`"
        raise StudyError(msg) from error


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a table, making its folder if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as part:
        frame.to_parquet(part, index=False)
