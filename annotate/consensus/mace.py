"""MACE: every annotator either knows the true value, or gives one from a habit of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.special import digamma

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from annotate.reliability.evidence.ratings import Ratings

    Floats = NDArray[np.float64]

__all__ = ["Mace", "mace"]

_UNITS = 2_048  # that are looked at together: so many stay near the processor


@dataclass(frozen=True)
class Mace:
    """The best of several starts.

    Parameters
    ----------
    posterior : array, shape (U, K)
        How probable each value is for each unit; NaN where nobody voted.
    competence : array, shape (A,)
        How probably each annotator gives the true value because they know it.
    log_likelihood : float
        Of all votes, at the variational means.
    """

    posterior: Floats
    competence: Floats
    log_likelihood: float


def mace(
    ratings: Ratings,
    *,
    restarts: int = 10,
    iterations: int = 50,
    habit_prior: float = 10.0,
    competence_prior: float = 0.5,
    seed: int = 0,
) -> Mace:
    """Estimate true values and competence together, by variational Bayes.

    Parameters
    ----------
    ratings : Ratings
        The votes.
    restarts, iterations : int
        From so many random beginnings, each so many steps; the most likely one counts.
    habit_prior : float
        Votes that are added to each value of each annotator's habit.
    competence_prior : float
        Votes that are added to knowing and to not knowing.
    seed : int
        Of the beginnings.

    Raises
    ------
    ValueError
        If there are no restarts or no iterations.

    Notes
    -----
    D. Hovy, T. Berg-Kirkpatrick, A. Vaswani and E. Hovy (2013), Learning whom to trust with MACE,
    Proceedings of NAACL-HLT 2013, pp. 1120-1130, sections 2 and 3. True values are equally
    probable beforehand.

    Examples
    --------
    >>> import numpy as np
    >>> from annotate.reliability.evidence.ratings import Ratings
    >>> unit = np.repeat(np.arange(20), 3)
    >>> true = np.arange(20) % 2
    >>> value = np.column_stack([true, true, np.zeros(20, dtype=int)]).ravel()
    >>> ratings = Ratings(unit, np.tile(np.arange(3), 20), value, np.arange(20),
    ...                   tuple(map(str, range(20))), ("ada", "ben", "cleo"), ("no", "yes"))
    >>> found = mace(ratings)
    >>> bool((found.posterior.argmax(axis=1) == true).all())
    True
    >>> found.competence.argmin()
    np.int64(2)
    """
    if restarts < 1 or iterations < 1:
        msg = "restarts and iterations must be 1 or more"
        raise ValueError(msg)
    model = _Votes.of(ratings)
    habits = _begin(len(ratings.annotators), len(ratings.values), restarts, seed)
    for _ in range(iterations):
        right, _ = model.expected(habits)
        habits = habits.fitted(model.given, right, competence_prior, habit_prior)
    _, likelihood = model.expected(habits)
    best = int(np.argmax(likelihood))
    only = habits.only(best)
    competence = (only.knows / (only.knows + only.ignores))[:, 0]
    return Mace(
        posterior=model.posterior(only),
        competence=np.where(model.given.sum(axis=1) > 0, competence, np.nan),
        log_likelihood=float(likelihood[best]),
    )


@dataclass(frozen=True)
class _Habits:
    """The weights of what annotators do, of R restarts at once.

    Of knowing and of not knowing, shape (A, R), and of each value where they do not know, shape
    (A, K, R).
    """

    knows: Floats
    ignores: Floats
    habit: Floats

    @property
    def wrong(self) -> Floats:
        """The weight of giving each value without knowing, shape (A, K, R)."""
        return self.ignores[:, None] * self.habit

    def only(self, restart: int) -> _Habits:
        """Keep one restart."""
        kept = [restart]
        return _Habits(self.knows[:, kept], self.ignores[:, kept], self.habit[:, :, kept])

    def fitted(self, given: Floats, right: Floats, competence: float, habit: float) -> _Habits:
        """Give the weights after so many true votes, shape (A, K, R), of those given, (A, K)."""
        known = right * self.knows[:, None] / (self.knows[:, None] + self.wrong)
        of_all, votes = known.sum(axis=1), given.sum(axis=1)[:, None]
        total = digamma(votes + 2 * competence)
        counts = np.maximum(given[:, :, None] - known, 0.0) + habit
        return _Habits(
            knows=np.exp(digamma(of_all + competence) - total),
            ignores=np.exp(digamma(np.maximum(votes - of_all, 0.0) + competence) - total),
            habit=np.exp(digamma(counts) - digamma(counts.sum(axis=1, keepdims=True))),
        )


def _begin(annotators: int, k: int, restarts: int, seed: int) -> _Habits:
    random = np.random.default_rng(seed)
    knows = random.uniform(0.3, 0.9, (annotators, restarts))
    habit = 1.0 + random.uniform(0.0, 0.5, (annotators, k, restarts))
    return _Habits(knows, 1.0 - knows, habit / habit.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class _Votes:
    """The votes for each value as sparse tables of units by annotators, a piece at a time."""

    pieces: tuple[tuple[_Table, ...], ...]
    voted: NDArray[np.bool_]
    given: Floats

    @classmethod
    def of(cls, ratings: Ratings) -> _Votes:
        size, k, annotators = len(ratings.article), len(ratings.values), len(ratings.annotators)
        tables = [_table(ratings.only(ratings.value == value), size) for value in range(k)]
        pieces = tuple(
            tuple(_Table(each[start : start + _UNITS]) for each in tables)
            for start in range(0, size, _UNITS)
        )
        said = np.bincount(ratings.annotator * k + ratings.value, minlength=annotators * k)
        voted = np.bincount(ratings.unit, minlength=size) > 0
        return cls(pieces, voted, said.reshape(annotators, k).astype(np.float64))

    def expected(self, habits: _Habits) -> tuple[Floats, Floats]:
        """Count true votes by annotator and value, (A, K, R), and give log-likelihoods, (R,)."""
        right = np.zeros(habits.habit.shape)
        wrong, gain = habits.wrong, _gain(habits)
        likelihood = np.einsum("ak,akr->r", self.given, np.log(wrong))
        likelihood -= self.voted.sum() * np.log(max(self.given.shape[1], 1))
        for piece in self.pieces:
            truth, of_units = _truth(piece, gain)
            # Who has no votes is equally likely whatever is true.
            likelihood += of_units.sum(axis=0)
            for value, table in enumerate(piece):
                right[:, value] += table.turned @ truth[value]
        empty = (~self.voted).sum() * np.log(max(self.given.shape[1], 1))
        return right, likelihood - empty

    def posterior(self, habits: _Habits) -> Floats:
        """Give how probable each value is for each unit, shape (U, K)."""
        gain = _gain(habits)
        found = [_truth(piece, gain)[0][:, :, 0].T for piece in self.pieces]
        joined = np.concatenate(found) if found else np.zeros((0, self.given.shape[1]))
        return np.where(self.voted[:, None], joined, np.nan)


class _Table:
    """Units by annotators, and the same turned."""

    def __init__(self, rows: sparse.csr_array) -> None:
        self.rows, self.turned = rows, rows.T.tocsr()


def _table(ratings: Ratings, size: int) -> sparse.csr_array:
    shape = (size, len(ratings.annotators))
    ones = np.ones(len(ratings.unit))
    return sparse.csr_array((ones, (ratings.unit, ratings.annotator)), shape=shape)


def _gain(habits: _Habits) -> Floats:
    """Give how much more probable a vote is where it is true; as a logarithm, (K, A, R)."""
    gain = np.log1p(habits.knows[:, None] / habits.wrong)
    return np.ascontiguousarray(gain.transpose(1, 0, 2))


def _truth(piece: Sequence[_Table], gain: Floats) -> tuple[Floats, Floats]:
    """Give how probable each value is, (K, n, R), and the log-sum of each unit, (n, R)."""
    logs = np.stack([table.rows @ of_value for table, of_value in zip(piece, gain, strict=True)])
    most = logs.max(axis=0)
    truth = np.exp(logs - most)
    total = truth.sum(axis=0)
    truth /= total
    return truth, most + np.log(total)
