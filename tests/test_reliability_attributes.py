"""What was said of matched spans: weighted by annotators, conditional on matching."""

from collections import defaultdict
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marked_texts import LENGTH, marks, studies

from annotate.reliability.figures import Basis, Counts, figure_of
from annotate.reliability.spans.attributes import attribute_measures, met
from annotate.reliability.spans.matching import matches

LEVELS = ("low", "mid", "high")


def met_in(made, codes):
    """Give the matched spans with two answers."""
    return met(made, matches(made), np.array(codes, dtype=np.int64))


def scored(found, articles, values=LEVELS, scale="ordinal", **options):
    """Name the figures of an attribute."""
    basis = Basis("q", "Q", [f"a{number}" for number in range(articles)], Counts())
    measured = attribute_measures(found, articles, values, scale, **options)
    return {(m.label, m.measure): figure_of(basis, m) for m in measured}


def three(*shared):
    """Make articles on which so many annotators mark the same phrase."""
    return marks([[[(0, 9)]] * people for people in shared])


AGREEMENT = "", "observed agreement, on matched spans"
DISTANCE = "", "mean absolute difference, on matched spans"


def test_attributes_are_weighted_by_annotators():
    """Three annotators give three pairs of weight one half: one unit, as for a document."""
    named = scored([met_in(three(3, 2), [0, 0, 2, 1, 1])], 2)
    agreement = named[AGREEMENT]
    # Pairs: low-low 1/2 each way; low-high twice; mid-mid 1: agree (1 + 2) of (3 + 2).
    assert agreement.value == pytest.approx(3 / 5)
    assert (agreement.units, agreement.articles, agreement.annotators) == (4, 2, 3)
    assert agreement.labels == 8
    assert "on matched spans" in named["", "alpha (ordinal), on matched spans"].measure


def test_unmatched_and_unanswered_spans_say_nothing():
    """Only pairs in which both spoke count."""
    apart = marks([[[(0, 4)], [(5, 9)]]])
    for found in (met_in(apart, [0, 0]), met_in(three(2), [0, -1])):
        for figure in scored([found], 1).values():
            assert not figure.defined
            assert figure.units == figure.articles == figure.annotators == 0
            assert figure.reason == "undefined: no matched spans with two answers"


def test_no_variation_is_named():
    """Where all say the same, the sentence says what."""
    found = scored([met_in(three(2, 3), [2] * 5)], 2)
    alpha = found["", "alpha (ordinal), on matched spans"]
    assert not alpha.defined
    assert alpha.reason == 'undefined: all answers on matched spans are "high"'
    assert found[AGREEMENT].value == 1.0


def test_no_group_at_all():
    """A scheme without spans has no matched ones."""
    for figure in scored([], 3).values():
        assert figure.reason == "undefined: no matched spans with two answers"


def test_groups_add_up():
    """Two groups of marks in the same articles are one question."""
    made = three(2, 2)
    parts = [met_in(made, [0, 1, -1, -1]), met_in(made, [-1, -1, 2, 2])]
    whole = scored([met_in(made, [0, 1, 2, 2])], 2)
    for key, figure in scored(parts, 2).items():
        assert figure.value == pytest.approx(whole[key].value)
        assert (figure.units, figure.articles) == (2, 2)


def test_an_option_has_its_name():
    """Options of a question with several values are scored as yes or no."""
    named = scored([met_in(three(2, 2), [1, 0, 0, 0])], 2, ("no", "yes"), "nominal", label="irony")
    assert named["irony", "observed agreement, on matched spans"].value == 0.5
    assert ("irony", "alpha (nominal), on matched spans") in named


