"""Send articles to the annotators' desks: what is there already is never sent again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from annotate.errors import StudioError
from annotate.schema import parse_config
from annotate.studio.connection import WRITE
from annotate.studio.ledger import Desk
from annotate.studio.tasks import ARTICLE_ID, text_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from annotate.studio.connection import Connection
    from annotate.studio.ledger import Ledger
    from annotate.studio.tasks import TaskData

__all__ = ["Plan", "PushedDesk", "push_desk"]

_BATCH_TASKS = 500
_BATCH_BYTES = 4_000_000  # of text; a refused batch then costs seconds, not minutes
_PAGE = 1000


@dataclass(frozen=True)
class Plan:
    """What every desk of a round gets.

    Parameters
    ----------
    study : str
        The study's name, in the projects' titles.
    mark : str
        The study's own mark, by which a project is found again that was made just before a crash.
    round : str
        The round.
    config : str
        The labeling config.
    instructions : str
        HTML that annotators read before they begin.
    text_field : str
        Where the config expects the text.
    """

    study: str
    mark: str
    round: str
    config: str
    instructions: str
    text_field: str


@dataclass(frozen=True)
class PushedDesk:
    """What a push did for one annotator.

    Parameters
    ----------
    annotator, url : str
        Whose desk, and where it is.
    sent, there : int
        Tasks sent now, and tasks that were there before.
    altered : list of str
        Articles whose text on the server is not the frozen one any more.
    """

    annotator: str
    url: str
    sent: int
    there: int
    altered: list[str]


def push_desk(
    connection: Connection,
    ledger: Ledger,
    plan: Plan,
    annotator: str,
    tasks: Sequence[TaskData],
    on_sent: Callable[[int], None] = lambda _: None,
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

    Raises
    ------
    StudioError
        If the server refuses, or holds a task twice. Running it again goes on where it stopped.
    """
    project = _project(connection, ledger, plan, annotator)
    there = _listed(connection, project, plan.text_field)
    missing = [task for task in tasks if task.article_id not in there]
    done = len(tasks) - len(missing)
    on_sent(done)
    for batch in _batches(missing):
        # Noted first: should this be killed, their text counts as frozen all the same.
        ledger.add_tasks(project, [(task.article_id, task.text_sha256, 0) for task in batch])
        _send(connection, project, plan, batch)
        done += len(batch)
        on_sent(done)
    if missing:
        there = _listed(connection, project, plan.text_field)
    ledger.add_tasks(project, [(key, sha, task) for key, (task, sha) in there.items()])
    frozen = {task.article_id: task.text_sha256 for task in tasks}
    lost = [key for key in frozen if key not in there]
    if lost:
        msg = f"{len(lost)} tasks did not arrive at {annotator}'s desk; run `annotate push` again"
        raise StudioError(msg)
    return PushedDesk(
        annotator=annotator,
        url=f"{connection.url}/projects/{project}/data",
        sent=len(missing),
        there=len(tasks) - len(missing),
        altered=[key for key, sha in frozen.items() if there[key][1] != sha],
    )


def _project(connection: Connection, ledger: Ledger, plan: Plan, annotator: str) -> int:
    """Find the annotator's project, or make it, and give it today's scheme and instructions."""
    known = {desk.annotator: desk.project for desk in ledger.desks() if desk.round == plan.round}
    mark = f"annotate {plan.mark}/{plan.round}/{annotator}"
    with connection.translated():
        projects: list[Any] = list(connection.sdk.projects.list())
    marked = [int(p.id) for p in projects if (p.description or "").endswith(mark)]
    project = known.get(annotator, 0)
    if project not in marked and not _holds_ours(connection, ledger, plan, project, projects):
        project = min(marked) if marked else _create(connection, plan, annotator, mark)
        ledger.add_desk(Desk(annotator, plan.round, project))
    _refresh(connection, project, plan)
    return project


def _holds_ours(
    connection: Connection, ledger: Ledger, plan: Plan, project: int, projects: list[Any]
) -> bool:
    """Tell whether a project that lost its mark is still the desk: anybody may edit the mark."""
    if project not in {int(p.id) for p in projects}:
        return False
    return bool(ledger.tasks(project).keys() & _listed(connection, project, plan.text_field).keys())


