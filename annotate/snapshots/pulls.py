"""Which snapshots came together, so that what was known before them can be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from annotate.snapshots.files import moment, read_header

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from annotate.snapshots.files import Section

__all__ = ["LastPull", "last_pull", "pulled_at"]

_PAUSE = timedelta(minutes=2)  # desks of one pull are not further apart, by far


@dataclass(frozen=True)
class LastPull:
    """What was pulled last.

    Parameters
    ----------
    sections : frozenset of Section
        What something new was known of. One desk is in it once, so that what came in by several
        pulls in a row may count as one.
    since : datetime or None
        When was pulled what had been known until then; None if nothing was.
    until : datetime
        When the newest of it was pulled.
    """

    sections: frozenset[Section]
    since: datetime | None
    until: datetime


def last_pull(folder: Path) -> LastPull | None:
    """Find what was pulled last; None before the first pull.

    Raises
    ------
    SnapshotError
        If a snapshot cannot be read.
    """
    headers = [read_header(path) for path in folder.glob("*.jsonl.gz")]
    pulls = sorted(((moment(each.pulled_at), each.section) for each in headers), reverse=True)
    if not pulls:
        return None
    until = last = pulls[0][0]
    sections: set[Section] = set()
    for at, section in pulls:
        if section in sections or last - at > _PAUSE:
            return LastPull(frozenset(sections), at, until)
        sections.add(section)
        last = at
    return LastPull(frozenset(sections), None, until)


def pulled_at(folder: Path) -> float:
    """Give when what is known was pulled, in seconds of the epoch; 0 before the first pull.

    Raises
    ------
    SnapshotError
        If the newest snapshot cannot be read.
    """
    # Names begin with the time.
    newest = max(folder.glob("*.jsonl.gz"), default=None)
    return moment(read_header(newest).pulled_at).timestamp() if newest else 0.0
