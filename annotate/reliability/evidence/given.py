"""Everything that was answered, the values that are no votes included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.evidence.turns import OUTCOMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.evidence.gathered import Asked
    from annotate.schema import Question

__all__ = ["Given", "given"]

_NOTHING, _MISSING = OUTCOMES.index("marked_nothing"), OUTCOMES.index("missing")
_EMPTY = "left empty"


@dataclass(frozen=True)
class Given:
    """One answer of each reader who was asked.

    Parameters
    ----------
    article, annotator, value : array of int, shape (R,)
        Places in the articles and annotators of the evidence, and in `values`.
    values, shown : tuple of str
        Every answer there could be, in the order of the scheme, and what people read for it. Those
        that count as no answer stand for all of their kind and come last.
    """

    article: NDArray[np.int64]
    annotator: NDArray[np.int64]
    value: NDArray[np.int64]
    values: tuple[str, ...]
    shown: tuple[str, ...]


def given(asked: Asked) -> Given:
    """List who answered what to a question that takes one answer.

    Parameters
    ----------
    asked : Asked
        The question and its votes.
    """
    ratings, question = asked.ratings, asked.question
    parts = [(ratings.article[ratings.unit], ratings.annotator, ratings.value)]
    values, shown = list(ratings.values), [question.label_of(v) for v in ratings.values]
    others = []
    if asked.absence is not None:
        absent = asked.absence.only(asked.absence.value == 1)
        others.append(
            (question.absent, question.label_of(question.absent), absent.unit, absent.annotator)
        )
    if asked.turns is not None:
        for outcome, says in ((_MISSING, _missing(question)), (_NOTHING, _EMPTY)):
            # What the scheme has no word for could not be read: nobody knows what was answered.
            there = (asked.turns.outcome == outcome) & bool(says)
            where, who = asked.turns.article[there], asked.turns.annotator[there]
            if len(where):
                others.append((f"({OUTCOMES[outcome]})", says, where, who))
    for value, says, where, who in others:
        parts.append((where, who, np.full(len(where), len(values))))
        values.append(value)
        shown.append(says)
    article, annotator, code = (
        np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True)
    )
    return Given(article, annotator, code, tuple(values), tuple(shown))


def _missing(question: Question) -> str:
    said = [option.shown for option in question.options if option.value in question.missing]
    return " / ".join(said)
