"""One label out of many: published tables, laws, and what must be said of ties and thin data."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.consensus.dawid_skene import dawid_skene
from annotate.consensus.mace import mace
from annotate.consensus.thin import too_thin
from annotate.consensus.votes import median, plurality, shares
from annotate.reliability.evidence.ratings import Ratings

# Dawid and Skene (1979), Applied Statistics 28(1), pp. 20-28, table 1: 45 patients by five
# anaesthetists, the first of whom assessed each three times.
PATIENTS = """
111 1 1 1 1   333 4 3 3 4   112 2 1 2 2   222 3 1 2 1   222 3 2 2 2
222 3 3 2 2   122 2 1 1 1   333 3 4 3 3   222 2 2 2 3   232 2 2 2 3
444 4 4 4 4   222 3 3 4 3   111 1 1 1 1   222 3 2 1 2   121 1 1 1 1
111 2 1 1 1   111 1 1 1 1   111 1 1 1 1   222 2 2 2 1   222 1 3 2 2
222 2 2 2 2   222 2 2 2 1   222 3 2 2 2   221 2 2 2 2   111 1 1 1 1
111 1 1 1 1   232 2 2 2 2   111 1 1 1 1   111 1 1 1 1   112 1 1 2 1
111 1 1 1 1   333 3 2 3 3   111 1 1 1 1   222 2 2 2 2   222 3 2 3 2
433 4 3 4 3   221 2 2 3 2   232 3 2 3 3   333 3 4 3 2   111 1 1 1 1
111 1 1 1 1   121 2 1 1 1   232 2 2 2 2   121 1 1 1 1   222 2 2 2 2
"""
# Their table 4 (error rates) and table 3 (prevalence), from an EM run to the end; with two digits
# they are the published ones.
PREVALENCE = [0.399555, 0.421983, 0.111795, 0.066667]
LIKELIHOOD = -192.890881
FIRST_ERRS = [
    [0.88949, 0.11051, 0.0, 0.0],
    [0.07059, 0.87638, 0.05303, 0.0],
    [0.0, 0.33882, 0.66118, 0.0],
    [0.0, 0.0, 0.55556, 0.44444],
]
LAST_ERRS = [
    [1.0, 0.0, 0.0, 0.0],
    [0.15904, 0.73452, 0.10644, 0.0],
    [0.0, 0.20911, 0.79089, 0.0],
    [0.0, 0.0, 0.33333, 0.66667],
]
UNDECIDED = {7: [0.98, 0.02, 0.0, 0.0], 35: [0.0, 0.95, 0.05, 0.0], 38: [0.0, 0.02, 0.98, 0.0]}


def patients():
    """Give the published votes."""
    cells = PATIENTS.split()
    votes = [
        (place // 5, place % 5, int(digit) - 1)
        for place, digits in enumerate(cells)
        for digit in digits
    ]
    return ratings_of(votes, 45, 5, 4)


def ratings_of(votes, units, annotators, values):
    """Make ratings of (unit, annotator, value)."""
    unit, annotator, value = (np.array(part, dtype=np.int64) for part in zip(*votes, strict=True))
    names = (tuple(f"{kind}{n}" for n in range(size)) for kind, size in _names(units, annotators))
    return Ratings(
        unit, annotator, value, np.arange(units), *names, tuple(f"v{n}" for n in range(values))
    )


def _names(units, annotators):
    return (("item ", units), ("person ", annotators))


def simulated(seed=0, *, units=300, k=3, accuracies=(0.9, 0.8, 0.7, 0.6, 0.4)):
    """Make up truth, and annotators who know it with these probabilities and else guess."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, k, units)
    votes = []
    for person, accuracy in enumerate(accuracies):
        given = np.where(random.random(units) < accuracy, truth, random.integers(0, k, units))
        votes += [(unit, person, value) for unit, value in enumerate(given.tolist())]
    return ratings_of(votes, units, len(accuracies), k), truth


