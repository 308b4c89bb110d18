"""Spans of which nobody says who saw the texts: silence cannot be told from absence there.

What is left is how well those agree who did mark something: overlap F1, conditional on marking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.figures import Basis, Counts, figure_of
from annotate.reliability.inference.measure import Measured, Share
from annotate.reliability.inference.tally import Tally
from annotate.reliability.spans.matching import matches
from annotate.tidy.scored import Scored
from annotate.tidy.seen import Seen, whole_numbers
from annotate.tidy.spans import spans

if TYPE_CHECKING:
    from annotate.reliability.evidence.marks import Marks
    from annotate.tidy.coded import Rows
    from annotate.tidy.columns import Columns

__all__ = ["conditional"]

_MEASURE = "overlap F1, among those who marked"
_NOTE = "conditional on marking: who saw a text and marked nothing is not known"
_UNSEEN = (
    "who saw what is not known, so only the overlap F1 among those who marked something in a text "
    "is given; for every other figure say who saw what (in Python seen=…, else --seen SEEN.csv) "
    "with the columns annotator, unit and length"
)


def conditional(rows: Rows, columns: Columns) -> Scored:
    """Give the one figure that needs no knowledge of who was silent.

    Parameters
    ----------
    rows : Rows
        The spans.
    columns : Columns
        What their columns mean.
    """
    evidence, warnings = spans(rows, columns, _readers(rows, columns))
    figures = []
    for marked in evidence.marked:
        # Who is in no row may have seen the text: nothing but the marks is known.
        counts = Counts(marked=marked.counts.marked, missing=marked.counts.missing)
        basis = Basis(marked.group, marked.title, evidence.articles, counts)
        figures.append(figure_of(basis, _overlap(marked.marks)))
    return Scored(figures, None, (*warnings, _UNSEEN))


def _readers(rows: Rows, columns: Columns) -> Seen:
    """Take for readers of a text those who have a span there: they did see it.

    The lengths are only as large as the spans need them.
    """
    unit, annotator = rows[columns.unit], rows[columns.annotator]
    there = (unit.codes >= 0) & (annotator.codes >= 0)
    people = max(len(annotator.names), 1)
    visits = np.unique(unit.codes[there] * people + annotator.codes[there])
    length = np.ones(len(unit.names), dtype=np.int64)
    np.maximum.at(length, unit.codes[there], whole_numbers(rows[columns.end])[there])
    return Seen(
        visits // people,
        visits % people,
        length,
        tuple(unit.spelled()),
        tuple(annotator.spelled()),
    )


def _overlap(marks: Marks) -> Measured:
    """Tally the matches of every two annotators who both marked something in an article."""
    people = len(marks.annotators)
    visits = np.unique(marks.article * people + marks.annotator)
    marking = np.bincount(visits // max(people, 1), minlength=len(marks.articles))
    shared = marks.only(marking[marks.article] > 1)
    found = matches(shared)
    hits = np.bincount(shared.article[found.first], minlength=len(marks.articles))
    sizes = np.bincount(shared.article, minlength=len(marks.articles)) * (marking - 1)
    rows = np.stack([2.0 * hits, sizes], axis=1) * (marking > 1)[:, None]
    return Measured(
        measure=_MEASURE,
        coefficient=Share(),
        tally=Tally.of(rows).informative(),
        undefined="undefined: no two annotators marked something in the same text",
        units=int(np.count_nonzero(marking > 1)),
        annotators=len(np.unique(shared.annotator)),
        labels=len(shared.start),
        note=_NOTE,
    )
