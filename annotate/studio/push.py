"""Send articles to the annotators' desks: what is there already is never sent again."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from annotate.errors import StudioError
from annotate.studio.desks import find_desk, make_desk, refresh
from annotate.studio.ledger import Desk, Sent
from annotate.studio.rest import ask, listed_tasks, send, tell
from annotate.studio.tasks import ARTICLE_ID, dicts, text_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from annotate.studio.connection import Connection
    from annotate.studio.desks import Plan
    from annotate.studio.ledger import Ledger
    from annotate.studio.tasks import TaskData

__all__ = ["PushedDesk", "push_desk"]

_BATCH_TASKS = 10_000
# The server refuses 250 MiB, and is slower with many small requests; what is in doubt after a
# crash stays small.
_BATCH_BYTES = 48_000_000
_SETTLING = 3.0  # seconds after which a request that died on the way will not be stored any more …
_SPEED = 2e6  # … and so many bytes a second on top; the slowest import measured was 4e6


@dataclass(frozen=True)
class PushedDesk:
    """What a push did, or would do, for one annotator.

    Parameters
    ----------
    annotator, round, topic, url : str
        Whose desk, and where it is; no address if it is yet to be made.
    sent, there : int
        Tasks sent now, and tasks that were there before.
    altered : list of str
        Articles whose text on the server is not the frozen one any more.
    changes : list of str
        Settings of the project that were brought up to date.
    doubled : list of str
        Articles that an interrupted push had sent twice; the untouched copy was taken away.
    extra : int
        Tasks on the desk that are not assigned to it.
    twins : tuple of int
        Projects that an interrupted push left behind beside the desk.
    """

    annotator: str
    url: str
    sent: int
    there: int
    altered: list[str]
    round: str = "main"
    topic: str = ""
    changes: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    extra: int = 0
    twins: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Held:
    """A task as the server holds it."""

    task: int
    text_sha256: str


def push_desk(  # noqa: PLR0913 - what a desk is made of
    connection: Connection,
    ledger: Ledger,
    plan: Plan,
    annotator: str,
    tasks: Sequence[TaskData],
    on_sent: Callable[[int], None] = lambda _: None,
    *,
    dry: bool = False,
) -> PushedDesk:
    """Bring one annotator's desk up to date.

    Parameters
    ----------
    connection : Connection
        The server.
    ledger : Ledger
        What was pushed to it.
    plan : Plan
        What every desk gets.
    annotator : str
        Whose desk.
    tasks : sequence of TaskData
        All that should lie on it.
    on_sent : callable
        Told how many tasks are on the desk each time some were added.
    dry : bool
        Only say what would be done.

    Raises
    ------
    StudioError
        If the server refuses. Running it again goes on where it stopped.
    """
    found = find_desk(connection, ledger, plan, annotator)
    project, changes = found.project, []
    there: dict[str, _Held] = {}
    doubled: list[str] = []
    if project:
        changes = refresh(connection, project, plan, dry=dry)
        if not dry and project not in {desk.project for desk in ledger.desks()}:
            ledger.add_desk(Desk(annotator, plan.round, project, plan.topic))
        there, doubled = _there(connection, ledger, project, plan.text_field, dry=dry)
    elif not dry:
        project = make_desk(connection, ledger, plan, annotator)
    missing = [task for task in tasks if task.name not in there]
    before = len(tasks) - len(missing)
    if not dry:
        on_sent(before)
        _note(ledger, project, tasks, there)
        there |= _send_all(
            connection, ledger, project, plan, missing, lambda n: on_sent(before + n)
        )
    return PushedDesk(
        annotator=annotator,
        round=plan.round,
        topic=plan.topic,
        url=f"{connection.url}/projects/{project}/data" if project else "",
        sent=len(missing),
        there=before,
        altered=[
            task.article_id
            for task in tasks
            if task.name in there and there[task.name].text_sha256 != task.text_sha256
        ],
        changes=changes,
        doubled=doubled,
        extra=len(there.keys() - {task.name for task in tasks}),
        twins=found.twins,
    )


def _there(
    connection: Connection, ledger: Ledger, project: int, text_field: str, *, dry: bool
) -> tuple[dict[str, _Held], list[str]]:
    """List what lies on a desk, each article once, after what is on its way has arrived."""
    listed = _listed(connection, project, text_field)
    doubt = [sent for sent in ledger.sent(project).values() if not sent.task]
    while any(sent.key not in listed for sent in doubt) and time.time() < _settled(doubt):
        time.sleep(0.3)
        listed = _listed(connection, project, text_field)
    doubled = [key for key, held in listed.items() if len(held) > 1]
    if doubled and not dry:
        for key in doubled:
            _keep_one(connection, project, listed[key])
        listed = _listed(connection, project, text_field)
    return {key: held[0] for key, held in listed.items()}, doubled


def _settled(doubt: Iterable[Sent]) -> float:
    """Give the time at which a request that was cut off is stored, or will never be."""
    # A clock that was set back must not make anybody wait for hours.
    now = time.time()
    return max(min(sent.noted_at, now) + _SETTLING + sent.size / _SPEED for sent in doubt)


def _keep_one(connection: Connection, project: int, held: list[_Held]) -> None:
    """Take untouched copies of a task away; of copies that were all worked on, all stay."""
    numbers = [each.task for each in held]
    params = {"exportType": "JSON", "download_all_tasks": "true", "ids[]": numbers}
    raw = ask(connection, f"/api/projects/{project}/export", params)
    touched = {
        int(task["id"]) for task in dicts(raw) if task.get("annotations") or task.get("drafts")
    }
    keep = min(touched, default=min(numbers))
    for number in numbers:
        if number not in touched and number != keep:
            tell(connection, "DELETE", f"/api/tasks/{number}/")


def _listed(connection: Connection, project: int, text_field: str) -> dict[str, list[_Held]]:
    """List the tasks of a project by our own key, with the hash of the text each holds now."""
    found: dict[str, list[_Held]] = defaultdict(list)
    for task in listed_tasks(connection, project, "id,data"):
        data: dict[str, Any] = task["data"] if isinstance(task.get("data"), dict) else {}
        key = data.get(ARTICLE_ID)
        if isinstance(key, str):
            found[key].append(_Held(int(task["id"]), text_hash(str(data.get(text_field, "")))))
    return dict(found)


def _send_all(
    connection: Connection,
    ledger: Ledger,
    project: int,
    plan: Plan,
    tasks: Sequence[TaskData],
    on_sent: Callable[[int], None],
) -> dict[str, _Held]:
    """Send what is missing, and see to it that it arrived."""
    arrived: dict[str, _Held] = {}
    confirmed = True
    for batch, size in _batches(tasks):
        # Noted first: should this be killed, their text counts as frozen all the same.
        now = time.time()
        ledger.add_tasks(project, [_sent(task, noted_at=now, size=size) for task in batch])
        payload = [{"data": task.to_json(plan.text_field), **task.extra} for task in batch]
        answer = send(
            connection, f"/api/projects/{project}/import", payload, return_task_ids="true"
        )
        numbers = answer.get("task_ids") if isinstance(answer, dict) else None
        confirmed &= isinstance(numbers, list) and len(numbers) == len(batch)
        for task, number in zip(batch, numbers or [], strict=False):
            arrived[task.name] = _Held(int(number), task.text_sha256)
        on_sent(len(arrived))
    if not confirmed:
        listed = _listed(connection, project, plan.text_field)
        arrived = {task.name: listed[task.name][0] for task in tasks if task.name in listed}
    ledger.confirm(project, {key: held.task for key, held in arrived.items()})
    lost = len(tasks) - len(arrived)
    if lost:
        msg = f"{lost} tasks did not arrive in project {project}; run `annotate push` again"
        raise StudioError(msg)
    return arrived


def _note(ledger: Ledger, project: int, tasks: Sequence[TaskData], there: dict[str, _Held]) -> None:
    """Note what the server holds, under the text it holds."""
    if not there:
        return
    known = ledger.sent(project)
    fresh = [
        replace(_sent(task), task=held.task, text_sha256=held.text_sha256)
        for task in tasks
        if (held := there.get(task.name)) is not None
    ]
    ledger.add_tasks(project, [sent for sent in fresh if known.get(sent.key) != sent])


def _sent(task: TaskData, noted_at: float = 0.0, size: int = 0) -> Sent:
    return Sent(task.name, task.article_id, task.occasion, task.text_sha256, 0, noted_at, size)


def _batches(tasks: Iterable[TaskData]) -> Iterator[tuple[list[TaskData], int]]:
    """Cut tasks into requests, each with its size in bytes."""
    batch: list[TaskData] = []
    size = 0
    for task in tasks:
        weight = len(task.text.encode("utf-8", "surrogatepass"))
        weight += len(json.dumps(task.extra)) if task.extra else 0
        if batch and (len(batch) >= _BATCH_TASKS or size + weight > _BATCH_BYTES):
            yield batch, size
            batch, size = [], 0
        batch.append(task)
        size += weight
    if batch:
        yield batch, size
