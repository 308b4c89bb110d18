"""Ratings as numbers: intraclass correlation, lean of an annotator, distance of two ratings."""

from itertools import combinations

import numpy as np
import pytest
from ballots import ratings, value_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from annotate.reliability.choices.numbers import (
    IntraclassCorrelation,
    Mean,
    icc,
    lean,
    mean_distance,
)
from annotate.reliability.figures import Basis, Counts, figure_of

NUMBERS = (1.0, 2.0, 3.5, 7.0)
CELL = st.integers(0, 3)
COMPLETE = st.integers(2, 4).flatmap(
    lambda r: st.lists(st.lists(CELL, min_size=r, max_size=r), min_size=2, max_size=8)
)
HOLES = st.lists(
    st.lists(st.one_of(st.none(), CELL), min_size=3, max_size=3), min_size=1, max_size=8
)


def two_way(x):
    """Compute ICC(2,1) from a two-way analysis of variance, cell by cell."""
    n, k = x.shape
    grand = x.mean()
    unit = k * sum((row.mean() - grand) ** 2 for row in x) / (n - 1)
    annotator = n * sum((column.mean() - grand) ** 2 for column in x.T) / (k - 1)
    rest = sum(
        (x[i, j] - x[i].mean() - x[:, j].mean() + grand) ** 2 for i in range(n) for j in range(k)
    )
    error = rest / ((n - 1) * (k - 1))
    size = unit + (k - 1) * error + k * (annotator - error) / n
    return (unit - error) / size if abs(size) > 1e-12 else np.nan


def correlation(rows, articles=None):
    """Give ICC(2,1) of rows of places in NUMBERS."""
    return icc(ratings(rows, range(4), articles), NUMBERS, np.arange(len(rows[0])))


@settings(deadline=None)
@given(COMPLETE)
def test_icc_by_analysis_of_variance(rows):
    """From sums over articles, the figure of a textbook; undefined without variation."""
    x = np.array(NUMBERS)[np.array(rows)]
    found = value_of(correlation(rows))
    if np.ptp(x) == 0:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(two_way(x), abs=1e-9, nan_ok=True)


@settings(deadline=None)
@given(COMPLETE, st.data())
def test_icc_adds_up_over_articles_and_annotators_in_any_order(rows, data):
    """Several units in one article, and columns swapped."""
    articles = data.draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows)))
    order = data.draw(st.permutations(range(len(rows[0]))))
    swapped = [[row[person] for person in order] for row in rows]
    value = value_of(correlation(rows))
    for other in (correlation(rows, articles), correlation(swapped)):
        assert value_of(other) == pytest.approx(value, abs=1e-9, nan_ok=True)
    assert correlation(rows, articles).tally.articles == len(set(articles))


@settings(deadline=None)
@given(COMPLETE)
def test_icc_pseudo_articles_are_at_chance_and_perfect(rows):
    """As many of one as of the other, in great number: 0 and 1."""
    measured = correlation(rows)
    coefficient, total = measured.coefficient, measured.tally.total
    x = np.array(NUMBERS)[np.array(rows)]
    assume(np.ptp(x, axis=0).all())
    chance, perfect = coefficient.pseudo(total, len(rows))
    assert float(coefficient(chance * 1e6)) == pytest.approx(0, abs=1e-4)
    same = np.repeat(x[:, :1], x.shape[1], axis=1)
    total = IntraclassCorrelation.states(same).sum(axis=0)
    chance, perfect = coefficient.pseudo(total, len(rows))
    assert float(coefficient(perfect * 1e6)) == pytest.approx(1, abs=1e-9)


