"""Phrases of a text: marks of one article that hang together.

No mark outside a phrase shares a character with it, so each phrase adds to the sums of its
article what it would add if it were alone there: phrases are tallied as articles of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.evidence.marks import Marks

    Places = NDArray[np.int64]

__all__ = ["Phrases", "phrases_of"]


@dataclass(frozen=True)
class Phrases:
    """Connected marks.

    Parameters
    ----------
    start, end : array of int, shape (C,)
        Where each phrase lies in its article.
    alone : Marks
        The marks in them, with each phrase an article of its own that the readers of its article
        saw.
    """

    start: Places
    end: Places
    alone: Marks

    def only(self, place: int) -> Marks:
        """Give the marks of one phrase, as those of the only article there is."""
        one = self.alone.of_articles(np.array([place]))
        return replace(
            one,
            saw_article=np.zeros_like(one.saw_article),
            article=np.zeros_like(one.article),
            length=one.length[[place]],
            articles=(one.articles[place],),
        )

    def quotes(self) -> list[str]:
        """Give the words of each phrase, untrusted; "" where the text is not known."""
        texts, names = self.alone.texts, self.alone.articles
        places = zip(names, self.start.tolist(), self.end.tolist(), strict=True)
        return [texts.get(name, "")[start:end] for name, start, end in places]


def phrases_of(marks: Marks) -> Phrases:
    """Find the phrases that not all readers of an article marked alike.

    Parameters
    ----------
    marks : Marks
        Who saw and marked what. Articles that fewer than two annotators saw have no phrases.
    """
    span, of = _connected(marks)
    phrases = int(of.max(initial=-1)) + 1
    kept = ~_unanimous(marks, span, of, phrases)
    span, of = span[kept[of]], (np.cumsum(kept) - 1)[of[kept[of]]]
    phrases = int(kept.sum())
    first = np.searchsorted(of, np.arange(phrases))
    article = marks.article[span[first]]
    end = np.zeros(phrases, dtype=np.int64)
    np.maximum.at(end, of, marks.end[span])
    return Phrases(marks.start[span[first]], end, _alone(marks, span, of, article))


def _connected(marks: Marks) -> tuple[Places, Places]:
    """Give the marks in shared articles by their place, and number the phrases they form."""
    span = np.flatnonzero(marks.readers[marks.article] > 1)
    stride = int(marks.length.max(initial=1))
    origin = marks.article[span] * stride
    order = np.argsort(origin + marks.start[span], kind="stable")
    start, end = (origin + marks.start[span])[order], (origin + marks.end[span])[order]
    begins = np.ones(len(span), dtype=np.bool_)
    begins[1:] = start[1:] >= np.maximum.accumulate(end)[:-1]
    return span[order], np.cumsum(begins) - 1


def _unanimous(marks: Marks, span: Places, of: Places, phrases: int) -> NDArray[np.bool_]:
    """Tell which phrases all readers marked with the same limits and label, shape (C,)."""
    size = np.bincount(of, minlength=phrases)
    alike = size == marks.readers[marks.article[span[np.searchsorted(of, np.arange(phrases))]]]
    for column in (marks.start[span], marks.end[span], marks.label[span]):
        other = column[1:] != column[:-1]
        alike[of[1:][other & (of[1:] == of[:-1])]] = False
    return np.asarray(alike)


def _alone(marks: Marks, span: Places, of: Places, article: Places) -> Marks:
    """Make each phrase an article that the readers of its article saw."""
    order = np.argsort(marks.saw_article, kind="stable")
    readers = marks.readers
    times = readers[article]
    phrase = np.repeat(np.arange(len(article)), times)
    turn = np.arange(len(phrase)) - np.repeat(np.cumsum(times) - times, times)
    first = (np.cumsum(readers) - readers)[article]
    return replace(
        marks,
        saw_article=phrase,
        saw_annotator=marks.saw_annotator[order[np.repeat(first, times) + turn]],
        article=of,
        annotator=marks.annotator[span],
        label=marks.label[span],
        start=marks.start[span],
        end=marks.end[span],
        length=marks.length[article],
        articles=tuple(marks.articles[place] for place in article.tolist()),
        span_ids=(),
    )
