"""What each unit and each article adds to alpha, where equal ones must stay apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.choices.alpha import IntervalAlpha
from annotate.reliability.choices.votes import summed_by_article

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.choices.alpha import Alpha
    from annotate.reliability.evidence.ratings import Ratings
    from annotate.reliability.inference.tally import Tally

__all__ = ["tally_by_article", "unit_states"]

_CELLS = 2**22  # units x values that are looked at together: 32 MB


def unit_states(ratings: Ratings, alpha: Alpha) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give what each unit with at least two votes adds to alpha.

    Parameters
    ----------
    ratings : Ratings
        The votes.
    alpha : Alpha
        The coefficient.

    Returns
    -------
    units : array of int, shape (P,)
        Places of the units.
    states : array of float, shape (P, S)
        What they add.
    """
    ratings = ratings.pairable()
    units, row = np.unique(ratings.unit, return_inverse=True)
    if isinstance(alpha, IntervalAlpha):
        return units, alpha.states_of_votes(row, ratings.value, len(units))
    k = len(ratings.values)
    order = np.argsort(row, kind="stable")
    row, value = row[order], ratings.value[order]
    step = max(1, _CELLS // max(k, 1))
    blocks = [alpha.states(np.zeros((0, k)))]
    for first in range(0, len(units), step):
        size = min(step, len(units) - first)
        start, end = np.searchsorted(row, [first, first + size])
        cells = (row[start:end] - first) * k + value[start:end]
        counts = np.bincount(cells, minlength=size * k).reshape(size, k)
        blocks.append(alpha.states(counts.astype(np.float64)))
    return units, np.concatenate(blocks)


def tally_by_article(ratings: Ratings, alpha: Alpha) -> Tally:
    """Tally alpha with a row of its own for every article, as pairs of articles need it.

    Parameters
    ----------
    ratings : Ratings
        The votes.
    alpha : Alpha
        The coefficient.
    """
    units, states = unit_states(ratings, alpha)
    return summed_by_article(states, ratings.article[units])
