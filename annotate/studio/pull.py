"""Fetch every annotation of a desk, skips and drafts among them; later, what changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from annotate.errors import StudioError
from annotate.studio.rest import ask, listed_tasks
from annotate.studio.tasks import ARTICLE_ID, dicts, normalise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from annotate.studio.connection import Connection
    from annotate.studio.ledger import Desk

__all__ = ["Pulled", "pull_desk"]

_TRIES = 3  # while people are at work, counts and tasks may not be of the same moment
_AT_ONCE = 500  # ids in one address; the server takes 998
_WORTH = 4  # a fetch of single tasks costs, for each, so many times what a whole one does
#: Stamps are made before they can be seen: a lower one may turn up after a higher one.
_OVERLAP = timedelta(minutes=2)
_STAMP = "%Y-%m-%dT%H:%M:%S.%fZ"  # the only form that the server reads


@dataclass(frozen=True)
class Pulled:
    """What came from a desk.

    Parameters
    ----------
    tasks : list of dict
        As snapshots hold them, in the order of their numbers. Tasks that this tool did not push
        have no article.
    whole : bool
        Whether these are all tasks, or those that changed.
    cursor : str
        When the server last changed a task.
    config : str
        The labeling config that the project has.
    """

    tasks: list[dict[str, Any]]
    whole: bool
    cursor: str
    config: str


@dataclass(frozen=True)
class _Counts:
    """What a project says it holds; skipped annotations count."""

    tasks: int
    annotations: int
    config: str


def pull_desk(  # noqa: PLR0913 - what a desk is made of
    connection: Connection,
    desk: Desk,
    text_field: str,
    pseudonyms: Callable[[object], str],
    named: Mapping[str, tuple[str, int]],
    *,
    known: Sequence[dict[str, Any]] | None = None,
    cursor: str = "",
) -> Pulled:
    """Fetch the tasks of one desk.

    Parameters
    ----------
    connection : Connection
        The server.
    desk : Desk
        Whose work.
    text_field : str
        Where the scheme expects the text.
    pseudonyms : callable
        Who is who.
    named : mapping of str to (str, int)
        Article and occasion by what tasks call them.
    known : sequence of dict or None
        What is known of the desk; None to fetch everything.
    cursor : str
        When the server last changed a task, as far as that goes.

    Raises
    ------
    StudioError
        If the server gives less than it says it holds.
    """

    def fetched(raw: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        tasks = sorted(raw, key=lambda task: int(task["id"]))
        return [_normalised(task, desk, text_field, pseudonyms, named) for task in tasks]

    # Where a clock was ahead and was set back, what was done since bears lower stamps.
    now = datetime.now(UTC).strftime(_STAMP)
    if known is not None and "" < cursor <= now:
        changed = _changed(connection, desk.project, known, cursor)
        if len(changed) * _WORTH <= len(known):
            raw = _export(connection, desk.project, changed) if changed else []
            tasks, counts = fetched(raw), _counts(connection, desk.project)
            if _adds_up(_put_in(known, tasks), counts):
                return Pulled(
                    tasks, whole=False, cursor=min(_last(raw, cursor), now), config=counts.config
                )
    raw, counts = _whole(connection, desk)
    return Pulled(fetched(raw), whole=True, cursor=min(_last(raw, ""), now), config=counts.config)


def _normalised(
    task: dict[str, Any],
    desk: Desk,
    text_field: str,
    pseudonyms: Callable[[object], str],
    named: Mapping[str, tuple[str, int]],
) -> dict[str, Any]:
    data = task.get("data")
    data = data if isinstance(data, dict) else {}
    key = str(data.get(ARTICLE_ID) or "")
    article, occasion = named.get(key, (key, 1))
    return normalise(
        task,
        article_id=article,
        occasion=occasion,
        text=str(data.get(text_field, "")),
        desk=desk.annotator,
        pseudonym=pseudonyms,
    )


def _changed(
    connection: Connection, project: int, known: Sequence[dict[str, Any]], cursor: str
) -> list[int]:
    """Find the tasks that may have changed, or have or had drafts: those move no time stamp."""
    since = datetime.fromisoformat(cursor).astimezone(UTC) - _OVERLAP
    items = [
        {
            "filter": "filter:tasks:updated_at",
            "operator": "greater_or_equal",
            "type": "Datetime",
            "value": since.strftime(_STAMP),
        },
        {
            "filter": "filter:tasks:draft_exists",
            "operator": "equal",
            "type": "Boolean",
            "value": True,
        },
    ]
    query = json.dumps({"filters": {"conjunction": "or", "items": items}})
    listed = {int(task["id"]) for task in listed_tasks(connection, project, "id", query=query)}
    return sorted(listed | {int(task["task_id"]) for task in known if task["drafts"]})


def _export(
    connection: Connection, project: int, numbers: Sequence[int] = ()
) -> list[dict[str, Any]]:
    """Export some tasks, or all."""
    path = f"/api/projects/{project}/export"
    params = {"exportType": "JSON", "download_all_tasks": "true"}
    some: list[dict[str, Any]] = [
        {**params, "ids[]": list(numbers[start : start + _AT_ONCE])}
        for start in range(0, len(numbers), _AT_ONCE)
    ]
    tasks: list[dict[str, Any]] = []
    for query in some or [params]:
        raw = ask(connection, path, query, slow=True)
        if not isinstance(raw, list):
            msg = f"The export of project {project} is no list of tasks; is this Label Studio?"
            raise StudioError(msg)
        tasks += [task for task in dicts(raw) if isinstance(task.get("id"), int)]
    return tasks


def _whole(connection: Connection, desk: Desk) -> tuple[list[dict[str, Any]], _Counts]:
    """Export everything and prove that it is everything."""
    after = _counts(connection, desk.project)
    for _ in range(_TRIES):
        before = after
        raw = _export(connection, desk.project)
        after = _counts(connection, desk.project)
        if _adds_up(raw, after):
            return raw, after
    if (before.tasks, before.annotations) != (after.tasks, after.annotations) and _adds_up(
        raw,
        _Counts(min(before.tasks, after.tasks), min(before.annotations, after.annotations), ""),
        exactly=False,
    ):
        return raw, after  # people submit faster than the server exports
    msg = (
        f"Label Studio gave {len(raw)} of the {after.tasks} tasks of {_whose(desk)}, and "
        f"{_annotations(raw)} of {after.annotations} annotations; nothing of it was stored, pull "
        "again"
    )
    raise StudioError(msg)


def _whose(desk: Desk) -> str:
    return f"{desk.annotator}'s desk" if desk.annotator else "the shared desk"


def _counts(connection: Connection, project: int) -> _Counts:
    held = ask(connection, f"/api/projects/{project}/")
    submitted, skipped = held["total_annotations_number"], held["skipped_annotations_number"]
    return _Counts(
        tasks=int(held["task_number"] or 0),
        annotations=int(submitted or 0) + int(skipped or 0),
        config=str(held["label_config"] or ""),
    )


def _adds_up(tasks: Sequence[dict[str, Any]], counts: _Counts, *, exactly: bool = True) -> bool:
    have, marked = len(tasks), _annotations(tasks)
    if exactly:
        return (have, marked) == (counts.tasks, counts.annotations)
    return have >= counts.tasks and marked >= counts.annotations


def _annotations(tasks: Iterable[dict[str, Any]]) -> int:
    return sum(len(dicts(task.get("annotations"))) for task in tasks)


def _put_in(
    known: Sequence[dict[str, Any]], changed: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    tasks = {task["task_id"]: task for task in known}
    return list((tasks | {task["task_id"]: task for task in changed}).values())


def _last(raw: Iterable[dict[str, Any]], cursor: str) -> str:
    """Give the latest time at which a task was changed."""
    return max([cursor, *(str(task.get("updated_at") or "") for task in raw)])
