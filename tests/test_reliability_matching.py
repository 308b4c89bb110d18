"""Matching is the best there is, as a slow reference finds it, and the F1 that follows."""

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import combinations, permutations
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from marked_texts import LENGTH, marks, studies
from scipy.optimize import linear_sum_assignment

from annotate.reliability.inference.measure import Share
from annotate.reliability.spans.f1 import exact, f1_of_labels, f1_state
from annotate.reliability.spans.matching import matches


class Span(NamedTuple):
    """A span of one annotator in one article."""

    start: int
    end: int
    label: str = "x"


# The slow reference: one article, one pair of annotators, one span at a time.


def match_spans(ours, theirs):
    """Pair equal limits and labels, then equal limits, then for the largest total overlap."""
    pairs = pair_equal(ours, theirs, 3, [])
    pairs = pair_equal(ours, theirs, 2, pairs)
    rest = [
        [place for place in range(len(spans)) if place not in {pair[side] for pair in pairs}]
        for side, spans in enumerate((ours, theirs))
    ]
    worth = worth_of([ours[i] for i in rest[0]], [theirs[j] for j in rest[1]])
    for row, column in zip(*linear_sum_assignment(worth, maximize=True), strict=True):
        if worth[row, column] > 0:
            pairs.append((rest[0][row], rest[1][column]))
    return pairs


def pair_equal(ours, theirs, fields, pairs):
    """Add pairs of spans whose first fields are the same."""
    taken = {i for i, _ in pairs}, {j for _, j in pairs}
    waiting, found = defaultdict(list), list(pairs)
    for j, span in enumerate(theirs):
        if j not in taken[1]:
            waiting[span[:fields]].append(j)
    for i, span in enumerate(ours):
        if i not in taken[0] and waiting[span[:fields]]:
            found.append((i, waiting[span[:fields]].pop(0)))
    return found


def worth_of(ours, theirs):
    """Give the overlap of all pairs, with their number and their labels to break ties."""
    base = min(len(ours), len(theirs)) + 1
    worth = np.zeros((len(ours), len(theirs)), dtype=np.int64)
    for i, a in enumerate(ours):
        for j, b in enumerate(theirs):
            if shared := overlap(a, b):
                worth[i, j] = (shared * base + 1) * base + (a[2] == b[2])
    return worth


def overlap(a, b):
    """Count the characters two spans share."""
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def by_hand(made):
    """Give the spans of every two annotators of an article, with their places, in order."""
    columns = (made.start, made.end, made.label, made.article, made.annotator)
    visits = defaultdict(list)
    for place, row in enumerate(zip(*(values.tolist() for values in columns), strict=True)):
        visits[row[3:]].append((place, row[:3]))
    for (article, one), (other, two) in combinations(sorted(visits), 2):
        if article == other:
            yield [sorted(visits[article, who], key=itemgetter(1)) for who in (one, two)]


def pairs_of(made, **options):
    """Give the matched places."""
    found = matches(made, **options)
    return set(zip(found.first.tolist(), found.second.tolist(), strict=True))


def described(made, pairs):
    """Give the matched spans, whatever their rows."""
    name = list(zip(made.start, made.end, made.label, made.annotator, made.article, strict=True))
    return sorted(
        tuple(sorted((tuple(map(int, name[i])), tuple(map(int, name[j]))))) for i, j in pairs
    )


def quality(ours, theirs, pairs):
    """Give what is to be as large as can be: overlap, pairs, equal limits and equal labels."""
    a, b = ([span for _, span in side] for side in (ours, theirs))
    row = [{place: number for number, (place, _) in enumerate(side)} for side in (ours, theirs)]
    found = [(a[row[0][i]], b[row[1][j]]) for i, j in pairs]
    return (
        sum(overlap(x, y) for x, y in found),
        len(found),
        sum(x[:2] == y[:2] for x, y in found),
        sum(x == y for x, y in found),
        sum(x[2] == y[2] for x, y in found),
    )


