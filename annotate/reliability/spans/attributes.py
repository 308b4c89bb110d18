"""Agreement on what was said of the spans on which two annotators met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from annotate.reliability.choices.alpha import alpha_at
from annotate.reliability.choices.numbers import distance_of_pairs
from annotate.reliability.choices.shares import agreeing
from annotate.reliability.choices.votes import VoteTable, summed_by_article
from annotate.reliability.inference.measure import Measured, Share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from annotate.reliability.evidence.marks import Marks
    from annotate.reliability.inference.measure import Coefficient
    from annotate.reliability.inference.tally import Tally
    from annotate.reliability.spans.matching import Matches
    from annotate.schema import Scale

__all__ = ["Met", "attribute_measures", "met"]


@dataclass(frozen=True)
class Met:
    """Matched spans of which both annotators said something.

    Parameters
    ----------
    article, first_annotator, second_annotator : array of int, shape (M,)
        Places in those of the `Marks`.
    weight : array of float, shape (M,)
        One over the number of annotators who saw the article but one: three annotators give
        three pairs on one phrase, which are not three units.
    ours, theirs : array of int, shape (M,)
        What they said, as the codes of the caller.
    """

    article: NDArray[np.int64]
    weight: NDArray[np.float64]
    first_annotator: NDArray[np.int64]
    second_annotator: NDArray[np.int64]
    ours: NDArray[np.int64]
    theirs: NDArray[np.int64]


def met(marks: Marks, found: Matches, codes: NDArray[np.int64]) -> Met:
    """Find the matched spans of which both annotators said something.

    Parameters
    ----------
    marks : Marks
        Who saw and marked what.
    found : Matches
        Which spans match.
    codes : array of int, shape (N,)
        What was said of each span; -1 for no vote.
    """
    voted = (codes[found.first] >= 0) & (codes[found.second] >= 0)
    first, second = found.first[voted], found.second[voted]
    article = marks.article[first]
    return Met(
        article=article,
        weight=1.0 / np.maximum(marks.readers - 1, 1)[article],
        first_annotator=marks.annotator[first],
        second_annotator=marks.annotator[second],
        ours=codes[first],
        theirs=codes[second],
    )


def attribute_measures(
    found: Sequence[Met],
    articles: int,
    values: Sequence[str],
    scale: Scale,
    numbers: Sequence[float] | None = None,
    label: str = "",
) -> Iterator[Measured]:
    """Give alpha of what was said of matched spans, and what is to be seen without it.

    That is observed agreement, or of numbers their mean absolute difference.

    They are conditional on matching: they say nothing of the spans that one side did not mark.

    Parameters
    ----------
    found : sequence of Met
        Of each group of spans; they count in the same articles and annotators.
    articles : int
        How many articles there are.
    values : sequence of str
        What the codes stand for, in the order of the scale.
    scale : {"nominal", "ordinal", "interval", "ratio"}
        The scale of the question.
    numbers : sequence of float, optional
        The values as numbers; their places, if not given.
    label : str
        The option it is about, where each is a yes or no of its own.
    """
    pairs = _together(found)
    table = _table(pairs, articles, len(values))
    alpha = alpha_at(scale, range(len(values)) if numbers is None else numbers)
    people = np.union1d(pairs.first_annotator, pairs.second_annotator)
    reason = _reason(pairs, values)
    plain: tuple[str, Coefficient, Tally] = ("observed agreement", Share(), table.tally(agreeing))
    if scale in {"interval", "ratio"}:
        plain = _distance(pairs, range(len(values)) if numbers is None else numbers)
    for name, coefficient, tally in (
        (f"alpha ({scale})", alpha, table.tally(alpha.states)),
        plain,
    ):
        yield Measured(
            measure=f"{name}, on matched spans",
            coefficient=coefficient,
            tally=tally,
            undefined=reason,
            units=len(pairs.article),
            annotators=len(people),
            labels=2 * len(pairs.article),
            label=label,
        )


def _together(found: Sequence[Met]) -> Met:
    columns = ("article", "weight", "first_annotator", "second_annotator", "ours", "theirs")
    empty = np.zeros(0, dtype=np.int64)
    return Met(
        *(np.concatenate([empty, *(getattr(pairs, name) for pairs in found)]) for name in columns)
    )


def _table(pairs: Met, articles: int, values: int) -> VoteTable:
    """Count each pair as a unit with two votes, in its article with its weight."""
    low, high = np.minimum(pairs.ours, pairs.theirs), np.maximum(pairs.ours, pairs.theirs)
    patterns, pattern = np.unique(low * values + high, return_inverse=True)
    size = len(patterns)
    place = np.tile(np.arange(size), 2)
    said = np.concatenate(np.divmod(patterns, max(values, 1)))
    counts = sparse.csr_array((np.ones(2 * size), (place, said)), shape=(size, values))
    made_of = sparse.csr_array((pairs.weight, (pairs.article, pattern)), shape=(articles, size))
    used = np.flatnonzero(np.diff(made_of.indptr))
    times = np.bincount(pattern, minlength=size).astype(np.float64)
    return VoteTable(counts, times, used, made_of[used])


def _distance(pairs: Met, numbers: Sequence[float]) -> tuple[str, Coefficient, Tally]:
    mean, states = distance_of_pairs(pairs.ours, pairs.theirs, numbers)
    tally = summed_by_article(states * pairs.weight[:, None], pairs.article)
    return "mean absolute difference", mean, tally


def _reason(pairs: Met, values: Sequence[str]) -> str:
    if not len(pairs.article):
        return "undefined: no matched spans with two answers"
    said = np.union1d(pairs.ours, pairs.theirs)
    if len(said) == 1:
        return f'undefined: all answers on matched spans are "{values[said[0]]}"'
    return "undefined: too few matched spans with two answers"
