"""Each article cut into stretches in which the marks do not change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.evidence.marks import Marks

    Ints = NDArray[np.int64]

__all__ = ["Stretches", "stretches_of"]


@dataclass(frozen=True)
class Stretches:
    """Stretches of the articles that somebody read, in order, and who marked each.

    Parameters
    ----------
    article, start, end : array of int, shape (S,)
        Where each lies; those of an article cover its text without a gap.
    stretch, annotator : array of int, shape (M,)
        Pairs: the annotator marked the stretch. Nobody is there twice.
    """

    article: Ints
    start: Ints
    end: Ints
    stretch: Ints
    annotator: Ints

    @property
    def length(self) -> Ints:
        """In characters, shape (S,)."""
        length: Ints = self.end - self.start
        return length


def stretches_of(marks: Marks) -> Stretches:
    """Cut the articles that somebody read wherever a mark begins or ends.

    Parameters
    ----------
    marks : Marks
        Of one label; of several, whatever the label.
    """
    read = np.unique(marks.saw_article)
    # Each article gets a place of its own on one long line.
    offset = np.concatenate([[0], np.cumsum(marks.length + 1)])
    edges = np.unique(
        np.concatenate(
            [
                *(offset[marks.article] + edge for edge in (marks.start, marks.end)),
                *(offset[read] + edge for edge in (np.zeros_like(read), marks.length[read])),
            ]
        ).astype(np.int64)
    )
    article = np.searchsorted(offset, edges, side="right") - 1
    inside = np.flatnonzero(article[:-1] == article[1:]) if len(edges) else np.zeros(0, np.intp)
    begins, ends, article = edges[inside], edges[inside + 1], article[inside]
    first = np.searchsorted(begins, offset[marks.article] + marks.start)
    last = np.searchsorted(begins, offset[marks.article] + marks.end)
    number = last - first
    into = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
    pairs = (np.repeat(first, number) + into) * max(len(marks.annotators), 1)
    pairs = np.unique(pairs + np.repeat(marks.annotator, number))
    people = max(len(marks.annotators), 1)
    return Stretches(
        article=article,
        start=begins - offset[article],
        end=ends - offset[article],
        stretch=pairs // people,
        annotator=pairs % people,
    )
