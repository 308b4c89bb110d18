"""The consensus of a whole corpus, given out as tables part by part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from annotate.consensus.span_tables import soft_spans_table, spans_table
from annotate.consensus.tables import answers_table, every_answer, soft_table
from annotate.errors import ExportError
from annotate.memory import give_back

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.consensus.answers import Answered
    from annotate.consensus.decided import Decided
    from annotate.reliability.evidence.gathered import Evidence

__all__ = ["Consensus", "ConsensusTables"]


@dataclass(frozen=True)
class ConsensusTables:
    """What votes make of some articles.

    Parameters
    ----------
    soft, soft_spans : DataFrame
        The distribution of the votes, see `soft_table` and `soft_spans_table`.
    consensus, consensus_spans : DataFrame
        One label out of many, see `answers_table` and `spans_table`.
    about_spans : tuple of str
        The questions about spans; `column_of` names their columns in `consensus_spans`.
    """

    soft: pd.DataFrame
    soft_spans: pd.DataFrame
    consensus: pd.DataFrame
    consensus_spans: pd.DataFrame
    about_spans: tuple[str, ...] = ()


@dataclass(frozen=True)
class Consensus:
    """What votes make of every article; models have seen all of them.

    Parameters
    ----------
    articles : tuple of str
        Their order.
    answers : tuple of Answered
        Of every question about the article.
    soft_spans, spans : DataFrame
        As `soft_spans_table` and `spans_table` give them, in the order of the articles, with the
        ``place`` of each row's article among them instead of its name.
    decided : Decided
        What adjudicators decided on questions that are scored.
    about_spans : tuple of str
        The questions about spans.
    """

    articles: tuple[str, ...]
    answers: tuple[Answered, ...]
    soft_spans: pd.DataFrame
    spans: pd.DataFrame
    decided: Decided
    about_spans: tuple[str, ...]

    @classmethod
    def of(cls, evidence: Evidence, decided: Decided) -> Consensus:
        """Find it.

        Parameters
        ----------
        evidence : Evidence
            What votes.
        decided : Decided
            What adjudicators decided: it stands in place of the votes.
        """
        # What is not scored has no consensus: above all not what an adjudicator noted down.
        scored = {asked.question.name for asked in evidence.asked}
        answers = tuple(every_answer(evidence))
        give_back()
        spans = _placed(spans_table(evidence, decided.groups, decided.spans), evidence.articles)
        give_back()
        return cls(
            articles=evidence.articles,
            answers=answers,
            soft_spans=_placed(soft_spans_table(evidence), evidence.articles),
            spans=spans,
            decided=decided.on(scored),
            about_spans=tuple(asked.question.name for asked in evidence.asked_of_spans),
        )

    def tables(self, part: slice) -> ConsensusTables:
        """Give the tables of some articles that follow one another, rows in their order."""
        names = self.articles[part]
        answers = [each.of_articles(part) for each in self.answers]
        decided = self.decided.of_articles(names)
        return ConsensusTables(
            soft=_by_article(soft_table(answers), names),
            soft_spans=_between(self.soft_spans, self.articles, part),
            consensus=_by_article(answers_table(answers, decided.answers), names),
            consensus_spans=_between(self.spans, self.articles, part),
            about_spans=self.about_spans,
        )

    def choices_on(self, question: str) -> list[str]:
        """Give the one answer of each article to a question; "" where there is none.

        Raises
        ------
        ExportError
            If no such question about the article is scored.
        """
        own = [each for each in self.answers if each.question == question]
        if not own:
            known = ", ".join(dict.fromkeys(each.question for each in self.answers)) or "none"
            msg = f'No question about the article is called "{question}"; there are: {known}'
            raise ExportError(msg)
        table = answers_table(own, self.decided.on({question}).answers)
        chosen = {
            article: " | ".join(values)
            for article, values in zip(table["article_id"], table["values"], strict=True)
        }
        return [chosen.get(article, "") for article in self.articles]


def _placed(table: pd.DataFrame, articles: Sequence[str]) -> pd.DataFrame:
    """Put a table into the order of the articles, and hold each text once."""
    place = pd.Index(list(articles), dtype="str").get_indexer(pd.Index(table["article_id"]))
    order = np.argsort(place, kind="stable")
    sorted_ = table.drop(columns="article_id").iloc[order].reset_index(drop=True)
    texts = sorted_.select_dtypes([object, "str"]).columns
    return sorted_.astype(dict.fromkeys(texts, "category")).assign(place=place[order])


def _between(table: pd.DataFrame, articles: Sequence[str], part: slice) -> pd.DataFrame:
    """Give the rows of some articles out of a table that is in their order."""
    first, last = np.searchsorted(table["place"].to_numpy(), [part.start, part.stop])
    rows = table.iloc[first:last].reset_index(drop=True)
    texts = rows.select_dtypes("category").columns
    names = np.array(articles[part], dtype=object)[rows["place"].to_numpy() - part.start]
    rows = rows.astype(dict.fromkeys(texts, object)).drop(columns="place")
    rows.insert(0, "article_id", names)
    return rows


def _by_article(table: pd.DataFrame, articles: Sequence[str]) -> pd.DataFrame:
    place = pd.Index(list(articles), dtype="str").get_indexer(pd.Index(table["article_id"]))
    return table.iloc[np.argsort(place, kind="stable")].reset_index(drop=True)
