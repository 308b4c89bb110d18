"""b and e: ten thousand replicates, and the u-alpha family they are drawn for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import krippendorff
import numpy as np

from annotate.reliability.choices.alpha import FixedAlpha
from annotate.reliability.choices.votes import table_of
from annotate.reliability.inference.replicates import replicates, resampled
from annotate.reliability.inference.tally import Tally
from annotate.reliability.spans.unitizing import (
    BarUAlpha,
    KuAlpha,
    UAlpha,
    labelled,
    where_state,
)
from claims import made
from claims.harness import Line, extra_memory, in_turn
from claims.spans import marks_of
from claims.values import ratings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from annotate.reliability.evidence.marks import Marks
    from annotate.reliability.evidence.ratings import Ratings
    from annotate.reliability.inference.measure import Coefficient
    from claims.harness import Options, Tasks

    Family = list[tuple[str, Coefficient, NDArray[np.float64]]]

__all__ = ["claim_b", "claim_e"]

TIMES = 10_000
ARTICLES, UNITS_EACH, ANNOTATORS, VALUES = 20_000, 5, 5, 5
SPAN_ARTICLES = 10_000
_SECONDS, _MEGABYTES, _FAMILY_SECONDS = 1.5, 150.0, 0.2
_SPREADS = 4  # of the replicates, by which a mean of few may lie off
_NAIVE = 5  # replicates of the peer that the rest is extrapolated from


def claim_b(options: Options) -> Iterator[Line]:
    """Resample the articles of a nominal question."""
    articles = options.size(ARTICLES)
    tally = _article_tally(articles)
    naive = partial(_resampled_naively, _counts(articles), np.random.default_rng(5))
    tasks: Tasks = {
        "here": partial(_replicates, tally),
        "peer": lambda: [naive() for _ in range(_NAIVE)],
    }
    taken, drawn = in_turn(tasks, options.repeats)
    memory = extra_memory(partial(_article_tally, articles), _replicates)
    peer = taken["peer"].seconds / _NAIVE * TIMES
    near = _near(drawn["here"], np.mean(drawn["peer"]))
    yield Line(
        "b",
        f"{TIMES:,} replicates of nominal alpha, {articles * UNITS_EACH:,} units "
        f"in {articles:,} articles",
        f"{taken['here']}, {memory:.0f} MB; krippendorff once for each {peer:,.0f} s "
        f"(from {_NAIVE}), {peer / taken['here'].seconds:,.0f} times as long",
        f"{_SECONDS} s, {_MEGABYTES:.0f} MB",
        taken["here"].seconds <= _SECONDS and memory <= _MEGABYTES and near,
    )


def claim_e(options: Options) -> Iterator[Line]:
    """Tally the u-alpha family of many spans, then resample the articles of all its members."""
    marks = _marks(options.size(SPAN_ARTICLES))
    taken, results = in_turn({"family": partial(_family, marks)}, options.repeats)
    family = results["family"]
    figures = ", ".join(f"{name} {float(c(state.sum(axis=0))):.3f}" for name, c, state in family)
    yield Line(
        "e",
        f"u-alpha family, {len(marks.start):,} spans ({figures})",
        f"{taken['family'].seconds * 1e3:.0f} ms",
        f"{_FAMILY_SECONDS * 1e3:.0f} ms",
        taken["family"].seconds <= _FAMILY_SECONDS,
    )
    taken, drawn = in_turn({"all": partial(_family_replicates, family)}, options.repeats)
    near = all(_near(drawn["all"][name], c(state.sum(axis=0))) for name, c, state in family)
    memory = extra_memory(partial(_family_of, options.size(SPAN_ARTICLES)), _family_replicates)
    yield Line(
        "e",
        f"{TIMES:,} replicates of the {len(family)} together",
        f"{taken['all']}, {memory:.0f} MB",
        f"{_SECONDS} s",
        taken["all"].seconds <= _SECONDS and near,
    )


def _article_tally(articles: int) -> Tally:
    return table_of(_ratings(articles)).pairable().tally(FixedAlpha().states)


def _ratings(articles: int) -> Ratings:
    said = made.labels(articles * UNITS_EACH, ANNOTATORS, VALUES)
    return ratings_of(said, VALUES, UNITS_EACH)


def _counts(articles: int) -> NDArray[np.int64]:
    return _ratings(articles).counts().reshape(articles, UNITS_EACH, VALUES)


def _replicates(tally: Tally) -> NDArray[np.float64]:
    return replicates(tally, FixedAlpha(), TIMES, np.random.default_rng(4))


def _near(drawn: NDArray[np.float64], figure: float | np.floating | NDArray[np.float64]) -> bool:
    """Tell whether replicates lie around a figure."""
    return bool(abs(drawn.mean() - figure) < _SPREADS * drawn.std())


def _resampled_naively(counts: NDArray[np.int64], rng: np.random.Generator) -> float:
    """Draw articles with replacement and score them as if they were the data."""
    drawn = counts[rng.integers(len(counts), size=len(counts))].reshape(-1, VALUES)
    return float(krippendorff.alpha(value_counts=drawn, level_of_measurement="nominal"))


def _marks(articles: int) -> Marks:
    return marks_of(made.span_table(articles), made.seen_table(articles))


def _family(marks: Marks) -> Family:
    found = labelled(marks)
    return [
        ("|u-alpha", BarUAlpha(), where_state(marks)),
        ("u-alpha", UAlpha(), found.both()),
        ("cu-alpha", UAlpha(), found.which()),
        *((f"({k})u-alpha", KuAlpha(), found.one(k)) for k in range(len(marks.labels))),
    ]


def _family_of(articles: int) -> Family:
    return _family(_marks(articles))


def _family_replicates(family: Family) -> dict[str, NDArray[np.float64]]:
    """Draw the articles once for all figures: their sums lie side by side."""
    together = Tally.of(np.hstack([state for _, _, state in family]))
    sums = resampled(together, TIMES, np.random.default_rng(6))
    edges = np.cumsum([state.shape[1] for _, _, state in family])[:-1]
    parts = np.split(sums, edges, axis=1)
    return {name: c(part) for (name, c, _), part in zip(family, parts, strict=True)}
