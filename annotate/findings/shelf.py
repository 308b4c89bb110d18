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

    _Counts = NDArray[np.int64]

__all__ = ["ONLY", "Only", "Shelf", "shelf_of"]

Only = Literal["all", "answers", "marks", "shared", "again", "nothing"]
ONLY: tuple[Only, ...] = ("all", "answers", "marks", "shared", "again", "nothing")
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
) -> tuple[_Counts, _Counts]:
    """Count by article the questions that all answered alike, and those that can be compared.

    The rule is that of `AnswerRow.agreed`.
    """
    row, said = _votes(tables, schema, voting, ids)
    distinct = _distinct(row, said)[0]
    rows, votes = np.unique(row, return_counts=True)
    values = np.unique(distinct, return_counts=True)[1]
    article = rows // max(len(schema.document_questions), 1)
    several = votes > 1
    alike = several & (values == 1)
    return (
        np.bincount(article[alike], minlength=len(ids)),
        np.bincount(article[several], minlength=len(ids)),
    )


def _votes(
    tables: Tables, schema: Schema, voting: Voting, ids: pd.Index
) -> tuple[_Counts, _Counts]:
    """Give, for each annotator's answer to a question about an article, both and what was said."""
    asked = schema.document_questions
    names = [q.name for q in asked if q.scored and q.kind != "text"]
    rows = tables.answers[tables.answers["question"].isin(names)]
    rows = rows[(rows["state"] != "not_shown") & rows["visit_id"].isin(voting.ids)]
    article = ids.get_indexer(pd.Index(rows["article_id"]))
    question = pd.Index([q.name for q in asked], dtype="str").get_indexer(
        pd.Index(rows["question"])
    )
    person, people = pd.factorize(rows["annotator"])
    value, values = pd.factorize(rows["value"])
    row = (article * len(asked) + question).astype(np.int64)
    vote = row * max(len(people), 1) + person
    # Nothing ticked where several may be is an answer; elsewhere there is none.
    several = np.array([q.kind == "multiple" for q in asked])[question]
    missing = np.array([[v in q.missing for v in values] for q in asked], dtype=bool)
    lost = np.isin(vote, vote[missing.reshape(len(asked), len(values))[question, value]])
    empty = np.asarray(values == "")[value]
    kept = ~lost & (several | ~empty)
    return row[kept][_firsts(vote[kept])], _sets(vote[kept], value[kept])


def _firsts(vote: _Counts) -> _Counts:
    return np.unique(vote, return_index=True)[1]


def _sets(vote: _Counts, value: _Counts) -> _Counts:
    """Give each vote, in ascending order, a number for the set of its values."""
    votes, values = _distinct(vote, value)
    _, first, size = np.unique(votes, return_index=True, return_counts=True)
    said: _Counts = values[first]
    numbers: dict[tuple[int, ...], int] = {}
    for place in np.flatnonzero(size > 1):
        own = tuple(values[first[place] : first[place] + size[place]])
        said[place] = numbers.setdefault(own, values.max() + 1 + len(numbers))
    return said


def _distinct(first: _Counts, second: _Counts) -> tuple[_Counts, _Counts]:
    """Give the pairs of two numbers that occur, each once, in ascending order."""
    if not len(first):
        return first, second
    most = second.max() + 1
    return np.divmod(np.unique(first * most + second), most)


def _marked_otherwise(
    tables: Tables, schema: Schema, voting: Voting, ids: pd.Index
) -> NDArray[np.bool_]:
    """Tell where a span was not marked by everybody who saw the article and can be read."""
    readers = np.bincount(voting.article[voting.readable], minlength=len(ids))
    spans = tables.spans[tables.spans["group"].isin(schema.groups)]
    spans = spans[spans["visit_id"].isin(voting.ids[voting.readable])]
    article = ids.get_indexer(pd.Index(spans["article_id"]))
    codes = [article, *(pd.factorize(spans[name])[0] for name in ("group", "label"))]
    places = [*codes, spans["start"].to_numpy(), spans["end"].to_numpy()]
    marks = pd.DataFrame(dict(enumerate([*places, pd.factorize(spans["annotator"])[0]])))
    marks = marks.drop_duplicates()
    marked = marks.groupby(list(range(len(places))), sort=False)[len(places)].transform("size")
    differ = np.zeros(len(ids), dtype=bool)
    place = marks[0].to_numpy()
    differ[place[marked.to_numpy() < readers[place]]] = True
    return differ
