"""The tables hold their contract, and say so for every bad row at once."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import TableError
from annotate.tables import COLUMNS, Tables, empty_table, frame

VISIT = ("v1", "a1", "ada", "main", 1, "blind", "submitted", "7", "", "", 1.0, "x")
SPAN = ("s1", "v1", "a1", "ada", "main", "g", "A", 0, 3, "One")
ANSWER = ("v1", "a1", "ada", "main", "tone", "answered", "a", "")
TEXTS = {"a1": "One two."}


def good():
    return Tables(
        visits=frame("visits", [VISIT]),
        answers=frame("answers", [ANSWER]),
        spans=frame("spans", [SPAN]),
        faults=empty_table("faults"),
    )


def broken(tables, texts=TEXTS):
    with pytest.raises(TableError) as told:
        tables.check(texts)
    return str(told.value)


@pytest.mark.parametrize("name", COLUMNS)
def test_an_empty_table_has_the_columns_and_types_of_a_full_one(name):
    rows = {"visits": VISIT, "spans": SPAN, "answers": ANSWER}
    full = frame(name, [rows.get(name, ("a1", "ada", "main", "7", "trimmed", True, "why"))])
    assert empty_table(name).dtypes.astype(str).to_dict() == full.dtypes.astype(str).to_dict()
    assert list(full.columns) == list(COLUMNS[name])


def test_a_good_study_and_an_empty_one_pass():
    good().check(TEXTS)
    Tables.empty().check({})


@pytest.mark.parametrize(
    ("start", "end", "text"), [(0, 4, "One"), (-8, 3, "One"), (3, 3, ""), (5, 9, "wo."), (3, 0, "")]
)
def test_a_span_that_reads_otherwise_is_named(start, end, text):
    spans = frame("spans", [SPAN, (*SPAN[:7], start, end, text)])
    told = broken(replace(good(), spans=spans))
    assert f'spans row 1: article "a1" reads otherwise at {start}-{end}' in told
    assert "row 0" not in told


def test_a_span_without_an_article_is_named():
    assert 'there is no article "a1"' in broken(good(), {})


def test_every_bad_row_is_named_at_once():
    visits = frame("visits", [VISIT, VISIT, ("v2", *VISIT[1:6], "finished", *VISIT[7:])])
    answers = frame("answers", [(*ANSWER[:5], "shrugged", *ANSWER[6:])])
    told = broken(replace(good(), visits=visits, answers=answers))
    assert 'visits row 2: status is "finished"' in told
    assert 'visits row 1: "v1" stands there twice' in told
    assert 'answers row 0: state is "shrugged"' in told


@settings(deadline=None)
@given(st.text())
def test_any_text_survives_as_far_as_a_file_can_hold_it(text):
    table = frame("faults", [("a1", "ada", "main", "7", "trimmed", True, text)])
    (kept,) = table["detail"]
    assert kept == text.encode("utf-8", "replace").decode()


def test_half_a_surrogate_pair_becomes_a_question_mark():
    table = frame("faults", [("a1", "ada", "main", "7", "trimmed", True, "a\ud83db")])
    assert table["detail"].tolist() == ["a?b"]
    assert isinstance(table, pd.DataFrame)
