"""Pair the spans of two annotators one to one, and the F1 that follows."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Span", "exact_state", "match_spans", "overlap_state"]


class Span(NamedTuple):
    """A span of one annotator in one article: half-open, in code points."""

    start: int
    end: int
    label: str
    span_id: str = ""


def match_spans(ours: Sequence[Span], theirs: Sequence[Span]) -> list[tuple[int, int]]:
    """Pair spans that overlap so that the total overlap is the largest.

    Parameters
    ----------
    ours, theirs : sequence of Span
        Of two annotators, in one article; labels do not matter.

    Returns
    -------
    list of (int, int)
        Places in `ours` and `theirs`; one character of overlap is enough.

    Notes
    -----
    Spans with the same limits are paired first, those with the same label before the others.
    This never costs overlap: for identical x, y and any a, b,
    ``|x & b| + |a & y| <= |x| + |a & b|``. So what matches exactly also matches by overlap.
    Of several matchings with the same total, one with the most pairs counts, and of these one
    with the most pairs of the same label: neither the order of spans nor that of annotators
    moves a figure.
    """
    order = [sorted(range(len(spans)), key=spans.__getitem__) for spans in (ours, theirs)]
    first, second = [ours[i] for i in order[0]], [theirs[j] for j in order[1]]
    if _limits(second) < _limits(first):
        found = [(i, j) for j, i in _match(second, first)]
    else:
        found = _match(first, second)
    return sorted((order[0][i], order[1][j]) for i, j in found)


def _limits(spans: Sequence[Span]) -> list[tuple[object, ...]]:
    return [span[:3] for span in spans]


def _match(ours: Sequence[Span], theirs: Sequence[Span]) -> list[tuple[int, int]]:
    pairs = _pair_equal(ours, theirs, 3, [])
    pairs = _pair_equal(ours, theirs, 2, pairs)
    rest = [
        [place for place in range(len(spans)) if place not in {pair[side] for pair in pairs}]
        for side, spans in enumerate((ours, theirs))
    ]
    worth = _worth([ours[i] for i in rest[0]], [theirs[j] for j in rest[1]])
    for row, column in zip(*linear_sum_assignment(worth, maximize=True), strict=True):
        if worth[row, column] > 0:
            pairs.append((rest[0][row], rest[1][column]))
    return pairs


def _worth(ours: Sequence[Span], theirs: Sequence[Span]) -> NDArray[np.int64]:
    """Give the overlap of all pairs, with their number and their labels to break ties."""
    base = min(len(ours), len(theirs)) + 1
    worth = np.zeros((len(ours), len(theirs)), dtype=np.int64)
    for i, a in enumerate(ours):
        for j, b in enumerate(theirs):
            if overlap := _overlap(a, b):
                worth[i, j] = (overlap * base + 1) * base + (a.label == b.label)
    return worth


def _pair_equal(
    ours: Sequence[Span], theirs: Sequence[Span], fields: int, pairs: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Add pairs of spans whose first fields are the same."""
    taken = {i for i, _ in pairs}, {j for _, j in pairs}
    waiting: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for j, span in enumerate(theirs):
        if j not in taken[1]:
            waiting[span[:fields]].append(j)
    found = list(pairs)
    for i, span in enumerate(ours):
        if i not in taken[0] and waiting[span[:fields]]:
            found.append((i, waiting[span[:fields]].pop(0)))
    return found


def _overlap(a: Span, b: Span) -> int:
    return max(0, min(a.end, b.end) - max(a.start, b.start))


def exact_state(marked: Sequence[Sequence[Span]]) -> NDArray[np.float64]:
    """Tally exact matches (same start, end and label) of one article.

    Returns
    -------
    array, shape (2,)
        Twice the matched pairs and the spans of both sides, over all pairs of annotators: F1 of
        the marked class is their `annotate.reliability.inference.intervals.Share`.
    """
    counts = [Counter(span[:3] for span in spans) for spans in marked]
    hits = sum((a & b).total() for a, b in combinations(counts, 2))
    return np.array([2.0 * hits, _sizes(marked)])


def overlap_state(marked: Sequence[Sequence[Span]]) -> NDArray[np.float64]:
    """Tally matches by overlap (any label) of one article.

    Returns
    -------
    array, shape (2,)
        Twice the matched pairs and the spans of both sides, over all pairs of annotators: F1 of
        the marked class is their `annotate.reliability.inference.intervals.Share`.
    """
    hits = sum(len(match_spans(a, b)) for a, b in combinations(marked, 2))
    return np.array([2.0 * hits, _sizes(marked)])


def _sizes(marked: Sequence[Sequence[Span]]) -> float:
    return float(sum(len(spans) for spans in marked) * (len(marked) - 1))
