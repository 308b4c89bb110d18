"""|u-alpha equals the published example and a reference that reads character by character."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.reliability.spans.unitizing import BarUAlpha, unitizing_state

# Krippendorff, Mathet, Bouvry & Widlöcher (2016), L = 60; also Krippendorff (2019, fig. 12.11).
ALEX = [(2, 9), (11, 17), (24, 30), (32, 36), (36, 44), (44, 60)]
PAUL = [(2, 9), (11, 17), (19, 25), (32, 44)]
SUZAN = [(2, 9), (11, 17), (21, 27), (32, 36), (36, 40), (40, 44)]


def bar(*articles):
    """Give |u-alpha of articles of (length, marks of each annotator)."""
    return float(BarUAlpha()(sum(unitizing_state(length, marks) for length, marks in articles)))


def by_character(articles):
    """Give |u-alpha straight from its definition, one character at a time.

    Marked is one category, c = 1, and a gap c = 0, whose characters are units of their own.
    """
    l = np.zeros((2, 2))  # noqa: E741 - the paper's name
    squares = 0.0
    for length, people in articles:
        if len(people) < 2:
            continue
        units = [units_of(length, spans) for spans in people]
        marked = [[any(place in unit for unit in own) for place in range(length)] for own in units]
        for i, j in permutations(range(len(people)), 2):
            for place in range(length):
                l[int(marked[i][place]), int(marked[j][place])] += 1 / (len(people) - 1)
        squares += sum(len(unit) ** 2 for own in units for unit in own)
        squares += sum(not place for own in marked for place in own)
    margin, total = l.sum(axis=1), l.sum()
    room = total**2 - squares
    if not margin[0] or not margin[1] or not room:
        return float("nan")
    return 1 - l[0, 1] / (total * margin[0] * margin[1] / room)


def units_of(length, spans):
    """Join the spans of one annotator as long as any two share a character."""
    units = []
    for start, end in spans:
        unit = set(range(start, end))
        for touched in [other for other in units if other & unit]:
            units.remove(touched)
            unit |= touched
        units.append(unit)
    return units


@st.composite
def article(draw, people=(1, 4)):
    """Draw an article of up to 12 characters and the marks of up to 4 annotators."""
    length = draw(st.integers(1, 12))
    span = st.tuples(st.integers(0, length - 1), st.integers(1, length)).map(
        lambda ends: (min(ends), max(ends)) if ends[0] != ends[1] else (ends[0] - 1, ends[1])
    )
    spans = st.lists(span.filter(lambda s: 0 <= s[0] < s[1]), max_size=4)
    return length, draw(st.lists(spans, min_size=people[0], max_size=people[1]))


def test_published_example():
    """The paper's .413; the further digits from a second implementation."""
    assert bar((60, [ALEX, PAUL, SUZAN])) == pytest.approx(0.413226, abs=5e-7)


@settings(deadline=None, max_examples=300)
@given(st.lists(article(), min_size=1, max_size=4))
def test_equals_the_slow_reference(articles):
    """Overlapping, touching and missing marks, pooled over articles."""
    assert bar(*articles) == pytest.approx(by_character(articles), abs=1e-12, nan_ok=True)


def test_identical_marks():
    """All the same marks give 1."""
    assert bar((30, [[(0, 10), (12, 20)]] * 2)) == 1.0


def test_one_of_three_who_marks():
    """A lone mark beside two silent annotators is no agreement."""
    assert bar((20, [[(0, 1)], [], []])) == by_character([(20, [[(0, 1)], [], []])])
    assert bar((20, [[(0, 1)], [], []])) < 0.01


def test_nobody_marks():
    """Where nobody marks, nothing can be expected: undefined."""
    assert np.isnan(bar((20, [[], [], []])))


def test_everything_marked():
    """Where everybody marks everything, likewise."""
    assert np.isnan(bar((20, [[(0, 20)], [(0, 20)]])))


def test_lone_reader_adds_nothing():
    """An article that one annotator saw leaves the tally as it was."""
    assert not unitizing_state(50, [[(0, 30)]]).any()
    assert not unitizing_state(50, []).any()


def test_touching_spans_are_two_units():
    """Overlapping spans of one annotator are one unit, touching ones two."""
    assert unitizing_state(20, [[(0, 5), (5, 10)], []])[3] == 50
    assert unitizing_state(20, [[(0, 6), (5, 10)], []])[3] == 100


@settings(deadline=None)
@given(article(), st.randoms(use_true_random=False))
def test_order_of_spans_and_annotators(drawn, random):
    """Neither the order of spans nor that of annotators matters."""
    length, people = drawn
    shuffled = [random.sample(spans, len(spans)) for spans in random.sample(people, len(people))]
    np.testing.assert_allclose(unitizing_state(length, people), unitizing_state(length, shuffled))


@settings(deadline=None)
@given(st.lists(article(), min_size=1, max_size=4))
def test_bounds(articles):
    """|u-alpha lies between -1 and 1."""
    value = bar(*articles)
    assert np.isnan(value) or -1 - 1e-9 <= value <= 1


def lone_marks():
    """Give 20 articles of 1,000 characters: A and B mark one phrase on 4, the rest lone marks."""
    phrase = [(100, 130)]
    both = [(1000, [phrase, phrase, []])] * 4
    alone = [
        (1000, [phrase if person == lone % 3 else [] for person in range(3)]) for lone in range(16)
    ]
    return both + alone


def test_silence_is_a_vote():
    """Twenty articles, most with one lone mark: .16, and 1 only if silence is thrown away.

    By hand: each mark of 30 meets another annotator's on 4 articles; l_01 = 16 x 30 + 4 x 30
    = 600, l_1 = 24 x 30 = 720, T = 60,000, S = 24 x 900 + 59,280 = 80,880, and so
    1 - 600 (T^2 - S) / (T x 720 x 59,280) = .1566.
    """
    t, s = 60_000, 24 * 900 + 59_280
    by_hand = 1 - 600 * (t**2 - s) / (t * 720 * 59_280)
    value = bar(*lone_marks())
    assert value == pytest.approx(by_hand, abs=1e-12)
    assert value == pytest.approx(0.1566, abs=5e-5)
    silent = [(length, [spans for spans in people if spans]) for length, people in lone_marks()]
    assert bar(*silent) == 1.0
