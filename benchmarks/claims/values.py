"""a and c: alpha of a million units."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import krippendorff
import numpy as np

from annotate.reliability.choices.alpha import IntervalAlpha, tally_counts
from annotate.reliability.choices.votes import table_of
from annotate.reliability.evidence.ratings import Ratings
from claims import made
from claims.harness import Line, extra_memory, in_turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from claims.harness import Options, Taken

__all__ = ["claim_a", "claim_c", "ratings_of"]

UNITS, ANNOTATORS = 1_000_000, 5
_FASTER, _LEANER = 4.0, 0.1
_NUMBERS = 101
_PEER_UNITS = 10_000  # the peer's table of units x values x values is 0.8 GB here
_DIGITS = 1e-12


def claim_a(options: Options) -> Iterator[Line]:
    """Nominal alpha from the same counts of values."""
    units = options.size(UNITS)
    counts = made.value_counts(units, ANNOTATORS)
    tasks = {"here": partial(_nominal, counts), "peer": partial(_peer, "nominal", counts)}
    taken, alphas = in_turn(tasks, options.repeats)
    ratio = taken["peer"].seconds / taken["here"].seconds
    make = partial(made.value_counts, units, ANNOTATORS)
    own, peer = extra_memory(make, _nominal), extra_memory(make, partial(_peer, "nominal"))
    same = math.isclose(alphas["here"], alphas["peer"], abs_tol=_DIGITS)
    yield Line(
        "a",
        f"nominal alpha, {units:,} units x {ANNOTATORS}, from the same value_counts",
        f"{_ms(taken['here'])}, krippendorff {_ms(taken['peer'])}, {ratio:.1f} times faster; "
        f"alpha {alphas['here']:.12f} {_same(same=same)}",
        f"{_FASTER:.0f} times",
        ratio >= _FASTER and same,
    )
    yield Line(
        "a",
        "its memory above the counts",
        f"{own:.0f} MB, krippendorff {peer:.0f} MB",
        "a tenth",
        own <= _LEANER * peer,
    )


def claim_c(options: Options) -> Iterator[Line]:
    """Interval alpha of many values: the peer's work grows with the square of their number."""
    units, few = options.size(UNITS), options.size(_PEER_UNITS)
    many, some = (ratings_of(made.numbers(n, ANNOTATORS), _NUMBERS) for n in (units, few))
    counts = some.counts()
    tasks = {
        "all": partial(_interval, many),
        "here": partial(_interval, some),
        "peer": partial(_peer, "interval", counts),
    }
    taken, alphas = in_turn(tasks, min(options.repeats, 3))
    same = math.isclose(alphas["here"], alphas["peer"], abs_tol=_DIGITS)
    own = extra_memory(partial(_many_ratings, units), _interval)
    peer = extra_memory(partial(_some_counts, few), partial(_peer, "interval"))
    yield Line(
        "c",
        f"interval alpha, {_NUMBERS} values, {units:,} units x {ANNOTATORS}",
        f"{_ms(taken['all'])}, {own:.0f} MB; {few:,} units: {_ms(taken['here'])}, "
        f"krippendorff {_ms(taken['peer'])}, {peer:.0f} MB; "
        f"alpha {alphas['here']:.12f} {_same(same=same)}",
        f"{units:,} in less time and memory than krippendorff takes for {few:,}",
        same and taken["all"].seconds < taken["peer"].seconds and own < peer,
    )


def ratings_of(said: NDArray[np.int64], values: int, per_article: int = 1) -> Ratings:
    """Turn a table of units x annotators, -1 where there is no vote, into ratings.

    Parameters
    ----------
    said : array of int, shape (U, R)
        Places of values.
    values : int
        How many there are.
    per_article : int
        How many units in a row share an article.
    """
    unit, annotator = np.nonzero(said >= 0)
    article = np.arange(len(said)) // per_article
    return Ratings(
        unit=unit,
        annotator=annotator,
        value=said[unit, annotator],
        article=article,
        articles=tuple(map(str, range(int(article[-1]) + 1))),
        annotators=tuple(map(str, range(said.shape[1]))),
        values=tuple(map(str, range(values))),
    )


def _many_ratings(units: int) -> Ratings:
    return ratings_of(made.numbers(units, ANNOTATORS), _NUMBERS)


def _some_counts(units: int) -> NDArray[np.int64]:
    return _many_ratings(units).counts()


def _nominal(counts: NDArray[np.int64]) -> float:
    alpha, tally = tally_counts(counts, "nominal")
    return float(alpha(tally.total))


def _interval(ratings: Ratings) -> float:
    alpha = IntervalAlpha(range(_NUMBERS))
    return float(alpha(table_of(ratings).pairable().tally(alpha.states).total))


def _peer(scale: Any, counts: NDArray[np.int64]) -> float:  # noqa: ANN401 - its own literal
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement=scale))


def _ms(taken: Taken) -> str:
    return f"{taken.seconds * 1e3:,.0f} ms"


def _same(*, same: bool) -> str:
    return "in both" if same else "HERE ONLY"
