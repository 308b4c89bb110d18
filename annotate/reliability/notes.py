"""What to know before quoting a figure: one short sentence each, and a flag for programs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from annotate.reliability.evidence.ratings import Ratings
    from annotate.reliability.figures import Counts, Figure

__all__ = [
    "FLAGS",
    "Note",
    "few_shared",
    "few_votes",
    "margins",
    "noted",
    "paradox",
    "set_aside",
]

#: Every flag that a figure may carry.
FLAGS = ("paradox", "unequal margins", "few votes", "few shared", "set aside")

_COMMON = 0.8  # of the votes: one value crowds out the others
_NARROW = 0.3  # expected disagreement: hardly anything to disagree on
_APART = 0.2  # of AC1 from alpha
_REWARDED = 0.02  # of Cohen's kappa over Scott's pi
_FEW_VOTES = 20
_FEW_SHARED = 2
_NAMED = 3  # values in a sentence


@dataclass(frozen=True)
class Note:
    """What to know of a figure.

    Parameters
    ----------
    flag : str
        One of `FLAGS`.
    sentence : str
        The same for people.
    """

    flag: str
    sentence: str


def noted(figure: Figure, notes: Iterable[Note | None]) -> Figure:
    """Add notes to a figure."""
    found = [note for note in notes if note]
    reasons = [figure.reason, *(note.sentence for note in found)]
    return replace(
        figure,
        reason="; ".join(filter(None, reasons)),
        flags=(*figure.flags, *(note.flag for note in found)),
    )


def paradox(ratings: Ratings, alpha: float, other: float) -> Note | None:
    """Warn where alpha and AC1 (or AC2) part because nearly all votes are for one value.

    Parameters
    ----------
    ratings : Ratings
        The votes.
    alpha, other : float
        The two coefficients.
    """
    n_c = _pairable_votes(ratings)
    n = n_c.sum()
    if n < 2 or not abs(other - alpha) > _APART:  # noqa: PLR2004 - it takes two votes to compare
        return None
    expected = 1 - float((n_c * (n_c - 1)).sum() / (n * (n - 1)))
    if n_c.max() / n <= _COMMON and expected >= _NARROW:
        return None
    common = ratings.values[int(n_c.argmax())]
    return Note(
        "paradox",
        f'{n_c.max() / n:.0%} of the votes are "{common}": annotators mostly agree on it, and '
        "little is known about the rest",
    )


def margins(ratings: Ratings, pair: NDArray[np.int64]) -> Note | None:
    """Warn where Cohen's kappa is high because two annotators use the values unequally often.

    Parameters
    ----------
    ratings : Ratings
        The votes.
    pair : array of int, shape (2,)
        The two annotators.
    """
    table = _crossed(ratings, pair)
    if not table.sum():
        return None
    rows, columns = (table.sum(axis=axis) / table.sum() for axis in (1, 0))
    agreed = np.trace(table) / table.sum()
    own, pooled = float(rows @ columns), float(((rows + columns) / 2) @ ((rows + columns) / 2))
    if own >= 1 or pooled >= 1:
        return None
    kappa, pi = ((agreed - chance) / (1 - chance) for chance in (own, pooled))
    if kappa - pi < _REWARDED:
        return None
    return Note(
        "unequal margins",
        f"the two use the values unequally often, which kappa rewards (Scott's pi {pi:.2f})",
    )


def few_votes(ratings: Ratings) -> Note | None:
    """Warn of values that hardly anybody gave where it counts."""
    votes = dict(zip(ratings.values, _pairable_votes(ratings).tolist(), strict=True))
    few = {value: times for value, times in votes.items() if times < _FEW_VOTES}
    if not few or not any(votes.values()):
        return None
    named = ", ".join(f'"{value}" {times:.0f}' for value, times in few.items())
    if len(few) > _NAMED:
        named = f"{len(few)} of {len(votes)} values"
    return Note("few votes", f"fewer than {_FEW_VOTES} votes for {named}")


def few_shared(
    article: NDArray[np.int64], annotator: NDArray[np.int64], articles: int
) -> Note | None:
    """Warn of pairs of annotators who hardly share an article.

    Parameters
    ----------
    article, annotator : array of int, shape (R,)
        Who voted on what.
    articles : int
        How many there are.
    """
    people, who = np.unique(annotator, return_inverse=True)
    ones = np.ones(len(who))
    voted = sparse.csr_array((ones, (who, article)), shape=(len(people), articles)) > 0
    together = sparse.triu(voted.astype(np.float64) @ voted.T.astype(np.float64), k=1)
    pairs = len(people) * (len(people) - 1) // 2
    few = pairs - int((together.data >= _FEW_SHARED).sum())
    if not few:
        return None
    return Note(
        "few shared",
        f"{few} of {pairs} pairs of annotators share fewer than {_FEW_SHARED} articles",
    )


def set_aside(counts: Counts, why: str) -> Note | None:
    """Tell how many answers are no vote though they were given.

    Parameters
    ----------
    counts : Counts
        Who had a say.
    why : str
        What is the matter with them, such as "unclear".
    """
    if not counts.missing:
        return None
    share = counts.missing / counts.saw
    return Note("set aside", f"{counts.missing} of {counts.saw} {why} ({share:.0%})")


def _pairable_votes(ratings: Ratings) -> NDArray[np.float64]:
    value = ratings.pairable().value
    return np.bincount(value, minlength=len(ratings.values)).astype(np.float64)


def _crossed(ratings: Ratings, pair: NDArray[np.int64]) -> NDArray[np.float64]:
    """Count what one said where the other said what, shape (K, K)."""
    k = len(ratings.values)
    said = np.full((2, len(ratings.article)), -1)
    for side, annotator in enumerate(pair):
        own = ratings.annotator == annotator
        said[side, ratings.unit[own]] = ratings.value[own]
    first, second = said[:, (said >= 0).all(axis=0)]
    return np.bincount(first * k + second, minlength=k * k).reshape(k, k).astype(np.float64)
