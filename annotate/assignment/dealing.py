"""Deals articles out: each to those who have least so far, and have met least."""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.assignment.board import Board

__all__ = ["deal"]

_ABOVE = 1e7  # more than any number of shared articles: loads come first


def deal(board: Board, rng: np.random.Generator) -> None:
    """Give every article the annotators that it lacks.

    Parameters
    ----------
    board : Board
        Is filled.
    rng : numpy.random.Generator
        The order of the articles, and whom of equals.
    """
    _deal_to_all(board)
    order = rng.permutation(np.flatnonzero(board.needs))
    _deal_one_by_one(board, order[_deal_every_set(board, order) :], rng)


def _deal_to_all(board: Board) -> None:
    """Fill the articles that leave no choice."""
    open_to = board.eligible & ~board.member
    forced = (board.needs > 0) & (open_to.sum(axis=1) <= board.needs)
    board.member[forced] |= open_to[forced]
    board.needs[forced] = 0
    board.recount()


def _deal_every_set(board: Board, order: NDArray[np.int64]) -> int:
    """Deal every set of annotators equally often, and give to how many articles.

    In a fresh design this leaves all loads and all pairs exactly equal.
    """
    needs, n = set(board.needs[order].tolist()), len(board.eligible)
    uneven = board.member.any() or not board.eligible.all() or np.ptp(board.weight) > 0
    if len(needs) != 1 or uneven:
        return 0
    k = needs.pop()
    times, rest = divmod(len(order), comb(n, k))
    if not times:
        return 0
    sets = np.zeros((comb(n, k), n), dtype=bool)
    chosen = np.array(list(combinations(range(n), k)))
    np.put_along_axis(sets, chosen, values=True, axis=1)
    dealt = len(order) - rest
    board.member[order[:dealt]] = np.tile(sets, (times, 1))
    board.recount()
    return dealt


def _deal_one_by_one(board: Board, order: NDArray[np.int64], rng: np.random.Generator) -> None:
    n = len(board.eligible)
    out = np.where(board.eligible, 0.0, np.inf)
    for article in order:
        member = board.member[article]
        met = board.shared[member].sum(axis=0)
        rank = board.cost_of_more * _ABOVE + out + rng.random(n)
        rank[member] = np.inf
        chosen = np.zeros(board.needs[article], dtype=np.int64)
        for place in range(len(chosen)):
            chosen[place] = np.argmin(rank + met)
            rank[chosen[place]] = np.inf
            met = met + board.shared[chosen[place]]
        board.put(article, chosen)
