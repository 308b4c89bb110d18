"""How much an annotator marks, from their first article to their last."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.choices.numbers import Mean
from annotate.reliability.inference.contrasts import difference
from annotate.reliability.inference.intervals import FEWEST_ARTICLES, interval_of
from annotate.reliability.inference.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from annotate.findings.order import Readings
    from annotate.reliability.evidence.gathered import Evidence
    from annotate.reliability.inference.contrasts import Difference

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

__all__ = ["Block", "Marking", "marking_of"]

_MOST = 10  # blocks: more would be too narrow to read on a phone
_WORDS = 1000.0


@dataclass(frozen=True)
class Block:
    """Some articles that were submitted one after the other.

    Parameters
    ----------
    first, last : int
        Their numbers in the order of submission, from 1.
    rate, low, high : float
        Marks per 1,000 words, with the interval over these articles; NaN where there are too few.
    others : float
        What the others marked per 1,000 words of the same articles, on average; NaN where nobody
        else has read any. Articles that nobody else has read are left out of it.
    """

    first: int
    last: int
    rate: float
    low: float
    high: float
    others: float


@dataclass(frozen=True)
class Marking:
    """An annotator's marks in the order of submission.

    Parameters
    ----------
    blocks : tuple of Block
        In order; of one article each where there are fewer than ten.
    size : int
        How many articles a block has, the last ones perhaps one more.
    change : Difference
        How much the distance to the others on the same articles grew from the first half to the
        second, in marks per 1,000 words. What else changes from article to article moves both.
    timed : bool
        Whether the times of submission tell the order.
    rate : float
        Marks per 1,000 words of all the articles.
    """

    blocks: tuple[Block, ...]
    size: int
    change: Difference
    timed: bool
    rate: float


class _Rate(Mean):
    """Marks by length, never below none."""

    lowest = 0.0


def marking_of(
    evidence: Evidence, readings: Readings, words: Mapping[str, int]
) -> dict[str, Marking]:
    """Follow every annotator who has read anything; nobody where no label is scored.

    Parameters
    ----------
    evidence : Evidence
        What votes; all its groups of labels count together.
    readings : Readings
        The order.
    words : mapping of str to int
        How many words each article has.
    """
    if not evidence.marked:
        return {}
    length = np.array([words.get(a, 0) for a in evidence.articles], dtype=np.float64) / _WORDS
    marks, read = _counted(evidence)
    sums, readers = marks.sum(axis=1), read.sum(axis=1)
    found = {}
    for place, name in enumerate(evidence.annotators):
        order = readings.of(place)
        order = order[read[order, place] & (length[order] > 0)]
        if not len(order):
            continue
        own, rest = marks[order, place], readers[order] - 1
        others = np.where(rest > 0, (sums[order] - own) / np.maximum(rest, 1), np.nan)
        followed = _Followed(order, own, others, length[order])
        found[name] = followed.marking(timed=bool(readings.timed[place]))
    return found


def _counted(evidence: Evidence) -> tuple[Floats, NDArray[np.bool_]]:
    """Count everybody's marks and tell who has read what, shape (articles, annotators)."""
    shape = len(evidence.articles), len(evidence.annotators)
    marks = np.zeros(shape)
    for marked in evidence.marked:
        np.add.at(marks, (marked.marks.article, marked.marks.annotator), 1)
    read = np.zeros(shape, dtype=np.bool_)
    seen = evidence.marked[0].marks
    read[seen.saw_article, seen.saw_annotator] = True
    return marks, read


@dataclass(frozen=True, eq=False)
class _Followed:
    """One annotator's articles in order; arrays of shape (n,)."""

    article: Places
    own: Floats
    others: Floats
    length: Floats

    def marking(self, *, timed: bool) -> Marking:
        n = len(self.own)
        several = n >= 2 * FEWEST_ARTICLES
        times = min(_MOST, n // FEWEST_ARTICLES) if several else n
        edges = np.linspace(0, n, times + 1).astype(int).tolist()
        return Marking(
            blocks=tuple(self._block(a, b) for a, b in pairwise(edges)),
            size=n // times,
            change=self._change(),
            timed=timed,
            rate=float(self.own.sum() / self.length.sum()),
        )

    def _block(self, start: int, stop: int) -> Block:
        own, length = self.own[start:stop], self.length[start:stop]
        low = high = math.nan
        if stop - start >= FEWEST_ARTICLES:
            interval = interval_of(Tally.of(_rows(own, length)), _Rate())
            low, high = interval.low, interval.high
        others = self.others[start:stop]
        known = np.isfinite(others)
        theirs = others[known].sum() / length[known].sum() if known.any() else math.nan
        return Block(start + 1, stop, float(own.sum() / length.sum()), low, high, float(theirs))

    def _change(self) -> Difference:
        known = np.isfinite(self.others)
        apart, length = (self.own - self.others)[known], self.length[known]
        tally = Tally.of(_rows(apart, length), self.article[known])
        half = len(apart) // 2
        return difference(_part(tally, slice(half)), _part(tally, slice(half, None)), Mean())


def _rows(amount: Floats, length: Floats) -> Floats:
    return np.column_stack([amount, length, amount**2 / length])


def _part(tally: Tally, place: slice) -> Tally:
    return Tally(tally.rows[place], tally.times[place], tally.example[place])
