"""Articles and pairs of values that cost most agreement on a question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np

from annotate.reliability.by_unit import unit_states
from annotate.reliability.choices.alpha import (
    FixedAlpha,
    OrdinalAlpha,
    coincidences,
    midranks,
)
from annotate.reliability.choices.measures import headline
from annotate.reliability.choices.votes import summed_by_article, table_of
from annotate.reliability.scales import numbers_of
from annotate.reliability.triage.case import Candidates, Case
from annotate.reliability.triage.words import by_saying, how_often, names, quoted, resting, times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from annotate.reliability.choices.alpha import Alpha, IntervalAlpha
    from annotate.reliability.evidence.gathered import Asked
    from annotate.reliability.evidence.ratings import Ratings
    from annotate.reliability.inference.measure import Measured
    from annotate.schema import Question

    Places = NDArray[np.int64]

__all__ = ["vote_candidates"]

_MOST_VALUES = 500  # of which every two are looked at
_TINY = 1e-300


def vote_candidates(asked: Asked) -> Iterator[Candidates]:
    """Find what costs agreement on a question about the article.

    Parameters
    ----------
    asked : Asked
        The votes; whether there is anything to rate counts as a question of its own.
    """
    question, ratings = asked.question, asked.ratings
    numbers = numbers_of(question, ratings.values) if not asked.sets else None
    shown = tuple(question.label_of(value) for value in ratings.values)
    if asked.sets:
        shown = tuple(", ".join(sorted(map(question.label_of, s))) or "nothing" for s in asked.sets)
    measured = headline(ratings, question.scale, numbers, asked.sets)
    yield from _Votes(question, ratings, measured, shown).candidates()
    if asked.absence is not None:
        measured = replace(headline(asked.absence, "nominal"), label=question.absent)
        shown = ("any other value", question.label_of(question.absent))
        yield from _Votes(question, asked.absence, measured, shown).candidates()


@dataclass(frozen=True)
class _Votes:
    """The votes on one question, and the figure that is to rise.

    Parameters
    ----------
    question : Question
        What was asked.
    ratings : Ratings
        The votes.
    measured : Measured
        The figure.
    shown : tuple of str
        What people read for each value.
    """

    question: Question
    ratings: Ratings
    measured: Measured
    shown: tuple[str, ...]

    def candidates(self) -> Iterator[Candidates]:
        """Give articles, then pairs of values; nothing where the figure is undefined."""
        if not np.isfinite(self.now) or self.measured.units < self.alpha.fewest_units:
            return
        yield self._articles()
        if self.question.kind != "number" and len(self.ratings.values) <= _MOST_VALUES:
            yield self._pairs()

    @property
    def alpha(self) -> Alpha:
        """The coefficient."""
        return cast("Alpha", self.measured.coefficient)

    @cached_property
    def total(self) -> NDArray[np.float64]:
        """Its sums over all articles."""
        return self.measured.tally.total

    @cached_property
    def now(self) -> float:
        """Its value."""
        return float(self.alpha(self.total)) if self.measured.tally.articles else float("nan")

    def _articles(self) -> Candidates:
        """Let all votes of an article go the way of its majority."""
        mixed = self.ratings.only(_mixed(self.ratings)[self.ratings.unit])
        majority = _majorities(mixed, self._margins)
        units, states = unit_states(mixed, self.alpha)
        _, resolved = unit_states(replace(mixed, value=majority[mixed.unit]), self.alpha)
        change = summed_by_article(resolved - states, mixed.article[units])
        then = self.alpha(self.total + change.rows)

        def tell(place: int) -> Case:
            return self._article(int(change.example[place]), float(then[place]))

        def involved() -> tuple[Places, Places]:
            case = np.full(len(mixed.articles), -1)
            case[change.example] = np.arange(len(change.example))
            return case[mixed.article[mixed.unit]], mixed.annotator

        articles = tuple(self.ratings.articles[place] for place in change.example.tolist())
        rise = then - self.now
        return Candidates("article", self.question.name, rise, tell, involved, articles)

    @cached_property
    def _margins(self) -> Places:
        """How often each value was given where two can be compared."""
        return np.bincount(self.ratings.pairable().value, minlength=len(self.ratings.values))

    def _pairs(self) -> Candidates:
        """Let all who gave one of two values agree with who gave the other, shares kept."""
        o = coincidences(table_of(self.ratings))
        low, high = (places.astype(np.int64) for places in np.nonzero(np.triu(o, 1)))
        apart = o * _distances(self.alpha, o.sum(axis=1))
        # What is expected stays, so what is observed falls by the share of the two values.
        left = 1 - 2 * apart[low, high] / max(float(apart.sum()), _TINY)
        then = 1 - (1 - self.now) * left

        def tell(place: int) -> Case:
            return self._pair((int(low[place]), int(high[place])), float(then[place]))

        def involved() -> tuple[Places, Places]:
            return _who_gave(self.ratings, low * len(o) + high)

        return Candidates("labels", self.question.name, then - self.now, tell, involved)

    def _article(self, article: int, then: float) -> Case:
        ratings = self.ratings.pairable().of_articles(np.array([article]))
        several = len(np.unique(ratings.unit)) > 1
        if several:
            ratings = ratings.only(_mixed(ratings)[ratings.unit])
        said = tuple(sorted(self._given(ratings)))
        groups = by_saying(said)
        reason = ", ".join(
            f"{names(who)} {'say' if len(who) > 1 else 'says'} {quoted(what)}"
            for who, what in groups
        )
        if several:
            reason = f"{times(len(np.unique(ratings.unit)), 'unit')} with different values"
        elif self._margins[ratings.value].min() == 1:
            once = self.shown[ratings.value[self._margins[ratings.value] == 1][0]]
            reason += f"; rests on 1 vote: {quoted(once)} was given nowhere else"
        return self._case("article", then, reason, said, self.ratings.articles[article])

    def _pair(self, pair: tuple[int, int], then: float) -> Case:
        one, other = (self.shown[value] for value in pair)
        ratings = self.ratings.only(np.isin(self.ratings.value, pair))
        ratings = ratings.only(_mixed(ratings)[ratings.unit])
        articles = len(np.unique(ratings.article[ratings.unit]))
        votes = min(int((ratings.value == value).sum()) for value in pair)
        said = how_often(self._given(ratings))
        reason = (
            f"in {times(articles, 'article')} some say {quoted(one)} and others {quoted(other)}"
            + resting(votes, "vote", articles)
        )
        return self._case("labels", then, reason, said)

    def _given(self, ratings: Ratings) -> Iterator[tuple[str, str]]:
        """Give who said what, as people read it."""
        for who, value in zip(ratings.annotator.tolist(), ratings.value.tolist(), strict=True):
            yield ratings.annotators[who], self.shown[value]

    def _case(
        self,
        kind: str,
        then: float,
        reason: str,
        said: tuple[tuple[str, str], ...],
        article: str = "",
    ) -> Case:
        return Case(
            kind="article" if kind == "article" else "labels",
            question=self.question.name,
            title=self.question.title,
            label=self.measured.label,
            measure=self.measured.measure,
            now=self.now,
            then=then,
            rise=then - self.now,
            reason=reason,
            said=said,
            article=article,
        )


def _mixed(ratings: Ratings) -> NDArray[np.bool_]:
    """Tell which units have votes for different values, shape (U,)."""
    size = len(ratings.article)
    low = np.full(size, len(ratings.values))
    high = np.full(size, -1)
    np.minimum.at(low, ratings.unit, ratings.value)
    np.maximum.at(high, ratings.unit, ratings.value)
    return low < high


def _who_gave(ratings: Ratings, pairs: Places) -> tuple[Places, Places]:
    """Give, for pairs of values ``low * K + high`` in order, who gave one where both were given.

    Returns the places of pairs, and of annotators.
    """
    k = len(ratings.values)
    cells = np.unique(ratings.unit * k + ratings.value)
    first = np.searchsorted(cells, ratings.unit * k)
    values = np.searchsorted(cells, (ratings.unit + 1) * k) - first
    vote = np.repeat(np.arange(len(first)), values)
    turn = np.arange(len(vote)) - np.repeat(np.cumsum(values) - values, values)
    own, other = ratings.value[vote], cells[first[vote] + turn] % max(k, 1)
    differ = own != other
    pair = np.minimum(own, other)[differ] * k + np.maximum(own, other)[differ]
    return np.searchsorted(pairs, pair), ratings.annotator[vote[differ]]


def _majorities(ratings: Ratings, pooled: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the value most votes of each unit have, shape (U,); of several the commonest one."""
    k = len(ratings.values)
    cells, votes = np.unique(ratings.unit * k + ratings.value, return_counts=True)
    unit, value = np.divmod(cells, max(k, 1))
    order = np.lexsort((-value, pooled[value], votes, unit))
    majority = np.zeros(len(ratings.article), dtype=np.int64)
    majority[unit[order]] = value[order]  # the last one of a unit stays
    return majority


def _distances(alpha: Alpha, n_c: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give how far apart any two values are, shape (K, K)."""
    if isinstance(alpha, FixedAlpha):
        return 1 - np.eye(len(n_c)) if alpha.distance is None else alpha.distance
    place = midranks(n_c) if isinstance(alpha, OrdinalAlpha) else cast("IntervalAlpha", alpha).x
    return np.asarray((place[:, None] - place) ** 2)
