"""Generated data: labels, numbers and spans whose agreement lies between chance and perfection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LABELS", "labels", "numbers", "seen_table", "span_table", "value_counts"]

LABELS = ("loaded", "source", "sponsor")
_COPIES = 0.7  # the chance that an annotator says what is true
_MISSING = 0.1
_STRETCH = 300  # characters in which at most one phrase lies
_STRETCHES = 6  # of an article
_MARKS, _MOVES, _CONFUSES = 0.67, 0.3, 0.15  # chances of an annotator


def labels(units: int, annotators: int, values: int, seed: int = 1) -> NDArray[np.int64]:
    """Give the label of each annotator for each unit, -1 where there is none."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(values, size=(units, 1))
    said = rng.integers(values, size=(units, annotators))
    said = np.where(rng.random(said.shape) < _COPIES, truth, said)
    return np.where(rng.random(said.shape) < _MISSING, -1, said)


def value_counts(units: int, annotators: int = 5, values: int = 5) -> NDArray[np.int64]:
    """Count how many annotators gave each value to each unit, shape (U, K)."""
    said = labels(units, annotators, values)
    place = np.arange(units)[:, None] * (values + 1) + said + 1
    counts = np.bincount(place.ravel(), minlength=units * (values + 1))
    return np.ascontiguousarray(counts.reshape(units, values + 1)[:, 1:])


def numbers(units: int, annotators: int = 5, values: int = 101) -> NDArray[np.int64]:
    """Give numbers from 0 that lie near each other within a unit, -1 where there is none."""
    rng = np.random.default_rng(1)
    truth = rng.integers(values, size=(units, 1))
    said = np.clip(truth + rng.normal(0, values / 8, (units, annotators)).round(), 0, values - 1)
    return np.where(rng.random(said.shape) < _MISSING, -1, said).astype(np.int64)


def span_table(articles: int, annotators: int = 3) -> pd.DataFrame:
    """Give about four spans an article and annotator as a tidy frame; nobody's own overlap."""
    rng = np.random.default_rng(2)
    shape = (articles, _STRETCHES, annotators)
    start = rng.integers(0, 100, shape[:2])[:, :, None] + _STRETCH * np.arange(_STRETCHES)[:, None]
    size = rng.integers(5, 60, shape[:2])[:, :, None]
    moved = (rng.random(shape) < _MOVES) * rng.integers(1, 40, shape)
    label = rng.integers(len(LABELS), size=shape[:2])[:, :, None]
    other = rng.integers(len(LABELS), size=shape)
    label = np.where(rng.random(shape) < _CONFUSES, other, label)
    article, stretch, annotator = np.nonzero(rng.random(shape) < _MARKS)
    place = article, stretch, annotator
    return pd.DataFrame(
        {
            "annotator": _names("coder ", annotators)[annotator],
            "unit": _names("article ", articles)[article],
            "label": np.array(LABELS, dtype=object)[label[place]],
            "start": np.broadcast_to(start, shape)[place],
            "end": (start + size + moved)[place],
        }
    )


def seen_table(articles: int, annotators: int = 3) -> pd.DataFrame:
    """Say that everybody saw every article of `span_table`, and how long each is."""
    return pd.DataFrame(
        {
            "annotator": np.tile(_names("coder ", annotators), articles),
            "unit": np.repeat(_names("article ", articles), annotators),
            "length": _STRETCH * _STRETCHES,
        }
    )


def _names(word: str, number: int) -> NDArray[np.object_]:
    return np.array([f"{word}{place}" for place in range(number)], dtype=object)
