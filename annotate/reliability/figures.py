"""One figure of agreement: its value, its interval, its counts and what is wrong with it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from annotate.reliability.intervals import adjusted_jackknife, carrier

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from annotate.reliability.intervals import Measure

__all__ = ["Basis", "Counts", "Figure", "measured", "verdict"]

_RELIABLE, _TENTATIVE = 0.80, 0.667


@dataclass(frozen=True)
class Counts:
    """Who had a say, in visits (one annotator on one article).

    Parameters
    ----------
    saw : int
        Submitted, with the question shown.
    marked, marked_nothing : int
        Of those: gave an answer or marked a span, and did not.
    missing : int
        Of those: gave an answer that the scheme counts as none ("unclear").
    not_shown : int
        Submitted, but the question's condition did not hold.
    skipped, draft, unseen, unassigned : int
        Not submitted: no vote.
    """

    saw: int = 0
    marked: int = 0
    marked_nothing: int = 0
    missing: int = 0
    not_shown: int = 0
    skipped: int = 0
    draft: int = 0
    unseen: int = 0
    unassigned: int = 0


@dataclass(frozen=True)
class Figure:
    """One figure.

    Parameters
    ----------
    question : str
        The question's or the span group's name.
    title : str
        What people call it.
    label : str
        The label or value the figure is about, "" for the whole question.
    measure : str
        The coefficient's name.
    value, low, high : float
        The figure and its 95 % interval over articles; NaN where undefined.
    units, articles, annotators, labels : int
        What it rests on: units with at least two votes, the articles they lie in, the people
        and the votes (spans, for spans).
    reason : str
        Why the figure or its interval is undefined, or what else to know.
    counts : Counts
        Who had a say.
    """

    question: str
    title: str
    label: str
    measure: str
    value: float
    low: float
    high: float
    units: int
    articles: int
    annotators: int
    labels: int
    reason: str
    counts: Counts = field(default_factory=Counts)

    @property
    def defined(self) -> bool:
        """Whether the figure has a value."""
        return math.isfinite(self.value)

    @property
    def chance_corrected(self) -> bool:
        """Whether the cut-offs for reliability were proposed for this kind of figure."""
        return "alpha" in self.measure

    def to_json(self) -> dict[str, Any]:
        """Give plain values; what is undefined is None."""
        values = asdict(self)
        values |= values.pop("counts")
        return {
            name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in values.items()
        }


@dataclass(frozen=True)
class Basis:
    """What several figures of one question rest on."""

    question: str
    title: str
    label: str
    units: int
    annotators: int
    labels: int
    articles: Sequence[str]
    counts: Counts


def measured(
    basis: Basis,
    measure: str,
    states: NDArray[np.float64],
    statistic: Measure,
    *,
    undefined: str,
    record: float | None = None,
) -> Figure:
    """Make a figure of per-article sums.

    Parameters
    ----------
    basis : Basis
        What it rests on.
    measure : str
        Its name.
    states : array, shape (G, S)
        The sums of each of `basis.articles`.
    statistic : Measure
        The figure as a function of the pooled sums.
    undefined : str
        The reason to give where it has no value.
    record : float, optional
        The value of record, where another implementation gives it.
    """
    value = float(statistic(states.sum(axis=0))) if len(states) else float("nan")
    if math.isfinite(value) and record is not None:
        value = record
    reasons = [] if math.isfinite(value) else [undefined]
    low = high = float("nan")
    if math.isfinite(value):
        interval = adjusted_jackknife(states, statistic)
        low, high = interval.low, interval.high
        reasons += [interval.reason] if interval.reason else []
        if (alone := carrier(states, statistic)) is not None and len(states) > 1:
            reasons.append(f"article {basis.articles[alone]} alone carries all the variation")
    return Figure(
        basis.question,
        basis.title,
        basis.label,
        measure,
        value,
        low,
        high,
        basis.units,
        len(basis.articles),
        basis.annotators,
        basis.labels,
        "; ".join(reasons),
        basis.counts,
    )


def verdict(figure: Figure) -> str:
    """Say what may be concluded, from the lower end of the interval.

    Krippendorff (2019, Content Analysis, 4th ed., p. 356): rely on .800 and above, draw only
    tentative conclusions from .667. For |u-alpha the cut-offs are a convention.
    """
    if not figure.defined:
        return "undefined"
    if not math.isfinite(figure.low):
        return "too few articles to tell"
    if figure.low >= _RELIABLE:
        return "reliable"
    return "tentative" if figure.low >= _TENTATIVE else "not reliable yet"
