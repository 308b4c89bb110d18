"""Marked spans beside those of the reference, matched one to one."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.spans.matching import matches
from annotate.training.compared import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from annotate.findings.reading import Reading
    from annotate.reliability.evidence.gathered import Evidence, Marked
    from annotate.reliability.evidence.marks import Marks
    from annotate.schema import Schema
    from annotate.training.compared import SpanOutcome

__all__ = ["spans_beside", "unread"]

_OWN = "Not every mark of yours can be read today, so phrases are not compared here"
_REFERENCE = "Not every mark of the reference can be read today, so phrases are not compared here"
_Place = int | None


def unread(evidence: Evidence, article: int, sides: tuple[int, int]) -> str:
    """Say why the spans of an article cannot be compared; "" if they can.

    Parameters
    ----------
    evidence : Evidence
        The marks of the two.
    article : int
        Its place there.
    sides : (int, int)
        The places of the annotator and the reference.
    """
    for marked in evidence.marked:
        for side, says in zip(sides, (_OWN, _REFERENCE), strict=True):
            if not _saw(marked.marks, article, side):
                return says
    return ""


def spans_beside(
    evidence: Evidence, article: int, sides: tuple[int, int], reading: Reading, schema: Schema
) -> list[Span]:
    """Match the spans of one article, each group of labels by itself.

    Parameters
    ----------
    evidence : Evidence
        The marks of the two.
    article : int
        Its place there.
    sides : (int, int)
        The places of the annotator and the reference.
    reading : Reading
        The same article, for what was said of each span.
    schema : Schema
        The scheme, for the labels as they are read.
    """
    if unread(evidence, article, sides):
        return []
    details = {m.span_id: m.details for segment in reading.segments for m in segment.marks}
    found = [
        span
        for marked in evidence.marked
        for span in _of_group(marked, article, sides, details, schema)
    ]
    return sorted(found, key=attrgetter("start"))


def _saw(marks: Marks, article: int, who: int) -> bool:
    return bool(((marks.saw_article == article) & (marks.saw_annotator == who)).any())


def _of_group(
    marked: Marked,
    article: int,
    sides: tuple[int, int],
    details: Mapping[str, str],
    schema: Schema,
) -> Iterator[Span]:
    marks = marked.marks.of_articles(np.array([article]))
    text = marks.texts[marks.articles[article]]
    labels = [label.shown for label in schema.labels_of(marked.group)]

    def said(place: _Place) -> tuple[str, str, str]:
        if place is None:
            return "", "", ""
        phrase = text[marks.start[place] : marks.end[place]]
        return phrase, labels[marks.label[place]], details.get(marks.span_ids[place], "")

    for ours, theirs in _pairs(marks, sides):
        (own, own_label, own_details), (reference, *rest) = said(ours), said(theirs)
        yield Span(
            group=marked.group,
            outcome=_outcome(marks, ours, theirs),
            own=own,
            reference=reference,
            own_label=own_label,
            reference_label=rest[0],
            own_details=own_details,
            reference_details=rest[1],
            start=min(int(marks.start[place]) for place in (ours, theirs) if place is not None),
        )


def _outcome(marks: Marks, ours: _Place, theirs: _Place) -> SpanOutcome:
    if ours is None:
        return "missed"
    if theirs is None:
        return "extra"
    if marks.label[ours] != marks.label[theirs]:
        return "other label"
    limits = np.stack([marks.start, marks.end])
    return "exact" if (limits[:, ours] == limits[:, theirs]).all() else "overlapping"


def _pairs(marks: Marks, sides: tuple[int, int]) -> Iterator[tuple[_Place, _Place]]:
    """Give the places of both spans of each match, and of those that stay alone."""
    found = matches(marks)
    turned = sides[0] > sides[1]
    pairs = zip(found.first.tolist(), found.second.tolist(), strict=True)
    matched = [(theirs, ours) if turned else (ours, theirs) for ours, theirs in pairs]
    yield from matched
    taken = {place for pair in matched for place in pair}
    for place, who in enumerate(marks.annotator.tolist()):
        if place not in taken:
            yield (place, None) if who == sides[0] else (None, place)
