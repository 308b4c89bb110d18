"""Votes counted by unit and value, with units that had the same votes counted once."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from annotate.reliability.inference.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from annotate.reliability.evidence.ratings import Ratings

    Floats = NDArray[np.float64]
    States = Callable[[Floats], Floats]

__all__ = ["VoteTable", "by_annotator", "summed_by_article", "table_of", "table_of_counts"]

_EXACT = 53  # bits of a whole number that a float holds
_DIRECT = 2**20  # keys that are counted in a table instead of being sorted
_CELLS = 2**22  # units x values that are looked at together: 32 MB
_UNITS = 2**15


@dataclass(frozen=True, eq=False)
class VoteTable:
    """How many annotators gave each value, for each pattern of votes that occurs.

    Parameters
    ----------
    counts : array or sparse array, shape (P, K)
        The votes of a unit for each of K values; sparse where hardly two units are alike.
    times : array, shape (P,)
        How many units have them.
    example : array of int
        The place of one article with each pattern, shape (P,), or where articles have several
        units, of each article, shape (G,).
    made_of : sparse array or None, shape (G, P)
        How many units of each pattern each article has, where articles have several.
    """

    counts: Floats | sparse.csr_array
    times: Floats
    example: NDArray[np.int64]
    made_of: sparse.csr_array | None = None

    @property
    def units(self) -> int:
        """How many units there are."""
        return round(float(self.times.sum()))

    @property
    def votes(self) -> Floats:
        """How often each value was given, shape (K,)."""
        return np.asarray(self.counts.T @ self.times)

    def pairable(self) -> VoteTable:
        """Keep the units that have at least two votes."""
        kept = np.asarray(self.counts.sum(axis=1)) > 1
        if kept.all():
            return self
        some = replace(self, counts=self.counts[kept], times=self.times[kept])
        if self.made_of is None:
            return replace(some, example=self.example[kept])
        made_of = self.made_of[:, kept]
        articles = np.flatnonzero(np.diff(made_of.indptr))
        return replace(some, made_of=made_of[articles], example=self.example[articles])

    def against_rest(self, place: int) -> VoteTable:
        """Tell one value from all others, which become one: first the others, then the value."""
        column = self.counts[:, [place]]
        one = column if isinstance(column, np.ndarray) else column.toarray()
        m = np.asarray(self.counts.sum(axis=1))
        return replace(self, counts=np.column_stack([m - one[:, 0], one[:, 0]]))

    def tally(self, states: States) -> Tally:
        """Sum over articles what each unit adds.

        Parameters
        ----------
        states : callable
            From votes, shape (P, K), to what they add, shape (P, S).
        """
        rows = self._states(states)
        if self.made_of is None:
            return Tally(rows, self.times, self.example)
        return Tally.of(self.made_of @ rows, self.example)

    def _states(self, states: States) -> Floats:
        if isinstance(self.counts, np.ndarray):
            return states(self.counts)
        size, k = self.counts.shape
        step = max(1, _CELLS // max(k, 1))
        starts = range(0, max(size, 1), step)
        return np.concatenate([states(self.counts[s : s + step].toarray()) for s in starts])


def table_of(ratings: Ratings, most: int | None = None) -> VoteTable:
    """Count the votes of the units that have any.

    Parameters
    ----------
    ratings : Ratings
        The votes.
    most : int, optional
        How many votes one value can have on one unit, where that is known.
    """
    k = len(ratings.values)
    votes = np.bincount(ratings.unit, minlength=len(ratings.article))
    voted = np.flatnonzero(votes)
    base = int(votes.max(initial=0) if most is None else most) + 1
    if k * math.log2(base) >= _EXACT:
        ones = np.ones(len(ratings.unit))
        each = sparse.csr_array((ones, (ratings.unit, ratings.value)), shape=(len(votes), k))
        return _of_articles(each[voted], np.arange(len(voted)), ratings.article[voted])
    radix = base ** np.arange(k)
    weights = radix.astype(np.float64)[ratings.value]
    key = np.bincount(ratings.unit, weights=weights, minlength=len(votes))[voted]
    keys, pattern = _distinct(key.astype(np.int64), base**k)
    counts = (keys[:, None] // radix % base).astype(np.float64)
    return _of_articles(counts, pattern, ratings.article[voted])


def _distinct(key: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the distinct keys, all below `size`, and the place of each key in them."""
    if size > _DIRECT:
        keys, place = np.unique(key, return_inverse=True)
        return keys, place
    keys = np.flatnonzero(np.bincount(key, minlength=1))
    lookup = np.zeros(size, dtype=np.int64)
    lookup[keys] = np.arange(len(keys))
    return keys, lookup[key]


