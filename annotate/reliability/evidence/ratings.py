"""Who gave which value to which unit, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Ratings"]


@dataclass(frozen=True)
class Ratings:
    """The votes on one question; who has no vote on a unit has no row.

    One annotator has at most one vote on a unit.

    Parameters
    ----------
    unit, annotator, value : array of int, shape (R,)
        Places in the units, `annotators` and `values`.
    article : array of int, shape (U,)
        The place in `articles` of each unit; often unit and article are the same.
    articles, annotators : tuple of str
        Names.
    values : tuple of str
        Every value of the question that is scored, in the order of its scale, used or not.
    """

    unit: NDArray[np.int64]
    annotator: NDArray[np.int64]
    value: NDArray[np.int64]
    article: NDArray[np.int64]
    articles: tuple[str, ...]
    annotators: tuple[str, ...]
    values: tuple[str, ...]

    def only(self, kept: NDArray[np.bool_]) -> Ratings:
        """Keep some votes; shape (R,)."""
        return replace(
            self, unit=self.unit[kept], annotator=self.annotator[kept], value=self.value[kept]
        )

    def of_annotators(self, places: NDArray[np.int64]) -> Ratings:
        """Keep the votes of some annotators."""
        return self.only(np.isin(self.annotator, places))

    def of_articles(self, places: NDArray[np.int64]) -> Ratings:
        """Keep the votes on the units of some articles."""
        return self.only(np.isin(self.article[self.unit], places))

    def recoded(self, place: NDArray[np.int64], values: tuple[str, ...]) -> Ratings:
        """Give every value another place; those that become -1 have no vote any more."""
        value = place[self.value]
        return replace(self.only(value >= 0), value=value[value >= 0], values=values)

    def pairable(self) -> Ratings:
        """Keep the votes on units that have at least two."""
        votes = np.bincount(self.unit, minlength=len(self.article))
        return self.only(votes[self.unit] > 1)

    def counts(self) -> NDArray[np.int64]:
        """Count the votes, shape (U, K)."""
        k = len(self.values)
        cells = np.bincount(self.unit * k + self.value, minlength=len(self.article) * k)
        return cells.reshape(len(self.article), k)
