"""Intervals over articles: every figure that the articles do not speak against.

Articles are what a study samples, so they are what is left out: never units, never spans. The
interval speaks of other articles, not of other annotators. `annotate.reliability.inference.pivot`
has the test, docs/coverage.md how often the interval held the true figure in simulations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.inference.pivot import Moves, Pivot
from annotate.reliability.inference.tally import Tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.inference.measure import Coefficient

    Floats = NDArray[np.float64]

__all__ = [
    "FEWEST_ARTICLES",
    "RELIABLE",
    "TENTATIVE",
    "Interval",
    "carrier",
    "ends",
    "interval_of",
]

FEWEST_ARTICLES = 5
TENTATIVE, RELIABLE = 0.667, 0.80
_LEVEL = 0.95
_ROUNDS, _STEPS = 2, 128  # of the search: each round leaves one step of where an end may lie
_FAR = 50.0  # standard errors, where a figure has no limits of its own


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
    if tally.articles < FEWEST_ARTICLES:
        return _none(
            f"no interval: it takes {FEWEST_ARTICLES} articles with something to compare, "
            f"there {'is' if tally.articles == 1 else 'are'} {tally.articles}"
        )
    if not np.isfinite(coefficient(tally.total)):
        return _none("no interval: the figure itself is undefined")
    modelled = bool(np.isfinite(coefficient.highest))
    if not modelled:
        # What knows no perfect agreement gets two articles more, one on either side.
        pseudo = coefficient.pseudo(tally.total, tally.articles)
        tally = Tally.together([tally, Tally.of(pseudo)])
    moves = Moves.of(coefficient, tally.rows, tally.times)
    pivot = Pivot.of(moves, coefficient.lowest, modelled=modelled)
    low, high = (float(end) for end in ends(pivot, coefficient.lowest, coefficient.highest))
    tentative, reliable = _below(pivot, low, high)
    return Interval(low, high, tentative, reliable)


def _below(pivot: Pivot, low: float, high: float) -> tuple[float, float]:
    """Give the probabilities that the figure lies below the two cut-offs."""
    cuts, beyond = np.array([TENTATIVE, RELIABLE]), (1 - _LEVEL) / 2
    below = pivot.below(cuts)
    # Of few articles the test can turn round far out: what is ruled out on the way stays so.
    below = np.where(cuts < low, np.minimum(below, beyond), below)
    below = np.where(cuts > high, np.maximum(below, 1 - beyond), below)
    return float(below.min()), float(below[1])


def ends(pivot: Pivot, lowest: float, highest: float) -> tuple[Floats, Floats]:
    """Search the ends of the intervals of any number of samples.

    Parameters
    ----------
    pivot : Pivot
        The test.
    lowest, highest : float
        Limits of the figure, which are ends where nothing within is ruled out.

    Returns
    -------
    low, high : array, shape (…)
    """
    moves = pivot.moves
    ratio = moves.observed / moves.expected
    far = _FAR * pivot.error(ratio) / moves.expected + 2.0
    most = 1 - lowest if pivot.model is None else np.minimum(1 - lowest, pivot.model.limit)
    limits = np.stack(
        [
            np.maximum(np.minimum(most, ratio + far), ratio),
            np.minimum(np.maximum(1 - highest, ratio - far), ratio),
        ]
    )
    low, high = 1 - _walk(pivot, np.stack([ratio, ratio]), limits)
    return low, high


def _walk(pivot: Pivot, start: Floats, stop: Floats) -> Floats:
    """Walk from the samples' ratios to where the test first rules out, or to the limit."""
    level = (1 - _LEVEL) / 2
    steps = np.linspace(0.0, 1.0, _STEPS + 1).reshape(-1, *[1] * start.ndim)
    for _ in range(_ROUNDS):
        places = start + steps * (stop - start)
        chance = pivot.beyond(places)
        out = chance < level
        out[0] = False  # so far nothing was ruled out
        first = np.where(out.any(axis=0), np.maximum(out.argmax(axis=0), 1), _STEPS)
        start, stop = _at(places, first - 1), _at(places, first)
    held, gone = _at(chance, first - 1), _at(chance, first)
    part = np.where(gone < level, (held - level) / np.where(held > gone, held - gone, 1.0), 1.0)
    return np.asarray(start + np.clip(part, 0.0, 1.0) * (stop - start))


def _at(values: Floats, place: NDArray[np.int64]) -> Floats:
    return np.asarray(np.take_along_axis(values, place[None], axis=0)[0])


def carrier(tally: Tally, coefficient: Coefficient) -> int | None:
    """Give the place of the one article without which the figure is undefined, None if none is."""
    if tally.articles < 2 or not np.isfinite(coefficient(tally.total)):  # noqa: PLR2004 - one article is no carrier of many
        return None
    undefined = np.flatnonzero(~np.isfinite(coefficient(tally.total - tally.rows)))
    alone = undefined[tally.times[undefined] == 1]
    return int(tally.example[alone[0]]) if len(undefined) == len(alone) == 1 else None


def _none(reason: str) -> Interval:
    return Interval(float("nan"), float("nan"), reason=reason)
