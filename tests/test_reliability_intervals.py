"""The interval over articles: defined, within bounds, and never narrower than it may be."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from annotate.reliability.choices.alpha import FixedAlpha, IntervalAlpha, OrdinalAlpha
from annotate.reliability.choices.chance import AC1, AC2, Fleiss, agreement_weights
from annotate.reliability.choices.numbers import Mean
from annotate.reliability.inference.intervals import (
    FEWEST_ARTICLES,
    RELIABLE,
    TENTATIVE,
    carrier,
    ends,
    interval_of,
)
from annotate.reliability.inference.measure import Share
from annotate.reliability.inference.pivot import Moves, Pivot
from annotate.reliability.inference.tally import Tally
from annotate.reliability.spans.unitizing import BarUAlpha, KuAlpha, UAlpha

NOMINAL = FixedAlpha()
COUNTED = {
    "nominal": NOMINAL,
    "ordinal": OrdinalAlpha(),
    "interval": IntervalAlpha((1, 2, 3)),
    "AC1": AC1(np.eye(3)),
    "AC2": AC2(agreement_weights("ordinal", range(3))),
    "Fleiss": Fleiss(np.eye(3)),
}


def tally_of(votes, coefficient=NOMINAL):
    """Tally articles given as votes for each value."""
    return Tally.of(coefficient.states(np.array(votes, dtype=float)))


def marked_alike(kind, said):
    """Tally articles in which three annotators mark the same five characters, as 1, 2 or not."""
    votes = np.stack([(said == value).sum(axis=1) for value in range(3)], axis=1)
    marked, same = 3 - votes[:, 0], votes * (votes - 1) / 2
    if kind == "|u-alpha":
        apart = 5 * marked * (3 - marked) / 2
        rows = [np.full(len(said), 60.0), 5 * marked, apart, 25 * marked]
        return Tally.of(np.column_stack(rows)), BarUAlpha()
    if kind == "u-alpha":
        gaps = 60.0 - 5 * marked
        rows = [gaps, *5 * votes.T[1:], 45 + 5 * same.sum(axis=1), gaps + 25 * marked]
        return Tally.of(np.column_stack(rows)), UAlpha()
    met = votes[:, 1:] * np.maximum(marked - 1, 0)[:, None] / 2
    rows = [5 * met[:, 0], 5 * same[:, 1], 25 * met[:, 0], 5 * met.sum(1), 25 * met.sum(1)]
    return Tally.of(np.column_stack(rows)), KuAlpha()


@st.composite
def tallied(draw):
    """Draw 5 to 12 articles and a coefficient of any kind."""
    n = draw(st.integers(5, 12))
    kind = draw(st.sampled_from([*COUNTED, "|u-alpha", "u-alpha", "(k)u-alpha", "share"]))
    if kind == "share":
        sizes = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
        rows = [(draw(st.integers(0, size)), size) for size in sizes]
        return Tally.of(np.array(rows, dtype=float)), Share()
    if kind.endswith("u-alpha"):
        said = np.array(draw(st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=n, max_size=n)))
        return marked_alike(kind, said)
    votes = np.array(draw(st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=n, max_size=n)))
    votes[votes.sum(axis=1) < 2] = (2, 0, 0)
    return tally_of(votes, COUNTED[kind]), COUNTED[kind]


@settings(deadline=None, max_examples=200)
@given(tallied(), st.randoms(use_true_random=False))
def test_holds_the_figure_within_bounds_in_any_order(drawn, random):
    """Low <= figure <= high, within the figure's range, wide, whatever the order of articles."""
    tally, coefficient = drawn
    figure = float(coefficient(tally.total))
    assume(np.isfinite(figure))
    found = interval_of(tally, coefficient)
    if tally.informative().articles < FEWEST_ARTICLES:
        assert np.isnan(found.low)
        assert "articles" in found.reason
        return
    assert min(coefficient.lowest, figure) - 1e-9 <= found.low <= figure + 1e-9
    assert figure - 1e-9 <= found.high <= 1
    assert found.high - found.low > 0.01
    order = random.sample(range(len(tally.rows)), len(tally.rows))
    again = interval_of(Tally.of(tally.rows[order]), coefficient)
    assert (again.low, again.high) == pytest.approx((found.low, found.high), abs=1e-6)


@settings(deadline=None, max_examples=100)
@given(tallied())
def test_articles_that_add_the_same_may_share_a_row(drawn):
    """A grouped tally has the interval and the probabilities of an ungrouped one."""
    tally, coefficient = drawn
    tripled = Tally.of(np.tile(tally.rows, (3, 1)))
    assume(np.isfinite(coefficient(tripled.total)))
    one, other = interval_of(tripled, coefficient), interval_of(tripled.grouped(), coefficient)
    assert (other.low, other.high, other.below_tentative, other.below_reliable) == pytest.approx(
        (one.low, one.high, one.below_tentative, one.below_reliable), abs=1e-6, nan_ok=True
    )


