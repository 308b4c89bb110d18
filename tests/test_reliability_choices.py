"""Questions about the article: who votes, and what each kind of question is scored by."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.reliability.choices import (
    alpha_of_record,
    number_figures,
    set_figures,
    value_figures,
)
from annotate.reliability.figures import Counts
from annotate.schema import Option, Question


def question(values="abc", kind="single", scale="nominal", **rest):
    """Make a question."""
    options = tuple(Option(value, value) for value in values)
    return Question("q", "Question", kind, scale, options, **rest)


def ballot(*articles):
    """Make votes: one string or list per article, "." for no vote."""
    return {
        (f"article {number}", f"annotator {person}"): value
        for number, values in enumerate(articles)
        for person, value in enumerate(values)
        if value != "."
    }


def by_measure(figures):
    """Name figures by label and measure; no name comes twice."""
    figures = list(figures)
    named = {(figure.label, figure.measure): figure for figure in figures}
    assert len(named) == len(figures)
    return named


# Krippendorff (2011), B: Ben and Gerry; alpha .692, D_o .25.
BEN_GERRY = list(zip("aabbdcccedda", "babbbccceddd", strict=True))


def test_a_nominal_question():
    """Alpha and observed agreement of a published table, with what they rest on."""
    named = by_measure(value_figures(question("abcde"), ballot(*BEN_GERRY), Counts()))
    alpha = named["", "alpha (nominal)"]
    assert alpha.value == pytest.approx(0.691964, abs=5e-7)
    assert named["", "observed agreement"].value == pytest.approx(0.75)
    assert (alpha.units, alpha.articles, alpha.annotators, alpha.labels) == (12, 12, 2, 24)
    assert alpha.low < alpha.value < alpha.high
    assert alpha.reason == ""


def test_an_ordinal_question_keeps_the_declared_order():
    """The canonical ordinal alpha, .815; another order of the same values gives another."""
    rows = ["11.1", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", ".555"]
    rows += ["..11", "..3."]
    ordered = by_measure(value_figures(question("12345", scale="ordinal"), ballot(*rows), Counts()))
    assert ordered["", "alpha (ordinal)"].value == pytest.approx(0.815388, abs=5e-7)
    other = by_measure(value_figures(question("51423", scale="ordinal"), ballot(*rows), Counts()))
    assert other["", "alpha (ordinal)"].value != pytest.approx(0.815388, abs=1e-3)
    assert ordered["", "alpha (ordinal)"].units == 11


def test_interval_values_are_taken_as_numbers():
    """Canonical: interval alpha .849, D_o .200, from choices and from numbers alike."""
    rows = ["11.1", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", ".555"]
    rows += ["..11", "..3."]
    choices = value_figures(question("12345", scale="interval"), ballot(*rows), Counts())
    numbers = number_figures(question("", "number", "interval"), ballot(*rows), Counts())
    for figures in (by_measure(choices), by_measure(numbers)):
        assert figures["", "alpha (interval)"].value == pytest.approx(0.849107, abs=5e-7)
        assert figures["", "observed agreement"].value == pytest.approx(0.8)
    ratio = by_measure(number_figures(question("", "number", "ratio"), ballot(*rows), Counts()))
    assert ratio["", "alpha (ratio)"].value == pytest.approx(0.797403, abs=5e-7)


def test_absence_is_a_question_of_its_own():
    """Who says "not present" rates nothing: it is scored as yes or no beside the scale."""
    asked = question(["-1", "0", "1", "np"], scale="ordinal", absent="np")
    votes = ballot(["0", "0"], ["1", "0"], ["-1", "-1"], ["np", "np"], ["np", "1"])
    named = by_measure(value_figures(asked, votes, Counts()))
    assert named["", "alpha (ordinal)"].units == 3
    absent = named["np", "alpha (nominal)"]
    assert (absent.units, absent.labels) == (5, 10)
    # By hand: 3 of 10 votes, 1 of 5 units split: 1 - 9 x 2 / (2 x 3 x 7).
    assert absent.value == pytest.approx(1 - 9 * 2 / 42)


def test_absence_of_a_number():
    """A number that stands for nothing to rate is no number."""
    asked = question("", "number", "interval", absent="0")
    named = by_measure(number_figures(asked, ballot(["0", "0"], ["5", "6"], ["9", "9"]), Counts()))
    assert named["", "alpha (interval)"].units == 2
    assert named["0", "alpha (nominal)"].value == 1.0


def test_one_number_written_twice_is_one_value():
    """Two and 2.0, 3 and 3e0, and both zeros agree."""
    votes = ballot(["2", "2.0"], ["3", "3e0"], ["-0", "0"])
    for scale in ("ordinal", "interval", "ratio"):
        named = by_measure(number_figures(question("", "number", scale), votes, Counts()))
        assert named["", f"alpha ({scale})"].value == 1.0
        assert named["", "observed agreement"].value == 1.0


def test_a_far_number_without_a_partner_moves_nothing():
    """A slip of nine digits on an article that nobody else rated leaves the figure as it is."""
    rows = [["1", "2"], ["3", "3"], ["5", "4"], ["2", "2"], ["4", "4"], ["5", "5"]]
    for scale in ("ordinal", "interval", "ratio"):
        asked = question("", "number", scale)
        before, after = (
            by_measure(number_figures(asked, votes, Counts()))["", f"alpha ({scale})"]
            for votes in (ballot(*rows), ballot(*rows, ["1e12"]))
        )
        assert (after.value, after.low, after.high) == pytest.approx(
            (before.value, before.low, before.high), abs=1e-12
        )


def test_large_numbers_do_not_cancel():
    """Years near 2,000 million differ by one as well as small numbers do."""
    small = ballot(["1", "2"], ["3", "3"], ["5", "4"], ["2", "2"], ["4", "4"])
    large = {key: str(2_000_000_000 + int(value)) for key, value in small.items()}
    asked = question("", "number", "interval")
    one, other = (
        by_measure(number_figures(asked, votes, Counts()))["", "alpha (interval)"]
        for votes in (small, large)
    )
    assert other.value == pytest.approx(one.value, abs=1e-9)
    assert (other.low, other.high) == pytest.approx((one.low, one.high), abs=1e-9)


def sets(*articles):
    """Make votes of sets: one string per article, cells of letters, "-" empty and "." no vote."""
    return {
        (f"article {number}", f"annotator {person}"): frozenset(cell.strip("-"))
        for number, cells in enumerate(articles)
        for person, cell in enumerate(cells.split())
        if cell != "."
    }


# DKPro Statistics' SetAnnotationsTest, two annotators; MASI with d(empty, any) = 1.
SETS = sets("- -", "A -", "A A", "A B", "AB A", "AB AC", "ABC ABC", "C AC", "C AC")


def test_sets_by_masi_and_each_option_by_itself():
    """MASI .273 and the binary alphas .056, .215 and .779 of a known example."""
    named = by_measure(set_figures(question("ABC", "multiple"), SETS, Counts()))
    assert named["", "alpha (MASI)"].value == pytest.approx(0.273081, abs=5e-7)
    binary = [named[option, "alpha (nominal)"].value for option in "ABC"]
    assert binary == pytest.approx([0.055556, 0.215385, 0.779221], abs=5e-7)
    assert named["", "alpha (MASI)"].labels == 18


def test_three_annotators_with_gaps_and_empty_sets():
    """MASI .421 and four binary alphas, one of an option that one annotator chose once."""
    votes = sets("A A AB", "AB A AB", "B B BD", "C CD C", "- - A", "BC B .", "A . A")
    named = by_measure(set_figures(question("ABCD", "multiple"), votes, Counts()))
    assert named["", "alpha (MASI)"].value == pytest.approx(0.420792, abs=5e-7)
    binary = [named[option, "alpha (nominal)"].value for option in "ABCD"]
    assert binary == pytest.approx([0.8, 0.590909, 0.7, -0.058824], abs=5e-7)


def test_one_option_has_no_sets():
    """A single box to tick is a yes or no; an empty set is a no."""
    figures = by_measure(
        set_figures(question("A", "multiple"), sets("A A", "- -", "A -"), Counts())
    )
    assert set(figures) == {("A", "alpha (nominal)"), ("A", "observed agreement")}
    assert figures["A", "observed agreement"].value == pytest.approx(2 / 3)


@pytest.mark.parametrize("votes", [{}, ballot("a"), ballot("a", "b", "c"), ballot("a.", ".b")])
def test_no_pair_is_undefined(votes):
    """Nobody, one annotator, or two who share no article: a row with the reason, never 1."""
    figures = [*value_figures(question(), votes, Counts())]
    coded = {key: frozenset(value) for key, value in votes.items()}
    figures += set_figures(question(kind="multiple"), coded, Counts())
    numbered = dict.fromkeys(votes, "1")
    for scale in ("nominal", "ordinal", "interval", "ratio"):
        figures += number_figures(question("", "number", scale), numbered, Counts())
    assert len(figures) == 18
    for figure in figures:
        assert not figure.defined
        assert math.isnan(figure.low)
        assert figure.reason == "undefined: no article has votes of two annotators"
        assert figure.units == figure.articles == figure.labels == figure.annotators == 0


def test_no_variation_says_so():
    """All votes the same: alpha undefined, observed agreement 1."""
    named = by_measure(value_figures(question(), ballot("aa", "aaa", "aa"), Counts()))
    assert not named["", "alpha (nominal)"].defined
    assert "all votes are the same" in named["", "alpha (nominal)"].reason
    assert named["", "observed agreement"].value == 1.0


def test_the_article_that_carries_all_variation_is_named():
    """Seven articles of one value and one split one."""
    named = by_measure(value_figures(question(), ballot(*["aa"] * 7, "ab"), Counts()))
    assert (
        "article article 7 alone carries all the variation" in named["", "alpha (nominal)"].reason
    )


def test_too_many_cells_for_the_package():
    """Where the package would not fit in memory the additive engine speaks alone."""
    import numpy as np

    assert alpha_of_record(np.broadcast_to(1.0, (60_000_000, 1)), "nominal", (0,)) is None


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.lists(st.sampled_from("abc."), min_size=3, max_size=3), max_size=8),
    st.permutations("abc"),
    st.permutations(range(3)),
)
def test_annotators_values_and_articles_by_any_name(rows, values, people):
    """Permuting annotators and articles and renaming values changes no nominal figure."""
    rename = {**dict(zip("abc", values, strict=True)), ".": "."}
    other = [[rename[row[person]] for person in people] for row in reversed(rows)]
    before, after = (
        [f.to_json() for f in value_figures(question(), ballot(*table), Counts())]
        for table in (rows, other)
    )
    for one, two in zip(before, after, strict=True):
        for name in ("value", "low", "high", "units", "articles", "annotators", "labels"):
            assert one[name] == pytest.approx(two[name], abs=1e-7)
