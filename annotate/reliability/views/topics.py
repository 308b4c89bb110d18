"""Questions and span groups with their headline figure, ready to be looked at from all sides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from annotate.reliability.choices.alpha import FixedAlpha, alpha_at
from annotate.reliability.choices.chance import Conger, agreement_weights
from annotate.reliability.choices.measures import headline
from annotate.reliability.choices.numbers import distance_of_pairs
from annotate.reliability.choices.sets import masi_distance
from annotate.reliability.choices.shares import agreeing
from annotate.reliability.figures import Counts
from annotate.reliability.inference.measure import Measured, Share
from annotate.reliability.scales import chosen, chosen_of_spans, numbers_of, options_of
from annotate.reliability.spans.attributes import met
from annotate.reliability.spans.matching import matches
from annotate.reliability.spans.unitizing import BarUAlpha, where_state
from annotate.reliability.views.pairs import pairs_of_met, pairs_of_votes, states_of
from annotate.reliability.views.visits import hits_of, pairs_apart, pairs_of_visits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from annotate.reliability.choices.alpha import Alpha
    from annotate.reliability.evidence.gathered import Asked, AskedOfSpans, Evidence, Marked
    from annotate.reliability.evidence.ratings import Ratings
    from annotate.reliability.evidence.turns import Turns
    from annotate.reliability.inference.measure import Coefficient
    from annotate.reliability.spans.matching import Matches
    from annotate.reliability.views.pairs import Pairs
    from annotate.schema import Scale

    Floats = NDArray[np.float64]

__all__ = ["Summed", "Topic", "topics_of"]

_MATCHED = ", on matched spans"
_SAME = "undefined: all these votes are the same, so chance would agree too"
_UNMARKED = "undefined: nobody marked anything, or everybody everything"
_TABLE = 50  # values up to which two annotators are compared by kappa


@dataclass(frozen=True, eq=False)
class Summed:
    """A coefficient with what one pair of each pattern adds to it.

    Parameters
    ----------
    measure : str
        Its printed name.
    coefficient : Coefficient
        The figure as a function of the sums.
    states : array, shape (P, S)
        What one pair of each pattern adds.
    """

    measure: str
    coefficient: Coefficient
    states: Floats


@dataclass(frozen=True, eq=False)
class Topic:
    """One question or span group.

    Parameters
    ----------
    question, title, label : str
        Its name, what people call it, and the option it is about where it has only one.
    pairs : Pairs
        Who said what where somebody else had a say.
    headline : Summed
        The one chance-corrected figure.
    plain : Summed
        What is to be seen in a single article: a share.
    of_two : tuple of Summed
        What else is said of two annotators.
    undefined : tuple of str
        The reason where there are no pairs, and where nothing varies.
    lone : str
        The reason where one article has no pairs.
    turns : Turns or None
        What came of each visit.
    """

    question: str
    title: str
    label: str
    pairs: Pairs
    headline: Summed
    plain: Summed
    of_two: tuple[Summed, ...]
    undefined: tuple[str, str]
    lone: str
    turns: Turns | None

    def measured(self, pairs: Pairs, suffix: str = "") -> Measured:
        """Give the headline figure of some pairs.

        Parameters
        ----------
        pairs : Pairs
            Those that it rests on.
        suffix : str
            Added to its name.
        """
        all_one = np.zeros(len(pairs.unit), dtype=np.int64)
        return next(self.measured_by(self.headline, pairs, all_one, 1, suffix))

    def measured_by(
        self, summed: Summed, pairs: Pairs, part: NDArray[np.int64], parts: int, suffix: str = ""
    ) -> Iterator[Measured]:
        """Give a figure of each part of some pairs.

        Parameters
        ----------
        summed : Summed
            The coefficient.
        pairs : Pairs
            Those that it rests on.
        part : array of int, shape (N,)
            The part of each pair.
        parts : int
            How many parts there are.
        suffix : str
            Added to its name.
        """
        tallies = pairs.tallies(summed.states, part, parts)
        for tally, rests_on in zip(tallies, pairs.rest_on(part, parts), strict=True):
            units, annotators, labels = rests_on
            yield Measured(
                measure=summed.measure + suffix,
                coefficient=summed.coefficient,
                tally=tally,
                undefined=self.undefined[units > 0],
                units=units,
                annotators=annotators,
                labels=labels,
                label=self.label,
            )

    def counts_by(self, part: NDArray[np.int64], parts: int, *, of: str) -> list[Counts]:
        """Count who had a say in each part of the articles or of the annotators.

        Parameters
        ----------
        part : array of int
            The part of each article, or of each annotator.
        parts : int
            How many parts there are.
        of : {"article", "annotator"}
            Which of the two.
        """
        if self.turns is None:
            return self._said_by(part, parts, of)
        return self.turns.counts_by(part[getattr(self.turns, of)], parts)

    def _said_by(self, part: NDArray[np.int64], parts: int, of: str) -> list[Counts]:
        """Count the votes that can be compared, where nothing else is known."""
        place = np.unique(self.pairs.votes, return_index=True)[1]
        people = np.concatenate([self.pairs.first, self.pairs.second])
        where = np.tile(self.pairs.article, 2) if of == "article" else people
        said = np.bincount(part[where[place]], minlength=parts).tolist()
        return [Counts(saw=times, marked=times) for times in said]


def topics_of(evidence: Evidence) -> Iterator[Topic]:
    """Go through all questions and span groups in the order of the scheme.

    Parameters
    ----------
    evidence : Evidence
        What votes.
    """
    for asked in evidence.asked:
        yield _of_votes(asked)
    found = {marked.group: matches(marked.marks) for marked in evidence.marked}
    for marked in evidence.marked:
        yield _of_marks(marked, found[marked.group])
    for asked_of_spans in evidence.asked_of_spans:
        yield _of_met(asked_of_spans, evidence, found)


def _of_votes(asked: Asked) -> Topic:
    question, ratings, label = asked.question, asked.ratings, ""
    options = options_of(question) if question.kind == "multiple" else ()
    if len(options) == 1:
        ratings, label = chosen(ratings, asked.sets, options[0]), options[0]
    measure, alpha = _alpha(asked, ratings) if len(options) != 1 else _of_two_values()
    pairs, said = pairs_of_votes(ratings)
    k, numbers = len(ratings.values), numbers_of(question, ratings.values) if not label else None
    return Topic(
        question=question.name,
        title=question.title,
        label=label,
        pairs=pairs,
        headline=Summed(measure, alpha, states_of(said, k, alpha.states)),
        plain=_plain(question.scale, said, k, numbers),
        of_two=() if len(options) > 1 else tuple(_kappa(question.scale, said, k)),
        undefined=("undefined: no article has votes of two annotators", _SAME),
        lone="undefined: fewer than two votes",
        turns=asked.turns,
    )


def _alpha(asked: Asked, ratings: Ratings) -> tuple[str, Alpha]:
    question = asked.question
    if question.kind == "multiple":
        return "alpha (MASI)", FixedAlpha(masi_distance(asked.sets))
    found = headline(ratings, question.scale, numbers_of(question, ratings.values))
    return found.measure, cast("Alpha", found.coefficient)


def _of_two_values() -> tuple[str, Alpha]:
    return "alpha (nominal)", FixedAlpha()


def _plain(
    scale: Scale, said: NDArray[np.int64], k: int, numbers: Sequence[float] | None
) -> Summed:
    """Give observed agreement; of numbers, which hardly ever agree, how far they lie apart."""
    if scale in {"interval", "ratio"}:
        mean, states = distance_of_pairs(said[0], said[1], range(k) if numbers is None else numbers)
        return Summed("mean absolute difference", mean, states)
    return Summed("observed agreement", Share(), states_of(said, k, agreeing))


def _kappa(scale: Scale, said: NDArray[np.int64], k: int) -> Iterator[Summed]:
    """Compare two annotators by kappa, on what both voted on."""
    if scale not in {"nominal", "ordinal"} or not 1 < k <= _TABLE:
        return
    weighting = "identity" if scale == "nominal" else "ordinal"
    measure = "Cohen's kappa" if scale == "nominal" else "weighted kappa (ordinal weights)"
    kappa = Conger(agreement_weights(weighting, range(k)))
    by_annotator = np.hstack([np.eye(k)[said[0]], np.eye(k)[said[1]]])
    yield Summed(measure, kappa, kappa.states(by_annotator))


def _of_marks(marked: Marked, found: Matches) -> Topic:
    marks, pairs = marked.marks, pairs_of_visits(marked.marks)
    where = where_state(pairs_apart(marks, pairs))
    read, one_sided = where[:, 0], where[:, 2]
    apart = np.column_stack([2 * one_sided, read])  # both read the whole article
    return Topic(
        question=marked.group,
        title=marked.title,
        label="",
        pairs=pairs,
        headline=Summed("|u-alpha", BarUAlpha(), where),
        plain=Summed("disagreement (share of the text)", Share(), apart),
        of_two=(Summed("overlap F1", Share(), hits_of(marks, pairs, found)),),
        undefined=("undefined: no article was seen by two annotators", _UNMARKED),
        lone="undefined: fewer than two annotators saw it",
        turns=marked.turns,
    )


def _of_met(asked: AskedOfSpans, evidence: Evidence, found: Mapping[str, Matches]) -> Topic:
    question, label, codes = asked.question, "", asked.codes
    options = options_of(question) if question.kind == "multiple" else ()
    numbers = numbers_of(question, asked.values)
    k = len(asked.values)
    alpha: Alpha
    if len(options) == 1:
        label, codes, k = options[0], chosen_of_spans(asked, options[0]), 2
        measure, alpha = _of_two_values()
    elif options:
        measure, alpha = "alpha (MASI)", FixedAlpha(masi_distance(asked.sets))
    else:
        measure = f"alpha ({question.scale})"
        alpha = alpha_at(question.scale, range(k) if numbers is None else numbers)
    met_of = [met(m.marks, found[m.group], codes[m.group]) for m in evidence.marked]
    pairs, said = pairs_of_met(met_of, [marked.marks for marked in evidence.marked])
    plain = _plain(question.scale, said, k, numbers)
    return Topic(
        question=question.name,
        title=question.title,
        label=label,
        pairs=pairs,
        headline=Summed(measure + _MATCHED, alpha, states_of(said, k, alpha.states)),
        plain=replace(plain, measure=plain.measure + _MATCHED),
        of_two=(),
        undefined=("undefined: no matched spans with two answers", _SAME),
        lone="undefined: no matched spans with two answers",
        turns=asked.turns,
    )
