"""One article with what every annotator made of it, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from annotate.schema import Question, Schema
    from annotate.tables import Tables

__all__ = ["AnswerRow", "Mark", "Reading", "Segment", "read_article"]


@dataclass(frozen=True)
class Mark:
    """One annotator's label on a stretch of text.

    Parameters
    ----------
    annotator : str
        Who.
    label, color : str
        As the annotator read it, and its colour in the config ("" if it has none).
    details : str
        What was said of the span, e.g. "Russia worse; Direct quotation".
    begins : bool
        Whether the span begins with this segment.
    span_id : str
        The span.
    """

    annotator: str
    label: str
    color: str
    details: str
    begins: bool
    span_id: str


@dataclass(frozen=True)
class Segment:
    """A stretch of text under which the marks do not change."""

    start: int
    end: int
    text: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class AnswerRow:
    """The answers to one question about the article, in the order of `Reading.annotators`.

    ``agreed`` is None where fewer than two people answered.
    """

    title: str
    answers: tuple[str, ...]
    agreed: bool | None


@dataclass(frozen=True)
class Reading:
    """An article as its annotators read it.

    Parameters
    ----------
    article_id, outlet, event, published, title : str
        From the articles table.
    segments : tuple of Segment
        Their texts, joined, are the frozen text.
    annotators : tuple of str
        Everyone with a visit to the article, once.
    statuses : tuple of str
        The status of each one's visit: that which votes, else the first.
    spans : tuple of int
        How many spans each one marked.
    answers : tuple of AnswerRow
        Answers to the questions about the article.
    removed : str
        The page furniture that cleaning took out.
    """

    article_id: str
    outlet: str
    event: str
    published: str
    title: str
    segments: tuple[Segment, ...]
    annotators: tuple[str, ...]
    statuses: tuple[str, ...]
    spans: tuple[int, ...]
    answers: tuple[AnswerRow, ...]
    removed: str


def read_article(article: pd.Series, tables: Tables, schema: Schema) -> Reading:
    """Lay one article out for reading.

    Parameters
    ----------
    article : Series
        Its row of the articles table.
    tables : Tables
        The tables of the study.
    schema : Schema
        The scheme.
    """
    article_id = str(article["article_id"])
    own = tables.visits[tables.visits["article_id"] == article_id]
    visits = _one_each(own, tables)
    spans = tables.spans[tables.spans["article_id"] == article_id]
    answers = tables.answers[tables.answers["article_id"] == article_id]
    if len(visits) < len(own):
        spans = spans[spans["visit_id"].isin(visits["visit_id"])]
        answers = answers[answers["visit_id"].isin(visits["visit_id"])]
    people = tuple(str(name) for name in visits["annotator"])
    return Reading(
        article_id=article_id,
        outlet=str(article["outlet"]),
        event=str(article["event"]),
        published=str(article["published"]),
        title=str(article["title"]),
        segments=_segments(str(article["text"]), spans, _details(answers, schema), schema),
        annotators=people,
        statuses=tuple(str(status) for status in visits["status"]),
        spans=tuple(int((spans["annotator"] == person).sum()) for person in people),
        answers=tuple(_answer_row(q, answers, people) for q in schema.document_questions),
        removed=str(article.get("removed", "")),
    )


def _one_each(visits: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Keep one visit of each annotator: that which votes, else the first; never a repeat."""
    first = visits[visits["occasion"] == 1]
    if first["annotator"].is_unique:
        return first
    from annotate.reliability.evidence.voting import Voting

    only = replace(tables, visits=first)
    voting = first["visit_id"].isin(Voting.of(only, dict.fromkeys(first["article_id"], "")).ids)
    heard = first["annotator"].isin(first["annotator"][voting])
    return first[voting | ~(heard | first.duplicated("annotator"))]


def _details(answers: pd.DataFrame, schema: Schema) -> dict[str, str]:
    """Join what was said of each span."""
    said: dict[str, list[str]] = {}
    kinds = {question.name: question for question in schema.region_questions}
    ticked = answers[(answers["state"] == "answered") & answers["question"].isin(kinds)]
    for span_id, name, value in zip(
        ticked["span_id"], ticked["question"], ticked["value"], strict=True
    ):
        said.setdefault(span_id, []).append(kinds[name].label_of(value))
    return {span_id: "; ".join(parts) for span_id, parts in said.items()}


def _segments(
    text: str, spans: pd.DataFrame, details: dict[str, str], schema: Schema
) -> tuple[Segment, ...]:
    colors = {(label.group, label.value): (label.shown, label.color) for label in schema.labels}
    rows = [
        (
            int(start),
            int(end),
            str(person),
            *colors.get((group, label), (str(label), "")),
            str(span_id),
        )
        for start, end, person, group, label, span_id in zip(
            spans["start"],
            spans["end"],
            spans["annotator"],
            spans["group"],
            spans["label"],
            spans["span_id"],
            strict=True,
        )
    ]
    edges = sorted({0, len(text), *(row[0] for row in rows), *(row[1] for row in rows)})
    return tuple(
        Segment(
            start,
            end,
            text[start:end],
            tuple(
                Mark(person, shown, color, details.get(span_id, ""), begins == start, span_id)
                for begins, ends, person, shown, color, span_id in rows
                if begins <= start and end <= ends
            ),
        )
        for start, end in pairwise(edges)
    )


def _answer_row(question: Question, answers: pd.DataFrame, people: tuple[str, ...]) -> AnswerRow:
    own = answers[answers["question"] == question.name]
    shown, votes = [], []
    for person in people:
        rows = own[own["annotator"] == person]
        values = [str(v) for v in rows[rows["state"] != "not_shown"]["value"] if v]
        shown.append(", ".join(question.label_of(value) for value in values))
        # Several may be ticked, and so may none: that is an answer too.
        ticked_none = question.kind == "multiple" and bool((rows["state"] == "empty").any())
        if (values or ticked_none) and not set(values) & question.missing:
            votes.append(frozenset(values))
    several = len(votes) > 1 and question.kind != "text" and question.scored
    return AnswerRow(question.title, tuple(shown), len(set(votes)) == 1 if several else None)
