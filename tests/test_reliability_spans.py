"""Marked spans: everybody who saw an article counts, and attributes only where spans meet."""

import pytest

from annotate.reliability.figures import Counts
from annotate.reliability.spans.matching import Span
from annotate.reliability.spans import Marks, attribute_figures, group_figures
from annotate.schema import Option, Question, SpanLabel

X, Y = (SpanLabel(value, value, "span", "group") for value in "xy")


def marks(*articles, length=100):
    """Make marks: per article a list of annotators, each a list of spans or of (start, end)."""
    spans = {
        (f"a{number}", f"p{person}", "group"): [
            span if isinstance(span, Span) else Span(*span, "x") for span in own
        ]
        for number, people in enumerate(articles)
        for person, own in enumerate(people)
        if own
    }
    saw = {f"a{n}": [f"p{p}" for p in range(len(people))] for n, people in enumerate(articles)}
    return Marks(dict.fromkeys(saw, length), saw, spans)


def figures(found, labels=(X,)):
    """Name the figures of a group."""
    return {(f.label, f.measure): f for f in group_figures("group", labels, found, Counts())}


def test_who_saw_and_marked():
    """Saw is marked plus marked nothing, over all visits; units are the shared articles."""
    found = figures(marks([[(0, 5)], []], [[], []], [[(1, 3)]]))["", "|u-alpha"]
    counts = found.counts
    assert (counts.saw, counts.marked, counts.marked_nothing) == (5, 2, 3)
    assert (found.units, found.articles, found.annotators, found.labels) == (2, 2, 2, 1)


def test_labels_against_the_rest():
    """With two labels each is scored by itself; an unused one has a row with a count of zero."""
    named = figures(marks([[(0, 5)], [(0, 5)]], [[], []]), (X, Y))
    assert named["x", "|u-alpha"].value == named["", "|u-alpha"].value == 1.0
    for measure in ("|u-alpha", "overlap F1", "exact F1"):
        unused = named["y", measure]
        assert not unused.defined
        assert unused.reason == "undefined: nobody marked anything"
        assert (unused.labels, unused.counts.marked, unused.counts.saw) == (0, 0, 4)


@pytest.mark.parametrize("articles", [[], [[[(0, 5)]]], [[[(0, 5)]], [[(0, 5)]]]])
def test_no_shared_article(articles):
    """One annotator, or several on articles of their own: undefined, never 1."""
    for figure in figures(marks(*articles)).values():
        assert not figure.defined
        assert figure.reason == "undefined: no article was seen by two annotators"


def test_interval_needs_five_articles():
    """F1 rests on articles with marks, |u-alpha on all that were seen."""
    named = figures(marks(*[[[(0, 5)], [(0, 5)]]] * 4, *[[[], []]] * 3))
    assert "there are 4" in named["", "exact F1"].reason
    assert named["", "|u-alpha"].low < 1.0
    assert named["", "|u-alpha"].high == 1.0


ASKED = Question(
    "strength", "Strength", "single", "ordinal",
    tuple(Option(v, v) for v in ("low", "mid", "high", "none")), absent="none", per_region=True,
)  # fmt: skip


def answered(asked, said, found, options=()):
    """Name the figures of an attribute; `said` maps span ids to answers."""
    said = {name: frozenset(values.split()) for name, values in said.items()}
    options = options or asked.ranks
    return {
        (f.label, f.measure): f for f in attribute_figures(asked, options, said, found, Counts())
    }


def three(*shared):
    """Make articles on which three annotators mark the same phrase, with ids like 0-1."""
    return marks(
        *[[[Span(0, 9, "x", f"{n}-{p}")] for p in range(people)] for n, people in enumerate(shared)]
    )


def test_attributes_are_weighted_by_annotators():
    """Three annotators give three pairs of weight one half: one unit, as for a document."""
    said = {"0-0": "low", "0-1": "low", "0-2": "high", "1-0": "mid", "1-1": "mid"}
    named = answered(ASKED, said, three(3, 2))
    agreement = named["", "observed agreement, on matched spans"]
    # Pairs: low-low 1/2 each way; low-high twice; mid-mid 1: agree (1 + 2) of (3 + 2).
    assert agreement.value == pytest.approx(3 / 5)
    assert (agreement.units, agreement.articles, agreement.annotators) == (4, 2, 3)
    assert "on matched spans" in named["", "alpha (ordinal), on matched spans"].measure


def test_absence_is_kept_off_the_scale_of_attributes():
    """The value beside the scale is no step above the highest: it is scored as yes or no."""
    said = {"0-0": "low", "0-1": "high", "1-0": "none", "1-1": "none", "2-0": "low", "2-1": "none"}
    named = answered(ASKED, said, three(2, 2, 2))
    assert named["", "observed agreement, on matched spans"].units == 1
    assert named["none", "observed agreement, on matched spans"].value == pytest.approx(2 / 3)
    assert named["none", "alpha (nominal), on matched spans"].units == 3


def test_interval_attributes_with_absence():
    """A numeric scale with a value beside it takes its numbers only."""
    asked = Question(
        "n", "N", "single", "interval", tuple(Option(v, v) for v in ("1", "5", "na")), absent="na"
    )
    said = {"0-0": "1", "0-1": "1", "1-0": "5", "1-1": "5", "2-0": "na", "2-1": "5"}
    named = answered(asked, said, three(2, 2, 2))
    assert named["", "alpha (interval), on matched spans"].value == 1.0


def test_unmatched_and_unanswered_spans_say_nothing():
    """Only pairs in which both spoke count."""
    apart = marks([[Span(0, 4, "x", "0-0")], [Span(5, 9, "x", "0-1")]])
    for found, said in ((apart, {"0-0": "low", "0-1": "low"}), (three(2), {"0-0": "low"})):
        for figure in answered(ASKED, said, found).values():
            assert not figure.defined
            assert figure.units == figure.articles == figure.annotators == 0
            assert "no matched spans" in figure.reason


def test_several_values_on_a_span():
    """Each option of a multiple question is a yes or no; ticking nothing is a no."""
    asked = Question("m", "M", "multiple", "nominal", (Option("a", "a"), Option("b", "b")))
    said = {"0-0": "a b", "0-1": "a", "1-0": "", "1-1": ""}
    named = answered(asked, said, three(2, 2), ("a", "b"))
    assert named["a", "alpha (nominal), on matched spans"].value == 1.0
    assert named["b", "observed agreement, on matched spans"].value == pytest.approx(0.5)
