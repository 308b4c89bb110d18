"""Delete on a server what has left the study; each thing is looked at before it is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from annotate.errors import NotThere, StudioError
from annotate.studio.rest import ask, listed_tasks, tell
from annotate.studio.tasks import ARTICLE_ID, dicts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from annotate.studio.connection import Connection

__all__ = ["Erased", "delete_account", "delete_desk", "delete_tasks", "delete_work"]


@dataclass(frozen=True)
class Erased:
    """What was deleted on a server, and the projects that were gone already."""

    projects: tuple[int, ...] = ()
    tasks: tuple[int, ...] = ()
    annotations: tuple[int, ...] = ()
    drafts: tuple[int, ...] = ()
    accounts: tuple[str, ...] = ()

    def __add__(self, other: Erased) -> Erased:
        return Erased(
            self.projects + other.projects,
            self.tasks + other.tasks,
            self.annotations + other.annotations,
            self.drafts + other.drafts,
            self.accounts + other.accounts,
        )


def delete_desk(connection: Connection, project: int, marked: Callable[[str], bool]) -> Erased:
    """Delete the project that was somebody's desk; one that is gone already is as good.

    Parameters
    ----------
    connection : Connection
        The server.
    project : int
        The project.
    marked : callable
        Whether a description carries the desk's mark.

    Raises
    ------
    StudioError
        If it does not carry the mark, or the server refuses.
    """
    try:
        held = ask(connection, f"/api/projects/{project}/")
    except NotThere:
        return Erased()
    if not marked(str(held.get("description") or "")):
        msg = (
            f"Project {project} does not carry the mark of this desk any more; look at it in Label "
            "Studio, and if it is the desk, delete it there (Settings, Danger Zone)"
        )
        raise StudioError(msg)
    tell(connection, "DELETE", f"/api/projects/{project}/")
    return Erased(projects=(project,))


def delete_work(
    connection: Connection, project: int, theirs: Callable[[dict[str, Any]], bool]
) -> Erased:
    """Delete somebody's annotations and drafts in a project that others work in, too.

    Parameters
    ----------
    connection : Connection
        The server.
    project : int
        The project.
    theirs : callable
        Whether an annotation or a draft is theirs.

    Raises
    ------
    StudioError
        If the server refuses.
    """
    params = {"exportType": "JSON", "download_all_tasks": "true"}
    try:
        raw = ask(connection, f"/api/projects/{project}/export", params, slow=True)
    except NotThere:
        return Erased()
    found: dict[str, list[int]] = {"drafts": [], "annotations": []}
    for kind, numbers in found.items():
        for task in dicts(raw):
            numbers += [int(item["id"]) for item in dicts(task.get(kind)) if theirs(item)]
        for number in numbers:
            tell(connection, "DELETE", f"/api/{kind}/{number}/")
    return Erased(annotations=tuple(found["annotations"]), drafts=tuple(found["drafts"]))


def delete_tasks(connection: Connection, project: int, keys: Collection[str]) -> Erased:
    """Delete the tasks of a project that are about some articles, with all that was said of them.

    Parameters
    ----------
    connection : Connection
        The server.
    project : int
        The project.
    keys : collection of str
        What tasks call the articles. Numbers alone will not do: servers give them again.

    Raises
    ------
    StudioError
        If the server refuses.
    """
    try:
        held = listed_tasks(connection, project, "id,data")
    except NotThere:
        return Erased()
    gone = []
    for task in held:
        data = task.get("data")
        if isinstance(data, dict) and data.get(ARTICLE_ID) in keys:
            tell(connection, "DELETE", f"/api/tasks/{task['id']}/")
            gone.append(int(task["id"]))
    return Erased(tasks=tuple(gone))


def delete_account(connection: Connection, number: int, email: str) -> Erased:
    """Delete an account. The work that is still signed with it loses its author, and stays.

    Raises
    ------
    StudioError
        If the server refuses.
    """
    tell(connection, "DELETE", f"/api/users/{number}/")
    return Erased(accounts=(email,))
