"""To the annotators' desks and back."""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from annotate.collecting import without_collecting
from annotate.errors import (
    ArticleError,
    ConfigError,
    StudioError,
    StudyError,
    Unauthorised,
    Unreachable,
)
from annotate.workflow.assigning import repeat_key, topics_of
from annotate.workflow.exclusive import exclusive
from annotate.workflow.rounds import begun, current_rounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from annotate.rounds import Round
    from annotate.studio.connection import Connection
    from annotate.studio.desks import Plan
    from annotate.studio.ledger import Ledger
    from annotate.studio.push import PushedDesk
    from annotate.studio.tasks import TaskData
    from annotate.study import Study
    from annotate.workflow.current import Current

__all__ = ["connection_of", "ledger_of", "mark_of", "plan_of", "push"]


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
def push(
    study: Study,
    on_sent: Callable[[str, int, int], None] = lambda *_: None,
    *,
    dry: bool = False,
) -> list[PushedDesk]:
    """Bring every annotator's desk up to date.

    Parameters
    ----------
    study : Study
        The study.
    on_sent : callable
        Told whose desk, how many tasks lie on it, and how many there will be.
    dry : bool
        Only say what would be done; nothing is changed, here or on the server.

    Raises
    ------
    StudyError, ConfigError
        If the study has no annotators or no articles, or its scheme cannot be used.
    StudioError
        If Label Studio refuses or cannot be reached.
    """
    from annotate.studio.desks import check_scheme
    from annotate.studio.push import push_desk

    _check_pushable(study)
    connection = connection_of(study)
    ledger = ledger_of(study, connection)
    current = current_rounds(study, begun(study, ledger))
    desks = list(_desks(study, current, ledger))
    if not desks:
        msg = "No round takes articles any more; begin one with `annotate round start NAME`"
        raise StudyError(msg)
    # Before the first desk is changed: one that holds work stops at another scheme.
    for plan, annotator, _ in desks:
        check_scheme(connection, ledger, plan, annotator)
    if not dry:
        current.save(study)
    pushed, refused = [], []
    for plan, annotator, tasks in desks:

        def sent(number: int, whose: str = annotator, total: int = len(tasks)) -> None:
            on_sent(whose or "everybody", number, total)

        try:
            with without_collecting():
                pushed.append(push_desk(connection, ledger, plan, annotator, tasks, sent, dry=dry))
        except (Unreachable, Unauthorised):
            raise
        except StudioError as error:
            refused.append(f"{annotator or 'everybody'}, {plan.round}: {error}")
    if refused:
        listed = "\n".join(f"  - {each}" for each in refused)
        msg = f"{len(pushed)} desks are up to date. These are not:\n{listed}"
        raise StudioError(msg)
    return pushed


def _check_pushable(study: Study) -> None:
    if not study.settings().annotators:
        msg = "The study has no annotators; name them with `annotate annotators NAME…`"
        raise StudyError(msg)
    if study.schema().hypertext:
        msg = "The scheme shows HTML, but articles are plain text; use <Text>, not <HyperText>"
        raise ConfigError(msg)
    if study.articles().empty:
        msg = "The study has no articles; add some with `annotate add PATH…`"
        raise ArticleError(msg)


def _desks(
    study: Study, current: Current, ledger: Ledger
) -> Iterator[tuple[Plan, str, list[TaskData]]]:
    """Give the desks of the open rounds, and what is to lie on each."""
    for each in current.rounds:
        own = current.rows[current.rows["round"] == each.name]
        topic = _topics(study, each, own, ledger)
        for annotator in dict.fromkeys([*each.annotators, *own["annotator"]]):
            for name in dict.fromkeys(topic[own["annotator"] == annotator]):
                mine = own[(own["annotator"] == annotator) & (topic == name)]
                config = current.config(study, each.schemes[name])
                yield plan_of(study, each, config, name), annotator, _tasks(study, mine)


def _topics(study: Study, each: Round, rows: pd.DataFrame, ledger: Ledger) -> pd.Series:
    """Say what each row is about; what lies on a desk stays there, whatever became of its event."""
    import pandas as pd

    topics, there = topics_of(study, each.schemes), ledger.topics(each.name)
    places = rows[["article_id", "annotator", "occasion"]].itertuples(index=False, name=None)
    found = [there.get(place, topics.get(place[0], "")) for place in places]
    return pd.Series(found, index=rows.index, dtype="str")


def _tasks(study: Study, rows: pd.DataFrame) -> list[TaskData]:
    """Make the tasks of a desk: articles in their order, then those that come again."""
    from annotate.studio.tasks import TaskData

    articles, key = study.articles(), study.key()
    first = set(rows[rows["occasion"] == 1]["article_id"])
    every = [
        TaskData(article, text, sha256)
        for article, text, sha256 in zip(
            *(articles[name].tolist() for name in ("article_id", "text", "text_sha256")),
            strict=True,
        )
    ]
    tasks = [task for task in every if task.article_id in first]
    later = rows[rows["occasion"] > 1]
    again = dict(zip(later["article_id"], later["occasion"], strict=True))
    # In the order of their firsts, so that none comes right after its own.
    for task in every if again else ():
        if occasion := int(again.get(task.article_id, 0)):
            name = repeat_key(key, task.article_id, occasion)
            tasks.append(replace(task, occasion=occasion, key=name))
    return tasks


def plan_of(study: Study, each: Round, config: bytes, topic: str) -> Plan:
    """Give what the desks of a round and a topic are made with."""
    from annotate.codebook import instructions
    from annotate.schema import parse_config
    from annotate.studio.desks import Plan

    shared = each.assigning.mode == "shared"
    codebook = study.kept_codebook(each.codebook) if each.codebook else study.codebook_path
    return Plan(
        study=study.settings().name,
        mark=_mark(study),
        round=each.name,
        config=config.decode(),
        instructions=instructions(codebook),
        text_field=parse_config(config).text_field,
        topic=topic,
        overlap=(each.assigning.per_article or len(each.annotators)) if shared else 1,
    )


def _mark(study: Study) -> str:
    return hmac.new(study.key(), b"study", hashlib.sha256).hexdigest()[:12]


def mark_of(study: Study, round_: str, annotator: str, topic: str) -> str:
    """Give the line that the description of a desk's project ends with."""
    from annotate.studio.desks import Plan

    plan = Plan(study.settings().name, _mark(study), round_, "", "", "", topic)
    return plan.mark_of(annotator)


def ledger_of(study: Study, connection: Connection) -> Ledger:
    """Give the ledger of the server that a connection leads to."""
    from annotate.studio.ledger import Ledger

    # The embedded server's port may change from day to day; it stays the same server.
    own = not os.environ.get("LABEL_STUDIO_URL", "").strip()
    return Ledger(study.ledger_path, "embedded" if own else connection.url)