dense = studies("xyz", people=3, articles=2, spans=16)


@settings(deadline=None, max_examples=600)
@given(dense)
def test_as_good_as_the_slow_reference(articles):
    """Overlap, pairs and equal spans are those of an assignment per pair of annotators.

    Of equal limits under other labels the reference pairs the first labels; here it is those
    that leave the most equal labels to the rest, whatever the labels are called.
    """
    made = marks(articles, "xyz", LENGTH)
    found = pairs_of(made)
    seen = set()
    for ours, theirs in by_hand(made):
        mine = {p for p, _ in ours}, {p for p, _ in theirs}
        own = {(i, j) for i, j in found if i in mine[0] and j in mine[1]}
        seen |= own
        slow = match_spans([s for _, s in ours], [s for _, s in theirs])
        slow = {(ours[i][0], theirs[j][0]) for i, j in slow}
        assert quality(ours, theirs, own)[:-1] == quality(ours, theirs, slow)[:-1]
        assert quality(ours, theirs, own) >= quality(ours, theirs, slow)
        assert len({i for i, _ in own}) == len({j for _, j in own}) == len(own)
    assert seen == found  # nobody is matched with themselves, nor across articles


@settings(deadline=None, max_examples=300)
@given(studies("xyz", people=2, articles=1, spans=24))
def test_tangled_spans(articles):
    """Many overlapping spans of two annotators, of which few pairs are clear at once."""
    made = marks(articles, "xyz", LENGTH)
    for ours, theirs in by_hand(made):
        slow = match_spans([s for _, s in ours], [s for _, s in theirs])
        slow = {(ours[i][0], theirs[j][0]) for i, j in slow}
        assert quality(ours, theirs, pairs_of(made))[:-1] == quality(ours, theirs, slow)[:-1]


@pytest.mark.parametrize("rounds", [0, 1])
def test_what_is_not_clear_is_assigned(monkeypatch, rounds):
    """The assignment of connected groups alone finds matchings as good."""
    from annotate.reliability.spans import matching

    monkeypatch.setattr(matching, "_ROUNDS", rounds)
    rng = np.random.default_rng(7)
    for _ in range(60):
        starts = rng.integers(0, 30, (2, 12))
        people = [
            sorted({(int(s), int(s + rng.integers(3, 12)), "xy"[rng.integers(2)]) for s in own})
            for own in starts
        ]
        made = marks([people], "xy", 60)
        ((ours, theirs),) = by_hand(made)
        slow = match_spans([s for _, s in ours], [s for _, s in theirs])
        slow = {(ours[i][0], theirs[j][0]) for i, j in slow}
        assert quality(ours, theirs, pairs_of(made))[:-1] == quality(ours, theirs, slow)[:-1]


def all_matchings(ours, theirs):
    """Give every one-to-one matching of spans that overlap."""
    for size in range(min(len(ours), len(theirs)) + 1):
        for left in combinations(range(len(ours)), size):
            for right in permutations(range(len(theirs)), size):
                pairs = [*zip(left, right, strict=True)]
                if all(overlap(ours[i], theirs[j]) for i, j in pairs):
                    yield pairs


@settings(deadline=None, max_examples=300)
@given(studies("xyz", people=2, articles=1, spans=8))
def test_no_matching_is_better(articles):
    """Of all there are, none has more equal spans, equal limits, overlap, pairs, equal labels."""
    made = marks(articles, "xyz", LENGTH)
    ours, theirs = ([Span(*s) for s in own or ()] for own in articles[0])
    pairs = [(Span(*a), Span(*b)) for a, b in spans_of(made)]
    every = ([(ours[i], theirs[j]) for i, j in found] for found in all_matchings(ours, theirs))
    assert rank(pairs) == max(map(rank, every))
    found = matches(made)
    assert len(exact(made, found).first) == rank(pairs)[0]


