"""Alpha by sums over articles equals the package of record, however the sums are made."""

import krippendorff
import numpy as np
import pytest
from ballots import ratings
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from annotate.reliability.choices.alpha import (
    FixedAlpha,
    IntervalAlpha,
    OrdinalAlpha,
    alpha_at,
    coincidences,
    midranks,
    ratio_distance,
    tally_counts,
)
from annotate.reliability.choices.votes import table_of, table_of_counts
from annotate.reliability.inference.tally import Tally

SCALES = ("nominal", "ordinal", "interval", "ratio")
NUMBERS = (0.0, 1.0, 2.5, 4.0, 11.0)


@st.composite
def drawn_counts(draw, most=12):
    """Draw how often each of 2 to 5 values was given to each unit, by up to 4 annotators."""
    k = draw(st.integers(2, 5))
    unit = st.lists(st.integers(0, k - 1), max_size=4)
    rows = draw(st.lists(unit, min_size=1, max_size=most))
    return np.array([[row.count(c) for c in range(k)] for row in rows], dtype=np.int64)


def rows_of(counts):
    """Give the votes of each unit, annotator by annotator."""
    return [[k for k, times in enumerate(row) for _ in range(times)] for row in counts]


def figure(counts, scale, numbers=NUMBERS):
    """Give alpha from counts."""
    alpha, tally = tally_counts(counts, scale, numbers[: counts.shape[1]])
    return float(alpha(tally.total))


@settings(deadline=None, max_examples=300)
@given(drawn_counts(), st.sampled_from(SCALES))
def test_additive_engine_equals_the_package(counts, scale):
    """To 1e-12, at every scale, with missing votes and unused ranks."""
    ours = figure(counts, scale)
    paired = counts[counts.sum(axis=1) > 1]
    if np.count_nonzero(paired.sum(axis=0)) < 2:
        assert np.isnan(ours)
        return
    theirs = krippendorff.alpha(
        value_counts=paired,
        value_domain=np.array(NUMBERS[: counts.shape[1]]),
        level_of_measurement=scale,
    )
    assert ours == pytest.approx(theirs, abs=1e-12)


@settings(deadline=None)
@given(drawn_counts(), st.sampled_from(SCALES), st.data())
def test_one_sum_however_it_is_made(counts, scale, data):
    """From counts, from votes, from articles of several units and from two parts of the data."""
    k = counts.shape[1]
    alpha, tally = tally_counts(counts, scale, NUMBERS[:k])
    article = data.draw(st.lists(st.integers(0, 3), min_size=len(counts), max_size=len(counts)))
    each = ratings(rows_of(counts), range(k))
    shared = ratings(rows_of(counts), range(k), article)
    cut = data.draw(st.integers(0, len(counts)))
    parts = [tally_counts(part, scale, NUMBERS[:k])[1] for part in (counts[:cut], counts[cut:])]
    others = [
        table_of(each).pairable().tally(alpha.states),
        table_of(shared).pairable().tally(alpha.states),
        Tally.together(parts),
        Tally.together(parts).grouped(),
    ]
    for other in others:
        if tally.articles or other.articles:
            assert other.total == pytest.approx(tally.total, abs=1e-9)
    paired = counts.sum(axis=1) > 1
    assert others[0].articles == tally.articles == paired.sum()
    assert others[1].articles == len({a for a, p in zip(article, paired, strict=True) if p})


@settings(deadline=None)
@given(drawn_counts(), st.integers(0, 5))
def test_examples_have_the_votes_of_their_pattern(counts, shift):
    """The article that a row names is one of those that add this row."""
    shifted = ratings(rows_of(counts), range(counts.shape[1]), np.arange(len(counts)) + shift)
    for alpha in (FixedAlpha(), OrdinalAlpha()):
        for table, first in ((table_of_counts(counts), 0), (table_of(shifted), shift)):
            tally = table.tally(alpha.states)
            assert np.array_equal(tally.rows, alpha.states(counts[tally.example - first]))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.integers(0, 59), max_size=4), min_size=1, max_size=9))
