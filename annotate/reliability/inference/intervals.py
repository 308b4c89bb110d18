"""Intervals over articles: the adjusted delete-one-article jackknife.

Articles are what a study samples, so they are what is left out: never units, never spans. A few
pseudo-articles, half of them at chance and half in perfect agreement, keep the interval honest
for rare labels and for perfect agreement, in the spirit of Agresti and Coull (1998, The American
Statistician 52, 119-126, doi:10.1080/00031305.1998.10480550). The interval speaks of other
articles, not of other annotators.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.inference.measure import Coefficient
    from annotate.reliability.inference.tally import Tally

__all__ = ["FEWEST_ARTICLES", "RELIABLE", "TENTATIVE", "Interval", "carrier", "interval_of"]

FEWEST_ARTICLES = 5
TENTATIVE, RELIABLE = 0.667, 0.80
_PSEUDO = 5.0  # articles; benchmarks/coverage.py, with three rare labels were covered worse
_LEVEL = 0.95
_ROUNDING = 1e-20  # of a squared deviation


@dataclass(frozen=True)
class Interval:
    """A 95 % interval over articles, or the reason why there is none.

    Parameters
    ----------
    low, high : float
        Its ends; NaN where there is none.
    below_tentative, below_reliable : float
        The probability that the figure lies below .667 and below .80, from the same
        distribution; NaN where there is no interval.
    reason : str
        Why there is none.
    """

    low: float
    high: float
    below_tentative: float = float("nan")
    below_reliable: float = float("nan")
    reason: str = ""


def interval_of(tally: Tally, coefficient: Coefficient) -> Interval:
    """Give the interval of a figure.

    Parameters
    ----------
    tally : Tally
        The sums of each article that at least two annotators saw.
    coefficient : Coefficient
        The figure.

    Returns
    -------
    Interval
        NaN on both sides where there is none, with the reason.
    """
    tally = tally.informative()
    articles = tally.articles
    if articles < FEWEST_ARTICLES:
        return _none(
            f"no interval: it takes {FEWEST_ARTICLES} articles with something to compare, "
            f"there are {articles}"
        )
    total = tally.total
    figure = float(coefficient(total))
    if not np.isfinite(figure):
        return _none("no interval: the figure itself is undefined")
    pseudo = coefficient.pseudo(total, articles)
    whole = total + _PSEUDO / 2 * pseudo.sum(axis=0)
    left_out = coefficient(whole - np.concatenate([tally.rows, pseudo]))
    weights = np.concatenate([tally.times, np.full(2, _PSEUDO / 2)])
    n = articles + _PSEUDO
    spread = (left_out - np.average(left_out, weights=weights)) ** 2
    error = float(np.sqrt((n - 1) / n * (weights * spread).sum()))
    freedom = _freedom(spread[: len(tally.times)], tally.times, n - 1)
    half = stats.t.ppf((1 + _LEVEL) / 2, freedom) * error
    value = float(coefficient(whole))
    if not np.isfinite(half):
        return _none("no interval: leaving one article out makes the figure undefined")
    # Where annotators contradict each other throughout, the adjusted value lies far above.
    low, high = min(value - half, figure), max(value + half, figure)
    below = [
        float(stats.t.cdf((cut - value) / error, freedom)) if error else float(value < cut)
        for cut in (TENTATIVE, RELIABLE)
    ]
    return Interval(
        max(low, coefficient.lowest), min(high, coefficient.highest), below[0], below[1]
    )


def _freedom(spread: NDArray[np.float64], times: NDArray[np.float64], most: float) -> float:
    """Give the degrees of freedom that articles of unequal weight leave.

    Satterthwaite (1946, Biometrics Bulletin 2, 110-114, doi:10.2307/3002019), on the squared
    deviations of the articles: where two of thirty carry the label, there are about two.
    """
    spread = np.where(spread > _ROUNDING, spread, 0.0)
    if not spread.any():
        return most
    return float(np.clip((times @ spread) ** 2 / (times @ spread**2), 1.0, most))


def carrier(tally: Tally, coefficient: Coefficient) -> int | None:
    """Give the place of the one article without which the figure is undefined, None if none is."""
    if tally.articles < 2 or not np.isfinite(coefficient(tally.total)):  # noqa: PLR2004 - one article is no carrier of many
        return None
    undefined = np.flatnonzero(~np.isfinite(coefficient(tally.total - tally.rows)))
    alone = undefined[tally.times[undefined] == 1]
    return int(tally.example[alone[0]]) if len(undefined) == len(alone) == 1 else None


def _none(reason: str) -> Interval:
    return Interval(float("nan"), float("nan"), reason=reason)
