"""The stretch of an article that somebody came for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotate.findings.layers import Mark
    from annotate.findings.reading import Reading

__all__ = ["Passage", "passage_of"]

_AROUND = 90  # characters of context on each side
_LONGEST = 600  # characters of the stretch itself that are quoted
_MOST = 8  # marks that are told


@dataclass(frozen=True)
class Passage:
    """A stretch of text with what stands around it.

    Parameters
    ----------
    start, end : int
        Code points, half-open.
    before, text, after : str
        What stands there; cut off where it is long.
    marks : tuple of Mark
        Marks that share at least a character with it, each span once; at most eight.
    more : int
        How many marks are not among them.
    """

    start: int
    end: int
    before: str
    text: str
    after: str
    marks: tuple[Mark, ...]
    more: int


def passage_of(reading: Reading, start: str, end: str) -> Passage | None:
    """Find the stretch that an address names.

    Parameters
    ----------
    reading : Reading
        The article.
    start, end : str
        Code points as they stand in the address, half-open.

    Returns
    -------
    Passage or None
        None if that is no stretch of this article.
    """
    text = "".join(segment.text for segment in reading.segments)
    if not (_is_count(start) and _is_count(end) and int(start) < int(end) <= len(text)):
        return None
    first, last = int(start), int(end)
    begin, stop = max(first - _AROUND, 0), min(last + _AROUND, len(text))
    inside = text[first:last]
    marks = {
        (mark.annotator, mark.span_id, mark.label): mark
        for segment in reading.segments
        if segment.start < last and segment.end > first
        for mark in segment.marks
    }
    return Passage(
        start=first,
        end=last,
        before=("…" if begin else "") + text[begin:first],
        text=inside if len(inside) <= _LONGEST else inside[:_LONGEST] + "…",
        after=text[last:stop] + ("…" if stop < len(text) else ""),
        marks=tuple(marks.values())[:_MOST],
        more=max(len(marks) - _MOST, 0),
    )


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10  # noqa: PLR2004 (digits)
