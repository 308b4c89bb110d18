"""A table in a frame that scrolls sideways by mouse, finger and keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.report.html.escape import attribute, safe

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

__all__ = ["figure_cell", "number_cell", "region_html", "row_html", "text_cell"]


def region_html(
    label: str, heads: Sequence[str], rows: Iterable[str], *, words: Collection[int] = (0,)
) -> str:
    """Build a table.

    Parameters
    ----------
    label : str
        What it shows, for those who do not see it.
    heads : sequence of str
        The heads of its columns.
    rows : iterable of str
        As `row_html` gives them.
    words : collection of int
        Which columns hold words; the others hold numbers.
    """
    cells = "".join(
        f'<th scope="col"{"" if place in words else _NUM}>{safe(head)}</th>'
        for place, head in enumerate(heads)
    )
    return (
        f'<div class="an-scroll" tabindex="0" role="region" aria-label="{attribute(label)}">'
        f'<table class="an-table an-figures"><thead><tr>{cells}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def row_html(head: str, cells: Iterable[str], under: str = "") -> str:
    """Build a row that begins with a name, and perhaps a few words under it."""
    small = f"<small><bdi>{safe(under)}</bdi></small>" if under else ""
    return f'<tr><th scope="row"><bdi>{safe(head)}</bdi>{small}</th>{"".join(cells)}</tr>'


def text_cell(text: str) -> str:
    """Build a cell of words."""
    return f"<td><bdi>{safe(text)}</bdi></td>"


def number_cell(text: str, under: str = "") -> str:
    """Build a cell of a number, and perhaps a few words under it."""
    small = f"<small><bdi>{safe(under)}</bdi></small>" if under else ""
    return f"<td{_NUM}>{safe(text)}{small}</td>"


def figure_cell(value: str, ends: str, under: str = "") -> str:
    """Build a cell of a figure, its interval, and perhaps a few words under them."""
    interval = f'<small class="an-ends">{safe(ends)}</small>' if ends else ""
    words = f"<small><bdi>{safe(under)}</bdi></small>" if under else ""
    return f"<td{_NUM}>{safe(value)}{interval}{words}</td>"


_NUM = ' class="an-num"'
