"""Which spans share characters: all pairs of all articles at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["in_order", "overlapping", "seats"]

_FEW_ANNOTATORS = 16  # a table over spans and annotators stays small
_LARGEST = np.iinfo(np.int64).max


def in_order(
    place: NDArray[np.int64], size: NDArray[np.int64], label: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Sort spans by start, then size, then label.

    Parameters
    ----------
    place : array of int, shape (N,)
        Where each starts, with all articles one after the other.
    size, label : array of int, shape (N,)
        Neither is negative.

    Returns
    -------
    array of int, shape (N,)
        Places of the spans.
    """
    if not len(place):
        return np.zeros(0, dtype=np.int64)
    sizes, labels = int(size.max()) + 1, int(label.max()) + 1
    if (int(place.max()) + 1) * sizes * labels > _LARGEST:
        return np.asarray(np.lexsort((label, size, place)))
    return np.asarray(np.argsort((place * sizes + size) * labels + label))


def overlapping(
    start: NDArray[np.int64], end: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pair all spans that share a character.

    Parameters
    ----------
    start, end : array of int, shape (N,)
        Of each span, by ascending start, with all articles one after the other.

    Returns
    -------
    first, second : array of int, shape (E,)
        Places of the spans, the earlier one first.
    """
    pairs = []
    first = np.arange(len(start) - 1)
    step = 1
    while len(first):
        # Who ends before the next one starts ends before all that follow.
        first = first[start[first + step] < end[first]]
        pairs.append(first)
        step += 1
        first = first[: np.searchsorted(first, len(start) - step)]
    if not pairs:
        return first, first
    steps = np.repeat(np.arange(1, step), [len(layer) for layer in pairs])
    first = np.concatenate(pairs)
    return first, first + steps


def seats(
    article: NDArray[np.int64], annotator: NDArray[np.int64], annotators: int
) -> tuple[NDArray[np.int64], int]:
    """Give every annotator of an article a number, so that a crowd needs no large table.

    Parameters
    ----------
    article, annotator : array of int, shape (N,)
        Of each span.
    annotators : int
        How many there are.

    Returns
    -------
    seat : array of int, shape (N,)
        Below `most`, another one for each annotator of an article.
    most : int
        How many seats there are.
    """
    if annotators <= _FEW_ANNOTATORS or not len(article):
        return annotator, annotators
    visits, place = np.unique(article * annotators + annotator, return_inverse=True)
    seat = np.arange(len(visits)) - np.searchsorted(visits, visits // annotators * annotators)
    return seat[place], int(seat.max()) + 1
