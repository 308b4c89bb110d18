"""A table in many files, folded into sums: never loaded whole, the same on any executor.

Two passes over the files: the first learns which questions, labels and annotators there are and
proves that no article lies in two files, the second turns each file into tallies. Tallies are
merged in the order of the files, so the digits do not depend on who did the work.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from annotate.errors import TableError, UsageError
from annotate.reliability.figures import Counts
from annotate.tidy.ballots import Ballots
from annotate.tidy.choices import EACH_UNIT
from annotate.tidy.merge import Plan, Tallied, figures_of, lone_votes, measures_of
from annotate.tidy.oddities import alike, unmet
from annotate.tidy.parts import Part, prove_apart, spellings, survey_all
from annotate.tidy.scored import Scored
from annotate.tidy.usable import check_only

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from annotate.reliability.inference.measure import Measured
    from annotate.tidy.columns import Columns
    from annotate.tidy.executors import Mapper
    from annotate.tidy.parts import Survey
    from annotate.tidy.scales import Scaling

__all__ = ["fold"]

_WARNINGS = 10  # printed; a file that is odd is seldom alone
_RANKS = 32  # beyond, `value_measures` holds the distances of one part fixed


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
    surveys = survey_all(parts, mapper)
    parts = [each.part for each in surveys]
    if all(each.low is None for each in surveys):
        msg = "The files have no rows: there is nothing to score"
        raise TableError(msg)
    check_only(columns, dict.fromkeys(name for each in surveys for name in each.questions))
    prove_apart(surveys, mapper)
    plan = _plan(surveys, scaling, also, weights)
    tallied = list(mapper(_tallied, [(part, plan) for part in parts]))
    names = tuple(f"(one in {part.path.name})" for part in parts)
    figures = [
        figure
        for question in plan.values
        for figure in figures_of(
            question, plan, [each[question] for each in tallied if question in each], names
        )
    ]
    warnings = [said for each in surveys for said in each.warnings] + spellings(surveys)
    warnings += unmet(columns, frozenset().union(*(each.met for each in surveys)))
    for question, labels in _merged(each.labels for each in surveys).items():
        warnings += alike(labels, question)
        warnings += scaling.doubts(plan.values[question], question)
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


def _plan(surveys: Sequence[Survey], scaling: Scaling, also: frozenset[str], weights: str) -> Plan:
    used = _merged(each.labels for each in surveys)
    voters = _merged(each.voters for each in surveys)
    annotators = tuple(dict.fromkeys(name for names in voters.values() for name in names))
    several = surveys[0].part.columns.of_several
    values = {
        question: scaling.values(labels, question, several=several)
        for question, labels in used.items()
    }
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
    return Plan(scaling, values, annotators, places, also, weights)


def _merged(parts: Iterable[dict[str, list[str]]]) -> dict[str, list[str]]:
    """Join the names of each question, in the order in which they turn up."""
    found: dict[str, dict[str, None]] = {}
    for part in parts:
        for question, names in part.items():
            found.setdefault(question, {}).update(dict.fromkeys(names))
    return {question: list(names) for question, names in found.items()}


def _tallied(task: tuple[Part, Plan]) -> dict[str, Tallied]:
    """Turn one file into the tallies of its questions."""
    part, plan = task
    rows = part.rows()
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
        # Lone votes are spread over the articles of all files, once these are known.
        shared = pairable if len(pairable.unit) else ratings
        measures = measures_of(shared, ballot.question, plan)
        measured = [_small(each, part.number) for each in measures]
        voted = np.zeros(len(plan.annotators), dtype=np.bool_)
        voted[pairable.annotator] = True
        margins = np.bincount(pairable.value, minlength=len(values.names)).astype(np.float64)
        votes, missing = len(ratings.unit), len(silent.outcome)
        counts = Counts(saw=votes + missing, marked=votes, missing=missing)
        tallied[ballot.question] = Tallied(
            measured, counts, voted, margins, lone_votes(ratings, voters), [*refusals, *said]
        )
        refusals = []
    return tallied


def _small(measured: Measured, number: int) -> Measured:
    """Let articles that add the same share a row; of an article only its file is remembered."""
    tally = measured.tally.informative().grouped()
    return replace(measured, tally=replace(tally, example=np.full(len(tally.rows), number)))
