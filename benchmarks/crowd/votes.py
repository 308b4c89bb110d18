"""Votes of annotators of all kinds on items whose truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.evidence.ratings import Ratings

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["made_up"]

_VALUES, _PEOPLE, _EACH = 4, 100, 5
_SKILLS = 0.4, 0.95  # chances that an annotator knows the truth


def made_up(labels: int, seed: int = 1) -> tuple[Ratings, NDArray[np.int64]]:
    """Make up votes.

    Parameters
    ----------
    labels : int
        How many, five on each item.
    seed : int
        Of the random numbers.

    Returns
    -------
    Ratings, array of int, shape (U,)
        The votes, and what is true.
    """
    random = np.random.default_rng(seed)
    units = labels // _EACH
    truth = random.integers(0, _VALUES, units)
    unit = np.repeat(np.arange(units), _EACH)
    first = random.integers(0, _PEOPLE, units)
    # Five different people each, by turns of different lengths.
    step = random.integers(1, _PEOPLE // _EACH, units)
    annotator = (first[unit] + step[unit] * np.tile(np.arange(_EACH), units)) % _PEOPLE
    skill = random.uniform(*_SKILLS, _PEOPLE)
    knows = random.random(len(unit)) < skill[annotator]
    value = np.where(knows, truth[unit], random.integers(0, _VALUES, len(unit)))
    names = (tuple(map(str, range(size))) for size in (units, _PEOPLE, _VALUES))
    articles, annotators, values = names
    return Ratings(unit, annotator, value, np.arange(units), articles, annotators, values), truth
