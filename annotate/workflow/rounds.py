"""Rounds as they stand: which are open, what each asks of whom today, and how one is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from annotate.errors import ConfigError, StudyError
from annotate.rounds import ADJUDICATION, ANNOTATION, MAIN, Round, named
from annotate.study.campaign import digest_of
from annotate.workflow.assigning import articles_of, assigned
from annotate.workflow.current import Current
from annotate.workflow.exclusive import exclusive

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from annotate.studio.ledger import Ledger
    from annotate.study import Study

__all__ = [
    "begun",
    "close_round",
    "configs_of",
    "current_rounds",
    "digests",
    "now",
    "open_rounds",
    "rounds_so_far",
]


def open_rounds(study: Study) -> list[Round]:
    """Give the rounds that work is sent to; a study that names none has one."""
    rounds = study.rounds()
    if not rounds:
        rounds = [Round(MAIN, ANNOTATION, assigning=study.settings().assignment, grows=True)]
    return [each for each in rounds if each.open and each.kind != ADJUDICATION]


@exclusive
def close_round(study: Study, name: str) -> Round:
    """Close a round: nothing more is sent to it. What was annotated stays, and is still pulled.

    Raises
    ------
    StudyError
        If there is no such round, or it is closed already.
    """
    before = rounds_so_far(study)
    mine = named(before.rounds, name)
    if not mine.open:
        msg = f'Round "{name}" was closed already, at {mine.closed}'
        raise StudyError(msg)
    closed = replace(mine, closed=now())
    replace(before, rounds=[closed if each is mine else each for each in before.rounds]).save(study)
    return closed


def current_rounds(study: Study, begun: Collection[tuple[str, str, str, int]]) -> Current:
    """Give the open rounds with whom and what has come to the study since.

    Parameters
    ----------
    study : Study
        The study.
    begun : collection of (str, str, str, int)
        Round, article, annotator and occasion that lie on a desk already.
    """
    import pandas as pd

    configs = configs_of(study)
    kept = {digest_of(config): config for config in configs.values()}
    rounds, rows, stones = [], study.assignment(), study.tombstones()
    # A ledger from a backup still holds the desks of people who were forgotten since.
    begun = [place for place in begun if not stones.names(place[2])]
    for each in open_rounds(study):
        mine = [place[1:] for place in begun if place[0] == each.name]
        updated = _with_schemes(study, each, configs, begun=bool(mine))
        if each.grows:
            updated = replace(updated, annotators=study.settings().annotators)
            own = assigned(study, updated, articles_of(study, each.name), mine)
            rows = pd.concat([rows[rows["round"] != each.name], own], ignore_index=True)
        rounds.append(updated)
    return Current(rounds, rows, kept)


def begun(study: Study, ledger: Ledger) -> list[tuple[str, str, str, int]]:
    """Give what lies on desks of open rounds, as (round, article, annotator, occasion).

    Where the ledger was lost, or is older than the desks, what was pulled from them says it.

    Raises
    ------
    StudyError, SnapshotError, ConfigError
        If what was pulled cannot be read.
    """
    rounds = open_rounds(study)
    places = {(each.name, *place): None for each in rounds for place in ledger.topics(each.name)}
    drawn = [each.name for each in rounds if each.grows and each.assigning.mode == "desks"]
    if drawn:
        visits = study.tables().visits
        # Only what came from somebody's own desk was read blind.
        own = visits[visits["round"].isin(drawn) & (visits["arm"] == "blind")]
        columns = [own[name] for name in ("round", "article_id", "annotator", "occasion")]
        places |= dict.fromkeys(
            (str(name), str(article), str(annotator), int(occasion))
            for name, article, annotator, occasion in zip(*columns, strict=True)
        )
    return list(places)


def rounds_so_far(study: Study) -> Current:
    """Give every round, also the one that a study began without naming it.

    Raises
    ------
    ConfigError
        If that one was begun with a scheme that is not there any more.
    """
    rounds = study.rounds()
    if rounds:
        return Current(rounds, study.assignment())
    from annotate.studio.ledger import Ledger

    begun = Ledger(study.ledger_path, "").begun(MAIN)
    visits = study.tables().visits
    if not begun and visits.empty:
        return Current([], study.assignment())
    unknown = set(visits["schema_version"]) - {study.schema().sha256, *study.versions().past, ""}
    if unknown:
        msg = (
            f"The work so far was done with scheme {min(unknown)[:12]}, and label_config.xml is "
            "another one. Put the old file back, run `annotate push`, which keeps it with the "
            "study, and bring the new one again"
        )
        raise ConfigError(msg)
    return current_rounds(study, [(MAIN, *place) for place in begun])


def configs_of(study: Study) -> dict[str, bytes]:
    """Give the labeling config of each topic as it is now; that of all others under ""."""
    from annotate.schema.subset import config_for_topic

    study.schema()
    whole = study.config_path.read_bytes()
    configs = {"": whole}
    for topic in study.settings().topics:
        configs[topic.event] = config_for_topic(whole, topic.targets)
    return configs


def digests(configs: Mapping[str, bytes]) -> dict[str, str]:
    """Give the SHA-256 of each config."""
    return {topic: digest_of(config) for topic, config in configs.items()}


def now() -> str:
    """Give the time, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _with_schemes(study: Study, each: Round, configs: Mapping[str, bytes], *, begun: bool) -> Round:
    """Give a round today's scheme, if it asks the same, or if it is the one that goes on.

    Whether work was done with another scheme at a desk, its server knows: `push` asks it.
    """
    newest = each.name == _newest(study)
    current = study.schema()
    if each.schemes.get("") not in (None, current.sha256) and not newest:
        past = study.versions().past.get(each.schemes[""])
        if past is None or past.asks != current.asks:
            return each
    codebook = each.codebook
    if newest or not codebook:
        codebook = digest_of(study.codebook())
    schemes = digests(configs)
    if begun and each.schemes:
        # An article stays at the desk where it lies: topics that came later are for later rounds.
        schemes = {topic: schemes.get(topic, old) for topic, old in each.schemes.items()}
    return replace(each, schemes=schemes, codebook=codebook, started=each.started or now())


def _newest(study: Study) -> str:
    """Name the round that goes on: the one that was started last, closed or not."""
    names = [each.name for each in study.rounds() if each.kind != ADJUDICATION]
    return names[-1] if names else MAIN
