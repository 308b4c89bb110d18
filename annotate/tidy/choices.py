"""A table of choices as evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.evidence.gathered import Asked, Evidence
from annotate.reliability.evidence.turns import OUTCOMES, Turns
from annotate.tidy.ballots import Ballots
from annotate.tidy.oddities import alike, swapped, unmet
from annotate.tidy.usable import check_only

if TYPE_CHECKING:
    from annotate.reliability.evidence.ratings import Ratings
    from annotate.tidy.coded import Rows
    from annotate.tidy.columns import Columns
    from annotate.tidy.scales import Scaling

__all__ = ["EACH_UNIT", "choices"]

EACH_UNIT = (
    "intervals take each unit for an article of its own; if several units lie in one article, name "
    "its column (--article, in Python article=)"
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
    if columns.only:
        check_only(columns, rows[columns.question].spelled())
    warnings += unmet(columns, ballots.met)
    articles = tuple(ballots.article.spelled())
    people = tuple(rows[columns.annotator].spelled())
    asked = []
    for ballot in ballots.each():
        used = ballots.used(ballot)
        values = scaling.values(used, ballot.question, several=columns.of_several)
        ratings, silent, said = ballots.count(ballot, values, articles, people)
        question, turns = scaling.question(ballot.question, values), _turns(ratings, silent)
        asked.append(Asked(question, ratings, turns.counts, turns=turns))
        warnings += said + alike(used, ballot.question) + scaling.doubts(values, ballot.question)
        people_of, units = len(ballots.voters(ballot)), len(ballot.article)
        warnings += swapped(people_of, units, ballot.question)
    if not columns.article:
        warnings.append(EACH_UNIT)
    return Evidence(articles, people, tuple(asked)), warnings


def _turns(ratings: Ratings, silent: Turns) -> Turns:
    """Put those who voted beside those who gave no label."""
    voted = np.full(len(ratings.unit), OUTCOMES.index("marked"))
    return Turns(
        article=np.concatenate([ratings.article[ratings.unit], silent.article]),
        annotator=np.concatenate([ratings.annotator, silent.annotator]),
        outcome=np.concatenate([voted, silent.outcome]),
    )