def test_the_tables_of_dawid_and_skene_come_out():
    found = dawid_skene(patients(), tolerance=1e-13)
    assert found.prevalence == pytest.approx(PREVALENCE, abs=1e-6)
    assert found.prevalence.round(2).tolist() == [0.40, 0.42, 0.11, 0.07]
    assert found.log_likelihood == pytest.approx(LIKELIHOOD, abs=1e-5)
    assert found.errors[0] == pytest.approx(np.array(FIRST_ERRS), abs=1e-5)
    assert found.errors[4] == pytest.approx(np.array(LAST_ERRS), abs=1e-5)
    assert found.converged
    for patient, posterior in UNDECIDED.items():
        assert found.posterior[patient - 1].round(2).tolist() == posterior
    sure = np.delete(found.posterior, [number - 1 for number in UNDECIDED], axis=0)
    assert (sure.max(axis=1) > 0.99).all()


@pytest.mark.parametrize("seed", range(4))
def test_it_does_not_stop_while_posteriors_still_move(seed):
    """Where annotators know little, the likelihood hardly rises for hundreds of iterations."""
    ratings, _ = simulated(seed, k=4, accuracies=(0.5, 0.4, 0.3))
    found = dawid_skene(ratings, smoothing=0.01)
    end = dawid_skene(ratings, smoothing=0.01, tolerance=1e-9, iterations=100_000)
    assert end.converged
    assert end.iterations > 100
    assert np.abs(found.posterior - end.posterior).max() < 2e-3


def test_the_likelihood_never_falls():
    likelihoods = [
        dawid_skene(patients(), tolerance=-1.0, iterations=n).log_likelihood for n in range(1, 25)
    ]
    assert (np.diff(likelihoods) > -1e-9).all()


def test_a_weight_of_two_is_the_unit_twice():
    ratings, _ = simulated(units=40)
    twice = Ratings(
        np.concatenate([ratings.unit, ratings.unit + 40]),
        np.tile(ratings.annotator, 2),
        np.tile(ratings.value, 2),
        np.arange(80),
        tuple(map(str, range(80))),
        ratings.annotators,
        ratings.values,
    )
    weighed = dawid_skene(ratings, weights=np.full(40, 2.0), smoothing=0.5)
    plain = dawid_skene(twice, smoothing=0.5)
    assert weighed.log_likelihood == pytest.approx(plain.log_likelihood)
    assert weighed.posterior == pytest.approx(plain.posterior[:40])
    assert weighed.errors == pytest.approx(plain.errors)


def test_smoothing_lets_nobody_be_sure_of_what_they_never_saw():
    plain, smooth = dawid_skene(patients()), dawid_skene(patients(), smoothing=0.5)
    assert (plain.errors == 0).any()
    assert (smooth.errors > 0).all()
    assert smooth.errors.sum(axis=2) == pytest.approx(np.ones((5, 4)))
    assert (smooth.posterior.argmax(axis=1) == plain.posterior.argmax(axis=1)).mean() > 0.9


@pytest.mark.parametrize("estimate", [dawid_skene, mace])
def test_models_do_better_than_the_most_common_vote_where_annotators_differ(estimate):
    ratings, truth = simulated(units=1_000, accuracies=(0.95, 0.9, 0.3, 0.3, 0.2))
    voted = plurality(ratings.counts().astype(float)).value
    modelled = estimate(ratings).posterior.argmax(axis=1)
    assert (modelled == truth).mean() > (voted == truth).mean() + 0.05


def test_competence_is_told_apart():
    ratings, _ = simulated(units=2_000)
    assert mace(ratings).competence == pytest.approx([0.9, 0.8, 0.7, 0.6, 0.4], abs=0.05)


def test_mace_gives_the_same_for_the_same_seed():
    ratings, _ = simulated(units=100)
    one, other = mace(ratings, seed=3), mace(ratings, seed=3)
    assert (one.posterior == other.posterior).all()
    with pytest.raises(ValueError, match="1 or more"):
        mace(ratings, restarts=0)


_VOTES = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 3), st.integers(0, 2)),
    min_size=1,
    max_size=40,
    unique_by=lambda vote: vote[:2],
)


