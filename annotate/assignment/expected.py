"""How wide the intervals of a planned study will be, from simulated studies.

The studies are drawn as benchmarks/simulated draws its "difficulty" worlds: each article has a
probability of its own that an annotator gives it the label, from a Beta distribution whose
spread makes alpha of all articles what was assumed. The interval is the product's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from annotate.reliability.choices.alpha import FixedAlpha
from annotate.reliability.inference.intervals import FEWEST_ARTICLES, RELIABLE, TENTATIVE, ends
from annotate.reliability.inference.pivot import Moves, Pivot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Expectation", "Needed", "expect"]

_STUDIES = 400  # simulated, for the widths
_TRIALS = 1_000  # simulated, for each number of articles that is tried
_MOST = 100_000  # articles that are tried
_ODDS = (0.5, 0.8)
_BEYOND = 0.025
_PRECISION = 100  # of the search, in parts of the number found
_PAIR = 2


@dataclass(frozen=True)
class Needed:
    """About how many articles it takes until the interval's lower end reaches a cut-off.

    Parameters
    ----------
    cut : float
        The cut-off.
    chance : float
        In which share of the simulated studies of the planned size it does.
    evenly, safely : int or None
        Articles for which it does in half of the simulated studies, and in four of five; None
        where no number that was tried is enough.
    """

    cut: float
    chance: float
    evenly: int | None
    safely: int | None


@dataclass(frozen=True)
class Expectation:
    """What the interval of alpha is likely to be under one assumption.

    Parameters
    ----------
    alpha, prevalence : float
        What is assumed: of all articles, the agreement, and the share of votes for the rarer of
        two values.
    low, high, width : float
        Medians over the simulated studies; NaN where none has an interval.
    pair_width : float
        The median width for two annotators alone; NaN where none has an interval.
    without : float
        The share of simulated studies without an interval, since nobody used the label.
    needed : tuple of Needed
        For .667 and .80.
    """

    alpha: float
    prevalence: float
    low: float
    high: float
    width: float
    pair_width: float
    without: float
    needed: tuple[Needed, ...]


@dataclass(frozen=True)
class _World:
    """Articles of every kind that can come up: what they add, and how often they do."""

    rows: Floats
    often: Floats

    @classmethod
    def of(cls, alpha: float, prevalence: float, sizes: Mapping[int, int]) -> _World:
        """Make articles with so many annotators each; `sizes` has how many articles have."""
        a, b = (share * (1 / alpha - 1) for share in (prevalence, 1 - prevalence))
        counts, often = [], []
        for votes, articles in sorted(sizes.items()):
            ones = np.arange(votes + 1)
            counts.append(np.column_stack([votes - ones, ones]))
            often.append(articles * stats.betabinom.pmf(ones, votes, a, b))
        together, shares = np.concatenate(counts), np.concatenate(often)
        rows = FixedAlpha().states(together.astype(np.float64))
        return cls(rows, shares / shares.sum())

    def pivot(self, articles: int, studies: int, rng: np.random.Generator) -> Pivot:
        """Draw studies, and give the product's test for those in which alpha is defined."""
        times = rng.multinomial(articles, self.often, size=studies).astype(np.float64)
        alpha = FixedAlpha()
        defined = np.isfinite(alpha(times @ self.rows)) & (articles >= FEWEST_ARTICLES)
        return Pivot.of(Moves.of(alpha, self.rows, times[defined]), alpha.lowest)


def expect(
    alpha: float, prevalence: float, sizes: Mapping[int, int], shared: int, *, seed: int
) -> Expectation:
    """Simulate studies of a design under one assumption.

    Parameters
    ----------
    alpha : float
        The agreement, between 0 and 1.
    prevalence : float
        The share of votes for one of two values, between 0 and 1.
    sizes : mapping of int to int
        How many articles have so many annotators; those with fewer than two add nothing.
    shared : int
        Articles that two annotators share.
    seed : int
        Of the simulation.

    Returns
    -------
    Expectation
        Medians over 400 simulated studies; shares and numbers of articles from 1,000 each.
    """
    sizes = {votes: articles for votes, articles in sizes.items() if votes >= _PAIR and articles}
    nan = float("nan")
    if not sizes:
        nothing = tuple(Needed(cut, 0.0, None, None) for cut in (TENTATIVE, RELIABLE))
        return Expectation(alpha, prevalence, nan, nan, nan, nan, 1.0, nothing)
    rng, articles = np.random.default_rng(seed), sum(sizes.values())
    world, pair = (_World.of(alpha, prevalence, some) for some in (sizes, {_PAIR: 1}))
    low, high = _ends(world, articles, rng)
    pair_low, pair_high = _ends(pair, shared, rng)
    return Expectation(
        alpha,
        prevalence,
        low=_median(low),
        high=_median(high),
        width=_median(high - low),
        pair_width=_median(pair_high - pair_low),
        without=1 - len(low) / _STUDIES,
        needed=tuple(_needed(world, alpha, cut, articles, seed) for cut in (TENTATIVE, RELIABLE)),
    )


def _ends(world: _World, articles: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Give the ends of the intervals of simulated studies, without those that have none."""
    pivot = world.pivot(articles, _STUDIES, rng)
    if not len(pivot.moves.observed):
        return np.empty(0), np.empty(0)
    return ends(pivot, FixedAlpha.lowest, FixedAlpha.highest)


def _median(values: Floats) -> float:
    return float(np.median(values)) if len(values) else float("nan")


def _needed(world: _World, alpha: float, cut: float, articles: int, seed: int) -> Needed:
    @cache
    def chance(number: int) -> float:
        # The same seed for each number: more articles then seldom seem to be worse.
        pivot = world.pivot(number, _TRIALS, np.random.default_rng(seed))
        return float((pivot.below(cut) < _BEYOND).sum()) / _TRIALS

    evenly, safely = (_fewest(chance, odds) if alpha > cut else None for odds in _ODDS)
    return Needed(cut, chance(articles), evenly, safely)


def _fewest(chance: Callable[[int], float], odds: float) -> int | None:
    """Search the fewest articles with such odds, to two digits: the chance is a simulated one."""
    enough = FEWEST_ARTICLES
    while chance(enough) < odds:
        enough *= 2
        if enough > _MOST:
            return None
    short = enough // 2
    while enough - short > max(1, enough // _PRECISION):
        middle = (short + enough) // 2
        short, enough = (short, middle) if chance(middle) >= odds else (middle, enough)
    step = int(10 ** max(len(str(enough)) - 2, 0))
    return -(-enough // step) * step
