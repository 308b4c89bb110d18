"""All articles of a study as a list to choose from: what tells them apart, and finding one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from annotate.reliability.evidence.voting import Voting

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.schema import Schema
    from annotate.tables import Tables

__all__ = ["ONLY", "Only", "Shelf", "shelf_of"]

Only = Literal["all", "answers", "marks", "shared", "again", "nothing"]
ONLY: tuple[Only, ...] = ("all", "answers", "marks", "shared", "again", "nothing")
_VOTE = ["article_id", "question", "annotator"]
_PLACE = ["article_id", "group", "start", "end", "label"]
_SHARED = 2  # annotators who submitted
_SEARCHED = ("title", "outlet", "event", "article_id", "text")
_HEAD = 200  # characters of a text that can be its heading


@dataclass(frozen=True)
class Shelf:
    """The articles in the order of the study.

    Parameters
    ----------
    articles : DataFrame
        The articles table.
    heading : tuple of str
        The title, else the beginning of the text.
    submitted : array of int
        How many annotators submitted each article; second readings are nobody else's.
    same, compared : array of int
        How many questions all answered alike, and how many two or more answered.
    marks_differ : array of bool
        Whether one who saw the article marked something that another did not.
    again : array of bool
        Whether somebody has read it a second time.
    """

    articles: pd.DataFrame
    heading: tuple[str, ...]
    submitted: NDArray[np.int64]
    same: NDArray[np.int64]
    compared: NDArray[np.int64]
    marks_differ: NDArray[np.bool_]
    again: NDArray[np.bool_]

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The articles' ids."""
        return tuple(map(str, self.articles["article_id"]))

    @cached_property
    def place(self) -> dict[str, int]:
        """The place of each article, by its id."""
        return {name: place for place, name in enumerate(self.ids)}

    @cached_property
    def outlets(self) -> tuple[str, ...]:
        """The outlets, in the order of the alphabet."""
        return tuple(sorted(set(self.articles["outlet"]) - {""}))

    @cached_property
    def events(self) -> tuple[str, ...]:
        """The events, in the order of the alphabet."""
        return tuple(sorted(set(self.articles["event"]) - {""}))

    def find(
        self, words: str = "", *, outlet: str = "", event: str = "", only: Only = "all"
    ) -> NDArray[np.int64]:
        """Give the places of the articles that are looked for.

        Parameters
        ----------
        words : str
            Each must stand in the title, text, outlet, event or id; case does not matter.
        outlet, event : str
            "" for any.
        only : Only
            Those with answers that differ, with marks that differ, which two or more submitted,
            which were read again, or which nobody submitted.
        """
        kept = self._kept(only)
        for column, wanted in (("outlet", outlet), ("event", event)):
            if wanted:
                kept = kept & (self.articles[column] == wanted).to_numpy()
        for word in words.split():
            places = np.flatnonzero(kept)
            kept = np.zeros(len(kept), dtype=bool)
            kept[places[self._holding(word, places)]] = True
        return np.flatnonzero(kept)

    def _kept(self, only: Only) -> NDArray[np.bool_]:
        kept: dict[Only, NDArray[np.bool_]] = {
            "answers": self.same < self.compared,
            "marks": self.marks_differ,
            "shared": self.submitted >= _SHARED,
            "again": self.again,
            "nothing": self.submitted == 0,
        }
        return kept.get(only, np.ones(len(self.articles), dtype=bool))

    def _holding(self, word: str, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        rows = self.articles.iloc[places]
        found = np.zeros(len(places), dtype=bool)
        for column in _SEARCHED:
            held = rows[column].astype("str").str.contains(word, case=False, regex=False)
            found |= held.to_numpy(dtype=bool)
        return found


def shelf_of(articles: pd.DataFrame, tables: Tables, schema: Schema) -> Shelf:
    """List the articles of a study.

    Parameters
    ----------
    articles : DataFrame
        The articles.
    tables : Tables
        What counts.
    schema : Schema
        The scheme.
    """
    ids = pd.Index(articles["article_id"], dtype="str")
    voting = Voting.of(tables, dict.fromkeys(ids, ""))
    same, compared = _alike(tables, schema, voting, ids)
    visits = tables.visits
    again = visits["article_id"][(visits["occasion"] > 1) & (visits["status"] == "submitted")]
    return Shelf(
        articles=articles,
        heading=tuple(map(_heading, articles["title"], articles["text"])),
        submitted=np.bincount(voting.article, minlength=len(ids)),
        same=same,
        compared=compared,
        marks_differ=_marked_otherwise(tables, schema, voting, ids),
        again=np.asarray(ids.isin(again)),
    )


def _heading(title: str, text: str) -> str:
    return str(title) or str(text)[:_HEAD].partition("\n")[0]


def _alike(
    tables: Tables, schema: Schema, voting: Voting, ids: pd.Index
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count by article the questions that all answered alike, and those that can be compared.

    The rule is that of `AnswerRow.agreed`.
    """
    votes = _votes(tables, schema, voting)
    groups = votes.groupby(_VOTE[:2], sort=False)["value"].agg(["size", "nunique"])
    several = groups[groups["size"] > 1]
    place = ids.get_indexer(several.index.get_level_values("article_id"))
    alike = (several["nunique"] == 1).to_numpy()
    return np.bincount(place[alike], minlength=len(ids)), np.bincount(place, minlength=len(ids))


def _votes(tables: Tables, schema: Schema, voting: Voting) -> pd.DataFrame:
    """Give one row for each annotator's answer to a question about an article."""
    asked = {q.name: q for q in schema.document_questions if q.scored and q.kind != "text"}
    several = [name for name, question in asked.items() if question.kind == "multiple"]
    rows = tables.answers[tables.answers["question"].isin(list(asked))]
    rows = rows[rows["visit_id"].isin(voting.ids) & (rows["state"] != "not_shown")]
    # Nothing ticked where several may be is an answer; elsewhere there is none.
    rows = rows[(rows["value"] != "") | (rows["question"].isin(several))][[*_VOTE, "value"]]
    missing = pd.Series(data=False, index=rows.index)
    for name, question in asked.items():
        if question.missing:
            missing |= (rows["question"] == name) & rows["value"].isin(list(question.missing))
    rows = rows[~pd.MultiIndex.from_frame(rows[_VOTE]).isin(rows[missing].set_index(_VOTE).index)]
    sets = rows.duplicated(_VOTE, keep=False)
    joined = rows[sets].groupby(_VOTE, sort=False, as_index=False)["value"].agg(_joined)
    return pd.concat([rows[~sets], joined])


def _joined(values: pd.Series) -> str:
    return "\0".join(sorted(set(values) - {""}))


def _marked_otherwise(
    tables: Tables, schema: Schema, voting: Voting, ids: pd.Index
) -> NDArray[np.bool_]:
    """Tell where a span was not marked by everybody who saw the article and can be read."""
    readable = voting.ids[voting.readable]
    readers = np.bincount(voting.article[voting.readable], minlength=len(ids))
    spans = tables.spans[tables.spans["group"].isin(schema.groups)]
    spans = spans[spans["visit_id"].isin(readable)]
    marked = spans.drop_duplicates([*_PLACE, "annotator"]).groupby(_PLACE, sort=False).size()
    place = ids.get_indexer(marked.index.get_level_values("article_id"))
    differ = np.zeros(len(ids), dtype=bool)
    differ[place[marked.to_numpy() < readers[place]]] = True
    return differ
