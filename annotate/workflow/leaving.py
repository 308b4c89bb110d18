"""What there is in a study, and on servers, of a person or an article."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from annotate.errors import StudyError
from annotate.tombstones import Project

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from annotate.snapshots import State
    from annotate.studio.ledger import Desk
    from annotate.study import Study
    from annotate.tombstones import Counts, Tombstones

__all__ = [
    "Leaving",
    "Lying",
    "Person",
    "check_reason",
    "desks_of",
    "elsewhere",
    "forgotten_desks",
    "keys_of",
    "now",
    "person_of",
    "still_named",
    "tasks_of",
    "work_marks",
    "work_of",
]

_KINDS = ("annotations", "drafts")


@dataclass(frozen=True)
class Lying:
    """What lies on a server of what leaves the study.

    Parameters
    ----------
    server : str
        "embedded", or its address.
    project : int
        The project.
    whole : bool
        Whether all of the project is theirs.
    tasks, annotations : tuple of int
        Numbers, as far as the study knows them.
    """

    server: str
    project: int
    whole: bool = False
    tasks: tuple[int, ...] = ()
    annotations: tuple[int, ...] = ()

    @property
    def place(self) -> str:
        """Which project it is, and where, for a sentence."""
        server = "the study's own server" if self.server == "embedded" else self.server
        return f"project {self.project} on {server}"


@dataclass(frozen=True)
class Leaving:
    """What leaves a study, or has left it.

    Parameters
    ----------
    stones : Tombstones
        What is or was noted.
    removed : Counts
        What counts no more.
    snapshots : int
        How many files are rewritten or removed.
    lying : tuple of Lying
        What lies on servers.
    accounts : tuple of str
        E-mails of the person, for whoever is at the keyboard.
    remarks : tuple of str
        What else somebody should look at.
    since : str
        When it had left already; "" if it had not.
    articles : tuple of str
        Of articles: their whole ids.
    """

    stones: Tombstones
    removed: Counts
    snapshots: int
    lying: tuple[Lying, ...] = ()
    accounts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    since: str = ""
    articles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """Somebody, by everything that a study calls them.

    Parameters
    ----------
    names : tuple of str
        Their pseudonym, and what they were called while they were strangers.
    accounts : tuple of str
        What they log in to Label Studio with.
    signatures : tuple of str
        What their work is signed with: accounts, or numbers of users.
    """

    names: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()


def person_of(study: Study, annotator: str, state: State) -> Person:
    """Find a person by their pseudonym.

    Raises
    ------
    StudyError
        If nobody has it.
    """
    from annotate.studio.accounts import read_people
    from annotate.studio.people import once_stranger

    people = read_people(study.people_path)
    known = {*study.settings().annotators, *people, *_named(state)}
    known |= {name for each in study.rounds() for name in each.annotators}
    known |= {desk.annotator for _, desk in desks_of(study)} - {""}
    if annotator not in known:
        stones = study.tombstones()
        there = [
            name
            for name in sorted(known)
            if not stones.names(name) and not (name in people and once_stranger(people[name]))
        ]
        msg = f'There is no annotator "{annotator}"; there are: {_listed(there)}'
        raise StudyError(msg)
    account = people.get(annotator)
    if account is not None and (owner := once_stranger(account)):
        msg = f"{annotator} is what {owner} was called before; forget {owner}"
        raise StudyError(msg)
    aliases = [name for name, each in people.items() if once_stranger(each) == annotator]
    if account is None:
        return Person((annotator, *aliases))
    # Numbers mean nothing on another server: theirs is from the study's own.
    number = [f"user {account.user_id} of embedded"] if account.user_id else []
    email = (account.email,) if "@" in account.email else ()
    return Person((annotator, *aliases), email, (account.email, *number))


def _listed(names: list[str]) -> str:
    """List people, those apart who only go by a number."""
    from annotate.studio.people import is_stranger

    strangers = [name for name in names if is_stranger(name)]
    listed = ", ".join(name for name in names if name not in strangers) or "none"
    if strangers:
        listed += f"; and, with nobody's name given to their accounts: {', '.join(strangers)}"
    return listed


def _named(state: State) -> set[str]:
    """Name whoever turns up in snapshots."""
    tasks = [task for snapshot in state.values() for task in snapshot.tasks]
    authors = {
        str(item["annotator"]) for task in tasks for item in (*task["annotations"], *task["drafts"])
    }
    return authors | {name for snapshot in state.values() for name in snapshot.header.roster}


def check_reason(reason: str, names: Iterable[str]) -> None:
    """See to it that a reason says something, and does not say who.

    Raises
    ------
    StudyError
        If it does not.
    """
    if not reason.strip():
        msg = "Say why with --reason TEXT: it is kept with the study in place of what is gone"
        raise StudyError(msg)
    for name in names:
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", reason, re.IGNORECASE):
            msg = f'The reason is kept with the study, so it may not say "{name}"; reword it'
            raise StudyError(msg)


def work_of(state: State, stones: Tombstones) -> list[dict[str, list[dict[str, Any]]]]:
    """Give tasks with nothing on them but the work of whom tombstones name."""
    return [
        {kind: [each for each in task[kind] if stones.made(each)] for kind in _KINDS}
        for snapshot in state.values()
        for task in snapshot.tasks
    ]


def work_marks(tasks: Iterable[dict[str, list[dict[str, Any]]]], stones: Tombstones) -> list[str]:
    """Give what each piece of work on tasks is recognised by."""
    every = [item for task in tasks for kind in _KINDS for item in task[kind]]
    return [mark for item in every for mark in stones.work_marks(item)]


def desks_of(study: Study) -> list[tuple[str, Desk]]:
    """Give every desk, with its server."""
    from annotate.studio.ledger import Ledger

    return Ledger(study.ledger_path, "").desks_anywhere()


def forgotten_desks(study: Study, stones: Tombstones) -> list[tuple[str, Project]]:
    """Give the desks in the ledger that were those of whom tombstones name, each with its owner."""
    return [
        (desk.annotator, Project(server, desk.project, desk.round, desk.topic))
        for server, desk in desks_of(study)
        if stones.names(desk.annotator)
    ]


def still_named(study: Study, stones: Tombstones) -> tuple[list[str], list[str]]:
    """Give names and e-mails that the files still hold of people whom tombstones name."""
    from annotate.studio.accounts import read_people

    people = read_people(study.people_path)
    theirs = {
        name: each.email
        for name, each in people.items()
        if stones.names(name) or stones.knows(each.email)
    }
    names = dict.fromkeys([*theirs, *(name for name, _ in forgotten_desks(study, stones))])
    return list(names), [email for email in theirs.values() if "@" in email]


def elsewhere(study: Study, state: State, stones: Tombstones) -> Iterator[Lying]:
    """Find work at desks that are not the person's own: shared ones above all."""
    projects = {
        (f"server:{server}", desk.round, desk.annotator, desk.topic): (server, desk.project)
        for server, desk in desks_of(study)
    }
    for section, snapshot in state.items():
        if section not in projects or stones.names(snapshot.header.desk):
            continue
        found = [
            (int(task["task_id"]), int(item["id"]))
            for task in snapshot.tasks
            for item in task["annotations"]
            if stones.made(item)
        ]
        if found:
            server, project = projects[section]
            tasks, annotations = zip(*found, strict=True)
            yield Lying(server, project, tasks=tasks, annotations=annotations)


def tasks_of(study: Study, articles: Iterable[str]) -> Iterator[Lying]:
    """Find the tasks of articles on every server."""
    from annotate.studio.ledger import Ledger

    ledger = Ledger(study.ledger_path, "")
    places: dict[tuple[str, int], list[int]] = {}
    for article in articles:
        for server, project, sent in ledger.sent_anywhere(article):
            places.setdefault((server, project), []).append(sent.task)
    for (server, project), tasks in places.items():
        yield Lying(server, project, tasks=tuple(tasks))


def keys_of(study: Study, article: str) -> tuple[str, ...]:
    """Give what tasks call an article, on any occasion."""
    from annotate.studio.ledger import Ledger
    from annotate.workflow.assigning import repeat_key

    rows = study.assignment()
    occasions = {int(n) for n in rows[rows["article_id"] == article]["occasion"] if n > 1}
    sent = Ledger(study.ledger_path, "").sent_anywhere(article)
    keys = [article, *(repeat_key(study.key(), article, n) for n in sorted(occasions))]
    return tuple(dict.fromkeys([*keys, *(each.key for _, _, each in sent)]))


def now() -> str:
    """Give the time, UTC."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
