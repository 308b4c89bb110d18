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
    from annotate.reliability.spans.matching import Matches

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

__all__ = ["Pairs", "hits_of", "pairs_apart", "pairs_of_met", "pairs_of_visits", "pairs_of_votes"]


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

    def tally(self, states: Floats) -> Tally:
        """Sum over articles.

        Parameters
        ----------
        states : array, shape (P, S)
            What one pair of each pattern adds.
        """
        articles, row = np.unique(self.article, return_inverse=True)
        shape = (len(articles), len(states))
        made_of = sparse.csr_array((self.weight, (row, self.pattern)), shape=shape)
        return Tally.of(made_of @ states, articles)

    @property
    def units(self) -> int:
        """How many units there are."""
        return len(np.unique(self.unit))

    @property
    def annotators(self) -> int:
        """How many annotators there are."""
        return len(np.union1d(self.first, self.second))

    @property
    def held(self) -> int:
        """How many labels there are."""
        return int(self.labels[np.unique(self.votes)].sum())


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
    first, second = _together(ratings.unit, ratings.annotator)
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


def pairs_of_visits(marks: Marks) -> Pairs:
    """Pair the visits to each article; each pair is a pattern of its own.

    Parameters
    ----------
    marks : Marks
        Who saw and marked what.
    """
    first, second = _together(marks.saw_article, marks.saw_annotator)
    article = marks.saw_article[first]
    return Pairs(
        article=article,
        unit=article,
        first=marks.saw_annotator[first],
        second=marks.saw_annotator[second],
        weight=1.0 / (marks.readers[article] - 1),
        cell=article,
        pattern=np.arange(len(first)),
        votes=np.stack([first, second]),
        labels=np.bincount(_visits(marks), minlength=len(marks.saw_article)),
        present=np.stack([marks.saw_article, marks.saw_annotator]),
    )


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
    cells = [marks.saw_article + place * size for place, marks in enumerate(saw)]
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
        present=np.stack(
            [np.concatenate([none, *cells]), np.concatenate([none, *(m.saw_annotator for m in saw)])]
        ),
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


def pairs_apart(marks: Marks, pairs: Pairs) -> Marks:
    """Give each pair of visits an article of its own, with the marks of these two.

    Parameters
    ----------
    marks : Marks
        Who saw and marked what.
    pairs : Pairs
        Of their visits.
    """
    n = pairs.votes.shape[1]
    visit = _visits(marks)
    by_visit = np.argsort(visit, kind="stable")
    times = pairs.labels[pairs.votes].ravel()
    begins = np.cumsum(pairs.labels) - pairs.labels
    within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    span = by_visit[np.repeat(begins[pairs.votes].ravel(), times) + within]
    pair = np.tile(np.arange(n), 2)
    side = np.repeat([0, 1], n)
    return replace(
        marks,
        saw_article=pair,
        saw_annotator=side,
        article=np.repeat(pair, times),
        annotator=np.repeat(side, times),
        label=marks.label[span],
        start=marks.start[span],
        end=marks.end[span],
        length=marks.length[pairs.article],
        articles=("",) * n,
        annotators=("", ""),
        span_ids=(),
        texts={},
    )


def hits_of(marks: Marks, pairs: Pairs, found: Matches) -> Floats:
    """Tally matches by pair of visits, for F1.

    Parameters
    ----------
    marks : Marks
        Who saw and marked what.
    pairs : Pairs
        Of their visits.
    found : Matches
        Which spans match.

    Returns
    -------
    array, shape (N, 2)
        Twice the matches, and the spans of both.
    """
    visit, size = _visits(marks), len(marks.saw_article)
    both = np.sort(
        np.stack([_seat(marks, visit[found.first]), _seat(marks, visit[found.second])]), axis=0
    )
    seat = np.stack([_seat(marks, votes) for votes in pairs.votes])
    known = seat[0] * size + seat[1]
    order = np.argsort(known)
    place = order[np.searchsorted(known[order], both[0] * size + both[1])]
    hits = 2.0 * np.bincount(place, minlength=len(known))
    return np.column_stack([hits, pairs.labels[pairs.votes].sum(axis=0)])