def spans_of(made):
    """Give the matched spans."""
    name = [
        (*limits, made.labels[k])
        for *limits, k in zip(made.start, made.end, made.label, strict=True)
    ]
    return [(name[i], name[j]) for i, j in pairs_of(made)]


def rank(pairs):
    """Order matchings by what counts first."""
    return (
        sum(a == b for a, b in pairs),
        sum(a[:2] == b[:2] for a, b in pairs),
        sum(overlap(a, b) for a, b in pairs),
        len(pairs),
        sum(a.label == b.label for a, b in pairs),
    )


def test_of_equal_totals_the_most_pairs():
    """4 + 0 shared characters in one pair, or 2 + 2 in two: two."""
    ours, theirs = [(5, 11), (11, 17)], [(7, 13), (0, 7)]
    for left in permutations(ours):
        for right in permutations(theirs):
            assert len(pairs_of(marks([[left, right]]))) == 2
            assert len(pairs_of(marks([[right, left]]))) == 2


def test_same_label_breaks_ties():
    """Of two halves of a span the one with its label is its counterpart."""
    whole, first, second = Span(0, 10), Span(0, 5, "y"), Span(5, 10)
    assert pairs_of(marks([[[whole], [first, second]]], "xy")) == {(0, 2)}
    assert pairs_of(marks([[[second, first], [whole]]], "xy")) == {(0, 2)}


def test_identical_spans_are_paired():
    """What has the same limits is never torn apart, with its own label first."""
    ours = [Span(0, 4, "x"), Span(0, 4, "y")]
    theirs = [Span(0, 4, "y"), Span(0, 9, "x"), Span(0, 4, "x")]
    assert pairs_of(marks([[ours, theirs]], "xy")) == {(0, 4), (1, 2)}
    # Two pairs would share as many characters, and tear the identical ones apart.
    assert pairs_of(marks([[[(0, 10), (5, 10)], [(0, 5), (0, 10)]]])) == {(0, 3)}


@pytest.mark.parametrize("labels", list(permutations("xyz")))
def test_equal_limits_under_other_labels(labels):
    """Which of two labels on the same words is paired does not hang on the labels' order."""
    ours = [Span(10, 14, "z"), Span(10, 14, "x")]
    theirs = [Span(10, 14, "y"), Span(8, 11, "x")]
    assert pairs_of(marks([[ours, theirs]], labels)) == {(0, 2), (1, 3)}


def test_spans_of_a_label_meet_their_own():
    """Label by label the other label's longer overlap is no rival."""
    made = marks([[[Span(0, 10)], [Span(0, 6, "y"), Span(6, 10)]]], "xy")
    assert pairs_of(made) == {(0, 1)}
    assert pairs_of(made, by_label=True) == {(0, 2)}


@settings(deadline=None, max_examples=200)
@given(dense, st.permutations(range(3)), st.randoms(use_true_random=False))
@example(
    [[[(7, 12, "x"), (0, 1, "x"), (1, 8, "x"), (11, 12, "x")],
      [(5, 9, "x"), (11, 17, "x"), (11, 13, "x"), (3, 7, "x")], None]], [1, 0, 2], None,
)  # fmt: skip
def test_pairs_do_not_depend_on_order(articles, order, random):
    """Permuting annotators or shuffling their spans pairs the same spans."""
    made = marks(articles, "xyz", 20)
    rows = list(range(len(made.start)))
    if random is not None:
        random.shuffle(rows)
    columns = {
        name: getattr(made, name)[rows]
        for name in ("article", "annotator", "label", "start", "end")
    }
    new = np.array(order)
    columns["annotator"] = new[columns["annotator"]]
    turned = replace(made, saw_annotator=new[made.saw_annotator], **columns)
    back = replace(turned, annotator=made.annotator[rows])
    assert described(back, pairs_of(turned)) == described(made, pairs_of(made))


