"""Who said what where somebody else said what."""

import json
from itertools import combinations

import numpy as np
import pytest
from small_studies import (
    SCHEMA,
    TEXTS,
    answers,
    genres,
    random_study,
    said_of_spans,
    spans,
    tables,
    visits,
)

from annotate.reliability import confusion, gather
from annotate.reliability.confusion import NOT_MARKED
from annotate.reliability.spans.matching import matches
from annotate.tables import Tables


def confusions(made, texts=TEXTS):
    """Name the confusions of a study."""
    return {each.question: each for each in confusion(gather(made, SCHEMA, texts))}


def cell(found, first, second):
    """Give one cell of the matrix by the names of its values."""
    return found.matrix[found.values.index(first)][found.values.index(second)]


def test_two_annotators_differ_on_one_article_of_three():
    """Each unit weighs as many votes as it has, half of them on either side of the diagonal."""
    found = confusions(genres(("report", "report"), ("opinion", "report"), ("opinion", "opinion")))
    genre = found["genre"]
    assert genre.values == ("report", "opinion")
    assert genre.matrix == ((2.0, 1.0), (1.0, 2.0))
    (pair,) = genre.pairs
    assert (pair.first, pair.second, pair.times, pair.share) == ("report", "opinion", 1.0, 1.0)
    assert pair.ratio == pytest.approx(1 / (3 * 3 / 5))


def test_not_present_is_confused_with_what_was_rated():
    """The value that is scored by itself stands beside the others here."""
    made = genres(*[("report", "report")] * 3)
    votes = zip("aabbcc", "pqpqpq", ["not_present", "0", "1", "1", "0", "0"], strict=True)
    found = confusions(tables(made.visits, answers(*[(a, p, "stance", v) for a, p, v in votes])))
    stance = found["stance"]
    assert stance.values == ("-1", "0", "1", "not_present")
    assert cell(stance, "not_present", "0") == cell(stance, "0", "not_present") == 1.0
    assert cell(stance, "1", "1") == cell(stance, "0", "0") == 2.0
    assert [(pair.first, pair.second) for pair in stance.pairs] == [("0", "not_present")]


def test_spans_match_or_stand_alone():
    """One phrase with two labels, one that a single annotator of three marked."""
    seen = visits(*[("a", person, "submitted") for person in "pqr"])
    marked = spans(
        ("a", "p", "Loaded", 0, 5), ("a", "q", "Cue", 1, 5), ("a", "r", "Loaded", 0, 4),
        ("a", "p", "Loaded", 20, 30),
    )  # fmt: skip
    loaded = confusions(tables(seen, marked=marked))["loaded"]
    assert loaded.values == ("Loaded", "Cue", NOT_MARKED)
    # Each span weighs one, shared out over the two others who read the article.
    assert cell(loaded, "Loaded", "Cue") == 1.0
    assert cell(loaded, "Loaded", "Loaded") == 1.0
    assert cell(loaded, "Loaded", NOT_MARKED) == 1.0
    assert cell(loaded, "Cue", NOT_MARKED) == 0.0
    assert {(pair.first, pair.second): pair.share for pair in loaded.pairs} == {
        ("Loaded", "Cue"): 0.5,
        ("Loaded", NOT_MARKED): 0.5,
    }
    assert all(np.isnan(pair.ratio) for pair in loaded.pairs if pair.second == NOT_MARKED)


def test_what_is_said_of_matched_spans():
    """Better against worse, and nobody better or worse, on phrases that two marked."""
    made = genres(*[("report", "report")] * 2)
    marked = spans(*[(a, p, "Loaded", 3, 9) for a in "ab" for p in "pq"])
    said = said_of_spans(marked, "direction", ["better", "worse", "none", "worse"])
    direction = confusions(tables(made.visits, said, marked))["direction"]
    assert direction.values == ("better", "worse", "none")
    assert cell(direction, "better", "worse") == cell(direction, "none", "worse") == 1.0
    assert sum(map(sum, direction.matrix)) == 4.0


@pytest.mark.parametrize("seed", range(4))
def test_rows_add_up_to_votes_and_spans(seed):
    """Every vote with a counterpart is in its row, and every span that somebody else could see."""
    made, texts = random_study(seed)
    evidence = gather(made, SCHEMA, texts)
    found = confusions(made, texts)
    for asked in evidence.asked:
        if asked.question.kind != "number" and asked.absence is None:
            pairable = asked.ratings.pairable().value
            votes = np.bincount(pairable, minlength=len(asked.ratings.values))
            rows = np.sum(found[asked.question.name].matrix, axis=1)
            assert rows == pytest.approx(votes)
    for marked in evidence.marked:
        shared = marked.marks.shared()
        votes = np.bincount(shared.label, minlength=len(marked.marks.labels))
        rows = np.sum(found[marked.group].matrix, axis=1)[:-1]
        assert rows == pytest.approx(votes)


@pytest.mark.parametrize("seed", range(4))
def test_the_matrix_of_labels_is_that_of_a_slow_count(seed):
    """Pair by pair of annotators, article by article."""
    made, texts = random_study(seed)
    marked = gather(made, SCHEMA, texts).marked[0]
    marks, labels = marked.marks, len(marked.marks.labels)
    expected = np.zeros((labels + 1, labels + 1))
    for article in range(len(marks.articles)):
        people = marks.saw_annotator[marks.saw_article == article].tolist()
        for two in combinations(people, 2):
            part = marks.of_articles(np.array([article])).of_annotators(np.array(two))
            found = matches(part)
            weight = 1 / (len(people) - 1)
            for first, second in zip(
                part.label[found.first], part.label[found.second], strict=True
            ):
                expected[first, second] += weight
                expected[second, first] += weight
            met = {*found.first.tolist(), *found.second.tolist()}
            for place, label in enumerate(part.label.tolist()):
                if place not in met:
                    expected[label, labels] += weight
                    expected[labels, label] += weight
    found = confusions(made, texts)["loaded"]
    assert np.array(found.matrix) == pytest.approx(expected)


@pytest.mark.parametrize("made", [Tables.empty(), genres(("report", "unclear"))])
def test_nothing_compared_is_nothing_confused(made):
    """Every question is there with zeros, and everything is plain JSON."""
    found = confusions(made)
    assert set(found) == {
        "genre", "stance", "voice", "frames", "place", "slant",
        "loaded", "source", "direction", "strong",
    }  # fmt: skip
    for each in found.values():
        assert each.pairs == ()
        assert not np.any(each.matrix)
        json.dumps(each.to_json(), allow_nan=False)


def test_a_ratio_that_does_not_exist_is_null():
    """Nobody marks nothing at random."""
    seen = visits(("a", "p", "submitted"), ("a", "q", "submitted"))
    found = confusions(tables(seen, marked=spans(("a", "p", "Relayed", 0, 5))))["source"]
    assert found.to_json()["pairs"] == [
        {
            "first": "Relayed",
            "second": NOT_MARKED,
            "times": 1.0,
            "share": 1.0,
            "ratio": None,
        }
    ]
