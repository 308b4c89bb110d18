"""What annotators disagree about: whether to mark, how far, or which label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.spans.units import pooled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.evidence.marks import Marks
    from annotate.reliability.spans.matching import Matches

__all__ = [
    "BOUNDARY",
    "EDGE",
    "KINDS",
    "LABEL",
    "PRESENCE",
    "Disagreements",
    "kinds",
    "kinds_state",
]

#: Places of `Disagreements.kind`.
KINDS = ("presence", "boundary", "boundary, only white space or punctuation", "label")
PRESENCE, BOUNDARY, EDGE, LABEL = range(4)


@dataclass(frozen=True)
class Disagreements:
    """Every disagreement of two annotators about a span.

    Parameters
    ----------
    first : array of int, shape (D,)
        A span, as its place in the `Marks`.
    second : array of int, shape (D,)
        Its counterpart; -1 where there is none.
    other : array of int, shape (D,)
        The annotator who has the counterpart, or has none.
    kind : array of int, shape (D,)
        The place in `KINDS`.
    unread : int
        Boundaries of which the text is not known, so that white space and punctuation could not
        be told apart.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    other: NDArray[np.int64]
    kind: NDArray[np.int64]
    unread: int


def kinds(marks: Marks, found: Matches) -> Disagreements:
    """Tell what annotators disagree about.

    Parameters
    ----------
    marks : Marks
        Who saw and marked what.
    found : Matches
        Which spans are counterparts, of any label.

    Returns
    -------
    Disagreements
        A span without a counterpart is one of presence, a matched pair of two labels one of
        label, a matched pair of one label with other limits one of boundary: only of white space
        or punctuation if what one marked and the other did not holds neither letter nor digit.
    """
    first, second = found.first, found.second
    label = marks.label[first] != marks.label[second]
    limits = (marks.start[first] != marks.start[second]) | (marks.end[first] != marks.end[second])
    boundary = np.flatnonzero(limits & ~label)
    kind = np.where(label, LABEL, BOUNDARY)
    bare, unread = _bare(marks, first[boundary], second[boundary])
    kind[boundary[bare]] = EDGE
    differ = label | limits
    first, second, kind = first[differ], second[differ], kind[differ]
    lone, absent = _lone(marks, found)
    return Disagreements(
        first=np.concatenate([lone, first]),
        second=np.concatenate([np.full(len(lone), -1), second]),
        other=np.concatenate([absent, marks.annotator[second]]),
        kind=np.concatenate([np.full(len(lone), PRESENCE), kind]),
        unread=unread,
    )


def kinds_state(marks: Marks, split: Disagreements) -> NDArray[np.float64]:
    """Count disagreements by article and kind, shape (G, 4)."""
    ones = np.ones(len(split.kind))
    return pooled(marks.article[split.first], len(marks.articles), ones, split.kind, len(KINDS))


def _lone(marks: Marks, found: Matches) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give each span with each annotator who saw the article and has no counterpart for it."""
    people = len(marks.annotators)
    order = np.argsort(marks.saw_article, kind="stable")
    readers = marks.readers
    start = np.cumsum(readers) - readers
    times = readers[marks.article]
    span = np.repeat(np.arange(len(marks.article)), times)
    turn = np.arange(len(span)) - np.repeat(np.cumsum(times) - times, times)
    reader = marks.saw_annotator[order][start[marks.article[span]] + turn]
    others = reader != marks.annotator[span]
    span, reader = span[others], reader[others]
    first, second = found.first, found.second
    met = [first * people + marks.annotator[second], second * people + marks.annotator[first]]
    lone = ~np.isin(span * people + reader, np.concatenate(met))
    return span[lone], reader[lone]


def _bare(
    marks: Marks, first: NDArray[np.int64], second: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], int]:
    """Tell which pairs differ by neither letter nor digit, and how many have no known text."""
    bare = np.zeros(len(first), dtype=np.bool_)
    if not marks.texts:
        return bare, len(first)
    starts = np.sort(np.stack([marks.start[first], marks.start[second]]), axis=0).tolist()
    ends = np.sort(np.stack([marks.end[first], marks.end[second]]), axis=0).tolist()
    texts = [marks.texts.get(name) for name in marks.articles]
    unread = 0
    rows = zip(marks.article[first].tolist(), *starts, *ends, strict=True)
    # One by one: strings have no vectorised slices, and few pairs get here.
    for place, (article, early, start, end, late) in enumerate(rows):
        text = texts[article]
        if text is None:
            unread += 1
        else:
            bare[place] = not any(map(str.isalnum, text[early:start] + text[end:late]))
    return bare, unread
