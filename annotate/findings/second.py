"""Whoever was given an article a second time, without being told: what they then said otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from annotate.schema import Schema
    from annotate.tables import Tables

__all__ = ["Change", "SecondReading", "second_readings"]

_Marked = frozenset[tuple[int, int, str, str]]


@dataclass(frozen=True)
class Change:
    """A question that was answered otherwise the second time."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class SecondReading:
    """One annotator's second reading beside their first.

    Parameters
    ----------
    annotator : str
        Who.
    changes : tuple of Change
        Answers about the article that differ.
    asked : int
        How many questions about the article were answered on both occasions.
    kept, gone, new : int
        Spans marked both times in the same place with the same label, only the first time, and
        only the second time.
    """

    annotator: str
    changes: tuple[Change, ...]
    asked: int
    kept: int
    gone: int
    new: int


def second_readings(first: pd.DataFrame, own: Tables, schema: Schema) -> tuple[SecondReading, ...]:
    """Compare second readings of an article with the first ones.

    Parameters
    ----------
    first : DataFrame
        The first readings: one submitted visit of each annotator.
    own : Tables
        The tables of this article.
    schema : Schema
        The scheme.
    """
    again = own.visits[(own.visits["occasion"] > 1) & (own.visits["status"] == "submitted")]
    before = dict(zip(first["annotator"], first["visit_id"], strict=True))
    # Of several the last: it lies farthest from the first.
    after = dict(zip(again["annotator"], again["visit_id"], strict=True))
    return tuple(
        _compared(person, (before[person], visit), own, schema)
        for person, visit in after.items()
        if person in before
    )


def _compared(person: str, visits: tuple[str, str], own: Tables, schema: Schema) -> SecondReading:
    said = [_said(own.answers, visit, schema) for visit in visits]
    asked = [title for title in said[0] if title in said[1]]
    marked = [_marked(own.spans, visit, schema) for visit in visits]
    return SecondReading(
        annotator=person,
        changes=tuple(
            Change(title, said[0][title], said[1][title])
            for title in asked
            if said[0][title] != said[1][title]
        ),
        asked=len(asked),
        kept=len(marked[0] & marked[1]),
        gone=len(marked[0] - marked[1]),
        new=len(marked[1] - marked[0]),
    )


def _said(answers: pd.DataFrame, visit: str, schema: Schema) -> dict[str, str]:
    """Give what was said of the article in a visit, by the question's title."""
    own = answers[(answers["visit_id"] == visit) & (answers["state"] != "not_shown")]
    said = {}
    for question in schema.document_questions:
        if question.scored and question.kind != "text":
            rows = own[own["question"] == question.name]
            values = sorted(str(value) for value in rows["value"] if value)
            if len(rows):
                said[question.title] = ", ".join(question.label_of(value) for value in values)
    return said


def _marked(spans: pd.DataFrame, visit: str, schema: Schema) -> _Marked:
    own = spans[(spans["visit_id"] == visit) & spans["group"].isin(schema.groups)]
    columns = (own[name] for name in ("start", "end", "group", "label"))
    return frozenset(
        (int(start), int(end), str(group), str(label))
        for start, end, group, label in zip(*columns, strict=True)
    )
