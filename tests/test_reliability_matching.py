"""Matching is the best there is, and the F1 that follows is symmetric."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotate.reliability.inference.intervals import Share
from annotate.reliability.spans.matching import Span, exact_state, match_spans, overlap_state

spans = st.lists(
    st.builds(
        lambda start, size, label: Span(start, start + size, label),
        st.integers(0, 12),
        st.integers(1, 8),
        st.sampled_from("ab"),
    ),
    max_size=4,
)


def overlap(a, b):
    """Count the characters two spans share."""
    return len(set(range(a.start, a.end)) & set(range(b.start, b.end)))


def all_matchings(ours, theirs):
    """Give every one-to-one matching of spans that overlap."""
    for size in range(min(len(ours), len(theirs)) + 1):
        for left in combinations(range(len(ours)), size):
            for right in permutations(range(len(theirs)), size):
                pairs = [*zip(left, right, strict=True)]
                if all(overlap(ours[i], theirs[j]) for i, j in pairs):
                    yield pairs


def total(pairs, ours, theirs):
    """Give the overlap of a matching."""
    return sum(overlap(ours[i], theirs[j]) for i, j in pairs)


def f1(state):
    """Give F1 of a state."""
    return float(Share()(state))


@settings(deadline=None, max_examples=150)
@given(spans, spans)
def test_total_overlap_is_the_largest(ours, theirs):
    """No one-to-one matching shares more characters."""
    found = match_spans(ours, theirs)
    assert len({i for i, _ in found}) == len({j for _, j in found}) == len(found)
    assert all(overlap(ours[i], theirs[j]) for i, j in found)
    best = max(total(pairs, ours, theirs) for pairs in all_matchings(ours, theirs))
    assert total(found, ours, theirs) == best


def test_of_equal_totals_the_most_pairs():
    """4 + 0 shared characters in one pair, or 2 + 2 in two: two."""
    ours = [Span(0, 6, "a"), Span(6, 12, "a")]
    theirs = [Span(2, 8, "a"), Span(-5, 2, "a")]
    for left in permutations(ours):
        for right in permutations(theirs):
            assert len(match_spans(left, right)) == len(match_spans(right, left)) == 2


def test_same_label_breaks_ties():
    """Of two halves of a span the one with its label is its counterpart."""
    whole, first, second = Span(0, 10, "a"), Span(0, 5, "b"), Span(5, 10, "a")
    assert match_spans([whole], [first, second]) == [(0, 1)]
    assert match_spans([second, first], [whole]) == [(0, 0)]


def test_identical_spans_are_paired():
    """What has the same limits is never torn apart, with its own label first."""
    ours = [Span(0, 4, "a"), Span(0, 4, "b")]
    theirs = [Span(0, 4, "b"), Span(0, 9, "a"), Span(0, 4, "a")]
    assert match_spans(ours, theirs) == [(0, 2), (1, 0)]
    # Two pairs would share as many characters, and tear the identical ones apart.
    ours, theirs = [Span(0, 10, "a"), Span(5, 10, "a")], [Span(0, 5, "a"), Span(0, 10, "a")]
    assert match_spans(ours, theirs) == [(0, 1)]


@settings(deadline=None, max_examples=200)
@given(spans, spans, st.randoms(use_true_random=False))
@example(
    [Span(7, 12, "a"), Span(0, 1, "a"), Span(1, 8, "a"), Span(11, 12, "a")],
    [Span(5, 9, "a"), Span(11, 17, "a"), Span(11, 13, "a"), Span(3, 7, "a")],
    None,
)
@example([Span(0, 6, "a"), Span(6, 12, "a")], [Span(2, 8, "a"), Span(0, 2, "a")], None)
def test_pairs_do_not_depend_on_order(ours, theirs, random):
    """Swapping the annotators or shuffling their spans pairs the same spans."""
    left, right = list(ours), list(theirs)
    if random is None:
        left.reverse()
    else:
        random.shuffle(left)
        random.shuffle(right)
    pairs = sorted((ours[i], theirs[j]) for i, j in match_spans(ours, theirs))
    assert sorted((left[i], right[j]) for i, j in match_spans(left, right)) == pairs
    assert sorted((left[i], right[j]) for j, i in match_spans(right, left)) == pairs


@settings(deadline=None)
@given(st.lists(spans, max_size=4))
def test_exact_by_brute_force_and_below_overlap(people):
    """Exact F1 counts equal spans, each once, and never exceeds overlap F1."""
    hits = size = 0
    for a, b in combinations(people, 2):
        size += len(a) + len(b)
        hits += 2 * max(sum(a[i] == b[j] for i, j in pairs) for pairs in all_matchings(a, b))
    exact, loose = exact_state(people), overlap_state(people)
    np.testing.assert_array_equal(exact, [hits, size])
    assert exact[1] == loose[1]
    assert exact[0] <= loose[0] <= size


@settings(deadline=None)
@given(st.lists(spans, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_annotators_and_labels_by_any_name(people, random):
    """Permuting annotators and renaming labels leaves both scores as they were."""
    renamed = [
        [span._replace(label={"a": "z", "b": "c"}[span.label]) for span in own]
        for own in random.sample(people, len(people))
    ]
    np.testing.assert_array_equal(exact_state(people), exact_state(renamed))
    np.testing.assert_array_equal(overlap_state(people), overlap_state(renamed))


@pytest.mark.parametrize(
    ("people", "exact", "loose"),
    [
        ([[Span(0, 5, "a")], [Span(0, 5, "a")]], 1.0, 1.0),
        ([[Span(0, 5, "a")], [Span(0, 5, "b")]], 0.0, 1.0),
        ([[Span(0, 5, "a")], [Span(1, 5, "a")]], 0.0, 1.0),
        ([[Span(0, 5, "a")], [Span(5, 9, "a")]], 0.0, 0.0),
        ([[Span(0, 5, "a")], []], 0.0, 0.0),
        ([[Span(0, 5, "a")] * 2, [Span(0, 5, "a")]], 2 / 3, 2 / 3),
        ([[Span(0, 5, "a")], [Span(0, 5, "a")], []], 0.5, 0.5),
    ],
)
def test_f1_by_hand(people, exact, loose):
    """Small cases worked out by hand; a silent annotator counts."""
    assert f1(exact_state(people)) == pytest.approx(exact)
    assert f1(overlap_state(people)) == pytest.approx(loose)


def test_nothing_marked_is_undefined():
    """Without a span there is no F1."""
    assert np.isnan(f1(exact_state([[], []])))
    assert np.isnan(f1(overlap_state([[], []])))
