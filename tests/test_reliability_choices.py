"""What is measured for each kind of question, what it rests on, and why it may be undefined."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from ballots import by_measure, ratings, value_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from annotate.errors import UsageError
from annotate.reliability.choices import (
    ON_REQUEST,
    binary_measures,
    headline,
    set_measures,
    value_measures,
)
from annotate.reliability.choices.chance import AC1
from annotate.reliability.choices.record import alpha_of_record
from annotate.reliability.choices.votes import table_of
from annotate.reliability.figures import Basis, Counts, figure_of
from annotate.reliability.inference.tally import Tally

SCALES = ("nominal", "ordinal", "interval", "ratio")
# Krippendorff (2011), B: Ben and Gerry; alpha .692, D_o .25.
BEN_GERRY = list(zip("aabbdcccedda", "babbbccceddd", strict=True))
# Krippendorff (2011), C.
CANONICAL = ["11.1", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", ".555"]
CANONICAL += ["..11", ".3.."]


def names(measures):
    """Give the names of what was measured, in order."""
    return [(m.label, m.measure) if m.label else m.measure for m in measures]


def figures(given_votes, measures):
    """Give what is printed, by label and measure."""
    basis = Basis("q", "Q", given_votes.articles, Counts())
    return {key: figure_of(basis, measured) for key, measured in by_measure(measures).items()}


def test_a_nominal_question():
    """The record first, with what it rests on; each value against the rest, with its share."""
    given_votes = ratings(BEN_GERRY, "abcdef")
    measures = list(value_measures(given_votes, "nominal"))
    assert names(measures) == [
        "alpha (nominal)",
        "observed agreement",
        "AC1",
        "Cohen's kappa",
        *[(value, name) for value in "abcdef" for name in ("alpha (this value)", "prevalence")],
    ]
    found = figures(given_votes, measures)
    alpha = found["", "alpha (nominal)"]
    assert alpha.value == pytest.approx(0.691964, abs=5e-7)
    assert found["", "observed agreement"].value == pytest.approx(0.75)
    assert (alpha.units, alpha.articles, alpha.annotators, alpha.labels) == (12, 12, 2, 24)
    assert alpha.low < alpha.value < alpha.high
    assert alpha.reason == ""
    # By hand: 4 of 24 votes for a, 2 of them without a partner: 1 - 23 x 4 / (2 x 4 x 20).
    assert found["a", "alpha (this value)"].value == pytest.approx(0.425)
    assert found["a", "prevalence"].value == pytest.approx(4 / 24)
    unused = found["f", "alpha (this value)"]
    assert unused.reason.startswith('undefined: no vote is "f"; without variation')
    assert found["f", "prevalence"].value == 0


def test_three_annotators_have_no_cohen():
    """Cohen's kappa is one of two; asked for, it says so, and so does Scott's pi."""
    given_votes = ratings(["aab", "bbb", "aba"], "ab")
    assert "Cohen's kappa" not in names(value_measures(given_votes, "nominal"))
    also = frozenset({"cohen", "scott", "conger", "fleiss", "brennan-prediger"})
    found = by_measure(value_measures(given_votes, "nominal", also=also))
    for measure in ("Cohen's kappa", "Scott's pi"):
        reason = f"undefined: {measure} takes two annotators, there are 3"
        assert found["", measure].undefined == reason
        assert math.isnan(value_of(found["", measure]))
    for measure in ("Conger's kappa", "Fleiss' kappa", "Brennan-Prediger"):
        assert math.isfinite(value_of(found["", measure]))


def test_an_ordinal_question_keeps_the_declared_order():
    """The canonical ordinal alpha, .815; another order of the same values gives another."""
    given_votes = ratings(CANONICAL, "12345")
    measures = list(value_measures(given_votes, "ordinal"))
    assert names(measures) == [
        "alpha (ordinal)",
        "alpha (nominal)",
        "alpha (interval)",
        "observed agreement",
        "within one step",
        "AC2 (ordinal weights)",
    ]
    found = by_measure(measures)
    assert value_of(found["", "alpha (ordinal)"]) == pytest.approx(0.815388, abs=5e-7)
    assert value_of(found["", "alpha (interval)"]) == pytest.approx(0.849107, abs=5e-7)
    assert value_of(found["", "observed agreement"]) == pytest.approx(0.8)
    # Only the unit with 1, 2, 3 and 4 has pairs further apart: 6 of its 12.
    assert value_of(found["", "within one step"]) == pytest.approx(1 - 4 * 6 / 12 / 40)
    other = value_measures(ratings(CANONICAL, "51423"), "ordinal")
    assert value_of(next(other)) != pytest.approx(0.815388, abs=1e-3)


def test_ranks_that_are_no_numbers_say_so():
    """Words are numbered for the interval scale, and two annotators have a weighted kappa."""
    given_votes = ratings([("low", "mid"), ("mid", "mid"), ("high", "low")], ("low", "mid", "high"))
    found = names(value_measures(given_votes, "ordinal", weights="quadratic"))
    assert "alpha (interval, ranks as numbers)" in found
    assert found[-2:] == ["AC2 (quadratic weights)", "weighted kappa (quadratic weights)"]


@pytest.mark.parametrize("scale", ["interval", "ratio"])
def test_numbers(scale):
    """The scale first, the other on request; ICC and the mean difference beside it."""
    given_votes = ratings(CANONICAL, "12345")
    other = {"interval": "ratio", "ratio": "interval"}[scale]
    assert names(value_measures(given_votes, scale, also=frozenset({other}))) == [
        f"alpha ({scale})",
        "mean absolute difference",
        f"alpha ({other})",
        "ICC(2,1)",
    ]
    found = by_measure(value_measures(given_votes, scale))
    expected = {"interval": 0.849107, "ratio": 0.797403}[scale]
    assert value_of(found["", f"alpha ({scale})"]) == pytest.approx(expected, abs=5e-7)
    assert f"alpha ({other})" not in names(found.values())
    # Eight units have four votes or three from all four.
    assert found["", "ICC(2,1)"].units == 8
    assert found["", "mean absolute difference"].units == 11


def test_a_yes_or_no():
    """Alpha, agreement, AC1 and how often yes was said, all with the label."""
    measures = list(binary_measures(ratings([("no", "yes"), ("yes", "yes")], ("no", "yes")), "x"))
    assert names(measures) == [
        ("x", "alpha (nominal)"),
        ("x", "observed agreement"),
        ("x", "AC1"),
        ("x", "Cohen's kappa"),
        ("x", "prevalence"),
    ]
    assert value_of(measures[-1]) == 0.75


SETS = [frozenset(), frozenset("A"), frozenset("AB")]


def test_several_values():
    """Sets by MASI and Jaccard, then each option by itself; an empty set is a no to each."""
    given_votes = ratings([(0, 1), (1, 2), (2, 2), (0, 0)], range(3))
    found = by_measure(set_measures(given_votes, SETS, "AB"))
    assert names(found.values())[:3] == ["alpha (MASI)", "alpha (Jaccard)", "observed agreement"]
    assert {label for label, _ in found} == {"", "A", "B"}
    assert found["B", "prevalence"].labels == found["", "alpha (MASI)"].labels == 8
    assert value_of(found["B", "prevalence"]) == pytest.approx(3 / 8)


def test_one_option_has_no_sets():
    """A single box to tick is a yes or no."""
    found = by_measure(set_measures(ratings([(0, 0), (0, 1)], range(2)), SETS[:2], "A"))
    assert {label for label, _ in found} == {"A"}


def test_sets_that_are_all_alike_are_named():
    """The reason says what was chosen, or that nothing was."""
    for place, words in ((0, "nothing"), (2, "A, B")):
        measured = next(set_measures(ratings([(place, place)], range(3)), SETS, "AB"))
        reason = f'undefined: all votes are "{words}"; without variation chance would agree too'
        assert measured.undefined == reason


def every(given_votes):
    """Measure the same votes as every kind of question."""
    also = frozenset(ON_REQUEST)
    for scale in SCALES:
        yield from value_measures(given_votes, scale, also=also)
        yield headline(given_votes, scale)
    yield from binary_measures(given_votes.recoded(np.array([0, 1, 1]), ("no", "yes")), "x")
    yield from set_measures(given_votes, SETS, "AB")
    yield headline(given_votes, "nominal", None, SETS)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "undefined: fewer than two annotators voted"),
        (["1"], "undefined: fewer than two annotators voted"),
        (["1", "2", "3"], "undefined: fewer than two annotators voted"),
        (["1.", ".2"], "undefined: no article has votes of two annotators"),
    ],
)
def test_no_pair_is_undefined(rows, reason):
    """Nobody, one annotator, or two who share no article: a row with the reason, never 1."""
    given_votes = ratings(rows, "123")
    for measured in every(given_votes):
        figure = figure_of(Basis("q", "Q", given_votes.articles, Counts()), measured)
        assert not figure.defined, measured.measure
        assert math.isnan(figure.low)
        assert figure.units == figure.articles == figure.labels == figure.annotators == 0
        if measured.measure == "ICC(2,1)" and rows == ["1.", ".2"]:
            assert figure.reason == "undefined: no article was rated by both annotators, it takes 2"
        else:
            assert figure.reason == reason


def test_no_numbers_yet():
    """A question for a number that nobody answered has no values at all."""
    for scale in SCALES:
        measures = list(value_measures(ratings([], ""), scale, also=frozenset(ON_REQUEST)))
        assert all(math.isnan(value_of(measured)) for measured in measures)
        assert measures[0].undefined == "undefined: fewer than two annotators voted"
    empty = next(set_measures(ratings([], ""), (), "AB"))
    assert math.isnan(value_of(empty))


def test_no_variation_says_so():
    """All votes the same: alpha and the kappas undefined, observed agreement 1, AC1 says why."""
    given_votes = ratings(["bb", "bb", "b."], "abc")
    found = figures(given_votes, value_measures(given_votes, "nominal"))
    reason = 'undefined: all votes are "b"; without variation chance would agree too'
    for measure in ("alpha (nominal)", "Cohen's kappa"):
        assert found["", measure].reason == reason
        assert not found["", measure].defined
    assert found["b", "alpha (this value)"].reason == reason
    assert found["", "observed agreement"].value == 1.0
    assert found["", "AC1"].value == 1.0
    assert found["", "AC1"].reason.endswith('all votes are "b"')


def test_values_at_no_distance():
    """On a ratio scale 1 and -1 have no distance; that is no variation either."""
    found = by_measure(value_measures(ratings(["ab", "aa"], "ab"), "ratio", (1.0, -1.0)))
    assert math.isnan(value_of(found["", "alpha (ratio)"]))
    assert "begins at zero" in found["", "alpha (ratio)"].undefined


def test_the_article_that_carries_all_variation_is_named():
    """Seven articles of one value and one split one."""
    given_votes = ratings(["aa"] * 7 + ["ab"], "ab")
    found = figures(given_votes, value_measures(given_votes, "nominal"))
    assert "article article 7 alone carries all" in found["", "alpha (nominal)"].reason


def test_the_record_is_the_package_and_the_headline_is_not():
    """The same number twice; where the package would not fit in memory, from the sums alone."""
    given_votes = ratings(CANONICAL, "12345")
    for scale in SCALES:
        first = next(value_measures(given_votes, scale))
        assert first.record == pytest.approx(value_of(first), abs=1e-12)
        alone = next(value_measures(given_votes, scale, record=False))
        short = headline(given_votes, scale)
        assert alone.record is short.record is None
        assert short.measure == alone.measure == first.measure
        assert value_of(short) == value_of(alone) == value_of(first)
    many = ratings([(n, n) for n in range(3000)], range(3000))
    assert alpha_of_record(table_of(many), "interval", range(3000)) is None
    assert next(value_measures(many, "interval")).record is None


def test_lone_votes_move_the_shares_of_ac1_but_are_no_evidence():
    """AC1 counts them as published, and says so; articles are those that two voted on."""
    rows = ["ab", "aa", "bb", "ab", "b.", "b.", ".b", "b."]
    given_votes = ratings(rows, "ab")
    found = by_measure(value_measures(given_votes, "nominal"))
    table, ac1 = table_of(given_votes), AC1(np.eye(2))
    all_units = float(ac1(table.tally(ac1.states).total))
    assert value_of(found["", "AC1"]) == pytest.approx(all_units, abs=1e-12)
    assert found["", "AC1"].tally.articles == found["", "AC1"].units == 4
    assert "as Gwet has it" in found["", "AC1"].note


def test_coefficients_of_two_annotators_rest_on_what_both_voted_on():
    """Cohen's kappa, weighted kappa and Scott's pi; without variation there they are undefined."""
    rows = ["ab", "aa", "bb", "ab"]
    for scale, also in (("nominal", {"scott"}), ("ordinal", {"scott"})):
        some, all_rows = (
            by_measure(value_measures(ratings(given, "ab"), scale, also=frozenset(also)))
            for given in (rows, [*rows, "b.", "b.", ".b", "b."])
        )
        kappa = "Cohen's kappa" if scale == "nominal" else "weighted kappa (ordinal weights)"
        pi = next(measure for _, measure in some if measure.startswith("Scott"))
        for measure in (kappa, pi):
            assert value_of(all_rows["", measure]) == value_of(some["", measure])
    alike = by_measure(value_measures(ratings(["aa", "aa", "aa", "b."], "ab"), "nominal"))
    assert np.isnan(value_of(alike["", "Cohen's kappa"]))


def test_a_ratio_scale_begins_at_zero():
    """Opposite numbers would be at distance 0 of each other, and the figure 1."""
    rows = [["-3", "3"], ["-1", "1"], ["2", "-2"]]
    votes = ratings(rows, ["-3", "-2", "-1", "1", "2", "3"])
    found = by_measure(value_measures(votes, "interval", also=frozenset({"ratio"})))
    assert np.isnan(value_of(found["", "alpha (ratio)"]))
    assert "begins at zero" in found["", "alpha (ratio)"].undefined


def test_a_far_number_without_a_partner_moves_nothing():
    """A slip of nine digits on an article that nobody else rated leaves the figure as it is."""
    rows = [["1", "2"], ["3", "3"], ["5", "4"], ["2", "2"], ["4", "4"], ["5", "5"]]
    for scale in ("ordinal", "interval", "ratio"):
        before, after = (
            next(iter(figures(v, value_measures(v, scale)).values()))
            for v in (ratings(rows, "12345"), ratings([*rows, ["1e12"]], [*"12345", "1e12"]))
        )
        assert (after.value, after.low, after.high) == pytest.approx(
            (before.value, before.low, before.high), abs=1e-9
        )


def test_many_numbers_and_many_ranks():
    """Forty values: no matrix over them, and the figures of the package of record."""
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 40, 60)
    rows = np.clip(truth[:, None] + rng.integers(-4, 5, (60, 3)), 0, 39).tolist()
    given_votes = ratings(rows, range(40))
    for scale in SCALES:
        first = next(value_measures(given_votes, scale))
        assert value_of(first) == pytest.approx(first.record, abs=1e-9)
        if scale == "interval":
            assert first.tally.rows.shape == (60, 4)


def test_a_part_of_a_whole_keeps_the_whole_in_mind():
    """Half of the articles, in which one of three never voted, is no study of two."""
    whole = ratings(["ab.", "aa.", "b.b", "bbb"], "ab")
    half = whole.of_articles(np.arange(2))
    assert "Cohen's kappa" in names(value_measures(half, "nominal"))
    people = np.arange(3)
    assert "Cohen's kappa" not in names(value_measures(half, "nominal", annotators=people))
    parts = [whole.of_articles(np.array(p)) for p in ((0, 1), (2, 3))]
    also = frozenset({"conger", "fleiss"})
    together = by_measure(value_measures(whole, "nominal", also=also))
    halves = [by_measure(value_measures(p, "nominal", also=also, annotators=people)) for p in parts]
    for key, measured in together.items():
        tally = Tally.together(half[key].tally for half in halves)
        assert tally.total == pytest.approx(measured.tally.total), key
        assert tally.articles == measured.tally.articles


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda v: value_measures(v, "nominal", also=frozenset({"gamma"})),
            'there is no "gamma" to add; take from brennan-prediger, cohen,',
        ),
        (
            lambda v: value_measures(v, "ordinal", weights="steep"),
            'there are no "steep" weights; take one of identity, linear, quadratic, ordinal',
        ),
        (
            lambda v: value_measures(v, "ratio"),
            '"a" is no number, and the ratio scale needs numbers as values',
        ),
        (
            lambda v: value_measures(replace(v, values=("1", "nan")), "interval"),
            '"nan" is no number, and the interval scale needs numbers as values',
        ),
    ],
)
def test_misuse(call, sentence):
    """One clear sentence each."""
    with pytest.raises(UsageError, match=re.escape(sentence)):
        list(call(ratings(["bb"], "ab")))


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.lists(st.sampled_from("012."), min_size=3, max_size=3), max_size=8),
    st.permutations(range(3)),
    st.lists(st.integers(0, 4), min_size=8, max_size=8),
)
def test_any_votes_give_honest_figures(rows, people, articles):
    """A value or a reason, an interval around it, counts that hold, whoever comes first."""
    given_votes = ratings(rows, "012", articles[: len(rows)])
    other = ratings([[row[p] for p in people] for row in rows], "012", articles[: len(rows)])
    basis = Basis("q", "Q", given_votes.articles, Counts())
    for measured, turned in zip(every(given_votes), every(other), strict=True):
        figure, again = figure_of(basis, measured), figure_of(basis, turned)
        assert figure.defined or figure.reason.startswith("undefined: ")
        assert math.isnan(figure.low) or figure.low <= figure.value <= figure.high
        assert figure.articles <= figure.units <= len(rows)
        assert (measured.measure, figure.value, figure.low, figure.high) == (
            turned.measure,
            pytest.approx(again.value, abs=1e-7, nan_ok=True),
            pytest.approx(again.low, abs=1e-6, nan_ok=True),
            pytest.approx(again.high, abs=1e-6, nan_ok=True),
        )
        assert (figure.units, figure.labels, figure.articles) == (
            again.units,
            again.labels,
            again.articles,
        )


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from("012."), min_size=3, max_size=3), max_size=8))
def test_one_against_the_rest_is_a_question_of_its_own(rows):
    """Alpha of a value is the nominal alpha of yes or no to it."""
    given_votes = ratings(rows, "012")
    found = by_measure(value_measures(given_votes, "nominal"))
    for place, value in enumerate("012"):
        recoded = given_votes.recoded(np.eye(3, dtype=np.int64)[place], ("no", "yes"))
        binary = by_measure(binary_measures(recoded, value))
        for ours, theirs in (("alpha (this value)", "alpha (nominal)"), ("prevalence",) * 2):
            assert value_of(found[value, ours]) == pytest.approx(
                value_of(binary[value, theirs]), abs=1e-12, nan_ok=True
            )


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from("012."), min_size=3, max_size=3), min_size=1, max_size=8))
def test_an_article_that_one_person_saw_changes_nothing(rows):
    """Neither alpha nor its interval nor its counts."""
    assume(any(sum(cell != "." for cell in row) > 1 for row in rows))
    for scale in SCALES:
        before, after = (
            figure_of(Basis("q", "Q", v.articles, Counts()), headline(v, scale))
            for v in (ratings(rows, "012"), ratings([*rows, "2.."], "012"))
        )
        assert str(before) == str(after)
