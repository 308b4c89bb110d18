"""Numbers and names as sentences need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["counted", "quoted"]

_SHOWN = 5


def counted(number: int, one: str, many: str = "") -> str:
    """Put a number before what it counts.

    Parameters
    ----------
    number : int
        How many there are.
    one, many : str
        What follows a single one, and what follows others; by default with an s.

    Examples
    --------
    >>> counted(1, "row"), counted(1200, "row has", "rows have")
    ('1 row', '1,200 rows have')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def quoted(names: Sequence[str]) -> str:
    """List the first of some names in quotation marks.

    Examples
    --------
    >>> quoted(["low", "high"])
    '"low", "high"'
    """
    shown = ", ".join(f'"{name}"' for name in names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
