"""Every figure of a study: from the tables and the scheme, nothing else."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from annotate.reliability.choices import number_figures, set_figures, value_figures
from annotate.reliability.figures import Counts
from annotate.reliability.spans.matching import Span
from annotate.reliability.spans import Marks, attribute_figures, group_figures
from annotate.tables import SPAN_FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from annotate.reliability.figures import Figure
    from annotate.schema import Question, Schema
    from annotate.tables import Tables

__all__ = ["score"]


def score(tables: Tables, schema: Schema, lengths: Mapping[str, int]) -> list[Figure]:
    """Score every question, span group and label of a study.

    Parameters
    ----------
    tables : Tables
        The tables of the study.
    schema : Schema
        The scheme.
    lengths : mapping of str to int
        The length of each article's text, in characters.

    Returns
    -------
    list of Figure
        In the order of the scheme: questions about the article, span groups with their labels,
        questions about spans.
    """
    tables = _voting(tables)
    visits = _visit_counts(tables.visits)
    figures: list[Figure] = []
    answers = {str(name): rows for name, rows in tables.answers.groupby("question")}
    for question in schema.document_questions:
        if question.scored:
            said = _said(answers.get(question.name), question)
            figures += _document(question, said, replace(visits, **said.counts))
    marks = _marks(tables, schema, lengths)
    for group in schema.groups:
        figures += group_figures(group, schema.labels_of(group), marks, visits)
    for question in schema.region_questions:
        if question.scored and question.kind != "number":
            said = _said(answers.get(question.name), question, of_spans=True)
            options = _options(question)
            counts = Counts(**said.counts)
            figures += attribute_figures(question, options, said.by_span, marks, counts)
    return figures


@dataclass
class _Said:
    """The votes on one question, without the missing ones."""

    votes: dict[tuple[str, str], frozenset[str]]
    by_span: dict[str, frozenset[str]]
    counts: dict[str, int]


def _said(rows: pd.DataFrame | None, question: Question, *, of_spans: bool = False) -> _Said:
    chosen: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    not_shown = 0
    if rows is not None:
        for article, annotator, state, value, span_id in zip(
            rows["article_id"],
            rows["annotator"],
            rows["state"],
            rows["value"],
            rows["span_id"],
            strict=True,
        ):
            if state == "not_shown":
                not_shown += 1
            elif state == "empty" and question.kind == "multiple":
                chosen[article, annotator, span_id].update(())
            else:
                chosen[article, annotator, span_id].add(value)
    # A choice left empty is no vote, unless the scheme says what it stands for.
    missing = sum(1 for values in chosen.values() if _is_missing(question, values))
    heard = {
        key: frozenset(values)
        for key, values in chosen.items()
        if "" not in values and not _is_missing(question, values)
    }
    empty = sum(1 for values in chosen.values() if not values or "" in values)
    return _Said(
        votes={} if of_spans else {key[:2]: values for key, values in heard.items()},
        by_span={key[2]: values for key, values in heard.items()} if of_spans else {},
        counts={
            "saw": len(chosen),
            "marked": len(chosen) - empty - missing,
            "marked_nothing": empty,
            "missing": missing,
            "not_shown": not_shown,
        },
    )


def _is_missing(question: Question, values: set[str]) -> bool:
    """Tell whether an answer counts as none: also one that the scheme does not know (any more)."""
    if "" in values:
        return False
    if values & question.missing or (question.kind != "multiple" and len(values) != 1):
        return True
    if question.options:
        return not values <= {option.value for option in question.options} | {question.empty}
    return question.kind == "number" and not all(map(_is_number, values))


def _is_number(value: str) -> bool:
    try:
        return math.isfinite(float(value))
    except ValueError:
        return False


def _document(question: Question, said: _Said, counts: Counts) -> Iterator[Figure]:
    if question.kind == "multiple":
        return set_figures(question, said.votes, counts)
    votes = {key: min(values) for key, values in said.votes.items()}
    if question.kind in {"rating", "number"}:
        return number_figures(question, votes, counts)
    return value_figures(question, votes, counts)


def _options(question: Question) -> list[str]:
    if question.kind == "multiple":
        return [o.value for o in question.options if o.value not in question.missing]
    return list(question.ranks)


def _visit_counts(visits: pd.DataFrame) -> Counts:
    found = visits["status"].value_counts().to_dict()
    names = ("skipped", "draft", "unseen", "unassigned")
    return Counts(saw=int(found.get("submitted", 0)), **{n: int(found.get(n, 0)) for n in names})


def _voting(tables: Tables) -> Tables:
    """Keep one submitted visit of each annotator to each article: the latest first reading.

    Two visits of one person are no agreement of two. Visits that were not submitted are kept,
    to be counted; what was said in them is not.
    """
    visits = tables.visits[tables.visits["occasion"] == 1]
    submitted = visits["status"] == "submitted"
    latest = (
        visits[submitted]
        .sort_values("updated_at", kind="stable")
        .drop_duplicates(["article_id", "annotator"], keep="last")
    )
    said = set(latest["visit_id"])
    return replace(
        tables,
        visits=visits[~submitted | visits["visit_id"].isin(said)],
        answers=tables.answers[tables.answers["visit_id"].isin(said)],
        spans=tables.spans[tables.spans["visit_id"].isin(said)],
    )


def _marks(tables: Tables, schema: Schema, lengths: Mapping[str, int]) -> Marks:
    submitted = tables.visits[tables.visits["status"] == "submitted"]
    faults = tables.faults
    lost = faults[~faults["kept"].astype(bool) & faults["kind"].isin(SPAN_FAULTS)]
    unreadable = set(zip(lost["article_id"], lost["annotator"], strict=True))
    saw: dict[str, list[str]] = defaultdict(list)
    for article, annotator in zip(submitted["article_id"], submitted["annotator"], strict=True):
        if (article, annotator) not in unreadable:
            saw[article].append(annotator)
    scored = {(label.group, label.value) for label in schema.labels if label.scored}
    spans: dict[tuple[str, str, str], dict[tuple[int, int, str], Span]] = defaultdict(dict)
    columns = ("article_id", "annotator", "group", "label", "start", "end", "span_id")
    for article, annotator, group, label, start, end, span_id in zip(
        *(tables.spans[column] for column in columns), strict=True
    ):
        if (group, label) in scored:
            # The editor lets one person mark the same words twice; that is one judgement.
            place = (int(start), int(end), label)
            spans[article, annotator, group].setdefault(place, Span(*place, span_id))
    return Marks(
        lengths=lengths,
        saw=dict(saw),
        spans={key: list(marked.values()) for key, marked in spans.items()},
        unreadable=len(submitted) - sum(len(people) for people in saw.values()),
    )
