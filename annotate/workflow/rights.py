"""A person or an article leaves a study: what would go, and seeing to it that it is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from annotate.tombstones import Counts, Forgotten, Tombstones, Withdrawn
from annotate.workflow.exclusive import exclusive
from annotate.workflow.leaving import (
    Leaving,
    Lying,
    check_reason,
    elsewhere,
    forgotten_desks,
    keys_of,
    now,
    person_of,
    still_named,
    tasks_of,
    work_marks,
    work_of,
)
from annotate.workflow.removal import finish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.study import Study

__all__ = ["again", "forget", "plan_again", "plan_forget", "plan_withdraw", "withdraw"]


def plan_forget(study: Study, annotator: str, reason: str) -> Leaving:
    """Say what leaves a study with an annotator; nothing is changed.

    Parameters
    ----------
    study : Study
        The study.
    annotator : str
        A pseudonym.
    reason : str
        Why; kept with the study, so it may not name them.

    Raises
    ------
    StudyError
        If there is no such annotator, or the reason will not do.
    SnapshotError
        If a snapshot cannot be read.
    """
    from annotate.snapshots import counted, latest
    from annotate.workflow.mentions import mentions, other_places

    stones = study.tombstones()
    if earlier := stones.names(annotator):
        alone = Tombstones(stones.key, (earlier,))
        return Leaving(stones, earlier.removed, 0, _desks(study, alone), since=earlier.since)
    state = latest(study.snapshots)
    person = person_of(study, annotator, state)
    check_reason(reason, [*person.names, *person.accounts])
    key = study.key()
    nobody = Tombstones(key)
    marks = [
        *(nobody.name_mark(name) for name in person.names),
        *(nobody.account_mark(who) for who in person.signatures),
    ]
    alone = Tombstones(key, (Forgotten(now(), reason.strip(), tuple(marks)),))
    work = work_of(state, alone)
    stone = replace(
        alone.annotators[0],
        marks=tuple(dict.fromkeys([*marks, *work_marks(work, nobody)])),
        removed=counted(work),
        projects=tuple(project for _, project in forgotten_desks(study, alone)),
    )
    names = [*person.names, *person.accounts]
    return Leaving(
        stones=stones.with_annotator(stone),
        removed=stone.removed,
        snapshots=_touched(study, Tombstones(key, (stone,))),
        lying=(
            *_desks(study, alone),
            *elsewhere(study, state, alone),
        ),
        accounts=person.accounts,
        remarks=(*mentions(study, names), *other_places(study)),
    )


@exclusive
def forget(study: Study, annotator: str, reason: str) -> Leaving:
    """Take everything of an annotator out of a study, for good.

    The tombstone is written first; whatever cuts this off, the next command that changes the study
    finishes it, and nothing that reads it sees the person any more.

    Raises
    ------
    StudyError, SnapshotError
        As `plan_forget`; nothing is changed then.
    """
    return _carry_out(study, plan_forget(study, annotator, reason))


def plan_withdraw(study: Study, articles: Sequence[str], reason: str) -> Leaving:
    """Say what leaves a study with articles; nothing is changed.

    Parameters
    ----------
    study : Study
        The study.
    articles : sequence of str
        Their ids, or beginnings of them.
    reason : str
        Why; kept with the study.

    Raises
    ------
    StudyError, ArticleError
        If there is no such article, or no reason.
    SnapshotError
        If a snapshot cannot be read.
    """
    from annotate.articles import find_article
    from annotate.snapshots import counted, latest
    from annotate.workflow.mentions import other_places

    check_reason(reason, [])
    stones, state = study.tombstones(), latest(study.snapshots)
    known = list(study.articles()["article_id"])
    gone = [stone.article_id for stone in stones.withdrawn]
    chosen = [
        given if given in gone else find_article(known, given) for given in dict.fromkeys(articles)
    ]
    at, own = now(), []
    for article in chosen:
        if article in known:
            tasks = [t for s in state.values() for t in s.tasks if t["article_id"] == article]
            keys = keys_of(study, article)
            own.append(Withdrawn(article, at, reason.strip(), keys, counted(tasks)))
    for stone in own:
        stones = stones.with_article(stone)
    return Leaving(
        stones=stones,
        removed=sum((stone.removed for stone in own), Counts()),
        snapshots=_touched(study, Tombstones(study.key(), (), tuple(own))) if own else 0,
        lying=tuple(tasks_of(study, chosen)),
        remarks=tuple(other_places(study)),
        since="" if own else max(s.since for s in stones.withdrawn if s.article_id in chosen),
        articles=tuple(chosen),
    )


@exclusive
def withdraw(study: Study, articles: Sequence[str], reason: str) -> Leaving:
    """Take articles and everything said of them out of a study, for good.

    Raises
    ------
    StudyError, ArticleError, SnapshotError
        As `plan_withdraw`; nothing is changed then.
    """
    return _carry_out(study, plan_withdraw(study, articles, reason))


def plan_again(study: Study) -> Leaving:
    """Say what has come back of all that the tombstones name; nothing is changed.

    Raises
    ------
    StudyError, SnapshotError
        If something cannot be read.
    """
    from annotate.snapshots import allowed_state, counted, latest
    from annotate.workflow.mentions import mentions, other_places

    stones, state = study.tombstones(), latest(study.snapshots)
    every, kept = (
        counted(task for snapshot in each.values() for task in snapshot.tasks)
        for each in (state, allowed_state(state, stones))
    )
    names, accounts = still_named(study, stones)
    desks = _desks(study, stones)
    whole = {(each.server, each.project) for each in desks}
    articles = tuple(stone.article_id for stone in stones.withdrawn)
    tasks = [each for each in tasks_of(study, articles) if (each.server, each.project) not in whole]
    written = mentions(study, [*names, *accounts]) if names else ()
    return Leaving(
        stones=stones,
        removed=every - kept,
        snapshots=_touched(study, stones),
        lying=(*desks, *elsewhere(study, state, stones), *tasks),
        accounts=tuple(accounts),
        remarks=(*written, *other_places(study)),
        articles=articles,
    )


@exclusive
def again(study: Study) -> Tombstones:
    """Take out once more all that the tombstones name: an old backup may have brought it back.

    Raises
    ------
    StudyError, SnapshotError
        If something cannot be read.
    """
    stones = study.tombstones()
    if stones:
        study.save_tombstones(stones.marked(done=False))
        finish(study)
    return stones


def _carry_out(study: Study, leaving: Leaving) -> Leaving:
    study.save_tombstones(leaving.stones.marked(done=False))
    finish(study)
    return leaving


def _desks(study: Study, stones: Tombstones) -> tuple[Lying, ...]:
    """Give the desks that lie on servers of people whom tombstones name."""
    owning = stones.owning(forgotten_desks(study, stones))
    projects = [project for each in owning.annotators for project in each.projects]
    return tuple(Lying(each.server, each.project, whole=True) for each in projects)


def _touched(study: Study, stones: Tombstones) -> int:
    from annotate.snapshots import rewrite

    return rewrite(study.snapshots, stones, dry=True)