def test_numbers_are_distances():
    """At the interval scale 1 and 5 lie four times as far apart as 1 and 2."""
    made, values = three(2, 2, 2), ("1", "2", "5")
    near, far = (
        scored([met_in(made, codes)], 3, values, "interval", numbers=[1, 2, 5])
        for codes in ([0, 1, 0, 0, 2, 2], [0, 2, 0, 0, 2, 2])
    )
    name = "", "alpha (interval), on matched spans"
    assert near[name].value > far[name].value
    # By hand: x = 1, 2, 1, 1, 5, 5; D_o = 1 x 2 / 6; D_e over all 30 ordered pairs.
    x = np.array([1, 2, 1, 1, 5, 5])
    expected = ((x[:, None] - x) ** 2).sum() / 30
    assert near[name].value == pytest.approx(1 - 2 / 6 / expected)


def slow_coincidences(made, codes, values):
    """Add up pair by pair: 1 / (m - 1) for each pair of answers, both ways."""
    o = np.zeros((values, values))
    found = matches(made)
    for i, j in zip(found.first, found.second, strict=True):
        if codes[i] >= 0 and codes[j] >= 0:
            weight = 1 / (made.readers[made.article[i]] - 1)
            o[codes[i], codes[j]] += weight
            o[codes[j], codes[i]] += weight
    return o


@settings(deadline=None, max_examples=200)
@given(studies("xy", people=4, spans=10), st.integers(0, 4**10 - 1))
def test_alpha_by_brute_force(articles, drawn):
    """Nominal and interval alpha equal those of the coincidences, pair by pair."""
    made = marks(articles, "xy", LENGTH)
    codes = np.array([drawn // 4**place % 4 - 1 for place in range(len(made.start))], dtype=int)
    o = slow_coincidences(made, codes, 3)
    n_c, n = o.sum(axis=1), o.sum()
    x = np.array([1.0, 2.0, 5.0])
    for scale, distance in (("nominal", 1 - np.eye(3)), ("interval", (x[:, None] - x) ** 2)):
        named = scored([met_in(made, codes)], len(articles), "abc", scale, numbers=x)
        d_e = (np.outer(n_c, n_c) * distance).sum()
        alpha = named["", f"alpha ({scale}), on matched spans"]
        several = alpha.units > 1  # of one pair alone there is no alpha
        value = 1 - (n - 1) * (o * distance).sum() / d_e if several and d_e else np.nan
        assert alpha.value == pytest.approx(value, abs=1e-9, nan_ok=True)
        if scale == "nominal":
            agreed = np.trace(o) / n if n else np.nan
            assert named[AGREEMENT].value == pytest.approx(agreed, nan_ok=True)
        else:
            apart = (o * np.abs(x[:, None] - x)).sum() / n if n else np.nan
            assert AGREEMENT not in named
            assert named[DISTANCE].value == pytest.approx(apart, nan_ok=True)
        assert alpha.articles == len({int(made.article[i]) for i in met_rows(made, codes)})


def met_rows(made, codes):
    """Give one span of each pair with two answers."""
    found = matches(made)
    return found.first[(codes[found.first] >= 0) & (codes[found.second] >= 0)]


@settings(deadline=None, max_examples=100)
@given(studies("xy", people=3, spans=8))
def test_each_pair_is_weighed_by_its_article(articles):
    """All pairs of m readers of one phrase together weigh m / 2."""
    made = marks(articles, "xy", LENGTH)
    found = met_in(made, np.zeros(len(made.start)))
    assert (found.first_annotator < found.second_annotator).all()
    weight = defaultdict(float)
    for article, w in zip(found.article.tolist(), found.weight.tolist(), strict=True):
        weight[article] = w
    for article, w in weight.items():
        readers = [own for own in articles[article] if own is not None]
        pairs = len(list(combinations(readers, 2)))
        assert w * pairs == pytest.approx(len(readers) / 2)


def test_too_few_for_chance():
    """One pair among four readers weighs less than one unit: its own sentence."""
    made = marks([[[(0, 9)], [(0, 9)], [], []]])
    alpha = scored([met_in(made, [0, 1])], 1)["", "alpha (ordinal), on matched spans"]
    assert alpha.reason == "undefined: too few matched spans with two answers"
