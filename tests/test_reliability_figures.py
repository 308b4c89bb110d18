"""A figure says what it is worth, and what it is not."""

import math

import numpy as np
import pytest

from annotate.reliability.figures import Basis, Counts, Figure, figure_of, verdict
from annotate.reliability.inference.measure import Measured, Share
from annotate.reliability.inference.tally import Tally


def make(value, low, measure="alpha (nominal)"):
    """Make a figure with a value and the lower end of its interval."""
    return Figure("q", "Q", "", measure, value, low, 1.0, 9, 9, 2, 18, "")


def shown(rows, **fields):
    """Give the figure of a share."""
    rows = np.array(rows, dtype=float).reshape(-1, 2)
    size = len(rows)
    measured = Measured("m", Share(), Tally.of(rows), "undefined: nothing", size, 2, 0, **fields)
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


def test_a_value_of_record_is_printed():
    """Where another implementation gives the value, it is that one."""
    assert shown([[1, 2]] * 6, record=0.25).value == 0.25
    assert shown([[1, 2]] * 6).value == 0.5
