"""Which figures are computed for which kind of question: the one of record first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annotate.errors import UsageError
from annotate.reliability.choices.alpha import FixedAlpha, IntervalAlpha, alpha_at, midranks
from annotate.reliability.choices.chance import (
    AC1,
    AC2,
    BrennanPrediger,
    Conger,
    Fleiss,
    agreement_weights,
)
from annotate.reliability.choices.counted import Counted
from annotate.reliability.choices.numbers import icc, mean_distance
from annotate.reliability.choices.sets import jaccard_distance, masi_distance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from annotate.reliability.choices.alpha import Alpha
    from annotate.reliability.evidence.ratings import Ratings
    from annotate.reliability.inference.measure import Measured
    from annotate.schema import Scale

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

__all__ = ["ON_REQUEST", "binary_measures", "headline", "set_measures", "value_measures"]

ON_REQUEST = ("brennan-prediger", "cohen", "conger", "fleiss", "interval", "ratio", "scott")

_RANKS = 32  # K (K + 1) / 2 sums of each article: 4 KB
_SUMS = 5_000_000  # of all articles: 40 MB


def value_measures(  # noqa: PLR0913 - each is the user's choice
    ratings: Ratings,
    scale: Scale,
    numbers: Sequence[float] | Floats | None = None,
    *,
    also: frozenset[str] = frozenset(),
    weights: str = "ordinal",
    record: bool = True,
    annotators: Places | None = None,
) -> Iterator[Measured]:
    """Measure agreement on a question that takes one value.

    Parameters
    ----------
    ratings : Ratings
        The votes, with the values in the order of the scale.
    scale : {"nominal", "ordinal", "interval", "ratio"}
        The scale.
    numbers : sequence of float, optional
        The values as numbers; if not given, what the values say, or their ranks.
    also : frozenset of str
        What of `ON_REQUEST` is wanted too.
    weights : {"ordinal", "linear", "quadratic", "identity"}
        Of the weighted coefficients, at all scales but the nominal one.
    record : bool
        Whether the value of record is to come from the `krippendorff` package.
    annotators : array of int, optional
        The people of the question, to be given where `ratings` are one part of a whole.

    Yields
    ------
    Measured
        The figure of record first.

    Raises
    ------
    UsageError
        If there are no such weights or coefficients, or a value that must be a number is none.

    Notes
    -----
    Beyond 32 ranks and five million sums the distances of an ordinal alpha are held fixed where
    articles are left out, and the sums of two parts of the data do not add up.
    """
    _check(also)
    votes = Counted(ratings, annotators)
    x = _as_numbers(ratings, scale, numbers)
    yield votes.alpha(f"alpha ({scale})", _alpha(votes, scale, x), (scale, x) if record else None)
    if scale == "nominal":
        yield from _nominal(votes, also)
        for place, value in enumerate(ratings.values):
            yield votes.against_rest(place, value)
            yield votes.prevalence(place, value)
        return
    weight, suffix = agreement_weights(weights, x), f" ({weights} weights)"
    if scale == "ordinal":
        yield from _ordinal(votes, x, also, suffix, weight)
    else:
        yield from _metric(votes, x, also, scale)
    yield from _requested(votes, also, weight, suffix)


def binary_measures(
    ratings: Ratings,
    label: str = "",
    *,
    also: frozenset[str] = frozenset(),
    record: bool = True,
    annotators: Places | None = None,
) -> Iterator[Measured]:
    """Measure agreement on a yes or no.

    Parameters
    ----------
    ratings : Ratings
        The votes, with the values "no" and "yes".
    label : str
        What was said yes or no to.
    also, record, annotators
        As for `value_measures`.
    """
    _check(also)
    votes = Counted(ratings, annotators, label=label)
    scale: Scale = "nominal"
    known = (scale, np.array([0.0, 1.0])) if record else None
    yield votes.alpha("alpha (nominal)", FixedAlpha(), known)
    yield from _nominal(votes, also)
    yield votes.prevalence(1)


def set_measures(
    ratings: Ratings,
    sets: Sequence[frozenset[str]],
    options: Sequence[str],
    *,
    also: frozenset[str] = frozenset(),
    record: bool = True,
    annotators: Places | None = None,
) -> Iterator[Measured]:
    """Measure agreement on a question that takes several values.

    The empty set is an answer: equal to another empty set, as far as can be from any other. A
    question with a single option is a yes or no.

    Parameters
    ----------
    ratings : Ratings
        The votes; their values stand for `sets`.
    sets : sequence of frozenset of str, shape (K,)
        The options of each value.
    options : sequence of str
        The options that are scored, each as a yes or no.
    also, record, annotators
        As for `value_measures`; they concern the single options.
    """
    if len(options) > 1:
        votes = Counted(ratings, annotators, named=[_in_words(chosen) for chosen in sets])
        yield votes.alpha("alpha (MASI)", FixedAlpha(masi_distance(sets)))
        yield votes.alpha("alpha (Jaccard)", FixedAlpha(jaccard_distance(sets)))
        yield votes.observed()
    for option in options:
        place = np.array([option in chosen for chosen in sets], dtype=np.int64)
        either = ratings.recoded(place, ("no", "yes"))
        yield from binary_measures(either, option, also=also, record=record, annotators=annotators)


def headline(
    ratings: Ratings,
    scale: Scale,
    numbers: Sequence[float] | Floats | None = None,
    sets: Sequence[frozenset[str]] = (),
) -> Measured:
    """Give the one figure to look at first, without the value of record.

    Parameters
    ----------
    ratings : Ratings
        The votes.
    scale : {"nominal", "ordinal", "interval", "ratio"}
        The scale.
    numbers : sequence of float, optional
        The values as numbers.
    sets : sequence of frozenset of str
        For a question that takes several values, the options of each value.
    """
    if sets:
        votes = Counted(ratings, named=[_in_words(chosen) for chosen in sets])
        return votes.alpha("alpha (MASI)", FixedAlpha(masi_distance(sets)))
    votes = Counted(ratings)
    return votes.alpha(
        f"alpha ({scale})", _alpha(votes, scale, _as_numbers(ratings, scale, numbers))
    )


def _nominal(votes: Counted, also: frozenset[str]) -> Iterator[Measured]:
    identity = np.eye(len(votes.ratings.values))
    yield votes.observed()
    yield votes.corrected("AC1", AC1(identity))
    if len(votes.annotators) == 2:  # noqa: PLR2004 - Cohen's kappa is one of two
        yield votes.between("Cohen's kappa", Conger(identity), lone=False)
    yield from _requested(votes, also, identity, "")


def _ordinal(
    votes: Counted, x: Floats, also: frozenset[str], suffix: str, weights: Floats
) -> Iterator[Measured]:
    yield votes.alpha("alpha (nominal)", FixedAlpha())
    numeric = "" if _are_numbers(votes.ratings.values) else ", ranks as numbers"
    yield votes.alpha(f"alpha (interval{numeric})", IntervalAlpha(x))
    if "ratio" in also and not numeric:
        yield votes.alpha("alpha (ratio)", alpha_at("ratio", x))
    yield votes.observed()
    yield votes.near()
    yield votes.corrected(f"AC2{suffix}", AC2(weights))
    if len(votes.annotators) == 2:  # noqa: PLR2004
        yield votes.between(f"weighted kappa{suffix}", Conger(weights), lone=False)


def _metric(votes: Counted, x: Floats, also: frozenset[str], scale: Scale) -> Iterator[Measured]:
    mean, tally = mean_distance(votes.ratings, x)
    yield votes.measured("mean absolute difference", mean, tally)
    others: tuple[Scale, ...] = ("interval", "ratio")
    for other in others:
        if other in also and other != scale:
            yield votes.alpha(f"alpha ({other})", alpha_at(other, x))
    yield icc(votes.ratings, x, votes.annotators)


def _requested(
    votes: Counted, also: frozenset[str], weights: Floats, suffix: str
) -> Iterator[Measured]:
    """Give what is not computed unless it is asked for."""
    two = len(votes.annotators) == 2  # noqa: PLR2004
    if "fleiss" in also:
        yield votes.corrected(f"Fleiss' kappa{suffix}", Fleiss(weights))
    if "brennan-prediger" in also:
        yield votes.corrected(f"Brennan-Prediger{suffix}", BrennanPrediger(weights))
    if "conger" in also:
        yield votes.between(f"Conger's kappa{suffix}", Conger(weights))
    if "scott" in also and two:
        yield votes.corrected(f"Scott's pi{suffix}", Fleiss(weights), lone=False)
    elif "scott" in also:
        yield votes.of_two_only(f"Scott's pi{suffix}", Fleiss(weights))
    if "cohen" in also and not two:
        yield votes.of_two_only(f"Cohen's kappa{suffix}", Conger(weights))


def _alpha(votes: Counted, scale: Scale, x: Floats) -> Alpha:
    if scale == "ordinal" and len(x) > _RANKS and votes.units * len(x) ** 2 / 2 > _SUMS:
        return IntervalAlpha(midranks(votes.margins))
    return alpha_at(scale, x)


def _as_numbers(ratings: Ratings, scale: Scale, numbers: Sequence[float] | Floats | None) -> Floats:
    """Give the values as numbers: as given, as they say themselves, or by their ranks."""
    if numbers is not None:
        return np.asarray(numbers, dtype=np.float64)
    if scale == "nominal" or not _are_numbers(ratings.values):
        if scale in {"interval", "ratio"}:
            word = next(value for value in ratings.values if not _are_numbers([value]))
            msg = f'"{word}" is no number, and the {scale} scale needs numbers as values'
            raise UsageError(msg)
        return np.arange(len(ratings.values), dtype=np.float64)
    return np.array([float(value) for value in ratings.values])


def _are_numbers(values: Sequence[str]) -> bool:
    try:
        return bool(np.isfinite([float(value) for value in values]).all())
    except ValueError:
        return False


def _check(also: frozenset[str]) -> None:
    unknown = sorted(also - set(ON_REQUEST))
    if unknown:
        msg = f'there is no "{unknown[0]}" to add; take from {", ".join(ON_REQUEST)}'
        raise UsageError(msg)


def _in_words(chosen: frozenset[str]) -> str:
    return ", ".join(sorted(chosen)) or "nothing"