def _of_articles(
    counts: Floats | sparse.csr_array, pattern: NDArray[np.int64], article: NDArray[np.int64]
) -> VoteTable:
    """Say which article each unit, with its pattern, lies in."""
    size = counts.shape[0]
    times = np.bincount(pattern, minlength=size).astype(np.float64)
    if _all_differ(article):
        example = np.zeros(size, dtype=np.int64)
        example[pattern[::-1]] = article[::-1]
        return VoteTable(counts, times, example)
    articles, row = np.unique(article, return_inverse=True)
    ones = np.ones(len(pattern))
    made_of = sparse.csr_array((ones, (row, pattern)), shape=(len(articles), size))
    return VoteTable(counts, times, articles, made_of)


def table_of_counts(counts: NDArray[np.int64]) -> VoteTable:
    """Group units that were counted already; each is an article of its own.

    Parameters
    ----------
    counts : array of int, shape (U, K)
        Votes of each unit for each value.

    Notes
    -----
    A million units of five values take 20 ms and no copy of the counts.
    """
    base = np.array([column.max(initial=0) + 1 for column in counts.T], dtype=np.int64)
    if base.astype(np.float64).prod() > _DIRECT:
        some = np.flatnonzero(counts.any(axis=1))
        return VoteTable(counts[some].astype(np.float64), np.ones(len(some)), some)
    radix = np.concatenate([[1], np.cumprod(base)])
    times = np.zeros(radix[-1], dtype=np.int64)
    example = np.zeros(radix[-1], dtype=np.int64)
    for start in range(0, len(counts), _UNITS):
        key = counts[start : start + _UNITS] @ radix[:-1]
        times += np.bincount(key, minlength=len(times))
        example[key] = np.arange(start, start + len(key))
    keys = np.flatnonzero(times)
    keys = keys[keys > 0]  # units without a vote
    patterns = (keys[:, None] // radix[:-1] % base).astype(np.float64)
    return VoteTable(patterns, times[keys].astype(np.float64), example[keys])


def by_annotator(ratings: Ratings, annotators: NDArray[np.int64]) -> Ratings:
    """Tell the same value by two annotators apart: value c of the g-th becomes g K + c.

    Parameters
    ----------
    ratings : Ratings
        The votes.
    annotators : array of int, shape (r,)
        The places of the annotators; others have no vote any more.
    """
    kept = ratings.of_annotators(annotators)
    k = len(ratings.values)
    place = np.zeros(len(ratings.annotators), dtype=np.int64)
    place[annotators] = np.arange(len(annotators))
    value = place[kept.annotator] * k + kept.value
    return replace(kept, value=value, values=ratings.values * len(annotators))


def summed_by_article(states: Floats, article: NDArray[np.int64]) -> Tally:
    """Sum what units add over their articles.

    Parameters
    ----------
    states : array, shape (U, S)
        What each unit adds.
    article : array of int, shape (U,)
        The place of the article of each unit.
    """
    if _all_differ(article):
        return Tally.of(states, article)
    articles, row = np.unique(article, return_inverse=True)
    sums = [np.bincount(row, weights=column) for column in states.T]
    return Tally.of(np.column_stack(sums), articles)


def _all_differ(article: NDArray[np.int64]) -> bool:
    return bool((np.diff(article) > 0).all()) or len(np.unique(article)) == len(article)
