"""A table of spans: who saw what must be said, and nobody is taken for silent by mistake."""

from dataclasses import replace

import pandas as pd
import pytest

from annotate.errors import TableError, UsageError
from annotate.tidy import Columns
from annotate.workflow.anydata import score_table

COLUMNS = Columns("annotator", "unit", "label", start="start", end="end")
#: Krippendorff, Mathet, Bouvry and Widlöcher (2016, Quality & Quantity 50, 2347-2364), L = 60.
PAPER = [
    *[("Alex", 2, 9, 1), ("Alex", 11, 17, 2), ("Alex", 24, 30, 5), ("Alex", 32, 36, 6)],
    *[("Alex", 36, 44, 6), ("Alex", 44, 60, 7), ("Paul", 2, 9, 1), ("Paul", 11, 17, 3)],
    *[("Paul", 19, 25, 5), ("Paul", 32, 44, 6), ("Suzan", 2, 9, 1), ("Suzan", 11, 17, 4)],
    *[("Suzan", 21, 27, 5), ("Suzan", 32, 36, 6), ("Suzan", 36, 40, 6), ("Suzan", 40, 44, 6)],
]
PEOPLE = ("Alex", "Paul", "Suzan")


@pytest.fixture
def score(tmp_path):
    """Write tables and score them."""

    def run(spans, seen=None, columns=COLUMNS, **options):
        names = (
            "annotator",
            "unit",
            "start",
            "end",
            "label",
            *(("length",) * bool(columns.length)),
        )
        pd.DataFrame(spans, columns=names).to_csv(tmp_path / "spans.csv", index=False)
        if seen is not None:
            options["seen"] = tmp_path / "seen.csv"
            seen.to_csv(options["seen"], index=False)
        return score_table([tmp_path / "spans.csv"], columns, **options)

    return run


def spans_of(rows, unit="text"):
    return [(who, unit, start, end, label) for who, start, end, label in rows]


def seen_by(people, units=("text",), length=60):
    rows = [(who, unit, length) for unit in units for who in people]
    return pd.DataFrame(rows, columns=["annotator", "unit", "length"])


def value(found, measure):
    return next(f.value for f in found.figures if f.measure == measure and not f.label)


def test_the_example_of_the_paper_comes_out_of_a_table(score):
    found = score(spans_of(PAPER), seen_by(PEOPLE))

    assert [round(value(found, m), 3) for m in ("u-alpha", "|u-alpha", "cu-alpha")] == [
        0.510,
        0.413,
        0.724,
    ]
    assert found.warnings == ()


def test_who_saw_a_text_and_marked_nothing_is_a_vote(score):
    units = [f"t{number}" for number in range(6)]
    marks = [(who, unit, 3, 9, "x") for unit in units for who in "AB"]
    agreed = score(marks, seen_by("AB", units))
    silent = score(marks, seen_by("ABC", units))

    assert value(agreed, "|u-alpha") == pytest.approx(1)
    assert value(silent, "|u-alpha") < 0.5
    counts = silent.figures[0].counts
    assert (counts.saw, counts.marked, counts.marked_nothing) == (18, 12, 6)


def test_without_knowing_who_saw_what_only_the_conditional_f1_is_given(score):
    """Silence cannot be told from absence: the one who marked nothing in t1 changes nothing."""
    marks = [("A", "t0", 3, 9, "x"), ("B", "t0", 4, 9, "x"), ("A", "t1", 0, 5, "x")]
    found = score(marks)
    (figure,) = found.figures

    assert figure.measure == "overlap F1, among those who marked"
    assert (figure.value, figure.units, figure.labels) == (1, 1, 2)
    assert "conditional on marking" in figure.reason
    assert (figure.counts.marked, figure.counts.saw, figure.counts.marked_nothing) == (3, 0, 0)
    assert found.evidence is None
    assert "--seen SEEN.csv" in found.warnings[-1]


def test_the_conditional_f1_is_that_of_pairs_who_both_marked(score):
    marks = [
        *[("A", "t", 0, 5, "x"), ("A", "t", 10, 15, "x"), ("B", "t", 3, 7, "y")],
        *[("C", "t", 20, 30, "x"), ("A", "u", 0, 9, "x"), ("B", "u", 0, 9, "x")],
    ]
    (figure,) = score(marks).figures

    # t: A-B match once of 2 + 1 spans, A-C and B-C never; u: A-B match once of 1 + 1.
    assert figure.value == pytest.approx(2 * (1 + 1) / (3 + 3 + 2 + 2))


def test_all_saw_all_must_be_said_and_is_warned_of(score):
    lengths = seen_by(["A"], ("t0", "t1"))[["unit", "length"]]
    marks = [("A", "t0", 3, 9, "x"), ("B", "t0", 3, 9, "x"), ("A", "t1", 0, 5, "x")]
    guessed = score(marks, lengths, all_saw_all=True)
    said = score(marks, seen_by("AB", ("t0", "t1")))

    assert [f.to_json() for f in guessed.figures] == [f.to_json() for f in said.figures]
    assert "from .78 to .06" in guessed.warnings[-1]


def test_lengths_may_stand_beside_the_spans(score):
    columns = Columns("annotator", "unit", "label", start="start", end="end", length="length")
    marks = [("A", "t", 3, 9, "x", 60), ("B", "t", 3, 8, "x", 60)]
    guessed = score(marks, columns=columns, all_saw_all=True)
    said = score(marks, seen_by("AB", ("t",))[["annotator", "unit"]], columns)

    assert guessed.figures[0].value == said.figures[0].value


