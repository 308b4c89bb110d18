"""F1 of the marked class, over all pairs of annotators: how many spans find a counterpart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.spans.matching import Matches
from annotate.reliability.spans.units import pooled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.evidence.marks import Marks

__all__ = ["exact", "f1_of_labels", "f1_state"]


def exact(marks: Marks, found: Matches) -> Matches:
    """Keep the matches with the same start, end and label."""
    same = np.ones(len(found.first), dtype=np.bool_)
    for values in (marks.start, marks.end, marks.label):
        same &= values[found.first] == values[found.second]
    return Matches(found.first[same], found.second[same])


def f1_state(marks: Marks, found: Matches) -> NDArray[np.float64]:
    """Tally matches.

    Parameters
    ----------
    marks : Marks
        Who saw and marked what; a silent annotator finds no counterpart for anybody.
    found : Matches
        Which spans match.

    Returns
    -------
    array, shape (G, 2)
        For each article twice the matched pairs, and the spans of both sides, over all pairs of
        annotators who saw it: F1 is their `Share`.
    """
    articles = len(marks.articles)
    hits = 2.0 * np.bincount(marks.article[found.first], minlength=articles)
    spans = np.bincount(marks.article, minlength=articles)
    return np.stack([hits, _partners(marks) * spans], axis=1)


def f1_of_labels(marks: Marks, found: Matches) -> NDArray[np.float64]:
    """Tally matches within labels, shape (G, K, 2); see `f1_state`.

    Parameters
    ----------
    marks : Marks
        Who saw and marked what.
    found : Matches
        Which spans match, both of the same label.
    """
    articles, labels = len(marks.articles), len(marks.labels)
    first = found.first
    twice = np.full(len(first), 2.0)
    hits = pooled(marks.article[first], articles, twice, marks.label[first], labels)
    one = np.ones(len(marks.article))
    spans = pooled(marks.article, articles, one, marks.label, labels)
    return np.stack([hits, _partners(marks)[:, None] * spans], axis=2)


def _partners(marks: Marks) -> NDArray[np.int64]:
    """Give the number of annotators that each is compared with, shape (G,)."""
    return np.maximum(marks.readers - 1, 0)
