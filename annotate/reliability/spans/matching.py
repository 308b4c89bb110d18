"""Pair the spans of two annotators one to one: all articles and all annotators at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.spans.overlaps import in_order, overlapping, seats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from annotate.reliability.evidence.marks import Marks

__all__ = ["Matches", "matches"]

_ROUNDS = 8  # of settling what is clear; what is tangled after that is rare


@dataclass(frozen=True)
class Matches:
    """Pairs of spans, each of two annotators in one article.

    Parameters
    ----------
    first, second : array of int, shape (M,)
        Places among the spans of the `Marks`; the annotator of `first` comes first there.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]


def matches(marks: Marks, *, by_label: bool = False) -> Matches:
    """Pair spans that overlap so that the total overlap is the largest.

    Parameters
    ----------
    marks : Marks
        Who marked what; every two annotators of an article are matched with each other.
    by_label : bool
        Pair spans of the same label only, each label on a continuum of its own.

    Returns
    -------
    Matches
        One character of overlap is enough.

    Notes
    -----
    Spans with the same limits and label are paired first. This never costs overlap: for identical
    x, y and any a, b, ``|x & b| + |a & y| <= |x| + |a & b|``. So what matches exactly also matches
    by overlap. Of several matchings with the same total, one with the most pairs of the same
    limits counts, of these one with the most pairs, and of these one with the most pairs of the
    same label: neither the order of spans, nor that of annotators, nor that of labels moves a
    figure.
    """
    first, second, exact, edges = _all_overlaps(marks, by_label=by_label)
    same = edges.only(exact)
    edges = edges.without(same)
    single = edges.degree == 1
    found = [same.number, edges.number[single]]
    edges = edges.only(~single)
    for _ in range(_ROUNDS):
        if not len(edges.number):
            break
        settled, edges = _clear(edges)
        found.append(settled)
    found += _tangled(edges)
    chosen = np.concatenate(found)
    return Matches(first[chosen], second[chosen])


@dataclass(frozen=True)
class _Edges:
    """Pairs of spans that overlap; a node is a span as seen by one other annotator.

    Nodes are numbered in the order of the spans' limits, which neither annotators nor rows move.
    """

    number: NDArray[np.int64]  # shape (E,): which of all overlaps
    ours: NDArray[np.int64]  # shape (E,): the node of the one annotator
    theirs: NDArray[np.int64]  # shape (E,): and of the other
    worth: NDArray[np.int64]  # shape (E,)
    nodes: int  # how many there are

    @property
    def ends(self) -> NDArray[np.int64]:
        """Both nodes of each, shape (2 E,)."""
        return np.concatenate([self.ours, self.theirs])

    @property
    def degree(self) -> NDArray[np.int64]:
        """The larger number of edges at the two ends of each, shape (E,)."""
        degree = np.bincount(self.ends, minlength=self.nodes)
        return np.maximum(degree[self.ours], degree[self.theirs])

    def only(self, kept: NDArray[np.bool_]) -> _Edges:
        """Keep some, shape (E,)."""
        places = np.flatnonzero(kept)
        return _Edges(
            self.number[places],
            self.ours[places],
            self.theirs[places],
            self.worth[places],
            self.nodes,
        )

    def without(self, taken: _Edges) -> _Edges:
        """Drop those that share an end with others."""
        free = np.ones(self.nodes, dtype=np.bool_)
        free[taken.ours] = free[taken.theirs] = False
        return self.only(free[self.ours] & free[self.theirs])


