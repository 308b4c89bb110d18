"""Plurality and median of votes, with ties shown as ties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.evidence.ratings import Ratings

__all__ = ["NO_VALUE", "Chosen", "median", "plurality", "shares"]

NO_VALUE = -1
_SAME = 1e-9


@dataclass(frozen=True)
class Chosen:
    """What was chosen for each unit.

    Parameters
    ----------
    value : array of int, shape (U,)
        The place of the value; `NO_VALUE` where there is a tie or nobody voted.
    tied : array of bool, shape (U, K)
        The values between which there is a tie; none where there is no tie.
    support : array of float, shape (U,)
        The share of the votes that the chosen value, or each of the tied ones, has; NaN where
        nobody voted.
    """

    value: NDArray[np.int64]
    tied: NDArray[np.bool_]
    support: NDArray[np.float64]

    def of_units(self, part: slice) -> Chosen:
        """Keep some units that follow one another."""
        return Chosen(self.value[part], self.tied[part], self.support[part])


def shares(ratings: Ratings) -> NDArray[np.float64]:
    """Give the distribution of the votes on each unit: the soft label.

    Returns
    -------
    array of float, shape (U, K)
        Each row adds up to 1, or is NaN where nobody voted.
    """
    counts = ratings.counts().astype(np.float64)
    votes = counts.sum(axis=1, keepdims=True)
    share: NDArray[np.float64] = np.full_like(counts, np.nan)
    np.divide(counts, votes, out=share, where=votes > 0)
    return share


def plurality(weights: NDArray[np.float64]) -> Chosen:
    """Choose the value with the most votes.

    Parameters
    ----------
    weights : array of float, shape (U, K)
        Votes, or what votes weigh; rows without any, or NaN, have no value.

    Examples
    --------
    >>> import numpy as np
    >>> chosen = plurality(np.array([[2.0, 1.0], [1.0, 1.0], [0.0, 0.0]]))
    >>> chosen.value.tolist(), chosen.support.round(2).tolist()
    ([0, -1, -1], [0.67, 0.5, nan])
    """
    weights = np.nan_to_num(weights, nan=0.0)
    total = weights.sum(axis=1)
    most = weights.max(axis=1, initial=0.0)
    best = (weights >= (most - _SAME * np.maximum(total, 1.0))[:, None]) & (total > 0)[:, None]
    return _chosen(best, np.divide(most, total, out=np.full(len(total), np.nan), where=total > 0))


def median(counts: NDArray[np.int64]) -> Chosen:
    """Choose the value in the middle of an order; of two in the middle, neither.

    Parameters
    ----------
    counts : array of int, shape (U, K)
        How many voted for each value, in the order of the scale.

    Examples
    --------
    >>> import numpy as np
    >>> median(np.array([[1, 0, 2], [1, 0, 1], [1, 1, 1]])).value.tolist()
    [2, -1, 1]
    """
    total = counts.sum(axis=1)
    if not counts.size:  # nobody voted, and no value is known
        return plurality(counts.astype(np.float64))
    below = counts.cumsum(axis=1)
    low = (2 * below >= total[:, None]).argmax(axis=1)
    high = (2 * below > total[:, None]).argmax(axis=1)
    best = np.zeros(counts.shape, dtype=np.bool_)
    voted = np.flatnonzero(total)
    best[voted, low[voted]] = best[voted, high[voted]] = True
    share = np.full(len(total), np.nan)
    share[voted] = counts[voted, low[voted]] / total[voted]
    return _chosen(best, share)


def _chosen(best: NDArray[np.bool_], share: NDArray[np.float64]) -> Chosen:
    number = best.sum(axis=1)
    value = np.where(number == 1, best.argmax(axis=1), NO_VALUE) if best.size else number - 1
    return Chosen(value.astype(np.int64), best & (number > 1)[:, None], share)