BROKEN = {
    "lies outside its text": ("B", "t0", 50, 61, "x"),
    "is zero characters long": ("B", "t0", 5, 5, "x"),
    "ends before it starts": ("B", "t0", 9, 5, "x"),
    "has no whole numbers as start and end": ("B", "t0", "a", 5, "x"),
    "has no label": ("B", "t0", 2, 5, ""),
}


@pytest.mark.parametrize("why", BROKEN)
def test_a_span_that_cannot_be_used_is_listed_and_its_annotator_missing_there(score, why):
    """Nobody knows what was marked: that is not silence, and the rest goes on."""
    units = ("t0", "t1", "t2")
    good = [(who, unit, 3, 9, "x") for unit in units for who in "AC"]
    good += [("B", unit, 3, 9, "x") for unit in units[1:]]
    found = score([*good, BROKEN[why]], seen_by("ABC", units))

    assert any(why in said and "row 10" in said for said in found.warnings)
    counts = found.figures[0].counts
    assert (counts.saw, counts.marked, counts.marked_nothing, counts.missing) == (9, 8, 0, 1)
    assert value(found, "|u-alpha") == pytest.approx(1)


def test_spans_of_people_who_did_not_see_the_text_are_left_out_and_listed(score):
    marks = [("A", "t", 3, 9, "x"), ("B", "t", 3, 9, "x"), ("C", "t", 1, 2, "x")]
    marks += [("A", "elsewhere", 1, 2, "x")]
    found = score(marks, seen_by("AB", ("t",)))

    assert "1 span lies in a unit of which nobody says who saw it" in found.warnings[0]
    assert found.warnings[1] == (
        "1 span is of people who did not see the unit, and is left out: row 4"
    )
    assert found.figures[0].labels == 2


def test_the_same_span_twice_is_one_judgement(score):
    marks = [("A", "t", 3, 9, "x"), ("A", "t", 3, 9, "x"), ("B", "t", 3, 9, "x")]
    found = score(marks, seen_by("AB", ("t",)))

    assert found.figures[0].labels == 2
    assert "1 span repeats another one" in found.warnings[0]


def test_what_python_users_can_say_is_named_beside_the_options(score):
    with pytest.raises(UsageError, match=r"all_saw_all=True.*--length, length="):
        score([("A", "t", 3, 9, "x")], all_saw_all=True)


def test_a_table_may_hold_several_groups_of_labels(score, tmp_path):
    rows = [(who, "t", 3, 9, "x", group) for group in ("loaded", "cue") for who in "AB"]
    names = ["annotator", "unit", "start", "end", "label", "group"]
    pd.DataFrame(rows, columns=names).to_csv(tmp_path / "g.csv", index=False)
    seen_by("ABC", ("t",)).to_csv(tmp_path / "seen.csv", index=False)
    columns = Columns("annotator", "unit", "label", "group", start="start", end="end")
    found = score_table([tmp_path / "g.csv"], columns, seen=tmp_path / "seen.csv")

    assert list(dict.fromkeys(f.question for f in found.figures)) == ["loaded", "cue"]
    some = score_table(
        [tmp_path / "g.csv"], replace(columns, only=("cue",)), seen=tmp_path / "seen.csv"
    )
    assert {f.question for f in some.figures} == {"cue"}
    assert some.figures[0].value == next(f.value for f in found.figures if f.question == "cue")


SEEN_MISUSE = {
    "no annotator": (pd.DataFrame({"unit": ["t"], "length": [60]}), UsageError, "--all-saw-all"),
    "no unit": (pd.DataFrame({"annotator": ["A"], "length": [60]}), UsageError, 'no column "unit"'),
    "no length": (pd.DataFrame({"annotator": ["A"], "unit": ["t"]}), UsageError, '"length"'),
    "length 0": (seen_by("AB", ("t",), 0), TableError, "whole number of characters from 1"),
    "half a length": (seen_by("AB", ("t",), 1.5), TableError, "1.5 (row 2)"),
    "two lengths": (
        pd.concat([seen_by("A", ("t",), 60), seen_by("B", ("t",), 61)]),
        TableError,
        '"t" has two lengths',
    ),
}


@pytest.mark.parametrize("case", SEEN_MISUSE)
def test_a_table_of_who_saw_what_that_cannot_be_used(score, case):
    seen, kind, sentence = SEEN_MISUSE[case]
    with pytest.raises(kind) as caught:
        score([("A", "t", 3, 9, "x"), ("B", "t", 3, 9, "x")], seen)

    assert sentence in str(caught.value)


def test_guessing_needs_lengths_and_contradicts_knowing(score):
    marks = [("A", "t", 3, 9, "x")]
    with pytest.raises(UsageError, match="needs the length of every text"):
        score(marks, all_saw_all=True)
    with pytest.raises(UsageError, match="says who saw what; leave out"):
        score(marks, seen_by("A", ("t",)), all_saw_all=True)
    with pytest.raises(UsageError, match="compared as nominal"):
        score(marks, scale="ordinal")
    columns = Columns("annotator", "unit", "label", start="start", end="end", length="length")
    seen = pd.DataFrame({"annotator": ["A", "A"], "unit": ["t", "u"]})
    with pytest.raises(TableError, match='the length of "u" is not known'):
        score([("A", "t", 3, 9, "x", 60)], seen, columns)
