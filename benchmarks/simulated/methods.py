"""Intervals over articles that were tried, on many samples at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from annotate.reliability.inference.intervals import ends
from annotate.reliability.inference.pivot import Moves, Pivot

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from annotate.reliability.inference.measure import Coefficient

    Floats = NDArray[np.float64]
    Method = Callable[["Sample", float], Floats]

__all__ = ["METHODS", "SHIPPED", "WIDTHS", "Sample"]

_LEVEL = 0.975
_RESAMPLED = 100  # samples of each block that are also resampled, which takes long


@dataclass(frozen=True)
class Sample:
    """Studies of one size.

    Parameters
    ----------
    coefficient : Coefficient
        The figure.
    rows : array, shape (runs, n, S)
        The sums of each article.
    weights : array, shape (replicates, n)
        How often each article was drawn, the same for all studies.
    """

    coefficient: Coefficient
    rows: Floats
    weights: Floats

    @property
    def n(self) -> int:
        """How many articles a study has."""
        return self.rows.shape[1]

    @cached_property
    def total(self) -> Floats:
        """The sums over the articles of each study, shape (runs, S)."""
        return np.asarray(self.rows.sum(axis=1))

    @cached_property
    def moves(self) -> Moves:
        """What leaving out each article does."""
        return Moves.of(self.coefficient, self.rows, np.ones(self.rows.shape[:2]))

    @cached_property
    def pivot(self) -> Pivot:
        """The test of the product."""
        return Pivot.of(self.moves, self.coefficient.lowest)

    @cached_property
    def adjusted(self) -> tuple[Floats, Floats, Floats, Floats]:
        """The jackknife with five pseudo-articles: value, error, degrees of freedom, figure."""
        return _adjusted(self, 5.0)


def _adjusted(sample: Sample, k: float) -> tuple[Floats, Floats, Floats, Floats]:
    coefficient, total, n = sample.coefficient, sample.total, sample.n
    pseudo = np.stack([coefficient.pseudo(state, n) for state in total])
    whole = total + k / 2 * pseudo.sum(axis=1)
    left_out = coefficient(whole[:, None] - np.concatenate([sample.rows, pseudo], axis=1))
    weights = np.array([*np.ones(n), k / 2, k / 2])
    centre = (left_out * weights).sum(axis=1, keepdims=True) / (n + k)
    spread = (left_out - centre) ** 2
    error = np.sqrt((n + k - 1) / (n + k) * (weights * spread).sum(axis=1))
    freedom = _satterthwaite(spread[:, :n], n + k - 1)
    return coefficient(whole), error, freedom, coefficient(total)


def _satterthwaite(spread: Floats, most: float) -> Floats:
    spread = np.where(spread > 1e-20, spread, 0.0)  # noqa: PLR2004 - rounding
    squares = np.maximum((spread**2).sum(axis=1), 1e-300)
    return np.where(spread.any(axis=1), np.clip(spread.sum(axis=1) ** 2 / squares, 1.0, most), most)


def _within(low: Floats, high: Floats, true: float) -> Floats:
    held = (low <= true) & (true <= high)
    return np.where(np.isfinite(high - low), held, np.nan)


def _plain_ends(sample: Sample) -> tuple[Floats, Floats]:
    left_out = sample.coefficient(sample.total[:, None] - sample.rows)
    spread = (left_out - left_out.mean(axis=1, keepdims=True)) ** 2
    error = np.sqrt((sample.n - 1) / sample.n * spread.sum(axis=1))
    half = special.stdtrit(sample.n - 1, _LEVEL) * error
    value = sample.coefficient(sample.total)
    return value - half, value + half


def _adjusted_ends(sample: Sample) -> tuple[Floats, Floats]:
    value, error, freedom, figure = sample.adjusted
    half = special.stdtrit(freedom, _LEVEL) * error
    return np.minimum(value - half, figure), np.maximum(value + half, figure)


def _shipped_ends(sample: Sample) -> tuple[Floats, Floats]:
    return ends(sample.pivot, sample.coefficient.lowest, sample.coefficient.highest)


def plain(sample: Sample, true: float) -> Floats:
    """Jackknife over articles, t with n - 1 degrees of freedom."""
    return _within(*_plain_ends(sample), true)


def adjusted(sample: Sample, true: float) -> Floats:
    """Jackknife with five pseudo-articles, Satterthwaite's degrees of freedom."""
    return _within(*_adjusted_ends(sample), true)


def inverted(sample: Sample, true: float) -> Floats:
    """Fieller: is ``A - r B`` near zero, t with n - 1 degrees of freedom."""
    return _tested(sample, true, sample.n - 1.0)


