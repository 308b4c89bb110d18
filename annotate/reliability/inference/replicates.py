"""Bootstrap replicates over articles: weights times sums, so that no article is scored twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.inference.measure import Coefficient
    from annotate.reliability.inference.tally import Tally

    Floats = NDArray[np.float64]

__all__ = ["replicates", "resampled"]

_MANY = 1_000  # rows from which Poisson weights are the faster equal of multinomial ones
_BLOCK, _ARTICLES = 256, 8_192  # replicates and articles at once: 16 MB, and sums below 2**24
_CODES = 1 << 16


def replicates(
    tally: Tally, coefficient: Coefficient, times: int, rng: np.random.Generator
) -> Floats:
    """Give the figure of samples of articles, drawn with replacement.

    Parameters
    ----------
    tally : Tally
        The sums of each article. The fewer rows, the faster: see `Tally.grouped`.
    coefficient : Coefficient
        The figure.
    times : int
        How many samples.
    rng : numpy.random.Generator
        The source of chance.

    Returns
    -------
    array, shape (times,)
        NaN for samples in which the figure is undefined.
    """
    return coefficient(resampled(tally, times, rng))


def resampled(tally: Tally, times: int, rng: np.random.Generator) -> Floats:
    """Give the sums of samples of articles, drawn with replacement.

    Put the sums of several figures of the same articles side by side in one tally, and every
    sample has the same articles for all of them.

    Parameters
    ----------
    tally : Tally
        The sums of each article.
    times : int
        How many samples.
    rng : numpy.random.Generator
        The source of chance.

    Returns
    -------
    array, shape (times, S)

    Notes
    -----
    From a thousand rows on, each article's weight is a Poisson variable of its own, so that the
    number of articles varies too; the figures do not depend on it.
    """
    sums = np.empty((times, tally.rows.shape[1]))
    draw = _multinomial if len(tally.rows) < _MANY else _poisson
    for start in range(0, times, _BLOCK):
        block = sums[start : start + _BLOCK]
        block[:] = draw(tally, len(block), rng)
    return sums


def _multinomial(tally: Tally, samples: int, rng: np.random.Generator) -> Floats:
    if not len(tally.rows):
        return np.zeros((samples, tally.rows.shape[1]))
    share = tally.times / tally.times.sum()
    return np.asarray(rng.multinomial(tally.articles, share, size=samples) @ tally.rows)


def _poisson(tally: Tally, samples: int, rng: np.random.Generator) -> Floats:
    """Weigh deviations from the mean article: in single precision sums of alike would cancel."""
    mean = tally.total / tally.times.sum()
    sums = np.zeros((samples, tally.rows.shape[1]))
    drawn = np.zeros(samples)
    for start in range(0, len(tally.rows), _ARTICLES):
        place = slice(start, start + _ARTICLES)
        weights = _weights(tally.times[place], samples, rng)
        sums += weights @ (tally.rows[place] - mean).astype(np.float32)
        drawn += weights.sum(axis=1)
    return np.asarray(sums + drawn[:, None] * mean)


def _weights(times: Floats, samples: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw Poisson weights, shape (samples, P); of one article each by a table of 16 bits."""
    codes = rng.integers(0, 2**64, size=samples * len(times) // 4 + 1, dtype=np.uint64)
    codes_of_16 = codes.view(np.uint16)[: samples * len(times)]
    weights = _TABLE[codes_of_16].reshape(samples, len(times))
    shared = np.flatnonzero(times != 1)
    if len(shared):
        weights[:, shared] = rng.poisson(times[shared], size=(samples, len(shared)))
    return weights


def _table() -> NDArray[np.float32]:
    """Give the Poisson quantile of the middle of each of 65,536 equal steps."""
    steps = (np.arange(_CODES) + 0.5) / _CODES
    counts = np.arange(12)
    return np.searchsorted(special.pdtr(counts, 1.0), steps).astype(np.float32)


_TABLE = _table()
