"""The difference between two figures, with an interval over articles.

Whether two figures differ cannot be read off their two intervals: where the articles are the
same, most of what moves the one moves the other (Schenker and Gentleman 2001, The American
Statistician 55, 182-186, doi:10.1198/000313001317097960). An article that counts for both is
left out of both at once; any other counts for its own side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from annotate.reliability.inference.intervals import FEWEST_ARTICLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from annotate.reliability.inference.measure import Coefficient
    from annotate.reliability.inference.tally import Tally

__all__ = ["Difference", "difference", "holm"]

_PSEUDO = 5.0  # articles on each side; fewer were wider, see benchmarks/coverage_differences.py
_LEVEL = 0.95
_ROUNDING = 1e-20  # of a squared deviation


@dataclass(frozen=True)
class Difference:
    """The second figure minus the first, with its 95 % interval over articles.

    Parameters
    ----------
    value, low, high : float
        The difference and the ends of its interval; NaN where there is none.
    p : float
        Two-sided, that there is no difference, from the distribution of the interval; NaN where
        there is no interval.
    reason : str
        Why there is no difference or no interval.
    paired : int
        How many articles count for both figures.
    """

    value: float
    low: float
    high: float
    p: float
    reason: str
    paired: int


class _Side(NamedTuple):
    """What leaving out one article does to one figure, with the pseudo-articles added."""

    adjusted: float
    of_articles: NDArray[np.float64]
    of_pseudo: NDArray[np.float64]


def difference(
    first: Tally, second: Tally, coefficient: Coefficient, other: Coefficient | None = None
) -> Difference:
    """Give the difference between two figures.

    Parameters
    ----------
    first, second : Tally
        The sums of each article, with `Tally.example` counting in one list for both. A row that
        several articles share names only one of them: it counts for its own side.
    coefficient : Coefficient
        The first figure, and the second where `other` is not given.
    other : Coefficient, optional
        The second figure, where the question or its values changed.

    Returns
    -------
    Difference
        The second minus the first.

    Notes
    -----
    The delete-one-article jackknife of both figures, each with pseudo-articles of its own, half
    of them at chance and half in perfect agreement, in the spirit of Agresti and Coull (1998,
    The American Statistician 52, 119-126, doi:10.1080/00031305.1998.10480550). They never come in
    pairs, as in Agresti and Min (2005, Statistics in Medicine 24, 729-740, doi:10.1002/sim.1781):
    two equal figures of few articles are no proof of equality.
    """
    first, second, other = first.informative(), second.informative(), other or coefficient
    places = _shared(first, second)
    value = _figure(second, other) - _figure(first, coefficient)
    reason = _obstacle(value, first, second)
    if reason:
        return _none(value, reason, len(places[0]))
    before, after = _side(first, coefficient), _side(second, other)
    moved, times = _moved(before, after, (first.times, second.times), places)
    pseudo = np.concatenate([before.of_pseudo, after.of_pseudo])
    error = float(np.sqrt(times @ moved**2 + _PSEUDO / 2 * (pseudo**2).sum()))
    if not np.isfinite(error):
        reason = "no interval: leaving one article out makes a figure undefined"
        return _none(value, reason, len(places[0]))
    freedom = _freedom(moved**2, times)
    centre = after.adjusted - before.adjusted
    half = float(special.stdtrit(freedom, (1 + _LEVEL) / 2)) * error
    # An interval that is stretched to its figure holds 0 between the two at every level.
    p = 2 * float(special.stdtr(freedom, -abs(centre) / error)) if value * centre > 0 else 1.0
    return Difference(
        value=value,
        low=max(min(centre - half, value), other.lowest - coefficient.highest),
        high=min(max(centre + half, value), other.highest - coefficient.lowest),
        p=p,
        reason="",
        paired=len(places[0]),
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust the p-values of one family.

    Holm (1979, Scandinavian Journal of Statistics 6, 65-70): step by step from the smallest,
    times the number of those not yet passed.

    Parameters
    ----------
    p_values : sequence of float
        NaN where there was nothing to test: passed over, and not counted.

    Returns
    -------
    list of float
        In the same order, at most 1.

    Examples
    --------
    >>> [round(p, 2) for p in holm([0.01, 0.04, 0.03, 0.005])]
    [0.03, 0.06, 0.06, 0.02]
    """
    p = np.asarray(p_values, dtype=np.float64)
    tested = np.flatnonzero(np.isfinite(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    adjusted = np.full(len(p), np.nan)
    steps = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * steps), 1.0)
    return [float(value) for value in adjusted]


def _shared(first: Tally, second: Tally) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the rows of both that are the same article."""
    here, there = np.flatnonzero(first.times == 1), np.flatnonzero(second.times == 1)
    _, mine, theirs = np.intersect1d(
        first.example[here], second.example[there], assume_unique=True, return_indices=True
    )
    return here[mine], there[theirs]


def _figure(tally: Tally, coefficient: Coefficient) -> float:
    return float(coefficient(tally.total)) if tally.articles else float("nan")


def _obstacle(value: float, first: Tally, second: Tally) -> str:
    if not np.isfinite(value):
        return "undefined: one of the two figures is"
    fewest = min(first.articles, second.articles)
    if fewest < FEWEST_ARTICLES:
        return (
            f"no interval: it takes {FEWEST_ARTICLES} articles with something to compare on "
            f"either side, there are {first.articles} and {second.articles}"
        )
    return ""


def _side(tally: Tally, coefficient: Coefficient) -> _Side:
    """Leave out one article after the other; a deviation squared is its share of the variance."""
    total = tally.total
    pseudo = coefficient.pseudo(total, tally.articles)
    whole = total + _PSEUDO / 2 * pseudo.sum(axis=0)
    left_out = coefficient(whole - np.concatenate([tally.rows, pseudo]))
    weights = np.concatenate([tally.times, np.full(len(pseudo), _PSEUDO / 2)])
    n = tally.articles + _PSEUDO
    moved = np.sqrt((n - 1) / n) * (left_out - np.average(left_out, weights=weights))
    rows = len(tally.rows)
    return _Side(float(coefficient(whole)), moved[:rows], moved[rows:])


def _moved(
    before: _Side,
    after: _Side,
    times: tuple[NDArray[np.float64], NDArray[np.float64]],
    places: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give what each article moves the difference by, and how many such articles there are."""
    here, there = places
    both = after.of_articles[there] - before.of_articles[here]
    moved = [both, np.delete(before.of_articles, here), np.delete(after.of_articles, there)]
    weights = [np.ones(len(both)), np.delete(times[0], here), np.delete(times[1], there)]
    return np.concatenate(moved), np.concatenate(weights)


def _freedom(spread: NDArray[np.float64], times: NDArray[np.float64]) -> float:
    """Give the degrees of freedom of Satterthwaite (1946, Biometrics Bulletin 2, 110-114)."""
    spread = np.where(spread > _ROUNDING, spread, 0.0)
    most = float(times.sum()) + _PSEUDO - 1
    if not spread.any():
        return most
    return float(np.clip((times @ spread) ** 2 / (times @ spread**2), 1.0, most))


def _none(value: float, reason: str, paired: int) -> Difference:
    nan = float("nan")
    return Difference(value, nan, nan, nan, reason, paired)
