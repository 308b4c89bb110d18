"""What a plan promises: hours by arithmetic, and simulated intervals that are the product's."""

import math
import time

import numpy as np
import pytest

from annotate.assignment import Assumptions, assign, balance, forecast, plan
from annotate.assignment.expected import _World, expect
from annotate.errors import UsageError
from annotate.reliability.choices.alpha import FixedAlpha, tally_counts
from annotate.reliability.inference.intervals import ends, interval_of


def names(kind, number):
    return [f"{kind}{place}" for place in range(number)]


def drawn_interval(pairs, annotators, alpha, prevalence, rng):
    """Let annotators read what they were assigned, and score it as a study is scored."""
    articles = sorted({article for article, _ in pairs})
    spread = 1 / alpha - 1
    chance = rng.beta(prevalence * spread, (1 - prevalence) * spread, len(articles))
    place = {article: number for number, article in enumerate(articles)}
    counts = np.zeros((len(articles), 2), dtype=np.int64)
    for article, _ in pairs:
        counts[place[article], int(rng.random() < chance[place[article]])] += 1
    coefficient, tally = tally_counts(counts, "nominal")
    return interval_of(tally, coefficient)


@pytest.mark.parametrize("alpha", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("sizes", [{2: 1}, {3: 1}, {2: 3, 5: 1}])
def test_the_figure_of_all_articles_is_what_was_assumed(alpha, sizes):
    world = _World.of(alpha, 0.2, sizes)

    assert world.often.sum() == pytest.approx(1)
    assert FixedAlpha()(1e12 * world.often @ world.rows) == pytest.approx(alpha, abs=1e-6)


def test_the_intervals_are_those_that_a_score_prints():
    """Study by study, the very numbers of `interval_of`."""
    world = _World.of(0.7, 0.25, {3: 1})
    pivot = world.pivot(40, 25, np.random.default_rng(4))
    low, high = ends(pivot, -1.0, 1.0)
    votes = np.array([[3, 0], [2, 1], [1, 2], [0, 3]])

    times = np.random.default_rng(4).multinomial(40, world.often, size=25)
    for place, each in enumerate(times):
        coefficient, tally = tally_counts(np.repeat(votes, each, axis=0), "nominal")
        found = interval_of(tally, coefficient)
        assert (low[place], high[place]) == pytest.approx((found.low, found.high), abs=1e-9)


@pytest.mark.parametrize(("articles", "people", "k"), [(60, 4, 2), (50, 5, 3)])
def test_the_expected_interval_is_that_of_studies_drawn_reading_by_reading(articles, people, k):
    pairs = assign(names("a", articles), names("p", people), per_article=k, seed=1)
    rng = np.random.default_rng(8)
    found = [drawn_interval(pairs, names("p", people), 0.7, 0.3, rng) for _ in range(150)]
    low, high = (np.array([getattr(each, end) for each in found]) for end in ("low", "high"))
    expected = expect(0.7, 0.3, {k: articles}, 10, seed=1)

    assert expected.width == pytest.approx(np.median(high - low), abs=0.05)
    assert expected.low == pytest.approx(np.median(low), abs=0.05)
    assert expected.high == pytest.approx(np.median(high), abs=0.05)


def test_more_articles_and_more_annotators_narrow_the_interval():
    def width(k, articles):
        return expect(0.8, 0.2, {k: articles}, 10, seed=1).width

    assert width(2, 50) > width(2, 200) > width(2, 800)
    assert width(2, 200) > width(3, 200) > width(6, 200)


def test_a_pair_alone_is_the_design_of_two():
    expected = expect(0.8, 0.3, {3: 100}, 100, seed=1)

    assert expected.pair_width == pytest.approx(
        expect(0.8, 0.3, {2: 100}, 5, seed=2).width, abs=0.03
    )
    assert expected.pair_width > expected.width


@pytest.mark.parametrize("k", [2, 3])
def test_the_articles_needed_are_enough_and_not_far_too_many(k):
    """At other random numbers, with the lower ends searched, not tested."""
    (tentative, reliable) = expect(0.9, 0.3, {k: 100}, 10, seed=1).needed
    world = _World.of(0.9, 0.3, {k: 1})
    for needed in (tentative, reliable):
        assert needed.evenly < needed.safely
        for articles, odds in ((needed.evenly, 0.5), (needed.safely, 0.8)):
            reached = [
                (ends(world.pivot(n, 800, np.random.default_rng(9)), -1.0, 1.0)[0] > needed.cut)
                for n in (articles, round(0.75 * articles))
            ]
            assert reached[0].mean() > odds - 0.07
            assert reached[1].mean() < odds + 0.02


def test_no_number_of_articles_lifts_a_lower_end_above_the_figure():
    tentative, reliable = expect(0.7, 0.3, {2: 100}, 10, seed=1).needed

    assert tentative.safely > tentative.evenly > 100
    assert (reliable.evenly, reliable.safely) == (None, None)
    assert reliable.chance < 0.03


def test_the_chance_is_that_of_the_planned_number():
    """Half of the lower ends lie above their median."""
    expected = expect(0.8, 0.1, {2: 300}, 100, seed=1)

    assert expected.low == pytest.approx(0.667, abs=0.02)
    assert expected.needed[0].chance == pytest.approx(0.5, abs=0.08)
    assert expected.needed[0].evenly == pytest.approx(300, rel=0.15)


def test_studies_in_which_nobody_uses_the_label_are_counted():
    rare = expect(0.8, 0.01, {2: 20}, 10, seed=1)

    assert rare.without == pytest.approx((1 - 0.01 - 0.01 * 0.99 * 0.2) ** 20, abs=0.06)
    assert math.isfinite(rare.width)


@pytest.mark.parametrize("sizes", [{}, {1: 50}, {2: 4}])
def test_too_little_to_compare_has_no_interval(sizes):
    expected = expect(0.8, 0.3, sizes, 0, seed=1)

    assert expected.without == 1
    assert all(math.isnan(x) for x in (expected.low, expected.high, expected.width))
    assert math.isnan(expected.pair_width)
    assert all(needed.chance == 0 for needed in expected.needed)


def test_hours_are_readings_times_minutes():
    found = plan(
        names("a", 30),
        names("p", 3),
        per_article=2,
        repeats=4,
        assumptions=Assumptions(minutes=10),
    )

    assert [(each.articles, each.repeats) for each in found.work] == [(20, 4)] * 3
    assert [each.hours for each in found.work] == [4.0] * 3
    assert (found.readings, found.hours) == (72, 12.0)
    assert (found.articles, found.balance.median) == (30, 10)


def test_repeats_stop_at_the_load():
    found = plan(names("a", 5), names("p", 2), per_article=0, repeats=40)

    with pytest.raises(UsageError, match="cannot be -1 repeats"):
        plan(names("a", 5), names("p", 2), per_article=0, repeats=-1)
    assert [each.repeats for each in found.work] == [5, 5]


@pytest.mark.parametrize("alpha", [1e-9, 0.5, 1 - 1e-9])
@pytest.mark.parametrize("prevalence", [1e-6, 0.5, 1 - 1e-6])
@pytest.mark.parametrize("k", [2, 100])
def test_extreme_assumptions_break_nothing(alpha, prevalence, k):
    expected = expect(alpha, prevalence, {k: 60}, 60, seed=1)

    assert expected.without == 1 or -1 <= expected.low <= expected.high <= 1
    assert all(0 <= needed.chance <= 1 for needed in expected.needed)


def test_a_plan_is_seeded():
    def expected(seed):
        return plan(names("a", 50), names("p", 4), per_article=2, seed=seed).expectations

    assert expected(1) == expected(1) != expected(2)


def test_an_assignment_of_mixed_sizes_is_forecast_as_it_is():
    """Ten articles of one reader add hours, and nothing to agreement."""
    pairs = assign(names("a", 60), names("p", 4), per_article=2, seed=1)
    more = [*pairs, *[(f"x{n}", "p0") for n in range(10)]]
    one, other = (forecast(some, names("p", 4)) for some in (pairs, more))

    assert other.hours == one.hours + 1
    assert other.expectations == one.expectations


def test_who_has_left_counts_for_the_interval_alone():
    pairs = assign(names("a", 60), names("p", 3), per_article=2, seed=1)
    found = forecast(pairs, ["p0", "p1"])

    assert [each.annotator for each in found.work] == ["p0", "p1"]
    assert found.balance == balance(pairs, ["p0", "p1"])
    assert found.expectations[0].width == forecast(pairs, names("p", 3)).expectations[0].width


def test_one_annotator_an_article_is_work_without_agreement():
    found = plan(names("a", 30), names("p", 3), per_article=1)

    assert found.hours == 3
    assert found.expectations == ()


@pytest.mark.parametrize(
    ("articles", "people", "k", "words"),
    [
        (0, 3, 2, "no articles to plan for"),
        (9, 0, 0, "there are none"),
        (9, 1, 1, "there is 1"),
        (9, 2, 3, "3 annotators of 2"),
        (9, 2, -1, "cannot have -1"),
    ],
)
def test_a_plan_that_cannot_be_says_why(articles, people, k, words):
    with pytest.raises(UsageError, match=words):
        plan(names("a", articles), names("p", people), per_article=k)


def test_a_plan_of_three_hundred_articles_takes_seconds():
    start = time.perf_counter()
    found = plan(names("a", 300), names("p", 3), per_article=2)

    assert len(found.expectations) == 6
    assert time.perf_counter() - start < 5