def _create(connection: Connection, plan: Plan, annotator: str, mark: str) -> int:
    with connection.translated():
        made: Any = connection.sdk.projects.create(
            title=_title(plan, annotator),
            # The mark goes last: it is how the project is found again.
            description=f"The desk of {annotator}. Please leave this line as it is: {mark}",
            label_config=plan.config,
            expert_instruction=plan.instructions,
            show_instruction=True,
            show_skip_button=True,
            show_collab_predictions=False,
            enable_empty_annotation=True,
            maximum_annotations=1,
            sampling="Sequential sampling",
            request_options=WRITE,
        )
    return int(made.id)


def _title(plan: Plan, annotator: str) -> str:
    longest = 50  # characters that Label Studio takes
    name = f"{plan.study}, {plan.round}" if plan.round != "main" else plan.study
    tail = f" · {annotator}"
    return f"{name[: longest - len(tail)]}{tail}"


def _refresh(connection: Connection, project: int, plan: Plan) -> None:
    """Update scheme and instructions; the server would take away labels in use without a word."""
    with connection.translated():
        current = connection.sdk.projects.get(project)
        if current.label_config != plan.config:
            _check_change(current, project, plan)
            connection.sdk.projects.validate_label_config(
                project, label_config=plan.config, request_options=WRITE
            )
            connection.sdk.projects.update(project, label_config=plan.config, request_options=WRITE)
        if current.expert_instruction != plan.instructions:
            connection.sdk.projects.update(
                project, expert_instruction=plan.instructions, request_options=WRITE
            )


def _check_change(current: Any, project: int, plan: Plan) -> None:  # noqa: ANN401 - the SDK's
    """Refuse another scheme where work was done: old work would seem to answer new questions."""
    if not current.total_annotations_number:
        return
    if parse_config(current.label_config or "").asks != parse_config(plan.config).asks:
        msg = (
            f"Project {project} holds {current.total_annotations_number} annotations made with "
            "other questions or labels than label_config.xml has now. Put that file back, or make "
            "a study of its own for the new scheme. (Hints, colours and titles may change.)"
        )
        raise StudioError(msg)


def _listed(connection: Connection, project: int, text_field: str) -> dict[str, tuple[int, str]]:
    """List the tasks of a project by our own key: (task, hash of the text it holds now)."""
    found: dict[str, tuple[int, str]] = {}
    seen = 0
    with connection.translated():
        total = connection.sdk.projects.get(project).task_number or 0
        listing: Any = connection.sdk.tasks.list(
            project=project, include="id,data", page_size=_PAGE
        )
        for task in listing:
            seen += 1
            data: dict[str, Any] = task.data if isinstance(task.data, dict) else {}
            key = data.get(ARTICLE_ID)
            if key in found:
                msg = (
                    f"Project {project} holds article {key} twice (tasks {found[key][0]} and "
                    f"{task.id}); delete the one without annotations"
                )
                raise StudioError(msg)
            if isinstance(key, str):
                found[key] = (int(task.id), text_hash(str(data.get(text_field, ""))))
    if seen < total:
        # The SDK takes any 404 in the middle of a listing for its end.
        msg = f"Project {project} has {total} tasks, but only {seen} were listed; try again"
        raise StudioError(msg)
    return found


def _batches(tasks: Iterable[TaskData]) -> Iterator[list[TaskData]]:
    batch: list[TaskData] = []
    size = 0
    for task in tasks:
        weight = len(json.dumps(task.text))
        if batch and (len(batch) >= _BATCH_TASKS or size + weight > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(task)
        size += weight
    if batch:
        yield batch


def _send(connection: Connection, project: int, plan: Plan, batch: list[TaskData]) -> None:
    payload: list[Any] = [{"data": task.to_json(plan.text_field)} for task in batch]
    with connection.translated():
        connection.sdk.projects.import_tasks(
            project,
            request=payload,
            return_task_ids=True,
            request_options=WRITE,
        )
