"""Published figures, and figures of other programs, come out to the last printed digit.

The cases lie in known_answers/, with their sources: `published` is what a paper, a book or a
manual prints, `computed` what other programs give for the same data.
"""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from ballots import by_measure, ratings, value_of

from annotate.reliability.choices import ON_REQUEST, set_measures, value_measures
from annotate.reliability.choices.alpha import FixedAlpha
from annotate.reliability.choices.chance import (
    AC1,
    AC2,
    BrennanPrediger,
    Conger,
    Fleiss,
    agreement_weights,
)
from annotate.reliability.choices.numbers import icc
from annotate.reliability.choices.standard_errors import standard_error
from annotate.reliability.choices.votes import (
    VoteTable,
    by_annotator,
    table_of,
    table_of_counts,
)

FILES = ("counts", "ratings", "sets", "tables", "values")
KINDS = ("published", "published_errors", "computed", "computed_errors")
CASES = {
    (file, case["id"]): case
    for file in FILES
    for case in json.loads((Path(__file__).parent / f"known_answers/{file}.json").read_text())
}
FIGURES = [
    pytest.param(file, name, kind.endswith("errors"), figure, said, id=f"{name}-{kind}-{figure}")
    for (file, name), case in CASES.items()
    for kind in KINDS
    for figure, said in case.get(kind, {}).items()
]
PUBLISHED = [
    figure
    for case in CASES.values()
    for kind in ("published", "published_errors")
    for figure in case.get(kind, {})
]
WEIGHTED = {
    "AC1": AC1,
    "AC2": AC2,
    "Brennan-Prediger": BrennanPrediger,
    "Cohen's kappa": Conger,
    "Conger's kappa": Conger,
    "Fleiss' kappa": Fleiss,
    "Scott's pi": Fleiss,
    "weighted kappa": Conger,
}


def units_of_table(table):
    """Give the two votes of each unit of a table of two annotators."""
    return [
        (row, column)
        for row, cells in enumerate(table)
        for column, times in enumerate(cells)
        for _ in range(times)
    ]


@cache
def votes(file, name):
    """Give the ratings of a case."""
    case = CASES[file, name]
    if file == "tables":
        return ratings(units_of_table(case["table"]), range(len(case["table"])))
    return ratings(case["units"], case["values"])


@cache
def measures(file, name, scale):
    """Measure a case at a scale such as "nominal", or "ordinal:linear" with its weights."""
    if file == "counts":
        return of_counts(CASES[file, name]["counts"])
    if file == "sets":
        return of_sets(CASES[file, name]["units"])
    if file == "ratings":
        x = CASES[file, name]["units"]
        values = sorted({value for row in x for value in row})
        found = icc(ratings(x, values), values, np.arange(len(x[0])))
        return {("", found.measure): found}
    scale, _, weights = scale.partition(":")
    also = frozenset(ON_REQUEST) - {"interval", "ratio"}
    return by_measure(
        value_measures(votes(file, name), scale, also=also, weights=weights or "ordinal")
    )


def of_counts(counts):
    """Measure a case whose annotators are not told apart."""
    rows = [[k for k, times in enumerate(row) for _ in range(times)] for row in counts]
    also = frozenset({"fleiss", "brennan-prediger"})
    return by_measure(value_measures(ratings(rows, range(len(counts[0]))), "nominal", also=also))


def of_sets(units):
    """Measure a case of sets of options."""
    said = [[None if cell is None else frozenset(cell) for cell in row] for row in units]
    sets = sorted({cell for row in said for cell in row if cell is not None}, key=sorted)
    options = sorted(frozenset().union(*sets))
    return by_measure(set_measures(ratings(said, sets), sets, options))


