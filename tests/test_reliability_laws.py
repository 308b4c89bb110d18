"""Laws of span agreement, each named after the failure it prevents."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.reliability import verdict
from annotate.reliability.figures import Basis, Counts, Figure, measured
from annotate.reliability.inference.intervals import Share
from annotate.reliability.spans.matching import Span
from annotate.reliability.spans import Marks, group_figures
from annotate.schema import SpanLabel

LENGTH = 30
LABELS = tuple(SpanLabel(value, value, "span", "g") for value in ("outer", "other", "unused"))
law = settings(deadline=None, max_examples=80)

span = st.builds(
    lambda start, size, label: Span(start, start + size, label),
    st.integers(0, 24),
    st.integers(1, 6),
    st.sampled_from(["outer", "other"]),
)
article = st.lists(st.lists(span, max_size=3), min_size=1, max_size=4)
studies = st.lists(article, min_size=1, max_size=7)


def marks(articles, length=LENGTH):
    """Make marks of articles, each a list of annotators' spans."""
    saw = {f"a{n}": [f"p{p}" for p in range(len(people))] for n, people in enumerate(articles)}
    spans = {
        (f"a{n}", f"p{p}", "g"): own for n, people in enumerate(articles)
        for p, own in enumerate(people) if own
    }  # fmt: skip
    return Marks(dict.fromkeys(saw, length), saw, spans)


def figures(articles, labels=LABELS):
    """Give all figures by label and measure."""
    found = group_figures("g", labels, marks(articles), Counts())
    return {(f.label, f.measure): f for f in found}


def numbers(found):
    """Give what must not change."""
    return {
        key: (f.value, f.low, f.high, f.units, f.articles, f.labels) for key, f in found.items()
    }


def same(one, other):
    """Tell whether figures are the same but for rounding."""
    assert one.keys() == other.keys()
    for key, values in one.items():
        assert values == pytest.approx(other[key], abs=1e-7, nan_ok=True), key


@law
@given(studies, st.randoms(use_true_random=False))
def test_order_of_spans_is_irrelevant(articles, random):
    """Greedy matching would depend on it."""
    shuffled = [[random.sample(own, len(own)) for own in people] for people in articles]
    same(numbers(figures(articles)), numbers(figures(shuffled)))


@law
@given(studies, st.randoms(use_true_random=False))
def test_annotators_may_change_places(articles, random):
    """F1 against a "gold" annotator would not stand it."""
    shuffled = [random.sample(people, len(people)) for people in articles]
    same(numbers(figures(articles)), numbers(figures(shuffled)))


@law
@given(studies, st.randoms(use_true_random=False))
def test_articles_may_change_places(articles, random):
    """Neither figures nor intervals know an order of articles."""
    same(numbers(figures(articles)), numbers(figures(random.sample(articles, len(articles)))))


@law
@given(studies)
def test_labels_by_any_name(articles):
    """Names of labels carry no weight."""
    name = {"outer": "z", "other": "a", "unused": "m"}
    renamed = [
        [[s._replace(label=name[s.label]) for s in own] for own in people] for people in articles
    ]
    labels = [SpanLabel(name[label.value], "", "span", "g") for label in LABELS]
    before = {(name.get(key[0], ""), key[1]): v for key, v in numbers(figures(articles)).items()}
    same(before, numbers(figures(renamed, labels)))


@law
@given(studies)
def test_exact_never_exceeds_overlap(articles):
    """What matches exactly also matches by overlap."""
    found = figures(articles)
    for label in ("", "outer", "other"):
        exact, loose = found[label, "exact F1"], found[label, "overlap F1"]
        assert math.isnan(exact.value) == math.isnan(loose.value)
        assert math.isnan(exact.value) or exact.value <= loose.value + 1e-12


@law
@given(studies, st.lists(span, max_size=3))
def test_an_article_that_one_annotator_saw_changes_nothing(articles, alone):
    """Nobody is there to agree or to disagree with."""
    same(numbers(figures(articles)), numbers(figures([*articles, [alone]])))


@law
@given(st.lists(st.lists(span, max_size=3), min_size=1, max_size=6))
def test_disjoint_articles_are_undefined(alone):
    """Annotators who share no article have no agreement, least of all 1."""
    for figure in figures([[own] for own in alone]).values():
        assert not figure.defined
        assert "no article was seen by two" in figure.reason
        assert (figure.units, figure.articles, figure.annotators) == (0, 0, 0)


