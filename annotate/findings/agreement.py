"""Every figure of one question or span group, in the order in which it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.selection import of_record, reason_in_words

if TYPE_CHECKING:
    from annotate.reliability import Counts, Figure
    from annotate.schema import Schema
    from annotate.summary import Summary

__all__ = ["Labelled", "Measures", "Noted", "Said", "measures_of", "questions_of"]

_SPLIT = "disagreement: "
_BY_CONSTRUCTION = "within one step"
_TWO = 2  # values: any two of them lie within one step of each other
#: What is put beside a figure that a flag warns of.
_BESIDE = ("observed agreement", "AC1", "AC2")


@dataclass(frozen=True)
class Labelled:
    """The figures of one value or label, that of record first."""

    label: str
    words: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Noted:
    """A figure with a warning.

    Parameters
    ----------
    figure : Figure
        It; its flags say what the matter is.
    words : str
        The value or label it is about, "" for the whole question.
    reason : str
        Its reason, with the words that annotators read.
    beside : tuple of Figure
        Observed agreement and AC1 or AC2 of the same votes, where there are any.
    """

    figure: Figure
    words: str
    reason: str
    beside: tuple[Figure, ...]


@dataclass(frozen=True)
class Said:
    """Who had a say in some figures: the whole question's ("") or those of some labels."""

    words: tuple[str, ...]
    counts: Counts


@dataclass(frozen=True)
class Measures:
    """Everything that was measured of one question or span group.

    Parameters
    ----------
    question, title : str
        Its name, and what people call it.
    record : Figure
        The figure of record.
    of_spans : bool
        Whether it is a span group.
    whole : tuple of Figure
        The figures of the whole question, that of record first.
    split : tuple of Figure
        What annotators differ in, for a span group: a share of all disagreements each.
    labels : tuple of Labelled
        The figures of each value or label.
    by_construction : tuple of Figure
        Figures that cannot but be perfect on this question, left out of `whole`.
    said : tuple of Said
        Who had a say.
    notes : tuple of Noted
        What to know before quoting.
    reasons : mapping of str to str
        The words of every reason, by the reason as it is stored.
    """

    question: str
    title: str
    record: Figure
    of_spans: bool
    whole: tuple[Figure, ...]
    split: tuple[Figure, ...]
    labels: tuple[Labelled, ...]
    by_construction: tuple[Figure, ...]
    said: tuple[Said, ...]
    notes: tuple[Noted, ...]
    reasons: dict[str, str]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures of the whole, then those of each value or label."""
        return (*self.whole, *(figure for each in self.labels for figure in each.figures))


def questions_of(summary: Summary) -> dict[str, Figure]:
    """Give the figure of record of each question and span group, in the order of the scheme."""
    return {figure.question: figure for figure in of_record(summary.figures)}


def measures_of(summary: Summary, schema: Schema, question: str) -> Measures:
    """Put the figures of one question in order; none is left out.

    Parameters
    ----------
    summary : Summary
        With every figure.
    schema : Schema
        The scheme.
    question : str
        A name out of `questions_of`.

    Raises
    ------
    KeyError
        If nothing is scored under that name.
    """
    record = questions_of(summary)[question]
    own = [figure for figure in summary.figures if figure.question == question]
    whole = [figure for figure in own if not figure.label]
    split = [figure for figure in whole if figure.measure.startswith(_SPLIT)]
    certain = [figure for figure in whole if _is_certain(figure, schema)]
    return Measures(
        question=question,
        title=record.title,
        record=record,
        of_spans=any("|u-alpha" in figure.measure for figure in own),
        whole=tuple(f for f in whole if f not in split and f not in certain),
        split=tuple(split),
        labels=_labels(own, summary),
        by_construction=tuple(certain),
        said=_said(own, summary),
        notes=tuple(_noted(figure, own, summary) for figure in own if figure.flags),
        reasons={f.reason: reason_in_words(f.reason, question, summary.shown) for f in own},
    )


def _is_certain(figure: Figure, schema: Schema) -> bool:
    asked = schema.by_name.get(figure.question)
    few = asked is not None and 0 < len(asked.ranks) <= _TWO
    return few and figure.measure.startswith(_BY_CONSTRUCTION)


def _words(figure: Figure, summary: Summary) -> str:
    return summary.shown.get((figure.question, figure.label), figure.label)


def _labels(own: list[Figure], summary: Summary) -> tuple[Labelled, ...]:
    by_label: dict[str, list[Figure]] = {}
    for figure in own:
        if figure.label:
            by_label.setdefault(figure.label, []).append(figure)
    return tuple(
        Labelled(label, _words(figures[0], summary), tuple(figures))
        for label, figures in by_label.items()
    )


def _said(own: list[Figure], summary: Summary) -> tuple[Said, ...]:
    """Tell who had a say, once for all labels of which it is the same."""
    by_label = {figure.label: figure for figure in own}
    told: dict[Counts, list[str]] = {}
    for figure in by_label.values():
        told.setdefault(figure.counts, []).append(_words(figure, summary))
    return tuple(Said(tuple(words), counts) for counts, words in told.items())


def _noted(figure: Figure, own: list[Figure], summary: Summary) -> Noted:
    beside = (
        other for other in own if other.label == figure.label and other.measure.startswith(_BESIDE)
    )
    return Noted(
        figure,
        _words(figure, summary),
        reason_in_words(figure.reason, figure.question, summary.shown),
        tuple(beside),
    )