def inverted_freely(sample: Sample, true: float) -> Floats:
    """Fieller with Satterthwaite's degrees of freedom."""
    moves, r = sample.moves, 1 - true
    apart = moves.of_observed - r * moves.of_expected
    spread = (apart - apart.mean(axis=1, keepdims=True)) ** 2
    return _tested(sample, true, _satterthwaite(spread, sample.n - 1))


def inverted_with_pseudo(sample: Sample, true: float) -> Floats:
    """Fieller with six pseudo-articles, t with n + 5 degrees of freedom."""
    k, n, r = 6.0, sample.n, 1 - true
    pseudo = np.stack([sample.coefficient.pseudo(state, n) for state in sample.total])
    times = np.concatenate([np.ones(n), [k / 2, k / 2]])
    rows = np.concatenate([sample.rows, pseudo], axis=1)
    moves = Moves.of(sample.coefficient, rows, np.broadcast_to(times, rows.shape[:2]))
    pivot = Pivot.of(moves, -1.0, modelled=False)
    ratio = np.full(len(rows), r)
    apart = np.abs(moves.observed - r * moves.expected)
    return (apart <= special.stdtrit(n + k - 1, _LEVEL) * pivot.error(ratio)).astype(float)


def _tested(sample: Sample, true: float, freedom: Floats | float) -> Floats:
    moves, r = sample.moves, 1 - true
    error = sample.pivot.error(np.full(len(moves.observed), r))
    apart = np.abs(moves.observed - r * moves.expected)
    return (apart <= special.stdtrit(freedom, _LEVEL) * error).astype(float)


def percentile(sample: Sample, true: float) -> Floats:
    """Percentiles of bootstrap replicates over articles."""
    rows = sample.rows[:_RESAMPLED]
    sums = np.asarray(np.tensordot(rows, sample.weights, axes=(1, 1)), dtype=np.float64)
    figures = sample.coefficient(sums.swapaxes(1, 2))
    low, high = _quantiles(figures)
    return _within(low, high, true)


def studentized(sample: Sample, true: float) -> Floats:
    """Bootstrap-t of ``A - r B``: its replicates at the sample's figure, each over its error."""
    moves, part, n = sample.moves, slice(_RESAMPLED), sample.n
    observed, expected = moves.observed[part], moves.expected[part]
    ratio = (observed / expected)[:, None]
    apart = moves.of_observed[part] - ratio * moves.of_expected[part]
    apart -= apart.mean(axis=1, keepdims=True)
    sums = apart @ sample.weights.T
    errors = np.sqrt(np.maximum(apart**2 @ sample.weights.T - sums**2 / n, 0.0))
    scores = np.divide(sums, errors, out=np.full_like(sums, np.nan), where=errors > 0)
    low, high = _quantiles(scores)
    own = (observed - (1 - true) * expected) / np.sqrt((apart**2).sum(axis=1))
    return np.where(np.isfinite(high - low), (low <= own) & (own <= high), np.nan)


def _quantiles(values: Floats) -> tuple[Floats, Floats]:
    """Give both quantiles of each row, of what is defined."""
    ordered, known = np.sort(values, axis=1), np.isfinite(values).sum(axis=1)
    places = (np.rint(level * (known - 1)).astype(int) for level in (1 - _LEVEL, _LEVEL))
    low, high = (np.take_along_axis(ordered, place[:, None], axis=1)[:, 0] for place in places)
    return low, high


def shipped(sample: Sample, true: float) -> Floats:
    """Ask the product: ``A - r B`` against a variance raised toward a score test's."""
    ratio = np.full(len(sample.rows), 1 - true)
    held = sample.pivot.beyond(ratio) >= 1 - _LEVEL
    model = sample.pivot.model
    if model is not None:
        limit = np.minimum(model.limit, 1 - sample.coefficient.lowest)
        held &= ratio <= np.maximum(limit, sample.moves.observed / sample.moves.expected)
    return held.astype(np.float64)


SHIPPED = "shipped: test inversion, score-type variance"
METHODS: dict[str, Method] = {
    "jackknife-t": plain,
    "bootstrap percentiles": percentile,
    "bootstrap-t of A - rB": studentized,
    "adjusted jackknife, k = 5, Satterthwaite": adjusted,
    "test inversion (Fieller)": inverted,
    "test inversion, k = 6": inverted_with_pseudo,
    "test inversion, Satterthwaite": inverted_freely,
    SHIPPED: shipped,
}
WIDTHS: dict[str, Callable[[Sample], tuple[Floats, Floats]]] = {
    "jackknife-t": _plain_ends,
    "adjusted jackknife, k = 5, Satterthwaite": _adjusted_ends,
    SHIPPED: _shipped_ends,
}
