"""What has left the study is deleted on its server, too, if somebody asks for it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from annotate.errors import StudyError
from annotate.studio.upgrade import DATABASE, drop_copies
from annotate.tombstones import FORGOTTEN
from annotate.workflow.desks import connection_of, ledger_of, mark_of
from annotate.workflow.exclusive import exclusive
from annotate.workflow.removal import drop_exports

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from annotate.studio.erase import Erased
    from annotate.studio.ledger import Ledger
    from annotate.study import Study
    from annotate.tombstones import Forgotten

__all__ = ["erase_annotator", "erase_articles"]

_PATIENCE = 20.0  # seconds that a vacuum waits for the server's own writing


@exclusive
def erase_annotator(study: Study, annotator: str) -> Erased:
    """Delete the desks, the work and, on the study's own server, the account of a forgotten person.

    Parameters
    ----------
    study : Study
        The study.
    annotator : str
        Their pseudonym, as it was.

    Raises
    ------
    StudyError
        If they were not forgotten.
    StudioError
        If the server cannot be reached, refuses, or a project is not what it was. What was deleted
        until then is gone; done again, it goes on.
    """
    from annotate.studio.erase import Erased, delete_account, delete_desk, delete_work

    stone = study.tombstones().names(annotator)
    if stone is None:
        msg = f'"{annotator}" was not forgotten; run `annotate forget {annotator}` first'
        raise StudyError(msg)
    connection = connection_of(study)
    ledger = ledger_of(study, connection)
    users = connection.users()
    erased = Erased()
    for place in stone.projects:
        if place.server == ledger.server:
            mark = mark_of(study, place.round, annotator, place.topic)
            erased += delete_desk(connection, place.project, mark)
    theirs = _theirs(study, ledger, users)
    for desk in ledger.desks():
        erased += delete_work(connection, desk.project, theirs)
    # The study's own server serves no other study. Work goes first: it would lose its author.
    for number, email in users.items() if ledger.server == "embedded" else ():
        if study.tombstones().knows(email) == stone:
            erased += delete_account(connection, number, email)
    _note(study, stone, ledger)
    _clean(study, ledger)
    return erased


@exclusive
def erase_articles(study: Study, articles: Sequence[str]) -> Erased:
    """Delete the tasks of withdrawn articles, with everything that was said of them.

    Raises
    ------
    StudyError
        If one was not withdrawn.
    StudioError
        If the server cannot be reached or refuses. Done again, it goes on.
    """
    from annotate.studio.erase import Erased, delete_tasks

    stones = study.tombstones()
    keys: set[str] = set()
    for article in articles:
        stone = stones.keeps_out(article)
        if stone is None:
            msg = f'"{article}" was not withdrawn; run `annotate withdraw {article}` first'
            raise StudyError(msg)
        keys.update(stone.keys)
    connection = connection_of(study)
    ledger = ledger_of(study, connection)
    erased = Erased()
    # Whose desks are forgotten hold the article as well.
    projects = {desk.project for desk in ledger.desks()} | {
        project
        for article in articles
        for server, project, _ in ledger.sent_anywhere(article)
        if server == ledger.server
    }
    for project in sorted(projects):
        erased += delete_tasks(connection, project, keys)
        sent = ledger.sent(project)
        ledger.drop_tasks(project, [sent[key].task for key in keys & sent.keys()])
    _clean(study, ledger)
    return erased


def _theirs(
    study: Study, ledger: Ledger, users: dict[int, str]
) -> Callable[[dict[str, Any]], bool]:
    from annotate.studio.people import Pseudonyms

    stones = study.tombstones()
    pseudonyms = Pseudonyms(study.people_path, ledger.server, users, stones)

    def theirs(item: dict[str, Any]) -> bool:
        author = item.get("completed_by") or item.get("user") or item.get("created_username")
        work = {"id": item.get("id"), "created_at": item.get("created_at"), "annotator": ""}
        return pseudonyms(author) == FORGOTTEN or stones.made(work)

    return theirs


def _note(study: Study, stone: Forgotten, ledger: Ledger) -> None:
    """Note that a person's desks are gone from a server."""
    stones = study.tombstones()
    left = tuple(each for each in stone.projects if each.server != ledger.server)
    annotators = tuple(
        replace(each, projects=left) if each == stone else each for each in stones.annotators
    )
    study.save_tombstones(replace(stones, annotators=annotators))


def _clean(study: Study, ledger: Ledger) -> None:
    """Remove what the study's own server would still hold in its files, deleted as it is."""
    drop_exports(study)
    if ledger.server == "embedded":
        drop_copies(study.private)
        _vacuum(study.private / DATABASE)


def _vacuum(path: Path) -> None:
    """Write a database anew without what was deleted; the server waits meanwhile."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE)) as database:
            database.execute("vacuum")
    except sqlite3.Error as error:
        msg = (
            f"What was deleted is still in the file {path} ({error}); run this again when nobody "
            "works in Label Studio"
        )
        raise StudyError(msg) from error
