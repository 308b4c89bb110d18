"""Evens out the loads, as far as what is fixed allows."""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.assignment.board import Board

__all__ = ["level"]

_ROUNDING = 1e-9


def level(board: Board) -> None:
    """Hand articles on until no chain of hands makes the loads more even.

    Parameters
    ----------
    board : Board
        Is changed.

    Notes
    -----
    A chain takes an article from the first, gives the second's place in another article to the
    third, and so on. Where no chain helps, the sum of squared loads (each over its weight) is the
    least there is: that of optimal semi-matchings (Harvey, Ladner, Lovász and Tamir 2006, Journal
    of Algorithms 59, 53-78, doi:10.1016/j.jalgor.2005.01.003).
    """
    while chain := _chain(board):
        for old, new in pairwise(chain):
            article = np.flatnonzero(_can_pass(board, old, new))[0]
            board.replace(int(article), old, new)


def _chain(board: Board) -> list[int]:
    """Find a shortest chain that helps most of those from its beginning; empty if none does."""
    more = np.where(board.eligible, board.cost_of_more, np.inf)
    gain = np.where(board.free.any(axis=0), board.gain_of_less, -np.inf)
    for start in np.argsort(-gain, kind="stable"):
        if gain[start] <= more.min() + _ROUNDING:
            return []
        before = _reached(board, int(start))
        end = min(before, key=lambda place: (more[place], place))
        if gain[start] > more[end] + _ROUNDING:
            return _path(before, end)
    return []


def _reached(board: Board, start: int) -> dict[int, int]:
    """Give everybody whom a chain from one annotator reaches, each with who hands on to them."""
    before, waiting = {start: start}, deque([start])
    while waiting:
        place = waiting.popleft()
        mine = board.free[:, place]
        takers = (mine[:, None] & ~board.member).any(axis=0) & board.eligible
        for taker in np.flatnonzero(takers).tolist():
            if taker not in before:
                before[taker] = place
                waiting.append(taker)
    return before


def _path(before: dict[int, int], end: int) -> list[int]:
    path = [end]
    while before[path[-1]] != path[-1]:
        path.append(before[path[-1]])
    return path[::-1]


def _can_pass(board: Board, old: int, new: int) -> NDArray[np.bool_]:
    """Say which articles one annotator can hand on to another, shape (A,)."""
    return np.asarray(board.member[:, old] & ~board.fixed[:, old] & ~board.member[:, new])
