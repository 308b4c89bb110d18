"""What of a study may leave it: pseudonyms, days instead of moments, short quotes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from annotate.dataset.plan import Choices

if TYPE_CHECKING:
    from annotate.schema import Schema
    from annotate.tables import Tables

__all__ = ["Public", "public"]

_DAY = r"^(\d{4}-\d{2}-\d{2})"
_MOMENT = r"^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2})"

_ARTICLE_COLUMNS = [
    "article_id",
    "outlet",
    "title",
    "published",
    "url",
    "event",
    "duplicate_of",
    "language",
    "n_words",
    "text_sha256",
    "extractor",
]


@dataclass(frozen=True)
class Public:
    """The tables of a dataset.

    Parameters
    ----------
    articles, visits, answers, spans : DataFrame
        As in the study, without what could lead to a person or to Label Studio.
    """

    articles: pd.DataFrame
    visits: pd.DataFrame
    answers: pd.DataFrame
    spans: pd.DataFrame


def public(
    articles: pd.DataFrame, tables: Tables, schema: Schema, choices: Choices | None = None
) -> Public:
    """Take out what does not leave the study.

    Parameters
    ----------
    articles : DataFrame
        The study's articles, or some of them.
    tables : Tables
        What was said of them.
    schema : Schema
        The scheme.
    choices : Choices or None
        What leaves it; by default what `Choices` says.
    """
    chosen = choices or Choices()
    numbered = _numbered(tables.spans)
    answers, spans = (_renumbered(each, numbered) for each in (tables.answers, tables.spans))
    if not chosen.with_text:
        short = spans["text"].str.len() <= chosen.quote
        spans = spans.assign(text=spans["text"].where(short, ""))
    if not chosen.with_notes:
        free = [question.name for question in schema.questions if question.kind == "text"]
        answers = answers[~answers["question"].isin(free)]
    columns = [*_ARTICLE_COLUMNS, *(["text"] if chosen.with_text else [])]
    told = articles[columns]
    if not chosen.with_times:
        days = told["published"].str.replace(f"{_DAY}.*", r"\1", regex=True)
        told = told.assign(published=days)
    return Public(
        articles=told,
        visits=_visits(tables.visits, with_times=chosen.with_times),
        answers=answers.reset_index(drop=True),
        spans=spans.reset_index(drop=True),
    )


def _numbered(spans: pd.DataFrame) -> dict[str, str]:
    """Give each visit's spans numbers by place, instead of Label Studio's region ids."""
    ordered = spans.sort_values(["visit_id", "start", "end", "label", "span_id"])
    number = ordered.groupby("visit_id").cumcount() + 1
    fresh = ordered["visit_id"] + "/" + number.astype(str)
    return dict(zip(ordered["span_id"], fresh, strict=True))


def _renumbered(table: pd.DataFrame, numbered: dict[str, str]) -> pd.DataFrame:
    ids = [numbered.get(span, "") for span in table["span_id"]]
    return table.assign(span_id=pd.Series(ids, dtype="str", index=table.index))


def _visits(visits: pd.DataFrame, *, with_times: bool) -> pd.DataFrame:
    # Whatever is no moment, an export by hand may hold anything there, is left out.
    pattern = _MOMENT if with_times else _DAY
    stamps = {
        name: visits[name].str.extract(pattern, expand=False).fillna("")
        for name in ("created_at", "updated_at")
    }
    return visits.drop(columns="annotation_id").assign(**stamps).reset_index(drop=True)
