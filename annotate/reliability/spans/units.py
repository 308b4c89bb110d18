"""Join one annotator's overlapping spans into units: what unitizing compares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.evidence.marks import Marks

__all__ = ["Units", "joined", "pooled"]


@dataclass(frozen=True)
class Units:
    """Stretches of text that one annotator marked; none shares a character with its next.

    Parameters
    ----------
    article, annotator, label, start, end : array of int, shape (U,)
        As in `Marks`; label is 0 where labels do not matter.
    """

    article: NDArray[np.int64]
    annotator: NDArray[np.int64]
    label: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    @property
    def size(self) -> NDArray[np.int64]:
        """How many characters each has."""
        return self.end - self.start


def joined(marks: Marks, *, by_label: bool = False) -> Units:
    """Join the spans of each annotator that share a character; touching ones stay two units.

    Parameters
    ----------
    marks : Marks
        Who marked what.
    by_label : bool
        Join only spans of the same label.
    """
    label = marks.label if by_label else np.zeros_like(marks.label)
    kinds = len(marks.labels) if by_label else 1
    line = (marks.article * len(marks.annotators) + marks.annotator) * kinds + label
    origin = line * int(marks.length.max(initial=1))
    order = np.argsort(origin + marks.start)
    start, end = (origin + marks.start)[order], (origin + marks.end)[order]
    if not len(order):
        return Units(marks.article, marks.annotator, label, marks.start, marks.end)
    begins = np.ones(len(order), dtype=np.bool_)
    begins[1:] = start[1:] >= np.maximum.accumulate(end)[:-1]
    firsts = np.flatnonzero(begins)
    kept = order[firsts]
    ends = np.maximum.reduceat(end, firsts) - origin[kept]
    return Units(marks.article[kept], marks.annotator[kept], label[kept], marks.start[kept], ends)


def pooled(
    article: NDArray[np.int64],
    articles: int,
    weights: NDArray[np.int64] | NDArray[np.float64],
    label: NDArray[np.int64] | None = None,
    labels: int = 1,
) -> NDArray[np.float64]:
    """Add up by article, shape (G,), or by article and label, shape (G, K)."""
    if label is not None:
        article = article * labels + label
    sums = np.bincount(article, weights=weights, minlength=articles * labels).astype(np.float64)
    return sums if label is None else sums.reshape(articles, labels)
