"""What the marks of a phrase become when all readers follow the majority."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.evidence.marks import Marks

    Places = NDArray[np.int64]

__all__ = ["resolved"]


def resolved(alone: Marks, common: Places) -> Marks:
    """Let all readers of each phrase follow the majority.

    Parameters
    ----------
    alone : Marks
        Connected marks, each phrase an article of its own, as in `Phrases.alone`.
    common : array of int, shape (K,)
        How often each label was given in the group.

    Returns
    -------
    Marks
        With the same articles and readers. Limits that most readers gave become everybody's.
        Where there are none, but most readers marked something, everybody takes the limits that
        the most of them gave, of several the longest. Where half of the readers or fewer marked
        anything, nobody did: of a tie, unmarked text is the more common. The label is the one
        that most gave, of several the more common one of the group.
    """
    limits = _limits(alone)
    majority = 2 * limits.voters > alone.readers[limits.phrase]
    first = _commonest(limits)
    settled = np.isin(limits.phrase[first], limits.phrase[majority])
    marked = (2 * _voters(alone) > alone.readers)[limits.phrase[first]]
    chosen = np.sort(np.concatenate([np.flatnonzero(majority), first[marked & ~settled]]))
    label = _labels(alone, _Chosen(limits, chosen, majority[chosen]), common)
    return _given_to_all(alone, limits, chosen, label)


@dataclass(frozen=True)
class _Limits:
    """The different limits in each phrase.

    Parameters
    ----------
    phrase, start, end : array of int, shape (R,)
        Sorted by phrase.
    voters : array of int, shape (R,)
        How many annotators gave them.
    of : array of int, shape (M,)
        The limits of each mark.
    """

    phrase: Places
    start: Places
    end: Places
    voters: Places
    of: Places


def _limits(marks: Marks) -> _Limits:
    rows = np.stack([marks.article, marks.start, marks.end], axis=1)
    limits, of = np.unique(rows, axis=0, return_inverse=True)
    of = of.ravel()
    votes = np.unique(np.stack([of, marks.annotator]), axis=1)
    voters = np.bincount(votes[0], minlength=len(limits))
    return _Limits(limits[:, 0], limits[:, 1], limits[:, 2], voters, of)


def _voters(marks: Marks) -> Places:
    """Count who marked anything in each phrase, shape (C,)."""
    votes = np.unique(np.stack([marks.article, marks.annotator]), axis=1)
    return np.bincount(votes[0], minlength=len(marks.articles))


def _commonest(limits: _Limits) -> Places:
    """Give the limits of each phrase that the most gave, of several the longest."""
    length = limits.end - limits.start
    order = np.lexsort((-limits.start, length, limits.voters, limits.phrase))
    last = np.diff(limits.phrase[order], append=-1) != 0
    return np.asarray(order[last])


@dataclass(frozen=True)
class _Chosen:
    """Limits that everybody takes, and whether a majority gave them already."""

    limits: _Limits
    places: Places
    majority: NDArray[np.bool_]


def _labels(marks: Marks, chosen: _Chosen, common: Places) -> Places:
    """Give the label of each of the chosen limits.

    Who gave the very limits of a majority decides about them, all marks of the phrase if they
    are divided; all marks decide where no majority agrees about limits.
    """
    k, limits = len(marks.labels), chosen.limits
    own = np.bincount(limits.of * k + marks.label, minlength=len(limits.phrase) * k)
    near = np.bincount(marks.article * k + marks.label, minlength=len(marks.articles) * k)
    votes = near.reshape(-1, k)[limits.phrase[chosen.places]]
    most = int(votes.max(initial=0)) + 1
    votes = votes + own.reshape(-1, k)[chosen.places] * most * chosen.majority[:, None]
    rank = np.empty(k, dtype=np.int64)
    rank[np.lexsort((-np.arange(k), common))] = np.arange(k)
    return np.asarray(np.argmax(votes * k + rank, axis=1))


def _given_to_all(marks: Marks, limits: _Limits, chosen: Places, label: Places) -> Marks:
    """Let every reader of a phrase have the chosen marks."""
    order = np.argsort(marks.saw_article, kind="stable")
    readers = marks.readers
    phrase = limits.phrase[chosen]
    times = readers[phrase]
    mark = np.repeat(np.arange(len(chosen)), times)
    turn = np.arange(len(mark)) - np.repeat(np.cumsum(times) - times, times)
    first = (np.cumsum(readers) - readers)[phrase]
    return replace(
        marks,
        article=phrase[mark],
        annotator=marks.saw_annotator[order[first[mark] + turn]],
        label=label[mark],
        start=limits.start[chosen][mark],
        end=limits.end[chosen][mark],
    )
