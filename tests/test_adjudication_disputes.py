"""What is in dispute, found again by looking at every pair of annotators."""

from collections import defaultdict
from itertools import combinations

import pytest
from small_studies import SCHEMA, genres, random_study

from annotate.adjudication.disputes import disputes
from annotate.reliability.evidence.gather import gather
from annotate.reliability.triage import gains, triage


def by_hand(evidence):
    """Compare every two annotators on every article."""
    found = defaultdict(set)
    for asked in evidence.asked:
        for ratings in filter(None, (asked.ratings, asked.absence)):
            votes = defaultdict(dict)
            for unit, who, value in zip(
                ratings.unit, ratings.annotator, ratings.value, strict=True
            ):
                votes[evidence.articles[ratings.article[unit]]][who] = value
            for article, said in votes.items():
                if any(one != other for one, other in combinations(said.values(), 2)):
                    found[article].add(asked.question.name)
    for marked in evidence.marked:
        marks = marked.marks
        seen = {(a, p): set() for a, p in zip(marks.saw_article, marks.saw_annotator, strict=True)}
        rows = zip(marks.article, marks.annotator, marks.start, marks.end, marks.label, strict=True)
        for article, who, *span in rows:
            seen[article, who].add(tuple(map(int, span)))
        for (one, two), (other, three) in combinations(seen, 2):
            if one == other and seen[one, two] != seen[other, three]:
                found[evidence.articles[one]].add(marked.group)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_every_disagreement_is_found_and_nothing_else(seed):
    made, texts = random_study(seed)
    evidence = gather(made, SCHEMA, texts)
    of_spans = {question.name for question in SCHEMA.region_questions}
    found = {
        each.article: {*(set(each.questions) - of_spans), *each.groups}
        for each in disputes(evidence)
    }

    assert {article: said for article, said in found.items() if said} == by_hand(evidence)
    for each in disputes(evidence):
        order = [q.name for q in SCHEMA.document_questions]
        own = [name for name in each.questions if name in order]
        assert own == [name for name in order if name in own]


@pytest.mark.parametrize("seed", range(4))
def test_gains_are_the_sums_of_what_triage_lists(seed):
    made, texts = random_study(seed)
    evidence = gather(made, SCHEMA, texts)
    sums = defaultdict(float)
    for case in triage(evidence, limit=10_000):
        if case.article:
            sums[case.article] += case.rise

    assert gains(evidence) == pytest.approx(dict(sums))
    listed = disputes(evidence)
    assert [each.gain for each in listed] == sorted((each.gain for each in listed), reverse=True)
    assert {each.article: each.gain for each in listed if each.gain} == gains(evidence)


def test_a_disagreement_without_a_figure_is_one_all_the_same():
    """Where alpha is undefined nothing can rise, and there may be something to decide."""
    evidence = gather(genres(("report", "opinion")), SCHEMA, {"a": "x" * 40})
    (each,) = disputes(evidence)

    assert (each.article, each.questions, each.groups) == ("a", ("genre",), ())


def test_agreement_is_no_dispute():
    texts = dict.fromkeys("ab", "x" * 40)
    assert disputes(gather(genres(("report", "report"), ("opinion",) * 2), SCHEMA, texts)) == []
