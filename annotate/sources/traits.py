"""From the evidence to what each article adds to a figure of its outlet."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from annotate.reliability.choices.numbers import Mean
from annotate.reliability.evidence.given import given
from annotate.reliability.inference.measure import Share
from annotate.reliability.scales import numbers_of, options_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from annotate.reliability.evidence.gathered import Asked, AskedOfSpans, Evidence, Marked
    from annotate.reliability.inference.measure import Coefficient
    from annotate.schema import Question
    from annotate.sources.model import Key, Kind

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

__all__ = ["Trait", "traits_of"]

_WORDS = 1000.0


class _Rate(Mean):
    """Marks by length, never below none."""

    lowest: ClassVar[float] = 0.0


@dataclass(frozen=True, eq=False)
class Trait:
    """One thing that can be said of any set of articles.

    Parameters
    ----------
    question, title, value, shown : str
        As in `Estimate`.
    kind : {"share", "mean", "rate", "share of marks"}
        As in `Estimate`.
    coefficient : Coefficient
        The figure as a function of the sums.
    article : array of int, shape (P,)
        The articles that say anything, by their places in the evidence.
    rows : array, shape (P, S)
        What each adds: a numerator, a denominator, and perhaps squares.
    count, readings : array of int, shape (P,)
        As in `Estimate`.
    least, most : float
        Limits of the figure.
    """

    question: str
    title: str
    value: str
    shown: str
    kind: Kind
    coefficient: Coefficient
    article: Places
    rows: Floats
    count: Places
    readings: Places
    least: float = -math.inf
    most: float = math.inf

    @property
    def key(self) -> Key:
        """What tells it from the others."""
        return self.question, self.value, self.kind


def traits_of(
    evidence: Evidence, words: Sequence[int], shown: Mapping[tuple[str, str], str]
) -> list[Trait]:
    """Go through questions, span groups and questions about spans, in the order of the scheme.

    Parameters
    ----------
    evidence : Evidence
        What votes.
    words : sequence of int
        Of each article of the evidence.
    shown : mapping of (str, str) to str
        What annotators read, as `annotate.selection.shown_names` gives it.
    """
    size = len(evidence.articles)
    length = np.asarray(words, dtype=np.float64) / _WORDS
    found: list[Trait] = []
    for asked in evidence.asked:
        found += _of_question(asked, size)
    for marked in evidence.marked:
        found += _of_marks(marked, length, shown)
    for of_spans in evidence.asked_of_spans:
        found += _of_spans(of_spans, evidence, shown)
    return found


def _of_question(asked: Asked, size: int) -> Iterator[Trait]:
    question = asked.question
    numbers = _numbers(question, asked.ratings.values)
    if numbers is not None:
        yield _mean(asked, numbers, size)
    if question.kind == "multiple":
        yield from _ticked(asked, size)
    elif question.kind == "single":
        yield from _answers(asked, size)


def _numbers(question: Question, values: Sequence[str]) -> list[float] | None:
    """Give the values as numbers; ranks that are no numbers count from 1."""
    if not values:
        return None
    numbers = numbers_of(question, values)
    if numbers is None and question.scale == "ordinal":
        try:
            return [float(value) for value in values]
        except ValueError:
            return [float(place) for place in range(1, len(values) + 1)]
    return numbers


def _mean(asked: Asked, numbers: list[float], size: int) -> Trait:
    """Give each article the mean of its readers."""
    question, ratings = asked.question, asked.ratings
    x = np.asarray(numbers)[ratings.value]
    votes = np.bincount(ratings.unit, minlength=size)
    there = np.flatnonzero(votes)
    y = np.bincount(ratings.unit, weights=x, minlength=size)[there] / votes[there]
    bounded = question.kind == "single"
    return Trait(
        question=question.name,
        title=question.title,
        value="",
        shown="mean",
        kind="mean",
        coefficient=Mean(_step(numbers)),
        article=there,
        rows=np.column_stack([y, np.ones(len(y)), y**2]),
        count=votes[there],
        readings=votes[there],
        least=min(numbers) if bounded else -math.inf,
        most=max(numbers) if bounded else math.inf,
    )


def _step(numbers: Sequence[float]) -> float:
    gaps = np.diff(np.unique(numbers))
    return float(gaps.min()) if len(gaps) else 1.0


def _answers(asked: Asked, size: int) -> Iterator[Trait]:
    """Give the share of each answer; those that count as none are answers too."""
    all_of_it = given(asked)
    k = len(all_of_it.values)
    cells = np.bincount(all_of_it.article * k + all_of_it.value, minlength=size * k)
    cells = cells.reshape(size, k)
    for place, (value, says) in enumerate(zip(all_of_it.values, all_of_it.shown, strict=True)):
        yield _share(asked.question, value, says, cells[:, place], cells.sum(axis=1))


def _ticked(asked: Asked, size: int) -> Iterator[Trait]:
    """Give the share that ticked each option; several can be, so they do not add up to one."""
    ratings = asked.ratings
    votes = np.bincount(ratings.unit, minlength=size)
    for option in options_of(asked.question):
        has = np.array([option in chosen for chosen in asked.sets], dtype=np.float64)
        weights = has[ratings.value] if len(has) else np.zeros(0)
        hits = np.bincount(ratings.unit, weights=weights, minlength=size).astype(np.int64)
        yield _share(asked.question, option, asked.question.label_of(option), hits, votes)


def _share(question: Question, value: str, says: str, hits: Places, votes: Places) -> Trait:
    """Let each article weigh one, shared out among its readers."""
    there = np.flatnonzero(votes)
    part = hits[there] / votes[there]
    return Trait(
        question=question.name,
        title=question.title,
        value=value,
        shown=says,
        kind="share",
        coefficient=Share(),
        article=there,
        rows=np.column_stack([part, np.ones(len(part))]),
        count=hits[there],
        readings=votes[there],
        least=0.0,
        most=1.0,
    )


def _of_marks(
    marked: Marked, length: Floats, shown: Mapping[tuple[str, str], str]
) -> Iterator[Trait]:
    marks = marked.marks
    size, readers = len(marks.articles), marks.readers
    there = np.flatnonzero((readers > 0) & (length > 0))
    chosen: list[tuple[str, str, NDArray[np.bool_]]] = [
        ("", "all of these", np.ones(len(marks.article), dtype=np.bool_))
    ]
    chosen += [
        (label, shown.get((marked.group, label), label), marks.label == place)
        for place, label in enumerate(marks.labels)
    ]
    for value, says, own in chosen[1:] if len(marks.labels) == 1 else chosen:
        count = np.bincount(marks.article[own], minlength=size)[there]
        each, long = count / readers[there], length[there]
        yield Trait(
            question=marked.group,
            title=marked.title,
            value=value,
            shown=says,
            kind="rate",
            coefficient=_Rate(),
            article=there,
            rows=np.column_stack([each, long, each**2 / long]),
            count=count,
            readings=readers[there],
            least=0.0,
        )


def _of_spans(
    asked: AskedOfSpans, evidence: Evidence, shown: Mapping[tuple[str, str], str]
) -> Iterator[Trait]:
    """Give the share of each answer among the marks it was asked of."""
    if asked.question.kind != "single":
        return
    size, k = len(evidence.articles), len(asked.values) + 1
    cells = np.zeros((size, k), dtype=np.int64)
    readers: Places = np.zeros(size, dtype=np.int64)
    for marked in evidence.marked:
        absent = asked.absence.get(marked.group, np.zeros(0)) == 1
        code = asked.codes[marked.group]
        code = np.where(absent, k - 1, code) if len(absent) else code
        said = code >= 0
        np.add.at(cells, (marked.marks.article[said], code[said]), 1)
        readers = np.maximum(readers, marked.marks.readers)
    total = cells.sum(axis=1)
    there = np.flatnonzero(total)
    last = [asked.question.absent] if asked.question.absent else []
    for place, value in enumerate([*asked.values, *last]):
        hits = cells[there, place]
        each = readers[there]
        yield Trait(
            question=asked.question.name,
            title=asked.question.title,
            value=value,
            shown=shown.get((asked.question.name, value), f"{value} (nothing ticked)"),
            kind="share of marks",
            coefficient=Share(),
            article=there,
            rows=np.column_stack([hits / each, total[there] / each]),
            count=hits,
            readings=total[there],
            least=0.0,
            most=1.0,
        )
