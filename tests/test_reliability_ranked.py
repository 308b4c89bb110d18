"""What is ranked without words is what the cases say once they are told."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from test_reliability_triage import asked, evidence, group, marked, marks

from annotate.reliability.evidence.gathered import Evidence
from annotate.reliability.spans.disagreement import KINDS
from annotate.reliability.triage import CASE_KINDS, ranked, triage

_ALL = 10_000


def _tells_the_same(gathered):
    """Tell every case and compare it with what was known of it before."""
    found = ranked(gathered)
    told = [found.tell(place) for place in range(len(found))]
    assert [case.kind for case in told] == found.kind.tolist()
    assert [case.question for case in told] == found.question.tolist()
    assert [case.article for case in told] == found.article.tolist()
    assert [case.quote for case in told] == found.quote.tolist()
    assert [case.rise for case in told] == pytest.approx(found.rise.tolist(), abs=0)
    for case, row in zip(told, found.disagreement, strict=True):
        assert case.disagreement == tuple(np.array(KINDS)[row])
    for annotator in gathered.annotators:
        involved = [annotator in dict(case.said) for case in told]
        assert found.involving(annotator).tolist() == involved
    assert not found.involving("nobody").any()
    return told


@settings(deadline=None, max_examples=150)
@given(asked())
def test_cases_about_answers_are_told_as_they_were_ranked(said):
    """Kind, question, article, rise and who is involved are those of the case."""
    told = _tells_the_same(evidence([said]))
    assert {case.kind for case in told} <= {"article", "labels"}


@settings(deadline=None, max_examples=150)
@given(marked())
def test_phrases_and_labels_are_told_as_they_were_ranked(drawn):
    """So are the words of a phrase and the kind of disagreement."""
    _tells_the_same(evidence(marked=[drawn]))


@settings(deadline=None, max_examples=60)
@given(asked(), marked())
def test_the_first_of_each_kind_are_those_of_triage(said, drawn):
    """The order is one order: by falling rise, within each kind that of `triage`."""
    gathered = evidence([said], marked=[drawn])
    found = ranked(gathered)
    assert (np.diff(found.rise) <= 1e-12).all()
    assert (found.rise > 0).all()
    for limit in (1, 3, _ALL):
        told = [
            found.tell(place)
            for kind in CASE_KINDS
            for place in np.flatnonzero(found.kind == kind)[:limit].tolist()
        ]
        assert triage(gathered, limit) == sorted(told, key=lambda case: -case.rise)


def test_nothing_to_rank_is_no_trouble():
    """No question, no votes, no annotators: an empty order that answers every filter."""
    found = ranked(Evidence((), ()))
    assert (len(found), len(found.kind), len(found.quote)) == (0, 0, 0)
    assert found.disagreement.shape == (0, 4)
    assert found.involving("ada").tolist() == []


def test_a_group_without_texts_has_no_words_to_search():
    """Where the text is not known, a phrase is a case all the same."""
    made = marks([(0, 0), (0, 1), (1, 0), (1, 1)],
                 [(0, 0, 0, 0, 9), (1, 0, 0, 0, 5), (1, 1, 0, 0, 5)], ("Loaded",))  # fmt: skip
    found = ranked(evidence(marked=[group(replace(made, texts={}))]))
    assert found.kind.tolist() == ["phrase"]
    assert found.quote.tolist() == [""]
