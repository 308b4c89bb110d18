"""Who has done what, and who still owes what: as `annotate status` tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from annotate.workflow.status import Pool, Share, Status

__all__ = ["Work", "work_of"]


@dataclass(frozen=True)
class Work:
    """How far the annotators are.

    Parameters
    ----------
    shares : tuple of Share
        What each has in each open round; in all rounds where none is open.
    closed : tuple of (str, int)
        Rounds that are closed, with the visits submitted in them. Nothing is owed of them.
    lacking : tuple of Pool
        Shared rounds in which something is still to be done, by nobody in particular.
    people, owing : int
        How many take part in any round, and how many of them still owe something.
    visits : int
        Visits that are still owed.
    hours : float or None
        What they will take; None where nobody's pace is known.
    in_no_round : int
        Articles that no round has.
    not_sent : int
        Visits that the next push sends.
    """

    shares: tuple[Share, ...]
    closed: tuple[tuple[str, int], ...]
    lacking: tuple[Pool, ...]
    people: int
    owing: int
    visits: int
    hours: float | None
    in_no_round: int
    not_sent: int


def work_of(status: Status, closed: Collection[str]) -> Work:
    """Make it of a study's status.

    Parameters
    ----------
    status : Status
        Of all rounds.
    closed : collection of str
        Which of them are closed.
    """
    shares, lacking = status.shares, tuple(pool for pool in status.pools if pool.lacking)
    at_work = tuple(share for share in shares if share.round not in closed)
    done = dict.fromkeys((share.round for share in shares if share.round in closed), 0)
    for share in shares:
        if share.round in done:
            done[share.round] += share.submitted
    owed = sum(len(share.owed) for share in shares) + sum(pool.visits for pool in lacking)
    return Work(
        shares=at_work or shares,
        closed=tuple(done.items()),
        lacking=lacking,
        people=len({share.annotator for share in shares}),
        owing=len({share.annotator for share in shares if share.owed}),
        visits=owed,
        hours=status.hours,
        in_no_round=status.in_no_round,
        not_sent=sum(share.not_sent for share in at_work),
    )
