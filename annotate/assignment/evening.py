"""Evens out how many articles each pair shares, and links all annotators; loads stay."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from annotate.assignment.board import Board

__all__ = ["even_out", "link"]

_ROWS = 2_000  # articles that are looked at: of many, any thousands serve as well
_TRIES = 4_000
_WORK = 3e8  # multiplications, about a second
_LINKS = 60  # of a part: one that is no bridge is enough
_APART = 1  # pairs that differ by no more cannot be evened out
_ROUNDING = 1e-9


class _Move(NamedTuple):
    """What changes hands, and what it adds to the sum of squared shared articles."""

    change: float
    hands: tuple[tuple[int, int, int], ...]


def even_out(board: Board, rng: np.random.Generator) -> None:
    """Let annotators swap articles until pairs share about equally many.

    Parameters
    ----------
    board : Board
        Is changed. The sum of squared shared articles never grows.
    rng : numpy.random.Generator
        The order in which swaps are tried.
    """
    articles = rng.permutation(np.flatnonzero(board.free.any(axis=1)))[:_ROWS]
    people = np.flatnonzero(board.member[articles].any(axis=0) & board.eligible)
    pairs = np.array(list(combinations(people.tolist(), 2)), dtype=np.int64).reshape(-1, 2)
    tries = int(min(_TRIES, _WORK / max(board.member[articles].size, 1)))
    while tries > 0 and len(pairs) and len(articles):
        tried = rng.permutation(pairs)[:tries]
        tries -= len(tried)
        if _evened(board):
            return
        for one, other in tried.tolist():
            moves = [*_moves(board, articles, (one, other), rng)]
            best = min(moves, key=lambda move: move.change, default=None)
            # What changes nothing is done too: it opens other ways.
            if best and best.change <= 0:
                for hand in best.hands:
                    board.replace(*hand)
                if best.change < 0 and _evened(board):
                    return


def _evened(board: Board) -> bool:
    shared = board.shared[np.ix_(board.eligible, board.eligible)]
    apart = shared[np.triu_indices(len(shared), 1)]
    return not len(apart) or bool(np.ptp(apart) <= _APART)


def _moves(
    board: Board, articles: NDArray[np.int64], pair: tuple[int, int], rng: np.random.Generator
) -> Iterator[_Move]:
    """Give the best swap between two annotators, and what each could hand to the other alone."""
    one, other = pair
    member, fixed = board.member[articles], board.fixed[articles]
    apart = board.shared[one] - board.shared[other]
    apart[[one, other]] = 0
    others, pull = member.sum(axis=1) - 1, member @ apart
    chance = rng.random(len(articles)) / 2  # changes are even numbers: whom of equals
    best = []
    for giver, taker, cost in ((one, other, others - pull), (other, one, others + pull)):
        can = member[:, giver] & ~fixed[:, giver] & ~member[:, taker]
        costs = np.where(can, 2 * cost + chance, np.inf)
        place = int(np.argmin(costs))
        if can[place]:
            change = float(2 * cost[place])
            best.append(_Move(change, ((int(articles[place]), giver, taker),)))
    for move in best:
        _, giver, taker = move.hands[0]
        if abs(board.gain_of_less[giver] - board.cost_of_more[taker]) < _ROUNDING:
            yield move
    if len(best) == len(pair):
        (here, *_), (there, *_) = best[0].hands[0], best[1].hands[0]
        # Whoever reads both articles meets as often as before; that was counted as a change.
        common = int((board.member[here] & board.member[there]).sum())
        yield _Move(best[0].change + best[1].change - 4 * common, best[0].hands + best[1].hands)


def link(board: Board) -> None:
    """Swap articles until all annotators are linked, directly or through others, where that goes.

    Parameters
    ----------
    board : Board
        Is changed; nobody's load is.
    """
    parts, part = _parts(board)
    while parts > 1 and _link_once(board, parts, part):
        parts, part = _parts(board)


def _link_once(board: Board, parts: int, part: NDArray[np.int32]) -> bool:
    """Do the first swap between two parts that leaves fewer of them."""
    for (here, one), (there, two) in combinations(_swappable(board, part), 2):
        if part[one] == part[two]:
            continue
        board.replace(here, one, two)
        board.replace(there, two, one)
        if _parts(board)[0] < parts:
            return True
        board.replace(here, two, one)
        board.replace(there, one, two)
    return False


def _swappable(board: Board, part: NDArray[np.int32]) -> list[tuple[int, int]]:
    """Give some articles of each part with whom they could be taken from."""
    found: list[tuple[int, int]] = []
    meeting = board.member.sum(axis=1) > 1
    for number in np.unique(part):
        articles, people = np.nonzero(board.free & meeting[:, None] & (part == number))
        some = zip(articles[:_LINKS].tolist(), people[:_LINKS].tolist(), strict=True)
        found += some
    return found


def _parts(board: Board) -> tuple[int, NDArray[np.int32]]:
    """Count the parts of the design among those who take part, and give everybody's."""
    shared = board.shared > 0
    count, part = sparse.csgraph.connected_components(sparse.csr_array(shared), directed=False)
    idle = ~shared.any(axis=0) & ((board.loads == 0) | ~board.eligible)
    return int(count - idle.sum()), part
