"""Tasks that Label Studio imports: a file for each annotator, and one with the consensus."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from annotate.dataset.studio_tasks import CONSENSUS, Tasks

if TYPE_CHECKING:
    from pathlib import Path

    from annotate.dataset.piece import Piece
    from annotate.dataset.plan import Plan

__all__ = ["FOLDER", "LabelStudioWriter"]

FOLDER = "label_studio"
#: Label Studio refuses 250 MiB, and takes ten times the memory of what it imports.
_LARGEST = 48_000_000
_NOBODY_ASKED = "unassigned"
_BESIDE = ("event", "published", "language", "title")


class LabelStudioWriter:
    """Writes ``label_studio/annotator_01.json`` and so on, and ``label_studio/consensus.json``.

    Each is a list of tasks to be imported into a project of its own with the dataset's
    ``label_config.xml``: Label Studio takes whoever imports work for its author, so that only
    different projects keep annotators apart. What would be too large for one import goes on in
    ``annotator_01-002.json``, for the same project.

    Tasks need the articles' text, and a scheme that shows it as plain text.

    Parameters
    ----------
    folder : Path
        Of the dataset.
    plan : Plan
        What it holds.
    largest : int
        The largest file, in bytes; a single larger task has one of its own.
    """

    def __init__(self, folder: Path, plan: Plan, largest: int = _LARGEST) -> None:
        self._plan, self._tasks, self._largest = plan, Tasks(plan), largest
        self._folder = folder / FOLDER
        self._folder.mkdir()
        self._files: dict[str, _List] = {}

    def write(self, piece: Piece) -> None:
        """Add some articles."""
        names = piece.articles["article_id"].tolist()
        columns = [name for name in _BESIDE if name in piece.articles]
        rows = zip(*(piece.articles[name].tolist() for name in columns), strict=True)
        known = {
            name: dict(zip(columns, row, strict=True))
            for name, row in zip(names, rows, strict=True)
        }
        place = {name: number for number, name in enumerate(names)}
        made: dict[str, list[dict[str, Any]]] = defaultdict(list)
        visits = piece.rows["annotations"]
        # By article, however many of them come at once; each annotator's rounds in their order.
        for visit in sorted(visits, key=lambda visit: place[visit["article_id"]]):
            if visit["status"] != _NOBODY_ASKED:
                whose = self._plan.number(visit["annotator"])
                made[whose].append(self._tasks.of_visit(visit, known[visit["article_id"]]))
        for row in piece.rows["consensus"]:
            made[CONSENSUS].append(self._tasks.of_consensus(row, known[row["article_id"]]))
        for name, tasks in made.items():
            file = self._files.setdefault(name, _List(self._folder, name, self._largest))
            file.add(tasks)

    def close(self) -> None:
        """Finish the files."""
        for file in self._files.values():
            file.end()


@dataclass
class _List:
    """A list of tasks in one file or several; none is kept open, for there may be thousands."""

    folder: Path
    name: str
    largest: int
    part: int = 0
    size: int = 0

    def add(self, tasks: list[dict[str, Any]]) -> None:
        """Write tasks, the next file where this one would become too large."""
        waiting: list[bytes] = []
        for task in tasks:
            line = json.dumps(task, ensure_ascii=False, allow_nan=False, sort_keys=True).encode()
            if self.part and self.size + len(line) + _ROOM > self.largest:
                self._write(waiting)
                waiting = []
                self.end()
                self.part, self.size = self.part + 1, 0
            self.part = self.part or 1
            line = (b",\n" if self.size else b"[\n") + line
            self.size += len(line)
            waiting.append(line)
        self._write(waiting)

    def end(self) -> None:
        """Finish the file at hand."""
        self._write([b"\n]\n"])

    def _write(self, lines: list[bytes]) -> None:
        number = f"-{self.part:03}" if self.part > 1 else ""
        with (self.folder / f"{self.name}{number}.json").open("ab") as file:
            file.writelines(lines)


_ROOM = 5  # what stands between tasks, and at the end
