"""Distances between sets of options, MASI and Jaccard."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.reliability.choices.sets import jaccard_distance, masi_distance

SETS = st.lists(st.frozensets(st.sampled_from("ABCD")), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("a", "b", "jaccard", "masi"),
    [
        ("AB", "ABC", 0.333333, 0.555556),
        ("A", "B", 1.0, 1.0),
        ("AB", "BC", 0.666667, 0.888889),
        ("", "A", 1.0, 1.0),
        ("", "", 0.0, 0.0),
        ("AB", "ABCD", 0.5, 0.666667),
    ],
)
def test_distances(a, b, jaccard, masi):
    """Passonneau (2006): Jaccard times monotonicity, with exact thirds."""
    sets = [frozenset(a), frozenset(b)]
    for distance, expected in ((jaccard_distance(sets), jaccard), (masi_distance(sets), masi)):
        assert distance[0, 1] == distance[1, 0] == pytest.approx(expected, abs=5e-7)
        assert not np.diag(distance).any()


@settings(deadline=None)
@given(SETS)
def test_all_pairs_at_once(sets):
    """The matrix holds what the definition gives for each pair."""
    jaccard, masi = jaccard_distance(sets), masi_distance(sets)
    for i, a in enumerate(sets):
        for j, b in enumerate(sets):
            alike = len(a & b) / len(a | b) if a | b else 1.0
            monotone = 1 if a == b else 2 / 3 if a <= b or b <= a else 1 / 3 if a & b else 0
            assert jaccard[i, j] == pytest.approx(1 - alike)
            assert masi[i, j] == pytest.approx(1 - alike * monotone)
            assert masi[i, j] >= jaccard[i, j] - 1e-12


def test_no_sets_and_many():
    """Nothing was chosen by anybody yet, or two hundred different sets."""
    assert masi_distance([]).shape == (0, 0)
    many = [frozenset(f"{n:08b}".replace("0", "")) | {str(n)} for n in range(200)]
    assert masi_distance(many).shape == (200, 200)
