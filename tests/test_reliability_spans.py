"""All figures of a group of span labels, with what they rest on and why one is missing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marked_texts import LENGTH, example, figures, lone_marks, marks, studies

from annotate.reliability.spans.measures import headline, span_measures

LABELLED = ("u-alpha", "cu-alpha", "labelled overlap F1", "disagreement: label")
OF_A_LABEL = ("|u-alpha, this label alone", "(k)u-alpha", "overlap F1", "exact F1")
OF_THE_TEXT = "the share of the text that two annotators marked"
ONLY_X = 'undefined: wherever two annotators marked the same words, both said "x"'
UNSEEN = "undefined: no article was seen by two annotators"


def test_the_published_example_to_the_printed_digit():
    """.510, .413 and .724, with the coverages beside cu-alpha and (k)u-alpha."""
    found = figures(example())
    names = ("|u-alpha", "u-alpha", "cu-alpha")
    assert [round(found["", name].value, 3) for name in names] == [0.413, 0.51, 0.724]
    assert "coverage 46.1 %" in found["", "cu-alpha"].reason
    each = [found[label, "(k)u-alpha"] for label in "1234567"]
    assert [figure.value for figure in each] == pytest.approx(
        [1, 0, 0, 0, 1, 1, np.nan], nan_ok=True
    )
    assert "coverage 44.4 %" in each[4].reason
    assert each[6].reason.startswith(
        'undefined: nobody else marked anything where one annotator marked "7"; coverage 0 %'
    )
    where = found["", "|u-alpha"]
    assert (where.units, where.articles, where.annotators, where.labels) == (1, 1, 3, 16)


def test_the_record_comes_first():
    """|u-alpha is the first figure, and the one of views."""
    for made in (example(), marks([[[(0, 5)], []]])):
        first = next(iter(span_measures(made)))
        assert first.measure == headline(made).measure == "|u-alpha"
        np.testing.assert_array_equal(first.tally.rows, headline(made).tally.rows)


def test_a_group_of_one_label_has_nothing_to_tell_apart():
    """u-alpha would repeat |u-alpha, and cu-alpha would be undefined."""
    found = figures(marks([[[(0, 5)], [(0, 5)]], [[], []]]))
    assert not {name for _, name in found} & set(LABELLED)
    assert {label for label, _ in found} == {""}


def test_silence_is_a_vote():
    """Twenty articles, three annotators, lone marks on sixteen: .157 on 20 of 20, not 1 on 4."""
    found = figures(lone_marks())
    where = found["", "|u-alpha"]
    assert where.value == pytest.approx(0.157, abs=5e-4)
    assert (where.units, where.articles, where.annotators, where.labels) == (20, 20, 3, 24)
    # 4 pairs of 3 x 20 agree on a mark: twice 4 of the 24 marks times two partners.
    assert found["", "exact F1"].value == pytest.approx(8 / 48)
    assert "40 of 40 disagreements" in found["", "disagreement: presence"].reason


def test_units_are_the_articles_that_two_saw():
    """Spans and people of other articles are not counted."""
    made = marks([[[(0, 5)], [], None], [[], [], None], [[(1, 3)], None, None], [None, None, []]])
    where = figures(made)["", "|u-alpha"]
    assert (where.units, where.articles, where.annotators, where.labels) == (2, 2, 2, 1)


def test_an_unused_label_has_its_rows():
    """With two labels each is scored by itself; an unused one has a count of zero."""
    found = figures(marks([[[(0, 5)], [(0, 5)]], [[], []]], "xy"))
    assert found["x", "|u-alpha, this label alone"].value == found["", "|u-alpha"].value == 1.0
    for name in OF_A_LABEL:
        assert not found["y", name].defined
        assert found["y", name].reason == "undefined: nobody used this label"
        assert (found["y", name].labels, found["y", name].units) == (0, 2)


@pytest.mark.parametrize("articles", [[], [[[(0, 5)]]], [[[(0, 5)], None], [None, [(0, 5)]]]])
def test_no_shared_article(articles):
    """One annotator, or several on articles of their own: undefined, never 1."""
    for figure in figures(marks(articles, "xy")).values():
        assert not figure.defined
        assert figure.reason == UNSEEN
        assert (figure.units, figure.articles, figure.annotators, figure.labels) == (0, 0, 0, 0)


def test_overlapping_labels_have_their_count():
    """One word under two labels of one annotator breaks the labelled coefficients, no others."""
    clash = [(0, 9, "x"), (5, 12, "y")]
    made = marks([[clash, [(0, 9, "x")]], [clash, [(5, 12, "y")]], [[(1, 4)], [(2, 4)]]], "xy")
    found = figures(made)
    reason = "undefined: one annotator gave the same words two labels in 2 places"
    where = ': p0 in article a0, 5-9 "x" and "y"; p0 in article a1, 5-9 "x" and "y"'
    for key in (("", "u-alpha"), ("", "cu-alpha"), ("x", "(k)u-alpha"), ("y", "(k)u-alpha")):
        assert not found[key].defined
        assert found[key].reason == (reason if key[0] else reason + where)
        assert found[key].articles == 3
    for key in (("", "|u-alpha"), ("x", "|u-alpha, this label alone"), ("y", "overlap F1")):
        assert found[key].defined


def test_the_first_three_places_of_overlapping_labels_are_named():
    """In the order of the texts; the rest is counted."""
    clashes = [span for n in (30, 20, 10, 0) for span in ((n, n + 3, "y"), (n, n + 2, "x"))]
    found = figures(marks([[[], []], [[], clashes]], "xy"))
    assert found["", "u-alpha"].reason == (
        "undefined: one annotator gave the same words two labels in 4 places: "
        'p1 in article a1, 0-2 "x" and "y"; p1 in article a1, 10-12 "x" and "y"; '
        'p1 in article a1, 20-22 "x" and "y"; and 1 more'
    )


def test_overlapping_labels_of_a_lone_reader_do_no_harm():
    """Nobody compares what one annotator alone saw."""
    alone = [[(0, 9, "x"), (5, 12, "y")], None]
    made = marks([alone, [[(0, 9, "x"), (20, 30, "y")], [(0, 9, "x"), (20, 29, "y")]]], "xy")
    assert figures(made)["", "u-alpha"].defined


@pytest.mark.parametrize(
    ("articles", "key", "reason"),
    [
        ([[[], []]], ("", "|u-alpha"), "undefined: nobody marked anything"),
        (
            [[[], []], [[(0, 3)], None]],
            ("", "cu-alpha"),
            "undefined: nobody marked anything in an article that two annotators saw",
        ),
        (
            [[[(0, 3)], []], [[(0, 3, "y")], None]],
            ("y", "(k)u-alpha"),
            "undefined: nobody used this label in an article that two annotators saw",
        ),
        (
            [[[(0, 100)], [(0, 100)]]],
            ("", "u-alpha"),
            "undefined: everybody marked everything, so chance would agree too",
        ),
        (
            [[[(0, 3)], [(5, 9, "y")]]],
            ("", "cu-alpha"),
            f"undefined: no two annotators marked the same words; coverage 0 %: {OF_THE_TEXT}",
        ),
        (
            [[[(0, 3), (5, 9, "y")], [(0, 3)]]],
            ("", "cu-alpha"),
            f"{ONLY_X}; coverage 3 %: {OF_THE_TEXT}",
        ),
        (
            [[[(0, 3)], [(0, 3)]]],
            ("", "disagreement: presence"),
            "undefined: annotators agree on every span",
        ),
        (
            [[[(0, 3)], [(0, 4)]]],
            ("", "disagreement: boundary, only white space or punctuation"),
            "undefined: the texts are not known",
        ),
    ],
)
def test_undefined_has_its_reason(articles, key, reason):
    """It says which case it is."""
    figure = figures(marks(articles, "xy"))[key]
    assert not figure.defined
    assert figure.reason == reason


def test_the_split_adds_up():
    """Kinds are shares of all disagreements, each with its count."""
    made = marks(
        [[[(0, 4), (10, 20), (30, 40)], [(0, 5), (10, 20, "y")]], [[(0, 4)], [(0, 9)]]],
        "xy",
        texts={"a0": "word " * 20, "a1": "word " * 20},
    )
    found = figures(made)
    kinds = [figure for (_, name), figure in found.items() if name.startswith("disagreement")]
    assert sum(figure.value for figure in kinds) == pytest.approx(1)
    assert [figure.value for figure in kinds] == [0.25] * 4
    assert all("1 of 4 disagreements" in figure.reason for figure in kinds)


def test_unknown_texts_are_told():
    """Boundaries of unknown texts stay boundaries; the figure says so."""
    made = marks([[[(0, 4)], [(0, 5)]]] * 2, texts={"a0": "word " * 20})
    found = figures(made)
    for name in ("boundary", "boundary, only white space or punctuation"):
        figure = found["", f"disagreement: {name}"]
        assert figure.value == 0.5
        assert "1 of 2 disagreements; the text of 1 boundary is not known" in figure.reason


@settings(deadline=None, max_examples=30)
@given(studies("xy", articles=7, spans=20), st.integers(0, 999))
def test_articles_may_change_places(articles, seed):
    """Neither figures nor intervals know an order of articles."""
    order = np.random.default_rng(seed).permutation(len(articles))
    one, other = (
        {key: (f.value, f.low, f.high, f.units, f.labels) for key, f in figures(made).items()}
        for made in (
            marks(articles, "xy", LENGTH),
            marks([articles[place] for place in order], "xy", LENGTH),
        )
    )
    for key, values in one.items():
        assert values == pytest.approx(other[key], abs=1e-7, nan_ok=True), key


def test_the_same_marks_are_one_but_no_certainty():
    """Perfect agreement reads 1, with an interval that has a width."""
    own = [(5, 20, "x"), (40, 50, "y")]
    for (_, name), figure in figures(marks([[own] * 3] * 6, "xy")).items():
        if figure.defined and not name.startswith("disagreement"):
            assert figure.value == pytest.approx(1.0)
            assert figure.low < 0.99
            assert figure.high == 1.0


def test_interval_needs_five_articles():
    """F1 rests on articles with marks, |u-alpha on all that were seen."""
    named = figures(marks([*[[[(0, 5)], [(0, 5)]]] * 4, *[[[], []]] * 3]))
    assert "there are 4" in named["", "exact F1"].reason
    assert named["", "|u-alpha"].low < 1.0
    assert named["", "|u-alpha"].high == 1.0
