"""Read an export made in Label Studio by hand, also of a project that this tool did not make."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from annotate.errors import SnapshotError
from annotate.studio.tasks import ARTICLE_ID, dicts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from annotate.schema import Schema

__all__ = ["ExportedTask", "RefusedTask", "emails_of", "export_items", "read_export"]

_SHOWN = 5  # names shown in a message
_DEEPEST = 100  # lists in lists; Label Studio needs a dozen, and Python gives up at a thousand
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
    """A task that cannot be used, or a piece of one, and why."""

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
        If the file is no such export, or was made with another scheme.
    """
    items = export_items(path)
    tasks, refused = [], []
    seen: set[str] = set()
    texts: dict[str, str] = {}
    for number, raw in enumerate(items, start=1):
        task = _task(raw, number, schema, known, key)
        if isinstance(task, ExportedTask):
            objection = _objection(task, seen, texts)
            task = RefusedTask(_name(raw, number), objection) if objection else task
        if isinstance(task, RefusedTask):
            refused.append(task)
        else:
            tasks.append(task)
            refused += _strays(task.raw, number)
    if items and not tasks:
        msg = f"{path}: no task can be used; the first: {refused[0].reason}"
        raise SnapshotError(msg)
    _check_controls(path, tasks, schema)
    projects = sorted({str(task.raw.get("project", "")) for task in tasks})
    return tasks, refused, "+".join(projects) or path.name


def _check_controls(path: Path, tasks: list[ExportedTask], schema: Schema) -> None:
    """Refuse work done with another scheme: read with this one, it would be empty votes."""
    used = {
        item["from_name"]
        for task in tasks
        for work in dicts(task.raw.get("annotations"))
        for item in dicts(work.get("result"))
        if item.get("type") != "relation" and isinstance(item.get("from_name"), str)
    }
    known = {*(q.name for q in schema.questions), *schema.span_controls, *schema.ignored}
    if used and not used & known:
        listed = ", ".join(sorted(used)[:_SHOWN])
        msg = (
            f"{path} was annotated with another scheme (it answers {listed}); give that "
            "project's labeling config with --config"
        )
        raise SnapshotError(msg)


def export_items(path: Path) -> list[Any]:
    """Give what should be the tasks of a JSON export; anything may stand in it.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    SnapshotError
        If it is no JSON, no list, or an export of another kind.
    """
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
    if not _is_shallow(items):
        msg = f"{path} has lists in lists, more than {_DEEPEST} deep; Label Studio writes no such"
        raise SnapshotError(msg)
    return items


def _is_shallow(items: list[Any]) -> bool:
    """Tell whether all that follows can print, write and compare what was read."""
    level: list[Any] = [items]
    for _ in range(_DEEPEST):
        level = [
            inner
            for holder in level
            for inner in (holder.values() if isinstance(holder, dict) else holder)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return True
    return False


def _objection(task: ExportedTask, seen: set[str], texts: dict[str, str]) -> str:
    """Say why a task cannot stand beside those before it; several may be about one article."""
    own = f"{task.raw.get('project')}/{task.raw.get('id')}"
    if own in seen:
        return "this task stands in the file twice; the first one counts"
    seen.add(own)
    if texts.setdefault(task.article_id or task.declared, task.text) != task.text:
        return "another task has the same article with another text"
    return ""


def _name(raw: object, number: int) -> str:
    return (
        f"task {raw['id']}"
        if isinstance(raw, dict) and _is_number(raw.get("id"))
        else (f"item {number}")
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _strays(raw: dict[str, Any], number: int) -> list[RefusedTask]:
    """List what stands among a task's annotations and drafts and is none."""
    return [
        RefusedTask(f"{_name(raw, number)}, {kind} {place}", f"it is no {kind}")
        for kind in ("annotation", "draft")
        for place, item in enumerate(raw.get(f"{kind}s") or [], start=1)
        if not isinstance(item, dict)
    ]


def _task(
    raw: object, number: int, schema: Schema, known: Collection[str], key: str
) -> ExportedTask | RefusedTask:
    data = raw.get("data") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(data, dict):
        return RefusedTask(_name(raw, number), "it has no data")
    if fault := _misshapen(raw):
        return RefusedTask(_name(raw, number), fault)
    text = data.get(schema.text_field)
    text = _shown(text) if schema.hypertext and isinstance(text, str) else text
    if not isinstance(text, str) or not text.strip():
        return RefusedTask(_name(raw, number), f'its data have no text in "{schema.text_field}"')
    if not _storable(text):
        return RefusedTask(_name(raw, number), "its text holds half a character (a lone surrogate)")
    if key and not (isinstance(data.get(key), str | int) and _storable(str(data[key]).strip())):
        return RefusedTask(_name(raw, number), f'its data have no "{key}"')
    ours = data.get(ARTICLE_ID)
    return ExportedTask(
        raw=raw,
        text=text,
        article_id=ours if isinstance(ours, str) and _storable(ours) and ours in known else "",
        declared=f"id:{data[key]}" if key else f"task:{raw.get('project')}/{raw.get('id')}",
        metadata={name: data[name] for name in _METADATA if _storable(data.get(name))},
    )


def _misshapen(raw: dict[str, Any]) -> str:
    """Say what tells that a task is none of Label Studio's."""
    if not _is_number(raw.get("id")):
        return "it has no number; export it from Label Studio"
    if not isinstance(raw.get("project"), int | str | None):
        return "its project is no number"
    for kind in ("annotations", "drafts"):
        if not isinstance(raw.get(kind), list | None):
            return f"its {kind} are no list"
    return ""


def _storable(value: object) -> bool:
    """Tell whether a value is text that a file can hold: JSON may bring half surrogate pairs."""
    if not isinstance(value, str) or not value:
        return False
    return value.isascii() or value.encode("utf-8", "replace").decode("utf-8") == value


def _shown(html: str) -> str:
    """Give the characters of a page that offsets count: the text content of its body."""
    from lxml import html as lxml_html
    from lxml.etree import ParserError

    # Bytes, because text that declares an encoding would be refused.
    parser = lxml_html.HTMLParser(no_network=True, encoding="utf-8")
    try:
        page = lxml_html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except ParserError:
        return ""
    return "".join(body.text_content() for body in page.findall("body"))


def emails_of(tasks: Iterable[ExportedTask]) -> dict[int, str]:
    """Give the users that a file names in full somewhere: elsewhere it has their numbers only."""
    emails: dict[int, str] = {}
    for task in tasks:
        for kind in ("annotations", "drafts"):
            for item in dicts(task.raw.get(kind)):
                user = item.get("completed_by", item.get("user"))
                if isinstance(user, dict) and _is_number(user.get("id")) and user.get("email"):
                    emails[user["id"]] = str(user["email"])
    return emails
