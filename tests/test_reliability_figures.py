"""A figure says what it is worth, and what it is not."""

import math

import numpy as np
import pytest

from annotate.reliability.choices.alpha import FixedAlpha
from annotate.reliability.choices.chance import AC1, Fleiss
from annotate.reliability.figures import Basis, Counts, Figure, figure_of, verdict
from annotate.reliability.inference.measure import Measured, Share
from annotate.reliability.inference.tally import Tally
from annotate.reliability.spans.unitizing import BarUAlpha


def make(value, low, measure="alpha (nominal)"):
    """Make a figure with a value and the lower end of its interval."""
    return Figure("q", "Q", "", measure, value, low, 1.0, 9, 9, 2, 18, "")


def shown(rows, measure="m", **fields):
    """Give the figure of a share."""
    rows = np.array(rows, dtype=float).reshape(-1, 2)
    size = len(rows)
    measured = Measured(
        measure, Share(), Tally.of(rows), "undefined: nothing", size, 2, 0, **fields
    )
    return figure_of(Basis("q", "Q", [f"a{n}" for n in range(size)], Counts()), measured)


@pytest.mark.parametrize(
    ("value", "low", "said"),
    [
        (0.95, 0.80, "reliable"),
        (0.95, 0.799, "tentative"),
        (0.95, 0.667, "tentative"),
        (0.95, 0.666, "not reliable yet"),
        (1.0, math.nan, "too few articles to tell"),
        (math.nan, math.nan, "undefined"),
    ],
)
def test_verdicts_rest_on_the_lower_end(value, low, said):
    """A high figure with a wide interval is not reliable yet."""
    assert verdict(make(value, low)) == said


def test_undefined_is_null_in_json():
    """JSON knows no NaN."""
    plain = make(math.nan, math.nan).to_json()
    assert plain["value"] is plain["low"] is None
    assert plain["high"] == 1.0
    assert plain["saw"] == 0


@pytest.mark.parametrize("rows", [[], [[0, 0]] * 3])
def test_a_figure_without_anything_to_compare(rows):
    """The reason that was handed in is printed, with what else is to be known."""
    figure = shown(rows, note="a note")
    assert not figure.defined
    assert figure.reason == "undefined: nothing; a note"
    assert figure.articles == len(rows)


@pytest.mark.parametrize(
    ("coefficient", "row"),
    [
        (FixedAlpha(), [1, 1, 1]),
        (Fleiss(np.eye(2)), [0, 1, 0.5, 0.5]),
        (AC1(np.eye(2)), [1, 1, 1, 0]),
    ],
)
def test_one_unit_alone_cannot_show_what_chance_would_do(coefficient, row):
    """Any disagreement in it would make alpha 0, any agreement AC1 1; a share is what it is."""

    def of_units(units):
        tally = Tally.of(np.array([row] * units, dtype=float))
        measured = Measured("alpha", coefficient, tally, "undefined: x", units, 2, 2 * units)
        return figure_of(Basis("q", "Q", ["a0", "a1"], Counts()), measured)

    assert of_units(2).defined
    assert not of_units(1).defined
    assert of_units(1).reason.startswith("undefined: only one unit (article) to compare")
    assert shown([[1, 2]]).value == 0.5
    assert BarUAlpha.fewest_units == 1


def test_only_alpha_is_held_against_the_cut_offs():
    """They were proposed for it; a share of .7 is neither below nor above them."""
    found = shown([[1, 2], [2, 2]] * 4)
    assert math.isfinite(found.low)
    assert math.isnan(found.below_667)
    assert math.isnan(found.below_800)
    held = shown([[1, 2], [2, 2]] * 4, measure="alpha (nominal)")
    assert 0 < held.below_667 <= held.below_800 < 1


def test_a_value_of_record_is_printed():
    """Where another implementation gives the value, it is that one."""
    assert shown([[1, 2]] * 6, record=0.25).value == 0.25
    assert shown([[1, 2]] * 6).value == 0.5
