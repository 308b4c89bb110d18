"""Find or make the Label Studio project that is a desk, and keep its scheme up to date."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from annotate.errors import NotThere, StudioError
from annotate.schema import parse_config
from annotate.studio.connection import WRITE
from annotate.studio.ledger import Desk
from annotate.studio.rest import ask, listed_projects, listed_tasks
from annotate.studio.tasks import ARTICLE_ID

if TYPE_CHECKING:
    from annotate.studio.connection import Connection
    from annotate.studio.ledger import Ledger

__all__ = ["Found", "Plan", "begin_with", "check_scheme", "find_desk", "make_desk", "refresh"]

_LONGEST = 50  # characters of a title that Label Studio takes


@dataclass(frozen=True)
class Plan:
    """What the desks of a round get that have the same scheme.

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
    topic : str
        What the articles are about; "" unless topics have targets of their own.
    overlap : int
        How many people each article is handed to: one at a desk of somebody's own.
    show_predictions : bool
        Whether what was marked before is shown: to an adjudicator.
    """

    study: str
    mark: str
    round: str
    config: str
    instructions: str
    text_field: str
    topic: str = ""
    overlap: int = 1
    show_predictions: bool = False

    def mark_of(self, annotator: str) -> str:
        """Give the line that the project of a desk ends its description with."""
        topic = f"/{sha256(self.topic.encode()).hexdigest()[:8]}" if self.topic else ""
        return f"annotate {self.mark}/{self.round}/{annotator or '(everybody)'}{topic}"


@dataclass(frozen=True)
class Found:
    """A desk's project on the server.

    Parameters
    ----------
    project : int
        Its number; 0 if there is none yet.
    twins : tuple of int
        Other projects with the same mark, as an interrupted push may leave behind.
    """

    project: int
    twins: tuple[int, ...] = field(default=())


def find_desk(connection: Connection, ledger: Ledger, plan: Plan, annotator: str) -> Found:
    """Find an annotator's project by the ledger, or by its mark.

    Raises
    ------
    StudioError
        If the server cannot list its projects.
    """
    known = {
        desk.annotator: desk.project
        for desk in ledger.desks()
        if (desk.round, desk.topic) == (plan.round, plan.topic)
    }
    projects = listed_projects(connection)
    mark = plan.mark_of(annotator)
    marked = [int(p["id"]) for p in projects if (p.get("description") or "").endswith(mark)]
    project = known.get(annotator, 0)
    if project not in marked and not _holds_ours(connection, ledger, project, projects):
        # Made just before a crash, or the ledger is lost: the fullest one is the desk.
        held = {int(p["id"]): int(p.get("task_number") or 0) for p in projects}
        project = min(marked, key=lambda each: (-held[each], each), default=0)
    return Found(project, tuple(each for each in marked if each != project))


def make_desk(connection: Connection, ledger: Ledger, plan: Plan, annotator: str) -> int:
    """Make an annotator's project and note it.

    Raises
    ------
    StudioError
        If the server refuses.
    """
    with connection.translated():
        made: Any = connection.sdk.projects.create(
            title=_title(plan, annotator),
            # The mark goes last: it is how the project is found again.
            description=(
                f"The desk of {annotator or 'everybody'}. Please leave this line as it is: "
                f"{plan.mark_of(annotator)}"
            ),
            label_config=plan.config,
            expert_instruction=plan.instructions,
            show_instruction=True,
            show_skip_button=True,
            show_collab_predictions=plan.show_predictions,
            enable_empty_annotation=True,
            maximum_annotations=plan.overlap,
            sampling="Sequential sampling",
            request_options=WRITE,
        )
    ledger.add_desk(Desk(annotator, plan.round, int(made.id), plan.topic))
    return int(made.id)


def check_scheme(connection: Connection, ledger: Ledger, plan: Plan, annotator: str) -> None:
    """Refuse another scheme for a desk where work was done; a desk that is not known may have any.

    Raises
    ------
    StudioError
        If work was done with other questions or labels, or the server cannot be asked.
    """
    place = (annotator, plan.round, plan.topic)
    for desk in ledger.desks():
        if (desk.annotator, desk.round, desk.topic) == place:
            with suppress(NotThere):
                held = ask(connection, f"/api/projects/{desk.project}/")
                if not _same(held, plan):
                    _check_change(held, desk.project, plan)


def refresh(connection: Connection, project: int, plan: Plan, *, dry: bool = False) -> list[str]:
    """Update what a desk is made with; the server would take away labels in use without a word.

    Returns
    -------
    list of str
        What was changed, or would be (`dry`).

    Raises
    ------
    StudioError
        If work was done with other questions or labels.
    """
    held = ask(connection, f"/api/projects/{project}/")
    changes: dict[str, Any] = {}
    if not _same(held, plan):
        _check_change(held, project, plan)
        with connection.translated():
            connection.sdk.projects.validate_label_config(
                project, label_config=plan.config, request_options=WRITE
            )
        changes["label_config"] = plan.config
    if held.get("expert_instruction") != plan.instructions:
        changes["expert_instruction"] = plan.instructions
    if held.get("maximum_annotations") != plan.overlap:
        changes["maximum_annotations"] = plan.overlap
    for name, value in changes.items():
        if not dry:
            with connection.translated():
                connection.sdk.projects.update(project, request_options=WRITE, **{name: value})
    return list(changes)


def begin_with(connection: Connection, project: int, name: str) -> None:
    """Let own work begin as a copy of the prediction of that name.

    Without, the editor takes that of the newest prediction, whoever's it is.

    Raises
    ------
    StudioError
        If the project has no such prediction.
    """
    if ask(connection, f"/api/projects/{project}/").get("model_version") != name:
        with connection.translated():
            connection.sdk.projects.update(project, request_options=WRITE, model_version=name)


def _holds_ours(
    connection: Connection, ledger: Ledger, project: int, projects: list[dict[str, Any]]
) -> bool:
    """Tell whether a project that lost its mark is still the desk: anybody may edit the mark."""
    if project not in {int(p["id"]) for p in projects}:
        return False
    held = listed_tasks(connection, project, "id,data")
    return bool(ledger.sent(project).keys() & {_key(task) for task in held})


def _key(task: dict[str, Any]) -> object:
    data = task.get("data")
    return data.get(ARTICLE_ID) if isinstance(data, dict) else None


def _title(plan: Plan, annotator: str) -> str:
    name = f"{plan.study}, {plan.round}" if plan.round != "main" else plan.study
    name = f"{name}, {plan.topic}" if plan.topic else name
    tail = f" · {annotator}" if annotator else " · everybody"
    return f"{name[: _LONGEST - len(tail)]}{tail}"


def _same(held: dict[str, Any], plan: Plan) -> bool:
    """Tell whether a project has a scheme: Label Studio takes white space at its ends away."""
    return str(held.get("label_config") or "").strip() == plan.config.strip()


def _check_change(held: dict[str, Any], project: int, plan: Plan) -> None:
    """Refuse another scheme where work was done: old work would seem to answer new questions."""
    work = sum(
        int(held.get(name) or 0)
        for name in ("total_annotations_number", "skipped_annotations_number")
    )
    if work and parse_config(held.get("label_config") or "").asks != parse_config(plan.config).asks:
        msg = (
            f"Project {project} holds {work} annotations made with other questions or labels than "
            "label_config.xml has now. Put that file back, or begin a round of its own with the "
            "new scheme: annotate round start NAME. (Hints, colours and titles may change.)"
        )
        raise StudioError(msg)
