"""Every figure of agreement, from what was gathered and nothing else."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.choices.measures import binary_measures, set_measures, value_measures
from annotate.reliability.figures import Basis, figure_of
from annotate.reliability.notes import (
    few_shared,
    few_votes,
    margins,
    noted,
    paradox,
    set_aside,
)
from annotate.reliability.scales import chosen, chosen_of_spans, numbers_of, options_of
from annotate.reliability.spans.attributes import attribute_measures, met
from annotate.reliability.spans.matching import matches
from annotate.reliability.spans.measures import span_measures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from annotate.reliability.evidence.gathered import Asked, AskedOfSpans, Evidence, Marked
    from annotate.reliability.evidence.ratings import Ratings
    from annotate.reliability.figures import Figure
    from annotate.reliability.inference.measure import Measured
    from annotate.reliability.notes import Note
    from annotate.reliability.spans.attributes import Met
    from annotate.reliability.spans.matching import Matches

__all__ = ["measures_of_spans", "score"]

_UNCLEAR = "answers are missing, unclear or unknown to the scheme"
_UNREAD = "visits have a span that could not be read"


def score(
    evidence: Evidence, *, also: frozenset[str] = frozenset(), weights: str = "ordinal"
) -> list[Figure]:
    """Score every question, span group and label.

    Parameters
    ----------
    evidence : Evidence
        What votes.
    also : frozenset of str
        Coefficients on request, such as "fleiss".
    weights : {"ordinal", "linear", "quadratic", "identity"}
        Of the weighted coefficients.

    Returns
    -------
    list of Figure
        In the order of the scheme: questions about the article, span groups with their labels,
        questions about spans. The first of each is the one of record.

    Raises
    ------
    UsageError
        If there are no such weights.
    """
    figures: list[Figure] = []
    for asked in evidence.asked:
        figures += _asked(asked, evidence, also, weights)
    for marked in evidence.marked:
        figures += _marked(marked, evidence)
    found = {marked.group: matches(marked.marks) for marked in evidence.marked}
    for asked_of_spans in evidence.asked_of_spans:
        basis = _basis(asked_of_spans, evidence)
        mine = [figure_of(basis, m) for m in measures_of_spans(asked_of_spans, evidence, found)]
        figures += _with_notes(mine, {}, [set_aside(asked_of_spans.counts, _UNCLEAR)])
    return figures


def _basis(asked: Asked | AskedOfSpans, evidence: Evidence) -> Basis:
    question = asked.question
    return Basis(question.name, question.title, evidence.articles, asked.counts)


def _asked(
    asked: Asked, evidence: Evidence, also: frozenset[str], weights: str
) -> Iterator[Figure]:
    question, ratings = asked.question, asked.ratings
    said: dict[str, Ratings] = {"": ratings}
    if question.kind == "multiple":
        options = options_of(question)
        measures = set_measures(ratings, asked.sets, options, also=also)
        said |= {option: chosen(ratings, asked.sets, option) for option in options}
    else:
        numbers = numbers_of(question, ratings.values)
        measures = value_measures(ratings, question.scale, numbers, also=also, weights=weights)
    if asked.absence is not None:
        said[question.absent] = asked.absence
        measures = chain(measures, binary_measures(asked.absence, question.absent, also=also))
    basis = _basis(asked, evidence)
    unit_of = asked.absence or ratings
    general = [
        set_aside(asked.counts, _UNCLEAR),
        few_shared(unit_of.article[unit_of.unit], unit_of.annotator, len(evidence.articles)),
    ]
    return _with_notes([figure_of(basis, m) for m in measures], said, general)


def _marked(marked: Marked, evidence: Evidence) -> Iterator[Figure]:
    marks = marked.marks
    figures = [
        figure_of(
            Basis(
                marked.group,
                marked.title,
                evidence.articles,
                marked.by_label[measured.label] if measured.label else marked.counts,
            ),
            measured,
        )
        for measured in span_measures(marks)
    ]
    general = [
        set_aside(marked.counts, _UNREAD),
        few_shared(marks.saw_article, marks.saw_annotator, len(evidence.articles)),
    ]
    return _with_notes(figures, {}, general)


def measures_of_spans(
    asked: AskedOfSpans, evidence: Evidence, found: Mapping[str, Matches]
) -> Iterator[Measured]:
    """Measure agreement on what was said of spans, on those that match.

    Parameters
    ----------
    asked : AskedOfSpans
        The answers.
    evidence : Evidence
        The marks that they are about.
    found : mapping of str to Matches
        Of each group.
    """
    question, articles = asked.question, len(evidence.articles)
    if question.kind == "multiple":
        for option in options_of(question):
            yes_or_no = _met(chosen_of_spans(asked, option), evidence, found)
            yield from attribute_measures(
                yes_or_no, articles, ("no", "yes"), "nominal", label=option
            )
        return
    numbers = numbers_of(question, asked.values)
    met_spans = _met(asked.codes, evidence, found)
    yield from attribute_measures(met_spans, articles, asked.values, question.scale, numbers)
    if asked.absence:
        absent = _met(asked.absence, evidence, found)
        yield from attribute_measures(
            absent, articles, ("no", "yes"), "nominal", label=question.absent
        )


def _met(
    codes: Mapping[str, NDArray[np.int64]], evidence: Evidence, found: Mapping[str, Matches]
) -> list[Met]:
    return [met(m.marks, found[m.group], codes[m.group]) for m in evidence.marked]


def _with_notes(
    figures: list[Figure], said: Mapping[str, Ratings], general: Sequence[Note | None]
) -> Iterator[Figure]:
    """Add what to know: of all the votes to the first figure, of a label to its first one."""
    first: dict[str, Figure] = {}
    for number, figure in enumerate(figures):
        notes = list(general) if number == 0 else []
        if not figure.defined:
            notes = [note for note in notes if note and note.flag == "set aside"]
        if figure.label in said and figure.defined:
            ratings = said[figure.label]
            if figure.label not in first:
                others = [f for f in figures if f.label == figure.label]
                notes += _of_votes(figure, others, ratings)
            if figure.measure.startswith("Cohen"):
                notes.append(margins(ratings, np.unique(ratings.annotator)))
        first.setdefault(figure.label, figure)
        yield noted(figure, notes)


def _of_votes(figure: Figure, others: Sequence[Figure], ratings: Ratings) -> Iterator[Note | None]:
    if "nominal" in figure.measure or "ordinal" in figure.measure:
        yield few_votes(ratings)
    for other in others:
        if other.measure.startswith("AC"):
            yield paradox(ratings, figure.value, other.value)
