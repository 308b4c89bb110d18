"""What was marked in an article, phrase by phrase."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from annotate.findings.layers import Mark
    from annotate.findings.reading import Reading

__all__ = ["MarkedPhrase", "marked_phrases"]


@dataclass(frozen=True)
class MarkedPhrase:
    """One annotator's label on one span.

    Parameters
    ----------
    phrase, annotator, label, details : str
        What, who, which, and what was said of it.
    start, end : int
        Code points, half-open.
    marking, saw : int
        How many marked at least a part of it with a label of the same group, of how many who saw
        the article; 0 of 0 where agreement is not asked.
    """

    phrase: str
    annotator: str
    label: str
    details: str
    start: int
    end: int
    marking: int
    saw: int


def marked_phrases(reading: Reading, shown: Collection[str]) -> list[MarkedPhrase]:
    """List what some annotators marked, in the order of the text.

    Parameters
    ----------
    reading : Reading
        The article.
    shown : collection of str
        Whose spans.
    """
    text = "".join(segment.text for segment in reading.segments)
    spans: dict[tuple[str, str, str], tuple[Mark, int]] = {}
    ends: dict[tuple[str, str, str], int] = {}
    for segment in reading.segments:
        for mark in segment.marks:
            if mark.annotator in shown:
                key = mark.annotator, mark.span_id, mark.label
                spans.setdefault(key, (mark, segment.start))
                ends[key] = segment.end
    found = []
    for key, (mark, start) in spans.items():
        marking, saw = _marking(reading, mark.group, (start, ends[key]))
        phrase = text[start : ends[key]]
        said = (phrase, mark.annotator, mark.label, mark.details)
        found.append(MarkedPhrase(*said, start, ends[key], marking, saw))
    return found


def _marking(reading: Reading, group: str, place: tuple[int, int]) -> tuple[int, int]:
    """Count who marked at least a part of a stretch, and who saw the article."""
    start, end = place
    for heat in reading.heats:
        if heat.group == group:
            who: set[str] = set()
            first = bisect_right(heat.stretches, start, key=lambda stretch: stretch.end)
            for stretch in heat.stretches[first:]:
                if stretch.start >= end:
                    break
                who.update(stretch.who)
            return len(who), heat.saw
    return 0, 0
