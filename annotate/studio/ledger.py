"""What was pushed where, so that nothing is sent twice."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from annotate.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["Desk", "Ledger"]

_SCHEMA = """
create table if not exists desks (
    server text not null, round text not null, annotator text not null, project integer not null,
    primary key (server, round, annotator)
);
create table if not exists tasks (
    server text not null, project integer not null, article_id text not null,
    text_sha256 text not null, task integer not null,
    primary key (server, project, article_id)
);
"""


@dataclass(frozen=True)
class Desk:
    """One annotator's Label Studio project in one round."""

    annotator: str
    round: str
    project: int


@dataclass(frozen=True)
class Ledger:
    """The ledger of one study on one server.

    Parameters
    ----------
    path : Path
        An SQLite file; made at the first write.
    server : str
        "embedded", or the address of another server: task numbers mean nothing elsewhere.
    """

    path: Path
    server: str

    def desks(self) -> list[Desk]:
        """Give the desks, in the order in which they were made."""
        rows = self._read(
            "select annotator, round, project from desks where server = ? order by rowid"
        )
        return [Desk(*row) for row in rows]

    def add_desk(self, desk: Desk) -> None:
        """Note a desk; a project that took another's place replaces it."""
        with self._database() as database:
            database.execute(
                "insert or replace into desks (server, round, annotator, project) "
                "values (?, ?, ?, ?)",
                (self.server, desk.round, desk.annotator, desk.project),
            )

    def add_tasks(self, project: int, tasks: Iterable[tuple[str, str, int]]) -> None:
        """Note tasks that the server holds, as (article_id, text_sha256, task)."""
        with self._database() as database:
            database.executemany(
                "insert or replace into tasks (server, project, article_id, text_sha256, task) "
                "values (?, ?, ?, ?, ?)",
                [(self.server, project, *task) for task in tasks],
            )

    def pushed(self) -> set[str]:
        """Give the articles that were pushed to any server: their text may not change."""
        if not self.path.exists():
            return set()
        with self._database() as database:
            return {row[0] for row in database.execute("select distinct article_id from tasks")}

    def everywhere(self) -> set[tuple[int, str, int]]:
        """Give every task on any server, as (project, article_id, task)."""
        if not self.path.exists():
            return set()
        with self._database() as database:
            return set(database.execute("select project, article_id, task from tasks"))

    def tasks(self, project: int) -> dict[str, int]:
        """Give the task of each article in a project."""
        query = "select article_id, task from tasks where server = ? and project = ? order by task"
        return dict(self._read(query, project))

    def _read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        if not self.path.exists():
            return []
        with self._database() as database:
            return list(database.execute(query, (self.server, *values)))

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction."""
        try:
            with closing(sqlite3.connect(self.path, timeout=30)) as database, database:
                database.executescript(_SCHEMA)
                yield database
        except sqlite3.Error as error:
            msg = f"{self.path} cannot be used ({error}); restore it from a backup"
            raise StudyError(msg) from error
