"""Gather what a study knows of itself, for the documents of its dataset."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from annotate.dataset.documents.about import About, Days, RoundHeld
from annotate.rounds import ADJUDICATED, ADJUDICATION, MAIN, TRAINING, Round

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from annotate.consensus.decided import Decided
    from annotate.dataset.plan import Choices
    from annotate.dataset.splits import Split
    from annotate.described import Described
    from annotate.schema import Schema

__all__ = ["known"]

_DAY = r"^(\d{4}-\d{2}-\d{2})"


def known(  # noqa: PLR0913 - all that a study knows of itself
    said: Described,
    schema: Schema,
    rounds: Sequence[Round],
    articles: pd.DataFrame,
    visits: pd.DataFrame,
    *,
    choices: Choices,
    decided: Decided | None = None,
    split: Split | None = None,
) -> About:
    """Gather what a study knows of itself.

    Parameters
    ----------
    said : Described
        What ``study.toml`` says of the dataset.
    schema : Schema
        The scheme.
    rounds : sequence of Round
        The rounds of the study; none if it never named one.
    articles : DataFrame
        Its articles.
    visits : DataFrame
        Its visits of all rounds.
    choices : Choices
        What is let out.
    decided : Decided, optional
        What adjudicators decided.
    split : Split or None
        How the articles are split, if they are.
    """
    visits = visits.assign(kind=visits["round"].map({each.name: each.kind for each in rounds}))
    kind = visits["kind"]
    counted = visits[~kind.isin([TRAINING, ADJUDICATION])]
    done = counted[counted["status"] == "submitted"]
    first = done.drop_duplicates(["article_id", "annotator"])
    per_article = Counter(first.groupby("article_id").size().tolist())
    per_article[0] = len(articles) - first["article_id"].nunique()
    in_training = set(visits.loc[(kind == TRAINING) & _submitted(visits), "annotator"])
    removed = articles["removed"][articles["removed"] != ""]
    return About(
        said=said,
        choices=choices,
        split=split,
        rounds=tuple(_held(each, visits) for each in _all(rounds, visits)),
        trained=len(set(done["annotator"]) & in_training),
        visits=len(counted),
        per_article=tuple(sorted((n, times) for n, times in per_article.items() if times)),
        worked=_days(done["updated_at"]),
        published=_days(articles["published"]),
        languages=_counted(articles["language"]),
        extractors=_counted(articles["extractor"]),
        cleaned=len(removed),
        lines=int((removed.str.count("\n") + 1).sum()),
        decided=_decided(decided),
        questions=len(schema.document_questions),
        labels=len(schema.labels),
    )


def _submitted(visits: pd.DataFrame) -> pd.Series:
    return visits["status"] == "submitted"


def _all(rounds: Sequence[Round], visits: pd.DataFrame) -> list[Round]:
    """Give the rounds, and first the one that a study without rounds has."""
    there = {each.name for each in rounds}
    unnamed = MAIN not in there and (visits["round"] == MAIN).any()
    return [*([Round(MAIN)] if unnamed else []), *rounds]


def _held(each: Round, visits: pd.DataFrame) -> RoundHeld:
    own = visits[visits["round"] == each.name]
    done = own[_submitted(own)]
    training = each.kind == TRAINING
    worked_with = set(done["schema_version"]) - {""}
    schemes = worked_with or {sha for sha in each.schemes.values() if sha}
    return RoundHeld(
        name=each.name,
        kind=each.kind,
        people=done["annotator"].nunique(),
        articles=done["article_id"].nunique(),
        submitted=len(done),
        schemes=tuple(sorted(schemes)),
        codebook=each.codebook,
        reference=each.reference if training else "",
        compared=_compared(each, done, visits) if training else 0,
        shared=each.assigning.mode == "shared",
    )


def _compared(each: Round, done: pd.DataFrame, visits: pd.DataFrame) -> int:
    """Count the work in training on articles that the reference has submitted as well."""
    others = visits[_submitted(visits)]
    mine = others["annotator"] == each.reference
    if each.reference == ADJUDICATED:
        mine = others["kind"] == ADJUDICATION
    there = set(others.loc[mine, "article_id"])
    return int((done["article_id"].isin(there) & (done["annotator"] != each.reference)).sum())


def _days(moments: pd.Series) -> Days:
    days = moments.astype("str").str.extract(_DAY, expand=False).dropna()
    return Days(days.min(), days.max()) if len(days) else Days()


def _counted(values: pd.Series) -> tuple[tuple[str, int], ...]:
    times = Counter(values.tolist())
    return tuple(sorted(times.items(), key=lambda item: (-item[1], item[0])))


def _decided(decided: Decided | None) -> int:
    if decided is None:
        return 0
    return len({article for article, _ in decided.answers} | set(decided.groups))
