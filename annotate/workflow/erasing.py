"""What has left the study is deleted on its server, too, if somebody asks for it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from annotate.errors import StudyError
from annotate.studio.upgrade import DATABASE, drop_copies
from annotate.tombstones import FORGOTTEN, Tombstones
from annotate.workflow.desks import connection_of, ledger_of, mark_of
from annotate.workflow.exclusive import exclusive
from annotate.workflow.removal import drop_exports

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from annotate.studio.connection import Connection
    from annotate.studio.erase import Erased
    from annotate.studio.ledger import Ledger
    from annotate.study import Study
    from annotate.tombstones import Forgotten, Project, Withdrawn

__all__ = ["erase_again", "erase_annotator", "erase_articles"]

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
    stone = study.tombstones().names(annotator)
    if stone is None:
        msg = f'"{annotator}" was not forgotten; run `annotate forget {annotator}` first'
        raise StudyError(msg)
    connection = connection_of(study)
    ledger = ledger_of(study, connection)
    erased = _erase_people(study, connection, ledger, (stone,))
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
    stones, gone = study.tombstones(), []
    for article in articles:
        stone = stones.keeps_out(article)
        if stone is None:
            msg = f'"{article}" was not withdrawn; run `annotate withdraw {article}` first'
            raise StudyError(msg)
        gone.append(stone)
    connection = connection_of(study)
    ledger = ledger_of(study, connection)
    erased = _erase_tasks(connection, ledger, gone)
    _clean(study, ledger)
    return erased


@exclusive
def erase_again(study: Study) -> Erased:
    """Delete all that the tombstones name, of people and of articles: a server was restored.

    Raises
    ------
    StudioError
        As `erase_annotator` and `erase_articles`.
    StudyError
        If the study cannot be read.
    """
    stones = study.tombstones()
    connection = connection_of(study)
    ledger = ledger_of(study, connection)
    erased = _erase_people(study, connection, ledger, stones.annotators)
    erased += _erase_tasks(connection, ledger, stones.withdrawn)
    _clean(study, ledger)
    return erased


def _erase_people(
    study: Study, connection: Connection, ledger: Ledger, people: Sequence[Forgotten]
) -> Erased:
    from annotate.studio.erase import Erased, delete_account, delete_desk, delete_work

    users, stones, erased = connection.users(), study.tombstones(), Erased()
    for stone in people:
        for place in stone.projects:
            if place.server == ledger.server:
                marked = _marked(study, place, stone)
                erased += delete_desk(connection, place.project, marked)
                ledger.drop_project(place.project)
    theirs = _theirs(study, ledger, users)
    for desk in ledger.desks() if people else ():
        erased += delete_work(connection, desk.project, theirs)
    # The study's own server serves no other study. Work goes first: it would lose its author.
    for number, email in users.items() if ledger.server == "embedded" else ():
        if stones.knows(email) in people:
            erased += delete_account(connection, number, email)
    for stone in people:
        _note(study, stone, ledger)
    return erased


def _marked(study: Study, place: Project, stone: Forgotten) -> Callable[[str], bool]:
    """Tell the mark of somebody's desk: their name stands in it, and nobody else knows it."""
    name = "\0"
    before, _, after = mark_of(study, place.round, name, place.topic).partition(name)
    alone = Tombstones(study.key(), (stone,))

    def marked(description: str) -> bool:
        _, found, owner = description.rpartition(before)
        at_end = bool(found) and owner.endswith(after)
        return at_end and alone.names(owner.removesuffix(after)) is not None

    return marked


def _erase_tasks(connection: Connection, ledger: Ledger, withdrawn: Sequence[Withdrawn]) -> Erased:
    from annotate.studio.erase import Erased, delete_tasks

    keys = {key for stone in withdrawn for key in stone.keys}
    erased = Erased()
    if not withdrawn:
        return erased
    # Whose desks are forgotten hold the article as well.
    projects = {desk.project for desk in ledger.desks()} | {
        project
        for stone in withdrawn
        for server, project, _ in ledger.sent_anywhere(stone.article_id)
        if server == ledger.server
    }
    for project in sorted(projects):
        erased += delete_tasks(connection, project, keys)
        sent = ledger.sent(project)
        ledger.drop_tasks(project, [sent[key].task for key in keys & sent.keys()])
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
