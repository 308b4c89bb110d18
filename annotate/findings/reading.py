"""One article with what every annotator made of it, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from annotate.findings.heat import heats_of
from annotate.findings.layers import Mark, Segment, details_of, segments_of
from annotate.findings.second import second_readings
from annotate.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from annotate.adjudication.settled import Settled
    from annotate.findings.heat import Heat
    from annotate.findings.second import SecondReading
    from annotate.schema import Question, Schema

__all__ = ["AnswerRow", "Mark", "Note", "Reading", "Segment", "read_article"]


@dataclass(frozen=True)
class AnswerRow:
    """The answers to one question about the article.

    Parameters
    ----------
    title : str
        What people call the question.
    answers : tuple of str
        In the order of `Reading.annotators`; "" where there is none.
    agreed : bool or None
        Whether they are the same; None where that is not asked, or fewer than two answered.
    written : bool
        Whether it was answered in one's own words.
    scored : bool
        Whether agreement on it is asked.
    decided : str
        What the adjudicator decided, "" if nothing.
    """

    title: str
    answers: tuple[str, ...]
    agreed: bool | None
    written: bool = False
    scored: bool = True
    decided: str = ""


@dataclass(frozen=True)
class Note:
    """What an annotator wrote, of the article or of a phrase ("" for the article)."""

    annotator: str
    title: str
    text: str
    phrase: str = ""


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
    heats : tuple of Heat
        For each scored group of labels, how many marked what.
    notes : tuple of Note
        What annotators wrote.
    seconds : tuple of SecondReading
        What came of giving the article to somebody twice.
    decided : str
        The round of which an adjudicator decided on this article, "" if none.
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
    heats: tuple[Heat, ...] = ()
    notes: tuple[Note, ...] = ()
    seconds: tuple[SecondReading, ...] = ()
    decided: str = ""


def read_article(
    article: pd.Series, tables: Tables, schema: Schema, settled: Settled | None = None
) -> Reading:
    """Lay one article out for reading.

    Parameters
    ----------
    article : Series
        Its row of the articles table.
    tables : Tables
        The tables of the study.
    schema : Schema
        The scheme.
    settled : Settled, optional
        What adjudicators decided.
    """
    own = _of_article(tables, str(article["article_id"]))
    visits, voting = _one_each(own)
    spans = own.spans[own.spans["visit_id"].isin(visits["visit_id"])]
    answers = own.answers[own.answers["visit_id"].isin(visits["visit_id"])]
    people = tuple(str(name) for name in visits["annotator"])
    segments = segments_of(str(article["text"]), spans, details_of(answers, schema), schema)
    decided, decisions = _decided(str(article["article_id"]), settled, schema)
    return Reading(
        article_id=str(article["article_id"]),
        outlet=str(article["outlet"]),
        event=str(article["event"]),
        published=str(article["published"]),
        title=str(article["title"]),
        segments=segments,
        annotators=people,
        statuses=tuple(str(status) for status in visits["status"]),
        spans=tuple(int((spans["annotator"] == person).sum()) for person in people),
        answers=tuple(
            replace(_answer_row(q, answers, people), decided=decisions.get(q.name, ""))
            for q in schema.document_questions
        ),
        removed=str(article.get("removed", "")),
        heats=heats_of(segments, [p for p in people if voting.get(p)], schema),
        notes=tuple(_notes(answers, spans, schema)),
        seconds=second_readings(visits[visits["annotator"].isin(list(voting))], own, schema),
        decided=decided,
    )


def _of_article(tables: Tables, article_id: str) -> Tables:
    names = ("visits", "answers", "spans", "faults")
    frames = {name: getattr(tables, name) for name in names}
    return Tables(**{name: f[f["article_id"] == article_id] for name, f in frames.items()})


def _one_each(own: Tables) -> tuple[pd.DataFrame, dict[str, bool]]:
    """Keep one visit of each annotator: that which votes, else the first; never a repeat.

    Also say of whoever votes whether all their spans could be read.
    """
    from annotate.reliability.evidence.voting import Voting

    first = own.visits[own.visits["occasion"] == 1]
    votes = Voting.of(replace(own, visits=first), dict.fromkeys(first["article_id"], ""))
    voting = first["visit_id"].isin(votes.ids)
    heard = first["annotator"].isin(first["annotator"][voting])
    names = (votes.annotators[place] for place in votes.annotator)
    return (
        first[voting | ~(heard | first.duplicated("annotator"))],
        dict(zip(names, map(bool, votes.readable), strict=True)),
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
    written = question.kind == "text"
    several = len(votes) > 1 and not written and question.scored
    agreed = len(set(votes)) == 1 if several else None
    return AnswerRow(question.title, tuple(shown), agreed, written, question.scored)


def _notes(answers: pd.DataFrame, spans: pd.DataFrame, schema: Schema) -> Iterator[Note]:
    """Give what was written, in the order of the annotators."""
    asked = {question.name: question for question in schema.questions if question.kind == "text"}
    rows = answers[answers["question"].isin(list(asked)) & (answers["value"] != "")]
    phrases = dict(zip(spans["span_id"], spans["text"], strict=True))
    columns = (rows[name] for name in ("annotator", "question", "value", "span_id"))
    for person, name, text, span in zip(*columns, strict=True):
        yield Note(str(person), asked[name].title, str(text), str(phrases.get(span, "")))


def _decided(
    article_id: str, settled: Settled | None, schema: Schema
) -> tuple[str, dict[str, str]]:
    """Give the round of the latest decision on an article, and what was decided, by question."""
    if settled is None:
        return "", {}
    visits = settled.tables.visits
    own = visits[visits["article_id"] == article_id].sort_values("updated_at", kind="stable")
    if own.empty:
        return "", {}
    visit, answers = str(own["visit_id"].iloc[-1]), settled.tables.answers
    said = answers[(answers["visit_id"] == visit) & (answers["state"] != "not_shown")]
    decided: dict[str, list[str]] = {}
    for name, value in zip(said["question"], said["value"], strict=True):
        if name in schema.by_name and value:
            decided.setdefault(name, []).append(schema.by_name[name].label_of(value))
    return settled.of[visit], {name: ", ".join(values) for name, values in decided.items()}
