"""How long an article takes somebody, from the visits that were submitted."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["IDLE", "Pace", "timed", "worked"]

IDLE = 10  # times a person's own median: so long a visit was left open, not worked on
_HOUR = 3600


@dataclass(frozen=True)
class Pace:
    """Median seconds of a submitted visit, without those that were left open.

    Parameters
    ----------
    here : mapping of (str, str) to float
        By round and annotator.
    own : mapping of str to float
        By annotator.
    everybody : float or None
        Of all visits; None without any.
    """

    here: Mapping[tuple[str, str], float]
    own: Mapping[str, float]
    everybody: float | None

    @classmethod
    def of(cls, visits: pd.DataFrame) -> Pace:
        """Measure the pace of visits; those whose time is not known are passed over."""
        done = timed(visits)
        busy = done[worked(done)]
        here: dict[tuple[str, str], list[float]] = defaultdict(list)
        own: dict[str, list[float]] = defaultdict(list)
        columns = busy[["round", "annotator", "seconds"]]
        for round_, annotator, seconds in columns.itertuples(index=False):
            here[round_, annotator].append(float(seconds))
            own[annotator].append(float(seconds))
        return cls(
            {place: median(each) for place, each in here.items()},
            {annotator: median(each) for annotator, each in own.items()},
            None if busy.empty else float(busy["seconds"].median()),
        )

    def hours(self, visits: int, round_: str = "", annotator: str = "") -> float | None:
        """Estimate visits by the annotator's pace in a round, in any round, or that of all.

        None where nobody's pace is known.
        """
        if not visits:
            return 0.0
        seconds = self.here.get((round_, annotator), self.own.get(annotator, self.everybody))
        return None if seconds is None else visits * seconds / _HOUR


def timed(visits: pd.DataFrame) -> pd.DataFrame:
    """Keep the submitted visits of which the time is known."""
    return visits[(visits["status"] == "submitted") & (visits["seconds"] > 0)]


def worked(visits: pd.DataFrame) -> pd.Series:
    """Tell of each timed visit whether it was worked on throughout, and not left open.

    A visit of more than `IDLE` times the median of its annotator was left open.
    """
    usual = visits.groupby("annotator")["seconds"].transform("median")
    return visits["seconds"] <= IDLE * usual
