"""Krippendorff's alpha at every scale, on sums over articles.

Krippendorff (2019, Content Analysis, 4th ed., ch. 12, doi:10.4135/9781071878781), whose names are
kept: ``o`` the coincidences, ``n_c`` the margins, ``D_o`` and ``D_e`` the observed and expected
disagreement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy import sparse

from annotate.reliability.choices.margins import cleaned, smoothed
from annotate.reliability.choices.votes import table_of_counts
from annotate.reliability.inference.measure import Coefficient

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from annotate.reliability.choices.votes import VoteTable
    from annotate.reliability.inference.tally import Tally
    from annotate.schema import Scale

    Floats = NDArray[np.float64]

__all__ = [
    "Alpha",
    "FixedAlpha",
    "IntervalAlpha",
    "OrdinalAlpha",
    "alpha_at",
    "coincidences",
    "midranks",
    "ratio_distance",
    "tally_counts",
]

_ONE = 1 + 1e-9  # vote, which makes no pair, and what rounding leaves beside it
_CANCELLED = 1e-12  # of a sum of squares


class Alpha(Coefficient):
    """Krippendorff's alpha as a function of what units add to it."""

    # What is expected comes from the votes themselves: of one unit alone it is what is observed.
    fewest_units: ClassVar[int] = 2

    def states(self, counts: Floats) -> Floats:
        """Give what units add, shape (U, K) to (U, S); their votes for each value.

        Units with fewer than two votes add nothing.
        """
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class FixedAlpha(Alpha):
    """Alpha with a distance that does not depend on the data.

    A unit adds its K margins and the sum of ``o_ck d_ck``.

    Parameters
    ----------
    distance : array or None, shape (K, K)
        The distances between values; None on a nominal scale, where all are 1.
    """

    distance: Floats | None = None

    def states(self, counts: Floats) -> Floats:
        """Give the margins of units and the distances in them, shape (U, K) to (U, K + 1)."""
        counts, weight = _weighed(counts)
        apart = (self._reach(counts) * counts).sum(axis=1) * weight
        return np.column_stack([counts, apart])

    def parts(self, state: Floats) -> tuple[Floats, Floats]:
        """Give D_o and D_e, shape (…, K + 1) to two of shape (…)."""
        n_c, n = _margins(state[..., :-1])
        expected = (self._reach(n_c) * n_c).sum(axis=-1)
        return state[..., -1] / n, expected / (n * (n - 1))

    def pseudo(self, total: Floats, articles: int) -> Floats:
        """Give an article at chance and one in perfect agreement, at the pooled margins."""
        m = total[:-1].sum() / articles
        p = smoothed(total[:-1])
        return np.array([[*(m * p), m * (self._reach(p) @ p)], [*(m * p), 0.0]])

    def _reach(self, counts: Floats) -> Floats:
        """Give how far all votes together lie from each value, shape (…, K)."""
        if self.distance is None:
            return np.asarray(counts.sum(axis=-1, keepdims=True) - counts)
        return np.asarray(counts @ self.distance)


class OrdinalAlpha(Alpha):
    """Alpha in the declared order of the values.

    The distance is the squared difference of midranks, here as shares of all votes. They depend
    on the data, so a unit adds its K margins and the coincidences ``o_ck`` with c below k. Values
    that nobody gave take no room.
    """

    def states(self, counts: Floats) -> Floats:
        """Give margins and coincidences, shape (U, K) to (U, K (K + 1) / 2)."""
        counts, weight = _weighed(counts)
        low, high = np.triu_indices(counts.shape[1], 1)
        return np.hstack([counts, counts[:, low] * counts[:, high] * weight[:, None]])

    def parts(self, state: Floats) -> tuple[Floats, Floats]:
        """Give D_o and D_e, shape (…, K (K + 1) / 2) to two of shape (…)."""
        k = _ranks(state.shape[-1])
        n_c, n = _margins(state[..., :k])
        mid = midranks(n_c) / n[..., None]
        low, high = np.triu_indices(k, 1)
        observed = (state[..., k:] * (mid[..., low] - mid[..., high]) ** 2).sum(axis=-1)
        # The mean midrank is 0, so the sum over pairs is one over values.
        return 2 * observed / n, 2 * (n_c * mid**2).sum(axis=-1) / (n - 1)

    def pseudo(self, total: Floats, articles: int) -> Floats:
        """Give an article at chance and one in perfect agreement, at the pooled margins."""
        k = _ranks(len(total))
        m = total[:k].sum() / articles
        p = smoothed(total[:k])
        low, high = np.triu_indices(k, 1)
        chance = p[low] * p[high]
        return np.asarray(m * np.array([[*p, *chance], [*p, *np.zeros_like(chance)]]))


