"""What a study knows about itself that a plan of it can use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotate.study import Study

__all__ = ["median_minutes"]

_MINUTE = 60.0


def median_minutes(study: Study) -> tuple[float, int]:
    """Give the median minutes of the submitted visits, and how many visits say how long.

    Parameters
    ----------
    study : Study
        The study.

    Returns
    -------
    minutes : float
        NaN where no visit says.
    visits : int

    Raises
    ------
    StudyError, SnapshotError, ConfigError
        If the study cannot be read.
    """
    visits = study.counted_tables().visits
    seconds = visits.loc[(visits["status"] == "submitted") & (visits["seconds"] > 0), "seconds"]
    return float(seconds.median()) / _MINUTE, len(seconds)
