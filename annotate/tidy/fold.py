"""A table in many files, folded into sums: never loaded whole, the same on any executor.

Two passes over the files: the first learns which questions, labels and annotators there are and
proves that no article lies in two files, the second turns each file into tallies. Tallies are
merged in the order of the files, so the digits do not depend on who did the work.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from annotate.errors import UsageError
from annotate.reliability.choices.chance import ChanceCorrected
from annotate.reliability.choices.measures import value_measures
from annotate.reliability.evidence.ratings import Ratings
from annotate.reliability.figures import Basis, Counts, figure_of
from annotate.reliability.inference.tally import Tally
from annotate.reliability.notes import few_votes, noted, paradox, set_aside
from annotate.tidy.ballots import Ballots
from annotate.tidy.choices import EACH_UNIT
from annotate.tidy.files import read_rows
from annotate.tidy.parts import Part, prove_apart, survey
from annotate.tidy.scored import Scored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from annotate.reliability.figures import Figure
    from annotate.reliability.inference.measure import Measured
    from annotate.reliability.notes import Note
    from annotate.tidy.columns import Columns
    from annotate.tidy.executors import Mapper
    from annotate.tidy.parts import Survey
    from annotate.tidy.scales import Scaling, Values

__all__ = ["fold"]

_ENOUGH, _MOST = 1_000, 1_000_000  # votes that are looked at one by one
_WARNINGS = 10  # printed; a file that is odd is seldom alone
_RANKS = 32  # beyond, `value_measures` holds the distances of one part fixed


@dataclass(frozen=True)
class _Plan:
    """What must be the same in every file for their sums to add up."""

    scaling: Scaling
    values: dict[str, Values]
    annotators: tuple[str, ...]
    voters: dict[str, NDArray[np.int64]]
    also: frozenset[str]
    weights: str


@dataclass(frozen=True)
class _Tallied:
    """What one file adds to one question."""

    measured: list[Measured]
    counts: Counts
    voted: NDArray[np.bool_]
    margins: NDArray[np.float64]
    lone: NDArray[np.float64]
    warnings: list[str]


def fold(
    mapper: Mapper,
    paths: Sequence[Path],
    columns: Columns,
    scaling: Scaling,
    *,
    also: frozenset[str] = frozenset(),
    weights: str = "ordinal",
) -> Scored:
    """Score a table of choices that lies in several files.

    Parameters
    ----------
    mapper : Mapper
        The built-in `map`, or that of an executor.
    paths : sequence of Path
        The files; all rows of an article lie in one of them.
    columns : Columns
        What their columns mean.
    scaling : Scaling
        How labels are compared.
    also, weights : frozenset of str, str
        As in `annotate.reliability.score.score`.

    Raises
    ------
    UsageError, TableError
        If a file cannot be used, or an article lies in two of them.
    """
    parts = [Part(number, path.resolve(), columns) for number, path in enumerate(paths)]
    surveys = list(mapper(survey, parts))
    prove_apart(surveys, mapper)
    plan = _plan(surveys, scaling, also, weights)
    tallied = list(mapper(_tallied, [(part, plan) for part in parts]))
    names = tuple(f"(one in {part.path.name})" for part in parts)
    figures = [
        figure
        for question in plan.values
        for figure in _figures(
            question,
            plan.values[question],
            [each[question] for each in tallied if question in each],
            names,
        )
    ]
    warnings = list(dict.fromkeys(said for each in surveys for said in each.warnings))
    warnings += [
        f"{part.path.name}: {said}"
        for part, each in zip(parts, tallied, strict=True)
        for question in each.values()
        for said in question.warnings
    ]
    if len(warnings) > _WARNINGS:
        warnings[_WARNINGS:] = [f"and {len(warnings) - _WARNINGS:,} more warnings of this kind"]
    if not columns.article:
        warnings.append(EACH_UNIT)
    return Scored(figures, None, tuple(warnings))


def _plan(surveys: Sequence[Survey], scaling: Scaling, also: frozenset[str], weights: str) -> _Plan:
    used = _merged(each.labels for each in surveys)
    voters = _merged(each.voters for each in surveys)
    annotators = tuple(dict.fromkeys(name for names in voters.values() for name in names))
    values = {question: scaling.values(labels, question) for question, labels in used.items()}
    most = max((len(each.names) for each in values.values()), default=0)
    if scaling.scale == "ordinal" and most > _RANKS:
        msg = (
            f"An ordinal scale of {most:,} values takes one file, not several: its sums do not add "
            f"up beyond {_RANKS}; join the files, or choose the interval scale"
        )
        raise UsageError(msg)
    place = {name: number for number, name in enumerate(annotators)}
    places = {
        question: np.array(sorted(place[name] for name in names), dtype=np.int64)
        for question, names in voters.items()
    }
    return _Plan(scaling, values, annotators, places, also, weights)


def _merged(parts: Iterable[dict[str, list[str]]]) -> dict[str, list[str]]:
    """Join the names of each question, in the order in which they turn up."""
    found: dict[str, dict[str, None]] = {}
    for part in parts:
        for question, names in part.items():
            found.setdefault(question, {}).update(dict.fromkeys(names))
    return {question: list(names) for question, names in found.items()}


def _tallied(task: tuple[Part, _Plan]) -> dict[str, _Tallied]:
    """Turn one file into the tallies of its questions."""
    part, plan = task
    rows = read_rows(part.path, part.columns.named)
    # All files count in the same annotators; who has no vote anywhere is none of them.
    people = [*plan.annotators, *rows[part.columns.annotator].spelled()]
    people = list(dict.fromkeys(people))
    annotator = rows[part.columns.annotator].among(people)
    rows = replace(rows, columns={**rows.columns, part.columns.annotator: annotator})
    ballots, refusals = Ballots.of(rows, part.columns)
    # Nobody asks for an article's name, and the names would outweigh the sums.
    articles = ("",) * len(ballots.article.names)
    tallied = {}
    for ballot in ballots.each():
        values = plan.values[ballot.question]
        ratings, silent, said = ballots.count(ballot, values, articles, people)
        pairable, voters = ratings.pairable(), plan.voters[ballot.question]
        measures = value_measures(
            # Lone votes are spread over the articles of all files, once these are known.
            pairable if len(pairable.unit) else ratings,
            plan.scaling.scale,
            values.numbers if plan.scaling.scale in {"interval", "ratio"} else None,
            also=plan.also,
            weights=plan.weights,
            record=False,
            annotators=voters,
        )
        measured = [_small(each, part.number) for each in measures]
        voted = np.zeros(len(plan.annotators), dtype=np.bool_)
        voted[pairable.annotator] = True
        margins = np.bincount(pairable.value, minlength=len(values.names)).astype(np.float64)
        votes, missing = len(ratings.unit), len(silent.outcome)
        counts = Counts(saw=votes + missing, marked=votes, missing=missing)
        tallied[ballot.question] = _Tallied(
            measured, counts, voted, margins, _lone(ratings, voters), [*refusals, *said]
        )
        refusals = []
    return tallied


def _small(measured: Measured, number: int) -> Measured:
    """Let articles that add the same share a row; of an article only its file is remembered."""
    tally = measured.tally.informative().grouped()
    return replace(measured, tally=replace(tally, example=np.full(len(tally.rows), number)))


def _figures(
    question: str, values: Values, parts: Sequence[_Tallied], names: tuple[str, ...]
) -> Iterator[Figure]:
    """Merge the tallies of one question, in the order of the files."""
    counts = Counts()
    merged: dict[tuple[str, str], list[Measured]] = {}
    for part in parts:
        counts = _sum(counts, part.counts)
        for measured in part.measured:
            merged.setdefault((measured.measure, measured.label), []).append(measured)
    people = int(np.logical_or.reduce([part.voted for part in parts]).sum())
    basis = Basis(question, question, names, counts)
    figures = []
    lone = np.sum([part.lone for part in parts], axis=0)
    for same in merged.values():
        together = _together(same, lone)
        people_in = people if together.units else 0
        figures.append(figure_of(basis, replace(together, annotators=people_in)))
    margins = np.sum([part.margins for part in parts], axis=0)
    yield noted(figures[0], _notes(figures, counts, margins, values))
    yield from figures[1:]


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
    if isinstance(telling.coefficient, ChanceCorrected):
        tally = _with_lone(tally, lone)
    notes = {each.note for each in same if each.units}
    return replace(
        telling,
        tally=tally,
        units=sum(each.units for each in same),
        labels=sum(each.labels for each in same),
        note=telling.note if len(notes) == 1 else "",
    )


def _lone(ratings: Ratings, voters: NDArray[np.int64]) -> NDArray[np.float64]:
    """Count the votes on units that have no other, shape (annotators, K)."""
    k = len(ratings.values)
    votes = np.bincount(ratings.unit, minlength=len(ratings.article))
    alone = ratings.only(votes[ratings.unit] == 1)
    place = np.searchsorted(voters, alone.annotator)
    cells = np.bincount(place * k + alone.value, minlength=len(voters) * k)
    return cells.reshape(len(voters), k).astype(np.float64)


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
