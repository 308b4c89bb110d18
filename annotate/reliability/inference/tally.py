"""Sums over articles: all that an agreement figure needs of the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["Tally"]


@dataclass(frozen=True)
class Tally:
    """What each article adds to a figure.

    Articles that add the same may share a row: five annotators and five values leave 252 rows
    of a million articles.

    Parameters
    ----------
    rows : array of float, shape (P, S)
        The sums of one article each.
    times : array of float, shape (P,)
        How many articles have them.
    example : array of int, shape (P,)
        The place of one such article in the caller's list of articles.
    """

    rows: NDArray[np.float64]
    times: NDArray[np.float64]
    example: NDArray[np.int64]

    @classmethod
    def of(cls, rows: NDArray[np.float64], example: NDArray[np.int64] | None = None) -> Tally:
        """Make a tally in which every row is one article."""
        places = np.arange(len(rows)) if example is None else example
        return cls(np.asarray(rows, dtype=np.float64), np.ones(len(rows)), places)

    @property
    def total(self) -> NDArray[np.float64]:
        """The sums over all articles, shape (S,)."""
        return np.asarray(self.times @ self.rows)

    @property
    def articles(self) -> int:
        """How many articles there are."""
        return round(float(self.times.sum()))

    def informative(self) -> Tally:
        """Leave out the articles that add nothing: nobody compared anything there."""
        kept = self.rows.any(axis=1)
        return self if kept.all() else Tally(self.rows[kept], self.times[kept], self.example[kept])

    def grouped(self) -> Tally:
        """Let articles that add the same share a row."""
        rows, example, place = np.unique(self.rows, axis=0, return_index=True, return_inverse=True)
        times = np.bincount(place.ravel(), weights=self.times, minlength=len(rows))
        return Tally(rows, times.astype(np.float64), self.example[example])

    @classmethod
    def together(cls, tallies: Iterable[Tally]) -> Tally:
        """Put the tallies of disjoint sets of articles one after the other."""
        parts = list(tallies)
        return cls(
            np.concatenate([part.rows for part in parts]),
            np.concatenate([part.times for part in parts]),
            np.concatenate([part.example for part in parts]),
        )
