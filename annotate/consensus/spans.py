"""Consensus spans: where how many of those who read a text marked it, character by character."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from annotate.consensus.continuum import stretches_of
from annotate.consensus.dawid_skene import dawid_skene
from annotate.consensus.thin import too_thin
from annotate.reliability.evidence.ratings import Ratings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.consensus.continuum import Stretches
    from annotate.reliability.evidence.marks import Marks

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["ConsensusSpans", "consensus_spans"]

_HALF, _SAME = 0.5, 1e-9
_SMOOTHING = 0.5  # of a mark, in each cell: with none, one annotator may become the truth


@dataclass(frozen=True)
class ConsensusSpans:
    """The consensus spans of one label.

    Parameters
    ----------
    article, start, end : array of int, shape (C,)
        Where each lies, in order; half-open, in code points. They do not overlap or touch,
        except that a tied one may touch another.
    tied : array of bool, shape (C,)
        Whether exactly half marked it: then it is no consensus, and neither is its absence.
    support : array of float, shape (C,)
        The posterior of being marked, as a mean over its characters.
    least : array of float, shape (C,)
        The lowest posterior of its characters.
    marked_by, readers : array of int, shape (C,)
        How many marked any of its characters, of how many who read the article.
    why_not : str
        Why there is no model; "" if there is one, or none was asked for.
    """

    article: Ints
    start: Ints
    end: Ints
    tied: NDArray[np.bool_]
    support: Floats
    least: Floats
    marked_by: Ints
    readers: Ints
    why_not: str = ""


def consensus_spans(marks: Marks, kind: Literal["plain", "weighted"] = "plain") -> ConsensusSpans:
    """Join stretches of text that more than half would mark.

    Parameters
    ----------
    marks : Marks
        Of one label, with everybody who read the articles.
    kind : {"plain", "weighted"}
        What the posterior of a character is: the share of its readers who marked it, or what
        Dawid and Skene's model makes of who they are. The model sees each stretch between two
        limits as an item that weighs its length, in marks of middling length.

    Returns
    -------
    ConsensusSpans
        Those of the weighted kind are empty where there are too few votes for a model.
    """
    stretches = stretches_of(marks)
    readers = marks.readers[stretches.article]
    votes = np.bincount(stretches.stretch, minlength=len(readers))
    why_not = ""
    if kind == "plain":
        posterior = votes / np.maximum(readers, 1)
    else:
        posterior, why_not = _weighted(marks, stretches)
    return _joined(marks, stretches, posterior, why_not)


def _weighted(marks: Marks, stretches: Stretches) -> tuple[Floats, str]:
    ratings = _ratings(marks, stretches)
    why_not = _why_not(marks)
    if why_not:
        return np.zeros(len(stretches.article)), why_not
    typical = float(np.median(marks.end - marks.start))
    found = dawid_skene(ratings, smoothing=_SMOOTHING, weights=stretches.length / typical)
    return np.nan_to_num(found.posterior[:, 1]), ""


def _why_not(marks: Marks) -> str:
    """Ask of articles and not of stretches whether there are enough votes."""
    marked = np.zeros((len(marks.articles), len(marks.annotators)), dtype=np.int64)
    marked[marks.article, marks.annotator] = 1
    article, annotator = marks.saw_article, marks.saw_annotator
    value = marked[article, annotator]
    if not value.any():
        return "nobody marked it"
    of_articles = np.arange(len(marks.articles))
    names = marks.articles, marks.annotators, ("not marked", "marked")
    ratings = Ratings(article, annotator, value, of_articles, *names)
    why_not = too_thin(ratings)
    return "" if why_not == "all votes are the same" else why_not


def _ratings(marks: Marks, stretches: Stretches) -> Ratings:
    """Let everybody who read an article say of each of its stretches whether they marked it."""
    order = np.argsort(marks.saw_article, kind="stable")
    first = np.concatenate([[0], np.cumsum(marks.readers)])
    number = marks.readers[stretches.article]
    unit = np.repeat(np.arange(len(number)), number)
    into = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
    annotator = marks.saw_annotator[order][first[stretches.article][unit] + into]
    people = max(len(marks.annotators), 1)
    said = np.isin(unit * people + annotator, stretches.stretch * people + stretches.annotator)
    return Ratings(
        unit=unit,
        annotator=annotator,
        value=said.astype(np.int64),
        article=stretches.article,
        articles=marks.articles,
        annotators=marks.annotators,
        values=("not marked", "marked"),
    )


def _joined(marks: Marks, stretches: Stretches, posterior: Floats, why_not: str) -> ConsensusSpans:
    """Join neighbours that are all above one half, or all on it."""
    side = np.where(posterior > _HALF + _SAME, 2, np.where(posterior >= _HALF - _SAME, 1, 0))
    if why_not:
        side = np.zeros_like(side)
    chosen = np.flatnonzero(side)
    follows = (
        (np.diff(chosen) == 1)
        & (np.diff(stretches.article[chosen]) == 0)
        & (np.diff(side[chosen]) == 0)
    )
    span = np.cumsum(np.concatenate([[0], ~follows])) if len(chosen) else np.zeros(0, np.int64)
    first = np.flatnonzero(np.concatenate([[True], ~follows])) if len(chosen) else span
    last = np.concatenate([first[1:], [len(chosen)]])[: len(first)] - 1
    length = stretches.length[chosen]
    mass = np.bincount(span, weights=length * posterior[chosen], minlength=len(first))
    article = stretches.article[chosen[first]]
    return ConsensusSpans(
        article=article,
        start=stretches.start[chosen[first]],
        end=stretches.end[chosen[last]],
        tied=side[chosen[first]] == 1,
        support=mass / np.maximum(np.bincount(span, weights=length, minlength=len(first)), 1),
        least=_lowest(posterior[chosen], first),
        marked_by=_marked_by(stretches, chosen, span, len(first), len(marks.annotators)),
        readers=marks.readers[article],
        why_not=why_not,
    )


def _lowest(posterior: Floats, first: NDArray[np.intp]) -> Floats:
    """Give the lowest posterior of each run of stretches."""
    if not len(first):
        return np.zeros(0)
    lowest: Floats = np.minimum.reduceat(posterior, first).astype(np.float64)
    return lowest


def _marked_by(
    stretches: Stretches, chosen: NDArray[np.intp], span: Ints, spans: int, people: int
) -> Ints:
    """Count who marked any character of each span."""
    of_stretch = np.full(len(stretches.article), -1)
    of_stretch[chosen] = span
    place = of_stretch[stretches.stretch]
    pairs = np.unique(place[place >= 0] * max(people, 1) + stretches.annotator[place >= 0])
    return np.bincount(pairs // max(people, 1), minlength=spans).astype(np.int64)
