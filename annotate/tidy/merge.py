"""Tallies of many files into figures: merged in the order of the files."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.choices.measures import value_measures
from annotate.reliability.evidence.ratings import Ratings
from annotate.reliability.figures import Basis, Counts, figure_of
from annotate.reliability.inference.tally import Tally
from annotate.reliability.notes import few_votes, noted, paradox, set_aside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from annotate.reliability.figures import Figure
    from annotate.reliability.inference.measure import Measured
    from annotate.reliability.notes import Note
    from annotate.tidy.scales import Scaling, Values

__all__ = ["Plan", "Tallied", "figures_of", "lone_votes", "measures_of"]

_ENOUGH, _MOST = 1_000, 1_000_000  # votes that are looked at one by one


@dataclass(frozen=True)
class Plan:
    """What must be the same in every file for their sums to add up.

    Parameters
    ----------
    scaling : Scaling
        How labels are compared.
    values : dict of str to Values
        Of each question.
    annotators : tuple of str
        Everybody with a vote.
    voters : dict of str to array of int
        The places of those with a vote on each question, in ascending order.
    also, weights : frozenset of str, str
        As in `annotate.reliability.score.score`.
    """

    scaling: Scaling
    values: dict[str, Values]
    annotators: tuple[str, ...]
    voters: dict[str, NDArray[np.int64]]
    also: frozenset[str]
    weights: str


@dataclass(frozen=True)
class Tallied:
    """What one file adds to one question.

    Parameters
    ----------
    measured : list of Measured
        Its coefficients, without votes on units that have no other.
    counts : Counts
        Who had a say.
    voted : array of bool, shape (annotators,)
        Who has a vote on a unit with at least two.
    margins : array, shape (K,)
        How often each value was given on such units.
    lone : array, shape (voters, K)
        The votes on all other units.
    warnings : list of str
        What was left out.
    """

    measured: list[Measured]
    counts: Counts
    voted: NDArray[np.bool_]
    margins: NDArray[np.float64]
    lone: NDArray[np.float64]
    warnings: list[str]


def measures_of(ratings: Ratings, question: str, plan: Plan) -> Iterator[Measured]:
    """Measure one file, or what stands for it.

    Parameters
    ----------
    ratings : Ratings
        The votes, in the annotators of the plan.
    question : str
        The question's name.
    plan : Plan
        For all files.
    """
    metric = plan.scaling.scale in {"interval", "ratio"}
    return value_measures(
        ratings,
        plan.scaling.scale,
        plan.values[question].numbers if metric else None,
        also=plan.also,
        weights=plan.weights,
        record=False,
        annotators=plan.voters[question],
    )


def lone_votes(ratings: Ratings, voters: NDArray[np.int64]) -> NDArray[np.float64]:
    """Count the votes on units that have no other.

    Parameters
    ----------
    ratings : Ratings
        The votes.
    voters : array of int, shape (V,)
        The places of the annotators, in ascending order.

    Returns
    -------
    array, shape (V, K)
    """
    k = len(ratings.values)
    votes = np.bincount(ratings.unit, minlength=len(ratings.article))
    alone = ratings.only(votes[ratings.unit] == 1)
    place = np.searchsorted(voters, alone.annotator)
    cells = np.bincount(place * k + alone.value, minlength=len(voters) * k)
    return cells.reshape(len(voters), k).astype(np.float64)


def figures_of(
    question: str, plan: Plan, parts: Sequence[Tallied], names: tuple[str, ...]
) -> Iterator[Figure]:
    """Merge the tallies of one question.

    Parameters
    ----------
    question : str
        Its name.
    plan : Plan
        For all files.
    parts : sequence of Tallied
        What each file adds, in the order of the files.
    names : tuple of str
        What to call an article of each file; `Tally.example` is the number of the file.
    """
    counts = Counts()
    merged: dict[tuple[str, str], list[Measured]] = {}
    for part in parts:
        counts = _sum(counts, part.counts)
        for measured in part.measured:
            merged.setdefault((measured.measure, measured.label), []).append(measured)
    lone = np.sum([part.lone for part in parts], axis=0)
    found = [_together(same, lone) for same in merged.values()]
    if not any(each.units for each in found):
        found = list(measures_of(_nothing_shared(question, plan), question, plan))
    people = int(np.logical_or.reduce([part.voted for part in parts]).sum())
    found = [replace(each, annotators=people) if each.units else each for each in found]
    basis = Basis(question, question, names, counts)
    figures = [figure_of(basis, each) for each in found]
    margins = np.sum([part.margins for part in parts], axis=0)
    yield noted(figures[0], _notes(figures, counts, margins, plan.values[question]))
    yield from figures[1:]


def _nothing_shared(question: str, plan: Plan) -> Ratings:
    """Give everybody a vote on a unit of their own: every file alone may have fewer people."""
    voters, values = plan.voters[question], plan.values[question].names
    each = np.arange(len(voters))
    names = ("",) * len(voters)
    return Ratings(each, voters, np.zeros_like(each), each, names, plan.annotators, values)


def _notes(
    figures: Sequence[Figure], counts: Counts, margins: NDArray[np.float64], values: Values
) -> Iterator[Note | None]:
    """Tell what to know of the figure of record, as if all votes had been in memory."""
    yield set_aside(counts, "labels are missing")
    alpha = figures[0]
    if not alpha.defined:
        return
    if "nominal" in alpha.measure or "ordinal" in alpha.measure:
        yield few_votes(_stand_in(np.minimum(margins, _ENOUGH), values))
    shares = margins * min(1.0, _MOST / margins.sum())
    for other in figures:
        if other.measure.startswith("AC") and not other.label:
            yield paradox(_stand_in(np.ceil(shares), values), alpha.value, other.value)


def _together(same: Sequence[Measured], lone: NDArray[np.float64]) -> Measured:
    """Add up one coefficient of all the files."""
    # A file in which nothing can be compared has sums of no use, and a reason of its own.
    telling = max(same, key=lambda each: each.units)
    tally = Tally.together(each.tally for each in same).grouped()
    if telling.lone:
        tally = _with_lone(tally, lone)
    notes = {each.note for each in same if each.units}
    return replace(
        telling,
        tally=tally,
        units=sum(each.units for each in same),
        labels=sum(each.labels for each in same),
        note=telling.note if len(notes) == 1 else "",
    )


def _with_lone(tally: Tally, lone: NDArray[np.float64]) -> Tally:
    """Spread lone votes evenly over the articles that have something to compare.

    After two sums of agreement, a state has the shares of all annotators, or of each.
    """
    if not tally.articles:
        return tally
    pooled = tally.rows.shape[1] == lone.shape[1] + 2
    extra = np.concatenate([[0.0, 0.0], lone.sum(axis=0) if pooled else lone.ravel()])
    return replace(tally, rows=tally.rows + extra / tally.articles)


def _sum(one: Counts, other: Counts) -> Counts:
    names = [field.name for field in fields(Counts)]
    return Counts(**{name: getattr(one, name) + getattr(other, name) for name in names})


def _stand_in(votes: NDArray[np.float64], values: Values) -> Ratings:
    """Give so many votes for each value, all on one unit: all that the notes look at."""
    value = np.repeat(np.arange(len(values.names)), votes.astype(np.int64))
    none = np.zeros(len(value), dtype=np.int64)
    return Ratings(none, none, value, np.zeros(1, dtype=np.int64), ("",), ("",), values.names)
