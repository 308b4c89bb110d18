"""What is said beside a figure: when, and when not."""

from dataclasses import replace

import numpy as np
import pytest

from annotate.reliability.evidence.ratings import Ratings
from annotate.reliability.figures import Counts, Figure
from annotate.reliability.notes import (
    FLAGS,
    few_shared,
    few_votes,
    margins,
    noted,
    paradox,
    set_aside,
)

FIGURE = Figure(
    "tone", "Tone", "", "alpha (nominal)", 0.3, 0.1, 0.5, 10, 10, 2, 20, "", Counts(saw=20)
)


def two_by_two(table, values=("common", "rare")):
    """Make the votes of two annotators from a table of counts."""
    pairs = [(a, b) for (a, b), times in np.ndenumerate(np.array(table)) for _ in range(times)]
    value = np.array(pairs).T.ravel()
    units = np.arange(len(pairs))
    names = tuple(f"n{n}" for n in units)
    return Ratings(
        np.tile(units, 2), np.repeat([0, 1], len(pairs)), value, units, names, ("p", "q"), values
    )


def test_the_paradox_of_kappa():
    """Table [[80, 7], [8, 5]]: alpha .31, AC1 .81, and 87 % of the votes are for one value."""
    note = paradox(two_by_two([[80, 7], [8, 5]]), 0.317, 0.808)
    assert note.flag == "paradox"
    assert note.sentence.startswith('88% of the votes are "common": annotators mostly agree on it')


@pytest.mark.parametrize(
    ("table", "alpha", "other"),
    [
        ([[80, 7], [8, 5]], 0.7, 0.808),  # the two coefficients say the same
        ([[30, 20], [20, 30]], 0.2, 0.6),  # no value crowds out the other
        ([[80, 7], [8, 5]], float("nan"), 0.8),  # nothing to part from
    ],
)
def test_no_paradox(table, alpha, other):
    """It takes both: coefficients that part, and one value that nearly all votes are for."""
    assert paradox(two_by_two(table), alpha, other) is None


def test_unequal_margins_raise_cohens_kappa():
    """Krippendorff (2004): kappa .258 where Scott's pi is .186."""
    table = [[12, 9, 9], [1, 11, 8], [1, 6, 9]]
    ratings = two_by_two(table, ("a", "b", "c"))
    n = np.array(table) / np.sum(table)
    rows, columns = n.sum(axis=1), n.sum(axis=0)
    pooled = (((rows + columns) / 2) ** 2).sum()
    pi = (np.trace(n) - pooled) / (1 - pooled)
    kappa = (np.trace(n) - rows @ columns) / (1 - rows @ columns)
    note = margins(ratings, np.array([0, 1]))
    assert kappa - pi > 0.02
    assert note.flag == "unequal margins"
    assert f"Scott's pi {pi:.2f}" in note.sentence


def test_equal_margins_are_no_reason_for_a_word():
    """Neither is a table that nobody filled."""
    assert margins(two_by_two([[30, 10], [10, 30]]), np.array([0, 1])) is None
    nobody = two_by_two([[1, 0], [0, 0]])
    assert margins(nobody.only(nobody.annotator == 0), np.array([0, 1])) is None
    assert margins(two_by_two([[9, 0], [0, 0]]), np.array([0, 1])) is None


def test_values_that_hardly_anybody_gave_are_named():
    """Up to three by name, more by number; only votes that another can agree with count."""
    ratings = two_by_two([[80, 7], [8, 1]])
    assert few_votes(ratings).sentence == 'fewer than 20 votes for "rare" 17'
    assert few_votes(two_by_two([[80, 20], [20, 5]])) is None
    many = two_by_two(np.eye(5, dtype=int).tolist(), tuple("abcde"))
    assert few_votes(many).sentence == "fewer than 20 votes for 5 of 5 values"
    assert few_votes(ratings.only(ratings.annotator == 0)) is None


def test_pairs_of_annotators_who_hardly_meet_are_counted():
    """Of three annotators two share two articles, and the third shares one with each."""
    article, annotator = np.array([0, 0, 1, 1, 1, 2]), np.array([0, 1, 0, 1, 2, 2])
    note = few_shared(article, annotator, 4)
    assert note.sentence == "2 of 3 pairs of annotators share fewer than 2 articles"
    assert few_shared(article[:4], annotator[:4], 4) is None
    assert few_shared(article[:0], annotator[:0], 4) is None


def test_several_units_of_one_article_are_one_shared_article():
    """Ten units of one article do not make ten articles."""
    article, annotator = np.zeros(20, dtype=np.int64), np.repeat([0, 1], 10)
    assert few_shared(article, annotator, 1).flag == "few shared"


def test_what_was_set_aside_is_told_with_its_rate():
    """Nothing is said where nothing was set aside."""
    note = set_aside(Counts(saw=8, marked=6, missing=2), "answers are unclear")
    assert note.sentence == "2 of 8 answers are unclear (25%)"
    assert set_aside(Counts(saw=8, marked=8), "answers are unclear") is None


def test_notes_follow_the_reason_and_leave_the_rest_as_it_was():
    """Flags are for programs, the sentence for people."""
    few = few_votes(two_by_two([[80, 7], [8, 1]]))
    figure = noted(replace(FIGURE, reason="no interval"), [None, few])
    assert figure.reason == 'no interval; fewer than 20 votes for "rare" 17'
    assert figure.flags == ("few votes",)
    assert set(figure.flags) <= set(FLAGS)
    assert noted(FIGURE, [None]) == FIGURE
    assert figure.to_json()["flags"] == ("few votes",)
