"""What was pushed where, so that nothing is sent twice."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from annotate.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["Desk", "Ledger", "Sent"]

_TABLES = """
create table if not exists desk (
    server text not null, round text not null, annotator text not null, topic text not null,
    project integer not null, primary key (server, round, annotator, topic)
);
create table if not exists task (
    server text not null, project integer not null, key text not null,
    article_id text not null, occasion integer not null, text_sha256 text not null,
    task integer not null, noted_at real not null, bytes integer not null,
    primary key (server, project, key)
);
"""
#: What version 0.1 wrote: one desk for each annotator and round, each article there once.
_MOVED = """
insert into desk select server, round, annotator, '', project from desks order by rowid;
insert into task
    select server, project, article_id, article_id, 1, text_sha256, task, 0, 0 from tasks;
drop table desks;
drop table tasks;
"""


@dataclass(frozen=True)
class Desk:
    """One annotator's Label Studio project in one round.

    Parameters
    ----------
    annotator : str
        Whose; "" where everybody works in one project.
    round : str
        The round.
    project : int
        The project's number.
    topic : str
        What its articles are about; "" unless topics have targets of their own.
    """

    annotator: str
    round: str
    project: int
    topic: str = ""


@dataclass(frozen=True)
class Sent:
    """A task that was sent, or was about to be.

    Parameters
    ----------
    key : str
        What the task's data call the article.
    article_id, occasion : str, int
        Which article it is, and for the how-manieth time at its desk.
    text_sha256 : str
        Of the text.
    task : int
        The task's number; 0 until the server has confirmed it.
    noted_at : float
        When it was about to be sent, in seconds since 1970.
    size : int
        Bytes of the request it was sent in.
    """

    key: str
    article_id: str
    occasion: int
    text_sha256: str
    task: int = 0
    noted_at: float = 0.0
    size: int = 0


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
            "select annotator, round, project, topic from desk where server = ? order by rowid"
        )
        return [Desk(*row) for row in rows]

    def add_desk(self, desk: Desk) -> None:
        """Note a desk; a project that took another's place replaces it."""
        with self._database() as database:
            database.execute(
                "insert or replace into desk (server, round, annotator, topic, project) "
                "values (?, ?, ?, ?, ?)",
                (self.server, desk.round, desk.annotator, desk.topic, desk.project),
            )

    def add_tasks(self, project: int, tasks: Iterable[Sent]) -> None:
        """Note tasks that are about to be sent, or that the server holds."""
        rows = [
            (
                *(self.server, project, sent.key, sent.article_id, sent.occasion),
                *(sent.text_sha256, sent.task, sent.noted_at, sent.size),
            )
            for sent in tasks
        ]
        with self._database() as database:
            database.executemany(
                "insert or replace into task values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
            )

    def confirm(self, project: int, tasks: Mapping[str, int]) -> None:
        """Note the numbers that tasks got, by key."""
        with self._database() as database:
            database.executemany(
                "update task set task = ?, noted_at = 0, bytes = 0 "
                "where server = ? and project = ? and key = ?",
                [(number, self.server, project, key) for key, number in tasks.items()],
            )

    def sent(self, project: int) -> dict[str, Sent]:
        """Give what was sent to a project, by key."""
        rows = self._read(
            "select key, article_id, occasion, text_sha256, task, noted_at, bytes from task "
            "where server = ? and project = ?",
            project,
        )
        return {row[0]: Sent(*row) for row in rows}

    def tasks(self, project: int) -> dict[str, int]:
        """Give the task of each article's first occasion in a project."""
        first = [sent for sent in self.sent(project).values() if sent.occasion == 1]
        return {sent.article_id: sent.task for sent in sorted(first, key=lambda each: each.task)}

    def pushed(self) -> set[str]:
        """Give the articles that were pushed to any server: their text may not change."""
        return {row[0] for row in self._everywhere("select distinct article_id from task")}

    def everywhere(self) -> set[tuple[int, str, int]]:
        """Give every task on any server, as (project, key, task)."""
        return set(self._everywhere("select project, key, task from task"))

    def begun(self, round_: str) -> list[tuple[str, str, int]]:
        """Give what lies on the desks of a round on any server, as (article, annotator, occasion).

        Desks that everybody shares are nobody's.
        """
        return [place for place in self.topics(round_) if place[1]]

    def topics(self, round_: str) -> dict[tuple[str, str, int], str]:
        """Give the topic of the desk of each (article, annotator, occasion) of a round."""
        return {
            (str(article), str(annotator), int(occasion)): str(topic)
            for article, annotator, occasion, topic, name in self._everywhere(
                "select task.article_id, desk.annotator, task.occasion, desk.topic, desk.round "
                "from task join desk on desk.server = task.server and desk.project = task.project "
                "order by desk.rowid, task.rowid"
            )
            if name == round_
        }

    def desks_anywhere(self) -> list[tuple[str, Desk]]:
        """Give the desks on every server, each with its server."""
        rows = self._everywhere(
            "select server, annotator, round, project, topic from desk order by rowid"
        )
        return [(str(server), Desk(*row)) for server, *row in rows]

    def sent_anywhere(self, article: str) -> list[tuple[str, int, Sent]]:
        """Give every task of an article, with its server and its project."""
        return [
            (server, project, Sent(*row))
            for server, project, *row in self._everywhere(
                "select server, project, key, article_id, occasion, text_sha256, task, noted_at, "
                "bytes from task order by rowid"
            )
            if row[1] == article
        ]

    def drop_desks(self, annotators: Iterable[str]) -> None:
        """Take the desks of people out, on every server. Their tasks, which name nobody, stay."""
        self._erase("delete from desk where annotator = ?", [(name,) for name in annotators])

    def forget_texts(self, articles: Iterable[str]) -> None:
        """Take out what tells of an article's text; where its tasks lie stays known."""
        self._erase(
            "update task set text_sha256 = '' where article_id = ? and text_sha256 <> ''",
            [(article,) for article in articles],
        )

    def drop_tasks(self, project: int, tasks: Iterable[int]) -> None:
        """Take out tasks that are not on this server any more."""
        self._erase(
            "delete from task where server = ? and project = ? and task = ?",
            [(self.server, project, task) for task in tasks],
        )

    def drop_project(self, project: int) -> None:
        """Take out the tasks of a project that is not on this server any more."""
        self._erase("delete from task where server = ? and project = ?", [(self.server, project)])

    def _erase(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        """Change rows, and see to it that the file holds nothing of what they were."""
        if not self.path.exists():
            return
        with self._database() as database:
            database.executemany(statement, list(rows))
        with self._database() as database:
            database.commit()
            database.execute("vacuum")

    def _everywhere(self, query: str) -> list[tuple[Any, ...]]:
        if not self.path.exists():
            return []
        with self._database() as database:
            return list(database.execute(query))

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
                _lay_out(database)
                yield database
        except sqlite3.Error as error:
            msg = f"{self.path} cannot be used ({error}); restore it from a backup"
            raise StudyError(msg) from error


def _lay_out(database: sqlite3.Connection) -> None:
    names = {row[0] for row in database.execute("select name from sqlite_master")}
    if not {"desk", "task"} <= names:
        moved = _MOVED if {"desks", "tasks"} <= names else ""
        database.executescript(f"begin immediate; {_TABLES} {moved} commit;")
