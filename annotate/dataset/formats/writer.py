"""What every format can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from annotate.dataset.piece import Piece

__all__ = ["Writer"]


class Writer(Protocol):
    """Writes a dataset in one format; the same pieces give the same bytes.

    Each is made with the folder of the dataset and the `Plan`.
    """

    def write(self, piece: Piece) -> None:
        """Add some articles."""

    def close(self) -> None:
        """Finish the files; nothing is added after that."""
