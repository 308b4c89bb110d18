"""Dawid and Skene's model: every annotator errs in a way of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.evidence.ratings import Ratings

    Floats = NDArray[np.float64]

__all__ = ["DawidSkene", "dawid_skene"]


@dataclass(frozen=True)
class DawidSkene:
    """The model at its maximum.

    Parameters
    ----------
    posterior : array, shape (U, K)
        How probable each value is for each unit; NaN where nobody voted.
    prevalence : array, shape (K,)
        How common each value is.
    errors : array, shape (A, K, K)
        How often each annotator gives the second value where the first is true; NaN for an
        annotator without votes, or a value that is never true of what they saw.
    log_likelihood : float
        Of all votes.
    iterations : int
        How many it took.
    converged : bool
        Whether the posteriors had come to rest by then.
    """

    posterior: Floats
    prevalence: Floats
    errors: Floats
    log_likelihood: float
    iterations: int
    converged: bool


def dawid_skene(
    ratings: Ratings,
    *,
    smoothing: float = 0.0,
    weights: Floats | None = None,
    tolerance: float = 1e-3,
    iterations: int = 10_000,
) -> DawidSkene:
    """Estimate true values and errors together, by EM from the shares of the votes.

    Parameters
    ----------
    ratings : Ratings
        The votes; an annotator may have several on one unit.
    smoothing : float
        Votes that are added to every cell of every annotator's errors, and to every value's
        prevalence: 0 is maximum likelihood, as published.
    weights : array, shape (U,), optional
        What each unit weighs; 1 by default.
    tolerance : float
        It has converged when no posterior is further than this from where it would end, as far
        as the last two iterations tell: they move by less and less, and what is left of the way is
        the rest of a geometric series. The likelihood is no guide: it hardly rises where few
        units still change their value.
    iterations : int
        At most so many.

    Notes
    -----
    A. P. Dawid and A. M. Skene (1979), Maximum likelihood estimation of observer error-rates
    using the EM algorithm, Applied Statistics 28(1), pp. 20-28, doi:10.2307/2346806: equations
    2.3 to 2.5, begun as in 3.1. Their tables are reproduced in the tests.

    Examples
    --------
    Two careful annotators and one who always gives the first value:

    >>> import numpy as np
    >>> from annotate.reliability.evidence.ratings import Ratings
    >>> unit = np.repeat(np.arange(6), 3)
    >>> value = np.array([0, 0, 0] * 3 + [1, 1, 0] * 3)
    >>> ratings = Ratings(unit, np.tile(np.arange(3), 6), value, np.arange(6), tuple("uvwxyz"),
    ...                   ("ada", "ben", "cleo"), ("no", "yes"))
    >>> found = dawid_skene(ratings)
    >>> found.posterior.argmax(axis=1).tolist(), found.errors[2].round(2).tolist()
    ([0, 0, 0, 1, 1, 1], [[1.0, 0.0], [1.0, 0.0]])
    """
    model = _Model.of(ratings, smoothing, weights)
    truth = model.first()
    moved, converged, done = np.inf, False, 0
    while not converged and done < iterations:
        done += 1
        prevalence, errors = model.maximised(truth)
        before, earlier = truth, moved
        truth, likelihood = model.expected(prevalence, errors)
        moved = float(np.abs(np.subtract(truth, before, out=before), out=before).max(initial=0.0))
        converged = _left(moved, earlier) < tolerance
    posterior = np.full((len(ratings.article), model.k), np.nan)
    posterior[model.units] = truth
    shape = (model.k, len(ratings.annotators), model.k)
    given = np.ascontiguousarray(errors.reshape(shape).transpose(1, 0, 2))
    return DawidSkene(posterior, prevalence, given, float(likelihood), done, converged)


def _left(moved: float, earlier: float) -> float:
    """Tell how far it is to the end of steps that get shorter at the same rate."""
    if not moved:
        return 0.0
    # Of the first step nothing is known.
    if not moved < earlier < np.inf:
        return np.inf
    rate = moved / earlier
    return moved * rate / (1 - rate)


@dataclass(frozen=True)
class _Model:
    """The votes as a sparse table of units by annotators and values, shape (N, A K)."""

    table: sparse.csr_array
    turned: sparse.csr_array
    units: NDArray[np.intp]
    weights: Floats
    k: int
    smoothing: float

    @classmethod
    def of(cls, ratings: Ratings, smoothing: float, weights: Floats | None) -> _Model:
        k, size = len(ratings.values), len(ratings.article)
        shape = (size, len(ratings.annotators) * k)
        cells = (ratings.unit, ratings.annotator * k + ratings.value)
        table = sparse.csr_array((np.ones(len(ratings.unit)), cells), shape=shape)
        units = np.flatnonzero(np.diff(table.indptr))
        table = table[units]
        weigh = np.ones(len(units)) if weights is None else weights[units]
        # What follows reads it by rows; turned once, not in every iteration.
        votes = np.repeat(weigh, np.diff(table.indptr)) * table.data
        weighed = sparse.csr_array((votes, table.indices, table.indptr), shape=table.shape)
        return cls(table, weighed.T.tocsr(), units, weigh, k, smoothing)

    def first(self) -> Floats:
        """Take the shares of each unit's votes (eq. 3.1)."""
        counts = self.table @ np.tile(np.eye(self.k), (self.table.shape[1] // self.k, 1))
        shares: Floats = counts / counts.sum(axis=1, keepdims=True)
        return shares

    def maximised(self, truth: Floats) -> tuple[Floats, Floats]:
        """Give prevalence, shape (K,), and errors, shape (K, A K) (eqs. 2.3 and 2.4)."""
        common = self.weights @ truth + self.smoothing
        counts = (self.turned @ truth).T + self.smoothing
        by_annotator = counts.reshape(self.k, -1, self.k)
        total = by_annotator.sum(axis=2, keepdims=True)
        nothing = np.full_like(by_annotator, np.nan)
        errors = np.divide(by_annotator, total, out=nothing, where=total > 0)
        return common / max(common.sum(), np.finfo(float).tiny), errors.reshape(self.k, -1)

    def expected(self, prevalence: Floats, errors: Floats) -> tuple[Floats, float]:
        """Give how probable each value is, shape (N, K), and the log-likelihood (eq. 2.5)."""
        with np.errstate(divide="ignore"):
            # Where a value is never true, nothing is known of the errors and nothing needed.
            logs = self.table @ np.log(np.nan_to_num(errors)).T
            logs += np.log(prevalence)
        most, total = np.full(len(logs), -np.inf), np.zeros(len(logs))
        # Value by value: NumPy is slow along a short axis.
        for column in logs.T:
            np.maximum(most, column, out=most)
        truth = np.exp(np.subtract(logs, most[:, None], out=logs), out=logs)
        for column in truth.T:
            total += column
        likelihood = self.weights @ (most + np.log(total))
        return np.divide(truth, total[:, None], out=truth), float(likelihood)
