"""Replicates over articles: the samples that drawing articles one by one would give."""

import numpy as np
import pytest

from annotate.reliability.choices.alpha import FixedAlpha
from annotate.reliability.inference.measure import Share
from annotate.reliability.inference.replicates import replicates, resampled
from annotate.reliability.inference.tally import Tally

NOMINAL = FixedAlpha()


def articles(n, seed=1):
    """Tally n articles with three votes each for one of three values."""
    rng = np.random.default_rng(seed)
    votes = rng.multinomial(3, rng.dirichlet([0.5, 0.3, 0.2], size=n))
    return Tally.of(NOMINAL.states(votes.astype(float)))


def naive(tally, times, seed=2):
    """Draw articles with replacement, one sample after the other."""
    rng = np.random.default_rng(seed)
    each = np.repeat(tally.rows, tally.times.astype(int), axis=0)
    drawn = [each[rng.integers(len(each), size=len(each))].sum(axis=0) for _ in range(times)]
    return NOMINAL(np.array(drawn))


@pytest.mark.parametrize("n", [40, 300, 2_500])
@pytest.mark.parametrize("grouped", [False, True])
def test_mean_and_spread_are_those_of_a_loop(n, grouped):
    """Few articles or many, sharing rows or not: the same mean and spread, to four errors."""
    tally = articles(n)
    found = replicates(tally.grouped() if grouped else tally, NOMINAL, 4_000, rng(3))
    wanted = naive(tally, 1_000)
    assert found.shape == (4_000,)
    error = wanted.std() / np.sqrt(1_000)
    assert found.mean() == pytest.approx(wanted.mean(), abs=4 * error)
    assert found.std() == pytest.approx(wanted.std(), rel=4 / np.sqrt(2 * 1_000))


def rng(seed):
    """Give a source of chance."""
    return np.random.default_rng(seed)


def test_rows_that_many_articles_share_among_many_rows():
    """Two thousand rows, of which one stands for a thousand articles: weights of both kinds."""
    tally = articles(2_000)
    mixed = Tally(tally.rows, np.where(np.arange(2_000) == 5, 1_000.0, 1.0), tally.example)
    assert replicates(mixed, NOMINAL, 2_000, rng(4)).std() == pytest.approx(
        naive(mixed, 1_000).std(), rel=4 / np.sqrt(2 * 1_000)
    )


def test_sums_of_many_articles_keep_their_digits():
    """A small difference of two large lengths survives the weighing in single precision."""
    chance = rng(5)
    read = chance.uniform(4_000, 8_000, 20_000)
    apart = chance.integers(0, 3, 20_000)
    tally = Tally.of(np.column_stack([read - apart, read]))
    missed = 1 - replicates(tally, Share(), 200, rng(6))
    assert missed.mean() == pytest.approx(apart.sum() / read.sum(), rel=0.01)
    error = (apart / apart.mean() - read / read.mean()).std() / np.sqrt(20_000)
    assert missed.std() / missed.mean() == pytest.approx(error, rel=0.25)


def test_figures_side_by_side_have_the_same_articles():
    """Twice the same sums give twice the same sample."""
    tally = articles(1_500)
    both = Tally.of(np.hstack([tally.rows, tally.rows]))
    sums = resampled(both, 50, rng(7))
    assert sums[:, :4] == pytest.approx(sums[:, 4:], rel=1e-6)
    assert len(np.unique(sums[:, 0])) > 40


def test_a_seed_gives_the_same_replicates():
    """The same source of chance, the same digits; another one, others."""
    tally = articles(1_200)
    one, same, other = (replicates(tally, NOMINAL, 20, rng(seed)) for seed in (8, 8, 9))
    assert (one == same).all()
    assert (one != other).all()


def test_samples_without_variation_are_undefined():
    """One article in six carries the label: a third of the samples lack it."""
    tally = Tally.of(NOMINAL.states(np.array([(3, 0)] * 5 + [(2, 1)], dtype=float)))
    undefined = np.isnan(replicates(tally, NOMINAL, 4_000, rng(10))).mean()
    assert undefined == pytest.approx((5 / 6) ** 6, abs=0.03)


def test_nothing_to_draw_from():
    """No article at all gives undefined figures, not an error."""
    assert np.isnan(replicates(Tally.of(np.zeros((0, 4))), NOMINAL, 3, rng(11))).all()
