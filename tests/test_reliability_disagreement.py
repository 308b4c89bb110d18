"""Every disagreement of two annotators is of one kind: presence, boundary or label."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from marked_texts import LENGTH, marks, prose, studies

from annotate.reliability.spans.disagreement import (
    BOUNDARY,
    EDGE,
    KINDS,
    LABEL,
    PRESENCE,
    kinds,
    kinds_state,
)
from annotate.reliability.spans.f1 import exact
from annotate.reliability.spans.matching import matches

TEXT = 'He said: "the regime", again.'


def split(made):
    """Name every disagreement."""
    return kinds(made, matches(made))


def counted(made):
    """Count them by kind."""
    return kinds_state(made, split(made)).sum(axis=0).tolist()


def kind_of(one, other, texts=None):
    """Give the kind of the disagreement about two spans of two annotators; None without one."""
    made = marks([[[one], [other]]], "xy", 29, texts={"a0": TEXT} if texts is None else texts)
    found = split(made).kind
    return int(found[0]) if len(found) else None


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ((10, 20), (10, 20), None),
        ((10, 20), (10, 20, "y"), LABEL),
        ((10, 20), (10, 19, "y"), LABEL),
        ((10, 20), (10, 17), BOUNDARY),
        ((10, 20), (9, 20), EDGE),  # a quotation mark
        ((10, 20), (8, 23), EDGE),  # white space, quotation marks, comma
        ((9, 20), (10, 21), EDGE),
        ((10, 20), (7, 20), EDGE),
        ((10, 20), (6, 20), BOUNDARY),  # a letter
        ((10, 20), (10, 24), BOUNDARY),
        ((21, 23), (22, 23), EDGE),  # nothing but punctuation
    ],
)
def test_kinds_by_hand(one, other, kind):
    """What one marked and the other did not decides between a boundary and its white space."""
    assert TEXT[10:20] == "the regime"
    assert kind_of(one, other) == kind_of(other, one) == kind


def test_letters_of_any_script_count():
    """An accent, a Cyrillic letter, a digit and an ideograph are no punctuation."""
    for letter in "éж4記":
        assert kind_of((0, 3), (0, 4), {"a0": f"abc{letter}" + " " * 25}) == BOUNDARY
    for mark in " \u00a0\u2009\n’»…—\u200b":
        assert kind_of((0, 3), (0, 4), {"a0": f"abc{mark}" + " " * 25}) == EDGE


def test_presence_names_who_marked_nothing():
    """A span without a counterpart is one disagreement with each other reader, silent or not."""
    made = marks([[[(0, 5)], [(3, 9)], [], None]])
    found = split(made)
    lone = found.kind == PRESENCE
    assert sorted(zip(found.first[lone].tolist(), found.other[lone].tolist(), strict=True)) == [
        (0, 2),
        (1, 2),
    ]
    assert (found.second[lone] == -1).all()
    assert found.first[~lone].tolist() == [0]
    assert found.second[~lone].tolist() == found.other[~lone].tolist() == [1]


def test_unknown_texts_stay_boundaries():
    """Without the text nobody knows what lies between two limits; they are counted."""
    made = marks([[[(9, 20)], [(10, 20)]]] * 3, lengths=29, texts={"a1": TEXT})
    assert split(made).unread == 2
    assert counted(made) == [0, 2, 1, 0]
    assert split(marks([[[(9, 20)], [(10, 20)]]])).unread == 1


def test_a_lone_reader_disagrees_with_nobody():
    """Articles that one annotator saw have no disagreement."""
    assert counted(marks([[[(0, 5)], None], [None, [(0, 5)]]])) == [0] * len(KINDS)


@settings(deadline=None, max_examples=300)
@given(studies("xy", people=4, spans=12))
def test_every_span_is_accounted_for(articles):
    """Of all pairs of annotators, each span agrees, is in one matched pair, or is alone."""
    text = prose(LENGTH)[:4] + " - " + prose(LENGTH)[:7]
    made = marks(articles, "xy", LENGTH, texts={f"a{n}": text for n in range(len(articles))})
    found = matches(made)
    presence, boundary, edge, label = counted(made)
    agreed = len(exact(made, found).first)
    sides = sum(
        len(a) + len(b)
        for people in articles
        for a, b in combinations([own for own in people if own is not None], 2)
    )
    assert presence + 2 * (boundary + edge + label + agreed) == sides
    names = Counter(split(made).kind.tolist())
    assert [names[kind] for kind in range(4)] == [presence, boundary, edge, label]


@settings(deadline=None, max_examples=200)
@given(studies("xy", people=3, spans=10))
def test_kinds_by_brute_force(articles):
    """One disagreement at a time, by its own definition."""
    text = "ab, cd (ef) gh"
    made = marks(articles, "xy", LENGTH, texts={f"a{n}": text for n in range(len(articles))})
    found = split(made)
    rows = zip(found.first, found.second, found.other, found.kind, strict=True)
    for first, second, other, kind in rows:
        assert other != made.annotator[first]
        if kind == PRESENCE:
            assert second == -1
            continue
        assert other == made.annotator[second]
        assert (made.label[first] != made.label[second]) == (kind == LABEL)
        ours, theirs = (set(range(made.start[p], made.end[p])) for p in (first, second))
        if kind != LABEL:
            assert ours != theirs
            bare = not any(text[place].isalnum() for place in ours ^ theirs)
            assert bare == (kind == EDGE)
    pairs = list(zip(found.first.tolist(), found.other.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)


def test_counts_lie_in_their_articles():
    """The state has one row for each article."""
    made = marks([[[(0, 5)], []], [[(0, 5)], [(0, 5, "y")]], [[], []]], "xy")
    rows = kinds_state(made, split(made))
    np.testing.assert_array_equal(rows, [[1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]])
