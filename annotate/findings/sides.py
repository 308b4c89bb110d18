"""One question seen from its sides: pairs of annotators, confused values, articles, rounds."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from annotate.reliability import Figure
    from annotate.reliability.confusion import Confused, Confusion
    from annotate.reliability.evidence.gathered import Evidence
    from annotate.schema import Schema
    from annotate.summary import Summary
    from annotate.tables import Tables

__all__ = [
    "Bar",
    "Mistaken",
    "Pair",
    "Pairs",
    "Spread",
    "mistaken_of",
    "pairs_of",
    "rounds_of",
    "spread_of",
]

_BARS = 10
_LOWEST = 20  # articles that are named
_STEPS = (1, 2, 2.5, 5, 10)  # of an axis, times a power of ten


@dataclass(frozen=True)
class Pair:
    """Two annotators: the headline figure of what both did, and kappa or F1 beside it."""

    first: str
    second: str
    figure: Figure
    beside: tuple[Figure, ...]


@dataclass(frozen=True)
class Pairs:
    """Every two annotators who share an article.

    Parameters
    ----------
    measure : str
        The headline figure's.
    annotators : tuple of str
        Who has a pair, those first who agree most with the others.
    alone : tuple of str
        Who voted on this question but shares no article with anybody.
    pairs : tuple of Pair
        The lowest figure first, undefined ones last.
    """

    measure: str
    annotators: tuple[str, ...]
    alone: tuple[str, ...]
    pairs: tuple[Pair, ...]

    @property
    def by_names(self) -> dict[frozenset[str], Pair]:
        """The pairs by the names of the two."""
        return {frozenset((pair.first, pair.second)): pair for pair in self.pairs}


@dataclass(frozen=True)
class Mistaken:
    """Which values of a question are taken for one another.

    Parameters
    ----------
    found : Confusion
        All that is known.
    words : mapping of str to str
        What annotators read for each value.
    places : tuple of int
        The values to show, as places in `found.values`: those that were used, or where these
        are too many those that were mistaken most often.
    used : int
        How many values were used.
    """

    found: Confusion
    words: Mapping[str, str]
    places: tuple[int, ...]
    used: int

    @property
    def pairs(self) -> tuple[Confused, ...]:
        """What was confused, the most frequent first."""
        return self.found.pairs


@dataclass(frozen=True)
class Bar:
    """How many articles lie from `low` to below `high`; the last bar holds its end too."""

    low: float
    high: float
    articles: int


@dataclass(frozen=True)
class Spread:
    """How the articles differ in agreement.

    Parameters
    ----------
    measure : str
        What is to be seen in one article.
    best : float
        What it is where everybody agrees: 1 for shares that agree, 0 for distances.
    bars : tuple of Bar
        The histogram; empty if no article has a figure.
    articles, without : int
        How many articles have a figure, and how many that somebody saw have none.
    perfect : int
        How many everybody agrees on.
    lowest : tuple of Figure
        Those with the least agreement, the least first.
    """

    measure: str
    best: float
    bars: tuple[Bar, ...]
    articles: int
    without: int
    perfect: int
    lowest: tuple[Figure, ...]


def pairs_of(evidence: Evidence, question: str) -> Pairs:
    """Compare every two annotators on one question.

    Parameters
    ----------
    evidence : Evidence
        What votes.
    question : str
        The name of a question or span group.
    """
    from annotate.reliability.views import view

    figures = [f for f in view(_narrowed(evidence, question), "pair") if f.question == question]
    names = {
        f"{one} & {other}": (one, other) for one, other in combinations(evidence.annotators, 2)
    }
    by_pair: dict[str, list[Figure]] = {}
    for figure in figures:
        by_pair.setdefault(figure.of, []).append(figure)
    pairs = [Pair(*names[of], own[0], tuple(own[1:])) for of, own in by_pair.items()]
    shared = [pair for pair in pairs if pair.figure.articles]
    paired = {name for pair in shared for name in (pair.first, pair.second)}
    return Pairs(
        measure=shared[0].figure.measure if shared else "",
        annotators=_in_order(evidence.annotators, shared),
        alone=tuple(name for name in evidence.annotators if name not in paired),
        pairs=tuple(sorted(shared, key=lambda pair: _lowest_first(pair.figure.value))),
    )


def _lowest_first(value: float) -> tuple[bool, float]:
    return not math.isfinite(value), value if math.isfinite(value) else 0.0


def _in_order(annotators: Sequence[str], pairs: Iterable[Pair]) -> tuple[str, ...]:
    """Put those first who agree most with the others, by the mean over their shared articles."""
    sums: dict[str, list[float]] = {}
    for pair in pairs:
        weight = pair.figure.articles if pair.figure.defined else 0
        for name in (pair.first, pair.second):
            of = sums.setdefault(name, [0.0, 0.0])
            of[0] += weight * pair.figure.value if weight else 0.0
            of[1] += weight
    mean = {name: total / weight if weight else -math.inf for name, (total, weight) in sums.items()}
    return tuple(sorted((n for n in annotators if n in mean), key=lambda name: -mean[name]))


def mistaken_of(summary: Summary, question: str, most: int = 16) -> Mistaken | None:
    """Tell which values are taken for one another; None for a question of numbers.

    Parameters
    ----------
    summary : Summary
        With the evidence.
    question : str
        The name of a question or span group.
    most : int
        So many values are shown side by side.
    """
    from annotate.reliability import confusion

    every = confusion(_narrowed(summary.evidence, question))
    found = next((each for each in every if each.question == question), None)
    if found is None:
        return None
    matrix = np.array(found.matrix).reshape(len(found.values), len(found.values))
    used = np.flatnonzero(matrix.sum(axis=1))
    apart = (matrix.sum(axis=1) - np.diag(matrix))[used]
    # The most often mistaken ones, then again in the order of the scheme.
    shown = used[np.sort(np.argsort(-apart, kind="stable")[:most])]
    words = {value: summary.shown.get((question, value), value) for value in found.values}
    return Mistaken(found, words, tuple(shown.tolist()), len(used))


def spread_of(evidence: Evidence, question: str) -> Spread:
    """Tell how articles differ in agreement on one question.

    Parameters
    ----------
    evidence : Evidence
        What votes.
    question : str
        The name of a question or span group.
    """
    from annotate.reliability.views import view

    own = [f for f in view(_narrowed(evidence, question), "article") if f.question == question]
    known = [figure for figure in own if figure.defined]
    measure = own[0].measure if own else ""
    agreeing = measure.startswith("observed agreement")
    best = float(agreeing)
    worst_first = sorted(known, key=lambda figure: -abs(figure.value - best))
    return Spread(
        measure=measure,
        best=best,
        bars=_bars([figure.value for figure in known], whole=agreeing),
        articles=len(known),
        without=len(own) - len(known),
        perfect=sum(_is_best(figure, best) for figure in known),
        # Not all of them: ten thousand would be kept for every question.
        lowest=tuple(figure for figure in worst_first[:_LOWEST] if not _is_best(figure, best)),
    )


def _is_best(figure: Figure, best: float) -> bool:
    return math.isclose(figure.value, best, abs_tol=1e-9)


def _bars(values: Sequence[float], *, whole: bool) -> tuple[Bar, ...]:
    """Count values in ten bars from 0 to 1, or to a round number that holds them all."""
    if not values:
        return ()
    end = 1.0 if whole else _round_end(max(values))
    edges = np.linspace(0.0, end, _BARS + 1)
    # A share of .3 that was computed as .29999… belongs to the bar that begins at .3.
    counts, _ = np.histogram(np.round(values, 9), np.round(edges, 9))
    return tuple(
        Bar(float(low), float(high), int(n))
        for low, high, n in zip(edges[:-1], edges[1:], counts, strict=True)
    )


def _round_end(largest: float) -> float:
    if largest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    return next(step * power for step in _STEPS if step * power >= largest * (1 - 1e-9))


def rounds_of(
    tables: Tables, schema: Schema, texts: Mapping[str, str]
) -> dict[str, tuple[Figure, ...]]:
    """Give the headline figure of each round, by question; empty where there is one round.

    Parameters
    ----------
    tables : Tables
        What counts.
    schema : Schema
        The scheme.
    texts : mapping of str to str
        The text of each article.
    """
    from annotate.reliability.views import view_rounds

    if tables.visits["round"].nunique() < 2:  # noqa: PLR2004 - one round is the whole
        return {}
    found: dict[str, tuple[Figure, ...]] = {}
    for figure in view_rounds(tables, schema, texts):
        found[figure.question] = (*found.get(figure.question, ()), figure)
    return found


def _narrowed(evidence: Evidence, question: str) -> Evidence:
    """Leave out all other questions, since a view of everything takes seconds.

    What is said of spans needs all spans, since it is compared where they match.
    """
    of_spans = tuple(a for a in evidence.asked_of_spans if a.question.name == question)
    marked = tuple(m for m in evidence.marked if of_spans or m.group == question)
    asked = tuple(a for a in evidence.asked if a.question.name == question)
    return replace(evidence, asked=asked, marked=marked, asked_of_spans=of_spans)
