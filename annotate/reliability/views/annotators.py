"""One annotator and the others: what the figure is without them, and how far they lean."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.choices.numbers import Mean, lean
from annotate.reliability.figures import Basis, figure_of
from annotate.reliability.inference.contrasts import difference
from annotate.reliability.inference.measure import Measured
from annotate.reliability.inference.tally import Tally
from annotate.reliability.scales import numbers_of
from annotate.reliability.spans.units import joined
from annotate.reliability.views.topics import topics_of
from annotate.reliability.views.visits import visits_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from annotate.reliability.evidence.gathered import Asked, Evidence
    from annotate.reliability.evidence.marks import Marks
    from annotate.reliability.figures import Figure
    from annotate.reliability.views.pairs import Pairs
    from annotate.reliability.views.topics import Topic

__all__ = ["by_annotator"]

_WITHOUT = ", without this annotator"
_REST = ", against the rest"


def by_annotator(evidence: Evidence) -> list[Figure]:
    """Compare each annotator with the others.

    Parameters
    ----------
    evidence : Evidence
        What votes.
    """
    asked = {asked.question.name: asked for asked in evidence.asked}
    marks = {marked.group: marked.marks for marked in evidence.marked}
    figures: list[Figure] = []
    for topic in topics_of(evidence):
        people = len(evidence.annotators)
        counts = topic.counts_by(np.arange(people), people, of="annotator")
        whole = topic.measured(topic.pairs)
        chars = _marked_by(marks[topic.question]) if topic.question in marks else None
        for place, name in enumerate(evidence.annotators):
            basis = Basis(
                topic.question, topic.title, evidence.articles, counts[place], "annotator", name
            )
            figures += _against(topic, basis, place, whole)
            if topic.question in asked:
                leaning = _lean_of_values(asked[topic.question], place)
            elif chars is not None:
                leaning = _lean_of_marks(topic.pairs, marks[topic.question], chars, place)
            else:
                leaning = iter(())
            figures += [figure_of(basis, measured) for measured in leaning]
    return figures


def _against(topic: Topic, basis: Basis, annotator: int, whole: Measured) -> Iterator[Figure]:
    own = topic.pairs.with_annotator(annotator)
    rest = topic.measured(own, suffix=_REST)
    if not len(own.unit):
        yield from _without_a_say(rest, basis)
        return
    without = topic.measured(topic.pairs.without_annotator(annotator), suffix=_WITHOUT)
    figure = figure_of(basis, without)
    yield figure
    change = replace(
        figure, measure=f"difference{_WITHOUT}", below_667=math.nan, below_800=math.nan
    )
    if figure.defined:
        found = difference(whole.tally, without.tally, without.coefficient)
        change = replace(
            change, value=found.value, low=found.low, high=found.high, reason=found.reason
        )
    yield change
    yield figure_of(basis, rest)


def _without_a_say(rest: Measured, basis: Basis) -> Iterator[Figure]:
    """Say that nothing can be told of somebody who has no vote, or only lone ones."""
    undefined = f"undefined: {basis.of} has no vote that could be compared with another's"
    measure = rest.measure.removesuffix(_REST)
    for name in (measure + _WITHOUT, f"difference{_WITHOUT}", rest.measure):
        yield figure_of(basis, replace(rest, measure=name, undefined=undefined))


def _lean_of_values(asked: Asked, annotator: int) -> Iterator[Measured]:
    """Give the mean difference from the others; of ranks in steps."""
    question, ratings = asked.question, asked.ratings
    numbers = numbers_of(question, ratings.values)
    if numbers is None and question.scale == "ordinal":
        measured = lean(ratings, range(len(ratings.values)), annotator)
        yield replace(measured, measure="lean (steps)")
    elif numbers is not None:
        yield lean(ratings, numbers, annotator)


def _marked_by(marks: Marks) -> NDArray[np.float64]:
    """Give the number of characters that each visit marked."""
    units = joined(marks)
    visit = visits_of(marks, units.article, units.annotator)
    chars = np.bincount(visit, weights=units.size, minlength=len(marks.saw_article))
    return np.asarray(chars, dtype=np.float64)


def _lean_of_marks(
    pairs: Pairs, marks: Marks, chars: NDArray[np.float64], annotator: int
) -> Iterator[Measured]:
    """Give how much more than the others an annotator marks, on the same articles."""
    own = pairs.with_annotator(annotator)
    length = marks.length.astype(np.float64)
    name = marks.annotators[annotator]
    undefined = f"undefined: {name} shares no article with another annotator"
    (rests_on,) = own.rest_on(np.zeros_like(own.unit), 1)
    for measure, amount, size, step in (
        ("lean (marks per 1,000 characters)", pairs.labels, length / 1000, 1.0),
        ("lean (marked characters per 1,000 characters)", 1000 * chars, length, 10.0),
    ):
        sign = np.where(own.first == annotator, 1.0, -1.0)
        apart = sign * (amount[own.votes[0]] - amount[own.votes[1]]) * own.weight
        articles, row = np.unique(own.article, return_inverse=True)
        more = np.bincount(row, weights=apart, minlength=len(articles))
        rows = np.column_stack([more, size[articles], more**2 / np.maximum(size[articles], 1e-9)])
        yield Measured(measure, Mean(step), Tally.of(rows, articles), undefined, *rests_on)