@settings(deadline=None, max_examples=100)
@given(tallied())
def test_probabilities_are_those_of_the_interval(drawn):
    """They rise with the cut-off, are small above the low end and large above the high end."""
    tally, coefficient = drawn
    assume(np.isfinite(coefficient(tally.total)))
    found = interval_of(tally, coefficient)
    assume(np.isfinite(found.low))
    assert 0 <= found.below_tentative <= found.below_reliable <= 1
    for cut, below in ((TENTATIVE, found.below_tentative), (RELIABLE, found.below_reliable)):
        if found.low > cut + 1e-6:
            assert below < 0.025 + 1e-6
        if found.high < cut - 1e-6:
            assert below > 0.975 - 1e-6


def test_the_ends_are_where_the_test_rules_out():
    """Two and a half per cent lie below the low end, as many above the high end."""
    tally = tally_of([(3, 0), (2, 1), (0, 3), (1, 2), (3, 0), (0, 3)] * 5)
    found = interval_of(tally, NOMINAL)
    pivot = Pivot.of(Moves.of(NOMINAL, tally.rows, tally.times), NOMINAL.lowest)
    assert float(pivot.below(found.low)) == pytest.approx(0.025, abs=1e-6)
    assert float(pivot.below(found.high)) == pytest.approx(0.975, abs=1e-6)


def test_many_samples_at_once_are_as_one_by_one():
    """The benchmark's intervals of many samples are the product's of each."""
    rng = np.random.default_rng(5)
    votes = rng.multinomial(3, rng.dirichlet([0.4, 0.2, 0.2], size=(20, 15)))
    for coefficient in COUNTED.values():
        rows = coefficient.states(votes.reshape(-1, 3).astype(float)).reshape(20, 15, -1)
        moves = Moves.of(coefficient, rows, np.ones(rows.shape[:2]))
        low, high = ends(Pivot.of(moves, coefficient.lowest), coefficient.lowest, 1.0)
        each = [interval_of(Tally.of(sample), coefficient) for sample in rows]
        assert low == pytest.approx([one.low for one in each], abs=1e-9)
        assert high == pytest.approx([one.high for one in each], abs=1e-9)


def test_many_articles_leave_the_plain_jackknife():
    """With evidence on every side, it is the jackknife's with t, to a twentieth of its width."""
    rng = np.random.default_rng(7)
    tally = tally_of(rng.multinomial(3, rng.dirichlet([0.5, 0.5, 0.5], size=2_000)))
    found = interval_of(tally, NOMINAL)
    left_out = NOMINAL(tally.total - tally.rows)
    error = np.sqrt((left_out.size - 1) * left_out.var())
    half = stats.t.ppf(0.975, left_out.size - 1) * error
    figure = float(NOMINAL(tally.total))
    assert found.low == pytest.approx(figure - half, abs=half / 10)
    assert found.high == pytest.approx(figure + half, abs=half / 10)


@pytest.mark.parametrize("size", [0.5, 1.0, 4.0, 1e6])
def test_hits_without_a_miss_by_hand(size):
    """Of thirty, ``t**2 / (30 + t**2)`` may be missed, at ten degrees of freedom; any size."""
    found = interval_of(Tally.of(np.full((30, 2), size)), Share())
    squared = stats.t.ppf(0.975, 10) ** 2
    assert found.low == pytest.approx(1 - squared / (30 + squared), abs=1e-6)
    assert found.high == 1.0


@settings(deadline=None, max_examples=60)
@given(tallied(), st.floats(0.01, 100.0))
def test_the_unit_of_the_sums_is_of_no_matter(drawn, unit):
    """Characters or words, votes or thousands of votes: shares and lengths have one interval."""
    tally, _ = drawn
    rows = np.column_stack([tally.rows.min(axis=1), tally.rows.max(axis=1)])
    assume(rows.max() > 0)
    found = interval_of(Tally.of(rows), Share())
    scaled = interval_of(Tally.of(rows * unit), Share())
    assert (scaled.low, scaled.high) == pytest.approx(
        (found.low, found.high), abs=1e-6, nan_ok=True
    )


