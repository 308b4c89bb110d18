"""Coefficients that correct agreement for chance in other ways than alpha.

Weights and missing votes are treated as in Gwet (2014, Handbook of Inter-Rater Reliability, 4th
ed., ISBN 978-0970806284, part II): agreement is the mean over units with at least two votes, the
shares of the values are means over all units with a vote, lone ones included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

import numpy as np

from annotate.errors import UsageError
from annotate.reliability.choices.margins import shares_of, smoothed
from annotate.reliability.inference.measure import Coefficient

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "AC1",
    "AC2",
    "BrennanPrediger",
    "ChanceCorrected",
    "Conger",
    "Fleiss",
    "Weighting",
    "agreement_weights",
]

Weighting = Literal["identity", "linear", "quadratic", "ordinal"]

_NOTHING = 1e-12  # of expected disagreement, or of a unit


def agreement_weights(weighting: str, numbers: Sequence[float] | Floats) -> Floats:
    """Give the weight of two values as agreement, shape (K, K): 1 on the diagonal.

    Parameters
    ----------
    weighting : {"identity", "linear", "quadratic", "ordinal"}
        Ordinal weights count the pairs of ranks between and including the two.
    numbers : sequence of float
        The K values as numbers, in their order.

    Raises
    ------
    UsageError
        If there is no such weighting.

    Examples
    --------
    Gwet's ordinal weights of four ranks:

    >>> agreement_weights("ordinal", range(4))[0].round(3).tolist()
    [1.0, 0.833, 0.5, 0.0]
    """
    x = np.asarray(numbers, dtype=np.float64)
    if weighting == "identity":
        return np.eye(len(x))
    if weighting == "ordinal":
        steps = np.abs(np.arange(len(x))[:, None] - np.arange(len(x)))
        apart = steps * (steps + 1) / 2
    elif weighting in get_args(Weighting):
        apart = np.abs(x[:, None] - x) ** (1 if weighting == "linear" else 2)
    else:
        msg = f'there are no "{weighting}" weights; take one of {", ".join(get_args(Weighting))}'
        raise UsageError(msg)
    return np.asarray(1 - apart / (apart.max(initial=0.0) or 1.0))


@dataclass(frozen=True, eq=False)
class ChanceCorrected(Coefficient):
    """Agreement corrected for the chance that subclasses define.

    A unit adds its agreement, whether it has two votes, and its share of each value: K + 2 sums.

    Parameters
    ----------
    weights : array, shape (K, K)
        Of two values as agreement.
    """

    weights: Floats
    # Lone votes may pull the shares anywhere, and weights leave no fixed floor.
    lowest: ClassVar[float] = -np.inf
    fewest_units: ClassVar[int] = 2

    def states(self, counts: Floats) -> Floats:
        """Give what units add, shape (U, K) to (U, K + 2); their votes for each value."""
        m = counts.sum(axis=1)
        return np.column_stack([*self._agreement(counts), counts / np.maximum(m, 1)[:, None]])

    def parts(self, state: Floats) -> tuple[Floats, Floats]:
        """Give observed and expected disagreement, 1 - p_a and 1 - p_e."""
        agreed, units = state[..., 0], state[..., 1]
        units = np.where(units > _NOTHING, units, np.nan)
        expected = self.expected(shares_of(state[..., 2:]))
        return 1 - agreed / units, np.where(expected > _NOTHING, expected, 0.0)

    def expected(self, p: Floats) -> Floats:
        """Give the disagreement expected of values with these shares, shape (…, K) to (…)."""
        raise NotImplementedError

    def pull(self, counts: Floats, total: Floats) -> Floats:
        """Give how far each unit moves the expected agreement, shape (U, K) to (U,).

        `total` is the sum of all states.
        """
        raise NotImplementedError

    def pseudo(self, total: Floats, articles: int) -> Floats:
        """Give an article at chance and one in perfect agreement, at the pooled shares."""
        paired, p = total[1] / articles, smoothed(total[2:])
        agreed = paired * (1 - self.expected(p))
        shares = p * total[2:].sum() / articles
        return np.array([[agreed, paired, *shares], [paired, paired, *shares]])

    def _agreement(self, counts: Floats) -> tuple[Floats, Floats]:
        """Give the agreement of units, 0 without a pair, and whether they have one."""
        m = counts.sum(axis=1)
        pairs = (counts * (counts @ self.weights)).sum(axis=1) - m
        return pairs / np.maximum(m * (m - 1), 1), (m > 1).astype(np.float64)


class AC2(ChanceCorrected):
    """Gwet's AC2: chance is confined to units that are hard to judge.

    Gwet (2008, British Journal of Mathematical and Statistical Psychology 61, 29-48,
    doi:10.1348/000711006X126600), with the weights of the Handbook.
    """

    def expected(self, p: Floats) -> Floats:
        """Give ``1 - T sum p (1 - p) / (K (K - 1))``, T the sum of all weights."""
        return np.asarray(1 - self._scale * (p * (1 - p)).sum(axis=-1))

    def pull(self, counts: Floats, total: Floats) -> Floats:
        """Give how far each unit moves the expected agreement."""
        p, n = shares_of(total[2:]), total[2:].sum()
        return np.asarray(2 * self._scale * ((shares_of(counts) - p) @ (1 - p)) / n)

    @property
    def _scale(self) -> float:
        k = len(self.weights)
        return float(self.weights.sum() / (k * (k - 1))) if k > 1 else np.nan


class AC1(AC2):
    """Gwet's AC1: AC2 with identity weights.

    Examples
    --------
    Gwet (2008): nine of ten units agree, AC1 is .8658.

    >>> counts = np.array([[2, 0]] * 8 + [[0, 2], [1, 1]])
    >>> ac1 = AC1(np.eye(2))
    >>> round(float(ac1(ac1.states(counts).sum(axis=0))), 4)
    0.8658
    """

    lowest = -1.0


class Fleiss(ChanceCorrected):
    """Fleiss' kappa; Scott's pi where there are two annotators.

    Fleiss (1971, Psychological Bulletin 76, 378-382, doi:10.1037/h0031619), Scott (1955, Public
    Opinion Quarterly 19, 321-325, doi:10.1086/266577).

    Examples
    --------
    Randolph (2005), three annotators: .33.

    >>> kappa = Fleiss(np.eye(2))
    >>> round(float(kappa(kappa.states(np.array([[3, 0], [2, 1], [1, 2], [0, 3]])).sum(axis=0))), 2)
    0.33
    """

    def expected(self, p: Floats) -> Floats:
        """Give the disagreement of two draws from the pooled shares."""
        return np.asarray((p @ (1 - self.weights) * p).sum(axis=-1))

    def pull(self, counts: Floats, total: Floats) -> Floats:
        """Give how far each unit moves the expected agreement."""
        p, n = shares_of(total[2:]), total[2:].sum()
        return np.asarray(2 * (shares_of(counts) - p) @ (self.weights @ p) / n)


class BrennanPrediger(ChanceCorrected):
    """Brennan and Prediger's kappa: chance gives all declared values alike.

    Brennan and Prediger (1981, Educational and Psychological Measurement 41, 687-699,
    doi:10.1177/001316448104100307).
    """

    def expected(self, p: Floats) -> Floats:
        """Give the disagreement of two draws from all values alike."""
        return np.full(p.shape[:-1], 1 - self.weights.mean())

    def pull(self, counts: Floats, total: Floats) -> Floats:  # noqa: ARG002 - nothing moves it
        """Give zero."""
        return np.zeros(len(counts))


class Conger(ChanceCorrected):
    """Conger's kappa: each annotator has shares of their own; Cohen's kappa where there are two.

    Conger (1980, Psychological Bulletin 88, 322-328, doi:10.1037/0033-2909.88.2.322), Cohen
    (1960, Educational and Psychological Measurement 20, 37-46, doi:10.1177/001316446002000104).
    Votes are counted by annotator and value (`annotate.reliability.choices.votes.by_annotator`),
    so that a unit adds r K + 2 sums.

    Examples
    --------
    Cohen (1960), p. 45: .492.

    >>> table = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    >>> a, b = (place.ravel() for place in np.indices((3, 3)))
    >>> kappa = Conger(np.eye(3))
    >>> state = table.ravel() @ kappa.states(np.hstack([np.eye(3)[a], np.eye(3)[b]]))
    >>> round(float(kappa(state)), 3)
    0.492
    """

    def states(self, counts: Floats) -> Floats:
        """Give what units add, shape (U, r K) to (U, r K + 2)."""
        return np.column_stack([*self._agreement(self._apart(counts).sum(axis=1)), counts])

    def expected(self, p: Floats) -> Floats:
        """Give the disagreement of two annotators drawing from their own shares."""
        own = shares_of(self._apart(p))
        r = own.shape[-2]
        distance = 1 - self.weights
        pooled = own.sum(axis=-2)
        alone = (own @ distance * own).sum(axis=(-2, -1))
        return np.asarray(((pooled @ distance * pooled).sum(axis=-1) - alone) / (r * (r - 1)))

    def pull(self, counts: Floats, total: Floats) -> Floats:
        """Give how far each unit moves the expected agreement."""
        votes, given = self._apart(total[2:]), self._apart(counts)
        own = shares_of(votes)
        others = (own.sum(axis=0) - own) @ self.weights
        away = given - given.sum(axis=2, keepdims=True) * own
        each = (away * others).sum(axis=2) / votes.sum(axis=1)
        return np.asarray(2 * each.sum(axis=1) / (len(own) * (len(own) - 1)))

    def pseudo(self, total: Floats, articles: int) -> Floats:
        """Give an article at chance and one in perfect agreement, at each one's own shares."""
        paired, votes = total[1] / articles, self._apart(total[2:])
        given = (smoothed(votes) * votes.sum(axis=1, keepdims=True) / articles).ravel()
        agreed = paired * (1 - self.expected(given))
        return np.array([[agreed, paired, *given], [paired, paired, *given]])

    def _apart(self, counts: Floats) -> Floats:
        *units, size = counts.shape
        return counts.reshape(*units, size // len(self.weights), len(self.weights))
