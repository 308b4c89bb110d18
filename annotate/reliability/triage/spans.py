"""Phrases and pairs of labels that cost most agreement in a group of span labels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.spans.disagreement import KINDS, kinds, kinds_state
from annotate.reliability.spans.matching import matches
from annotate.reliability.spans.overlaps import overlapping
from annotate.reliability.spans.unitizing import BarUAlpha, UAlpha, labelled, where_state
from annotate.reliability.spans.units import joined
from annotate.reliability.triage.case import Candidates, Case
from annotate.reliability.triage.phrases import phrases_of
from annotate.reliability.triage.resolution import resolved
from annotate.reliability.triage.words import by_saying, how_often, names, quoted, resting, times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from annotate.reliability.evidence.gathered import Marked
    from annotate.reliability.evidence.marks import Marks
    from annotate.reliability.spans.matching import Matches
    from annotate.reliability.triage.phrases import Phrases

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

__all__ = ["span_candidates"]

_NOTHING = "nothing"


def span_candidates(marked: Marked) -> Iterator[Candidates]:
    """Find what costs agreement on a group of span labels.

    Parameters
    ----------
    marked : Marked
        Who saw and marked what.
    """
    marks = marked.marks.shared()
    clash = bool(labelled(marks).clashes.any())
    spans = _Spans(marked, marks, which=len(marks.labels) > 1 and not clash)
    if np.isfinite(spans.now):
        yield spans.phrases()
        if spans.which:
            yield spans.pairs()


@dataclass(frozen=True)
class _Spans:
    """The marks of one group, and the figure that is to rise.

    Parameters
    ----------
    marked : Marked
        The group.
    marks : Marks
        Its marks in articles that at least two annotators saw.
    which : bool
        Whether labels count: u-alpha, where and which. |u-alpha otherwise: where the group has
        one label, or an annotator gave the same words two, which leaves u-alpha undefined.
    """

    marked: Marked
    marks: Marks
    which: bool

    @property
    def alpha(self) -> UAlpha | BarUAlpha:
        """The coefficient."""
        return UAlpha() if self.which else BarUAlpha()

    @cached_property
    def total(self) -> Floats:
        """Its sums over all articles."""
        return np.asarray(self._states(self.marks).sum(axis=0))

    @cached_property
    def now(self) -> float:
        """Its value."""
        return float(self.alpha(self.total))

    def _states(self, marks: Marks) -> Floats:
        return labelled(marks).both() if self.which else where_state(marks)

    def phrases(self) -> Candidates:
        """Let all readers of a phrase follow the majority."""
        phrases = phrases_of(self.marks)
        common = np.bincount(self.marks.label, minlength=len(self.marks.labels))
        after = self._states(resolved(phrases.alone, common))
        then = self.alpha(self.total + after - self._states(phrases.alone))

        def tell(place: int) -> Case:
            return self._phrase(phrases, place, float(then[place]))

        return Candidates(
            "phrase",
            self.marked.group,
            then - self.now,
            tell,
            lambda: (phrases.alone.saw_article, phrases.alone.saw_annotator),
            phrases.alone.articles,
            phrases.quotes,
            lambda: _disagreement(phrases.alone),
        )

    def pairs(self) -> Candidates:
        """Let all who gave one of two labels to the same words agree, lengths kept."""
        low, high, length = _confused(self.marks)
        state = np.tile(self.total, (len(low), 1))
        state[:, -2] += length
        then = self.alpha(state)

        def tell(place: int) -> Case:
            return self._pair((int(low[place]), int(high[place])), float(then[place]))

        def involved() -> tuple[Places, Places]:
            return self._who_gave(low * len(self.marks.labels) + high)

        return Candidates("labels", self.marked.group, then - self.now, tell, involved)

    @cached_property
    def _matches(self) -> Matches:
        return matches(self.marks)

    def _who_gave(self, pairs: Places) -> tuple[Places, Places]:
        """Give the places of pairs ``low * K + high``, in order, and who gave one of the labels."""
        ends = np.stack([self._matches.first, self._matches.second])
        low, high = np.sort(self.marks.label[ends], axis=0)
        differ = low != high
        pair = np.searchsorted(pairs, (low * len(self.marks.labels) + high)[differ])
        return np.tile(pair, 2), self.marks.annotator[ends[:, differ].ravel()]

    def _phrase(self, phrases: Phrases, place: int, then: float) -> Case:
        one = phrases.only(place)
        start, end = int(phrases.start[place]), int(phrases.end[place])
        article = one.articles[0]
        text = one.texts.get(article, "")
        found = kinds(one, matches(one))
        said = _said(one, text)
        return Case(
            kind="phrase",
            question=self.marked.group,
            title=self.marked.title,
            label="",
            measure=self._measure,
            now=self.now,
            then=then,
            rise=then - self.now,
            reason=_in_words(said),
            said=said,
            article=article,
            start=start,
            end=end,
            quote=text[start:end],
            disagreement=tuple(KINDS[kind] for kind in np.unique(found.kind).tolist()),
        )

    def _pair(self, pair: tuple[int, int], then: float) -> Case:
        first, second = self._matches.first, self._matches.second
        labels = np.sort([self.marks.label[first], self.marks.label[second]], axis=0)
        both = (labels[0] == pair[0]) & (labels[1] == pair[1])
        spans = np.concatenate([first[both], second[both]])
        one, other = (self.marks.labels[label] for label in pair)
        articles = len(np.unique(self.marks.article[spans]))
        pairs = int(both.sum())
        count = f"{times(pairs, 'pair')} of marks in {times(articles, 'article')}"
        rests = resting(pairs, "pair of marks", articles)
        return Case(
            kind="labels",
            question=self.marked.group,
            title=self.marked.title,
            label="",
            measure=self._measure,
            now=self.now,
            then=then,
            rise=then - self.now,
            reason=f"{count}: one says {quoted(one)} and the other {quoted(other)}{rests}",
            said=how_often(
                (self.marks.annotators[who], self.marks.labels[label])
                for who, label in zip(
                    self.marks.annotator[spans].tolist(),
                    self.marks.label[spans].tolist(),
                    strict=True,
                )
            ),
        )

    @property
    def _measure(self) -> str:
        return "u-alpha" if self.which else "|u-alpha"


def _disagreement(alone: Marks) -> NDArray[np.bool_]:
    """Tell what annotators disagree about in each phrase, shape (C, 4)."""
    return kinds_state(alone, kinds(alone, matches(alone))) > 0


def _confused(marks: Marks) -> tuple[Places, Places, Floats]:
    """Give every two labels that two annotators gave to the same words, and on what length.

    The length is summed over ordered pairs of annotators and divided by m - 1, as in the sums of
    u-alpha.
    """
    units, k = joined(marks, by_label=True), len(marks.labels)
    place = units.article * int(marks.length.max(initial=1))
    order = np.argsort(place + units.start, kind="stable")
    start, end = (place + units.start)[order], (place + units.end)[order]
    first, second = overlapping(start, end)
    size = np.minimum(end[first], end[second]) - start[second]
    article, label = units.article[order[first]], units.label[order]
    low = np.minimum(label[first], label[second])
    high = np.maximum(label[first], label[second])
    length = 2 * size / np.maximum(marks.readers - 1, 1)[article]
    sums = np.bincount(low * k + high, weights=length * (low != high), minlength=k * k)
    pairs = np.flatnonzero(sums)
    return np.asarray(pairs // k), np.asarray(pairs % k), np.asarray(sums[pairs])


def _said(one: Marks, text: str) -> tuple[tuple[str, str], ...]:
    """Say what each reader of a phrase marked there."""
    marked: dict[int, list[str]] = {who: [] for who in one.saw_annotator.tolist()}
    order = np.lexsort((one.end, one.start))
    for span in order.tolist():
        start, end = int(one.start[span]), int(one.end[span])
        words = quoted(text[start:end]) if text else f"characters {start} to {end}"
        label = f" ({one.labels[one.label[span]]})" if len(one.labels) > 1 else ""
        marked[int(one.annotator[span])].append(words + label)
    return tuple(
        sorted(
            (one.annotators[who], " and ".join(what) or _NOTHING) for who, what in marked.items()
        )
    )


def _in_words(said: tuple[tuple[str, str], ...]) -> str:
    """Put together who marked the same; who marked nothing comes last."""
    groups = sorted(by_saying(said), key=lambda group: group[1] == _NOTHING)
    parts = [f"{names(who)} {what}" for who, what in groups]
    who, what = groups[0]
    parts[0] = f"{names(who)} marked {what}"
    return ", ".join(parts) + (" there" if groups[-1][1] == _NOTHING else "")
