"""Distances between sets of options, for questions that take several values.

The empty set is an answer: equal to another empty set, as far as can be from any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["jaccard_distance", "masi_distance"]


def jaccard_distance(sets: Sequence[frozenset[str]]) -> NDArray[np.float64]:
    """Give the share of the options of either set that are not in both, shape (K, K).

    Parameters
    ----------
    sets : sequence of frozenset of str
        K sets.

    Examples
    --------
    >>> d = jaccard_distance([frozenset("AB"), frozenset("ABC"), frozenset(), frozenset("D")])
    >>> [round(float(x), 3) for x in d[0]]
    [0.0, 0.333, 1.0, 1.0]
    """
    both, either = _overlaps(sets)
    return 1 - np.divide(both, either, out=np.ones_like(both), where=either > 0)


def masi_distance(sets: Sequence[frozenset[str]]) -> NDArray[np.float64]:
    """Give the MASI distances between sets, shape (K, K).

    Passonneau (2006, LREC, Measuring agreement on set-valued items): one minus Jaccard times
    1, 2/3, 1/3 or 0 for equal, nested, crossing and disjoint sets, in exact thirds.

    Parameters
    ----------
    sets : sequence of frozenset of str
        K sets.

    Examples
    --------
    Artstein and Poesio (2008, Computational Linguistics 34, doi:10.1162/coli.07-034-R2):

    >>> d = masi_distance([frozenset("AB"), frozenset("ABC"), frozenset("BC"), frozenset()])
    >>> [round(float(x), 3) for x in d[0]]
    [0.0, 0.556, 0.889, 1.0]
    """
    both, _ = _overlaps(sets)
    size = np.diag(both)
    nested = (both == size) | (both == size[:, None])
    equal = nested & (size == size[:, None])
    monotone = np.where(equal, 1.0, np.where(nested, 2 / 3, 1 / 3))
    return np.asarray(1 - (1 - jaccard_distance(sets)) * monotone)


def _overlaps(
    sets: Sequence[frozenset[str]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Count the options in both and in either of two sets, each of shape (K, K)."""
    options = sorted(frozenset().union(*sets))
    place = {option: number for number, option in enumerate(options)}
    holds = np.zeros((len(sets), len(options)))
    for row, chosen in enumerate(sets):
        holds[row, [place[option] for option in chosen]] = 1.0
    both = holds @ holds.T
    size = np.diag(both)
    return both, size[:, None] + size - both
