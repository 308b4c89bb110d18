"""The u-alpha family equals the published example and a reference that reads every character."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from marked_texts import LENGTH, example, lone_marks, marks, studies

from annotate.reliability.spans.unitizing import (
    BarUAlpha,
    KuAlpha,
    UAlpha,
    labelled,
    where_state,
)

# Observed and expected coincidences of the example, in the order gap, 1 to 7; recomputed from the
# paper's formulas to six digits.
OBSERVED = [
    [45, 0, 0, 0, 0, 10, 0, 16],
    [0, 21, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 3, 3, 0, 0, 0],
    [0, 0, 3, 0, 3, 0, 0, 0],
    [0, 0, 3, 3, 0, 0, 0, 0],
    [10, 0, 0, 0, 0, 8, 0, 0],
    [0, 0, 0, 0, 0, 0, 36, 0],
    [16, 0, 0, 0, 0, 0, 0, 0],
]
EXPECTED_GAPS = [28.456009, 8.536803, 2.439086, 2.439086, 2.439086, 7.317259, 14.634519, 6.504231]
EXPECTED_SAME = [28.456009, 1.683313, 0.0, 0.0, 0.0, 1.23672, 5.862968, 0.0]


def bar(made):
    """Give |u-alpha."""
    return float(BarUAlpha()(where_state(made).sum(axis=0)))


def family(made):
    """Give u-alpha, cu-alpha and (k)u-alpha of each label."""
    lengths = labelled(made)
    both, which = (UAlpha()(rows.sum(axis=0)) for rows in (lengths.both(), lengths.which()))
    each = [KuAlpha()(lengths.one(k).sum(axis=0)) for k in range(len(made.labels))]
    return [float(both), float(which), *map(float, each)]


# A slow reference: one article, one pair of annotators, one character at a time.


def units_of(spans):
    """Join the spans of one annotator as long as any two share a character."""
    units = []
    for start, end in spans:
        unit = set(range(start, end))
        for touched in [other for other in units if other & unit]:
            units.remove(touched)
            unit |= touched
        units.append(unit)
    return units


def reference(articles, labels, length):
    """Give l, S, l' and S' of articles in which nobody labels a character twice."""
    size = len(labels) + 1
    l, s, met_l, met_s = np.zeros((size, size)), np.zeros(size), *_empty(size)  # noqa: E741
    for people in articles:
        read = [spans for spans in people if spans is not None]
        if len(read) < 2:
            continue
        units = [
            [(1 + c, unit) for c, k in enumerate(labels) for unit in units_of(_only(spans, k))]
            for spans in read
        ]
        said = [_said(own, length) for own in units]
        for i, j in permutations(range(len(read)), 2):
            weight = 1 / (len(read) - 1)
            for c, k in zip(said[i], said[j], strict=True):
                l[c, k] += weight
                met_l[c, k] += weight * bool(c and k)
            for c, unit in units[i]:
                met_s[c] += weight * sum(said[j][place] > 0 for place in unit) ** 2
        for own, line in zip(units, said, strict=True):
            s[0] += line.count(0)
            for c, unit in own:
                s[c] += len(unit) ** 2
    return l, s, met_l, met_s


def _empty(size):
    return np.zeros((size, size)), np.zeros(size)


def _only(spans, label):
    return [(start, end) for start, end, own in spans if own == label]


def _said(units, length):
    line = [0] * length
    for c, unit in units:
        for place in unit:
            line[place] = c
    return line


def expected(l, s):  # noqa: E741
    """Give e_ck = T (l_c l_k - [c = k] S_c) / (T^2 - sum of S)."""
    t, l_c = l.sum(), l.sum(axis=1)
    room = t**2 - s.sum()
    return t * (np.outer(l_c, l_c) - np.diag(s)) / room if room > 0 else np.zeros_like(l)


def one_minus(observed, expect):
    """Give one minus a ratio; NaN where nothing can be expected."""
    return 1 - observed / expect if expect > 1e-9 else float("nan")


def slow_family(articles, labels, length=LENGTH):
    """Give u-alpha, cu-alpha and (k)u-alpha of each label straight from the formulas."""
    l, s, met_l, met_s = reference(articles, labels, length)  # noqa: E741
    e, met_e = expected(l, s), expected(met_l, met_s)
    found = [
        one_minus(o.sum() - np.trace(o), x.sum() - np.trace(x)) for o, x in ((l, e), (met_l, met_e))
    ]
    for k in range(1, len(l)):
        row, column = met_l[k], met_e[:, k]
        known = row.sum() > 0 and column.sum() > 1e-9
        found.append(
            one_minus(1 - row[k] / row.sum(), 1 - column[k] / column.sum())
            if known
            else float("nan")
        )
    return found


def slow_bar(articles, length=LENGTH):
    """Give |u-alpha: marked is one category, whatever the label."""
    plain = [
        [None if own is None else [(*span[:2], "x") for span in own] for own in people]
        for people in articles
    ]
    l, s, *_ = reference(plain, "x", length)  # noqa: E741
    return one_minus(l[0, 1:].sum(), expected(l, s)[0, 1:].sum())


# What is known.


def test_published_example():
    """The paper's .510, .413 and .724; the further digits from a second implementation."""
    found = family(example())
    assert bar(example()) == pytest.approx(0.413226, abs=5e-7)
    assert found[:2] == pytest.approx([0.509670, 0.724082], abs=5e-7)
    assert found[2:] == pytest.approx([1, 0, 0, 0, 1, 1, np.nan], abs=1e-12, nan_ok=True)


