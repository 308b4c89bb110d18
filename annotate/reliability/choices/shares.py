"""Shares that are not corrected for chance: what one sees before any coefficient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["agreeing", "near", "second"]


def agreeing(counts: Floats) -> Floats:
    """Tally the pairs of votes that agree, for observed agreement.

    Parameters
    ----------
    counts : array, shape (U, K)
        Votes of units with at least two.

    Returns
    -------
    array, shape (U, 2)
        A state of `annotate.reliability.inference.measure.Share`: each unit weighs as many votes
        as it has, so the share is one minus the observed disagreement of nominal alpha.
    """
    return near(counts, 0)


def near(counts: Floats, steps: int = 1) -> Floats:
    """Tally the pairs of votes that lie at most some steps apart.

    Parameters
    ----------
    counts : array, shape (U, K)
        Votes of units with at least two, values in their order.
    steps : int
        How far apart they may lie.

    Returns
    -------
    array, shape (U, 2)
        A state of `annotate.reliability.inference.measure.Share`.
    """
    m = counts.sum(axis=1)
    hits = (counts * (counts - 1)).sum(axis=1)
    for step in range(1, min(steps + 1, counts.shape[1])):
        hits = hits + 2 * (counts[:, step:] * counts[:, :-step]).sum(axis=1)
    return np.column_stack([hits / (m - 1), m])


def second(counts: Floats) -> Floats:
    """Tally how often the second of two values was given.

    Parameters
    ----------
    counts : array, shape (U, 2)
        Votes.

    Returns
    -------
    array, shape (U, 2)
        A state of `annotate.reliability.inference.measure.Share`.
    """
    return np.column_stack([counts[:, 1], counts.sum(axis=1)])
