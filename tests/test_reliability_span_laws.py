"""Twelve laws of span agreement, each named after the failure it prevents.

Every law is tried on a thousand random studies. Each of the failures is known from a tool that
people use.
"""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marked_texts import LENGTH, lone_marks, marks, numbers, same, studies, sums
from small_studies import SCHEMA, TEXT, spans, tables, visits

from annotate.reliability.evidence.gather import gather
from annotate.reliability.spans.disagreement import EDGE, PRESENCE, kinds, kinds_state
from annotate.reliability.spans.f1 import exact, f1_state
from annotate.reliability.spans.matching import matches
from annotate.reliability.spans.measures import headline, span_measures

law = settings(deadline=None, max_examples=1000)
small = studies("xy", articles=2, spans=6)
labelled = studies("xyz", articles=2, spans=8)
NAMES = ["first", "second", "third", "fourth"]
F1S = ("overlap F1", "exact F1")


def made(articles, labels="xy"):
    """Make marks on texts of 14 characters."""
    return marks(articles, labels, LENGTH)


@law
@given(studies("xy", spans=9))
def test_exact_matching_never_beats_overlap(articles):
    """Greedy matching can tear identical spans apart; then exact F1 exceeds overlap F1."""
    study = made(articles)
    found = matches(study)
    exactly, loose = f1_state(study, exact(study, found)), f1_state(study, found)
    assert (exactly[:, 0] <= loose[:, 0]).all()
    assert (loose[:, 0] <= loose[:, 1]).all()
    np.testing.assert_array_equal(exactly[:, 1], loose[:, 1])


@law
@given(small, st.integers(0, 999))
def test_the_order_of_spans_is_irrelevant(articles, seed):
    """Greedy matching depends on it."""
    study = made(articles)
    rows = np.random.default_rng(seed).permutation(len(study.start))
    columns = ("article", "annotator", "label", "start", "end")
    shuffled = replace(study, **{name: getattr(study, name)[rows] for name in columns})
    same(sums(study), sums(shuffled))


@law
@given(small)
def test_a_nested_label_that_all_add_never_lowers_the_outer_one(articles):
    """Overlapping labels on one continuum push each other out."""
    study, nested = made(articles, "xyn"), []
    for people in articles:
        marked = [span for own in people for span in own or () if span[2] == "x"]
        added = [(s, max(e - 1, s + 1), "n") for s, e, _ in marked[:1]]
        nested.append([own if own is None else own + added for own in people])
    before, after = numbers(study), numbers(made(nested, "xyn"))
    for measure in ("|u-alpha, this label alone", *F1S):
        assert after["x", measure] == pytest.approx(before["x", measure], nan_ok=True)
        assert after["n", measure][0] == 1.0 or not after["n", measure][3]


WORDS = "radical   “regime”,  again ...  (so-called)  aid "
LIMITS = [(0, 7), (11, 17), (21, 26), (33, 42), (45, 48)]


def widened(limits, left, right):
    """Move limits outwards over white space and punctuation."""
    start, end = limits
    before = len(WORDS[:start]) - len(WORDS[:start].rstrip(" “”,.()"))
    after = len(WORDS[end:]) - len(WORDS[end:].lstrip(" “”,.()"))
    return start - min(left, before), end + min(right, after)


@law
@given(st.integers(1, 31), st.binary(min_size=20, max_size=20))
def test_white_space_is_no_boundary(chosen, moves):
    """A blank or a quotation mark more is no other phrase."""
    words = [place for place in range(5) if chosen >> place & 1]
    people = [
        [
            widened(LIMITS[word], moves[4 * word + p] % 9, moves[4 * word + p + 2] % 9)
            for word in words
        ]
        for p in (0, 1)
    ]
    study = marks([people], lengths=len(WORDS), texts={"a0": WORDS})
    found = matches(study)
    assert len(found.first) == len(words)
    assert set(kinds(study, found).kind.tolist()) <= {EDGE}


@law
@given(studies("xy", people=1, articles=4))
def test_disjoint_documents_are_undefined(alone):
    """Annotators who share no article do not agree, least of all perfectly."""
    articles = [
        [own if person == number else None for person in range(len(alone))]
        for number, (own,) in enumerate(alone)
    ]
    for measured in span_measures(made(articles)):
        assert np.isnan(measured.coefficient(measured.tally.total))
        assert measured.undefined == "undefined: no article was seen by two annotators"
        assert (measured.units, measured.annotators, measured.labels) == (0, 0, 0)