def test_coverage_of_the_published_example():
    """cu-alpha speaks of 46 % of the text, (5)u-alpha of 44 % of what is marked 5."""
    lengths = labelled(example())
    assert lengths.met.sum() / lengths.read.sum() == pytest.approx(0.461111, abs=5e-7)
    found = (lengths.met / lengths.marked)[0]
    assert found == pytest.approx([1, 1, 1, 1, 0.4444, 1, 0], abs=5e-5)


def test_observed_coincidences_of_the_example():
    """The lengths are those of the paper's matrix, in the reference and in the sums."""
    from marked_texts import ALEX, PAUL, SUZAN

    l, s, *_ = reference([[ALEX, PAUL, SUZAN]], "1234567", 60)  # noqa: E741
    np.testing.assert_allclose(l, OBSERVED, atol=1e-12)
    np.testing.assert_allclose(expected(l, s)[0], EXPECTED_GAPS, atol=5e-7)
    np.testing.assert_allclose(np.diag(expected(l, s)), EXPECTED_SAME, atol=5e-7)
    lengths = labelled(example())
    o = np.array(OBSERVED, dtype=float)
    np.testing.assert_allclose(lengths.marked[0], o.sum(axis=1)[1:])
    np.testing.assert_allclose(lengths.agreed[0], np.diag(o)[1:])
    np.testing.assert_allclose(lengths.met[0], o[1:, 1:].sum(axis=1))
    np.testing.assert_allclose(lengths.both()[0, -2], np.trace(o))
    np.testing.assert_allclose(where_state(example())[0], [180, 109, 26, 891])


@settings(deadline=None, max_examples=400)
@given(studies("xyz", people=4, spans=9, apart=True))
def test_the_family_equals_the_slow_reference(articles):
    """Overlapping, touching and missing marks, two to four readers, pooled over articles."""
    found = family(marks(articles, "xyz", LENGTH))
    slow = slow_family(articles, "xyz")
    assert found == pytest.approx(slow, abs=1e-9, nan_ok=True)


@settings(deadline=None, max_examples=300)
@given(studies("xy", people=4, spans=9))
def test_the_union_of_marks_equals_the_slow_reference(articles):
    """|u-alpha does not mind overlapping labels; nor does each label by itself."""
    made = marks(articles, "xy", LENGTH)
    assert bar(made) == pytest.approx(slow_bar(articles), abs=1e-9, nan_ok=True)
    lengths = labelled(made)
    for place in range(2):
        np.testing.assert_allclose(lengths.alone(place), where_state(made.of_label(place)))


@settings(deadline=None, max_examples=100)
@given(studies("xy", people=20, articles=2, spans=30))
def test_a_crowd_on_few_articles(articles):
    """Annotators are numbered by article where there are many; the lengths are the same."""
    made = marks(articles, "xy", LENGTH)
    lengths, clash = labelled(made), False
    for people in articles:
        for own in filter(None, people):
            clash |= any(s[2] != t[2] and s[0] < t[1] and t[0] < s[1] for s in own for t in own)
    assert bool(lengths.clashes[made.readers > 1].sum()) <= clash
    if not clash:
        slow = slow_family(articles, "xy")
        assert family(made) == pytest.approx(slow, abs=1e-9, nan_ok=True)


# What must hold.


def test_identical_marks():
    """All the same marks give 1."""
    own = [(0, 10, "a"), (10, 20, "b"), (20, 30, "c")]
    assert family(marks([[own, own]], "abc", 30)) == [1.0] * 5
    assert bar(marks([[[(0, 10), (12, 20)]] * 2], lengths=30)) == 1.0


