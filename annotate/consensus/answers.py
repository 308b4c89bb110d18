"""One answer out of many to each question about the article, beside the votes themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from annotate.consensus.dawid_skene import dawid_skene
from annotate.consensus.mace import mace
from annotate.consensus.thin import too_thin
from annotate.consensus.votes import Chosen, median, plurality

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from annotate.reliability.evidence.gathered import Asked
    from annotate.reliability.evidence.ratings import Ratings

    Floats = NDArray[np.float64]

__all__ = ["Answered", "Modelled", "answered", "modelled"]

_SMOOTHING = 0.01  # of a vote, in each cell: an error that was never seen is not impossible
_HALF = 0.5


@dataclass(frozen=True)
class Modelled:
    """What models of the annotators make of the votes.

    Parameters
    ----------
    posteriors : dict of str to array, shape (U, K)
        By model: "dawid_skene", "dawid_skene_smoothed" and "mace".
    why_not : str
        Why there is none; "" if there is.
    """

    posteriors: dict[str, Floats]
    why_not: str

    def of_units(self, part: slice) -> Modelled:
        """Keep some units that follow one another."""
        return replace(self, posteriors={name: p[part] for name, p in self.posteriors.items()})


@dataclass(frozen=True)
class Answered:
    """The consensus on one question, or on one option of a question with several answers.

    Parameters
    ----------
    question, option : str
        Which one; "" unless several answers may be given.
    rule : str
        "plurality", "median", or "more than half" for an option.
    articles : tuple of str
        The units.
    values : tuple of str
        What could be voted for; of an option, "no" and "yes".
    counts : array of int, shape (U, K)
        How often each value was given.
    chosen : Chosen
        The value that the rule gives.
    modelled : Modelled
        What models make of the same votes.
    """

    question: str
    option: str
    rule: str
    articles: tuple[str, ...]
    values: tuple[str, ...]
    counts: NDArray[np.int64]
    chosen: Chosen
    modelled: Modelled

    def of_articles(self, part: slice) -> Answered:
        """Keep some articles that follow one another."""
        return replace(
            self,
            articles=self.articles[part],
            counts=self.counts[part],
            chosen=self.chosen.of_units(part),
            modelled=self.modelled.of_units(part),
        )


def answered(asked: Asked) -> Iterator[Answered]:
    """Find the consensus on a question.

    Parameters
    ----------
    asked : Asked
        The votes on it.

    Yields
    ------
    Answered
        One; of a question with several answers, one for each option. On an ordered scale, whether
        there is anything to rate is decided by plurality, and then the median of those who rated
        counts. Numbers and ratings have their median and no models.
    """
    question = asked.question
    if question.kind == "multiple":
        yield from _options(asked)
        return
    ratings = asked.with_absence
    counts = ratings.counts()
    ordered = question.scale != "nominal"
    yield Answered(
        question.name,
        "",
        "median" if ordered else "plurality",
        ratings.articles,
        _values(ratings),
        counts,
        _ordered(asked, counts) if ordered else plurality(counts.astype(np.float64)),
        _none("numbers have no models") if question.kind == "number" else modelled(ratings),
    )


def _values(ratings: Ratings) -> tuple[str, ...]:
    return ratings.values


def modelled(ratings: Ratings) -> Modelled:
    """Fit every model, unless there are too few votes for one."""
    why_not = too_thin(ratings)
    if why_not:
        return _none(why_not)
    return Modelled(
        {
            "dawid_skene": dawid_skene(ratings).posterior,
            "dawid_skene_smoothed": dawid_skene(ratings, smoothing=_SMOOTHING).posterior,
            "mace": mace(ratings).posterior,
        },
        "",
    )


def _none(why_not: str) -> Modelled:
    return Modelled({}, why_not)


def _ordered(asked: Asked, counts: NDArray[np.int64]) -> Chosen:
    """Give the median of those who rated, where most of all did."""
    k = len(asked.ratings.values)
    middle = median(counts[:, :k])
    if asked.absence is None:
        return middle
    absent, rated = counts[:, k], counts[:, :k].sum(axis=1)
    total = absent + rated
    tie = (absent == rated) & (total > 0)
    value = np.where(absent > rated, k, np.where(tie, -1, middle.value))
    tied = np.column_stack([middle.tied, np.zeros(len(total), dtype=np.bool_)])
    tied[absent >= rated] = False
    # Between nothing and something: the middle of those who rated, and the value for nothing.
    held = np.flatnonzero(tie)
    tied[held, :k] = middle.tied[held]
    alone = held[middle.value[held] >= 0]
    tied[alone, middle.value[alone]] = True
    tied[held, k] = True
    most = np.where(absent > rated, absent, np.nan_to_num(middle.support) * rated)
    share = np.divide(most, total, out=np.full(len(total), np.nan), where=total > 0)
    return Chosen(value.astype(np.int64), tied, np.where(tie, _HALF, share))


def _options(asked: Asked) -> Iterator[Answered]:
    """Ask of each option by itself whether more than half ticked it."""
    ratings = asked.with_absence
    sets = list(asked.sets)
    if asked.absence is not None:
        sets.append(frozenset({asked.question.absent}))
    known = [option.value for option in asked.question.options]
    names = [*known, *sorted({name for each in sets for name in each} - set(known))]
    for name in names:
        if name in asked.question.missing:
            continue
        ticked = np.array([name in each for each in sets], dtype=np.int64)
        of_option = ratings.recoded(ticked, ("no", "yes")) if sets else _unvoted(ratings)
        counts = of_option.counts()
        chosen = plurality(counts.astype(np.float64))
        yield Answered(
            asked.question.name,
            name,
            "more than half",
            of_option.articles,
            _values(of_option),
            counts,
            chosen,
            modelled(of_option),
        )


def _unvoted(ratings: Ratings) -> Ratings:
    nothing = np.zeros(0, dtype=np.int64)
    return replace(ratings, unit=nothing, annotator=nothing, value=nothing, values=("no", "yes"))