def test_many_values_are_counted_sparsely(rows):
    """Sixty values, too many to group by, give the sums that a plain table of them gives."""
    given_votes = ratings(rows, range(60))
    counts = given_votes.counts()
    for scale in SCALES:
        alpha = alpha_at(scale, range(60))
        tally = table_of(given_votes).tally(alpha.states)
        assert tally.total == pytest.approx(alpha.states(counts).sum(axis=0))


@settings(deadline=None)
@given(drawn_counts())
def test_coincidences_by_hand(counts):
    """Every ordered pair of votes on a unit weighs one over its number of votes less one."""
    k = counts.shape[1]
    slow = np.zeros((k, k))
    for votes in rows_of(counts):
        for i, mine in enumerate(votes):
            for j, other in enumerate(votes):
                if i != j:
                    slow[mine, other] += 1 / (len(votes) - 1)
    found = coincidences(table_of(ratings(rows_of(counts), range(k))))
    assert found == pytest.approx(slow, abs=1e-9)


def test_coincidences_of_many_values():
    """The same where counts are sparse."""
    found = coincidences(table_of(ratings([(0, 59), (7, 7, 8), (1,)], range(60))))
    assert found[0, 59] == found[59, 0] == 1
    assert (found[7, 7], found[7, 8], found.sum()) == (1, 1, 5)


@settings(deadline=None)
@given(drawn_counts(), st.sampled_from(SCALES))
def test_leaving_out_the_only_variation_leaves_nothing(counts, scale):
    """What rounding leaves of a margin is no vote: the figure is undefined, not anything."""
    counts = counts[counts.sum(axis=1) > 1]
    assume(len(counts))
    alpha, tally = tally_counts(counts, scale, NUMBERS[: counts.shape[1]])
    same = np.eye(counts.shape[1])[[0]] * 3
    whole = tally.total + alpha.states(same)[0] * 7
    left = whole - tally.rows[0]
    for row, times in zip(tally.rows[1:], tally.times[1:], strict=True):
        left = left - row * times
    left = left - tally.rows[0] * (tally.times[0] - 1)
    assert np.isnan(alpha(left))


@settings(deadline=None)
@given(drawn_counts(), st.sampled_from(SCALES))
def test_pseudo_articles_are_at_chance_and_perfect(counts, scale):
    """Of mean size, at the margins found: many of one give 0, of the other 1."""
    alpha, tally = tally_counts(counts, scale, NUMBERS[: counts.shape[1]])
    assume(tally.articles and np.isfinite(alpha(tally.total)))
    chance, perfect = alpha.pseudo(tally.total, tally.articles)
    assert float(alpha(chance * 1e7)) == pytest.approx(0, abs=1e-5)
    assert float(alpha(perfect * 1e7)) == pytest.approx(1, abs=1e-9)


@settings(deadline=None)
@given(drawn_counts(), st.sampled_from(SCALES), st.integers(2, 4))
def test_bounds_and_more_of_the_same(counts, scale, times):
    """Alpha lies between -1 and 1, and the same articles again change D_o not at all."""
    alpha, tally = tally_counts(counts, scale, NUMBERS[: counts.shape[1]])
    value = float(alpha(tally.total))
    assume(np.isfinite(value))
    assert -1 - 1e-12 <= value <= 1 + 1e-12
    observed, expected = alpha.parts(tally.total)
    more, chance = alpha.parts(tally.total * times)
    n = table_of_counts(counts).pairable().votes.sum()
    assert more == pytest.approx(observed)
    # D_e draws without replacement, the one thing that depends on how many votes there are.
    assert chance * (times * n - 1) / times == pytest.approx(expected * (n - 1))


@settings(deadline=None)
@given(drawn_counts(), st.randoms(use_true_random=False))
def test_names_of_nominal_values_are_irrelevant(counts, random):
    """Renaming the values changes nothing."""
    order = random.sample(range(counts.shape[1]), counts.shape[1])
    before, after = figure(counts, "nominal"), figure(counts[:, order], "nominal")
    assert before == pytest.approx(after, abs=1e-12, nan_ok=True)


@settings(deadline=None)
@given(drawn_counts())
def test_an_order_turned_round_is_the_same_order(counts):
    """Ordinal alpha does not care which end is up, nor where nobody voted in between."""
    before = figure(counts, "ordinal")
    assert figure(counts[:, ::-1], "ordinal") == pytest.approx(before, abs=1e-12, nan_ok=True)
    wider = np.insert(counts, 1, 0, axis=1)
    after = figure(wider, "ordinal", range(9))
    assert after == pytest.approx(before, abs=1e-12, nan_ok=True)


