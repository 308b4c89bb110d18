"""Intervals over articles: the adjusted delete-one-article jackknife.

Articles are what a study samples, so they are what is left out: never units, never spans. A few
pseudo-articles, half of them at chance and half in perfect agreement, keep the interval honest
for rare labels and for perfect agreement, in the spirit of Agresti and Coull (1998, The American
Statistician 52, 119-126, doi:10.1080/00031305.1998.10480550). The interval speaks of other
articles, not of other annotators.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FEWEST_ARTICLES", "Interval", "Measure", "Share", "adjusted_jackknife", "carrier"]

FEWEST_ARTICLES = 5
_PSEUDO = 5.0  # articles; benchmarks/coverage.py, with three rare labels were covered worse
_LEVEL = 0.95
_ROUNDING = 1e-20  # of a squared deviation


class Measure(Protocol):
    """A figure that is a function of sums over articles."""

    @property
    def lowest(self) -> float:
        """The least value the figure can take, where an interval ends."""
        ...

    def __call__(self, state: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the figure of each state, shape (…, S) to (…); NaN where it is undefined."""
        ...

    def pseudo(self, total: NDArray[np.float64], articles: int) -> NDArray[np.float64]:
        """Give an article of mean size at chance and one in perfect agreement, shape (2, S)."""
        ...


@dataclass(frozen=True)
class Interval:
    """A 95 % interval over articles, or the reason why there is none."""

    low: float
    high: float
    reason: str = ""


def adjusted_jackknife(states: NDArray[np.float64], measure: Measure) -> Interval:
    """Give the interval of a figure.

    Parameters
    ----------
    states : array of float, shape (G, S)
        The sums of each article that at least two annotators saw.
    measure : Measure
        The figure.

    Returns
    -------
    Interval
        NaN on both sides where there is none, with the reason.
    """
    states = states[states.any(axis=1)]
    articles = len(states)
    if articles < FEWEST_ARTICLES:
        return _none(
            f"no interval: it takes {FEWEST_ARTICLES} articles with something to compare, "
            f"there are {articles}"
        )
    total = states.sum(axis=0)
    figure = float(measure(total))
    if not np.isfinite(figure):
        return _none("no interval: the figure itself is undefined")
    pseudo = measure.pseudo(total, articles)
    whole = total + _PSEUDO / 2 * pseudo.sum(axis=0)
    left_out = measure(whole - np.concatenate([states, pseudo]))
    weights = np.concatenate([np.ones(articles), np.full(2, _PSEUDO / 2)])
    n = articles + _PSEUDO
    spread = (left_out - np.average(left_out, weights=weights)) ** 2
    error = np.sqrt((n - 1) / n * (weights * spread).sum())
    half = stats.t.ppf((1 + _LEVEL) / 2, _freedom(spread[:articles], n - 1)) * error
    value = float(measure(whole))
    if not np.isfinite(half):
        return _none("no interval: leaving one article out makes the figure undefined")
    # Where annotators contradict each other throughout, the adjusted value lies far above.
    low, high = min(value - half, figure), max(value + half, figure)
    return Interval(float(max(low, measure.lowest)), float(min(high, 1.0)))


def _freedom(spread: NDArray[np.float64], most: float) -> float:
    """Give the degrees of freedom that articles of unequal weight leave.

    Satterthwaite (1946, Biometrics Bulletin 2, 110-114, doi:10.2307/3002019), on the squared
    deviations of the articles: where two of thirty carry the label, there are about two.
    """
    spread = np.where(spread > _ROUNDING, spread, 0.0)
    if not spread.any():
        return most
    return float(np.clip(spread.sum() ** 2 / (spread**2).sum(), 1.0, most))


class Share:
    """A share of what could be, from sums over articles: hits, and all there is."""

    lowest = 0.0

    def __call__(self, state: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the share of each state, shape (…, 2) to (…); NaN where there is nothing."""
        hits, size = np.moveaxis(np.asarray(state, dtype=np.float64), -1, 0)
        return np.where(size > 0, hits / np.where(size > 0, size, 1.0), np.nan)

    def pseudo(self, total: NDArray[np.float64], articles: int) -> NDArray[np.float64]:
        """Give an article of mean size where nothing hits, and one where all does."""
        size = total[1] / articles
        return np.array([[0.0, size], [size, size]])


def carrier(states: NDArray[np.float64], measure: Measure) -> int | None:
    """Give the place of the one article without which the figure is undefined, None if none is."""
    total = states.sum(axis=0)
    if not np.isfinite(measure(total)):
        return None
    undefined = np.flatnonzero(~np.isfinite(measure(total - states)))
    return int(undefined[0]) if len(undefined) == 1 else None


def _none(reason: str) -> Interval:
    return Interval(float("nan"), float("nan"), reason)
