"""The same event, different outlets: how far an outlet lies from the others who wrote of it.

What an outlet writes of, and what it makes of that, are two things; articles about one event hold
the first still. An event weighs one, however many articles it has.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.choices.numbers import Mean
from annotate.reliability.inference.intervals import interval_of
from annotate.reliability.inference.tally import Tally
from annotate.sources.model import FEWEST, Beside

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.sources.traits import Trait

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

__all__ = ["beside_others"]


def beside_others(trait: Trait, outlets: Places, events: Places, names: int) -> list[Beside]:
    """Compare each outlet with the others on the events they share.

    Parameters
    ----------
    trait : Trait
        What is compared.
    outlets, events : array of int
        The outlet and the event of each article, -1 where unknown.
    names : int
        How many outlets there are.
    """
    known = (outlets[trait.article] >= 0) & (events[trait.article] >= 0)
    article, rows = trait.article[known], trait.rows[known]
    pairs, place = np.unique(
        events[article] * max(names, 1) + outlets[article], return_inverse=True
    )
    top, bottom = (np.bincount(place, weights=rows[:, n], minlength=len(pairs)) for n in (0, 1))
    figure = top / np.where(bottom > 0, bottom, np.nan)
    event, outlet = pairs // max(names, 1), pairs % max(names, 1)
    others = np.bincount(event)[event] - 1
    total = np.bincount(event, weights=figure)[event]
    shared = others > 0
    apart = figure[shared] - (total - figure)[shared] / others[shared]
    return [_beside(apart[outlet[shared] == n]) for n in range(names)]


def _beside(apart: Floats) -> Beside:
    n = len(apart)
    if n < FEWEST:
        return Beside(
            math.nan, math.nan, math.nan, n, f"not enough events ({n} of at least {FEWEST})"
        )
    tally = Tally.of(np.column_stack([apart, np.ones(n), apart**2]))
    interval = interval_of(tally, Mean())
    return Beside(float(apart.mean()), interval.low, interval.high, n, interval.reason)
