"""Which values and labels annotators mistake for each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from annotate.reliability.choices.alpha import coincidences
from annotate.reliability.choices.votes import table_of
from annotate.reliability.spans.attributes import met
from annotate.reliability.spans.matching import matches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from annotate.reliability.evidence.gathered import Asked, AskedOfSpans, Evidence, Marked
    from annotate.reliability.spans.attributes import Met
    from annotate.reliability.spans.matching import Matches

__all__ = ["NOT_MARKED", "Confused", "Confusion", "confusion"]

NOT_MARKED = "not marked"


@dataclass(frozen=True)
class Confused:
    """Two values of which one annotator gave the one where another gave the other.

    Parameters
    ----------
    first, second : str
        The values, in the order of the scheme.
    times : float
        How often, with each vote (or span) weighing alike, however many annotators there were:
        of two annotators, the number of disagreements.
    share : float
        Of all disagreements of the question.
    ratio : float
        How often it happened for each time that votes at random would have; NaN for "not
        marked", which nobody gives at random.
    """

    first: str
    second: str
    times: float
    share: float
    ratio: float


@dataclass(frozen=True)
class Confusion:
    """Who said what where somebody else said what, pooled over articles and annotators.

    Parameters
    ----------
    question, title : str
        The question's or span group's name, and what people call it.
    values : tuple of str
        What rows and columns stand for; of span groups, the last one is "not marked".
    matrix : tuple of tuple of float
        The coincidences: symmetric, agreement on the diagonal. A row adds up to the votes for its
        value that another annotator could agree with.
    pairs : tuple of Confused
        Every pair of values that was confused, the most frequent first.
    """

    question: str
    title: str
    values: tuple[str, ...]
    matrix: tuple[tuple[float, ...], ...]
    pairs: tuple[Confused, ...]

    def to_json(self) -> dict[str, Any]:
        """Give plain values; a ratio that does not exist is None."""
        return {
            "question": self.question,
            "title": self.title,
            "values": list(self.values),
            "matrix": [list(row) for row in self.matrix],
            "pairs": [
                {**vars(pair), "ratio": None if np.isnan(pair.ratio) else pair.ratio}
                for pair in self.pairs
            ],
        }


def confusion(evidence: Evidence) -> list[Confusion]:
    """Tell which values and labels annotators mistake for each other.

    Parameters
    ----------
    evidence : Evidence
        What votes.

    Returns
    -------
    list of Confusion
        One for each question with values to choose from (of several, sets of them) and for each
        span group, in the order of the scheme. Spans are compared where they match; a span that
        one of two annotators marked alone stands under "not marked", and what is said of spans
        is conditional on matching.
    """
    found = {marked.group: matches(marked.marks) for marked in evidence.marked}
    asked = [_of_values(each) for each in evidence.asked if each.question.kind != "number"]
    marked = [_of_labels(each, found[each.group]) for each in evidence.marked]
    of_spans = [
        _of_attributes(each, [_met(each, m, found[m.group]) for m in evidence.marked])
        for each in evidence.asked_of_spans
        if each.question.kind != "number"
    ]
    return [*asked, *marked, *of_spans]


def _of_values(asked: Asked) -> Confusion:
    ratings = asked.with_absence
    matrix = coincidences(table_of(ratings))
    return _confusion((asked.question.name, asked.question.title), ratings.values, matrix)


def _of_labels(marked: Marked, found: Matches) -> Confusion:
    """Compare the labels of matched spans; each span weighs one, over all its partners."""
    marks, k = marked.marks, len(marked.marks.labels)
    partners = np.maximum(marks.readers - 1, 0)[marks.article]
    shared = partners > 0
    weight = 1.0 / np.maximum(partners, 1)
    matrix = np.zeros((k + 1, k + 1))
    first, second = marks.label[found.first], marks.label[found.second]
    np.add.at(matrix, (first, second), weight[found.first])
    np.add.at(matrix, (second, first), weight[found.first])
    met_by = np.bincount(found.first, minlength=len(weight))
    met_by += np.bincount(found.second, minlength=len(weight))
    lone = np.bincount(marks.label[shared], weights=1 - (met_by * weight)[shared], minlength=k)
    matrix[:k, k] = matrix[k, :k] = np.maximum(lone, 0.0)
    return _confusion((marked.group, marked.title), (*marks.labels, NOT_MARKED), matrix)


def _met(asked: AskedOfSpans, marked: Marked, found: Matches) -> Met:
    codes, k = asked.codes[marked.group], len(asked.values)
    if asked.absence:
        codes = np.where(asked.absence[marked.group] == 1, k, codes)
    return met(marked.marks, found, codes)


def _of_attributes(asked: AskedOfSpans, found: Sequence[Met]) -> Confusion:
    values = (*asked.values, asked.question.absent) if asked.absence else asked.values
    matrix = np.zeros((len(values), len(values)))
    for pairs in found:
        np.add.at(matrix, (pairs.ours, pairs.theirs), pairs.weight)
        np.add.at(matrix, (pairs.theirs, pairs.ours), pairs.weight)
    return _confusion((asked.question.name, asked.question.title), values, matrix)


def _confusion(
    name: tuple[str, str], values: tuple[str, ...], matrix: NDArray[np.float64]
) -> Confusion:
    low, high = np.triu_indices(len(values), 1)
    times = matrix[low, high]
    n_c, n = matrix.sum(axis=1), matrix.sum()
    by_chance = n_c[low] * n_c[high] / max(n - 1, 1.0)
    random = np.array([value != NOT_MARKED for value in values])[high] if len(values) else high > 0
    order = np.argsort(-times, kind="stable")
    pairs = tuple(
        Confused(
            first=values[low[place]],
            second=values[high[place]],
            times=float(times[place]),
            share=float(times[place] / times.sum()),
            ratio=float(times[place] / by_chance[place]) if random[place] else float("nan"),
        )
        for place in order.tolist()
        if times[place] > 0
    )
    rows = tuple(tuple(row) for row in matrix.tolist())
    return Confusion(*name, values, rows, pairs)
