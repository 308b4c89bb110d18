"""The votes on one question, counted once for all its figures, and why they may be undefined."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.choices import shares
from annotate.reliability.choices.alpha import FixedAlpha, IntervalAlpha
from annotate.reliability.choices.record import alpha_of_record, fits
from annotate.reliability.choices.votes import by_annotator, summed_by_article, table_of
from annotate.reliability.inference.measure import Measured, Share
from annotate.reliability.inference.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from annotate.reliability.choices.alpha import Alpha
    from annotate.reliability.choices.chance import ChanceCorrected
    from annotate.reliability.choices.votes import VoteTable
    from annotate.reliability.evidence.ratings import Ratings
    from annotate.reliability.inference.measure import Coefficient
    from annotate.schema import Scale

    Floats = NDArray[np.float64]

__all__ = ["Counted"]

_LONE = "votes that have no other beside them count in its shares, as Gwet has it"
_NEGATIVE = "undefined: a ratio scale begins at zero, and there are negative numbers"
_FEW = 16  # values: of many more, hardly two units are alike


class Counted:
    """The votes on one question, counted once for all its figures.

    Parameters
    ----------
    ratings : Ratings
        The votes.
    annotators : array of int, optional
        The places of the people that the question was put to; those with a vote, if not given.
    named : sequence of str, optional
        What the values are called in a sentence.
    label : str
        The value or option that all figures are about, "" for the question.
    """

    def __init__(
        self,
        ratings: Ratings,
        annotators: NDArray[np.int64] | None = None,
        named: Sequence[str] = (),
        label: str = "",
    ) -> None:
        self.ratings = ratings
        self.named = tuple(named) or ratings.values
        self.label = label
        voted = np.flatnonzero(np.bincount(ratings.annotator)) if annotators is None else annotators
        self.annotators = np.asarray(voted, dtype=np.int64)
        self._votes = np.bincount(ratings.unit, minlength=len(ratings.article))
        self._paired = self._votes[ratings.unit] > 1

    @cached_property
    def table(self) -> VoteTable:
        """All units with a vote."""
        return table_of(self.ratings)

    @cached_property
    def pairs(self) -> VoteTable:
        """The units with at least two votes."""
        return self.table.pairable()

    @cached_property
    def margins(self) -> Floats:
        """How often each value was given on units with at least two votes, shape (K,)."""
        k = len(self.ratings.values)
        return np.bincount(self.ratings.value[self._paired], minlength=k).astype(np.float64)

    @cached_property
    def units(self) -> int:
        """How many units have at least two votes."""
        return int(np.count_nonzero(self._votes > 1))

    @cached_property
    def people(self) -> int:
        """How many annotators have votes on units with at least two."""
        return int(np.count_nonzero(np.bincount(self.ratings.annotator[self._paired])))

    @cached_property
    def undefined(self) -> str:
        """Why a figure that takes variation has no value."""
        used = np.flatnonzero(self.margins)
        if len(used) > 1:
            return "undefined: chance would agree too"
        if len(used):
            only = f'all votes are "{self.named[used[0]]}"'
            return f"undefined: {only}; without variation chance would agree too"
        if np.count_nonzero(np.bincount(self.ratings.annotator)) < 2:  # noqa: PLR2004 - no pair
            return "undefined: fewer than two annotators voted"
        return "undefined: no article has votes of two annotators"

    def measured(
        self,
        measure: str,
        coefficient: Coefficient,
        tally: Tally,
        *,
        label: str = "",
        undefined: str = "",
    ) -> Measured:
        """Give a coefficient with its sums and what it rests on."""
        return Measured(
            measure,
            coefficient,
            tally,
            undefined or self.undefined,
            units=self.units,
            annotators=self.people,
            labels=int(self.margins.sum()),
            label=label or self.label,
        )

    def alpha(
        self, measure: str, alpha: Alpha, record: tuple[Scale, Floats] | None = None
    ) -> Measured:
        """Give an alpha; its value of record, where scale and numbers are given for it."""
        if isinstance(alpha, IntervalAlpha) and len(self.ratings.values) > _FEW:
            tally = self._moments(alpha)
        else:
            tally = self.pairs.tally(alpha.states)
        distance = alpha.distance if isinstance(alpha, FixedAlpha) else None
        negative = distance is not None and bool(np.isnan(distance).any())
        measured = self.measured(measure, alpha, tally, undefined=_NEGATIVE if negative else "")
        if record is None or not fits(self.units, np.count_nonzero(self.margins)):
            return measured
        if not np.isfinite(alpha(tally.total)):
            return measured
        return replace(measured, record=alpha_of_record(self.pairs, *record))

    def corrected(
        self, measure: str, coefficient: ChanceCorrected, *, lone: bool = True
    ) -> Measured:
        """Give a coefficient of pooled shares, which lone votes may move too."""
        if not lone:
            return self.measured(measure, coefficient, self.pairs.tally(coefficient.states))
        return self._with_lone(measure, coefficient, self.table)

    def between(self, measure: str, coefficient: ChanceCorrected, *, lone: bool = True) -> Measured:
        """Give a coefficient of annotators with shares of their own."""
        if len(self.annotators) < 2:  # noqa: PLR2004 - nobody to differ from
            return self.measured(measure, coefficient, _no_sums(2 * len(self.named) + 2))
        table = table_of(by_annotator(self.ratings, self.annotators), most=1)
        if not lone:
            return self.measured(measure, coefficient, table.pairable().tally(coefficient.states))
        return self._with_lone(measure, coefficient, table)

    def of_two_only(self, measure: str, coefficient: ChanceCorrected) -> Measured:
        """Give nothing but the reason: there are not two annotators."""
        people = len(self.annotators)
        reason = f"undefined: {measure} takes two annotators, there are {people}"
        reason = reason if people > 1 else ""
        sums = _no_sums(2 * len(self.named) + 2)
        return self.measured(measure, coefficient, sums, undefined=reason)

    def observed(self) -> Measured:
        """Give the share of pairs of votes that agree."""
        return self.measured("observed agreement", Share(), self.pairs.tally(shares.agreeing))

    def near(self) -> Measured:
        """Give the share of pairs of votes at most one step apart."""
        return self.measured("within one step", Share(), self.pairs.tally(shares.near))

    def against_rest(self, place: int, label: str) -> Measured:
        """Give the nominal alpha of one value against all others."""
        alpha = FixedAlpha()
        tally = self.pairs.against_rest(place).tally(alpha.states)
        reason = ""
        if self.units and not self.margins[place]:
            reason = f'undefined: no vote is "{label}"; without variation chance would agree too'
        return self.measured("alpha (this value)", alpha, tally, label=label, undefined=reason)

    def prevalence(self, place: int, label: str = "") -> Measured:
        """Give the share of one value."""
        tally = self.pairs.against_rest(place).tally(shares.second)
        return self.measured("prevalence", Share(), tally, label=label)

    def _with_lone(self, measure: str, coefficient: ChanceCorrected, table: VoteTable) -> Measured:
        """Spread lone votes evenly over the articles that have something to compare.

        They count, but an article with nothing but a lone vote is no evidence of agreement.
        """
        pairs = table.pairable()
        tally = pairs.tally(coefficient.states)
        if tally.articles:
            lone = np.concatenate([[0.0, 0.0], table.votes - pairs.votes])
            tally = replace(tally, rows=tally.rows + lone / tally.articles)
        measured = replace(self.measured(measure, coefficient, tally), lone=True)
        used = np.flatnonzero(self.margins)
        if len(used) == 1 and np.isfinite(coefficient(tally.total)):
            return replace(measured, note=f'all votes are "{self.named[used[0]]}"')
        alone = 0 < pairs.units < table.units
        return replace(measured, note=_LONE) if alone else measured

    def _moments(self, alpha: IntervalAlpha) -> Tally:
        """Tally many different numbers without a column for each."""
        some, votes = np.flatnonzero(self._votes > 1), self.ratings.only(self._paired)
        states = alpha.states_of_votes(votes.unit, votes.value, len(self._votes))
        return summed_by_article(states[some], self.ratings.article[some])


def _no_sums(size: int) -> Tally:
    return Tally.of(np.zeros((0, size)))