@law
@given(studies("xy", people=1, apart=True), st.integers(0, 26))
def test_one_of_three_who_marks_is_no_agreement(lone, who):
    """Where silent annotators are dropped, the one who marks agrees perfectly with nobody."""
    articles = [
        [own or [] if person == who // 3**number % 3 else [] for person in range(3)]
        for number, (own,) in enumerate(lone)
    ]
    study = made(articles)
    found = numbers(study)
    for measure in ("|u-alpha", "u-alpha", *F1S):
        assert np.isnan(found["", measure][0]) == (not len(study.start))
        assert not found["", measure][0] > 0.5


@law
@given(small)
def test_an_unused_label_is_a_count_of_zero(articles):
    """It breaks nothing, has its rows, and moves no other figure."""
    with_unused, without = numbers(made(articles, "xyu")), numbers(made(articles, "xy"))
    unused = {key: value for key, value in with_unused.items() if key[0] == "u"}
    assert len(unused) == 4
    for value, units, _, labels in unused.values():
        assert np.isnan(value)
        assert (units, labels) == (without["", "|u-alpha"][1], 0)
    same({key: value for key, value in with_unused.items() if key not in unused}, without)


@law
@given(small, st.sampled_from(list(permutations(range(3)))))
def test_annotators_may_change_places(articles, order):
    """F1 against a "gold" annotator would not stand it."""
    turned = [[people[place] for place in order] for people in articles]
    same(sums(made(articles)), sums(made(turned)))


many = studies("xy", people=2, articles=40, spans=120)


@settings(deadline=None, max_examples=60)
@given(many, many)
def test_duplicate_submissions_collapse(final, earlier):
    """Who submits twice does not agree with themselves; the latest submission counts.

    Each run has up to 40 articles, some 20 on average, so that a thousand are tried.
    """
    seen, marked = submitted(final)
    twice = [turn for turn in submitted(earlier)[0] if turn in set(seen)]
    replaced = [span for span in submitted(earlier)[1] if (*span[:2], "submitted") in set(twice)]
    before = spans(*replaced)
    before["visit_id"] = before["visit_id"].str.replace("main", "again")
    before["round"], before["span_id"] = "again", before["span_id"] + "-before"
    again = [(*turn, "again") for turn in twice]
    once = tables(visits(*seen), marked=spans(*marked))
    both = tables(
        visits(*seen, *again, again="2025-01-01"),
        marked=pd.concat([before, spans(*marked)], ignore_index=True),
    )
    same(gathered(once), gathered(both))


def submitted(articles):
    """Give visits and spans as rows of tables."""
    names = {"x": "Loaded", "y": "Cue"}
    turns = [
        (f"a{number}", person, own)
        for number, people in enumerate(articles)
        for person, own in zip("pq", people, strict=True)
        if own is not None
    ]
    marked = [(a, p, names[k], s, e) for a, p, own in turns for s, e, k in own]
    return [(a, p, "submitted") for a, p, _ in turns], marked


def gathered(study):
    """Give the sums of a group of a study, by article."""
    found = gather(study, SCHEMA, {f"a{number}": TEXT for number in range(40)}).marked[0].marks
    return {
        (m.label, m.measure): (*m.tally.rows.ravel(), m.units, m.annotators, m.labels)
        for m in span_measures(found)
    }


@law
@given(small)
def test_an_empty_vote_counts(articles):
    """A silent reader more: every span in the article is one more disagreement of presence."""
    louder = made([[*people, None] for people in articles])
    quieter = made([[*people, []] for people in articles])
    before, after = (
        kinds_state(study, kinds(study, matches(study)))[:, PRESENCE] for study in (louder, quieter)
    )
    marked = np.bincount(louder.article, minlength=len(articles))
    shared = louder.readers > 0
    np.testing.assert_array_equal(after - before, marked * shared)
    for find in (lambda _, found: found, exact):
        few, all_ = (f1_state(study, find(study, matches(study))) for study in (louder, quieter))
        np.testing.assert_array_equal(few[:, 0], all_[:, 0])  # no span finds a counterpart more
        np.testing.assert_array_equal(few[:, 1] + marked * shared, all_[:, 1])
    rows = headline(quieter).tally.rows
    np.testing.assert_array_equal(rows[:, 0], quieter.readers[quieter.readers > 1] * LENGTH)


@law
@given(labelled, st.sampled_from(list(permutations(range(4)))))
def test_labels_by_any_name(articles, order):
    """Neither names of labels nor their order in the scheme carry weight."""
    name = dict(zip(("x", "y", "z", "unused"), (NAMES[place] for place in order), strict=True))
    renamed = [
        [own and [(s, e, name[k]) for s, e, k in own] for own in people] for people in articles
    ]
    back = {new: old for old, new in name.items()} | {"": ""}
    found = numbers(made(renamed, NAMES))
    before = numbers(made(articles, ["x", "y", "z", "unused"]))
    same(before, {(back[label], measure): value for (label, measure), value in found.items()})


@law
@given(small, st.integers(0, 2), st.integers(0, 11))
def test_an_article_that_one_annotator_saw_changes_nothing(articles, who, start):
    """Nobody is there to agree or to disagree with."""
    alone = [(start, start + 2, "x"), (start + 1, LENGTH, "y")]
    lone = [alone if person == who else None for person in range(3)]
    same(sums(made(articles)), sums(made([*articles, lone])))


def test_twenty_articles_and_three_annotators():
    """.157 on 20 of 20 articles; those who drop the silent find 1.00 on 4."""
    study = lone_marks()
    where = headline(study)
    assert float(where.coefficient(where.tally.total)) == pytest.approx(0.157, abs=5e-4)
    assert (where.units, where.annotators, where.labels) == (20, 3, 24)