def error_of(file, name, figure):
    """Give the standard error of a figure of a case."""
    scale, measure = figure.split("/")
    measure, _, weights = measure.removesuffix(" weights)").partition(" (")
    given = votes(file, name)
    numbers = [float(v) for v in given.values] if ":" in scale else range(len(given.values))
    coefficient = WEIGHTED[measure](agreement_weights(weights or "identity", numbers))
    if isinstance(coefficient, Conger):
        given = by_annotator(given, np.arange(len(given.annotators)))
    found = standard_error(coefficient, table_of(given))
    n = len(given.article)
    # Formulas for a table divide by n, those for raw data by n - 1.
    return found * ((n - 1) / n) ** 0.5 if file == "tables" else found


def test_at_least_sixty_published_and_many_computed_figures():
    """Spans bring their own: tests/test_reliability_unitizing.py."""
    assert len(PUBLISHED) >= 60
    assert len(FIGURES) >= 250
    assert all(case["source"] for case in CASES.values())


@pytest.mark.parametrize(("file", "name", "error", "figure", "said"), FIGURES)
def test_to_the_printed_digit(file, name, error, figure, said):
    """Every figure of every case, as the product computes it from the votes."""
    if error:
        found = error_of(file, name, figure)
    else:
        scale, _, measure = figure.rpartition("/")
        label = scale if file == "sets" else ""
        measured = measures(file, name, "" if file == "sets" else scale)[label, measure]
        found = value_of(measured)
        assert measured.record is None or measured.record == pytest.approx(found, abs=1e-12)
    digits = len(said.partition(".")[2])
    assert found == pytest.approx(float(said), abs=0.5001 * 10**-digits)


@pytest.mark.parametrize("place", range(5))
def test_fleiss_by_category(place):
    """Fleiss (1971), table 4: .248, .248, .517, .470 and .565, each against the rest."""
    case = CASES["counts", "fleiss-1971"]
    kappa = Fleiss(np.eye(2))
    table = table_of_counts(np.array(case["counts"])).against_rest(place)
    found = float(kappa(table.tally(kappa.states).total))
    # Published from shares rounded to three digits.
    assert found == pytest.approx(case["by_category"][place], abs=0.005)


def test_a_distance_of_ones_own():
    """Artstein and Poesio (2008): half a step between two labels, alpha .8156, kappa .8163."""
    # Two of the labels are a whole step apart, the third lies half a step from either.
    distance = np.array([[0, 1, 0.5], [1, 0, 0.5], [0.5, 0.5, 0]])
    table = np.array(CASES["tables", "artstein-poesio-2008-weighted"]["table"])
    a, b = (place.ravel() for place in np.indices(table.shape))
    times, example = table.ravel().astype(float), np.arange(table.size)
    both = VoteTable(np.eye(3)[a] + np.eye(3)[b], times, example)
    apart = VoteTable(np.hstack([np.eye(3)[a], np.eye(3)[b]]), times, example)
    alpha, kappa = FixedAlpha(distance), Conger(1 - distance)
    assert float(alpha(both.tally(alpha.states).total)) == pytest.approx(0.8156, abs=5e-5)
    assert float(kappa(apart.tally(kappa.states).total)) == pytest.approx(0.8163, abs=5e-5)


def test_disagreements_of_the_canonical_data():
    """Krippendorff (2011), C: D_o .200 of 40 pairable values, D_e .779."""
    measured = measures("values", "krippendorff-2011-c", "nominal")["", "alpha (nominal)"]
    observed, expected = measured.coefficient.parts(measured.tally.total)
    assert float(observed) == pytest.approx(0.200, abs=5e-4)
    assert float(expected) == pytest.approx(0.779, abs=5e-4)
    assert (measured.units, measured.labels) == (11, 40)


def test_whole_sets_as_values():
    """Sets taken as nominal values give another figure than with a distance between sets."""
    for (file, name), case in CASES.items():
        if file == "sets":
            said = [[c if c is None else "".join(c) or "-" for c in row] for row in case["units"]]
            values = sorted({cell for row in said for cell in row if cell is not None})
            alpha = next(value_measures(ratings(said, values), "nominal"))
            assert f"{value_of(alpha):.6f}" == case["whole"], name
