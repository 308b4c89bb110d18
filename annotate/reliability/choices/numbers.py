"""Agreement and bias of numbers: ratings, counts, and ranks taken as steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from annotate.reliability.choices.votes import summed_by_article
from annotate.reliability.inference.measure import Coefficient, Measured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from annotate.reliability.evidence.ratings import Ratings
    from annotate.reliability.inference.tally import Tally

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

__all__ = [
    "IntraclassCorrelation",
    "Mean",
    "MeanDistance",
    "distance_of_pairs",
    "icc",
    "lean",
    "mean_distance",
]

_NOTHING = 1e-12  # of all variation


class IntraclassCorrelation(Coefficient):
    """ICC(2,1): one annotator drawn at random, absolute agreement.

    Shrout and Fleiss (1979, Psychological Bulletin 86, 420-428, doi:10.1037/0033-2909.86.2.420).
    An article adds its units, the squared sum and the sum of squares of each unit, and the sum
    of each of r annotators: r + 3 sums.

    Examples
    --------
    Their table 2, six targets and four judges: .29.

    >>> x = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9],
    ...     [6, 2, 4, 7]]) - 5.0
    >>> round(float(IntraclassCorrelation()(IntraclassCorrelation.states(x).sum(axis=0))), 2)
    0.29
    """

    lowest: ClassVar[float] = -np.inf  # -n / (n - 2) at least

    @staticmethod
    def states(x: Floats) -> Floats:
        """Give the sums of units, shape (U, r) to (U, r + 3); r ratings of each."""
        return np.column_stack([np.ones(len(x)), x.sum(axis=1) ** 2, (x**2).sum(axis=1), x])

    def parts(self, state: Floats) -> tuple[Floats, Floats]:
        """Give the variance of ratings of one unit, and of ratings of different ones."""
        n, rows, squares = np.moveaxis(state[..., :3], -1, 0)
        columns = state[..., 3:]
        r = columns.shape[-1]
        n = np.where(n > 1.5, n, np.nan)  # noqa: PLR2004 - whole numbers, two at least
        mean = columns.sum(axis=-1) ** 2 / (n * r)
        between = (columns**2).sum(axis=-1) / n - mean
        rest = np.maximum(squares - rows / r - between, 0.0)
        unit = np.maximum(rows / r - mean, 0.0) / (n - 1)
        annotator, error = np.maximum(between, 0.0) / (r - 1), rest / ((n - 1) * (r - 1))
        within = error + (annotator - error) / n
        expected = unit + (r - 1) * error + r * (annotator - error) / n
        varied = expected > _NOTHING * squares / (n * r)
        return r * within, np.where(varied, expected, 0.0)

    def pseudo(self, total: Floats, articles: int) -> Floats:
        """Give an article whose units differ as much as their ratings do, and one without error."""
        n, _, squares = total[:3]
        r = len(total) - 3
        m, means = n / articles, total[3:] / n
        # At chance a unit's ratings are draws of their own: sum and squares vary alike.
        spread = max(squares / n - (means**2).sum(), 0.0)
        mean = means.sum()
        chance = [m, m * (mean**2 + spread), m * squares / n, *(m * means)]
        perfect = [m, m * (mean**2 + r * spread), m * squares / n, *(m * means)]
        return np.array([chance, perfect])


@dataclass(frozen=True)
class Mean(Coefficient):
    """A mean over units, from the sums of its values, of units and of squares.

    Parameters
    ----------
    step : float
        The smallest difference that counts: what one more unit might show.
    """

    step: float = 1.0
    lowest: ClassVar[float] = -np.inf
    highest: ClassVar[float] = np.inf

    def parts(self, state: Floats) -> tuple[Floats, Floats]:
        """Give what is missing to a mean of one, and one; in units."""
        total, n = state[..., 0], state[..., 1]
        return n - total, n

    def pseudo(self, total: Floats, articles: int) -> Floats:
        """Give an article below and one above the mean, as far as units lie from it."""
        s1, n, s2 = total
        mean, m = s1 / n, n / articles
        apart = np.sqrt((max(s2 - s1 * mean, 0.0) + self.step**2) / (n + 1))
        values = np.array([mean - apart, mean + apart])
        return np.asarray(m * np.column_stack([values, np.ones(2), values**2]))


class MeanDistance(Mean):
    """A mean of distances, never below 0."""

    lowest = 0.0


def icc(ratings: Ratings, numbers: Sequence[float] | Floats, annotators: Places) -> Measured:
    """Give ICC(2,1) of the units that all of some annotators rated.

    Parameters
    ----------
    ratings : Ratings
        The votes.
    numbers : sequence of float, shape (K,)
        The values as numbers.
    annotators : array of int, shape (r,)
        The places of the annotators of the question.
    """
    r, votes = len(annotators), np.bincount(ratings.unit, minlength=len(ratings.article))
    complete = np.flatnonzero(votes == r) if r > 1 else np.array([], dtype=np.int64)
    kept = ratings.only(np.isin(ratings.unit, complete))
    x = np.zeros((len(complete), r))
    row, column = np.searchsorted(complete, kept.unit), np.searchsorted(annotators, kept.annotator)
    x[row, column] = _centred(numbers)[kept.value]
    n = len(complete)
    if r < 2:  # noqa: PLR2004
        reason = "undefined: fewer than two annotators voted"
    elif n < 2:  # noqa: PLR2004
        rated = "1 article was" if n else "no article was"
        everyone = "both annotators" if r == 2 else f"all {r} annotators"  # noqa: PLR2004
        reason = f"undefined: {rated} rated by {everyone}, it takes 2"
    else:
        reason = "undefined: the ratings do not vary"
    tally = summed_by_article(IntraclassCorrelation.states(x), ratings.article[complete])
    return Measured("ICC(2,1)", IntraclassCorrelation(), tally, reason, n, r if n else 0, n * r)


def lean(ratings: Ratings, numbers: Sequence[float] | Floats, annotator: int) -> Measured:
    """Give how far an annotator rates above the mean of the others on the same units.

    Parameters
    ----------
    ratings : Ratings
        The votes.
    numbers : sequence of float, shape (K,)
        The values as numbers; ranks, to count in steps.
    annotator : int
        The annotator's place.
    """
    x, votes = _centred(numbers)[ratings.value], np.bincount(ratings.unit)
    own = np.flatnonzero((ratings.annotator == annotator) & (votes[ratings.unit] > 1))
    unit = ratings.unit[own]
    sums = np.bincount(ratings.unit, weights=x)
    apart = x[own] - (sums[unit] - x[own]) / (votes[unit] - 1)
    states = np.column_stack([apart, np.ones(len(own)), apart**2])
    there = np.isin(ratings.unit, unit)
    return Measured(
        "lean",
        Mean(_step(numbers)),
        summed_by_article(states, ratings.article[unit]),
        f"undefined: {ratings.annotators[annotator]} shares no article with another annotator",
        units=len(own),
        annotators=len(np.unique(ratings.annotator[there])),
        labels=int(there.sum()),
    )


def mean_distance(ratings: Ratings, numbers: Sequence[float] | Floats) -> tuple[Mean, Tally]:
    """Give the mean absolute difference of two ratings of one unit, each vote weighing alike.

    Parameters
    ----------
    ratings : Ratings
        The votes.
    numbers : sequence of float, shape (K,)
        The values as numbers.
    """
    ratings = ratings.pairable()
    x, units = _centred(numbers)[ratings.value], len(ratings.article)
    order = np.lexsort((x, ratings.unit))
    unit, x = ratings.unit[order], x[order]
    m = np.bincount(unit, minlength=units)
    rank = np.arange(len(unit)) - (np.cumsum(m) - m)[unit]
    # In ascending order the i-th of m is the larger of i pairs and the smaller of m - 1 - i.
    sums = np.bincount(unit, weights=(2 * rank - m[unit] + 1) * x, minlength=units)
    there = np.flatnonzero(m)
    apart = np.maximum(2 * sums[there] / (m[there] * (m[there] - 1)), 0.0)
    states = np.column_stack([m[there] * apart, m[there], m[there] * apart**2])
    return MeanDistance(_step(numbers)), summed_by_article(states, ratings.article[there])


def distance_of_pairs(
    ours: Places, theirs: Places, numbers: Sequence[float] | Floats
) -> tuple[Mean, Floats]:
    """Give the mean absolute difference of pairs of votes, and what each pair adds to it.

    Parameters
    ----------
    ours, theirs : array of int, shape (N,)
        The values of each pair.
    numbers : sequence of float, shape (K,)
        The values as numbers.

    Returns
    -------
    mean : Mean
        The coefficient.
    states : array, shape (N, 3)
        Sums of two votes; a pair of m on its unit adds 1 / (m - 1) of them.
    """
    x = np.asarray(numbers, dtype=np.float64)
    apart = np.abs(x[ours] - x[theirs])
    states = 2 * np.column_stack([apart, np.ones(len(apart)), apart**2])
    return MeanDistance(_step(numbers)), states


def _centred(numbers: Sequence[float] | Floats) -> Floats:
    """Give the numbers around their median, since large ones would cancel."""
    x = np.asarray(numbers, dtype=np.float64)
    return np.asarray(x - np.median(x)) if len(x) else x


def _step(numbers: Sequence[float] | Floats) -> float:
    """Give the smallest difference of two of the numbers, one if there is none."""
    gaps = np.diff(np.unique(np.asarray(numbers, dtype=np.float64)))
    return float(gaps.min(initial=np.inf)) if len(gaps) else 1.0
