"""Names, numbers, lines and lists that fit into a terminal of 120 columns."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING

from annotate.cli.shared import plain
from annotate.selection import reason_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "GAP",
    "WIDTH",
    "Names",
    "bullets",
    "decimals",
    "headline",
    "number",
    "side_by_side",
    "wrapped",
]

WIDTH = 120
GAP = 2
_HEADLINE = 30  # characters of an article's title in a line


@dataclass(frozen=True)
class Names:
    """What people read instead of what is stored.

    Parameters
    ----------
    shown : mapping of (str, str) to str
        The words of a value or label, by question or span group and stored value.
    articles : mapping of str to str
        The headline of an article, by its id.
    article_noun : str
        What the intervals are over: in a table without articles, its units.
    """

    shown: Mapping[tuple[str, str], str]
    articles: Mapping[str, str] = field(default_factory=dict)
    article_noun: str = "article"

    def label(self, question: str, value: str) -> str:
        """Give the words of a value or label."""
        return self.shown.get((question, value), value)

    def article(self, article: str) -> str:
        """Give an article's id with the headline, where there is one."""
        headline = self.articles.get(article, "")
        return f"{article} {headline}" if headline else article

    def words(self, question: str, reason: str) -> str:
        """Give a reason with the words of the values that it quotes."""
        return reason_in_words(reason, question, self.shown)


def decimals(value: float, digits: int = 2) -> str:
    """Write a figure with so many decimals; "" where it is undefined."""
    # Adding zero turns a rounded -0.0 into 0.0.
    return f"{round(value, digits) + 0:.{digits}f}" if math.isfinite(value) else ""


def number(times: int, noun: str) -> str:
    """Write how many there are; the first word of the noun takes the plural."""
    head, space, rest = noun.partition(" ")
    return f"{times:,} {head if times == 1 else head + 's'}{space}{rest}"


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
