"""One figure of agreement: its value, its interval, its counts and what is wrong with it."""

from __future__ import annotations

import math
from dataclasses import asdict, astuple, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from annotate.reliability.inference.intervals import (
    RELIABLE,
    TENTATIVE,
    Interval,
    carrier,
    interval_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.reliability.inference.measure import Measured
    from annotate.reliability.inference.tally import Tally

__all__ = ["Basis", "Counts", "Figure", "figure_of", "verdict"]

_ALONE = (
    "undefined: only one unit (article) to compare, which alone cannot show what chance would do"
)


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

    def __add__(self, other: Counts) -> Counts:
        return Counts(*map(sum, zip(astuple(self), astuple(other), strict=True)))


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
    below_667, below_800 : float
        The probability that the figure of other articles lies below the cut-offs, from the same
        distribution as the interval; NaN where there is no interval, or where the cut-offs were
        not proposed for this kind of figure.
    view, of : str
        Which part of the data the figure is about, such as "outlet" and "Harbour Post"; "" for
        all of it.
    flags : tuple of str
        What `reason` warns of, for programs: some of `annotate.reliability.notes.FLAGS`.
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
    below_667: float = math.nan
    below_800: float = math.nan
    view: str = ""
    of: str = ""
    flags: tuple[str, ...] = ()

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
    """What several figures of one question rest on.

    Parameters
    ----------
    question, title : str
        The question's or span group's name, and what people call it.
    articles : sequence of str
        The names that `Tally.example` counts in.
    counts : Counts
        Who had a say.
    view, of : str
        Which part of the data it is.
    """

    question: str
    title: str
    articles: Sequence[str]
    counts: Counts
    view: str = ""
    of: str = ""


def figure_of(basis: Basis, measured: Measured) -> Figure:
    """Give a coefficient its value, its interval, and what is wrong with it.

    Parameters
    ----------
    basis : Basis
        What it rests on.
    measured : Measured
        The coefficient and its sums.
    """
    tally, coefficient = measured.tally.informative(), measured.coefficient
    value, undefined = _value_of(measured, tally)
    reasons = [undefined]
    interval = Interval(math.nan, math.nan)
    if math.isfinite(value):
        interval = interval_of(tally, coefficient)
        alone = carrier(tally, coefficient)
        reasons.append(interval.reason)
        if alone is not None:
            reasons.append(f"article {basis.articles[alone]} alone carries all the variation")
    figure = Figure(
        question=basis.question,
        title=basis.title,
        label=measured.label,
        measure=measured.measure,
        value=value,
        low=interval.low,
        high=interval.high,
        units=measured.units,
        articles=measured.tally.articles,
        annotators=measured.annotators,
        labels=measured.labels,
        reason="; ".join(filter(None, [*reasons, measured.note])),
        counts=basis.counts,
        view=basis.view,
        of=basis.of,
    )
    if not figure.chance_corrected:
        return figure
    return replace(figure, below_667=interval.below_tentative, below_800=interval.below_reliable)


def _value_of(measured: Measured, tally: Tally) -> tuple[float, str]:
    """Give the value of a coefficient, or NaN and why it has none."""
    value = float(measured.coefficient(tally.total)) if tally.articles else math.nan
    if not math.isfinite(value):
        return math.nan, measured.undefined
    if measured.units < measured.coefficient.fewest_units:
        return math.nan, _ALONE
    return value if measured.record is None else measured.record, ""


def verdict(figure: Figure) -> str:
    """Say what may be concluded, from the lower end of the interval.

    Krippendorff (2019, Content Analysis, 4th ed., p. 356): rely on .800 and above, draw only
    tentative conclusions from .667. For |u-alpha the cut-offs are a convention.
    """
    if not figure.defined:
        return "undefined"
    if not math.isfinite(figure.low):
        return "too few articles to tell"
    if figure.low >= RELIABLE:
        return "reliable"
    return "tentative" if figure.low >= TENTATIVE else "not reliable yet"
