"""Rounds: started with a scheme and a codebook, kept up to date, closed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from annotate.errors import ArticleError, ConfigError, StudyError
from annotate.rounds import ADJUDICATION, ANNOTATION, MAIN, TRAINING, Round, check_name, named
from annotate.study.campaign import digest_of
from annotate.workflow.assigning import assigned, free_articles
from annotate.workflow.exclusive import exclusive

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from annotate.settings import Assigning
    from annotate.study import Study

__all__ = [
    "Current",
    "RoundPlan",
    "begun_rounds",
    "close_round",
    "configs_of",
    "current_rounds",
    "open_rounds",
    "start_round",
]


@dataclass(frozen=True)
class RoundPlan:
    """What a new round is to be.

    Parameters
    ----------
    name : str
        Its name.
    annotators : sequence of str
        Who takes part; everybody of the study by default.
    articles : sequence of str
        Which articles; by default those that no round has had yet.
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


def open_rounds(study: Study) -> list[Round]:
    """Give the rounds that work is sent to; a study that names none has one."""
    rounds = study.rounds()
    if not rounds:
        rounds = [Round(MAIN, ANNOTATION, assigning=study.settings().assignment, grows=True)]
    return [each for each in rounds if each.open and each.kind != ADJUDICATION]


@exclusive
def start_round(study: Study, plan: RoundPlan) -> Round:
    """Start a round with the scheme and the codebook that the study has now.

    Raises
    ------
    StudyError, ArticleError
        If the name, an annotator or an article will not do.
    ConfigError
        If the scheme differs from one that was used before, and nobody has said what the old
        labels are called now.
    """
    import pandas as pd

    rounds = study.rounds() or begun_rounds(study)
    check_name(plan.name, rounds)
    settings = study.settings()
    if not settings.annotators and not plan.annotators:
        msg = "The study has no annotators; name them with `annotate annotators NAME…`"
        raise StudyError(msg)
    _check_people(plan, settings.annotators)
    if plan.migration is not None:
        _adopt_migration(study, plan.migration)
    _check_migrated(study, rounds)
    articles = _articles(study, plan, rounds)
    kind = TRAINING if plan.reference else ANNOTATION
    configs = configs_of(study)
    rules = plan.assigning or settings.assignment
    made = Round(
        name=plan.name,
        kind=kind,
        annotators=tuple(plan.annotators or settings.annotators),
        assigning=replace(rules, per_article=0, repeats=0) if kind == TRAINING else rules,
        grows=not (plan.number or plan.articles or plan.same_as or plan.annotators)
        and kind == ANNOTATION,
        schemes=_digests(configs),
        codebook=digest_of(study.codebook()),
        started=_now(),
        reference=plan.reference,
    )
    rows = pd.concat([study.assignment(), assigned(study, made, articles, [])], ignore_index=True)
    # A round that took in whatever came takes in no more: the new one does.
    earlier = [replace(each, grows=False) if made.grows else each for each in rounds]
    kept = {digest_of(config): config for config in configs.values()}
    Current([*earlier, made], rows, kept).save(study)
    return made


@exclusive
def close_round(study: Study, name: str) -> Round:
    """Close a round: nothing more is sent to it. What was annotated stays, and is still pulled.

    Raises
    ------
    StudyError
        If there is no such round.
    """
    rounds = study.rounds()
    closed = replace(named(rounds, name), closed=_now())
    study.save_rounds([closed if each.name == name else each for each in rounds])
    return closed


@dataclass(frozen=True)
class Current:
    """The open rounds as they would be now; nothing is written yet.

    Parameters
    ----------
    rounds : list of Round
        The open ones.
    rows : DataFrame
        The assignment of all rounds.
    configs : dict of str to bytes
        Labeling configs by SHA-256, as far as they are not kept yet.
    """

    rounds: list[Round]
    rows: pd.DataFrame
    configs: dict[str, bytes]

    def config(self, study: Study, sha256: str) -> bytes:
        """Give a labeling config.

        Raises
        ------
        StudyError
            If it was kept and is gone.
        """
        return self.configs[sha256] if sha256 in self.configs else study.kept_scheme(sha256)

    def save(self, study: Study) -> None:
        """Write what has changed: schemes first, rounds last."""
        for config in self.configs.values():
            study.keep_scheme(config)
        if any(each.codebook for each in self.rounds):
            study.keep_codebook()
        if not self.rows.equals(study.assignment()):
            study.save_assignment(self.rows)
        known = study.rounds()
        mine = {each.name: each for each in self.rounds}
        fresh = [each for each in self.rounds if each.name not in {k.name for k in known}]
        after = [mine.get(each.name, each) for each in known] + fresh
        if after != known:
            study.save_rounds(after)


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
    rounds, rows = [], study.assignment()
    for each in open_rounds(study):
        updated = _with_schemes(study, each, configs)
        if each.grows:
            updated = replace(updated, annotators=study.settings().annotators)
            mine = [place[1:] for place in begun if place[0] == each.name]
            own = assigned(study, updated, free_articles(study, each.name), mine)
            rows = pd.concat([rows[rows["round"] != each.name], own], ignore_index=True)
        rounds.append(updated)
    return Current(rounds, rows, kept)