@settings(max_examples=60, deadline=None)
@given(_VOTES, st.permutations(range(3)), st.permutations(range(4)))
def test_names_do_not_matter(votes, values, people):
    """Other names for values and annotators give the same posteriors under those names."""
    ratings = ratings_of(votes, 8, 4, 3)
    renamed = ratings_of([(u, people[a], values[v]) for u, a, v in votes], 8, 4, 3)
    one, other = dawid_skene(ratings, smoothing=0.1), dawid_skene(renamed, smoothing=0.1)
    assert other.posterior[:, values] == pytest.approx(one.posterior, nan_ok=True, abs=1e-4)
    assert shares(renamed)[:, values] == pytest.approx(shares(ratings), nan_ok=True)


@settings(max_examples=60, deadline=None)
@given(_VOTES)
def test_posteriors_are_probabilities_and_only_of_what_was_voted_on(votes):
    ratings = ratings_of(votes, 8, 4, 3)
    voted = np.isin(np.arange(8), ratings.unit)
    for posterior in (
        shares(ratings),
        dawid_skene(ratings).posterior,
        mace(ratings, restarts=2, iterations=5).posterior,
    ):
        assert np.isnan(posterior[~voted]).all()
        assert posterior[voted].sum(axis=1) == pytest.approx(np.ones(voted.sum()))
        assert (posterior[voted] >= 0).all()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=1, max_size=5))
def test_the_median_has_at_most_half_of_the_votes_on_either_side(rows):
    counts = np.array(rows)
    chosen = median(counts)
    for row, value, tied in zip(counts, chosen.value, chosen.tied, strict=True):
        middle = [value] if value >= 0 else np.flatnonzero(tied)
        assert row.sum() == 0 or len(middle)
        for place in middle:
            assert 2 * row[:place].sum() <= row.sum()
            assert 2 * row[place + 1 :].sum() <= row.sum()


def test_ties_are_shown_and_not_broken():
    chosen = plurality(np.array([[2.0, 2.0, 1.0], [0.0, 0.0, 3.0]]))
    assert chosen.value.tolist() == [-1, 2]
    assert chosen.tied.tolist() == [[True, True, False], [False] * 3]
    assert chosen.support.tolist() == [0.4, 1.0]


def test_thin_data_are_said_to_be_thin():
    enough, _ = simulated(units=20, accuracies=(0.9, 0.8, 0.7))
    assert too_thin(enough) == ""
    two, _ = simulated(units=100, accuracies=(0.9, 0.8))
    assert too_thin(two) == "most items have fewer than 3 labels"
    few, _ = simulated(units=19, accuracies=(0.9, 0.8, 0.7))
    assert too_thin(few) == "3 annotators have fewer than 20 items"
    assert too_thin(few.only(few.unit < 0)) == "nobody voted"
    same = enough.recoded(np.zeros(3, dtype=np.int64), ("v0",))
    assert too_thin(same) == "all votes are the same"


@pytest.fixture(scope="module")
def answers_of_crowd_kit():
    """Give votes of six annotators on 120 items, and what crowd-kit 1.4.2 made of them.

    `benchmarks/consensus.py` fits both anew, on as many votes as are wanted.
    """
    path = Path(__file__).parent / "crowd_kit_answers.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("model", "fit", "alike", "apart"),
    [("dawid_skene", dawid_skene, 1.0, 0.0005), ("mace", mace, 0.98, 0.005)],
)
def test_crowd_kit_finds_the_same(answers_of_crowd_kit, model, fit, alike, apart):
    """It smooths a little where we do not, and MACE begins at random: hence the tolerance."""
    votes = [
        (*divmod(place, 6), int(digit)) for place, digit in enumerate(answers_of_crowd_kit["votes"])
    ]
    theirs = np.array(answers_of_crowd_kit[model])
    ours = fit(ratings_of(votes, 120, 6, 3)).posterior
    assert (ours.argmax(axis=1) == theirs.argmax(axis=1)).mean() >= alike
    assert np.abs(ours - theirs).mean() < apart
