"""To the annotators' desks and back."""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import TYPE_CHECKING, Any

from annotate.errors import ArticleError, ConfigError, StudioError, StudyError
from annotate.workflow.exclusive import exclusive
from annotate.workflow.store import ROUND, store

if TYPE_CHECKING:
    from collections.abc import Callable

    from annotate.studio.connection import Connection
    from annotate.studio.ledger import Ledger
    from annotate.studio.push import Plan, PushedDesk
    from annotate.study import Study
    from annotate.workflow.store import PullOutcome

__all__ = ["connection_of", "pull", "push"]


def connection_of(study: Study) -> Connection:
    """Connect to the server the study works with.

    Raises
    ------
    Unreachable, Unauthorised
        If that cannot be done.
    """
    from annotate.studio.connection import connect

    return connect(study.private)


@exclusive
def push(study: Study, on_sent: Callable[[str, int, int], None]) -> list[PushedDesk]:
    """Bring every annotator's desk up to date.

    Parameters
    ----------
    study : Study
        The study.
    on_sent : callable
        Told whose desk, how many tasks lie on it, and how many there will be.

    Raises
    ------
    StudyError, ConfigError
        If the study has no annotators or no articles, or its scheme cannot be used.
    StudioError
        If Label Studio refuses or cannot be reached.
    """
    from annotate.studio.push import push_desk
    from annotate.studio.tasks import TaskData

    settings, articles, plan = study.settings(), study.articles(), _plan(study)
    if not settings.annotators:
        msg = "The study has no annotators; name them with `annotate annotators NAME…`"
        raise StudyError(msg)
    if study.schema().hypertext:
        msg = "The scheme shows HTML, but articles are plain text; use <Text>, not <HyperText>"
        raise ConfigError(msg)
    if articles.empty:
        msg = "The study has no articles; add some with `annotate add PATH…`"
        raise ArticleError(msg)
    connection = connection_of(study)
    ledger = _ledger(study, connection)
    tasks = [
        TaskData(*row)
        for row in zip(
            articles["article_id"], articles["text"], articles["text_sha256"], strict=True
        )
    ]
    pushed = []
    for annotator in settings.annotators:

        def sent(number: int, whose: str = annotator) -> None:
            on_sent(whose, number, len(tasks))

        pushed.append(push_desk(connection, ledger, plan, annotator, tasks, sent))
    return pushed


@exclusive
def pull(study: Study, on_desk: Callable[[str], None] = lambda _: None) -> PullOutcome:
    """Fetch every annotation from Label Studio and build the tables again.

    Parameters
    ----------
    study : Study
        The study.
    on_desk : callable
        Told whose desk is being fetched.

    Raises
    ------
    StudioError
        If nothing was pushed yet, or Label Studio refuses or cannot be reached. The tables and
        snapshots stay as they were.
    """
    from annotate.studio.people import Pseudonyms
    from annotate.studio.pull import pull_desk

    connection = connection_of(study)
    ledger = _ledger(study, connection)
    desks = ledger.desks()
    if not desks:
        msg = "Nothing was pushed to this server yet; run `annotate push` first"
        raise StudioError(msg)
    schema = study.schema()
    pseudonyms = Pseudonyms(study.people_path, ledger.server, connection.users())
    tasks: list[dict[str, Any]] = []
    for desk in desks:
        on_desk(desk.annotator)
        tasks += pull_desk(connection, desk, schema.text_field, pseudonyms)
    pseudonyms.save()
    roster = [desk.annotator for desk in desks]
    return store(study, f"server:{ledger.server}", tasks, roster, [])


def _plan(study: Study) -> Plan:
    from annotate.codebook import instructions
    from annotate.studio.push import Plan

    settings, schema = study.settings(), study.schema()
    return Plan(
        study=settings.name,
        mark=hmac.new(study.key(), b"study", hashlib.sha256).hexdigest()[:12],
        round=ROUND,
        config=study.config_path.read_text(encoding="utf-8"),
        instructions=instructions(study.codebook_path),
        text_field=schema.text_field,
    )


def _ledger(study: Study, connection: Connection) -> Ledger:
    from annotate.studio.ledger import Ledger

    # The embedded server's port may change from day to day; it stays the same server.
    own = not os.environ.get("LABEL_STUDIO_URL", "").strip()
    return Ledger(study.ledger_path, "embedded" if own else connection.url)
