"""Coefficients with other notions of chance: slow references, laws, and standard errors."""

import re
from itertools import combinations, permutations

import numpy as np
import pytest
from ballots import by_measure, ratings, value_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from annotate.errors import UsageError
from annotate.reliability.choices import ON_REQUEST, value_measures
from annotate.reliability.choices.chance import (
    AC1,
    AC2,
    BrennanPrediger,
    Conger,
    Fleiss,
    agreement_weights,
)
from annotate.reliability.choices.standard_errors import standard_error
from annotate.reliability.choices.votes import by_annotator, table_of

KINDS = ("identity", "linear", "quadratic", "ordinal")
POOLED = {"ac": AC2, "fleiss": Fleiss, "bp": BrennanPrediger}
EVERYTHING = frozenset(ON_REQUEST)


PEOPLE = st.integers(2, 4)


@st.composite
def votes(draw, people=PEOPLE, empty=True):
    """Draw votes for 2 to 4 values, with holes: rows of units, one cell for each annotator."""
    k, r = draw(st.integers(2, 4)), draw(people)
    vote = st.integers(0, k - 1)
    cell = st.one_of(st.none(), vote, vote) if empty else vote
    unit = st.lists(cell, min_size=r, max_size=r)
    return k, draw(st.lists(unit, min_size=2, max_size=10))


def slow(kind, rows, weights):
    """Compute a coefficient by loops over units and pairs of votes."""
    k = len(weights)
    said = [[v for v in row if v is not None] for row in rows]
    paired = [row for row in said if len(row) > 1]
    agreement = np.mean(
        [np.mean([weights[a, b] for a, b in permutations(row, 2)]) for row in paired]
    )
    share = np.mean([[row.count(c) / len(row) for c in range(k)] for row in said if row], axis=0)
    if kind == "ac":
        chance = weights.sum() / (k * (k - 1)) * sum(share * (1 - share))
    elif kind == "fleiss":
        chance = share @ weights @ share
    elif kind == "bp":
        chance = weights.sum() / k**2
    else:
        columns = [[v for v in column if v is not None] for column in zip(*rows, strict=True)]
        own = [np.array([column.count(c) / len(column) for c in range(k)]) for column in columns]
        chance = np.mean([a @ weights @ b for a, b in combinations(own, 2)])
    return (agreement - chance) / (1 - chance) if chance < 1 - 1e-9 else np.nan


def fast(kind, rows, weights):
    """Compute the same from sums."""
    given_votes = ratings(rows, range(len(weights)))
    coefficient = (POOLED | {"conger": Conger})[kind](weights)
    return float(coefficient(table_for(coefficient, given_votes).tally(coefficient.states).total))


def table_for(coefficient, given_votes):
    """Count votes as a coefficient takes them."""
    if isinstance(coefficient, Conger):
        people = np.arange(len(given_votes.annotators))
        return table_of(by_annotator(given_votes, people), most=1)
    return table_of(given_votes)


@settings(deadline=None, max_examples=200)
@given(votes(), st.sampled_from(KINDS), st.sampled_from(["ac", "fleiss", "bp", "conger"]))
def test_sums_equal_loops(drawn, weighting, kind):
    """With missing votes: agreement over units with two votes, shares over all with one."""
    k, rows = drawn
    assume(any(sum(v is not None for v in row) > 1 for row in rows))
    assume(all(any(v is not None for v in column) for column in zip(*rows, strict=True)))
    weights = agreement_weights(weighting, range(k))
    expected = slow(kind, rows, weights)
    found = fast(kind, rows, weights)
    assert found == pytest.approx(expected, abs=1e-9, nan_ok=True)


@settings(deadline=None)
@given(votes(), st.randoms(use_true_random=False))
def test_names_and_order_are_irrelevant(drawn, random):
    """Permuting annotators and units and renaming values changes no figure; nor do copies."""
    k, rows = drawn
    people = random.sample(range(len(rows[0])), len(rows[0]))
    new = dict(zip(range(k), random.sample(range(k), k), strict=True))
    other = [[new.get(row[person]) for person in people] for row in rows[::-1]]
    before, after = figures(k, rows), figures(k, other)
    for (label, measure), value in before.items():
        renamed = str(new[int(label)]) if label else ""
        assert after[renamed, measure] == pytest.approx(value, abs=1e-9, nan_ok=True)
    for (label, measure), value in figures(k, rows * 2).items():
        # Only alpha draws without replacement, and so knows how many votes there are.
        if "alpha" not in measure:
            assert value == pytest.approx(before[label, measure], abs=1e-9, nan_ok=True)


def figures(k, rows):
    """Give every nominal figure of a table."""
    found = value_measures(ratings(rows, range(k)), "nominal", also=EVERYTHING)
    return {key: value_of(measured) for key, measured in by_measure(found).items()}


@settings(deadline=None)
@given(st.integers(2, 5), st.integers(2, 4), st.sampled_from(KINDS), st.integers(0, 9))
def test_equal_shares_leave_one_notion_of_chance(k, people, weighting, seed):
    """Where all values are as frequent, AC, Fleiss and Brennan-Prediger are one figure."""
    order = np.random.default_rng(seed).permuted(np.tile(np.arange(k), (people, 1)), axis=1)
    rows = [[int(v) for v in unit] for unit in order.T]
    weights = agreement_weights(weighting, range(k))
    found = [fast(kind, rows, weights) for kind in (*POOLED, "conger")]
    assert found == pytest.approx([found[0]] * 4, abs=1e-9)


