"""The difference of two figures: signed, paired where it can be, never certain."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.reliability.choices.alpha import FixedAlpha, OrdinalAlpha
from annotate.reliability.inference.contrasts import difference, holm
from annotate.reliability.inference.measure import Share
from annotate.reliability.inference.tally import Tally
from annotate.reliability.spans.unitizing import BarUAlpha

ALPHA = FixedAlpha()


def states(votes):
    """Give the states of articles of (votes for no, votes for yes)."""
    return ALPHA.states(np.array(votes, dtype=float).reshape(-1, 2))


def votes(rng, clear, yes, annotators=3):
    """Draw votes: clear articles are copied, on the others annotators guess."""
    shape = (len(clear), annotators)
    said = np.where(rng.random(shape) < clear[:, None], yes[:, None], rng.random(shape) < 0.5)
    return np.stack([(~said).sum(axis=1), said.sum(axis=1)], axis=1)


@st.composite
def studies(draw):
    """Draw two studies of the same twelve articles, some of which only one of them has."""
    coefficient = draw(st.sampled_from([ALPHA, OrdinalAlpha(), Share(), BarUAlpha()]))
    tallies = []
    for _ in range(2):
        places = np.array(sorted(draw(st.sets(st.integers(0, 11), min_size=5))))
        some = st.lists(st.integers(0, 3), min_size=3, max_size=3)
        rows = np.array([draw(some) for _ in places], dtype=float)
        if isinstance(coefficient, Share):
            rows = np.stack([rows[:, 0], rows[:, 0] + rows[:, 1]], axis=1)
        elif isinstance(coefficient, BarUAlpha):
            mine, theirs = rows[:, 0] * 5, rows[:, 1] * 5
            apart = np.abs(mine - theirs)
            rows = np.stack([np.full(len(rows), 60), mine + theirs, apart, mine**2 + theirs**2], 1)
        else:
            rows = coefficient.states(rows)
        tallies.append(Tally.of(rows, places))
    return coefficient, *tallies


@settings(deadline=None, max_examples=150)
@given(studies())
def test_swapping_the_sides_only_turns_the_sign(drawn):
    """The second minus the first is minus the first minus the second, ends and p included."""
    coefficient, first, second = drawn
    there, back = difference(first, second, coefficient), difference(second, first, coefficient)
    np.testing.assert_allclose(
        [there.value, there.low, there.high, there.p],
        [-back.value, -back.high, -back.low, back.p],
        atol=1e-9,
    )
    assert there.paired == back.paired


@settings(deadline=None, max_examples=150)
@given(studies())
def test_the_interval_holds_the_difference_and_has_a_width(drawn):
    """Where there is an interval it holds the value, is wider than nothing, and p fits it."""
    coefficient, first, second = drawn
    found = difference(first, second, coefficient)
    if not np.isfinite(found.low):
        assert found.reason
        assert np.isnan(found.p)
        return
    assert found.low <= found.value <= found.high
    assert found.high - found.low > 0.01
    assert coefficient.lowest - 1 <= found.low
    assert found.high <= 1 - coefficient.lowest
    assert 0 <= found.p <= 1
    assert (found.p < 0.05) == (not found.low <= 0 <= found.high) or abs(found.p - 0.05) < 1e-9


@settings(deadline=None, max_examples=100)
@given(studies())
def test_the_same_data_do_not_differ(drawn):
    """A study and itself: difference 0, p of 1, and still no certainty."""
    coefficient, first, _ = drawn
    found = difference(first, first, coefficient)
    if np.isfinite(found.value):
        assert found.value == 0
        assert found.paired == first.informative().articles
    if np.isfinite(found.low):
        assert found.low == pytest.approx(-found.high)
        assert found.p == 1.0


def test_pairs_by_the_place_of_the_article():
    """Articles are the same where their places are, in whatever order the rows come."""
    rng = np.random.default_rng(3)
    rows = states(votes(rng, rng.random(30), rng.random(30) < 0.5))
    more = states(votes(rng, rng.random(30), rng.random(30) < 0.5))
    order = rng.permutation(30)
    straight = difference(Tally.of(rows), Tally.of(more), ALPHA)
    mixed = difference(Tally.of(rows), Tally.of(more[order], order), ALPHA)
    assert straight.paired == mixed.paired == 30
    assert (mixed.low, mixed.high) == pytest.approx((straight.low, straight.high))
    half = difference(Tally.of(rows), Tally.of(more, np.arange(15, 45)), ALPHA)
    assert half.paired == 15


def test_shared_articles_narrow_the_interval():
    """What makes an article hard in both rounds does not make the rounds differ."""
    rng = np.random.default_rng(5)
    clear, yes = np.repeat([0.0, 1.0], 50), rng.random(100) < 0.5
    first, second = (Tally.of(states(votes(rng, clear, yes, 5))) for _ in range(2))
    apart = Tally.of(second.rows, second.example + 100)
    paired, unpaired = difference(first, second, ALPHA), difference(first, apart, ALPHA)
    assert paired.value == unpaired.value
    assert (paired.paired, unpaired.paired) == (100, 0)
    assert paired.high - paired.low < 0.6 * (unpaired.high - unpaired.low)


def test_rows_of_several_articles_are_never_paired():
    """Which articles share a row is not known: only lone rows find their partner."""
    first = Tally.of(states([(3, 0), (3, 0), (2, 1), (0, 3), (1, 2), (0, 3)]))
    second = first.grouped()
    assert second.times.tolist() != [1.0] * len(second.times)
    assert difference(first, second, ALPHA).paired == (second.times == 1).sum()
    assert difference(first, second, ALPHA).value == pytest.approx(0.0)


def test_two_coefficients_of_two_schemes():
    """A question that gained a value is compared as what it is in each scheme."""
    two = states([(3, 0), (0, 3), (2, 1), (3, 0), (0, 3), (1, 2)])
    three = OrdinalAlpha().states(np.array([(3, 0, 0), (0, 3, 0), (0, 1, 2)] * 2))
    found = difference(Tally.of(two), Tally.of(three), ALPHA, OrdinalAlpha())
    expected = OrdinalAlpha()(three.sum(axis=0)) - ALPHA(two.sum(axis=0))
    assert found.value == pytest.approx(float(expected))
    assert found.low < found.value < found.high


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ([(2, 1)] * 4, [(2, 1)] * 9, "there are 4 and 9"),
        ([(2, 1)] * 9, [(2, 1)] * 3, "there are 9 and 3"),
        ([(3, 0)] * 9, [(2, 1)] * 9, "one of the two figures is"),
        ([(2, 1)] * 9, [], "one of the two figures is"),
    ],
)
def test_no_interval_and_why(first, second, reason):
    """Too few articles on one side, or a side without variation: no interval, with the reason."""
    found = difference(Tally.of(states(first)), Tally.of(states(second)), ALPHA)
    assert np.isnan(found.low)
    assert np.isnan(found.p)
    assert reason in found.reason


@pytest.mark.parametrize("paired", [True, False])
def test_holds_the_truth_often_enough(paired):
    """Of 400 pairs of rounds that do not differ at least 92 % have 0 in the interval."""
    rng, held = np.random.default_rng(11), 0
    for _ in range(400):
        clear, yes = rng.beta(2, 1, (2, 30)), rng.random((2, 30)) < 0.4
        other = 0 if paired else 1
        first = Tally.of(states(votes(rng, clear[0], yes[0])))
        second = Tally.of(states(votes(rng, clear[other], yes[other])), np.arange(30) + 30 * other)
        found = difference(first, second, ALPHA)
        held += found.low <= 0 <= found.high
    assert 0.92 <= held / 400 < 1.0


@pytest.mark.parametrize(
    ("p", "adjusted"),
    [
        # 4 x .005, 3 x .01, 2 x .03, and 1 x .04 is held up to the one before.
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.001, 0.01, 0.02, 0.03, 0.04, 0.05], [0.006, 0.05, 0.08, 0.09, 0.09, 0.09]),
        ([0.6, 0.7], [1.0, 1.0]),
        ([0.02], [0.02]),
        ([], []),
    ],
)
def test_holm_by_hand(p, adjusted):
    """Smallest times the number left, never below the one before, at most 1."""
    assert holm(p) == pytest.approx(adjusted)


def test_holm_passes_over_what_was_not_tested():
    """A label without an interval costs the others nothing."""
    assert holm([0.02, np.nan, 0.04]) == pytest.approx([0.04, np.nan, 0.04], nan_ok=True)


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_lies_between_no_adjustment_and_bonferroni(p):
    """Adjusted values keep the order, and lie between p and n p."""
    adjusted = holm(p)
    for one, other in zip(p, adjusted, strict=True):
        assert one <= other <= min(1.0, len(p) * one) + 1e-12
    order = np.argsort(p, kind="stable")
    assert (np.diff(np.array(adjusted)[order]) >= 0).all()
