"""Tables as Parquet, written whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.errors import StudyError
from annotate.files import replacing

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["read_parquet", "write_parquet"]


def read_parquet(path: Path) -> pd.DataFrame:
    """Read a table.

    Raises
    ------
    StudyError
        If it cannot be read.
    """
    import pandas as pd

    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        msg = f"{path} cannot be read; restore it, or rebuild the tables with `annotate pull`"
        raise StudyError(msg) from error


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a table, making its folder if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as part:
        frame.to_parquet(part, index=False)
