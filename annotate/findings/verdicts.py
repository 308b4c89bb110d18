"""Whether labels can be trusted: the verdict on each question, and why it is no better."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.reliability import verdict
from annotate.reliability.inference.intervals import TENTATIVE
from annotate.selection import of_record, reason_in_words

if TYPE_CHECKING:
    from annotate.reliability import Figure
    from annotate.summary import Summary

__all__ = ["BY_VALUE", "ORDER", "UNDEFINED", "Verdict", "verdicts"]

BY_VALUE, UNDEFINED = "value by value", "undefined"
#: From the best news to no news.
ORDER = (
    "reliable",
    "tentative",
    "not reliable yet",
    "too few articles to tell",
    UNDEFINED,
    BY_VALUE,
)
_BEFORE_A_REASON = "undefined: "


@dataclass(frozen=True)
class Verdict:
    """What may be concluded from the labels of one question or group of spans.

    Parameters
    ----------
    figure : Figure
        What it rests on: that of record.
    word : str
        One of `ORDER`.
    why : str
        Why it is no better, and what would make it so; "" for what is reliable.
    """

    figure: Figure
    word: str
    why: str


def verdicts(summary: Summary) -> tuple[Verdict, ...]:
    """Judge every question, in the order of `ORDER`, then of the scheme."""
    corrected = {figure.question for figure in summary.headlines}
    found = [
        _judged(figure, summary)
        if figure.question in corrected
        else Verdict(figure, BY_VALUE, "each value is scored by itself")
        for figure in of_record(summary.figures)
    ]
    return tuple(sorted(found, key=lambda each: ORDER.index(each.word)))


def _judged(figure: Figure, summary: Summary) -> Verdict:
    word = verdict(figure)
    reason = reason_in_words(figure.reason, figure.question, summary.shown)
    if word == UNDEFINED:
        return Verdict(figure, word, f"because {reason.removeprefix(_BEFORE_A_REASON)}")
    if not math.isfinite(figure.low):
        return Verdict(figure, word, reason or "no interval can be told from so few articles")
    return Verdict(figure, word, _why(figure, word))


def _why(figure: Figure, word: str) -> str:
    if word == "reliable":
        return ""
    if word == "tentative":
        return "the lower end lies below .80"
    if figure.value >= TENTATIVE:
        return "the interval reaches below .667; more articles would narrow it"
    if figure.high >= TENTATIVE:
        return "the figure lies below .667; the interval leaves open whether agreement does"
    return "the whole interval lies below .667; talk about what annotators see differently"
