"""A table of choices as evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.reliability.evidence.gathered import Asked, Evidence
from annotate.tidy.ballots import Ballots

if TYPE_CHECKING:
    from annotate.tidy.coded import Rows
    from annotate.tidy.columns import Columns
    from annotate.tidy.scales import Scaling

__all__ = ["EACH_UNIT", "choices"]

EACH_UNIT = (
    "no article column is named: intervals take each unit for an article of its own, which is too "
    "narrow where several units lie in one article"
)


def choices(rows: Rows, columns: Columns, scaling: Scaling) -> tuple[Evidence, list[str]]:
    """Turn a table of choices into evidence.

    Parameters
    ----------
    rows : Rows
        With the named columns.
    columns : Columns
        What they mean.
    scaling : Scaling
        How labels are compared.

    Returns
    -------
    evidence : Evidence
        One question, or as many as the column of questions names.
    warnings : list of str
        What was left out or taken for granted.
    """
    ballots, warnings = Ballots.of(rows, columns)
    articles = tuple(ballots.article.spelled())
    people = tuple(rows[columns.annotator].spelled())
    asked = []
    for ballot in ballots.each():
        values = scaling.values(ballots.used(ballot), ballot.question)
        ratings, turns, said = ballots.count(ballot, values, articles, people)
        question = scaling.question(ballot.question, values)
        asked.append(Asked(question, ratings, turns.counts, turns=turns))
        warnings += said
    if not columns.article:
        warnings.append(EACH_UNIT)
    return Evidence(articles, people, tuple(asked)), warnings
