"""Take a person's or an article's data out of snapshots that were written before."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from annotate.snapshots.files import Snapshot, moment, read_header, read_snapshot, save
from annotate.tombstones import FORGOTTEN, Counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from annotate.snapshots.files import Header
    from annotate.snapshots.state import State
    from annotate.tombstones import Forgotten, Tombstones, Withdrawn

__all__ = ["allowed", "allowed_state", "counted", "rewrite"]


def allowed(tasks: Iterable[dict[str, Any]], stones: Tombstones) -> list[dict[str, Any]]:
    """Give of tasks what a study may hold; what nobody asked to be taken out stays as it is."""
    return [
        _cleared(task, stones)
        for task in tasks
        if not stones.keeps_out(str(task["article_id"]))
        and not stones.names(str(task.get("desk") or ""))
    ]


def allowed_state(state: State, stones: Tombstones) -> State:
    """Give of all that is known what a study may hold."""
    if not stones:
        return state
    every = {section: _without(snapshot, stones) for section, snapshot in state.items()}
    return {section: snapshot for section, snapshot in every.items() if snapshot is not None}


def rewrite(folder: Path, stones: Tombstones, *, dry: bool = False) -> int:
    """Rewrite every snapshot that holds what must go; a desk of somebody forgotten goes whole.

    Each new file is there before the old one is removed, and of a desk the newest goes first: what
    is left at any moment can be read.

    Parameters
    ----------
    folder : Path
        Where snapshots lie.
    stones : Tombstones
        What must go.
    dry : bool
        Only count them.

    Returns
    -------
    int
        How many files were rewritten or removed.

    Raises
    ------
    SnapshotError
        If one cannot be read or was altered.
    """
    paths = sorted(folder.glob("*.jsonl.gz"), key=_moment, reverse=True)
    changed = 0
    for path in paths:
        before = read_snapshot(path)
        after = _without(before, stones)
        if after is before:
            continue
        changed += 1
        if dry:
            continue
        if after is not None:
            save(folder, after.header, after.tasks)
        path.unlink()
    return changed


def counted(tasks: Iterable[dict[str, Any]]) -> Counts:
    """Count annotations, drafts, and the spans in both."""
    every = list(tasks)
    done = [item for task in every for item in task.get("annotations", [])]
    drafts = [item for task in every for item in task.get("drafts", [])]
    marked = sum(
        1
        for item in done + drafts
        for part in _parts(item.get("result"))
        if str(part.get("type")).endswith("labels")
    )
    return Counts(len(done), len(drafts), marked)


def _parts(result: object) -> list[dict[str, Any]]:
    """Give the marks and answers of a result; nothing that a server sends is believed."""
    if not isinstance(result, list):
        return []
    return [part for part in result if isinstance(part, dict)]


def _moment(path: Path) -> tuple[object, str]:
    return moment(read_header(path).pulled_at), path.name


def _without(snapshot: Snapshot, stones: Tombstones) -> Snapshot | None:
    """Give a snapshot with what it may hold, itself if that is everything, None if it is nothing.

    Its header says what was taken out and why, and keeps its place among the others.
    """
    header = snapshot.header
    if stones.names(header.desk):
        return None
    tasks = allowed(snapshot.tasks, stones)
    roster = [name for name in header.roster if not stones.names(name)]
    if tasks == snapshot.tasks and roster == header.roster:
        return snapshot
    removed = [*header.removed, *_entries(header, snapshot.tasks, stones)]
    return Snapshot(replace(header, roster=roster, removed=removed), tasks, snapshot.name)


def _cleared(task: dict[str, Any], stones: Tombstones) -> dict[str, Any]:
    """Give a task without the work of those who were forgotten."""
    cleared = dict(task)
    for kind in {"annotations", "drafts"} & task.keys():
        cleared[kind] = [_unnamed(item, stones) for item in task[kind] if not stones.made(item)]
    return cleared


def _unnamed(item: dict[str, Any], stones: Tombstones) -> dict[str, Any]:
    """Say of work that somebody else changed that it was not its author, and not who."""
    if stones.names(str(item.get("updated_by") or "")):
        return {**item, "updated_by": FORGOTTEN}
    return item


def _entries(
    header: Header, tasks: list[dict[str, Any]], stones: Tombstones
) -> Iterator[dict[str, Any]]:
    """Say what each tombstone takes out of a snapshot, unless that was said before."""
    said = [(each["what"], each["at"], each.get("article_id")) for each in header.removed]
    for person in stones.annotators:
        alone = replace(stones, annotators=(person,), articles=())
        named = any(alone.names(name) for name in header.roster)
        after = allowed(tasks, alone)
        if (named or after != tasks) and ("annotator", person.since, None) not in said:
            yield _entry("annotator", person, counted(tasks) - counted(after))
    for article in stones.withdrawn:
        alone = replace(stones, annotators=(), articles=(article,))
        after = allowed(tasks, alone)
        if after != tasks and ("article", article.since, article.article_id) not in said:
            entry = _entry("article", article, counted(tasks) - counted(after))
            yield {**entry, "article_id": article.article_id}


def _entry(what: str, stone: Forgotten | Withdrawn, gone: Counts) -> dict[str, Any]:
    return {"what": what, "at": stone.since, "why": stone.reason, **asdict(gone)}