class IntervalAlpha(Alpha):
    """Alpha of numbers, without a matrix over them.

    A unit adds m, sum x, sum x**2 and the sum of squared differences over ordered pairs divided
    by m - 1.

    Parameters
    ----------
    numbers : sequence of float, shape (K,)
        The values as numbers, given or not. Their median becomes zero, since large numbers would
        cancel; so sums of two parts of the data add up when both were given the same numbers.
    """

    def __init__(self, numbers: Sequence[float] | Floats) -> None:
        self.x = np.asarray(numbers, dtype=np.float64)
        if len(self.x):
            self.x = self.x - np.median(self.x)

    def states(self, counts: Floats) -> Floats:
        """Give the moments of units, shape (U, K) to (U, 4)."""
        counts = np.asarray(counts, dtype=np.float64)
        return _moments(counts.sum(axis=1), counts @ self.x, counts @ self.x**2)

    def states_of_votes(
        self, unit: NDArray[np.int64], value: NDArray[np.int64], units: int
    ) -> Floats:
        """Give the same from single votes, shape (R,) to (units, 4)."""
        x = self.x[value]
        m = np.bincount(unit, minlength=units).astype(np.float64)
        s1, s2 = (np.bincount(unit, weights=w, minlength=units) for w in (x, x * x))
        return _moments(m, s1.astype(np.float64), s2.astype(np.float64))

    def parts(self, state: Floats) -> tuple[Floats, Floats]:
        """Give D_o and D_e, shape (…, 4) to two of shape (…)."""
        m, s1, s2, spread = np.moveaxis(state, -1, 0)
        m = np.where(m > _ONE, m, np.nan)
        apart = m * s2 - s1**2
        apart = np.where(apart > _CANCELLED * m * s2, apart, 0.0)
        return spread / m, 2 * apart / (m * (m - 1))

    def pseudo(self, total: Floats, articles: int) -> Floats:
        """Give an article at chance and one in perfect agreement, at the pooled moments."""
        n, s1, s2, _ = total
        m, mean, square = n / articles, s1 / n, s2 / n
        chance = 2 * m * max(square - mean**2, 0.0)
        return np.array([[m, m * mean, m * square, chance], [m, m * mean, m * square, 0.0]])


def alpha_at(scale: Scale, numbers: Sequence[float] | Floats) -> Alpha:
    """Give alpha at a scale.

    Parameters
    ----------
    scale : {"nominal", "ordinal", "interval", "ratio"}
        The scale.
    numbers : sequence of float
        The values as numbers, which count at the interval and the ratio scale.
    """
    if scale == "nominal":
        return FixedAlpha()
    if scale == "ordinal":
        return OrdinalAlpha()
    return IntervalAlpha(numbers) if scale == "interval" else FixedAlpha(ratio_distance(numbers))


