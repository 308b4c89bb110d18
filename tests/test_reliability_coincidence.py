"""Alpha equals what was published, and what the package of record gives."""

from itertools import permutations

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from annotate.reliability.choices.coincidence import (
    Alpha,
    Moments,
    coincidences,
    masi_distance,
    moments,
    same_pairs,
    same_votes,
)
from annotate.reliability.inference.intervals import Share

SCALES = ("nominal", "ordinal", "interval", "ratio")
_ = None
# Krippendorff (2011, Computing Krippendorff's alpha-reliability, C): 4 annotators, 12 units.
CANONICAL = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3),
    (_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _),
)
# Hayes & Krippendorff (2007, Communication Methods and Measures 1, 77-89): 40 articles.
HAYES = """112.2 1101. 2333. .00.0 000.0 000.0 102.1 1.20. 222.2 2111. .100. 0000. 1222. 33223
111.1 111.1 212.2 1233. 1101. 000.0 0011. 00.00 2333. 0000. 12.22 0111. 00010 1212. 1122. 112.2
110.0 2121. 22.22 3222. 222.2 223.2 222.2 22.12 2222. 111.1"""
# Krippendorff (2011), A (also 2004, p. 224) and B (Ben and Gerry).
BINARY = ("1100000000", "0110010100")
BEN_GERRY = ("aabbdcccedda", "babbbccceddd")
# Krippendorff (2004, Content Analysis, 2nd ed., p. 227).
NOMINAL = ("aabbbbbccccc", "abbbbbcccccc")


def tally(units, values):
    """Count the votes of each unit for each value, leaving out what is missing."""
    place = {value: number for number, value in enumerate(values)}
    counts = np.zeros((len(units), len(values)))
    for row, unit in enumerate(units):
        for value in unit:
            if value in place:
                counts[row, place[value]] += 1
    return counts


def alpha(counts, scale, values):
    """Give alpha by the additive engine."""
    return float(Alpha(scale, values)(coincidences(counts).sum(axis=0).ravel()))


def by_package(counts, scale, values):
    """Give alpha by the package of record."""
    return krippendorff.alpha(
        value_counts=counts.astype(int),
        value_domain=np.asarray(values),
        level_of_measurement=scale,
    )


@pytest.mark.parametrize(
    ("scale", "expected"), [*zip(SCALES, (0.743421, 0.815388, 0.849107, 0.797403), strict=True)]
)
def test_canonical_table(scale, expected):
    """Published .743, .815, .849 and .797; the other digits from three implementations."""
    counts = tally(list(zip(*CANONICAL, strict=True)), (1, 2, 3, 4, 5))
    assert alpha(counts, scale, (1, 2, 3, 4, 5)) == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(
    ("scale", "expected"), [*zip(SCALES, (0.47651, 0.759829, 0.757378, 0.662123), strict=True)]
)
def test_hayes_krippendorff(scale, expected):
    """Published .7598 ordinal (Hayes & Krippendorff 2007); the others computed twice."""
    counts = tally(HAYES.split(), "0123")
    assert alpha(counts, scale, (0, 1, 2, 3)) == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(
    ("people", "values", "expected"),
    [
        (BINARY, "01", 0.095238),
        (BEN_GERRY, "abcde", 0.691964),
        (NOMINAL, "abc", 0.734104),
        (("AB", "BA"), "AB", -0.5),
        (("112", "112"), "12", 1.0),
    ],
)
def test_nominal_tables_of_two(people, values, expected):
    """Published .095, .692 and .734; two who swap two values give -.5 by hand."""
    counts = tally(list(zip(*people, strict=True)), values)
    assert alpha(counts, "nominal", range(len(values))) == pytest.approx(expected, abs=5e-7)


def test_a_worked_example_with_many_gaps():
    """The example of Wikipedia, Krippendorff's alpha: .691 nominal, .811 interval."""
    people = (".....34121133.3", "1.213343.......", "..21344.21133.4")
    counts = tally(list(zip(*people, strict=True)), "1234")
    assert alpha(counts, "nominal", range(4)) == pytest.approx(0.691358, abs=5e-7)
    assert alpha(counts, "interval", (1, 2, 3, 4)) == pytest.approx(0.810845, abs=5e-7)


def test_unanimous_values_are_undefined():
    """Without variation chance would agree too: neither 1 nor 0."""
    counts = tally(["aa", "aa", "aaa"], "ab")
    assert all(np.isnan(alpha(counts, scale, (1, 2))) for scale in SCALES)


def test_a_lone_vote_is_no_pair():
    """Units with one vote add nothing, whatever the vote."""
    assert not coincidences(np.array([[1, 0, 0], [0, 0, 1]])).any()


def test_rare_variation_is_variation():
    """One deviating vote in two million still gives a figure."""
    o = np.array([[2e6, 1.0], [1.0, 0.0]])
    assert float(Alpha("nominal", (0, 1))(o.ravel())) == pytest.approx(0.0, abs=1e-5)


def test_unused_far_value_hides_no_variation():
    """A declared value that nobody gave may lie a thousand million away."""
    counts = np.array([[2, 0, 0], [0, 2, 0], [1, 1, 0]], dtype=float)
    near = alpha(counts[:, :2], "interval", (0, 1))
    assert alpha(counts, "interval", (0, 1, 1e9)) == pytest.approx(near, abs=1e-12)