@settings(deadline=None)
@given(drawn_counts(), st.floats(-1e9, 1e9), st.floats(0.001, 1000))
def test_interval_alpha_has_no_zero_and_no_unit(counts, shift, scale):
    """Degrees Celsius or Fahrenheit, years before or after Christ."""
    numbers = np.array(NUMBERS[: counts.shape[1]])
    before = figure(counts, "interval")
    after = figure(counts, "interval", numbers * scale + shift)
    assert after == pytest.approx(before, abs=1e-6 + 1e-9 * abs(shift) / scale, nan_ok=True)


def test_large_numbers_do_not_cancel():
    """Years near two thousand million differ by one as well as small numbers do."""
    counts = np.eye(5, dtype=np.int64)[[0, 2, 4, 1, 3]] + np.eye(5, dtype=np.int64)[[1, 2, 3, 1, 3]]
    far = np.arange(5) + 2e9
    assert figure(counts, "interval", far) == pytest.approx(
        figure(counts, "interval", range(5)), abs=1e-12
    )


def test_an_unused_far_value_hides_no_variation():
    """A declared value that nobody gave may lie a thousand million away."""
    counts = np.array([[2, 0, 0], [0, 2, 0], [1, 1, 0]])
    for scale in ("interval", "ratio"):
        near = figure(counts[:, :2], scale, (1, 2))
        assert figure(counts, scale, (1, 2, 1e9)) == pytest.approx(near, abs=1e-9)


def test_rare_variation_is_variation():
    """One deviating vote in two million still gives a figure."""
    for scale in SCALES:
        alpha = alpha_at(scale, (0, 1))
        total = alpha.states(np.array([[2, 0]]))[0] * 1e6 + alpha.states(np.array([[1, 1]]))[0]
        assert float(alpha(total)) == pytest.approx(0, abs=1e-5)


def test_one_state_for_each_article_stays_small():
    """A distance costs one sum beside the margins, an order the half of a matrix."""
    counts = np.ones((3, 200))
    assert FixedAlpha(np.ones((200, 200))).states(counts).shape == (3, 201)
    assert IntervalAlpha(range(200)).states(counts).shape == (3, 4)
    assert OrdinalAlpha().states(np.ones((3, 5))).shape == (3, 15)


@settings(deadline=None)
@given(drawn_counts())
def test_numbers_vote_by_vote(counts):
    """The moments of single votes are those of counts."""
    votes = ratings(rows_of(counts), range(counts.shape[1]))
    alpha = IntervalAlpha(NUMBERS[: counts.shape[1]])
    found = alpha.states_of_votes(votes.unit, votes.value, len(counts))
    assert found == pytest.approx(alpha.states(counts), abs=1e-9)


@settings(deadline=None)
@given(drawn_counts())
def test_ordinal_alpha_is_interval_alpha_of_midranks(counts):
    """Which is how many ranks are scored without a matrix over them."""
    ranks = midranks(table_of_counts(counts).pairable().votes)
    assert figure(counts, "interval", ranks) == pytest.approx(
        figure(counts, "ordinal"), abs=1e-9, nan_ok=True
    )


def test_ratio_distances():
    """Zero is as far from any number as can be, and nothing is apart from itself."""
    d = ratio_distance((0, 1, 3))
    assert d.tolist() == [[0, 1, 1], [1, 0, 0.25], [1, 0.25, 0]]


def test_a_lone_vote_is_no_pair():
    """Units with one vote add nothing, whatever the vote."""
    for scale in SCALES:
        assert not alpha_at(scale, (1, 2, 3)).states(np.eye(3)).any()
        assert tally_counts(np.eye(3, dtype=np.int64), scale)[1].articles == 0


def test_counts_that_nobody_can_group():
    """Thirty values: every unit keeps its own row."""
    counts = np.random.default_rng(1).integers(0, 2, (20, 30))
    alpha, tally = tally_counts(counts, "nominal")
    assert tally.rows.shape == (20, 31)
    assert float(alpha(tally.total)) == pytest.approx(
        krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"), abs=1e-12
    )
