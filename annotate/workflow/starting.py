"""A new round: all that could be wrong with it is said before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from annotate.errors import ArticleError, StudyError, UsageError
from annotate.rounds import (
    ADJUDICATED,
    ADJUDICATION,
    ANNOTATION,
    TRAINING,
    Round,
    check_name,
    named,
)
from annotate.settings import check_assigning
from annotate.study.campaign import digest_of
from annotate.tidy.wording import counted
from annotate.workflow.assigning import articles_of, assigned
from annotate.workflow.current import Current
from annotate.workflow.exclusive import exclusive
from annotate.workflow.migrating import check_migrated, proven_migrations
from annotate.workflow.rounds import configs_of, digests, now, rounds_so_far

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from annotate.settings import Assigning
    from annotate.study import Study

__all__ = ["RoundPlan", "start_round"]

_NAMED = 5  # articles in a message


@dataclass(frozen=True)
class RoundPlan:
    """What a new round is to be.

    Parameters
    ----------
    name : str
        Its name.
    annotators : sequence of str
        Who takes part; everybody of the study by default, in training but for the reference.
    articles : sequence of str
        Which articles; by default those that no round has had yet, and of training those that the
        reference has labelled and nobody who takes part has seen.
    number : int
        How many of them, drawn at random; 0 for all, and for all that come later.
    assigning : Assigning or None
        How they are assigned; as ``study.toml`` says by default.
    reference : str
        Of training: whose labels feedback compares with.
    same_as : str
        Take the articles of this earlier round again.
    migration : Path or None
        A table that says what old labels are called now.
    """

    name: str
    annotators: Sequence[str] = ()
    articles: Sequence[str] = ()
    number: int = 0
    assigning: Assigning | None = None
    reference: str = ""
    same_as: str = ""
    migration: Path | None = None


@exclusive
def start_round(study: Study, plan: RoundPlan) -> Round:
    """Start a round with the scheme and the codebook that the study has now.

    Raises
    ------
    StudyError, ArticleError, UsageError
        If the name, an annotator, an article, the reference or a number will not do.
    ConfigError
        If the scheme differs from one that was used before, and nobody has said what the old
        labels are called now.
    """
    import pandas as pd

    before = rounds_so_far(study)
    check_name(plan.name, before.rounds)
    kind = TRAINING if plan.reference else ANNOTATION
    people = _people(study, plan)
    rules = plan.assigning or study.settings().assignment
    if kind == TRAINING:
        rules = replace(rules, per_article=0, repeats=0)
    _check_rules(rules, people)
    migrations = proven_migrations(study, plan.migration) if plan.migration else []
    check_migrated(study, before.rounds, migrations)
    articles = _articles(study, plan, before, people)
    configs = configs_of(study)
    made = Round(
        name=plan.name,
        kind=kind,
        annotators=people,
        assigning=rules,
        grows=kind == ANNOTATION
        and not (plan.number or plan.articles or plan.same_as or plan.annotators),
        schemes=digests(configs),
        codebook=digest_of(study.codebook()),
        started=now(),
        reference=plan.reference,
    )
    rows = pd.concat([before.rows, assigned(study, made, articles, [])], ignore_index=True)
    # A round that took in whatever came takes in no more: the new one does.
    earlier = [replace(each, grows=False) if made.grows else each for each in before.rounds]
    for table in migrations:
        study.keep_migration(table)
    kept = {digest_of(config): config for config in configs.values()}
    Current([*earlier, made], rows, before.configs | kept).save(study)
    return made


def _people(study: Study, plan: RoundPlan) -> tuple[str, ...]:
    """Give who takes part."""
    known = study.settings().annotators
    if not known and not plan.annotators:
        msg = "The study has no annotators; name them with `annotate annotators NAME…`"
        raise StudyError(msg)
    unknown = [name for name in plan.annotators if name not in known]
    if unknown:
        msg = (
            f'"{unknown[0]}" is no annotator of the study; name them first: '
            f"annotate annotators {unknown[0]}"
        )
        raise StudyError(msg)
    if plan.reference in plan.annotators:
        msg = f"{plan.reference} cannot be trained on labels of their own; leave one of them out"
        raise UsageError(msg)
    people = dict.fromkeys(plan.annotators or known)
    people.pop(plan.reference, None)
    if not people:
        msg = f"Nobody but {plan.reference} is there to take part; name others first"
        raise StudyError(msg)
    return tuple(people)


def _check_rules(rules: Assigning, people: Sequence[str]) -> None:
    check_assigning(rules, "The round")
    if rules.per_article > len(people):
        msg = (
            f"{rules.per_article} annotators for each article are asked for, and "
            f"{counted(len(people), 'takes', 'take')} part; ask for fewer "
            "(0 is for all of them), or name more"
        )
        raise StudyError(msg)


def _articles(study: Study, plan: RoundPlan, before: Current, people: Sequence[str]) -> list[str]:
    """Choose what is to be annotated, in the order of the study."""
    known = list(study.articles()["article_id"])
    labelled = _labelled(study, plan.reference, before) if plan.reference else set()
    if plan.same_as and plan.articles:
        msg = "Give the articles, or the round whose articles are taken again, and not both"
        raise UsageError(msg)
    if plan.same_as:
        named(before.rounds, plan.same_as)
        wanted = set(before.rows[before.rows["round"] == plan.same_as]["article_id"])
    elif plan.articles:
        wanted = set(plan.articles)
        unknown = [article for article in plan.articles if article not in known]
        if unknown:
            msg = f'There is no article "{unknown[0]}"; `annotate articles` lists them'
            raise ArticleError(msg)
    elif plan.reference:
        wanted = labelled - _seen(study, people)
    else:
        wanted = set(articles_of(study, plan.name, before))
    chosen = [article for article in known if article in wanted]
    if not chosen:
        raise ArticleError(_nothing_left(plan))
    chosen = _drawn(study, chosen, plan) if plan.number else chosen
    _check_reference(plan, chosen, labelled)
    return chosen


def _nothing_left(plan: RoundPlan) -> str:
    if plan.same_as:
        return f'Round "{plan.same_as}" has no articles yet; `annotate push` gives it some'
    if plan.reference:
        return (
            f"{plan.reference} has submitted nothing that those who take part have not seen; name "
            "articles with --article or --same-as ROUND"
        )
    return (
        "No article is left for this round: every one was in a round before. Add some with "
        "`annotate add PATH…`, or take those of a round again with --same-as ROUND"
    )


def _labelled(study: Study, reference: str, before: Current) -> set[str]:
    """Give the articles that there are reference labels of.

    Raises
    ------
    StudyError
        If there are none at all.
    """
    visits = _submitted(study)
    if reference == ADJUDICATED:
        rounds = {each.name for each in before.rounds if each.kind == ADJUDICATION}
        found = set(visits[visits["round"].isin(rounds)]["article_id"])
        lacking = "Nothing was adjudicated yet; adjudicate first, or name who labelled them"
    else:
        found = set(visits[visits["annotator"] == reference]["article_id"])
        others = sorted(set(visits["annotator"]))
        who = f"{', '.join(others) or 'nobody yet'} {'have' if len(others) > 1 else 'has'}"
        lacking = f'"{reference}" has submitted nothing, so there is nothing to train on; {who}'
    if not found:
        raise StudyError(lacking)
    return found


def _check_reference(plan: RoundPlan, articles: Sequence[str], labelled: set[str]) -> None:
    """See to it that feedback will have something to compare with."""
    bare = [article for article in articles if article not in labelled]
    # What all agreed on is not adjudicated.
    if (
        not plan.reference
        or not bare
        or (plan.reference == ADJUDICATED and len(bare) < len(articles))
    ):
        return
    shown = ", ".join(bare[:_NAMED]) + ("…" if len(bare) > _NAMED else "")
    msg = f"There are no labels of {plan.reference} for {len(bare)} of the articles: {shown}"
    raise StudyError(msg)


def _submitted(study: Study) -> pd.DataFrame:
    visits = study.tables().visits
    return visits[visits["status"] == "submitted"]


def _seen(study: Study, people: Sequence[str]) -> set[str]:
    visits = _submitted(study)
    return set(visits[visits["annotator"].isin(list(people))]["article_id"])


def _drawn(study: Study, articles: list[str], plan: RoundPlan) -> list[str]:
    import random

    if plan.number > len(articles):
        asked = counted(plan.number, "article is", "articles are")
        msg = f"{asked} asked for, and {counted(len(articles), 'is', 'are')} left"
        raise ArticleError(msg)
    seed = (plan.assigning or study.settings().assignment).seed
    drawn = set(random.Random(f"{seed}/{plan.name}").sample(articles, plan.number))  # noqa: S311
    return [article for article in articles if article in drawn]
