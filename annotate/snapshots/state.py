"""What the snapshots say together: of each section the newest whole one and what changed since."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from annotate.errors import SnapshotError
from annotate.snapshots.files import Section, Snapshot, moment, read_header, read_snapshot, save

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from annotate.snapshots.files import Header

__all__ = ["State", "differing", "latest", "write_snapshot"]

_ALL_DESKS = ""
#: Of each section, all that is known of it, under its newest header.
State = dict[Section, Snapshot]


def latest(folder: Path, *, until: datetime | None = None, only: Collection[Section] = ()) -> State:
    """Read what is known of each section, in the order in which they were first pulled.

    Parameters
    ----------
    folder : Path
        Where snapshots lie.
    until : datetime or None
        What was known at that time; what is known now by default.
    only : collection of Section
        The only sections to be read, with those that were pulled together with them by an earlier
        version; all by default.

    Raises
    ------
    SnapshotError
        If a snapshot cannot be read or was altered, or one that others rest on is missing.
    """
    files: dict[Section, list[tuple[Header, Path]]] = defaultdict(list)
    for path in sorted(folder.glob("*.jsonl.gz")):
        header = read_header(path)
        known_then = until is None or moment(header.pulled_at) <= until
        if known_then and (not only or _is_among(header.section, only)):
            files[header.section].append((header, path))
    state: State = {}
    for section, chain in files.items():
        snapshot = _read_chain(_each_once(chain))
        if section.desk == _ALL_DESKS and snapshot.header.ours:
            state |= _by_desk(snapshot)
        else:
            state[section] = snapshot
    return state


def differing(known: Snapshot | None, written: Snapshot) -> set[str]:
    """Name the articles whose work is other in what is known now than in what was known before."""
    before = {task["task_id"]: task for task in known.tasks} if known else {}
    after = {task["task_id"]: task for task in written.tasks}
    return {
        str(task["article_id"])
        for number in before.keys() | after.keys()
        if before.get(number) is not after.get(number) and before.get(number) != after.get(number)
        for task in (before.get(number), after.get(number))
        if task is not None
    }


def write_snapshot(
    folder: Path, header: Header, tasks: Iterable[dict[str, Any]], known: Snapshot | None = None
) -> Snapshot | None:
    """Write what was pulled, unless it says nothing new.

    Parameters
    ----------
    folder : Path
        Where snapshots lie.
    header : Header
        Of a section; with a `base`, the tasks are those that changed since.
    tasks : iterable of dict
        As they were pulled.
    known : Snapshot or None
        What was known of the section.

    Returns
    -------
    Snapshot or None
        What is known now; None where nothing had changed.
    """
    given = list(tasks)
    if known is None:
        header = replace(header, base="")
    elif header.base:
        before = {task["task_id"]: task for task in known.tasks}
        given = [task for task in given if before.get(task["task_id"]) != task]
        header = replace(header, base=known.header.pulled_at)
    if known is not None and not _is_news(header, given, known):
        return None
    at = moment(header.pulled_at)
    if known is not None:
        # A clock that was set back must not make a pull older than the one before.
        at = max(at, moment(known.header.pulled_at) + timedelta(microseconds=1))
    header = replace(header, pulled_at=f"{at:%Y-%m-%dT%H:%M:%S.%fZ}")
    path = save(folder, header, given)
    written = Snapshot(header, given, path.name)
    return _merged(known, written) if known is not None and header.base else written


def _is_among(section: Section, only: Collection[Section]) -> bool:
    if section.desk != _ALL_DESKS:
        return section in only
    return any((each.source, each.round) == (section.source, section.round) for each in only)


def _is_news(header: Header, tasks: list[dict[str, Any]], known: Snapshot) -> bool:
    """Tell whether a pull says anything that was not known; its time does not count.

    Nor does its cursor, unless that goes back because a clock was set back.
    """

    def lasting(one: Header) -> Header:
        return replace(one, pulled_at="", base="", cursor="", removed=[])

    if lasting(header) != lasting(known.header) or "" < header.cursor < known.header.cursor:
        return True
    return bool(tasks) if header.base else tasks != known.tasks


def _each_once(chain: list[tuple[Header, Path]]) -> list[tuple[Header, Path]]:
    """Put the files of a section in their order; of one that is being rewritten, take the new."""
    ordered = sorted(chain, key=lambda each: (moment(each[0].pulled_at), len(each[0].removed)))
    return list({moment(header.pulled_at): (header, path) for header, path in ordered}.values())


def _read_chain(chain: list[tuple[Header, Path]]) -> Snapshot:
    """Read the newest whole snapshot of a section and those after it."""
    whole = max(place for place, (header, _) in enumerate(chain) if place == 0 or not header.base)
    first, last = chain[whole][0], chain[whole][1]
    if first.base:
        raise _gap(last)
    known = read_snapshot(last)
    for header, path in chain[whole + 1 :]:
        if header.base != known.header.pulled_at:
            raise _gap(path)
        known = _merged(known, read_snapshot(path))
    return known


def _gap(path: Path) -> SnapshotError:
    return SnapshotError(
        f"{path} changes a snapshot that is missing; restore it, or move this one away and run "
        "`annotate pull --full`"
    )


def _merged(known: Snapshot, change: Snapshot) -> Snapshot:
    tasks = {task["task_id"]: task for task in known.tasks}
    tasks |= {task["task_id"]: task for task in change.tasks}
    return Snapshot(change.header, [tasks[number] for number in sorted(tasks)], change.name)


def _by_desk(snapshot: Snapshot) -> Mapping[Section, Snapshot]:
    """Split what an earlier version pulled from all desks at once."""
    if not any(task.get("desk") for task in snapshot.tasks):
        return {snapshot.header.section: snapshot}
    by_desk: dict[str, list[dict[str, Any]]] = {desk: [] for desk in snapshot.header.roster}
    for task in snapshot.tasks:
        by_desk.setdefault(str(task.get("desk") or ""), []).append(task)
    parts = {}
    for desk, tasks in by_desk.items():
        header = replace(snapshot.header, desk=desk, roster=[desk])
        parts[header.section] = Snapshot(header, tasks, snapshot.name)
    return parts
