"""How long an article takes an annotator."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotate.pace import timed, worked

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from annotate.progress import Progress

__all__ = ["Working", "working_of"]


@dataclass(frozen=True)
class Working:
    """Seconds of an annotator's submitted visits.

    Parameters
    ----------
    median, low, high : float
        The median and the quartiles of visits that were not left open; NaN without any.
    raw : float
        The median of all submitted visits, as `Progress.seconds` has it.
    visits, idle : int
        How many visits have a time, and how many of those were left open.
    """

    median: float
    low: float
    high: float
    raw: float
    visits: int
    idle: int


def working_of(visits: pd.DataFrame) -> Callable[[Progress], Working]:
    """Measure everybody's visits, second readings included.

    Parameters
    ----------
    visits : DataFrame
        Those of the study. One that was open more than `annotate.pace.IDLE` times as long as the
        annotator's own median was left open.

    Returns
    -------
    callable
        From an annotator's progress to their times.
    """
    known = timed(visits)
    busy = worked(known)
    seen = known.groupby("annotator").size().to_dict()
    kept = known[busy].groupby("annotator")["seconds"]
    quarters = {
        str(name): np.quantile(seconds.to_numpy(), [0.25, 0.5, 0.75]).tolist()
        for name, seconds in kept
    }
    used = kept.size().to_dict()

    def of(progress: Progress) -> Working:
        name = progress.annotator
        low, median, high = quarters.get(name, [math.nan] * 3)
        times = seen.get(name, 0)
        return Working(median, low, high, progress.seconds, times, times - used.get(name, 0))

    return of