def test_one_of_three_who_marks():
    """A lone mark beside two silent annotators is no agreement."""
    made = [[[(0, 1)], [], []]]
    assert bar(marks(made, lengths=20)) == pytest.approx(slow_bar(made, 20))
    assert bar(marks(made, lengths=20)) < 0.01


@pytest.mark.parametrize("own", [[], [(0, 20)], [(5, 5)], [(5, 5), (7, 7)]])
def test_nothing_or_everything_marked_is_undefined(own):
    """Nor do spans of no length carry any mass: nothing can be expected, never 1."""
    made = marks([[own, own]], "xy", 20)
    assert np.isnan(bar(made))
    assert np.isnan(family(made)).all()


def test_lone_reader_adds_nothing():
    """An article that one annotator saw, or nobody, has no sums."""
    made = marks([[[(0, 30)], None], [None, None]], "xy")
    assert not where_state(made).any()
    assert not labelled(made).both().any()


def test_touching_spans_are_two_units():
    """Overlapping spans of one annotator are one unit, touching ones two."""
    assert where_state(marks([[[(0, 5), (5, 10)], []]]))[0, 3] == 50
    assert where_state(marks([[[(0, 6), (5, 10)], []]]))[0, 3] == 100
    assert labelled(marks([[[(0, 6), (5, 10)], []]])).squares[0, 0] == 100


def test_clashes_count_pairs_of_units():
    """Overlapping words with two labels of one annotator are counted, also nested ones."""
    made = marks([[[(0, 9, "x"), (2, 4, "y"), (5, 6, "y")], [(0, 9, "y")]], [[(0, 9, "x")]]], "xy")
    assert labelled(made).clashes.tolist() == [2, 0]


@settings(deadline=None, max_examples=200)
@given(studies("xy", apart=True))
def test_bounds(articles):
    """All coefficients lie below 1, |u-alpha above -1, however annotators disagree."""
    made = marks(articles, "xy", LENGTH)
    values = np.array([bar(made), *family(made)])
    values = values[np.isfinite(values)]
    assert (values <= 1 + 1e-12).all()
    assert np.isnan(bar(made)) or bar(made) >= -1 - 1e-9


@settings(deadline=None, max_examples=100)
@given(studies("xy", apart=True))
def test_each_article_adds_to_the_sums(articles):
    """The sums of a study are those of its articles, one by one."""
    made = marks(articles, "xy", LENGTH)
    alone = [marks([people], "xy", LENGTH) for people in articles]
    np.testing.assert_allclose(where_state(made), np.vstack([where_state(one) for one in alone]))
    both = np.vstack([labelled(one).both() for one in alone])
    np.testing.assert_allclose(labelled(made).both(), both)


@settings(deadline=None, max_examples=150)
@given(studies("xy", apart=True))
def test_pseudo_articles_are_at_chance_and_perfect(articles):
    """At the pooled lengths, articles in perfect agreement give 1, many at chance give 0."""
    made = marks(articles, "xy", LENGTH)
    lengths = labelled(made)
    for coefficient, rows in (
        (BarUAlpha(), where_state(made)),
        (UAlpha(), lengths.both()),
        (UAlpha(), lengths.which()),
        (KuAlpha(), lengths.one(0)),
    ):
        total = rows.sum(axis=0)
        if np.isfinite(coefficient(total)):
            chance, perfect = coefficient.pseudo(total, 1) * 1e6
            assert coefficient(perfect) == pytest.approx(1.0)
            assert coefficient(chance) == pytest.approx(0.0, abs=1e-5)


def test_silence_is_a_vote():
    """Twenty articles, most with one lone mark: .16, and 1 only if silence is thrown away.

    By hand: each mark of 30 meets another annotator's on 4 articles; l_01 = 16 x 30 + 4 x 30
    = 600, l_1 = 24 x 30 = 720, T = 60,000, S = 24 x 900 + 59,280 = 80,880, and so
    1 - 600 (T^2 - S) / (T x 720 x 59,280) = .1566.
    """
    t, s = 60_000, 24 * 900 + 59_280
    by_hand = 1 - 600 * (t**2 - s) / (t * 720 * 59_280)
    made = lone_marks()
    assert bar(made) == pytest.approx(by_hand, abs=1e-12)
    assert bar(made) == pytest.approx(0.1566, abs=5e-5)
    marked = np.isin(made.saw_article * 3 + made.saw_annotator, made.article * 3 + made.annotator)
    assert bar(made.only(np.ones(len(made.start), dtype=bool), marked)) == 1.0