@pytest.mark.parametrize("articles", [5, 15, 100, 1000])
@pytest.mark.parametrize("coefficient", [NOMINAL, AC1(np.eye(2)), Fleiss(np.eye(2))])
def test_perfect_agreement_is_no_certainty(articles, coefficient):
    """Everybody agreed on every article: the interval still has a width, up to 1."""
    votes = [(3, 0), (0, 3)] * (articles // 2) + [(3, 0)] * (articles % 2)
    found = interval_of(tally_of(votes, coefficient), coefficient)
    assert found.high == 1.0
    assert found.low < 1 - 1 / articles
    assert 0 < found.below_tentative < found.below_reliable


def test_more_articles_narrow_it():
    """The same articles ten times over give a narrower interval."""
    tally = tally_of([(3, 0), (2, 1), (0, 3), (1, 2), (3, 0), (0, 3)])
    few = interval_of(tally, NOMINAL)
    many = interval_of(Tally(tally.rows, tally.times * 10, tally.example), NOMINAL)
    assert many.high - many.low < (few.high - few.low) / 2


def test_two_carriers_of_thirty_leave_it_wide():
    """Perfect agreement on a label that two of thirty articles carry says little."""
    rare = interval_of(tally_of([(0, 3)] * 2 + [(3, 0)] * 28), NOMINAL)
    common = interval_of(tally_of([(0, 3)] * 15 + [(3, 0)] * 15), NOMINAL)
    assert rare.high - rare.low > 2 * (common.high - common.low)


def test_no_coincidence_is_no_proof_of_disagreement():
    """Eight lone marks in a hundred articles, and no two alike: the agreement may be .3."""
    found = interval_of(tally_of([(1, 1)] * 8 + [(2, 0)] * 92), NOMINAL)
    assert float(NOMINAL(tally_of([(1, 1)] * 8 + [(2, 0)] * 92).total)) < 0
    assert found.low < 0
    assert 0.3 < found.high < 0.6


def test_contradiction_throughout():
    """Where two annotators never agree the interval still holds the figure, near -1."""
    tally = tally_of([(1, 1)] * 76)
    found = interval_of(tally, NOMINAL)
    assert found.low <= float(NOMINAL(tally.total)) < -0.98
    assert -1 <= found.low < found.high < 0


@pytest.mark.parametrize("articles", range(FEWEST_ARTICLES))
def test_none_below_five_articles(articles):
    """Four articles give no interval, and the reason says how many it takes."""
    found = interval_of(tally_of(np.ones((articles, 2))), NOMINAL)
    assert np.isnan([found.low, found.high, found.below_tentative, found.below_reliable]).all()
    assert found.reason.endswith("there is 1" if articles == 1 else f"there are {articles}")


def test_articles_without_anything_are_no_evidence():
    """Marks on four articles of forty give no interval for F1."""
    table = np.zeros((40, 2))
    table[:4] = (2, 4)
    assert interval_of(Tally.of(table), Share()).reason.endswith("there are 4")
    table[4] = (2, 4)
    assert interval_of(Tally.of(table), Share()).reason == ""


def test_none_without_variation():
    """Where all votes are the same there is no figure and no interval."""
    found = interval_of(tally_of([(3, 0)] * 9), NOMINAL)
    assert np.isnan(found.low)
    assert "undefined" in found.reason


class _Summed(FixedAlpha):
    """Nominal alpha whose parts are sums over votes, not means."""

    def parts(self, state):
        """Give both parts times the votes."""
        return tuple(part * state[..., :-1].sum(axis=-1) for part in super().parts(state))


def test_parts_may_be_means_or_sums():
    """The unit of observed and expected disagreement is of no matter, also of few articles."""
    tally = tally_of([(3, 0)] * 5 + [(1, 2)])
    one, other = interval_of(tally, NOMINAL), interval_of(tally, _Summed())
    assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=1e-9)


def test_two_articles_that_contradict_each_other():
    """One label met another once and itself once, in thirty articles: anything is possible."""
    rows = np.zeros((30, 5))
    rows[3], rows[17] = (13, 0, 338, 26, 676), (57, 57, 3249, 57, 3249)
    rows[:, 3:] += (10, 100)
    found = interval_of(Tally.of(rows), KuAlpha())
    assert found.low < float(KuAlpha()(rows.sum(axis=0))) < found.high
    assert found.high - found.low > 1


def test_one_article_that_carries_everything_leaves_it_wide():
    """All that two annotators marked lies in one article of fifteen."""
    rows = np.zeros((15, 5))
    rows[6] = (99, 54, 3483, 144, 5508)
    rows[:, 3:] += np.where(rows[:, 3:] > 0, 0, 1e-9)
    found = interval_of(Tally.of(rows), KuAlpha())
    assert found.high - found.low > 1


def test_a_mean_has_the_interval_of_a_mean():
    """Figures that know no perfect agreement have Student's, a little wider, on both sides."""
    x = np.random.default_rng(3).normal(0.4, 1.0, 200)
    found = interval_of(Tally.of(np.column_stack([x, np.ones(200), x**2])), Mean())
    low, high = stats.t.interval(0.95, 199, x.mean(), stats.sem(x))
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.01)
    same = np.full(30, 0.3)
    steady = interval_of(Tally.of(np.column_stack([same, np.ones(30), same**2])), Mean())
    assert steady.low < 0.3 < steady.high


def test_the_carrier_is_found():
    """One article of nine holds the only other vote."""
    rows = [(3, 0)] * 9
    rows[4] = (2, 1)
    assert carrier(tally_of(rows), NOMINAL) == 4
    rows[7] = (2, 1)
    assert carrier(tally_of(rows), NOMINAL) is None
    assert carrier(tally_of([(3, 0)] * 9), NOMINAL) is None


def test_every_measure_has_its_carrier():
    """The one article with a match, and the one with different numbers, are found as well."""
    table = np.array([[0.0, 0.0], [1 / 3 + 1 / 7, 2 / 3 + 1 / 7], [0.0, 0.0]])
    assert carrier(Tally.of(table), Share()) == 1
    numbers = IntervalAlpha((0.1, 0.2, 0.3))
    assert carrier(tally_of([(0, 2, 0), (1, 0, 1), (0, 2, 0)], numbers), numbers) == 1
