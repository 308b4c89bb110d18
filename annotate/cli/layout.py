"""Lines and lists that fit into a terminal of 120 columns."""

from __future__ import annotations

import textwrap
from itertools import zip_longest
from typing import TYPE_CHECKING

from annotate.cli.shared import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["GAP", "WIDTH", "bullets", "headline", "side_by_side", "wrapped"]

WIDTH = 120
GAP = 2
_HEADLINE = 30  # characters of an article's title in a line


def bullets(lines: Iterable[str]) -> str:
    """Lay sentences out as a list."""
    return "\n".join(
        textwrap.fill(plain(line), WIDTH, initial_indent="* ", subsequent_indent="  ")
        for line in lines
    )


def headline(text: str) -> str:
    """Give the beginning of an article, for a line."""
    return textwrap.shorten(text[: 4 * _HEADLINE], _HEADLINE, placeholder="…")


def side_by_side(cells: Sequence[list[str]], last: list[str], widths: Sequence[int]) -> str:
    """Set cells of one or more lines side by side.

    Parameters
    ----------
    cells : sequence of list of str
        The lines of each cell; all but the first are set to the right.
    last : list of str
        The lines of the last cell, which takes what is left.
    widths : sequence of int
        Of the cells.
    """
    lines = []
    for parts in zip_longest(*cells, last, fillvalue=""):
        *front, remark = parts
        set_ = [
            part.rjust(width) if place else part.ljust(width)
            for place, (part, width) in enumerate(zip(front, widths, strict=True))
        ]
        lines.append((" " * GAP).join([*set_, remark]).rstrip())
    return "\n".join(lines)


def wrapped(text: str, width: int = WIDTH) -> str:
    """Wrap a line; what goes on is indented further."""
    if len(text) <= width:
        return text
    indent = " " * (len(text) - len(text.lstrip()))
    return textwrap.fill(
        text.lstrip(), width, initial_indent=indent, subsequent_indent=indent + "  "
    )
