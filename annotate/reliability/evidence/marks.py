"""Who saw which article and marked which spans there, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["Marks"]


@dataclass(frozen=True)
class Marks:
    """The spans of one group of labels: one continuum.

    Who saw an article and marked nothing is in `saw` and in no span. Every span lies in an
    article that its annotator saw, inside the text, and is at least one character long; nobody
    has the same limits and label twice.

    Parameters
    ----------
    saw_article, saw_annotator : array of int, shape (V,)
        One place each for every annotator who saw an article, silent or not.
    article, annotator, label, start, end : array of int, shape (N,)
        The spans; half-open, in code points.
    length : array of int, shape (G,)
        Of each article, in characters.
    articles, annotators, labels : tuple of str
        Names; a label that nobody used is there too.
    span_ids : tuple of str
        One for each span; empty where there are none.
    texts : mapping of str to str
        The text of each article by name; empty where it is not known.
    """

    saw_article: NDArray[np.int64]
    saw_annotator: NDArray[np.int64]
    article: NDArray[np.int64]
    annotator: NDArray[np.int64]
    label: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    length: NDArray[np.int64]
    articles: tuple[str, ...]
    annotators: tuple[str, ...]
    labels: tuple[str, ...]
    span_ids: tuple[str, ...]
    texts: Mapping[str, str]

    @property
    def readers(self) -> NDArray[np.int64]:
        """How many annotators saw each article, shape (G,)."""
        return np.bincount(self.saw_article, minlength=len(self.articles))

    def only(self, spans: NDArray[np.bool_], saw: NDArray[np.bool_] | None = None) -> Marks:
        """Keep some spans, shape (N,), and some visits, shape (V,)."""
        seen = np.ones(len(self.saw_article), dtype=np.bool_) if saw is None else saw
        ids = np.flatnonzero(spans).tolist() if self.span_ids else []
        return replace(
            self,
            saw_article=self.saw_article[seen],
            saw_annotator=self.saw_annotator[seen],
            article=self.article[spans],
            annotator=self.annotator[spans],
            label=self.label[spans],
            start=self.start[spans],
            end=self.end[spans],
            span_ids=tuple(self.span_ids[place] for place in ids),
        )

    def of_annotators(self, places: NDArray[np.int64]) -> Marks:
        """Keep what some annotators saw and marked."""
        return self.only(np.isin(self.annotator, places), np.isin(self.saw_annotator, places))

    def of_articles(self, places: NDArray[np.int64]) -> Marks:
        """Keep what was seen and marked in some articles."""
        return self.only(np.isin(self.article, places), np.isin(self.saw_article, places))

    def of_label(self, place: int) -> Marks:
        """Keep the spans of one label; who marked none of them is silent."""
        return self.only(self.label == place)

    def shared(self) -> Marks:
        """Keep the articles that at least two annotators saw."""
        return self.of_articles(np.flatnonzero(self.readers > 1))
