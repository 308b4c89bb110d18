"""Consensus spans against hand-made answers, brute force and simulated readers."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.consensus.continuum import stretches_of
from annotate.consensus.spans import consensus_spans
from annotate.reliability.evidence.marks import Marks


def marks_of(saw, spans, lengths, people=3):
    """Make marks of (article, annotator) and (article, annotator, start, end)."""
    seen = np.array(saw, dtype=np.int64).reshape(-1, 2)
    rows = np.array(spans, dtype=np.int64).reshape(-1, 4)
    return Marks(
        saw_article=seen[:, 0],
        saw_annotator=seen[:, 1],
        article=rows[:, 0],
        annotator=rows[:, 1],
        label=np.zeros(len(rows), dtype=np.int64),
        start=rows[:, 2],
        end=rows[:, 3],
        length=np.array(lengths, dtype=np.int64),
        articles=tuple(f"a{n}" for n in range(len(lengths))),
        annotators=tuple(f"p{n}" for n in range(people)),
        labels=("loaded",),
        span_ids=(),
        texts={},
    )


EVERYBODY = [(0, 0), (0, 1), (0, 2)]


def test_two_of_three_make_a_consensus():
    found = consensus_spans(
        marks_of(EVERYBODY, [(0, 0, 2, 8), (0, 1, 4, 10), (0, 2, 20, 22)], [30])
    )
    assert (found.start.tolist(), found.end.tolist()) == ([4], [8])
    assert found.support == pytest.approx([2 / 3])
    assert (found.marked_by.tolist(), found.readers.tolist()) == ([2], [3])
    assert not found.tied.any()


def test_the_silent_reader_counts():
    spans = [(0, 0, 2, 8), (0, 1, 2, 8)]
    alone = consensus_spans(marks_of(EVERYBODY[:2], spans, [30]))
    assert (alone.support.tolist(), alone.readers.tolist()) == ([1.0], [2])
    among = consensus_spans(marks_of(EVERYBODY, spans, [30]))
    assert (among.support == pytest.approx([2 / 3]), among.readers.tolist()) == (True, [3])


def test_one_of_two_is_a_tie_and_no_consensus():
    found = consensus_spans(marks_of(EVERYBODY[:2], [(0, 0, 2, 8), (0, 1, 4, 6)], [30]))
    assert list(zip(found.start, found.end, found.tied, strict=True)) == [
        (2, 4, True),
        (4, 6, False),
        (6, 8, True),
    ]


def test_support_is_a_mean_over_characters_and_the_least_is_told():
    found = consensus_spans(marks_of(EVERYBODY, [(0, 0, 0, 10), (0, 1, 0, 10), (0, 2, 0, 5)], [10]))
    assert found.support == pytest.approx([(5 * 1 + 5 * 2 / 3) / 10])
    assert found.least == pytest.approx([2 / 3])


def test_texts_that_lie_beside_each_other_do_not_run_together():
    saw = [(0, 0), (1, 0)]
    found = consensus_spans(marks_of(saw, [(0, 0, 5, 10), (1, 0, 0, 5)], [10, 10]))
    assert list(zip(found.article, found.start, found.end, strict=True)) == [(0, 5, 10), (1, 0, 5)]


@st.composite
def _marks(draw):
    lengths = draw(st.lists(st.integers(1, 12), min_size=1, max_size=3))
    saw = draw(st.sets(st.tuples(st.integers(0, len(lengths) - 1), st.integers(0, 2)), min_size=1))
    spans = set()
    for article, person in sorted(saw):
        for _ in range(draw(st.integers(0, 2))):
            start = draw(st.integers(0, lengths[article] - 1))
            spans.add((article, person, start, draw(st.integers(start + 1, lengths[article]))))
    return marks_of(sorted(saw), sorted(spans), lengths)


@settings(max_examples=200, deadline=None)
@given(_marks())
def test_every_character_is_where_a_count_puts_it(marks):
    """Brute force: more than half of the readers of a character, or exactly half."""
    inside = {}
    for article, person, start, end in zip(
        marks.article, marks.annotator, marks.start, marks.end, strict=True
    ):
        for place in range(start, end):
            inside.setdefault((article, place), set()).add(person)
    expected = {
        key: 2 * len(who) == marks.readers[key[0]]
        for key, who in inside.items()
        if 2 * len(who) >= marks.readers[key[0]]
    }
    found = consensus_spans(marks)
    spans = list(zip(found.article, found.start, found.end, found.tied, strict=True))
    assert {(a, c): t for a, start, end, t in spans for c in range(start, end)} == expected
    for (a, _, end, t), (b, start, _, u) in pairwise(spans):
        assert a < b or end < start or (end == start and t != u)


@settings(max_examples=100, deadline=None)
@given(_marks())
def test_stretches_cover_every_text_that_was_read(marks):
    found = stretches_of(marks)
    for article in set(marks.saw_article.tolist()):
        own = found.article == article
        assert found.length[own].sum() == marks.length[article]
        assert found.start[own][0] == 0
        assert (found.start[own][1:] == found.end[own][:-1]).all()
    assert set(found.article.tolist()) == set(marks.saw_article.tolist())


def simulated(articles=60, skills=((0.9, 0.02), (0.9, 0.02), (0.3, 0.3), (0.3, 0.3), (0.25, 0.3))):
    """Make up phrases of ten characters, and readers who find them, or mark others."""
    random = np.random.default_rng(5)
    saw, spans, truth = [], [], np.zeros((articles, 200), dtype=bool)
    for article in range(articles):
        true = random.random(20) < 0.3
        truth[article] = np.repeat(true, 10)
        for person, (finds, invents) in enumerate(skills):
            saw.append((article, person))
            marked = random.random(20) < np.where(true, finds, invents)
            spans += [(article, person, 10 * n, 10 * n + 10) for n in np.flatnonzero(marked)]
    return marks_of(saw, spans, [200] * articles, len(skills)), truth


def characters(found, truth):
    """Lay spans out as characters."""
    inside = np.zeros_like(truth)
    for article, start, end, tied in zip(
        found.article, found.start, found.end, found.tied, strict=True
    ):
        inside[article, start:end] |= not tied
    return inside


def f1(found, truth):
    inside = characters(found, truth)
    return 2 * (inside & truth).sum() / (inside.sum() + truth.sum())


def test_weighing_reliability_finds_more_of_what_is_true():
    marks, truth = simulated()
    plain, weighted = consensus_spans(marks), consensus_spans(marks, "weighted")
    assert weighted.why_not == ""
    assert f1(weighted, truth) > f1(plain, truth) + 0.1


def test_with_few_readers_there_is_no_weighted_consensus():
    marks, _ = simulated(articles=30, skills=((0.9, 0.02), (0.9, 0.02)))
    found = consensus_spans(marks, "weighted")
    assert found.why_not == "most items have fewer than 3 labels"
    assert len(found.start) == 0
    nothing = consensus_spans(marks_of(EVERYBODY, [], [30]), "weighted")
    assert nothing.why_not == "nobody marked it"
