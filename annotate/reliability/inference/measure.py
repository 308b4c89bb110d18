"""What every coefficient is: one minus the observed over the expected disagreement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.inference.tally import Tally

__all__ = ["Coefficient", "Measured", "Share"]


class Coefficient:
    """A figure as a function of sums over articles.

    Subclasses give `parts` and `pseudo`; the figure is ``1 - observed / expected``, undefined
    (NaN) where nothing is expected.
    """

    lowest: ClassVar[float] = -1.0
    highest: ClassVar[float] = 1.0
    #: Of how many units at least it says anything.
    fewest_units: ClassVar[int] = 1

    def parts(self, state: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give observed and expected disagreement, shape (…, S) to two of shape (…).

        Both in the same unit; expected is 0 or NaN where the figure is undefined.
        """
        raise NotImplementedError

    def pseudo(self, total: NDArray[np.float64], articles: int) -> NDArray[np.float64]:
        """Give an article of mean size at chance and one in perfect agreement, shape (2, S).

        Both at the pooled margins; the interval adds a few of them.
        """
        raise NotImplementedError

    def __call__(self, state: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the figure of each state, shape (…, S) to (…)."""
        observed, expected = self.parts(np.asarray(state, dtype=np.float64))
        defined = np.isfinite(expected) & (expected > 0)
        return np.where(defined, 1 - observed / np.where(defined, expected, 1.0), np.nan)


class Share(Coefficient):
    """A share of what could be, from sums over articles: hits, and all there is."""

    lowest: ClassVar[float] = 0.0

    def parts(self, state: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give the misses and all there is, shape (…, 2) to two of shape (…)."""
        hits, size = np.moveaxis(state, -1, 0)
        return size - hits, size

    def pseudo(self, total: NDArray[np.float64], articles: int) -> NDArray[np.float64]:
        """Give an article of mean size where nothing hits, and one where all does."""
        size = total[1] / articles
        return np.array([[0.0, size], [size, size]])


@dataclass(frozen=True)
class Measured:
    """One coefficient with the sums it is to be computed from.

    Parameters
    ----------
    measure : str
        Its printed name, such as ``alpha (nominal)``.
    coefficient : Coefficient
        The figure as a function of the sums.
    tally : Tally
        The sums; `Tally.example` counts in the articles of the `Ratings` or `Marks`.
    undefined : str
        The reason to print where it has no value; also where `tally` is of no use at all.
    units, annotators, labels : int
        What it rests on: units compared, the people and the votes (or spans) in them.
    label : str
        The value or span label it is about, "" for the whole question.
    record : float or None
        The value of record, where another implementation gives it.
    note : str
        What else to know, printed whether or not the figure is defined.
    lone : bool
        Whether votes on units that have no other count too; `tally` has them spread over its
        articles.
    """

    measure: str
    coefficient: Coefficient
    tally: Tally
    undefined: str
    units: int
    annotators: int
    labels: int
    label: str = ""
    record: float | None = None
    note: str = ""
    lone: bool = False
