"""What of a study may leave it: pseudonyms, days instead of moments, short quotes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from annotate.schema import Schema
    from annotate.tables import Tables

__all__ = ["LONGEST_QUOTE", "Public", "article_lines", "public"]

LONGEST_QUOTE = 200  # characters of a span that are given without the articles' text
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
    articles: pd.DataFrame,
    tables: Tables,
    schema: Schema,
    *,
    with_text: bool = False,
    with_notes: bool = False,
) -> Public:
    """Take out what does not leave the study.

    Parameters
    ----------
    articles : DataFrame
        The study's articles.
    tables : Tables
        Its tables.
    schema : Schema
        Its scheme.
    with_text : bool
        Give the articles' text, and spans of any length.
    with_notes : bool
        Give what annotators wrote in their own words.
    """
    numbered = _numbered(tables.spans)
    answers = tables.answers.assign(span_id=tables.answers["span_id"].map(numbered).fillna(""))
    spans = tables.spans.assign(span_id=tables.spans["span_id"].map(numbered))
    if not with_text:
        short = spans["text"].str.len() <= LONGEST_QUOTE
        spans = spans.assign(text=spans["text"].where(short, ""))
    if not with_notes:
        free = [question.name for question in schema.questions if question.kind == "text"]
        answers = answers[~answers["question"].isin(free)]
    return Public(
        articles=articles[[*_ARTICLE_COLUMNS, *(["text"] if with_text else [])]],
        visits=_visits(tables.visits),
        answers=answers.reset_index(drop=True),
        spans=spans.reset_index(drop=True),
    )


def _numbered(spans: pd.DataFrame) -> dict[str, str]:
    """Give each visit's spans numbers by place, instead of Label Studio's region ids."""
    ordered = spans.sort_values(["visit_id", "start", "end", "label", "span_id"])
    number = ordered.groupby("visit_id").cumcount() + 1
    fresh = ordered["visit_id"] + "/" + number.astype(str)
    return dict(zip(ordered["span_id"], fresh, strict=True))


def _visits(visits: pd.DataFrame) -> pd.DataFrame:
    # Whatever is no date, an export by hand may hold anything there, is left out.
    days = {
        name: visits[name].str.extract(r"^(\d{4}-\d{2}-\d{2})", expand=False).fillna("")
        for name in ("created_at", "updated_at")
    }
    return visits.drop(columns="annotation_id").assign(**days).reset_index(drop=True)


def article_lines(tables: Public) -> list[dict[str, Any]]:
    """Give each article with all that was said of it, as JSON values."""
    by_visit = {str(v): rows for v, rows in tables.answers.groupby("visit_id")}
    spans_of = {str(v): rows for v, rows in tables.spans.groupby("visit_id")}
    visits_of = {str(a): rows for a, rows in tables.visits.groupby("article_id")}
    lines = []
    for article in tables.articles.to_dict("records"):
        visits = visits_of.get(str(article["article_id"]))
        work = [] if visits is None else visits.to_dict("records")
        lines.append(
            {
                **{str(name): value for name, value in article.items()},
                "annotators": [
                    _work(visit, by_visit.get(visit["visit_id"]), spans_of.get(visit["visit_id"]))
                    for visit in work
                ],
            }
        )
    return lines


def _work(
    visit: dict[Any, Any], answers: pd.DataFrame | None, spans: pd.DataFrame | None
) -> dict[str, Any]:
    seconds = visit["seconds"]
    said = [] if answers is None else answers.to_dict("records")
    marked = [] if spans is None else spans.to_dict("records")
    about = ("question", "state", "value")
    return {
        "annotator": visit["annotator"],
        "round": visit["round"],
        "status": visit["status"],
        "seconds": None if pd.isna(seconds) else seconds,
        "answers": [{k: a[k] for k in about} for a in said if not a["span_id"]],
        "spans": [
            {
                **{k: span[k] for k in ("span_id", "group", "label", "start", "end", "text")},
                "answers": [
                    {k: a[k] for k in about} for a in said if a["span_id"] == span["span_id"]
                ],
            }
            for span in marked
        ],
    }