@settings(deadline=None)
@given(votes(people=st.just(2), empty=False))
def test_two_with_equal_margins_have_one_kappa(drawn):
    """Cohen's kappa is Scott's pi where both use the values alike, and never below it else."""
    k, rows = drawn
    weights = np.eye(k)
    scott, cohen = fast("fleiss", rows, weights), fast("conger", rows, weights)
    turned = rows + [row[::-1] for row in rows]
    if np.isfinite(fast("fleiss", turned, weights)):
        assert fast("conger", turned, weights) == pytest.approx(fast("fleiss", turned, weights))
    if np.isfinite(scott) and np.isfinite(cohen):
        assert cohen >= scott - 1e-9


@settings(deadline=None)
@given(votes(), st.sampled_from(["ac", "fleiss", "bp", "conger"]))
def test_of_two_values_all_weights_are_identity(drawn, kind):
    """There is nothing between two values to weigh."""
    _, rows = drawn
    binary = [[None if v is None else min(v, 1) for v in row] for row in rows]
    assume(any(sum(v is not None for v in row) > 1 for row in binary))
    found = [fast(kind, binary, agreement_weights(w, range(2))) for w in KINDS]
    assert found == pytest.approx([found[0]] * 4, abs=1e-9, nan_ok=True)


@settings(deadline=None)
@given(votes(), st.sampled_from(KINDS), st.sampled_from(["ac", "fleiss", "bp", "conger"]))
def test_pseudo_articles_are_at_chance_and_perfect(drawn, weighting, kind):
    """Added a thousand times each, one pulls the figure to 0, the other to 1."""
    k, rows = drawn
    coefficient = (POOLED | {"conger": Conger})[kind](agreement_weights(weighting, range(k)))
    tally = table_for(coefficient, ratings(rows, range(k))).tally(coefficient.states)
    assume(np.isfinite(coefficient(tally.total)))
    chance, perfect = coefficient.pseudo(tally.total, tally.articles)
    assert float(coefficient(chance)) == pytest.approx(0, abs=1e-9)
    assert float(coefficient(perfect)) == pytest.approx(1, abs=1e-9)


@settings(deadline=None)
@given(votes(), st.sampled_from(KINDS), st.sampled_from(["ac", "fleiss", "bp", "conger"]))
def test_standard_errors_are_those_of_small_changes(drawn, weighting, kind):
    """How far a unit moves expected agreement is the derivative by its weight; it sums to 0."""
    k, rows = drawn
    coefficient = (POOLED | {"conger": Conger})[kind](agreement_weights(weighting, range(k)))
    table = table_for(coefficient, ratings(rows, range(k)))
    states = coefficient.states(table.counts)
    total = table.times @ states
    assume(np.isfinite(coefficient(total)))
    pull = coefficient.pull(table.counts, total)
    assert table.times @ pull == pytest.approx(0, abs=1e-9)
    step = 1e-6
    moved = coefficient.parts(total + step * states)[1] - coefficient.parts(total)[1]
    if not np.isnan(moved).any():
        assert -moved / step == pytest.approx(pull, abs=1e-4)


def test_standard_error_of_nothing():
    """Undefined where the coefficient is, and for a single unit."""
    identity = np.eye(2)
    assert np.isnan(standard_error(Fleiss(identity), table_of(ratings([(0, 0)] * 3, (0, 1)))))
    assert np.isnan(standard_error(AC1(identity), table_of(ratings([(0, 1)], (0, 1)))))


def test_agreement_is_not_lost_in_prevalence():
    """The paradox: 85 % agreement, kappa .31, AC1 .81; all the same is perfect for AC1 alone."""
    rows = [(0, 0)] * 80 + [(0, 1)] * 7 + [(1, 0)] * 8 + [(1, 1)] * 5
    assert fast("fleiss", rows, np.eye(2)) == pytest.approx(0.314, abs=5e-4)
    assert fast("ac", rows, np.eye(2)) == pytest.approx(0.808, abs=5e-4)
    assert fast("ac", rows[:80], np.eye(2)) == 1
    assert np.isnan(fast("fleiss", rows[:80], np.eye(2)))
    assert np.isnan(fast("conger", rows[:80], np.eye(2)))


def test_one_value_leaves_nothing_to_correct():
    """With a single declared value every coefficient is undefined."""
    for kind in (*POOLED, "conger"):
        assert np.isnan(fast(kind, [(0, 0), (0, 0)], np.eye(1)))


def test_weights():
    """Rows of the four weightings; linear and quadratic by the numbers, ordinal by the ranks."""
    numbers = (1, 2, 5)
    first = {kind: agreement_weights(kind, numbers)[0].round(4).tolist() for kind in KINDS}
    assert first == {
        "identity": [1, 0, 0],
        "linear": [1, 0.75, 0],
        "quadratic": [1, 0.9375, 0],
        "ordinal": [1, 0.6667, 0],
    }
    with pytest.raises(UsageError, match=re.escape('there are no "cubic" weights; take one of')):
        agreement_weights("cubic", numbers)
