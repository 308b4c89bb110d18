"""Agreement on questions about the article, and on attributes of matched spans."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import krippendorff
import numpy as np

from annotate.reliability.choices.coincidence import (
    Alpha,
    Moments,
    coincidences,
    masi_distance,
    moments,
    same_votes,
)
from annotate.reliability.figures import Basis, measured
from annotate.reliability.inference.intervals import Share

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from annotate.reliability.figures import Counts, Figure
    from annotate.schema import Question, Scale

__all__ = ["alpha_of_record", "number_figures", "set_figures", "value_figures"]

_CELLS = 50_000_000  # units x values x values that fit in half a gigabyte
_VARIATION = "undefined: all votes are the same, so chance would agree too"
_PAIRS = "undefined: no article has votes of two annotators"

Votes = dict[tuple[str, str], str]
Sets = dict[tuple[str, str], frozenset[str]]


def alpha_of_record(
    counts: NDArray[np.float64], scale: Scale, values: Sequence[float]
) -> float | None:
    """Give alpha as the `krippendorff` package computes it.

    Parameters
    ----------
    counts : array, shape (U, K)
        Votes for each of K values on each of U units with at least two votes.
    scale : str
        The scale.
    values : sequence of float
        The values, in order.

    Returns
    -------
    float or None
        None where it would not fit in memory; the additive engine gives the same number.

    Examples
    --------
    The canonical data of Krippendorff (2011, Computing Krippendorff's alpha-reliability, C),
    whose nominal alpha is .743:

    >>> counts = np.array([[3,0,0,0,0],[0,3,1,0,0],[0,0,4,0,0],[0,0,4,0,0],[0,4,0,0,0],
    ...     [1,1,1,1,0],[0,0,0,4,0],[3,1,0,0,0],[0,4,0,0,0],[0,0,0,0,3],[2,0,0,0,0]])
    >>> round(alpha_of_record(counts, "nominal", range(5)), 3)
    0.743
    """
    if counts.shape[0] * counts.shape[1] ** 2 > _CELLS:
        return None
    return float(
        krippendorff.alpha(
            value_counts=counts.astype(np.int64),
            value_domain=np.asarray(values),
            level_of_measurement=scale,
        )
    )


@dataclass(frozen=True)
class _Ballots:
    """Votes counted by article and value, for the articles that have at least two.

    ``table`` has shape (U, K).
    """

    label: str
    ranks: Sequence[str]
    table: NDArray[np.float64]
    articles: list[str]
    people: int

    @classmethod
    def count(
        cls, votes: Mapping[tuple[str, str], str], ranks: Sequence[str], label: str = ""
    ) -> _Ballots:
        column = {rank: place for place, rank in enumerate(ranks)}
        rows: dict[str, list[float]] = {}
        for (article, _), value in votes.items():
            rows.setdefault(article, [0.0] * len(ranks))[column[value]] += 1
        kept = {article: row for article, row in rows.items() if sum(row) > 1}
        table = np.array(list(kept.values())).reshape(len(kept), len(ranks))
        people = {annotator for article, annotator in votes if article in kept}
        return cls(label, ranks, table, list(kept), len(people))

    def trimmed(self) -> _Ballots:
        """Leave out the values that no article with two votes has."""
        used = np.flatnonzero(self.table.sum(axis=0))
        return replace(self, ranks=[self.ranks[i] for i in used], table=self.table[:, used])

    @property
    def states(self) -> NDArray[np.float64]:
        return coincidences(self.table).reshape(len(self.table), self.table.shape[1] ** 2)

    def record(self, scale: Scale, numbers: Sequence[float]) -> float | None:
        varied = np.count_nonzero(self.table.sum(axis=0)) > 1
        return alpha_of_record(self.table, scale, numbers) if varied else None

    def basis(self, question: Question, counts: Counts) -> Basis:
        return Basis(
            question=question.name,
            title=question.title,
            label=self.label,
            units=len(self.table),
            annotators=self.people,
            labels=int(self.table.sum()),
            articles=self.articles,
            counts=counts,
        )


def value_figures(question: Question, votes: Votes, counts: Counts) -> Iterator[Figure]:
    """Score a question that takes one value.

    Parameters
    ----------
    question : Question
        With its scale and ranks.
    votes : dict of (article, annotator) to value
        Without the missing ones.
    counts : Counts
        Who had a say.
    """
    ballots = _Ballots.count(_present(question, votes), question.ranks)
    yield from _figures(question, ballots, question.scale, _numbers(question), counts)
    yield from _absence(question, votes, counts)


def set_figures(question: Question, votes: Sets, counts: Counts) -> Iterator[Figure]:
    """Score a question that takes several values: each option by itself, and the sets by MASI.

    The empty set is an answer: equal to another empty set, as far as can be from any other.
    """
    options = [o.value for o in question.options if o.value not in question.missing]
    if len(options) > 1:
        sets = sorted(set(votes.values()), key=lambda s: (len(s), sorted(s)))
        places = {chosen: str(place) for place, chosen in enumerate(sets)}
        coded = {key: places[chosen] for key, chosen in votes.items()}
        ballots = _Ballots.count(coded, tuple(places.values()))
        statistic = Alpha("nominal", range(len(sets)), distance=masi_distance(sets))
        basis = ballots.basis(question, counts)
        yield _alpha(basis, "alpha (MASI)", ballots, statistic)
        yield _agreement(basis, ballots)
    for option in options:
        binary = {key: "yes" if option in chosen else "no" for key, chosen in votes.items()}
        yield from _binary(question, option, binary, counts)


def number_figures(question: Question, votes: Votes, counts: Counts) -> Iterator[Figure]:
    """Score a question that takes a number, at the interval or another scale."""
    # "2" and "2.0" are one number, and so are both zeros.
    given = {key: repr(float(v) + 0.0) for key, v in _present(question, votes).items()}
    ballots = _Ballots.count(given, sorted(set(given.values()), key=float)).trimmed()
    numbers = [float(rank) for rank in ballots.ranks]
    if question.scale == "interval":
        basis = ballots.basis(question, counts)
        yield measured(
            basis,
            "alpha (interval)",
            _moments(ballots.table, np.asarray(numbers)),
            Moments(),
            undefined=_VARIATION if ballots.articles else _PAIRS,
            record=ballots.record("interval", numbers),
        )
        yield _agreement(basis, ballots)
    else:
        yield from _figures(question, ballots, question.scale, numbers, counts)
    yield from _absence(question, votes, counts)


def _moments(table: NDArray[np.float64], numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    units, columns = np.nonzero(table)
    times = table[units, columns].astype(np.int64)
    # Centred, since sums of squares of large numbers cancel.
    centred = numbers - table.sum(axis=0) @ numbers / max(table.sum(), 1.0)
    return moments(np.repeat(units, times), np.repeat(centred[columns], times))


def _present(question: Question, votes: Votes) -> Votes:
    return {key: v for key, v in votes.items() if not question.absent or v != question.absent}


def _absence(question: Question, votes: Votes, counts: Counts) -> Iterator[Figure]:
    """Score the value that says there is nothing to rate, as a yes or no of its own."""
    if question.absent:
        either = {key: "yes" if v == question.absent else "no" for key, v in votes.items()}
        yield from _binary(question, question.absent, either, counts)


def _binary(question: Question, label: str, votes: Votes, counts: Counts) -> Iterator[Figure]:
    ballots = _Ballots.count(votes, ("no", "yes"), label)
    yield from _figures(question, ballots, "nominal", (0, 1), counts)


def _figures(
    question: Question,
    ballots: _Ballots,
    scale: Scale,
    numbers: Sequence[float],
    counts: Counts,
) -> Iterator[Figure]:
    basis = ballots.basis(question, counts)
    record = ballots.record(scale, numbers)
    yield _alpha(basis, f"alpha ({scale})", ballots, Alpha(scale, numbers), record)
    yield _agreement(basis, ballots)


def _alpha(
    basis: Basis, measure: str, ballots: _Ballots, statistic: Alpha, record: float | None = None
) -> Figure:
    reason = _VARIATION if ballots.articles else _PAIRS
    return measured(basis, measure, ballots.states, statistic, undefined=reason, record=record)


def _agreement(basis: Basis, ballots: _Ballots) -> Figure:
    states = same_votes(ballots.table)
    return measured(basis, "observed agreement", states, Share(), undefined=_PAIRS)


def _numbers(question: Question) -> Sequence[float]:
    """Give the ranks as numbers where the scale's distance needs them."""
    if question.scale in {"interval", "ratio"}:
        return [float(rank) for rank in question.ranks]
    return range(len(question.ranks))
