"""All figures of one group of span labels: where, which label, and what they differ in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.inference.measure import Measured, Share
from annotate.reliability.inference.tally import Tally
from annotate.reliability.spans.disagreement import BOUNDARY, EDGE, KINDS, LABEL, kinds, kinds_state
from annotate.reliability.spans.f1 import exact, f1_of_labels, f1_state
from annotate.reliability.spans.matching import matches
from annotate.reliability.spans.unitizing import (
    BarUAlpha,
    KuAlpha,
    UAlpha,
    labelled,
    where_state,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from annotate.reliability.evidence.marks import Marks
    from annotate.reliability.inference.measure import Coefficient
    from annotate.reliability.spans.matching import Matches
    from annotate.reliability.spans.unitizing import Labelled

__all__ = ["headline", "span_measures"]

_UNSEEN = "undefined: no article was seen by two annotators"
_UNMARKED = "undefined: nobody marked anything"
_UNUSED = "undefined: nobody used this label"
_ELSEWHERE = " in an article that two annotators saw"
_FULL = "undefined: everybody marked everything, so chance would agree too"
_NAMED = 3  # places in a reason
_NEVER_MET = "undefined: no two annotators marked the same words"
_ONE_LABEL = 'undefined: wherever two annotators marked the same words, both said "{}"'


def headline(marks: Marks) -> Measured:
    """Give the one chance-corrected figure of a group: |u-alpha.

    Parameters
    ----------
    marks : Marks
        Who saw and marked what.
    """
    return _where(_Ground.of(marks))


def span_measures(marks: Marks) -> Iterator[Measured]:
    """Give every figure of a group, that of record first; then those of each label.

    What tells labels apart is left out where the group has only one: it would repeat |u-alpha
    and F1, or be undefined.

    Parameters
    ----------
    marks : Marks
        Who saw and marked what.
    """
    ground = _Ground.of(marks)
    found = matches(marks)
    yield _where(ground)
    if len(marks.labels) == 1:
        yield from _counterparts(ground, found)
        yield from _split(ground, found)
        return
    lengths = labelled(marks)
    within = f1_of_labels(marks, matches(marks, by_label=True))
    yield _where_and_which(ground, lengths)
    yield _which(ground, lengths)
    yield from _counterparts(ground, found)
    yield ground.measured("labelled overlap F1", Share(), within.sum(axis=1))
    yield from _split(ground, found)
    exactly = f1_of_labels(marks, exact(marks, found))
    for place, label in enumerate(marks.labels):
        one = ground.of_label(place, label)
        yield one.measured(
            "|u-alpha, this label alone", BarUAlpha(), lengths.alone(place), undefined=_FULL
        )
        yield _one_label(one, lengths, place)
        yield one.measured("overlap F1", Share(), within[:, place])
        yield one.measured("exact F1", Share(), exactly[:, place])


@dataclass(frozen=True)
class _Ground:
    """What all figures of a group, or of one label, rest on.

    Parameters
    ----------
    marks : Marks
        Who saw and marked what.
    shared : array of int
        The articles that at least two annotators saw.
    annotators, spans : int
        The people who saw them, and the spans in them.
    undefined : str
        Why no figure is defined, where that is so.
    label : str
        The label they are about.
    """

    marks: Marks
    shared: NDArray[np.int64]
    annotators: int
    spans: int
    undefined: str
    label: str = ""

    @classmethod
    def of(cls, marks: Marks) -> _Ground:
        """Count what a group rests on."""
        by_two = marks.readers > 1
        shared = np.flatnonzero(by_two)
        spans = int(by_two[marks.article].sum())
        undefined = _nothing(_UNMARKED, spans, marks.article) if len(shared) else _UNSEEN
        people = np.bincount(marks.saw_annotator[by_two[marks.saw_article]])
        return cls(marks, shared, int((people > 0).sum()), spans, undefined)

    def of_label(self, place: int, label: str) -> _Ground:
        """Count what one of its labels rests on."""
        own = self.marks.article[self.marks.label == place]
        spans = int((self.marks.readers[own] > 1).sum())
        undefined = _nothing(_UNUSED, spans, own) if len(self.shared) else _UNSEEN
        return replace(self, spans=spans, undefined=undefined, label=label)

    def measured(
        self,
        measure: str,
        coefficient: Coefficient,
        rows: NDArray[np.float64],
        *,
        undefined: str = "",
        note: str = "",
    ) -> Measured:
        """Name a coefficient of sums by article, shape (G, S)."""
        return Measured(
            measure=measure,
            coefficient=coefficient,
            tally=Tally.of(rows[self.shared], self.shared),
            undefined=self.undefined or undefined,
            units=len(self.shared),
            annotators=self.annotators,
            labels=self.spans,
            label=self.label,
            note="" if self.undefined else note,
        )


def _nothing(sentence: str, shared_spans: int, article: NDArray[np.int64]) -> str:
    """Say that nothing was marked, or only where nobody else looked."""
    if shared_spans:
        return ""
    return sentence + _ELSEWHERE if len(article) else sentence


def _where(ground: _Ground) -> Measured:
    return ground.measured("|u-alpha", BarUAlpha(), where_state(ground.marks), undefined=_FULL)


def _where_and_which(ground: _Ground, lengths: Labelled) -> Measured:
    clash = _clash(lengths) + _clashing(ground.marks, lengths)
    rows = lengths.both() * (not clash)
    return ground.measured("u-alpha", UAlpha(), rows, undefined=clash or _FULL)


def _which(ground: _Ground, lengths: Labelled) -> Measured:
    clash, rows = _clash(lengths) + _clashing(ground.marks, lengths), lengths.which()
    together = float(lengths.met.sum())
    note = _coverage(
        together, float(lengths.read.sum()), "the share of the text that two annotators marked"
    )
    return ground.measured(
        "cu-alpha",
        UAlpha(),
        rows * (not clash),
        undefined=clash or _one_label_met(ground, lengths),
        note="" if clash else note,
    )


def _one_label(ground: _Ground, lengths: Labelled, place: int) -> Measured:
    clash = _clash(lengths)
    mine, met = float(lengths.marked[:, place].sum()), float(lengths.met[:, place].sum())
    alone = f'undefined: nobody else marked anything where one annotator marked "{ground.label}"'
    reason = _one_label_met(ground, lengths) if met else alone
    return ground.measured(
        "(k)u-alpha",
        KuAlpha(),
        lengths.one(place) * (not clash),
        undefined=clash or reason,
        note="" if clash else _coverage(met, mine, "the share of its text that another marked too"),
    )


def _clash(lengths: Labelled) -> str:
    """Say where one annotator has two labels on the same words; "" where nobody has."""
    clashes = int(lengths.clashes.sum())
    if not clashes:
        return ""
    places = "1 place" if clashes == 1 else f"{clashes} places"
    return f"undefined: one annotator gave the same words two labels in {places}"


def _clashing(marks: Marks, lengths: Labelled) -> str:
    """Name the first of these places; "" where there are none."""
    named = [
        f"{marks.annotators[who]} in article {marks.articles[article]}, {start}-{end} "
        f'"{marks.labels[one]}" and "{marks.labels[other]}"'
        for article, who, start, end, one, other in lengths.twice[:_NAMED].tolist()
    ]
    rest = len(lengths.twice) - len(named)
    more = [f"and {rest} more"] if rest else []
    return ": " + "; ".join([*named, *more]) if named else ""


def _one_label_met(ground: _Ground, lengths: Labelled) -> str:
    used = np.flatnonzero(lengths.met.sum(axis=0))
    return _ONE_LABEL.format(ground.marks.labels[used[0]]) if len(used) else _NEVER_MET


def _coverage(part: float, whole: float, meaning: str) -> str:
    return f"coverage {100 * part / whole:.3g} %: {meaning}" if whole else ""


def _counterparts(ground: _Ground, found: Matches) -> Iterator[Measured]:
    marks = ground.marks
    yield ground.measured("overlap F1", Share(), f1_state(marks, found))
    yield ground.measured("exact F1", Share(), f1_state(marks, exact(marks, found)))


def _split(ground: _Ground, found: Matches) -> Iterator[Measured]:
    """Give the share of each kind among all disagreements of two annotators."""
    disagreements = kinds(ground.marks, found)
    counts = kinds_state(ground.marks, disagreements)
    size = counts.sum(axis=1)
    for place, kind in enumerate(KINDS):
        if place == LABEL and len(ground.marks.labels) == 1:
            continue
        note = f"{counts[:, place].sum():.0f} of {size.sum():.0f} disagreements"
        rows = np.column_stack([counts[:, place], size])
        undefined = "undefined: annotators agree on every span"
        if place == EDGE and size.any() and not ground.marks.texts:
            rows, undefined, note = rows * 0, "undefined: the texts are not known", ""
        if place in {BOUNDARY, EDGE} and disagreements.unread and note:
            note += f"; {_unread(ground.marks, disagreements.unread)}"
        yield ground.measured(
            f"disagreement: {kind}",
            Share(),
            rows,
            undefined=undefined,
            note=note if size.any() else "",
        )


def _unread(marks: Marks, boundaries: int) -> str:
    """Say that what differs may be white space only."""
    if not marks.texts:
        return "texts are not known, so white space is not told apart"
    thing = "boundary" if boundaries == 1 else "boundaries"
    return f"the text of {boundaries} {thing} is not known, so white space is not told apart there"
