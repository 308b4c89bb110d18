"""Votes for tests: rows of what annotators said, article by article."""

import numpy as np

from annotate.reliability.evidence.ratings import Ratings

__all__ = ["by_measure", "ratings", "value_of"]


def ratings(rows, values, articles=None):
    """Make ratings: one row for each unit, one cell for each annotator, None or "." for no vote.

    `articles` gives the place of the article of each unit; otherwise each is its own.
    """
    place = {value: number for number, value in enumerate(values)}
    said = [
        (unit, person, place[value])
        for unit, row in enumerate(rows)
        for person, value in enumerate(row)
        if value is not None and value != "."
    ]
    unit, annotator, value = np.array(said, dtype=np.int64).reshape(-1, 3).T
    article = np.arange(len(rows)) if articles is None else np.asarray(articles, dtype=np.int64)
    people = max((len(row) for row in rows), default=0)
    return Ratings(
        unit=unit,
        annotator=annotator,
        value=value,
        article=article,
        articles=tuple(f"article {n}" for n in range(int(article.max(initial=-1)) + 1)),
        annotators=tuple(f"annotator {n}" for n in range(people)),
        values=tuple(map(str, values)),
    )


def by_measure(measures):
    """Name what was measured by label and measure; no name comes twice."""
    measures = list(measures)
    named = {(measured.label, measured.measure): measured for measured in measures}
    assert len(named) == len(measures)
    return named


def value_of(measured):
    """Give the figure of what was measured, NaN where it is undefined."""
    if not measured.tally.articles:
        return float("nan")
    return float(measured.coefficient(measured.tally.total))
