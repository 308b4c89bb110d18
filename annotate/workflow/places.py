"""Where new articles for an adjudicator go: work goes on with the questions it was begun with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from annotate.errors import UsageError
from annotate.rounds import ADJUDICATION, Round
from annotate.study.campaign import digest_of
from annotate.workflow.assigning import rows_of, topics_of
from annotate.workflow.current import Current
from annotate.workflow.disputed import rounds_of
from annotate.workflow.rounds import configs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from annotate.adjudication.disputes import Dispute
    from annotate.study import Study
    from annotate.workflow.disputed import AdjudicationPlan

__all__ = ["with_new"]

_LONGEST = 40  # characters of a round's name


def with_new(
    study: Study, plan: AdjudicationPlan, of: str, disputes: tuple[Dispute, ...]
) -> tuple[Current, str]:
    """Put new articles into the adjudicator's round, or into a new one if they need one.

    Parameters
    ----------
    study : Study
        The study.
    plan : AdjudicationPlan
        For whom, and whether all is asked.
    of : str
        The round that is adjudicated.
    disputes : tuple of Dispute
        The new articles.

    Returns
    -------
    Current, str
        The adjudicator's open rounds as they would be, and which one has the new articles.

    Raises
    ------
    UsageError
        If only what is in dispute shall be asked, and nothing is.
    StudyError, ConfigError
        If a scheme cannot be read.
    """
    import pandas as pd

    rounds, rows = rounds_of(study, of, plan.adjudicator), study.assignment()
    mine = [each for each in rounds if each.open]
    if not disputes:
        return Current(mine, rows, {}), ""
    bases = configs_of(study)
    wanted = dict(_configs(study, plan, bases, disputes))
    target = next((e for e in reversed(mine) if _fits(study, e, wanted, bases)), None)
    if target is None:
        target = Round(
            name=_free_name(study, of),
            kind=ADJUDICATION,
            annotators=(plan.adjudicator,),
            codebook=digest_of(study.codebook()),
            started=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            of=of,
        )
    # What was begun goes on with the scheme that it was begun with.
    schemes = {topic: digest_of(config) for topic, config in wanted.items()}
    target = replace(target, schemes={**schemes, **target.schemes})
    fresh = rows_of(target.name, [(each.article, plan.adjudicator, 1) for each in disputes])
    # Smaller schemes are read with the whole one.
    kept = {digest_of(config): config for config in (bases[""], *wanted.values())}
    rounds = [*(each for each in mine if each.name != target.name), target]
    return Current(rounds, pd.concat([rows, fresh], ignore_index=True), kept), target.name


def _configs(
    study: Study, plan: AdjudicationPlan, bases: dict[str, bytes], disputes: Iterable[Dispute]
) -> Iterator[tuple[str, bytes]]:
    """Give the labeling config of each topic that the new articles have."""
    from annotate.schema.subset import config_about

    topics = topics_of(study, bases)
    for topic in dict.fromkeys(topics[each.article] for each in disputes):
        if not plan.in_dispute:
            yield topic, bases[topic]
            continue
        own = [each for each in disputes if topics[each.article] == topic]
        questions = {name for each in own for name in each.questions}
        groups = {name for each in own for name in each.groups}
        if not questions | groups:
            msg = "Nothing is in dispute on these articles; leave out --questions-in-dispute"
            raise UsageError(msg)
        yield topic, config_about(bases[topic], questions, groups)


def _fits(study: Study, each: Round, wanted: dict[str, bytes], bases: dict[str, bytes]) -> bool:
    """Tell whether a round asks all that is wanted, and not all there is where less is wanted."""
    from annotate.schema import parse_config

    for topic, config in wanted.items():
        if topic in each.schemes:
            asks = parse_config(study.kept_scheme(each.schemes[topic])).asks
            need, whole = parse_config(config).asks, parse_config(bases[topic]).asks
            if not need <= asks or (asks == whole != need):
                return False
    return True


def _free_name(study: Study, of: str) -> str:
    """Name a new round: numbered from the second on."""
    taken = {each.name.casefold() for each in study.rounds()}
    name, number = f"adjudication of {of}"[:_LONGEST].rstrip(), 1
    while name.casefold() in taken:
        number += 1
        end = f" {number}"
        name = f"adjudication of {of}"[: _LONGEST - len(end)].rstrip() + end
    return name
