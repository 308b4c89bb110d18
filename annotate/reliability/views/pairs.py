"""Pairs of annotators on one unit: what every view of agreement is made of.

The sums of a unit with m votes are those of its pairs of votes, each divided by m - 1. So one list
of pairs gives the figure of everybody, of two annotators, of all but one, and of one against the
others; and, by article, of any part of the articles.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from annotate.reliability.choices.votes import VoteTable
from annotate.reliability.inference.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from annotate.reliability.choices.votes import States
    from annotate.reliability.evidence.marks import Marks
    from annotate.reliability.evidence.ratings import Ratings
    from annotate.reliability.spans.attributes import Met

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

__all__ = ["Pairs", "pairs_of_met", "pairs_of_votes", "states_of", "together"]

_TABLE = 4  # entries of a table for each pair


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of votes by two annotators on one unit.

    Parameters
    ----------
    article, unit : array of int, shape (N,)
        Where it is.
    first, second : array of int, shape (N,)
        The annotators, the one with the lower place first.
    weight : array of float, shape (N,)
        1 / (m - 1) of the m annotators who had a say there.
    cell : array of int, shape (N,)
        Where those m are counted: the unit, or for matched spans the article.
    pattern : array of int, shape (N,)
        What both said, as a row of the sums of all patterns.
    votes : array of int, shape (2, N)
        Which votes they are.
    labels : array of int, shape (V,)
        How many labels each vote holds: 1, or the spans of a visit.
    present : array of int, shape (2, R)
        Cells and annotators: who had a say where.
    """

    article: Places
    unit: Places
    first: Places
    second: Places
    weight: Floats
    cell: Places
    pattern: Places
    votes: Places
    labels: Places
    present: Places

    def only(self, kept: NDArray[np.bool_] | Places) -> Pairs:
        """Keep some pairs."""
        return replace(
            self,
            article=self.article[kept],
            unit=self.unit[kept],
            first=self.first[kept],
            second=self.second[kept],
            weight=self.weight[kept],
            cell=self.cell[kept],
            pattern=self.pattern[kept],
            votes=self.votes[:, kept],
        )

    def alone(self) -> Pairs:
        """Let each pair stand for itself, as if nobody else had been there."""
        return replace(self, weight=np.ones(len(self.weight)))

    def with_annotator(self, annotator: int) -> Pairs:
        """Keep the pairs of one annotator with anybody else."""
        return self.only((self.first == annotator) | (self.second == annotator))

    def without_annotator(self, annotator: int) -> Pairs:
        """Leave one annotator out; those who remain make up for the weight."""
        cell, who = self.present
        there = np.zeros(int(cell.max(initial=-1)) + 1, dtype=np.bool_)
        there[cell[who == annotator]] = True
        rest = self.only((self.first != annotator) & (self.second != annotator))
        others = 1 / rest.weight - there[rest.cell]
        return replace(rest, weight=1 / np.maximum(others, 1))

    def tallies(self, states: Floats, part: Places, parts: int) -> list[Tally]:
        """Sum over articles, each part of the pairs by itself.

        Parameters
        ----------
        states : array, shape (P, S)
            What one pair of each pattern adds.
        part : array of int, shape (N,)
            The part of each pair.
        parts : int
            How many parts there are.
        """
        articles = int(self.article.max(initial=-1)) + 1
        seats, row = np.unique(part * articles + self.article, return_inverse=True)
        shape = (len(seats), len(states))
        made_of = sparse.csr_array((self.weight, (row, self.pattern)), shape=shape)
        rows, article = np.asarray(made_of @ states), seats % max(articles, 1)
        ends = np.searchsorted(seats, articles * np.arange(1, parts + 1)).tolist()
        return [
            Tally.of(rows[begin:end], article[begin:end])
            for begin, end in zip([0, *ends], ends, strict=False)
        ]

    def rest_on(self, part: Places, parts: int) -> list[tuple[int, int, int]]:
        """Count units, annotators and labels, each part of the pairs by itself.

        Parameters
        ----------
        part : array of int, shape (N,)
            The part of each pair.
        parts : int
            How many parts there are.
        """
        both = np.tile(part, 2)
        units = _distinct(part, self.unit, parts)
        annotators = _distinct(both, np.concatenate([self.first, self.second]), parts)
        labels = _distinct(both, self.votes.ravel(), parts, self.labels)
        return list(zip(units, annotators, labels, strict=True))


