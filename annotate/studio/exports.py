"""Read an export made in Label Studio by hand, also of a project that this tool did not make."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from annotate.errors import SnapshotError
from annotate.studio.tasks import ARTICLE_ID

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from annotate.schema import Schema

__all__ = ["ExportedTask", "RefusedTask", "read_export"]

_METADATA = ("outlet", "event", "published", "url", "title", "language")


@dataclass(frozen=True)
class ExportedTask:
    """A task of an export and what it says of its article.

    Parameters
    ----------
    raw : dict
        As Label Studio wrote it.
    text : str
        What annotators saw, to the character.
    article_id : str
        The id this tool gave it, "" for a stranger.
    declared : str
        What makes a stranger's article: the key field, else project and task number.
    metadata : dict of str to str
        Outlet and the like, where the task's data hold them under these names.
    """

    raw: dict[str, Any]
    text: str
    article_id: str
    declared: str
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RefusedTask:
    """A task that cannot be used, and why."""

    task: str
    reason: str


def read_export(
    path: Path, schema: Schema, known: Collection[str], *, key: str = ""
) -> tuple[list[ExportedTask], list[RefusedTask], str]:
    """Read a JSON export.

    Parameters
    ----------
    path : Path
        The file.
    schema : Schema
        The scheme of the project that was exported.
    known : collection of str
        Ids of articles that the study has.
    key : str
        The field of the tasks' data that tells articles apart across projects; by default
        project and task number do.

    Returns
    -------
    tasks : list of ExportedTask
    refused : list of RefusedTask
    source : str
        A name for where they come from: the same project exported again has the same one.

    Raises
    ------
    SnapshotError
        If the file is no such export.
    """
    items = _items(path)
    tasks, refused = [], []
    seen: set[str] = set()
    for number, raw in enumerate(items, start=1):
        task = _task(raw, number, schema, known, key)
        if isinstance(task, ExportedTask) and (task.article_id or task.declared) in seen:
            task = RefusedTask(_name(raw, number), "another task stands for the same article")
        if isinstance(task, RefusedTask):
            refused.append(task)
        else:
            seen.add(task.article_id or task.declared)
            tasks.append(task)
    if items and not tasks:
        msg = f"{path}: no task can be used; the first: {refused[0].reason}"
        raise SnapshotError(msg)
    projects = sorted({str(task.raw.get("project", "")) for task in tasks})
    return tasks, refused, "+".join(projects) or path.name


def _items(path: Path) -> list[Any]:
    try:
        items = json.loads(path.read_bytes())
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror or error})"
        raise SnapshotError(msg) from error
    except (ValueError, RecursionError) as error:
        msg = f"{path} is no JSON; in Label Studio choose Export, then JSON"
        raise SnapshotError(msg) from error
    if not isinstance(items, list):
        msg = f"{path} holds no list of tasks; in Label Studio choose Export, then JSON"
        raise SnapshotError(msg)
    if items and all(isinstance(item, dict) and "annotations" not in item for item in items):
        msg = f"{path} holds no annotations; choose JSON, not JSON-MIN or another format"
        raise SnapshotError(msg)
    return items


def _name(raw: object, number: int) -> str:
    return f"task {raw.get('id', number)}" if isinstance(raw, dict) else f"item {number}"


def _task(
    raw: object, number: int, schema: Schema, known: Collection[str], key: str
) -> ExportedTask | RefusedTask:
    data = raw.get("data") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(data, dict):
        return RefusedTask(_name(raw, number), "it has no data")
    text = data.get(schema.text_field)
    if not isinstance(text, str) or not text.strip():
        return RefusedTask(_name(raw, number), f'its data have no text in "{schema.text_field}"')
    if key and not isinstance(data.get(key), str | int):
        return RefusedTask(_name(raw, number), f'its data have no "{key}"')
    ours = data.get(ARTICLE_ID)
    return ExportedTask(
        raw=raw,
        text=_shown(text) if schema.hypertext else text,
        article_id=ours if isinstance(ours, str) and ours in known else "",
        declared=f"id:{data[key]}" if key else f"task:{raw.get('project')}/{raw.get('id')}",
        metadata={name: data[name] for name in _METADATA if isinstance(data.get(name), str)},
    )


def _shown(html: str) -> str:
    """Give the characters of a page that offsets count: its text content."""
    from lxml import html as lxml_html
    from lxml.etree import ParserError

    parser = lxml_html.HTMLParser(no_network=True)
    try:
        return str(lxml_html.fromstring(html, parser=parser).text_content())
    except ParserError:
        return html