def configs_of(study: Study) -> dict[str, bytes]:
    """Give the labeling config of each topic as it is now; that of all others under ""."""
    from annotate.schema.subset import config_for_topic

    study.schema()
    whole = study.config_path.read_bytes()
    configs = {"": whole}
    for topic in study.settings().topics:
        configs[topic.event] = config_for_topic(whole, topic.targets)
    return configs


def _digests(configs: Mapping[str, bytes]) -> dict[str, str]:
    return {topic: digest_of(config) for topic, config in configs.items()}


def _with_schemes(study: Study, each: Round, configs: Mapping[str, bytes]) -> Round:
    """Give a round today's scheme, if it asks the same, or if it is the one that goes on.

    Whether work was done with another scheme at a desk, its server knows: `push` asks it.
    """
    newest = open_rounds(study)[-1].name == each.name
    current = study.schema()
    if each.schemes.get("") not in (None, current.sha256) and not newest:
        past = study.versions().past.get(each.schemes[""])
        if past is None or past.asks != current.asks:
            return each
    codebook = each.codebook
    if newest or not codebook:
        codebook = digest_of(study.codebook())
    return replace(
        each, schemes=_digests(configs), codebook=codebook, started=each.started or _now()
    )


def begun_rounds(study: Study) -> list[Round]:
    """Give the round that a study began without naming it, if it has begun."""
    from annotate.studio.ledger import Ledger

    begun = Ledger(study.ledger_path, "").begun(MAIN)
    if not begun and study.tables().visits.empty:
        return []
    current_rounds(study, [(MAIN, *place) for place in begun]).save(study)
    return study.rounds()


def _check_people(plan: RoundPlan, annotators: Sequence[str]) -> None:
    unknown = [name for name in plan.annotators if name not in annotators]
    if unknown:
        msg = (
            f'"{unknown[0]}" is no annotator of the study; name them first: '
            f"annotate annotators {unknown[0]}"
        )
        raise StudyError(msg)


def _articles(study: Study, plan: RoundPlan, rounds: Sequence[Round]) -> list[str]:
    known = list(study.articles()["article_id"])
    if plan.same_as:
        rows = study.assignment()
        named(rounds, plan.same_as)
        wanted = set(rows[rows["round"] == plan.same_as]["article_id"])
        chosen = [article for article in known if article in wanted]
    elif plan.articles:
        unknown = [article for article in plan.articles if article not in known]
        if unknown:
            msg = f'There is no article "{unknown[0]}"; `annotate articles` lists them'
            raise ArticleError(msg)
        chosen = [article for article in known if article in set(plan.articles)]
    else:
        chosen = free_articles(study, plan.name)
    if plan.number:
        chosen = _drawn(study, chosen, plan)
    if not chosen:
        msg = (
            "No article is left for this round: every one was in a round before. Add some with "
            "`annotate add PATH…`, or take those of a round again with --same-as ROUND"
        )
        raise ArticleError(msg)
    return chosen


def _drawn(study: Study, articles: list[str], plan: RoundPlan) -> list[str]:
    import random

    if plan.number > len(articles):
        msg = f"{plan.number} articles are asked for, and {len(articles)} are left"
        raise ArticleError(msg)
    seed = (plan.assigning or study.settings().assignment).seed
    drawn = set(random.Random(f"{seed}/{plan.name}").sample(articles, plan.number))  # noqa: S311
    return [article for article in articles if article in drawn]


def _adopt_migration(study: Study, path: Path) -> None:
    """Prove a table of migration and keep it with the study."""
    from annotate.files import write_bytes
    from annotate.schema.migration import read_migration

    table = read_migration(path)
    now = study.schema()
    if not now.sha256.startswith(table.new):
        msg = f"{path} leads to scheme {table.new}, but label_config.xml is {now.sha256[:12]}"
        raise ConfigError(msg)
    known = {question.name: question for question in now.questions}
    faults = []
    for control, value in {new for new in table.renamed.values() if new is not None}:
        labels = {label.value for label in now.labels if label.control == control}
        options = {o.value for o in known[control].options} if control in known else set()
        if value not in labels | (options or ({"*"} if control in known else set())):
            faults.append(f'  - {control} has no "{value}"')
    if faults:
        listed = "\n".join(sorted(faults))
        msg = f"{path} leads to what label_config.xml does not ask:\n{listed}"
        raise ConfigError(msg)
    study.migrations.mkdir(exist_ok=True)
    content = path.read_bytes()
    write_bytes(study.migrations / f"{digest_of(content)[:12]}.csv", content)


def _check_migrated(study: Study, rounds: Sequence[Round]) -> None:
    """Refuse a scheme under which earlier work could not be read; say what is to be written."""
    versions = study.versions()
    for each in rounds:
        lacking = versions.lacking(each.schemes.get("", ""))
        if each.kind != ADJUDICATION and lacking:
            shown = ", ".join(f"{control}={value}" for control, value in lacking[:5])
            more = f" and {len(lacking) - 5} more" if len(lacking) > 5 else ""  # noqa: PLR2004
            msg = (
                f'Round "{each.name}" was asked {shown}{more} in other words than label_config.xml '
                "asks now. Say what they are called now: `annotate round migration > table.csv` "
                "writes a table to fill in, and --migrate table.csv uses it. Or put the old file "
                "back."
            )
            raise ConfigError(msg)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
