"""Disagreements to an adjudicator's desk, with what annotators said under neutral names."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from annotate.errors import ConfigError, StudyError, UsageError
from annotate.settings import check_pseudonyms
from annotate.workflow.assigning import topics_of
from annotate.workflow.desks import connection_of, ledger_of, plan_of
from annotate.workflow.disputed import chosen, rounds_of
from annotate.workflow.exclusive import exclusive
from annotate.workflow.places import with_new
from annotate.workflow.rounds import rounds_so_far

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from annotate.adjudication.decisions import Decision
    from annotate.adjudication.disputes import Dispute
    from annotate.studio.connection import Connection
    from annotate.studio.desks import Plan
    from annotate.studio.ledger import Ledger
    from annotate.studio.push import PushedDesk
    from annotate.studio.tasks import TaskData
    from annotate.study import Study
    from annotate.workflow.current import Current
    from annotate.workflow.disputed import AdjudicationPlan

__all__ = ["Adjudication", "adjudicate", "decided"]

_HOW_TO = """\
<p>You settle what annotators disagreed on. Open each article from the list of tasks, not with
“Label All Tasks”. Beside your own tab, which is empty at first, each annotator has one: “Annotator
A”, “Annotator B” and so on, shuffled anew for every article. Click a tab to see all that was
marked and answered; click a marked phrase there to see what was said of it.</p>
<p>To take over a phrase, click it in its tab, press Ctrl+C, go to your own tab and press Ctrl+V.
To begin with all that one annotator did, take “Duplicate Annotation” from the three dots of that
tab. Then submit your own decision: what you leave out counts as not there.</p>
"""


@dataclass(frozen=True)
class Adjudication:
    """What was sent to an adjudicator, or would be.

    Parameters
    ----------
    of, round : str
        The round that is adjudicated, and the one in which new articles are; "" if there are
        none.
    adjudicator : str
        Who.
    disputes : tuple of Dispute
        The new articles, in order.
    taken : tuple of str
        Articles that another adjudicator has.
    left : int
        How many more articles the limit left out.
    desks : list of PushedDesk
        The adjudicator's desks.
    is_annotator : bool
        Whether the adjudicator is one of those whose labels are shown.
    slip : str
        What the adjudicator logs in with, where this tool made the account.
    known : bool
        Whether it is known which account is the adjudicator's, or will be.
    account_due : bool
        Whether an account is made for them as soon as this is no dry run.
    """

    of: str
    round: str
    adjudicator: str
    disputes: tuple[Dispute, ...]
    taken: tuple[str, ...]
    left: int
    desks: list[PushedDesk]
    is_annotator: bool
    slip: str
    known: bool
    account_due: bool


def decided(study: Study) -> list[Decision]:
    """List what adjudicators decided, beside what most annotators had said.

    Raises
    ------
    StudyError, SnapshotError, ConfigError
        If the study cannot be read.
    """
    from annotate.adjudication.decisions import decisions
    from annotate.adjudication.settled import adjudicated

    return decisions(adjudicated(study), study.counted_tables(), study.schema())


@exclusive
def adjudicate(
    study: Study,
    plan: AdjudicationPlan,
    on_sent: Callable[[int, int], None] = lambda *_: None,
    *,
    dry: bool = False,
) -> Adjudication:
    """Send disagreements to an adjudicator; what is there already is left as it is.

    Parameters
    ----------
    study : Study
        The study, pulled.
    plan : AdjudicationPlan
        Which articles, for whom.
    on_sent : callable
        Told how many tasks lie on a desk, and how many there will be.
    dry : bool
        Only say what would be done.

    Raises
    ------
    StudyError, ArticleError, UsageError, ConfigError
        If there is nothing to adjudicate, or the plan cannot be carried out.
    StudioError
        If Label Studio refuses or cannot be reached. Running it again goes on where it stopped.
    """
    _check(study, plan)
    if not dry and not study.rounds():
        rounds_so_far(study).save(study)
    choice = chosen(study, plan)
    begun = [each for each in rounds_of(study, choice.of, plan.adjudicator) if each.open]
    if not choice.disputes and not begun:
        raise StudyError(_nothing(choice.of, choice.taken))
    connection = connection_of(study)
    ledger = ledger_of(study, connection)
    current, target = with_new(study, plan, choice.of, choice.disputes)
    desks = list(_desks(study, ledger, current, choice.of))
    if not dry:
        current.save(study)
    slip, known, due = _account(study, connection, plan.adjudicator, dry=dry)
    pushed = [_push(connection, ledger, *desk, on_sent, dry=dry) for desk in desks]
    return Adjudication(
        of=choice.of,
        round=target,
        adjudicator=plan.adjudicator,
        disputes=choice.disputes,
        taken=choice.taken,
        left=choice.left,
        desks=pushed,
        is_annotator=plan.adjudicator in choice.annotators,
        slip=slip,
        known=known,
        account_due=due,
    )


def _check(study: Study, plan: AdjudicationPlan) -> None:
    others = [name for name in study.settings().annotators if name != plan.adjudicator]
    check_pseudonyms((*others, plan.adjudicator))
    if sum(map(bool, (plan.articles, plan.everything, plan.limit))) > 1:
        msg = "Give --article, --all or --limit, and only one of them"
        raise UsageError(msg)
    if study.schema().hypertext:
        msg = "The scheme shows HTML, but articles are plain text; use <Text>, not <HyperText>"
        raise ConfigError(msg)


def _nothing(of: str, taken: tuple[str, ...]) -> str:
    if taken:
        return f'What there is to decide in round "{of}" is with another adjudicator already'
    return (
        f'Nothing is in dispute in round "{of}": nobody disagrees on anything that two annotators '
        "submitted. --all sends what all agree on, too"
    )


def _desks(
    study: Study, ledger: Ledger, current: Current, of: str
) -> Iterator[tuple[Plan, str, list[TaskData]]]:
    """Give the adjudicator's desks, and what is to lie on each."""
    for each in current.rounds:
        topics = topics_of(study, each.schemes)
        (adjudicator,) = each.annotators
        sent = {
            article: desk.topic
            for desk in ledger.desks()
            if desk.round == each.name
            for article in ledger.tasks(desk.project)
        }
        own = current.rows[current.rows["round"] == each.name]["article_id"]
        topic = own.map({**topics, **sent})
        for name in dict.fromkeys(topic):
            config = current.config(study, each.schemes[name])
            plan = plan_of(study, each, config, name)
            plan = replace(plan, show_predictions=True, instructions=_HOW_TO + plan.instructions)
            yield plan, adjudicator, _tasks(study, own[topic == name], config, of)


