"""Krippendorff's alpha on coincidence matrices that are sums over articles.

Names follow Krippendorff (2019, Content Analysis, 4th ed., ch. 12): ``o`` the coincidences,
``n_c`` the margins, ``D_o`` and ``D_e`` the observed and the expected disagreement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from annotate.schema import Scale

__all__ = [
    "Alpha",
    "Moments",
    "coincidences",
    "masi_distance",
    "moments",
    "same_pairs",
    "same_votes",
]


def coincidences(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Tally the coincidences of each unit.

    Parameters
    ----------
    counts : array, shape (U, K)
        How many annotators gave each of K values to each of U units.

    Returns
    -------
    array, shape (U, K, K)
        ``o_ck = n_c (n_k - [c=k]) / (m - 1)``; zero for units with fewer than two values.
    """
    counts = np.asarray(counts, dtype=np.float64)
    m = counts.sum(axis=1)
    pairs = counts[:, :, None] * counts[:, None, :]
    diagonal = np.arange(counts.shape[1])
    pairs[:, diagonal, diagonal] -= counts
    weight = np.divide(1.0, m - 1, out=np.zeros_like(m), where=m > 1)
    return np.asarray(pairs * weight[:, None, None])


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's alpha as a function of coincidences.

    Parameters
    ----------
    scale : {"nominal", "ordinal", "interval", "ratio"}
        The distance between values.
    values : sequence of float
        The K values as numbers, in their order (only their order counts on an ordinal scale,
        nothing on a nominal one).
    distance : array, shape (K, K), optional
        A distance of one's own, instead of the scale's.

    Examples
    --------
    The canonical data of Krippendorff (2011, Computing Krippendorff's alpha-reliability, C):

    >>> counts = np.array([[3,0,0,0,0],[0,3,1,0,0],[0,0,4,0,0],[0,0,4,0,0],[0,4,0,0,0],
    ...     [1,1,1,1,0],[0,0,0,4,0],[3,1,0,0,0],[0,4,0,0,0],[0,0,0,0,3],[2,0,0,0,0],[0,0,1,0,0]])
    >>> o = coincidences(counts).sum(axis=0).ravel()
    >>> [round(float(Alpha(s, (1, 2, 3, 4, 5))(o)), 3)
    ...     for s in ("nominal", "ordinal", "interval", "ratio")]
    [0.743, 0.815, 0.849, 0.797]
    """

    scale: Scale
    values: Sequence[float]
    distance: NDArray[np.float64] | None = None
    lowest: ClassVar[float] = -1.0

    def __call__(self, state: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give alpha of each flattened coincidence matrix, shape (…, K*K) to (…).

        NaN without variation, or with fewer than two pairable values.
        """
        k = len(self.values)
        o = np.asarray(state, dtype=np.float64).reshape(*np.shape(state)[:-1], k, k)
        n_c = o.sum(axis=-1)
        n = n_c.sum(axis=-1)
        d = self._distances(n_c)
        d_o = (o * d).sum(axis=(-2, -1))
        d_e = (n_c[..., :, None] * n_c[..., None, :] * d).sum(axis=(-2, -1))
        defined = (n > 1 + 1e-9) & (d_e > 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(defined, 1 - (n - 1) * d_o / np.where(defined, d_e, 1.0), np.nan)

    def _distances(self, n_c: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.distance is not None:
            return self.distance
        if self.scale == "nominal":
            return 1.0 - np.eye(len(self.values))
        if self.scale == "ordinal":
            # Half the own rank and all the lower ones: unused ranks take no room.
            mid = np.cumsum(n_c, axis=-1) - n_c / 2
            return np.asarray((mid[..., :, None] - mid[..., None, :]) ** 2)
        v = np.asarray(self.values, dtype=np.float64)
        difference = (v[:, None] - v[None, :]) ** 2
        if self.scale == "interval":
            return np.asarray(difference)
        total = (v[:, None] + v[None, :]) ** 2
        return np.divide(difference, total, out=np.zeros_like(total), where=total > 0)

    def pseudo(self, total: NDArray[np.float64], articles: int) -> NDArray[np.float64]:
        """Give an article at chance and one in perfect agreement, at the pooled margins."""
        k = len(self.values)
        n_c = total.reshape(k, k).sum(axis=1)
        m = n_c.sum() / articles
        # Half a label for each category keeps the rare ones possible.
        p = (n_c + 0.5) / (n_c.sum() + k / 2)
        return np.stack([(m * np.outer(p, p)).ravel(), (m * np.diag(p)).ravel()])


def moments(units: NDArray[np.int64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Tally numbers without a matrix over their values.

    Parameters
    ----------
    units : array of int, shape (R,)
        The unit of each rating, from 0.
    x : array of float, shape (R,)
        The ratings; centre them first, or large numbers cancel.

    Returns
    -------
    array, shape (U, 4)
        For each unit m, sum x, sum x**2 and the sum of squared differences over ordered pairs
        divided by m - 1; zero for units with fewer than two ratings.
    """
    m = np.bincount(units).astype(np.float64)
    s1, s2 = np.bincount(units, weights=x), np.bincount(units, weights=x * x)
    pairable = m > 1
    spread = np.where(pairable, 2 * (m * s2 - s1**2) / np.where(pairable, m - 1, 1.0), 0.0)
    state = np.stack([m, s1, s2, np.maximum(spread, 0.0)], axis=1)
    return np.asarray(state * pairable[:, None])


class Moments:
    """Alpha at the interval scale as a function of the sums of `moments`."""

    lowest = -1.0

    def __call__(self, state: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give alpha of each state, shape (…, 4) to (…)."""
        n, s1, s2, spread = np.moveaxis(np.asarray(state, dtype=np.float64), -1, 0)
        d_e = 2 * (n * s2 - s1**2)
        defined = (n > 1 + 1e-9) & (d_e > 1e-12 * np.maximum(n * s2, 1e-300))
        return np.where(defined, 1 - (n - 1) * spread / np.where(defined, d_e, 1.0), np.nan)

    def pseudo(self, total: NDArray[np.float64], articles: int) -> NDArray[np.float64]:
        """Give an article at chance and one in perfect agreement, at the pooled moments."""
        n, s1, s2, _ = total
        m, mean, square = n / articles, s1 / n, s2 / n
        chance = 2 * m * max(square - mean**2, 0.0)
        return np.array([[m, m * mean, m * square, chance], [m, m * mean, m * square, 0.0]])


def same_pairs(o: NDArray[np.float64]) -> NDArray[np.float64]:
    """Tally the coincidences that agree, and all of them, for observed agreement.

    Parameters
    ----------
    o : array, shape (G, K, K)
        Coincidences of each article.

    Returns
    -------
    array, shape (G, 2)
        A state of `annotate.reliability.inference.intervals.Share`.
    """
    return np.stack([np.trace(o, axis1=-2, axis2=-1), o.sum(axis=(-2, -1))], axis=-1)


def same_votes(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Tally the same without a matrix over the values.

    Parameters
    ----------
    counts : array, shape (U, K)
        How many annotators gave each of K values to each of U units, at least two to each unit.

    Returns
    -------
    array, shape (U, 2)
        A state of `annotate.reliability.inference.intervals.Share`.
    """
    m = counts.sum(axis=1)
    return np.stack([(counts * (counts - 1)).sum(axis=1) / (m - 1), m], axis=-1)


def masi_distance(sets: Sequence[frozenset[str]]) -> NDArray[np.float64]:
    """Give the MASI distances between sets.

    Passonneau (2006, LREC, Measuring agreement on set-valued items): one minus Jaccard times
    1, 2/3, 1/3 or 0 for equal, nested, crossing and disjoint sets. Two empty sets are equal, an
    empty and a full one as far apart as can be.
    """
    d = np.zeros((len(sets), len(sets)))
    for i, a in enumerate(sets):
        for j, b in enumerate(sets[:i]):
            d[i, j] = d[j, i] = 1.0 - _masi(a, b)
    return d


def _masi(a: frozenset[str], b: frozenset[str]) -> float:
    if a == b:
        return 1.0
    jaccard = len(a & b) / len(a | b)
    return jaccard * (2 / 3 if a <= b or b <= a else 1 / 3)