def test_icc_takes_units_that_all_rated():
    """One who rated little leaves little; the reason says how much."""
    rows = [(0, 1, None), (2, 2, 2), (3, 3, None), (1, 0, None)]
    two = correlation([row[:2] for row in rows])
    assert (two.units, two.annotators, two.labels) == (4, 2, 8)
    assert np.isfinite(value_of(two))
    three = correlation(rows)
    assert (three.units, three.labels) == (1, 3)
    assert three.undefined == "undefined: 1 article was rated by all 3 annotators, it takes 2"
    none = correlation([rows[0], rows[2]])
    assert none.undefined == "undefined: no article was rated by all 3 annotators, it takes 2"
    assert none.tally.articles == none.units == none.annotators == 0
    alone = correlation([(0,), (1,)])
    assert alone.undefined == "undefined: fewer than two annotators voted"
    assert correlation([(0, 0), (0, 0)]).undefined == "undefined: the ratings do not vary"


def test_a_constant_lean_lowers_agreement():
    """ICC(2,1) is one of absolute agreement: always one higher is no agreement."""
    close = value_of(correlation([(0, 0), (1, 1), (2, 2)]))
    apart = value_of(correlation([(0, 1), (1, 2), (2, 3)]))
    assert close == 1
    assert apart < 0.9


@settings(deadline=None)
@given(HOLES, st.integers(0, 2))
def test_lean_by_hand(rows, person):
    """The mean difference from the mean of the others, over units that others rated too."""
    apart = [
        NUMBERS[row[person]] - np.mean([NUMBERS[v] for v in others])
        for row in rows
        if row[person] is not None
        and (others := [v for n, v in enumerate(row) if n != person and v is not None])
    ]
    found = lean(ratings(rows, range(4)), NUMBERS, person)
    assert found.units == found.tally.articles == len(apart)
    if apart:
        assert value_of(found) == pytest.approx(np.mean(apart), abs=1e-9)
    else:
        reason = f"undefined: annotator {person} shares no article with another annotator"
        assert found.undefined == reason


def test_lean_in_articles_of_several_units():
    """Three units in two articles: the mean is over units, the evidence the articles."""
    found = lean(ratings([(0, 1), (0, 1), (3, 3)], range(4), [4, 4, 1]), NUMBERS, 0)
    assert value_of(found) == pytest.approx(-2 / 3)
    assert (found.units, found.annotators, found.labels, found.tally.articles) == (3, 2, 6, 2)
    assert sorted(found.tally.example) == [1, 4]


@settings(deadline=None)
@given(HOLES)
def test_distance_by_hand(rows):
    """Each unit weighs as many votes as it has, each pair of its votes alike."""
    total = weight = 0.0
    for row in rows:
        x = [NUMBERS[v] for v in row if v is not None]
        if len(x) > 1:
            total += len(x) * np.mean([abs(a - b) for a, b in combinations(x, 2)])
            weight += len(x)
    mean, tally = mean_distance(ratings(rows, range(4)), NUMBERS)
    found = float(mean(tally.total))
    assert found == pytest.approx(total / weight if weight else np.nan, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("difference", [0, 1])
def test_the_same_difference_throughout_is_no_certainty(difference):
    """Ten articles on which one is always as far above the other: the interval has a width."""
    rows = [(place, place + difference) for place in (0, 1, 2, 1, 0)] * 2
    given_votes = ratings(rows, range(4))
    figure = figure_of(
        Basis("q", "Q", given_votes.articles, Counts()), lean(given_votes, range(4), 1)
    )
    assert figure.value == pytest.approx(difference)
    assert figure.low < figure.value - 0.05
    assert figure.high > figure.value + 0.05


def test_a_mean_keeps_its_place_and_spread():
    """Pseudo-articles lie as far from the mean as units do, on either side."""
    values = np.array([0.0, 2.0, 4.0, 6.0] * 50)
    total = np.column_stack([values, np.ones(200), values**2]).sum(axis=0)
    pseudo = Mean().pseudo(total, 200)
    assert float(Mean()(pseudo.sum(axis=0))) == pytest.approx(3)
    assert Mean()(pseudo) == pytest.approx([3 - values.std(), 3 + values.std()], rel=0.01)
