"""The chance-corrected figure of every question, option, span group and label.

Every article has a row of its own, so that two of them can be compared article by article.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from annotate.reliability.by_unit import tally_by_article
from annotate.reliability.choices.measures import headline, set_measures
from annotate.reliability.figures import Basis, figure_of
from annotate.reliability.inference.tally import Tally
from annotate.reliability.scales import chosen, numbers_of, options_of
from annotate.reliability.score import measures_of_spans
from annotate.reliability.spans.matching import matches
from annotate.reliability.spans.measures import span_measures

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from annotate.reliability.choices.alpha import Alpha
    from annotate.reliability.evidence.gathered import Asked, Evidence
    from annotate.reliability.evidence.ratings import Ratings
    from annotate.reliability.figures import Figure
    from annotate.reliability.inference.measure import Measured

__all__ = ["Headline", "headlines"]


@dataclass(frozen=True)
class Headline:
    """One figure to look at first.

    Parameters
    ----------
    kind : str
        "question" or "group".
    basis : Basis
        What it rests on.
    measured : Measured
        The figure; every article has a row of its own.
    values : tuple of str
        What could be answered, or the labels of the group.
    """

    kind: str
    basis: Basis
    measured: Measured
    values: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """The same for the same question, group and label of two schemes."""
        return self.kind, self.basis.question, self.measured.label

    @property
    def figure(self) -> Figure:
        """The figure with its interval."""
        return figure_of(self.basis, self.measured)


def headlines(
    evidence: Evidence, articles: Sequence[str], where: NDArray[np.int64]
) -> Iterator[Headline]:
    """Give the figures of one side of a comparison.

    Parameters
    ----------
    evidence : Evidence
        What votes.
    articles : sequence of str
        The names that `Tally.example` is to count in.
    where : array of int
        The place there of each article of the evidence.
    """
    for each in _headlines(evidence, articles):
        tally = each.measured.tally
        placed = Tally(tally.rows, tally.times, where[tally.example])
        yield replace(each, measured=replace(each.measured, tally=placed))


def _headlines(evidence: Evidence, articles: Sequence[str]) -> Iterator[Headline]:
    for asked in evidence.asked:
        question = asked.question
        basis = Basis(question.name, question.title, articles, asked.counts)
        for measured in _of_question(asked):
            yield Headline("question", basis, measured, question.ranks)
    for marked in evidence.marked:
        for measured in span_measures(marked.marks):
            if measured.measure.startswith("|u-alpha"):
                counts = marked.by_label[measured.label] if measured.label else marked.counts
                basis = Basis(marked.group, marked.title, articles, counts)
                yield Headline("group", basis, measured, marked.marks.labels)
    found = {marked.group: matches(marked.marks) for marked in evidence.marked}
    for of_spans in evidence.asked_of_spans:
        question = of_spans.question
        basis = Basis(question.name, question.title, articles, of_spans.counts)
        for measured in measures_of_spans(of_spans, evidence, found):
            if measured.measure.startswith("alpha"):
                yield Headline("question", basis, measured, question.ranks)


def _of_question(asked: Asked) -> Iterator[Measured]:
    """Give alpha of a question, of its options, and of whether there was anything to rate."""
    question, ratings = asked.question, asked.ratings
    if question.kind == "multiple":
        yield from _of_options(asked)
    else:
        numbers = numbers_of(question, ratings.values)
        yield _by_article(ratings, headline(ratings, question.scale, numbers))
    if asked.absence is not None:
        absence = _by_article(asked.absence, headline(asked.absence, "nominal"))
        yield replace(absence, label=question.absent)


def _of_options(asked: Asked) -> Iterator[Measured]:
    """Give alpha of the chosen sets, where there can be several, and of each option."""
    ratings, options = asked.ratings, options_of(asked.question)
    if len(options) > 1:
        yield _by_article(ratings, next(set_measures(ratings, asked.sets, options, record=False)))
    for option in options:
        either = chosen(ratings, asked.sets, option)
        yield replace(_by_article(either, headline(either, "nominal")), label=option)


def _by_article(ratings: Ratings, measured: Measured) -> Measured:
    alpha = cast("Alpha", measured.coefficient)
    return replace(measured, tally=tally_by_article(ratings, alpha))