def test_a_mark_over_a_whole_book():
    """A span that overlaps thousands tangles them all; no table of all pairs is made."""
    size = 3000
    phrases = [(50 * n, 50 * n + 40) for n in range(size)]
    moved = [(start + 3, end + 5) for start, end in phrases]
    found = pairs_of(marks([[[*phrases, (0, 50 * size)], moved]], lengths=50 * size))
    # Its 42 characters of a moved phrase are worth more than the 37 of the phrase itself, once.
    assert len(found) == size
    assert len(found & {(n, size + 1 + n) for n in range(size)}) == size - 1
    assert size in {one for one, _ in found}


def test_a_crowd_is_numbered_by_article():
    """Many annotators, few on each article, get the same pairs as few annotators."""
    people = [[(0, 5)], [(2, 7)], [(4, 9)]]
    few = marks([people] * 9)
    crowd = replace(
        few,
        saw_annotator=few.saw_annotator + 3 * few.saw_article,
        annotator=few.annotator + 3 * few.article,
        annotators=tuple(f"p{number}" for number in range(27)),
    )
    assert pairs_of(crowd) == pairs_of(few)
    assert len(pairs_of(few)) == 27


def test_far_texts_do_not_overflow():
    """Where places, sizes and labels do not fit one number, spans are sorted column by column."""
    far = 2**40
    made = marks(
        [[[], []]] * 3 + [[[(far, 2 * far)], [(far + 1, 2 * far, "y")]]], "xy", lengths=2**41
    )
    assert pairs_of(made) == {(0, 1)}


@settings(deadline=None, max_examples=300)
@given(studies("xy", people=4, spans=12))
def test_exact_by_brute_force_and_below_overlap(articles):
    """Exact F1 counts equal spans, each once, and never exceeds overlap F1."""
    made = marks(articles, "xy", LENGTH)
    found = matches(made)
    exactly, loose = f1_state(made, exact(made, found)), f1_state(made, found)
    for number, people in enumerate(articles):
        hits = size = 0
        for a, b in combinations([own for own in people if own is not None], 2):
            size += len(a) + len(b)
            hits += 2 * (Counter(a) & Counter(b)).total()
        assert exactly[number].tolist() == [hits, size]
        assert loose[number, 1] == size
        assert hits <= loose[number, 0] <= size


@settings(deadline=None, max_examples=200)
@given(studies("xy", people=3, spans=12))
def test_f1_of_labels_is_that_of_each_alone(articles):
    """One run over all labels gives what a run with each label's spans gives."""
    made = marks(articles, "xy", LENGTH)
    within = f1_of_labels(made, matches(made, by_label=True))
    exactly = f1_of_labels(made, exact(made, matches(made)))
    for place in range(2):
        alone = made.of_label(place)
        np.testing.assert_array_equal(within[:, place], f1_state(alone, matches(alone)))
        same = exact(alone, matches(alone))
        np.testing.assert_array_equal(exactly[:, place], f1_state(alone, same))


@pytest.mark.parametrize(
    ("people", "exactly", "loose"),
    [
        ([[Span(0, 5)], [Span(0, 5)]], 1.0, 1.0),
        ([[Span(0, 5)], [Span(0, 5, "y")]], 0.0, 1.0),
        ([[Span(0, 5)], [Span(1, 5)]], 0.0, 1.0),
        ([[Span(0, 5)], [Span(5, 9)]], 0.0, 0.0),
        ([[Span(0, 5)], []], 0.0, 0.0),
        ([[Span(0, 5)], [Span(0, 5)], []], 0.5, 0.5),
        ([[Span(0, 5)], [Span(0, 5)], None], 1.0, 1.0),
        ([[], []], np.nan, np.nan),
    ],
)
def test_f1_by_hand(people, exactly, loose):
    """Small cases worked out by hand; a silent annotator counts, an absent one does not."""
    made = marks([people], "xy")
    found = matches(made)
    for value, state in (
        (exactly, f1_state(made, exact(made, found))),
        (loose, f1_state(made, found)),
    ):
        assert float(Share()(state.sum(axis=0))) == pytest.approx(value, nan_ok=True)