def tally_counts(
    counts: NDArray[np.int64], scale: Scale, numbers: Sequence[float] | None = None
) -> tuple[Alpha, Tally]:
    """Tally votes that were counted already, each unit an article of its own.

    Parameters
    ----------
    counts : array of int, shape (U, K)
        Votes of each unit for each of K values.
    scale : {"nominal", "ordinal", "interval", "ratio"}
        The scale.
    numbers : sequence of float, optional
        The values as numbers; their places, if not given.

    Returns
    -------
    alpha : Alpha
        The coefficient.
    tally : Tally
        Its sums; ``alpha(tally.total)`` is the figure.

    Examples
    --------
    The canonical data of Krippendorff (2011, Computing Krippendorff's alpha-reliability, C):
    .743, .815, .849 and .797.

    >>> counts = np.array([[3,0,0,0,0],[0,3,1,0,0],[0,0,4,0,0],[0,0,4,0,0],[0,4,0,0,0],
    ...     [1,1,1,1,0],[0,0,0,4,0],[3,1,0,0,0],[0,4,0,0,0],[0,0,0,0,3],[2,0,0,0,0],[0,0,1,0,0]])
    >>> for scale in ("nominal", "ordinal", "interval", "ratio"):
    ...     alpha, tally = tally_counts(counts, scale, (1, 2, 3, 4, 5))
    ...     print(scale, round(float(alpha(tally.total)), 3))
    nominal 0.743
    ordinal 0.815
    interval 0.849
    ratio 0.797
    """
    alpha = alpha_at(scale, range(counts.shape[1]) if numbers is None else numbers)
    return alpha, table_of_counts(counts).pairable().tally(alpha.states)


def coincidences(table: VoteTable) -> Floats:
    """Pool the coincidences of all units, shape (K, K): ``o_ck = n_c (n_k - [c=k]) / (m - 1)``.

    Parameters
    ----------
    table : VoteTable
        The votes; units with fewer than two add nothing.
    """
    table = table.pairable()
    weight = table.times / (np.asarray(table.counts.sum(axis=1)) - 1)
    pairs = table.counts.T @ (sparse.diags_array(weight) @ table.counts)
    together = pairs if isinstance(pairs, np.ndarray) else pairs.toarray()
    return np.asarray(together - np.diag(table.counts.T @ weight))


def midranks(n_c: Floats) -> Floats:
    """Give the midrank of each value around the mean one, shape (…, K)."""
    return np.asarray(np.cumsum(n_c, axis=-1) - n_c / 2 - n_c.sum(axis=-1, keepdims=True) / 2)


def ratio_distance(numbers: Sequence[float] | Floats) -> Floats:
    """Give the distances of the ratio scale, ``((a - b) / (a + b))**2``, shape (K, K).

    All NaN where a number is negative: a ratio scale begins at zero.
    """
    x = np.asarray(numbers, dtype=np.float64)
    if (x < 0).any():
        return np.full((len(x), len(x)), np.nan)
    total = x[:, None] + x
    apart = np.divide(x[:, None] - x, total, out=np.zeros_like(total), where=total != 0)
    return np.asarray(apart**2)


def _weighed(counts: Floats) -> tuple[Floats, Floats]:
    """Give counts of zero to units without a pair, and 1 / (m - 1) of each unit."""
    counts = np.asarray(counts, dtype=np.float64)
    m = counts.sum(axis=1)
    if m.min(initial=2) < 2:  # noqa: PLR2004 - it takes two to make a pair
        counts = counts * (m > 1)[:, None]
    return counts, 1 / np.maximum(m - 1, 1)


def _margins(n_c: Floats) -> tuple[Floats, Floats]:
    """Give the margins without what rounding left, and their sum, NaN below two votes."""
    n_c = cleaned(n_c)
    n = n_c.sum(axis=-1)
    return n_c, np.where(n > _ONE, n, np.nan)


def _moments(m: Floats, s1: Floats, s2: Floats) -> Floats:
    pairable = m > 1
    spread = 2 * np.maximum(m * s2 - s1**2, 0.0) / np.maximum(m - 1, 1)
    return np.asarray(np.column_stack([m, s1, s2, spread]) * pairable[:, None])


def _ranks(size: int) -> int:
    """Give K of K (K + 1) / 2."""
    return round(float(np.sqrt(8 * size + 1) - 1) / 2)
