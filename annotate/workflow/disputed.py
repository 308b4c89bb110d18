"""Which articles go to an adjudicator."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.errors import ArticleError, StudyError, UsageError
from annotate.rounds import ADJUDICATION
from annotate.workflow.findings import evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from annotate.adjudication.disputes import Dispute
    from annotate.rounds import Round
    from annotate.study import Study

__all__ = ["AdjudicationPlan", "Chosen", "chosen", "rounds_of"]

_NAMED = 3  # articles in a message


@dataclass(frozen=True)
class AdjudicationPlan:
    """What is to be adjudicated, and by whom.

    Parameters
    ----------
    adjudicator : str
        A pseudonym; an annotator of the study or somebody else.
    round : str
        Whose disagreements; may be "" where only one round was annotated.
    articles : sequence of str
        Which articles; by default all on which two annotators disagree.
    everything : bool
        Also those on which all agree, if two or more submitted them.
    limit : int
        So many are to lie with the adjudicator in all, those that cost agreement most first; 0 for
        no limit.
    in_dispute : bool
        Ask only the questions and the groups of labels that are in dispute on these articles.
    """

    adjudicator: str
    round: str = ""
    articles: Sequence[str] = ()
    everything: bool = False
    limit: int = 0
    in_dispute: bool = False


@dataclass(frozen=True)
class Chosen:
    """Articles for an adjudicator.

    Parameters
    ----------
    of : str
        The round that is adjudicated.
    disputes : tuple of Dispute
        The articles that no adjudicator has yet, in their order.
    taken : tuple of str
        Articles that would have been chosen and that another one has.
    left : int
        How many more the limit left out.
    annotators : frozenset of str
        Whose work it is.
    """

    of: str
    disputes: tuple[Dispute, ...]
    taken: tuple[str, ...]
    left: int
    annotators: frozenset[str]


def rounds_of(study: Study, of: str, adjudicator: str = "") -> list[Round]:
    """Give the rounds in which a round is adjudicated, by anybody or by one person."""
    return [
        each
        for each in study.rounds()
        if (each.kind, each.of) == (ADJUDICATION, of)
        and (not adjudicator or adjudicator in each.annotators)
    ]


def chosen(study: Study, plan: AdjudicationPlan) -> Chosen:
    """Choose what is in dispute, the articles that cost agreement most first.

    Raises
    ------
    StudyError, ArticleError, UsageError
        If there is no such round or article, or nobody has submitted it.
    """
    from annotate.adjudication.disputes import Dispute, disputes

    of = _round(study, plan.round)
    visits = study.counted_tables().visits
    own = visits[
        (visits["round"] == of) & (visits["occasion"] == 1) & (visits["status"] == "submitted")
    ]
    found = {each.article: each for each in disputes(evidence(study, of))}
    readers = Counter(own["article_id"])
    if plan.articles:
        wanted = list(dict.fromkeys(plan.articles))
        _check_articles(study, wanted, readers, of)
    elif plan.everything:
        shared = [article for article in study.texts() if readers[article] > 1]
        wanted = [*found, *(article for article in shared if article not in found)]
    else:
        wanted = list(found)
    held = _held(study, of)
    mine = {article for article, who in held.items() if who == plan.adjudicator}
    free = [found.get(each, Dispute(each, 0.0, (), ())) for each in wanted if each not in held]
    new = free[: max(0, plan.limit - _lying(study, of, plan.adjudicator))] if plan.limit else free
    return Chosen(
        of=of,
        disputes=tuple(new),
        taken=tuple(article for article in wanted if article in held and article not in mine),
        left=len(free) - len(new),
        annotators=frozenset(own["annotator"]),
    )


def _round(study: Study, given: str) -> str:
    visits = study.counted_tables().visits
    there = list(dict.fromkeys(visits[visits["status"] == "submitted"]["round"]))
    if not there:
        msg = "Nobody has submitted anything yet; `annotate pull` fetches what annotators did"
        raise StudyError(msg)
    if given in study.uncounted_rounds():
        msg = f'Round "{given}" is not one of annotation; only those are adjudicated'
        raise UsageError(msg)
    if given and given not in there:
        msg = f'Nobody has submitted anything in a round "{given}"; there are: {", ".join(there)}'
        raise UsageError(msg)
    if not given and len(there) > 1:
        msg = f"Say which round is to be adjudicated: --round {' or --round '.join(there)}"
        raise UsageError(msg)
    return given or there[0]


def _check_articles(
    study: Study, wanted: Iterable[str], readers: Mapping[str, int], of: str
) -> None:
    known = set(study.texts())
    for article in wanted:
        if article not in known:
            msg = f'There is no article "{article}"; `annotate articles` lists them'
            raise ArticleError(msg)
    bare = [article for article in wanted if article not in readers]
    if bare:
        shown = ", ".join(bare[:_NAMED]) + ("…" if len(bare) > _NAMED else "")
        msg = f'Nobody has submitted {shown} in round "{of}": there is nothing to decide between'
        raise ArticleError(msg)


def _lying(study: Study, of: str, adjudicator: str) -> int:
    """Count the articles at somebody's open desks, decided or not."""
    rounds = {each.name for each in rounds_of(study, of, adjudicator) if each.open}
    return int(study.assignment()["round"].isin(rounds).sum())


def _held(study: Study, of: str) -> dict[str, str]:
    """Give who has each article: at an open desk, or decided."""
    rows, visits = study.assignment(), study.tables().visits
    held: dict[str, str] = {}
    for each in rounds_of(study, of):
        own = rows[rows["round"] == each.name]
        done = visits[(visits["round"] == each.name) & (visits["status"] == "submitted")]
        part = own if each.open else own[own["article_id"].isin(done["article_id"])]
        held |= dict(zip(part["article_id"], part["annotator"], strict=True))
    return held
