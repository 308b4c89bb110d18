"""An assignment in the making: who reads what, and what that does to loads and pairs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

__all__ = ["Board"]


@dataclass(eq=False)
class Board:
    """Articles by annotators, with what must stay.

    Parameters
    ----------
    fixed : array of bool, shape (A, n)
        What was assigned before and stays.
    needs : array of int, shape (A,)
        How many annotators each article still lacks.
    eligible : array of bool, shape (n,)
        Who takes new articles; the others have left.
    weight : array of float, shape (n,)
        How much each takes, in relation to the others.
    """

    fixed: Bools
    needs: Places
    eligible: Bools
    weight: Floats
    member: Bools = field(init=False)
    loads: Floats = field(init=False)
    shared: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.member = self.fixed.copy()
        self.recount()

    def recount(self) -> None:
        """Count loads, shape (n,), and the articles that two share, shape (n, n), anew."""
        member = self.member.astype(np.float64)
        self.loads = member.sum(axis=0)
        self.shared = member.T @ member
        np.fill_diagonal(self.shared, 0.0)

    @property
    def free(self) -> Bools:
        """What may still be given to somebody else, shape (A, n)."""
        return np.asarray(self.member & ~self.fixed)

    @property
    def cost_of_more(self) -> Floats:
        """What one article more for each would add to the unevenness of the loads."""
        return np.asarray((2 * self.loads + 1) / self.weight)

    @property
    def gain_of_less(self) -> Floats:
        """What one article less for each would take from the unevenness of the loads."""
        return np.asarray((2 * self.loads - 1) / self.weight)

    def put(self, article: int | np.int64, annotators: Places) -> None:
        """Give an article to more annotators."""
        before = np.flatnonzero(self.member[article])
        self.loads[annotators] += 1
        self.shared[np.ix_(annotators, before)] += 1
        self.shared[np.ix_(before, annotators)] += 1
        self.shared[np.ix_(annotators, annotators)] += 1
        self.shared[annotators, annotators] = 0
        self.member[article, annotators] = True

    def replace(self, article: int, old: int, new: int) -> None:
        """Give an article to another annotator instead."""
        self.member[article, old] = False
        rest = np.flatnonzero(self.member[article])
        self.member[article, new] = True
        for annotator, change in ((old, -1), (new, 1)):
            self.loads[annotator] += change
            self.shared[annotator, rest] += change
            self.shared[rest, annotator] += change
