"""Fetch every annotation of every desk, skips and drafts among them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from annotate.errors import StudioError
from annotate.studio.connection import EXPORT
from annotate.studio.tasks import ARTICLE_ID, normalise

if TYPE_CHECKING:
    from collections.abc import Iterable

    from annotate.studio.connection import Connection
    from annotate.studio.ledger import Desk
    from annotate.studio.people import Pseudonyms

__all__ = ["pull_desk"]


def pull_desk(
    connection: Connection, desk: Desk, text_field: str, pseudonyms: Pseudonyms
) -> list[dict[str, Any]]:
    """Fetch the tasks of one desk.

    Parameters
    ----------
    connection : Connection
        The server.
    desk : Desk
        Whose work.
    text_field : str
        Where the scheme expects the text.
    pseudonyms : Pseudonyms
        Who is who.

    Returns
    -------
    list of dict
        Tasks as snapshots hold them, in the order of their numbers. Tasks that this tool did
        not push are left out.

    Raises
    ------
    StudioError
        If the server gives fewer tasks than it says it holds.
    """
    raw = _export(connection, desk.project)
    with connection.translated():
        held = connection.sdk.projects.get(desk.project).task_number or 0
    if len(raw) < held:
        msg = (
            f"Label Studio gave {len(raw)} of the {held} tasks of {desk.annotator}'s desk; "
            "nothing was stored, pull again"
        )
        raise StudioError(msg)
    return [
        normalise(
            task,
            article_id=task["data"][ARTICLE_ID],
            text=str(task["data"].get(text_field, "")),
            desk=desk.annotator,
            pseudonym=pseudonyms,
        )
        for task in sorted(_ours(raw), key=lambda task: int(task["id"]))
    ]


def _export(connection: Connection, project: int) -> list[Any]:
    with connection.translated():
        chunks = connection.sdk.projects.exports.download_sync(
            project, export_type="JSON", download_all_tasks=True, request_options=EXPORT
        )
        raw = json.loads(b"".join(chunks))
    if not isinstance(raw, list):
        msg = f"The export of project {project} is no list of tasks; is this Label Studio?"
        raise StudioError(msg)
    return raw


def _ours(raw: Iterable[Any]) -> Iterable[dict[str, Any]]:
    for task in raw:
        data = task.get("data") if isinstance(task, dict) else None
        if isinstance(data, dict) and isinstance(data.get(ARTICLE_ID), str):
            yield task
