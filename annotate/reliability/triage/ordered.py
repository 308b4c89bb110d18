"""All that costs agreement in its order, to be filtered before anything is told in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from annotate.reliability.spans.disagreement import KINDS
from annotate.reliability.triage.case import CASE_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from annotate.reliability.triage.case import Candidates, Case

    Names = NDArray[np.object_]
    Places = NDArray[np.int64]

__all__ = ["ROUNDING", "Ranked"]

_Item = TypeVar("_Item", bound=np.generic)

ROUNDING = 1e-9  # a rise below it is none


@dataclass(frozen=True)
class Ranked:
    """Cases by falling rise of alpha, of equal ones in the order of the scheme.

    Parameters
    ----------
    sources : tuple of Candidates
        Where they are from.
    annotators : tuple of str
        Names, for `involving`.
    source, place : array of int, shape (N,)
        Of each case its source, and its place there.
    rise : array of float, shape (N,)
        What agreement would gain.
    """

    sources: tuple[Candidates, ...]
    annotators: tuple[str, ...]
    source: Places
    place: Places
    rise: NDArray[np.float64]

    @classmethod
    def of(cls, candidates: Iterable[Candidates], annotators: tuple[str, ...]) -> Ranked:
        """Put candidates in order; those that would not make alpha rise are left out."""
        sources = sorted(candidates, key=lambda each: CASE_KINDS.index(each.kind))
        size = [len(each.rise) for each in sources]
        rise = np.nan_to_num(_joined([each.rise for each in sources], np.float64), nan=0.0)
        order = np.argsort(-rise.round(12), kind="stable")
        order = order[rise[order] > ROUNDING]
        source = np.repeat(np.arange(len(sources)), size)
        place = _joined([np.arange(number) for number in size], np.int64)
        return cls(tuple(sources), annotators, source[order], place[order], rise[order])

    def __len__(self) -> int:
        return len(self.rise)

    def tell(self, rank: int) -> Case:
        """Tell a case in words, by its place in the order from 0."""
        source = int(self.source[rank])
        return self.sources[source].tell(int(self.place[rank]))

    @cached_property
    def kind(self) -> Names:
        """One of "article", "labels" and "phrase", shape (N,)."""
        return _names([each.kind for each in self.sources])[self.source]

    @cached_property
    def question(self) -> Names:
        """The question or span group, shape (N,)."""
        return _names([each.question for each in self.sources])[self.source]

    @cached_property
    def article(self) -> Names:
        """The article, "" for two labels, shape (N,)."""
        return self._gathered([each.articles for each in self.sources])

    @cached_property
    def quote(self) -> Names:
        """The words of a phrase, "" for all else, shape (N,): untrusted."""
        return self._gathered([each.quotes() if each.quotes else () for each in self.sources])

    @cached_property
    def disagreement(self) -> NDArray[np.bool_]:
        """What a phrase is disagreed about, shape (N, 4), in the order of `KINDS`."""
        rows = [
            each.disagreement() if each.disagreement else np.zeros((len(each.rise), len(KINDS)))
            for each in self.sources
        ]
        if not rows:
            return np.zeros((0, len(KINDS)), dtype=np.bool_)
        return np.concatenate(rows).astype(np.bool_)[self._flat]

    def involving(self, annotator: str) -> NDArray[np.bool_]:
        """Tell in which cases an annotator has said something, shape (N,)."""
        found = np.zeros(sum(len(each.rise) for each in self.sources), dtype=np.bool_)
        if annotator in self.annotators:
            case, who = self._involved
            found[case[who == self.annotators.index(annotator)]] = True
        return found[self._flat]

    @cached_property
    def _involved(self) -> tuple[Places, Places]:
        """Give all cases, as they come from their sources, with everybody involved."""
        told = [each.involved() for each in self.sources]
        starts = self._starts.tolist()
        case = [start + cases for start, (cases, _) in zip(starts, told, strict=True)]
        return _joined(case, np.int64), _joined([who for _, who in told], np.int64)

    @cached_property
    def _starts(self) -> Places:
        size = np.array([len(each.rise) for each in self.sources], dtype=np.int64)
        return np.cumsum(size) - size

    @cached_property
    def _flat(self) -> Places:
        """The place of each case among all that come from the sources."""
        return self._starts[self.source] + self.place

    def _gathered(self, texts: Sequence[Sequence[str]]) -> Names:
        """Put one text for each case in order; a source that has none gives "" for each."""
        flat = [
            text
            for own, each in zip(texts, self.sources, strict=True)
            for text in (own or [""] * len(each.rise))
        ]
        return _names(flat)[self._flat]


def _names(texts: Sequence[str]) -> Names:
    return np.array([*texts, None], dtype=np.object_)[:-1]


def _joined(parts: Sequence[NDArray[_Item]], kind: type[_Item]) -> NDArray[_Item]:
    return np.concatenate([np.zeros(0, dtype=kind), *parts])
