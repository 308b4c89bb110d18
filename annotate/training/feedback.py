"""Training: what an annotator submitted, beside the reference for the same articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.findings.reading import read_article
from annotate.reliability.evidence.gather import gather
from annotate.reliability.evidence.voting import Voting, recast, restrict
from annotate.rounds import ADJUDICATED, ADJUDICATION, TRAINING
from annotate.training.answers import answers_beside
from annotate.training.compared import Compared, Trainee
from annotate.training.spans import spans_beside, unread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from annotate.rounds import Round
    from annotate.schema import Schema
    from annotate.tables import Tables

__all__ = ["feedback"]


def feedback(
    tables: Tables, rounds: Sequence[Round], schema: Schema, articles: pd.DataFrame
) -> list[Trainee]:
    """Compare everybody in training with the reference of their round.

    An article is compared once the annotator has submitted it in training, and never before:
    nothing of its reference is in what is returned. What the reference left open counts for
    nothing.

    Parameters
    ----------
    tables : Tables
        Of all rounds: the reference may have been made in any.
    rounds : sequence of Round
        Those of the study.
    schema : Schema
        Its scheme.
    articles : DataFrame
        Its articles.

    Returns
    -------
    list of Trainee
        Round by round, in the order of the annotators.
    """
    course = _Course(tables, rounds, schema, articles)
    return [course.trainee(each, who) for each, who in course.everybody()]


@dataclass(frozen=True)
class _Course:
    tables: Tables
    rounds: Sequence[Round]
    schema: Schema
    articles: pd.DataFrame

    def everybody(self) -> Iterator[tuple[Round, str]]:
        """Give who trains in which round; the reference has nothing to learn from itself."""
        visits = self.tables.visits
        for each in self.rounds:
            if each.kind == TRAINING:
                there = visits[visits["round"] == each.name]["annotator"]
                people = dict.fromkeys([*each.annotators, *map(str, there)])
                yield from ((each, who) for who in people if who != each.reference)

    def trainee(self, each: Round, who: str) -> Trainee:
        visits = self.tables.visits
        first = visits["occasion"] == 1
        done = first & (visits["status"] == "submitted")
        given = first & (visits["round"] == each.name) & (visits["annotator"] == who)
        own = given & done
        reference = (
            done & self._is_reference(each) & visits["article_id"].isin(visits["article_id"][own])
        )
        return Trainee(
            annotator=who,
            round=each.name,
            reference=each.reference,
            articles=tuple(self._compared(own, reference, who, f"{each.reference} (reference)")),
            waiting=len(set(visits["article_id"][own]) - set(visits["article_id"][reference])),
            to_come=int((given & ~done).sum()),
        )

    def _is_reference(self, each: Round) -> pd.Series:
        visits = self.tables.visits
        if each.reference != ADJUDICATED:
            return visits["annotator"] == each.reference
        adjudicated = [it.name for it in self.rounds if it.kind == ADJUDICATION]
        return visits["round"].isin(adjudicated)

    def _compared(
        self, own: pd.Series, reference: pd.Series, who: str, model: str
    ) -> Iterator[Compared]:
        """Compare the articles that both have submitted, in the order of the study."""
        visits = self.tables.visits
        both = visits["article_id"].isin(visits["article_id"][reference])
        if not both.any():
            return
        cast = restrict(self.tables, (own | reference) & both)
        names = own[cast.visits.index].map({True: who, False: model})
        two = recast(cast, names, cast.visits["article_id"])
        rows = self.articles[self.articles["article_id"].isin(two.visits["article_id"])]
        texts = dict(zip(rows["article_id"], rows["text"], strict=True))
        # Of several reference visits the latest holds, as everywhere.
        latest = Voting.of(two, texts).ids
        two = restrict(two, two.visits["visit_id"].isin(latest))
        evidence = gather(two, self.schema, texts)
        for place, (_, row) in enumerate(rows.iterrows()):
            reading = read_article(row, two, self.schema)
            sides = evidence.annotators.index(who), evidence.annotators.index(model)
            yield Compared(
                article_id=reading.article_id,
                answers=tuple(answers_beside(evidence, place, sides, reading, self.schema)),
                spans=tuple(spans_beside(evidence, place, sides, reading, self.schema)),
                unread=unread(evidence, place, sides),
                reading=reading,
            )
