"""What of a study may leave it: pseudonyms, days instead of moments, short quotes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from annotate.dataset.plan import LONGEST_QUOTE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annotate.schema import Schema
    from annotate.tables import Tables

__all__ = ["Public", "article_lines", "public"]

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


def article_lines(tables: Public) -> Iterator[dict[str, Any]]:
    """Give each article with all that was said of it, as JSON values."""
    answers = _grouped(tables.answers, "visit_id", ("span_id", "question", "state", "value"))
    spans = _grouped(tables.spans, "visit_id", _SPAN)
    visits = _grouped(
        tables.visits, "article_id", ("visit_id", "annotator", "round", "status", "seconds")
    )
    for article in tables.articles.to_dict("records"):
        yield {
            **{str(name): value for name, value in article.items()},
            "annotators": [
                _work(visit, answers.get(visit[0], ()), spans.get(visit[0], ()))
                for visit in visits.get(article["article_id"], ())
            ],
        }


_SPAN = ("span_id", "group", "label", "start", "end", "text")


def _grouped(
    table: pd.DataFrame, by: str, columns: Sequence[str]
) -> dict[str, list[tuple[Any, ...]]]:
    """Give the rows of each group; a frame for each would take minutes for 10,000 articles."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for key, row in zip(
        table[by].tolist(), zip(*(table[c].tolist() for c in columns), strict=True), strict=True
    ):
        found.setdefault(key, []).append(row)
    return found


def _work(
    visit: tuple[Any, ...], answers: Sequence[tuple[Any, ...]], spans: Sequence[tuple[Any, ...]]
) -> dict[str, Any]:
    _, annotator, round_, status, seconds = visit
    said: dict[str, list[dict[str, Any]]] = {}
    for span_id, *about in answers:
        said.setdefault(span_id, []).append(
            dict(zip(("question", "state", "value"), about, strict=True))
        )
    return {
        "annotator": annotator,
        "round": round_,
        "status": status,
        "seconds": None if pd.isna(seconds) else seconds,
        "answers": said.get("", []),
        "spans": [
            {**dict(zip(_SPAN, span, strict=True)), "answers": said.get(span[0], [])}
            for span in spans
        ],
    }
