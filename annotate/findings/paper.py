"""The table of agreement that goes into a paper, and what has to be said under it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate import __version__
from annotate.selection import of_record, reason_in_words
from annotate.summary import DEMONSTRATION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.reliability import Figure
    from annotate.summary import Summary

__all__ = ["INTERVAL_METHOD", "PaperRow", "PaperTable", "paper_table"]

INTERVAL_METHOD = (
    "95 % intervals over articles (Fieller's test inversion, variance by leaving out one article)"
)
_MEASURES = (
    "Measures: Krippendorff's alpha at each question's own scale; of text spans the unitizing "
    "alpha |u-alpha of Krippendorff et al. (2016), which asks where annotators marked; of what was "
    "said of spans, alpha on spans that two annotators both marked."
)
_OBSERVED = (
    "Observed: pairs of votes that agree, not corrected for chance; of spans overlap F1; of "
    "numbers the mean absolute difference."
)
_COUNTS = (
    "Articles are those with at least two votes; units are articles, or pairs of matched spans; "
    "votes are answers, or spans. Who saw an article and marked nothing has voted."
)
_TOOL = f"annotate {__version__}"
_HASH = 12  # hexadecimal digits of the scheme


@dataclass(frozen=True)
class PaperRow:
    """One line of the table.

    Parameters
    ----------
    title, words : str
        What people call the question, and the value or label, "" for the whole question.
    figure : Figure
        The figure of record.
    observed : Figure or None
        What is to be seen without correction for chance: observed agreement, of spans overlap
        F1, of numbers the mean absolute difference.
    reason : str
        Why the figure or its interval is undefined, "" where it is not.
    """

    title: str
    words: str
    figure: Figure
    observed: Figure | None
    reason: str


@dataclass(frozen=True)
class PaperTable:
    """The whole table.

    Parameters
    ----------
    rows : tuple of PaperRow
        In the order of the scheme.
    caption : str
        What it shows.
    note : tuple of str
        What has to be said under it.
    tool : str
        What computed it, with its version.
    scheme : str
        The first digits of the labeling config's hash.
    """

    rows: tuple[PaperRow, ...]
    caption: str
    note: tuple[str, ...]
    tool: str
    scheme: str


def paper_table(summary: Summary, *, labels: bool = False) -> PaperTable:
    """Lay out the figures of record.

    Parameters
    ----------
    summary : Summary
        With every figure.
    labels : bool
        Whether each value and label has a line too.
    """
    rows = tuple(_row(figure, summary) for figure in _chosen(summary, labels=labels))
    return PaperTable(
        rows=rows,
        caption=_caption(rows, summary),
        note=tuple(_note(rows, summary)),
        tool=_TOOL,
        scheme=summary.schema_version[:_HASH],
    )


def _chosen(summary: Summary, *, labels: bool) -> list[Figure]:
    record = of_record(summary.figures)
    if not labels:
        return list(record)
    chosen: list[Figure] = []
    for first in record:
        own = [figure for figure in summary.figures if figure.question == first.question]
        by_label: dict[str, Figure] = {}
        for figure in own:
            by_label.setdefault(figure.label, figure)
        by_label[first.label] = first
        chosen += [by_label.pop(first.label), *by_label.values()]
    return chosen


def _row(figure: Figure, summary: Summary) -> PaperRow:
    own = [
        other
        for other in summary.figures
        if (other.question, other.label) == (figure.question, figure.label)
    ]
    observed = ("observed agreement", "overlap F1", "mean absolute difference")
    complete = figure.defined and math.isfinite(figure.low)
    return PaperRow(
        title=figure.title,
        words=summary.shown.get((figure.question, figure.label), figure.label),
        figure=figure,
        observed=next((f for f in own if f.measure.startswith(observed)), None),
        reason="" if complete else reason_in_words(figure.reason, figure.question, summary.shown),
    )


def _caption(rows: Sequence[PaperRow], summary: Summary) -> str:
    articles = max((row.figure.articles for row in rows), default=0)
    people = max((row.figure.annotators for row in rows), default=0)
    made_up = " (a demonstration: the labels were made up)" if summary.demonstration else ""
    return (
        f"Agreement of up to {people:,} annotators on up to {articles:,} articles, by question"
        f"{made_up}."
    )


def _note(rows: Sequence[PaperRow], summary: Summary) -> list[str]:
    return [
        _MEASURES,
        _OBSERVED,
        f"{INTERVAL_METHOD}: they speak of other articles, not of other annotators.",
        _COUNTS,
        *(f"{_named(row)}: {row.reason}." for row in rows if row.reason),
        f"Computed by {_TOOL}; scheme {summary.schema_version[:_HASH]}.",
        *([DEMONSTRATION] if summary.demonstration else []),
    ]


def _named(row: PaperRow) -> str:
    return f"{row.title}, {row.words}" if row.words else row.title
