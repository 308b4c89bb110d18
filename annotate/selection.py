"""Which figures are read first, and under which names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from annotate.reliability import Figure
    from annotate.schema import Question, SpanLabel

__all__ = ["headlines", "of_record", "readable", "reason_in_words", "shown_names"]

#: What is read beside the figure of record; the rest is there for who asks for it.
_BESIDE = frozenset(
    {
        "AC1",
        "AC2",
        "Cohen's kappa",
        "ICC(2,1)",
        "alpha",
        "cu-alpha",
        "disagreement: boundary",
        "disagreement: label",
        "disagreement: presence",
        "exact F1",
        "mean absolute difference",
        "observed agreement",
        "overlap F1",
        "u-alpha",
        "weighted kappa",
        "within one step",
    }
)


def headlines(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """Choose the one chance-corrected figure of each question and span group: that of record.

    A question that takes several values but offers one has no other than that value's.

    Parameters
    ----------
    figures : iterable of Figure
        All of them, that of record first of each question and label.
    """
    by_question: dict[str, list[Figure]] = {}
    for figure in figures:
        if figure.chance_corrected:
            by_question.setdefault(figure.question, []).append(figure)
    return tuple(filter(None, map(_corrected_of_record, by_question.values())))


def of_record(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """Choose one figure of each question and span group: that of record, corrected or not.

    Of a question that is scored by value alone it is that of its first value.

    Parameters
    ----------
    figures : sequence of Figure
        All of them, that of record first of each question and label.
    """
    by_question: dict[str, list[Figure]] = {}
    for figure in figures:
        by_question.setdefault(figure.question, []).append(figure)
    corrected = {figure.question: figure for figure in headlines(figures)}
    return tuple(corrected.get(name, own[0]) for name, own in by_question.items())


def _corrected_of_record(corrected: list[Figure]) -> Figure | None:
    whole = [figure for figure in corrected if not figure.label]
    if whole:
        return whole[0]
    return corrected[0] if len({figure.label for figure in corrected}) == 1 else None


def readable(figures: Iterable[Figure], also: frozenset[str] = frozenset()) -> tuple[Figure, ...]:
    """Choose what a reader wants first.

    Of each question and span group the figure of record and what is read beside it, of each value
    and label the figure of record alone.

    Parameters
    ----------
    figures : iterable of Figure
        All of them, that of record first of each question and label.
    also : frozenset of str
        Names of coefficients that were asked for, such as "fleiss".
    """
    chosen: list[Figure] = []
    seen: set[tuple[str, str]] = set()
    asked = tuple(name.replace("-", " ") for name in also)
    for figure in figures:
        about = (figure.question, figure.label)
        if about not in seen or (not figure.label and _is_beside(figure.measure, asked)):
            chosen.append(figure)
        seen.add(about)
    return tuple(chosen)


def _is_beside(measure: str, asked: tuple[str, ...]) -> bool:
    name = re.split(r" \(|, ", measure)[0]  # without scale, weights and condition
    wanted = name.casefold().replace("-", " ").startswith(asked)
    return wanted or name in _BESIDE or any(f"({scale})" in measure for scale in asked)


def shown_names(
    questions: Iterable[Question], labels: Iterable[SpanLabel] = ()
) -> dict[tuple[str, str], str]:
    """Give what annotators read, by question or span group and stored value."""
    values = {(q.name, option.value): option.shown for q in questions for option in q.options}
    return values | {(label.group, label.value): label.shown for label in labels}


def reason_in_words(reason: str, question: str, shown: Mapping[tuple[str, str], str]) -> str:
    """Give a reason with the words of the values that it quotes.

    Parameters
    ----------
    reason : str
        Of a figure.
    question : str
        What the figure is about.
    shown : mapping of (str, str) to str
        As `shown_names` gives it.
    """
    # All at once: the words of one value may be another value.
    return re.sub(r'"([^"]*)"', lambda it: f'"{shown.get((question, it[1]), it[1])}"', reason)