def _distinct(part: Places, what: Places, parts: int, size: Places | None = None) -> list[int]:
    """Count what is different in each part, or sum its sizes."""
    span = int(what.max(initial=-1)) + 1
    seats = part * span + what
    if parts * span <= _TABLE * len(seats):
        seats = np.flatnonzero(np.bincount(seats))  # much faster than to sort them
    else:
        seats = np.unique(seats)
    place, each = seats // max(span, 1), seats % max(span, 1)
    weights = None if size is None else size[each]
    return [round(n) for n in np.bincount(place, weights, parts).tolist()]


def pairs_of_votes(ratings: Ratings) -> tuple[Pairs, Places]:
    """Pair the votes on each unit.

    Parameters
    ----------
    ratings : Ratings
        The votes.

    Returns
    -------
    pairs : Pairs
        All of them.
    said : array of int, shape (2, P)
        The two values of each pattern.
    """
    first, second = together(ratings.unit, ratings.annotator)
    unit, k = ratings.unit[first], max(len(ratings.values), 1)
    both = ratings.value[first] * k + ratings.value[second]
    patterns, pattern = np.unique(both, return_inverse=True)
    votes = np.bincount(ratings.unit, minlength=len(ratings.article))
    pairs = Pairs(
        article=ratings.article[unit],
        unit=unit,
        first=ratings.annotator[first],
        second=ratings.annotator[second],
        weight=1.0 / (votes[unit] - 1),
        cell=unit,
        pattern=pattern,
        votes=np.stack([first, second]),
        labels=np.ones(len(ratings.unit), dtype=np.int64),
        present=np.stack([ratings.unit, ratings.annotator]),
    )
    return pairs, np.stack(np.divmod(patterns, k))


def pairs_of_met(found: Sequence[Met], saw: Sequence[Marks]) -> tuple[Pairs, Places]:
    """Pair what was said of matched spans.

    Parameters
    ----------
    found : sequence of Met
        Of each group.
    saw : sequence of Marks
        Of each group.

    Returns
    -------
    pairs : Pairs
        All of them.
    said : array of int, shape (2, P)
        The two values of each pattern.
    """
    none = np.zeros(0, dtype=np.int64)

    def joined(name: str) -> Places:
        return np.concatenate([none, *(getattr(met, name) for met in found)])

    group = np.repeat(np.arange(len(found)), [len(met.article) for met in found])
    article, size = joined("article"), len(saw[0].articles) if saw else 0
    people = np.stack([joined("first_annotator"), joined("second_annotator")])
    said = np.stack([joined("ours"), joined("theirs")])
    turned = people[0] > people[1]
    people[:, turned], said[:, turned] = people[::-1, turned], said[::-1, turned]
    k = int(said.max(initial=0)) + 1
    patterns, pattern = np.unique(said[0] * k + said[1], return_inverse=True)
    present = [
        np.stack([marks.saw_article + place * size, marks.saw_annotator])
        for place, marks in enumerate(saw)
    ]
    pairs = Pairs(
        article=article,
        unit=np.arange(len(article)),
        first=people[0],
        second=people[1],
        weight=np.concatenate([np.zeros(0), *(met.weight for met in found)]),
        cell=article + group * size,
        pattern=pattern,
        votes=np.arange(2 * len(article)).reshape(2, -1),
        labels=np.ones(2 * len(article), dtype=np.int64),
        present=np.concatenate([np.stack([none, none]), *present], axis=1),
    )
    return pairs, np.stack(np.divmod(patterns, k))


def states_of(said: Places, values: int, states: States) -> Floats:
    """Give what a pair of votes adds.

    Parameters
    ----------
    said : array of int, shape (2, P)
        The two values of each pattern.
    values : int
        How many values there are.
    states : callable
        From votes for each value, shape (P, K), to what they add, shape (P, S).
    """
    size = said.shape[1]
    place = np.tile(np.arange(size), 2)
    counts = sparse.csr_array((np.ones(2 * size), (place, said.ravel())), shape=(size, values))
    return VoteTable(counts, np.ones(size), np.arange(size)).tally(states).rows


def together(cell: Places, annotator: Places) -> tuple[Places, Places]:
    """Pair all that share a cell, the one with the lower annotator first.

    Parameters
    ----------
    cell, annotator : array of int, shape (R,)
        Of each vote.

    Returns
    -------
    first, second : array of int, shape (N,)
        Places of the votes.
    """
    order = np.lexsort((annotator, cell))
    cell = cell[order]
    found = [(order[:0], order[:0])]
    first, step = np.arange(len(cell) - 1), 1
    while len(first):
        first = first[cell[first + step] == cell[first]]
        found.append((order[first], order[first + step]))
        step += 1
        first = first[: np.searchsorted(first, len(cell) - step)]
    ours, theirs = zip(*found, strict=True)
    return np.concatenate(ours), np.concatenate(theirs)
