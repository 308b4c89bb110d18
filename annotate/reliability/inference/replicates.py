"""Bootstrap replicates over articles: weights times sums, so that no article is scored twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.inference.measure import Coefficient
    from annotate.reliability.inference.tally import Tally

    Floats = NDArray[np.float64]

__all__ = ["replicates", "resampled"]

_MANY = 1_000  # rows from which Poisson weights are the faster equal of multinomial ones
_SAMPLES, _ARTICLES = 16, 8_192  # weights at once: they stay in the cache, and below 2**24
# Where each further article begins among 65,536 equal steps of chance: Poisson quantiles.
_EDGES = np.unique(np.round(special.pdtr(np.arange(9), 1.0) * 2**16))[:-1].astype(np.uint16)


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
    draw = _multinomial if len(tally.rows) < _MANY else _poisson
    # The blocks are too small to share: on a busy machine threads waited for each other instead.
    with threadpool_limits(limits=1, user_api="blas"):
        return draw(tally, times, rng)


def _multinomial(tally: Tally, samples: int, rng: np.random.Generator) -> Floats:
    if not len(tally.rows):
        return np.zeros((samples, tally.rows.shape[1]))
    share = tally.times / tally.times.sum()
    return np.asarray(rng.multinomial(tally.articles, share, size=samples) @ tally.rows)


def _poisson(tally: Tally, samples: int, rng: np.random.Generator) -> Floats:
    """Weigh deviations from the mean article: in single precision sums of alike would cancel."""
    mean = tally.total / tally.times.sum()
    apart = np.column_stack([tally.rows - mean, np.ones(len(tally.rows))]).astype(np.float32)
    sums = np.zeros((samples, apart.shape[1]))
    for start in range(0, samples, _SAMPLES):
        block = sums[start : start + _SAMPLES]
        for first in range(0, len(apart), _ARTICLES):
            place = slice(first, first + _ARTICLES)
            block += _weights(tally.times[place], len(block), rng) @ apart[place]
    return np.asarray(sums[:, :-1] + sums[:, -1:] * mean)


def _weights(times: Floats, samples: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw Poisson weights, shape (samples, P); for rows of one article from 16 bits each."""
    size = samples * len(times)
    codes = rng.integers(0, 2**64, size=size // 4 + 1, dtype=np.uint64).view(np.uint16)[:size]
    counts = np.zeros(size, dtype=np.uint8)
    for edge in _EDGES:
        counts += (codes >= edge).view(np.uint8)
    weights = counts.reshape(samples, len(times)).astype(np.float32)
    shared = np.flatnonzero(times != 1)
    if len(shared):
        weights[:, shared] = rng.poisson(times[shared], size=(samples, len(shared)))
    return weights
