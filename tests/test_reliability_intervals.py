"""The interval over articles: defined, within bounds, and never narrower than it may be."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from annotate.reliability.choices.coincidence import Alpha, Moments, coincidences, moments
from annotate.reliability.inference.intervals import (
    FEWEST_ARTICLES,
    Share,
    adjusted_jackknife,
    carrier,
)
from annotate.reliability.spans.unitizing import BarUAlpha, unitizing_state

BINARY = Alpha("nominal", (0, 1))


def states(rows):
    """Give the states of articles of (votes for no, votes for yes)."""
    return coincidences(np.array(rows, dtype=float).reshape(-1, 2)).reshape(len(rows), 4)


@st.composite
def measured(draw):
    """Draw the states of 5 to 12 articles and a measure of any kind."""
    n = draw(st.integers(5, 12))
    kind = draw(st.sampled_from(["nominal", "ordinal", "interval", "moments", "bar", "share"]))
    if kind == "share":
        sizes = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
        rows = [(draw(st.integers(0, size)), size) for size in sizes]
        return np.array(rows, dtype=float), Share()
    if kind == "bar":
        ends = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)), max_size=2)
        rows = [
            unitizing_state(30, [[(s, s + d) for s, d in draw(ends)] for _ in range(3)])
            for _ in range(n)
        ]
        return np.array(rows), BarUAlpha()
    votes = np.array(
        draw(st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=n, max_size=n)), dtype=float
    )
    votes[votes.sum(axis=1) < 2] = (2, 0, 0)
    if kind == "moments":
        units, values = np.nonzero(votes)
        times = votes[units, values].astype(int)
        return moments(np.repeat(units, times), np.repeat(values - 1.0, times)), Moments()
    return coincidences(votes).reshape(n, -1), Alpha(kind, (0, 1, 2))


@settings(deadline=None, max_examples=300)
@given(measured(), st.randoms(use_true_random=False))
def test_holds_the_figure_within_bounds_in_any_order(drawn, random):
    """Low <= figure <= high, within the figure's range, whatever the order of articles."""
    table, measure = drawn
    figure = float(measure(table.sum(axis=0)))
    assume(np.isfinite(figure))
    found = adjusted_jackknife(table, measure)
    if (table.any(axis=1)).sum() < FEWEST_ARTICLES:
        assert np.isnan(found.low)
        assert "articles" in found.reason
        return
    assert measure.lowest <= found.low <= figure + 1e-12
    assert figure - 1e-12 <= found.high <= 1
    assert found.high - found.low > 0.01
    order = random.sample(range(len(table)), len(table))
    again = adjusted_jackknife(table[order], measure)
    assert (again.low, again.high) == pytest.approx((found.low, found.high), abs=1e-6)


@pytest.mark.parametrize("articles", [5, 15, 100, 1000])
def test_perfect_agreement_is_no_certainty(articles):
    """Everybody agreed on every article: the interval still has a width, up to 1."""
    table = states([(3, 0), (0, 3)] * (articles // 2) + [(3, 0)] * (articles % 2))
    found = adjusted_jackknife(table, BINARY)
    assert found.high == 1.0
    assert found.low < 1 - 1 / articles


def test_more_articles_narrow_it():
    """The same articles ten times over give a narrower interval."""
    table = states([(3, 0), (2, 1), (0, 3), (1, 2), (3, 0), (0, 3)])
    few, many = (
        adjusted_jackknife(table, BINARY),
        adjusted_jackknife(np.tile(table, (10, 1)), BINARY),
    )
    assert many.high - many.low < (few.high - few.low) / 2


def test_two_carriers_of_thirty_leave_it_wide():
    """Perfect agreement on a label that two of thirty articles carry says little."""
    rare = adjusted_jackknife(states([(0, 3)] * 2 + [(3, 0)] * 28), BINARY)
    common = adjusted_jackknife(states([(0, 3)] * 15 + [(3, 0)] * 15), BINARY)
    assert rare.high - rare.low > 2 * (common.high - common.low)


@pytest.mark.parametrize("articles", range(FEWEST_ARTICLES))
def test_none_below_five_articles(articles):
    """Four articles give no interval, and the reason says how many it takes."""
    found = adjusted_jackknife(states([(1, 2)] * articles), BINARY)
    assert np.isnan(found.low)
    assert np.isnan(found.high)
    assert found.reason.endswith(f"there are {articles}")


def test_articles_without_anything_are_no_evidence():
    """Marks on four articles of forty give no interval for F1."""
    table = np.zeros((40, 2))
    table[:4] = (2, 4)
    assert adjusted_jackknife(table, Share()).reason.endswith("there are 4")
    table[4] = (2, 4)
    assert adjusted_jackknife(table, Share()).reason == ""


def test_none_without_variation():
    """Where all votes are the same there is no figure and no interval."""
    found = adjusted_jackknife(states([(3, 0)] * 9), BINARY)
    assert np.isnan(found.low)
    assert "undefined" in found.reason


def test_the_carrier_is_found():
    """One article of nine holds the only other vote."""
    rows = [(3, 0)] * 9
    rows[4] = (2, 1)
    assert carrier(states(rows), BINARY) == 4
    rows[7] = (2, 1)
    assert carrier(states(rows), BINARY) is None
    assert carrier(states([(3, 0)] * 9), BINARY) is None


def test_every_measure_has_its_carrier():
    """The one article with a match, and the one with different numbers, are found as well."""
    table = np.array([[0.0, 0.0], [1 / 3 + 1 / 7, 2 / 3 + 1 / 7], [0.0, 0.0]])
    assert carrier(table, Share()) == 1
    units, x = np.array([0, 0, 1, 1, 2, 2]), np.array([0.2, 0.2, 0.1, 0.3, 0.2, 0.2])
    assert carrier(moments(units, x - x.mean()), Moments()) == 1


def test_contradiction_throughout():
    """Where two annotators never agree the interval still holds the figure, near -1."""
    table = states([(1, 1)] * 76)
    found = adjusted_jackknife(table, BINARY)
    assert found.low <= float(BINARY(table.sum(axis=0))) < -0.98
    assert -1 <= found.low < found.high < 0


def test_articles_all_alike_leave_all_degrees_of_freedom():
    """Eight articles of one half each, of any size: rounding is no difference between them."""
    sizes = [2.0, 2.5, 1 / 7, 1 / 8, 4.0, 7.0, 2 / 3, 7 / 3]
    found = adjusted_jackknife(np.outer(sizes, [1, 2]), Share())
    # Eight articles and five added leave 12 degrees of freedom: t = 2.1788.
    assert found.high - 0.5 == pytest.approx(2.1788 * _error_of_halves(13), abs=1e-4)
    assert found.low == pytest.approx(1 - found.high)


def _error_of_halves(n):
    """Give the error when only the added articles, 2.5 of each kind, differ from one half."""
    without = ((n / 2 - 1) / (n - 1), (n / 2) / (n - 1))
    return np.sqrt((n - 1) / n * sum(2.5 * (value - 0.5) ** 2 for value in without))


def test_shares_by_hand():
    """Hits over size, undefined where there is nothing."""
    assert float(Share()(np.array([3.0, 4.0]))) == 0.75
    assert np.isnan(float(Share()(np.zeros(2))))
