"""Who read which article and whose marks touch which of its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Places = NDArray[np.int64]

__all__ = ["Cover", "Readers"]

_BITS = 8
_ONES = np.array([number.bit_count() for number in range(1 << _BITS)], dtype=np.int64)


@dataclass(frozen=True)
class Readers:
    """Who read each article.

    Parameters
    ----------
    count : array of int, shape (G,)
        How many did.
    who : array of int, shape (R, G)
        The annotator who is the first, second … reader of each article; -1 for none.
    place : array of int, shape (G, A)
        Which of its readers each annotator is; -1 for none.
    """

    count: Places
    who: NDArray[np.int32]
    place: NDArray[np.int32]

    @classmethod
    def of(cls, saw_article: Places, saw_annotator: Places, size: tuple[int, int]) -> Readers:
        """Take everybody who saw an article and whose marks there are known.

        Parameters
        ----------
        saw_article, saw_annotator : array of int, shape (V,)
            One place each for every annotator who saw an article.
        size : (int, int)
            How many articles and annotators there are.
        """
        articles, people = size
        order = np.lexsort((saw_annotator, saw_article))
        article, annotator = saw_article[order], saw_annotator[order]
        count = np.bincount(article, minlength=articles)
        nth = np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count)
        who = np.full((int(count.max(initial=0)), articles), -1, dtype=np.int32)
        who[nth, article] = annotator
        place = np.full((articles, people), -1, dtype=np.int32)
        place[article, annotator] = nth
        return cls(count, who, place)


@dataclass(frozen=True)
class Cover:
    """The words that each reader's marks touch.

    Parameters
    ----------
    planes : array of uint8, shape (P, N)
        One bit for each reader of a word's article, eight readers to a plane.
    """

    planes: NDArray[np.uint8]

    @classmethod
    def of(cls, nth: Places, first: Places, last: Places, size: int) -> Cover:
        """Lay marks over words.

        Parameters
        ----------
        nth : array of int, shape (M,)
            Which reader of its article made each mark.
        first, last : array of int, shape (M,)
            The words it touches, half-open.
        size : int
            How many words there are.
        """
        planes = np.zeros((1 + int(nth.max(initial=0)) // _BITS, size), dtype=np.uint8)
        long = last - first
        word = np.repeat(first - (np.cumsum(long) - long), long) + np.arange(long.sum())
        bit = np.repeat((1 << (nth % _BITS)).astype(np.uint8), long)
        np.bitwise_or.at(planes, (np.repeat(nth // _BITS, long), word), bit)
        return cls(planes)

    def markers(self, first: Places, length: int) -> Places:
        """Count the readers whose marks touch stretches of some words' length."""
        total = np.zeros(len(first), dtype=np.int64)
        for plane in self.planes:
            bits = plane[first]
            for further in range(1, length):
                bits |= plane[first + further]
            total += _ONES[bits]
        return total

    def touching(self, first: Places, last: Places) -> Places:
        """Count the readers whose marks touch stretches of any length, half-open."""
        total = np.zeros(len(first), dtype=np.int64)
        for length in np.unique(last - first).tolist():
            here = last - first == length
            total[here] = self.markers(first[here], length)
        return total

    def touched_by(self, nth: Places, first: Places, last: Places) -> NDArray[np.bool_]:
        """Tell whether the marks of one reader of each stretch touch it."""
        hit = np.zeros(len(first), dtype=np.bool_)
        bit = (1 << (nth % _BITS)).astype(np.uint8)
        for further in range(int((last - first).max(initial=0))):
            here = first + further < last
            plane = self.planes[nth[here] // _BITS, first[here] + further]
            hit[here] |= (plane & bit[here]) > 0
        return hit