def _tasks(study: Study, articles: pd.Series, config: bytes, of: str) -> list[TaskData]:
    from annotate.adjudication.predictions import dealt, predictions
    from annotate.studio.tasks import TaskData

    texts, tables = study.texts(), study.counted_tables()
    tables = tables.of_rounds(without=set(tables.visits["round"]) - {of})

    shown = predictions(tables, config, articles, dealt(study.key(), of), texts)
    frozen = study.articles().set_index("article_id")["text_sha256"]
    return [
        TaskData(article, texts[article], frozen[article], extra={"predictions": shown[article]})
        for article in articles
    ]


def _push(  # noqa: PLR0913 - what a desk is made of
    connection: Connection,
    ledger: Ledger,
    plan: Plan,
    adjudicator: str,
    tasks: list[TaskData],
    on_sent: Callable[[int, int], None],
    *,
    dry: bool,
) -> PushedDesk:
    from annotate.adjudication.predictions import START
    from annotate.studio.desks import begin_with
    from annotate.studio.push import push_desk

    def sent(number: int) -> None:
        on_sent(number, len(tasks))

    pushed = push_desk(connection, ledger, plan, adjudicator, tasks, sent, dry=dry)
    place = (adjudicator, plan.round, plan.topic)
    for desk in ledger.desks():
        if not dry and (desk.annotator, desk.round, desk.topic) == place:
            begin_with(connection, desk.project, START)
    return pushed


def _account(
    study: Study, connection: Connection, adjudicator: str, *, dry: bool
) -> tuple[str, bool, bool]:
    """See to it that the adjudicator can log in; on a server of one's own, its lead does that.

    Gives the login slip, whether the account is known, and whether a dry run left it to be made.
    """
    from annotate.studio.accounts import ensure_accounts, login_slips, read_people

    there = adjudicator in read_people(study.people_path)
    if os.environ.get("LABEL_STUDIO_URL", "").strip():
        return "", there, False
    if dry:
        return "", True, not there
    people = ensure_accounts(connection, [adjudicator], study.people_path)
    return login_slips(people, connection.url), True, False