def _all_overlaps(
    marks: Marks, *, by_label: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_], _Edges]:
    """Pair all spans of different annotators that overlap.

    Gives the two spans, whether they have the same limits and label, and what they are worth: the
    overlap; same limits, the number of pairs and same labels are lower digits of one number.
    """
    line = marks.article * len(marks.labels) + marks.label if by_label else marks.article
    origin = line * int(marks.length.max(initial=1))
    order = in_order(origin + marks.start, marks.end - marks.start, marks.label)
    start, end = (origin + marks.start)[order], (origin + marks.end)[order]
    first, second = overlapping(start, end)
    annotator, label = marks.annotator[order], marks.label[order]
    apart = annotator[first] != annotator[second]
    first, second = first[apart], second[apart]
    overlap = np.minimum(end[first], end[second]) - start[second]
    turned = annotator[first] > annotator[second]
    first, second = np.where(turned, second, first), np.where(turned, first, second)
    same_label = label[first] == label[second]
    same_limits = (start[first] == start[second]) & (end[first] == end[second])
    article = marks.article[order[first]]
    limits = same_limits & ~same_label  # those of the same label, too, are paired before
    digits = (_most(article[limits]), _most(marks.article))
    worth = ((overlap * digits[0] + limits) * digits[1] + 1) * digits[1] + same_label
    seat, most = seats(marks.article, marks.annotator, len(marks.annotators))
    seat = seat[order]
    ours, theirs = first * most + seat[second], second * most + seat[first]
    edges = _Edges(np.arange(len(first)), ours, theirs, worth, len(order) * most)
    return order[first], order[second], same_limits & same_label, edges


def _most(article: NDArray[np.int64]) -> int:
    """Give more than any article has: a base that counts of it cannot carry over."""
    return int(np.bincount(article).max(initial=0)) + 1


def _first_at_both_ends(edges: _Edges) -> NDArray[np.bool_]:
    """Tell which edges come before all others at their two ends."""
    early, late = np.minimum(edges.ours, edges.theirs), np.maximum(edges.ours, edges.theirs)
    rank = early * edges.nodes + late
    lowest = np.full(edges.nodes, np.iinfo(np.int64).max)
    np.minimum.at(lowest, edges.ours, rank)
    np.minimum.at(lowest, edges.theirs, rank)
    return np.asarray((lowest[edges.ours] == rank) & (lowest[edges.theirs] == rank))


def _clear(edges: _Edges) -> tuple[NDArray[np.int64], _Edges]:
    """Match pairs that are worth at least as much as the best others at both ends together.

    Some best matching has them all: whatever else it might do there is worth no more.
    """
    ends, worth = edges.ends, np.tile(edges.worth, 2)
    order = np.lexsort((-worth, ends))
    ends, worth = ends[order], worth[order]
    leads = np.diff(ends, prepend=-1) != 0
    best = worth[leads][np.cumsum(leads) - 1]
    next_best = np.where(np.diff(ends, append=-1) == 0, np.roll(worth, -1), 0)
    other = np.empty_like(worth)
    other[order] = np.where(leads, next_best, best)
    settled = edges.only(edges.worth >= other.reshape(2, -1).sum(axis=0))
    settled = settled.only(_first_at_both_ends(settled))
    return settled.number, edges.without(settled)


def _tangled(edges: _Edges) -> Iterator[NDArray[np.int64]]:
    """Match what is left, one group of connected spans after the other."""
    if not len(edges.number):
        return
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    names, ends = np.unique(edges.ends, return_inverse=True)
    ours, theirs = ends.reshape(2, -1)
    graph = coo_array((np.ones(len(ours)), (ours, theirs)), shape=(len(names), len(names)))
    group = connected_components(graph, directed=False)[1][ours]
    order = np.argsort(group, kind="stable")
    for some in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
        yield edges.number[some[_assigned(ours[some], theirs[some], edges.worth[some])]]


def _assigned(
    ours: NDArray[np.int64], theirs: NDArray[np.int64], worth: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Tell which edges of one connected group make the best matching.

    The side with the first span is that of the rows, whoever the annotators are. The matching is
    one of all rows: each has a column of its own, worth nothing, for staying alone.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    if theirs.min() < ours.min():
        ours, theirs = theirs, ours
    rows, row = np.unique(ours, return_inverse=True)
    columns, column = np.unique(theirs, return_inverse=True)
    alone = np.arange(len(rows))
    table = coo_array(
        (
            np.concatenate([worth, np.zeros_like(alone)]) + 1.0,  # zeros would be no edges
            (np.concatenate([row, alone]), np.concatenate([column, len(columns) + alone])),
        )
    )
    _, partner = min_weight_full_bipartite_matching(table.tocsr(), maximize=True)
    return np.asarray(partner[row] == column)
