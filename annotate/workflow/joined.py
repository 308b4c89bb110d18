"""Exports of several projects, read as one: desks of one study, or copies of one project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.errors import SnapshotError
from annotate.tidy.wording import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from annotate.schema import Schema
    from annotate.studio.exports import ExportedTask

__all__ = ["read_exports"]


def read_exports(
    paths: Sequence[Path], schema: Schema, known: Collection[str], *, key: str = ""
) -> tuple[list[ExportedTask], list[str]]:
    """Read one export or several.

    Parameters
    ----------
    paths : sequence of Path
        The files.
    schema : Schema
        The scheme of all of them.
    known : collection of str
        The article ids that tasks may name.
    key : str
        The field of the tasks' data that tells articles apart across projects.

    Returns
    -------
    tasks : list of ExportedTask
        Each once.
    warnings : list of str
        What was left out, and whether the files share no article.

    Raises
    ------
    SnapshotError
        If a file is no export, or two of them contradict each other.
    """
    from annotate.studio.exports import read_export

    files, warnings = [], []
    for path in dict.fromkeys(paths):
        tasks, refused, _ = read_export(path, schema, known, key=key)
        if not tasks:
            msg = f"{path} holds no tasks: there is nothing to score"
            raise SnapshotError(msg)
        files.append((path, tasks))
        where = f"{path.name}: " if len(paths) > 1 else ""
        warnings += [f"{where}{each.task} is left out: {each.reason}" for each in refused]
    _prove_one_text(files)
    _prove_one_server(files)
    kept = list(_once(files))
    repeats = sum(len(tasks) for _, tasks in files) - len(kept)
    if repeats:
        said = counted(repeats, "task stands", "tasks stand")
        warnings.append(f"{said} in two of the exports; the file that was named first counts")
    elif len(files) > 1 and not _shared(files):
        warnings.append(
            "no article stands in two of the exports; if tasks of different projects are about "
            "the same article, name the field of their data that says which (--key)"
        )
    return kept, warnings


def _article(task: ExportedTask) -> str:
    return task.article_id or task.declared


def _name(task: ExportedTask) -> str:
    if task.article_id:
        return f"Article {task.article_id}"
    return task.declared.replace(":", " ", 1).capitalize()


def _prove_one_text(files: Sequence[tuple[Path, list[ExportedTask]]]) -> None:
    """Refuse an article with two texts: spans and answers would be about different things."""
    texts: dict[str, tuple[str, Path]] = {}
    for path, tasks in files:
        for task in tasks:
            text, first = texts.setdefault(_article(task), (task.text, path))
            if text != task.text:
                msg = (
                    f"{_name(task)} has one text in {first} and another one in {path}, so they "
                    "cannot be compared; export the projects again, or score them one by one"
                )
                raise SnapshotError(msg)


def _prove_one_server(files: Sequence[tuple[Path, list[ExportedTask]]]) -> None:
    """Refuse exports in which one number stands for two people."""
    from annotate.studio.exports import emails_of

    people: dict[int, tuple[str, Path]] = {}
    for path, tasks in files:
        for number, email in emails_of(tasks).items():
            known, first = people.setdefault(number, (email.casefold(), path))
            if known != email.casefold():
                msg = (
                    f"User {number} is one person in {first} and another one in {path}: exports "
                    "of different Label Studio servers cannot be scored together"
                )
                raise SnapshotError(msg)


def _once(files: Sequence[tuple[Path, list[ExportedTask]]]) -> Iterator[ExportedTask]:
    """Give every task as it stands in the first file that has it."""
    seen: set[tuple[object, object]] = set()
    for _, tasks in files:
        for task in tasks:
            project, number = task.raw.get("project"), task.raw.get("id")
            if project is None or (project, number) not in seen:
                yield task
            seen.add((project, number))


def _shared(files: Sequence[tuple[Path, list[ExportedTask]]]) -> bool:
    seen: set[str] = set()
    for _, tasks in files:
        own = {_article(task) for task in tasks}
        if own & seen:
            return True
        seen |= own
    return False
