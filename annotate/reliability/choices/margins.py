"""How often each value was given: without rounding's residue, and smoothed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["cleaned", "shares_of", "smoothed"]

_RESIDUE = 1e-9  # of a vote: what rounding leaves when articles are left out


def cleaned(votes: Floats) -> Floats:
    """Give the votes without what rounding leaves when articles are left out."""
    return np.where(votes > _RESIDUE, votes, 0.0)


def shares_of(votes: Floats) -> Floats:
    """Give the shares of the values, shape (…, K); NaN without a vote."""
    votes = cleaned(votes)
    n = votes.sum(axis=-1, keepdims=True)
    return np.asarray(votes / np.where(n > 0, n, np.nan))


def smoothed(votes: Floats) -> Floats:
    """Give the shares with half a vote added to each value that somebody gave.

    So the rare ones stay possible. Of many values each gets less, two and a half votes in all,
    and one that nobody gave gets nothing: to declare more of them changes no interval.

    Parameters
    ----------
    votes : array, shape (K,) or (r, K)
        In all, or of each of r annotators.
    """
    used = votes.reshape(-1, votes.shape[-1]).sum(axis=0) > _RESIDUE
    added = used * min(0.5, 2.5 / max(np.count_nonzero(used), 1))
    return shares_of(votes + added)
