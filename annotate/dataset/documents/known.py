"""Gather what a study knows of itself, for the documents of its dataset."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from annotate.dataset.documents.about import About, RoundHeld
from annotate.dataset.documents.tally import Tally, days_of
from annotate.rounds import ADJUDICATED, ADJUDICATION, MAIN, TRAINING, Round

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from annotate.consensus.decided import Decided
    from annotate.dataset.plan import Choices
    from annotate.dataset.splits import Split
    from annotate.described import Described
    from annotate.schema import Schema

__all__ = ["known"]


def known(  # noqa: PLR0913 - all that a study knows of itself
    said: Described,
    schema: Schema,
    rounds: Sequence[Round],
    articles: pd.DataFrame,
    counted: Iterable[pd.DataFrame],
    others: pd.DataFrame,
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
    counted : iterable of DataFrame
        The visits that count in agreement, all at once or part after part; no two parts have an
        article in common.
    others : DataFrame
        The visits of training and adjudication.
    choices : Choices
        What is let out.
    decided : Decided, optional
        What adjudicators decided.
    split : Split or None
        How the articles are split, if they are.
    """
    asked = _asked(rounds, others)
    tally = Tally.joined(Tally.of(part, asked) for part in counted)
    beside = Tally.of(others, asked)
    training = {each.name for each in rounds if each.kind == TRAINING}
    in_training = {who for name, who, _ in beside.submitted if name in training}
    removed = articles["removed"][articles["removed"] != ""]
    read = tally.per_article.total()
    per_article = Counter({**tally.per_article, 0: len(articles) - read})
    return About(
        said=said,
        choices=choices,
        split=split,
        rounds=tuple(
            _held(
                each,
                tally if each.name in tally.articles else beside,
                _compared(each, rounds, others, tally.read | beside.read),
            )
            for each in _all(rounds, tally)
        ),
        trained=len(tally.people & in_training),
        visits=tally.rows,
        per_article=tuple(sorted((n, times) for n, times in per_article.items() if times)),
        worked=tally.days,
        published=days_of(articles["published"]),
        languages=_counted(articles["language"]),
        extractors=_counted(articles["extractor"]),
        cleaned=len(removed),
        lines=int((removed.str.count("\n") + 1).sum()),
        decided=_decided(decided),
        questions=len(schema.document_questions),
        scored=sum(each.scored for each in schema.document_questions),
        about_spans=len(schema.region_questions),
        labels=len(schema.labels),
        plain_text=not schema.hypertext,
    )


def _asked(rounds: Sequence[Round], others: pd.DataFrame) -> dict[str, set[str]]:
    """Give the articles of training by the annotator whose labels they are compared with."""
    asked: dict[str, set[str]] = {}
    for each in rounds:
        if each.kind == TRAINING and each.reference != ADJUDICATED:
            there = others["article_id"][others["round"] == each.name]
            asked.setdefault(each.reference, set()).update(there)
    return asked


def _all(rounds: Sequence[Round], tally: Tally) -> list[Round]:
    """Give the rounds, and first the one that a study without rounds has."""
    unnamed = MAIN not in {each.name for each in rounds} and MAIN in tally.articles
    return [*([Round(MAIN)] if unnamed else []), *rounds]


def _held(each: Round, tally: Tally, compared: int) -> RoundHeld:
    own = {key[1:]: times for key, times in tally.submitted.items() if key[0] == each.name}
    worked_with = {scheme for _, scheme in own if scheme}
    schemes = worked_with or {sha for sha in each.schemes.values() if sha}
    return RoundHeld(
        name=each.name,
        kind=each.kind,
        people=len({who for who, _ in own}),
        articles=tally.articles[each.name],
        submitted=sum(own.values()),
        schemes=tuple(sorted(schemes)),
        codebook=each.codebook,
        reference=each.reference if each.kind == TRAINING else "",
        compared=compared,
        shared=each.assigning.mode == "shared",
    )


def _compared(
    each: Round,
    rounds: Sequence[Round],
    others: pd.DataFrame,
    read: frozenset[tuple[str, str]],
) -> int:
    """Count the work in training on articles that the reference has submitted as well."""
    if each.kind != TRAINING:
        return 0
    done = others[others["status"] == "submitted"]
    there = {article for who, article in read if who == each.reference}
    if each.reference == ADJUDICATED:
        settling = [other.name for other in rounds if other.kind == ADJUDICATION]
        there = set(done["article_id"][done["round"].isin(settling)])
    own = done[(done["round"] == each.name) & (done["annotator"] != each.reference)]
    return int(own["article_id"].isin(there).sum())


def _counted(values: pd.Series) -> tuple[tuple[str, int], ...]:
    times = Counter(values.tolist())
    return tuple(sorted(times.items(), key=lambda item: (-item[1], item[0])))


def _decided(decided: Decided | None) -> int:
    if decided is None:
        return 0
    return len({article for article, _ in decided.answers} | set(decided.groups))
