"""Pairs of annotators on one article, with what both marked there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.views.pairs import Pairs, together

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.evidence.marks import Marks
    from annotate.reliability.spans.matching import Matches

__all__ = ["hits_of", "pairs_apart", "pairs_of_visits", "visits_of"]


def pairs_of_visits(marks: Marks) -> Pairs:
    """Pair the visits to each article; each pair is a pattern of its own.

    Parameters
    ----------
    marks : Marks
        Who saw and marked what.
    """
    first, second = together(marks.saw_article, marks.saw_annotator)
    article = marks.saw_article[first]
    return Pairs(
        article=article,
        unit=article,
        first=marks.saw_annotator[first],
        second=marks.saw_annotator[second],
        weight=1.0 / (marks.readers[article] - 1),
        cell=article,
        pattern=np.arange(len(first)),
        votes=np.stack([first, second]),
        labels=np.bincount(_of_spans(marks), minlength=len(marks.saw_article)),
        present=np.stack([marks.saw_article, marks.saw_annotator]),
    )


def pairs_apart(marks: Marks, pairs: Pairs) -> Marks:
    """Give each pair of visits an article of its own, with the marks of these two.

    Parameters
    ----------
    marks : Marks
        Who saw and marked what.
    pairs : Pairs
        Of their visits.
    """
    n = pairs.votes.shape[1]
    visit = _of_spans(marks)
    by_visit = np.argsort(visit, kind="stable")
    times = pairs.labels[pairs.votes].ravel()
    begins = np.cumsum(pairs.labels) - pairs.labels
    within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    span = by_visit[np.repeat(begins[pairs.votes].ravel(), times) + within]
    pair = np.tile(np.arange(n), 2)
    side = np.repeat([0, 1], n)
    return replace(
        marks,
        saw_article=pair,
        saw_annotator=side,
        article=np.repeat(pair, times),
        annotator=np.repeat(side, times),
        label=marks.label[span],
        start=marks.start[span],
        end=marks.end[span],
        length=marks.length[pairs.article],
        articles=("",) * n,
        annotators=("", ""),
        span_ids=(),
        texts={},
    )


def hits_of(marks: Marks, pairs: Pairs, found: Matches) -> NDArray[np.float64]:
    """Tally matches by pair of visits, for F1.

    Parameters
    ----------
    marks : Marks
        Who saw and marked what.
    pairs : Pairs
        Of their visits.
    found : Matches
        Which spans match.

    Returns
    -------
    array, shape (N, 2)
        Twice the matches, and the spans of both.
    """
    visit, size = _of_spans(marks), len(marks.saw_article)
    turned = marks.annotator[found.first] > marks.annotator[found.second]
    ours = visit[np.where(turned, found.second, found.first)]
    theirs = visit[np.where(turned, found.first, found.second)]
    known = pairs.votes[0] * size + pairs.votes[1]
    order = np.argsort(known)
    place = order[np.searchsorted(known[order], ours * size + theirs)]
    hits = 2.0 * np.bincount(place, minlength=len(known))
    return np.column_stack([hits, pairs.labels[pairs.votes].sum(axis=0)])


def visits_of(
    marks: Marks, article: NDArray[np.int64], annotator: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Give the places of visits.

    Parameters
    ----------
    marks : Marks
        Who saw what.
    article, annotator : array of int, shape (N,)
        Of each visit.
    """
    people = max(len(marks.annotators), 1)
    known = marks.saw_article * people + marks.saw_annotator
    order = np.argsort(known)
    return order[np.searchsorted(known[order], article * people + annotator)]


def _of_spans(marks: Marks) -> NDArray[np.int64]:
    return visits_of(marks, marks.article, marks.annotator)