@law
@given(st.lists(st.lists(span, min_size=1, max_size=3), min_size=1, max_size=6))
def test_one_of_three_who_marks_is_below_one(lone):
    """Two silent annotators disagree with the one who marks."""
    found = figures([[own, [], []] for own in lone])
    assert found["", "|u-alpha"].value < 0.1
    assert found["", "exact F1"].value == found["", "overlap F1"].value == 0.0


@law
@given(studies)
def test_an_unused_label_is_a_count_of_zero(articles):
    """It has its rows, undefined with the reason, and breaks nothing."""
    found = figures(articles)
    for measure in ("|u-alpha", "overlap F1", "exact F1"):
        figure = found["unused", measure]
        assert (figure.labels, figure.counts.marked) == (0, 0)
        assert figure.reason.startswith("undefined")


@law
@given(studies, span)
def test_a_nested_label_that_all_add_leaves_the_others(articles, added):
    """Labels are scored each on a continuum of its own."""
    everywhere = [[[*own, added._replace(label="unused")] for own in people] for people in articles]
    before, after = numbers(figures(articles)), numbers(figures(everywhere))
    for key in before:
        if key[0] in {"outer", "other"}:
            assert before[key] == pytest.approx(after[key], nan_ok=True)
    shared = [people for people in articles if len(people) > 1]
    if shared:
        assert after["unused", "exact F1"][0] == 1.0


@law
@given(st.lists(st.lists(span, max_size=3), min_size=5, max_size=9))
def test_the_same_marks_are_one_but_no_certainty(own):
    """Perfect agreement reads 1, with an interval that has a width, or is undefined."""
    found = figures([[spans, spans, spans] for spans in own])
    for figure in found.values():
        assert not figure.defined or figure.value == pytest.approx(1.0)
        assert math.isnan(figure.low) or figure.low < 0.99
        assert math.isnan(figure.high) or figure.high == 1.0


def test_an_empty_vote_counts():
    """Twenty articles, three annotators, lone marks on sixteen: .16 on 20 of 20, not 1 on 4.

    A and B mark the same phrase on four articles. By hand (T = 60,000, l_1 = 24 x 30, l_01 = 600,
    S = 24 x 900 + 59,280): 1 - 600 (T^2 - S) / (T x 720 x 59,280) = .1566.
    """
    phrase = [Span(100, 130, "outer")]
    articles = [[phrase, phrase, []]] * 4
    articles += [[phrase if p == n % 3 else [] for p in range(3)] for n in range(16)]
    found = {
        f.measure: f for f in group_figures("g", LABELS[:1], marks(articles, length=1000), Counts())
    }
    where = found["|u-alpha"]
    assert where.value == pytest.approx(0.1566, abs=5e-5)
    assert (where.units, where.articles, where.annotators, where.labels) == (20, 20, 3, 24)
    counts = where.counts
    assert (counts.saw, counts.marked, counts.marked_nothing) == (60, 24, 36)
    # 4 pairs of 3 x 20 agree on a mark: twice 4 of the 24 marks times two partners.
    assert found["exact F1"].value == pytest.approx(8 / 48)


def make(value, low, measure="alpha (nominal)"):
    """Make a figure with a value and the lower end of its interval."""
    return Figure("q", "Q", "", measure, value, low, 1.0, 9, 9, 2, 18, "")


@pytest.mark.parametrize(
    ("value", "low", "said"),
    [
        (0.95, 0.80, "reliable"),
        (0.95, 0.799, "tentative"),
        (0.95, 0.667, "tentative"),
        (0.95, 0.666, "not reliable yet"),
        (1.0, math.nan, "too few articles to tell"),
        (math.nan, math.nan, "undefined"),
    ],
)
def test_verdicts_rest_on_the_lower_end(value, low, said):
    """A high figure with a wide interval is not reliable yet."""
    assert verdict(make(value, low)) == said


def test_undefined_is_null_in_json():
    """JSON knows no NaN."""
    plain = make(math.nan, math.nan).to_json()
    assert plain["value"] is plain["low"] is None
    assert plain["high"] == 1.0
    assert plain["saw"] == 0


def test_a_figure_without_articles():
    """No state at all gives the reason that was handed in."""
    import numpy as np

    basis = Basis("q", "Q", "", 0, 0, 0, [], Counts())
    figure = measured(basis, "m", np.zeros((0, 2)), Share(), undefined="undefined: nothing")
    assert not figure.defined
    assert figure.reason == "undefined: nothing"
