"""Could this be the true figure? The test that the interval inverts.

A figure is ``1 - A / B``, observed over expected disagreement. If its true value is ``1 - r``,
then ``A - r B`` lies around zero, also where few articles carry a label and the figure itself is
badly skewed (Fieller 1954, Journal of the Royal Statistical Society B 16, 175-185). Its variance
comes from leaving out one article at a time. Where the articles hold too few agreements, or too
few disagreements, to show it, it is raised toward what it would be if every article were either
in perfect agreement or as far apart as those that disagree: the score test of a proportion, in
the spirit of Wilson (1927, Journal of the American Statistical Association 22, 209-212,
doi:10.1080/01621459.1927.10502953). docs/coverage.md has the measured coverage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.inference.measure import Coefficient

    Floats = NDArray[np.float64]

__all__ = ["Model", "Moves", "Pivot"]

_MODEL_FREEDOM = 10.0  # degrees of freedom of the modelled variance; see docs/coverage.md
_ROUNDING = 1e-12  # of what is subtracted
_TINY = 1e-300
_SCALE = 1e4  # times the data, where a figure's corrections for few votes vanish


@dataclass(frozen=True)
class Moves:
    """What leaving out each article takes from a figure's two parts.

    Any number of samples at once: leading axes.

    Parameters
    ----------
    observed, expected : array, shape (…)
        The parts of all articles, as sums over them.
    of_observed, of_expected : array, shape (…, P)
        What is missing in them without one such article.
    times : array, shape (…, P)
        How many such articles there are.
    """

    observed: Floats
    expected: Floats
    of_observed: Floats
    of_expected: Floats
    times: Floats

    @classmethod
    def of(cls, coefficient: Coefficient, rows: Floats, times: Floats) -> Moves:
        """Leave out one article after the other.

        Parameters
        ----------
        coefficient : Coefficient
            The figure.
        rows : array, shape (…, P, S)
            The sums of one article each.
        times : array, shape (…, P)
            How many articles have them.
        """
        total = np.einsum("...p,...ps->...s", times, rows)
        n = times.sum(axis=-1)
        whole = _parts(coefficient, total)
        # Both parts have to be sums over articles: means become sums, and so on.
        some, twice = (_parts(coefficient, many * total)[1] for many in (_SCALE, 2 * _SCALE))
        power = 1 - np.round(
            np.log2(np.where(some > 0, twice, 2.0) / np.where(some > 0, some, 1.0))
        )
        rest = _parts(coefficient, total[..., None, :] - rows)
        scale = (n - 1)[..., None] ** power[..., None]
        observed, expected = whole[0] * n**power, whole[1] * n**power
        of_observed = observed[..., None] - rest[0] * scale
        of_expected = expected[..., None] - rest[1] * scale
        return cls(observed, expected, of_observed, of_expected, times)


@dataclass(frozen=True)
class Model:
    """The variance if articles agreed perfectly, or disagreed as those that do.

    Parameters
    ----------
    squares : array, shape (…)
        The sum of squares of what articles add to the expected disagreement.
    most : array, shape (…)
        Observed over expected disagreement of an article that disagrees.
    limit : array, shape (…)
        The most that it can be of all articles together.
    larger : array, shape (…)
        How much more than it an article of perfect agreement adds to the expected
        disagreement: twice as much where a label is so rare that it stands either in both
        votes or in one, as much where it is common.
    ratio : array, shape (…)
        The sample's observed over expected disagreement.
    share : array, shape (…)
        How much of the model's excess over the articles' own variance counts: one over one
        plus the number of agreements or disagreements seen, whichever is less.
    """

    squares: Floats
    most: Floats
    limit: Floats
    larger: Floats
    ratio: Floats
    share: Floats

    @classmethod
    def of(cls, moves: Moves, lowest: float) -> Model:
        """Fit it to a sample; `lowest` is the least the figure can be."""
        a, b, times = moves.of_observed, moves.of_expected, moves.times
        squares, both, apart = _sum(times, b, b), _sum(times, a, b), _sum(times, a, a)
        typical = squares / np.maximum(moves.expected, _TINY)
        n = times.sum(axis=-1)
        # One if all articles bear on the figure alike, near zero if only a few do.
        evenness = np.clip(moves.expected / np.maximum(typical, _TINY), 1.0, n) / n
        # One typical article that disagrees is added: the rest may all agree.
        prior = 1 + np.minimum(evenness, -lowest)
        most = (apart + typical**2 * prior) / np.maximum(np.maximum(both, 0.0) + typical**2, _TINY)
        own = moves.observed / np.maximum(moves.expected, _TINY)
        most = np.maximum(np.maximum(most, own), 1.0)
        agreed = np.maximum(b - a / most[..., None], 0.0)
        seen = np.minimum(_sum(times, agreed, agreed), apart) / np.maximum(typical**2, _TINY)
        ratio = np.clip(own / most, 0.0, 1.0)
        limit = np.maximum(most, prior)
        return cls(squares, most, limit, 2 - evenness, ratio, 1 / (1 + seen))

    def variance(self, r: Floats) -> Floats:
        """Give the variance of ``A - r B`` at a true ratio."""
        excess = self.larger - 1
        spread = np.maximum(r * (self.most - r), 0.0) * (1 + excess * r / self.most)
        return np.asarray(self.squares * spread / (self.larger - excess * self.ratio))


@dataclass(frozen=True)
class Pivot:
    """Tests true figures against samples, any number of both at once.

    Parameters
    ----------
    moves : Moves
        What the articles of each sample add.
    seconds, fourths : tuple of array, shape (…)
        Sums of products of what articles add, around their means.
    model : Model or None
        None for figures that know no perfect agreement.
    """

    moves: Moves
    seconds: tuple[Floats, ...]
    fourths: tuple[Floats, ...]
    model: Model | None

    @classmethod
    def of(cls, moves: Moves, lowest: float, *, modelled: bool = True) -> Pivot:
        """Gather the sums that any test needs.

        Parameters
        ----------
        moves : Moves
            What the articles of each sample add.
        lowest : float
            The least the figure can be.
        modelled : bool
            Whether observed disagreement of zero is perfect agreement.
        """
        times = moves.times
        a, b = (x - _mean(x, times) for x in (moves.of_observed, moves.of_expected))
        aa, ab, bb = a * a, a * b, b * b
        seconds = (_sum(times, a, a), _sum(times, a, b), _sum(times, b, b))
        pairs = ((aa, aa), (aa, ab), (aa, bb), (ab, bb), (bb, bb))
        fourths = tuple(_sum(times, x, y) for x, y in pairs)
        return cls(moves, seconds, fourths, Model.of(moves, lowest) if modelled else None)

    def error(self, r: Floats) -> Floats:
        """Give the standard error of ``A - r B`` that the articles themselves show."""
        n = self.moves.times.sum(axis=-1)
        aa, ab, bb = self.seconds
        squared = aa - 2 * r * ab + r**2 * bb
        squared = np.where(squared > _ROUNDING * (aa + r**2 * bb), squared, 0.0)
        return np.asarray(np.sqrt((n - 1) / n * squared))

    def score(self, r: Floats) -> tuple[Floats, Floats]:
        """Give ``A - r B`` over its standard error, and the degrees of freedom.

        Those of the articles' own variance are Satterthwaite's (1946, Biometrics Bulletin 2,
        110-114, doi:10.2307/3002019): where two of thirty carry the label, there are about two.

        Parameters
        ----------
        r : array, shape (…)
            True ratios of observed to expected disagreement.
        """
        n = self.moves.times.sum(axis=-1)
        variance = self.error(r) ** 2
        signs = (1, -4, 6, -4, 1)
        fourth = sum(s * r**i * x for i, (s, x) in enumerate(zip(signs, self.fourths, strict=True)))
        freedom = (variance * n / (n - 1)) ** 2 / np.maximum(fourth, _TINY)
        freedom = np.where(variance > 0, np.clip(freedom, 1.0, n - 1), n - 1)
        raised = np.zeros_like(variance)
        if self.model is not None:
            above = np.maximum(self.model.variance(r) - variance, 0.0)
            raised = self.model.share * above
        total = variance + raised
        parts = variance**2 / freedom + raised**2 / _MODEL_FREEDOM
        freedom = np.where(parts > 0, total**2 / np.maximum(parts, _TINY), freedom)
        expected = r * self.moves.expected
        apart = self.moves.observed - expected
        apart = np.where(np.abs(apart) > _ROUNDING * np.abs(expected), apart, 0.0)
        return _over(apart, np.sqrt(total)), freedom

    def below(self, figure: Floats | float) -> Floats:
        """Give the probability that the true figure lies below one, shape (…)."""
        score, freedom = self.score(np.asarray(1 - np.asarray(figure, dtype=np.float64)))
        return np.asarray(special.stdtr(freedom, score))

    def beyond(self, r: Floats) -> Floats:
        """Give the probability of a sample at least as far from a true ratio, on its side."""
        score, freedom = self.score(r)
        return np.asarray(special.stdtr(freedom, -np.abs(score)))


def _parts(coefficient: Coefficient, state: Floats) -> tuple[Floats, Floats]:
    """Give both parts, zero where the figure is undefined."""
    observed, expected = coefficient.parts(state)
    return np.nan_to_num(observed), np.nan_to_num(expected)


def _sum(times: Floats, x: Floats, y: Floats) -> Floats:
    """Sum a product over the articles, shape (…, P) to (…)."""
    return np.asarray(np.einsum("...p,...p,...p->...", times, x, y))


def _mean(x: Floats, times: Floats) -> Floats:
    total = np.einsum("...p,...p->...", times, x)
    return np.asarray((total / times.sum(axis=-1))[..., None])


def _over(apart: Floats, error: Floats) -> Floats:
    """Divide; nothing over nothing is nothing, anything over nothing infinite."""
    sure = np.where(apart == 0, 0.0, np.copysign(np.inf, apart))
    return np.where(error > 0, apart / np.where(error > 0, error, 1.0), sure)