@st.composite
def votes(draw):
    """Draw votes with holes: 1 to 12 units, 2 to 5 annotators, 2 to 5 values."""
    k, people = draw(st.integers(2, 5)), draw(st.integers(2, 5))
    vote = st.one_of(st.none(), st.integers(0, k - 1))
    unit = st.lists(vote, min_size=people, max_size=people)
    return k, draw(st.lists(unit, min_size=1, max_size=12))


NUMBERS = (0.0, 1.0, 2.5, 4.0, 11.0)


@settings(deadline=None)
@given(votes(), st.sampled_from(SCALES))
def test_additive_engine_equals_the_package(drawn, scale):
    """To 1e-12, at every scale, with missing values and unused ranks."""
    k, units = drawn
    counts = tally(units, range(k))
    paired = counts[counts.sum(axis=1) > 1]
    ours = alpha(counts, scale, NUMBERS[:k])
    if np.count_nonzero(paired.sum(axis=0)) < 2:
        assert np.isnan(ours)
    else:
        assert ours == pytest.approx(by_package(paired, scale, NUMBERS[:k]), abs=1e-12)


@settings(deadline=None)
@given(votes(), st.floats(-1e3, 1e3))
def test_moments_equal_the_matrix(drawn, shift):
    """Sums of squares give what the matrix over values gives, wherever the zero lies."""
    k, units = drawn
    counts = tally(units, range(k))
    where, what = np.nonzero(counts)
    times = counts[where, what].astype(int)
    numbers = np.asarray(NUMBERS)[:k]
    assume(len(where))
    state = moments(np.repeat(where, times), np.repeat(numbers[what] + shift, times))
    ours, theirs = float(Moments()(state.sum(axis=0))), alpha(counts, "interval", numbers)
    assert np.isnan(ours) == np.isnan(theirs)
    if np.isfinite(theirs):
        assert ours == pytest.approx(theirs, abs=1e-12 * (1 + shift * shift))


@settings(deadline=None)
@given(votes(), st.randoms(use_true_random=False))
def test_names_of_nominal_values_are_irrelevant(drawn, random):
    """Renaming the values changes nothing."""
    k, units = drawn
    counts = tally(units, range(k))
    order = random.sample(range(k), k)
    before, after = alpha(counts, "nominal", range(k)), alpha(counts[:, order], "nominal", range(k))
    assert before == pytest.approx(after, abs=1e-12, nan_ok=True)


@settings(deadline=None)
@given(votes(), st.sampled_from(SCALES))
def test_bounds(drawn, scale):
    """Alpha lies between -1 and 1."""
    k, units = drawn
    value = alpha(tally(units, range(k)), scale, NUMBERS[:k])
    assert np.isnan(value) or -1 - 1e-12 <= value <= 1 + 1e-12


@settings(deadline=None)
@given(votes())
def test_observed_agreement_is_one_minus_observed_disagreement(drawn):
    """Both tallies give the share of agreeing pairs, each article weighing as its votes."""
    k, units = drawn
    counts = tally(units, range(k))
    counts = counts[counts.sum(axis=1) > 1]
    assume(len(counts))
    slow = size = 0.0
    for row in counts:
        given_votes = [value for value in range(k) for _ in range(int(row[value]))]
        m = len(given_votes)
        slow += sum(a == b for a, b in permutations(given_votes, 2)) / (m - 1)
        size += m
    for state in (same_votes(counts), same_pairs(coincidences(counts))):
        assert float(Share()(state.sum(axis=0))) == pytest.approx(slow / size, abs=1e-12)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("AB", "ABC", 0.555556),
        ("A", "B", 1.0),
        ("AB", "BC", 0.888889),
        ("", "A", 1.0),
        ("", "", 0.0),
        ("AB", "ABCD", 0.666667),
    ],
)
def test_masi_distances(a, b, expected):
    """Passonneau (2006): Jaccard times monotonicity, with exact thirds."""
    distance = masi_distance([frozenset(a), frozenset(b)])
    assert distance[0, 1] == distance[1, 0] == pytest.approx(expected, abs=5e-7)


# Sets of two annotators from DKPro Statistics' SetAnnotationsTest, and of three, "." for none.
@pytest.mark.parametrize(
    ("people", "expected"),
    [
        (("- A A A AB AB ABC C C", "- - A B A AC ABC AC AC"), 0.273081),
        (("A A AB AB ABC C C", "A B A AC ABC AC AC"), 0.177215),
        (("A AB B C - BC A", "A A B CD - B .", "AB AB BD C A . A"), 0.420792),
    ],
)
def test_alpha_with_masi(people, expected):
    """With d(empty, any) = 1 and exact thirds, computed twice (NLTK where it can)."""
    units = [
        [frozenset(cell.strip("-")) for cell in row if cell != "."]
        for row in zip(*(person.split() for person in people), strict=True)
    ]
    sets = sorted({s for unit in units for s in unit}, key=sorted)
    statistic = Alpha("nominal", range(len(sets)), distance=masi_distance(sets))
    o = coincidences(tally(units, sets)).sum(axis=0).ravel()
    assert float(statistic(o)) == pytest.approx(expected, abs=5e-7)
