"""What a reviewer found in tables, frames and exports: told, refused or put right."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import annotate
from annotate.errors import ConfigError, TableError, UsageError
from annotate.schema.infer import infer_schema
from annotate.tidy import Columns
from annotate.tidy.files import read_rows
from annotate.tidy.numerals import short
from annotate.tidy.scales import Scaling
from annotate.workflow.anydata import score_export, score_table

COLUMNS = Columns("who", "unit", "label")
WORDS = ["low", "medium", "high"]
PLACES = {"A": [0, 1, 2, 0, 1, 2, 0, 2], "B": [0, 1, 2, 0, 2, 2, 1, 2]}


def wide(categories, places=PLACES, ordered=True):
    """Make two annotators whose labels are categories."""
    kind = pd.CategoricalDtype(categories, ordered=ordered)
    return pd.DataFrame(
        {who: pd.Categorical.from_codes(own, dtype=kind) for who, own in places.items()}
    )


def long(frame):
    """Give each label of a wide frame a row, its kind kept."""
    kind = frame["A"].dtype
    rows = [(who, unit, frame[who][unit]) for who in frame for unit in frame.index]
    tidy = pd.DataFrame(rows, columns=["annotator", "unit", "label"])
    return tidy.astype({"label": kind})


def saved(path, text):
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return path


def table(*votes, delimiter=","):
    """Write votes as a table of text."""
    return "\n".join(delimiter.join(row) for row in [("who", "unit", "label"), *votes]) + "\n"


def said(found, words):
    return [each for each in found.warnings if words in each]


@pytest.mark.parametrize(
    "categories", [WORDS, [2.0, 1.0, 3.0], [2.5, 1.0, 3.0], [3, 1, 2], ["10", "9", "8"]]
)
def test_ordered_categories_rule_long_and_wide_and_named(categories):
    frame = wide(categories)
    expected = annotate.agreement(wide(WORDS), "ordinal", wide=True).value

    assert annotate.agreement(frame, "ordinal", wide=True).value == expected
    assert annotate.agreement(long(frame), "ordinal").value == expected
    plain = long(frame).astype({"label": object})
    assert annotate.agreement(plain, "ordinal", order=categories).value == expected


def test_truth_values_are_ordered_as_they_are_spelled():
    frame = wide([True, False], {"A": [0, 1, 0, 1], "B": [0, 1, 1, 1]})
    tidy = long(frame)

    value = annotate.agreement(frame, "ordinal", wide=True).value
    assert annotate.agreement(tidy, "ordinal").value == value
    assert annotate.agreement(tidy, "ordinal", order=[False, True]).value == value
    plain = tidy.astype({"label": bool})
    assert annotate.agreement(plain, "ordinal", order=[False, True]).value == value


def test_annotators_with_other_orders_are_refused_unless_one_is_named():
    frame = wide(WORDS).assign(B=wide(WORDS[::-1])["B"])

    with pytest.raises(UsageError, match='"A" and "B" have not the same ordered categories'):
        annotate.agreement(frame, "ordinal", wide=True)
    assert annotate.agreement(frame, "ordinal", wide=True, order=WORDS).value < 1


def votes(spell):
    """Make labels, units and annotators of which every second one is spelled otherwise."""
    for unit in range(8):
        for who in (1, 2, 3):
            at = unit + who
            label = 1 + (unit + (who == 3 and unit % 3 == 0)) % 3
            yield spell(who, at), spell(unit, at + 1), spell(label, at)


def plain(number, _):
    return str(number)


def mixed(number, at):
    return f"{number}.0" if at % 2 else str(number)


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_one_and_one_point_nought_are_one_name_in_every_column(tmp_path, scale):
    one = score_table([saved(tmp_path / "a.csv", table(*votes(plain)))], COLUMNS, scale=scale)
    other = score_table([saved(tmp_path / "b.csv", table(*votes(mixed)))], COLUMNS, scale=scale)

    assert [each.to_json() for each in one.figures] == [each.to_json() for each in other.figures]
    assert not said(one, "taken for one")
    for column in ("who", "unit", "label"):
        assert said(other, f'are taken for one (column "{column}")')


@pytest.mark.parametrize("odd", ["007", "x", "1e3"])
def test_a_column_with_anything_else_is_left_as_it_is(tmp_path, odd):
    rows = [("a", "1", "1"), ("b", "1", "1.0"), ("a", "2", odd), ("b", "2", odd)]
    found = score_table([saved(tmp_path / "t.csv", table(*rows))], COLUMNS)

    assert found.figures[0].value < 1
    assert not said(found, "taken for one")


def test_missing_labels_may_be_words_or_spelled_otherwise(tmp_path):
    rows = [("a", "1", "1"), ("b", "1", "1.0"), ("a", "2", "2"), ("b", "2", "2")]
    rows += [("a", "3", "unclear"), ("b", "3", "99.0")]
    columns = Columns("who", "unit", "label", missing=("unclear", "99"))
    found = score_table([saved(tmp_path / "t.csv", table(*rows))], columns)

    assert found.figures[0].value == 1
    assert found.figures[0].counts.missing == 2
    assert not said(found, "matches no")


def test_numbers_of_one_question_are_alike_beside_words_of_another(tmp_path):
    text = "who,unit,what,label\n" + "".join(
        f"{who},{unit},stars,{mixed(unit, unit + (who == 'a'))}\n{who},{unit},tone,w{unit % 2}\n"
        for unit in range(6)
        for who in "ab"
    )
    columns = Columns("who", "unit", "label", question="what")
    found = score_table([saved(tmp_path / "t.csv", text)], columns)

    alphas = {
        each.question: each.value
        for each in found.figures
        if each.measure == "alpha (nominal)" and not each.label
    }
    assert alphas == {"stars": 1, "tone": 1}


def test_the_order_may_be_spelled_either_way(tmp_path):
    path = saved(tmp_path / "t.csv", table(*votes(mixed)))
    one = score_table([path], COLUMNS, scale="ordinal", order=["1", "2", "3"])
    other = score_table([path], COLUMNS, scale="ordinal", order=["1.0", "2.0", "3.0"])

    assert one.figures[0].value == other.figures[0].value
    with pytest.raises(UsageError, match="every value once"):
        Scaling.of("ordinal", ["1", "1.0"])


def as_files(folder, rows, parts=3):
    frame = pd.DataFrame(list(rows), columns=["who", "unit", "label"])
    folder.mkdir()
    frame["place"] = frame["unit"].map(
        lambda name: int(float(name)) % parts if name[0] < "a" else 0
    )
    for number, part in frame.groupby("place"):
        part.drop(columns="place").to_parquet(folder / f"{number}.parquet")
    return folder


def test_the_fold_spells_alike_what_one_file_would(tmp_path):
    whole = score_table([saved(tmp_path / "t.csv", table(*votes(mixed)))], COLUMNS)
    found = score_table([as_files(tmp_path / "parts", votes(mixed))], COLUMNS)

    assert [e.value for e in found.figures] == pytest.approx([e.value for e in whole.figures])
    assert [e.label for e in found.figures] == [e.label for e in whole.figures]
    assert said(found, 'taken for one (column "label")')
    assert said(found, 'taken for one (column "who")')
    assert said(found, 'taken for one (column "unit")')


def test_in_the_fold_a_word_in_one_file_keeps_the_numbers_of_all_apart(tmp_path):
    rows = [*votes(mixed), ("1", "word", "word"), ("2", "word", "word")]
    whole = score_table([saved(tmp_path / "t.csv", table(*rows))], COLUMNS)
    found = score_table([as_files(tmp_path / "parts", rows)], COLUMNS)

    assert [e.value for e in found.figures] == pytest.approx(
        [e.value for e in whole.figures], nan_ok=True
    )
    assert not said(found, 'column "label"')


def test_an_article_in_two_files_is_found_however_it_is_spelled(tmp_path):
    rows = [("a", "1", "x"), ("b", "1", "y"), ("a", "1.0", "x")]
    for name, part in {"p": rows[:2], "q": rows[2:]}.items():
        pd.DataFrame(part, columns=["who", "unit", "label"]).to_parquet(
            tmp_path / f"{name}.parquet"
        )

    with pytest.raises(TableError, match=r'"1" .* lies in'):
        score_table([tmp_path], COLUMNS)


def test_spans_and_who_saw_them_are_joined_however_they_are_numbered(tmp_path):
    spans = saved(tmp_path / "s.csv", "who,unit,start,end\n1.0,7.0,0,5\n2.0,7.0,0,5\n1,8,2,4\n")
    rows = "".join(f"{who},{unit},50\n" for who in (1, 2) for unit in (7, 8))
    seen = saved(tmp_path / "seen.csv", "annotator,unit,length\n" + rows)
    found = score_table([spans], Columns("who", "unit", start="start", end="end"), seen=seen)

    assert found.figures[0].articles == 2
    assert not said(found, "nobody says who saw it")


@given(st.integers(-(10**30), 10**30), st.integers(1, 3))
def test_a_whole_number_has_one_short_spelling(number, noughts):
    assert short(f"{number}.{'0' * noughts}") == short(str(number)) == str(number)


@given(st.from_regex(r"\A(00?[0-9]{1,3}(\.0)?|[1-9]\.[0-9]*[1-9]0|[a-z]\.0|1e3)\Z"))
def test_what_may_be_a_name_is_left_alone(name):
    assert short(name) == name


def test_ranks_that_nobody_used_are_told(tmp_path):
    rows = [("a", str(u), label) for u, label in enumerate("12455")]
    rows += [("b", str(u), label) for u, label in enumerate("14455")]
    path = saved(tmp_path / "t.csv", table(*rows))

    found = score_table([path], COLUMNS, scale="ordinal")
    assert said(found, 'nobody said "3"; ')
    assert said(found, "--order 1,2,3,4,5 (in Python order=[")
    full = score_table([path], COLUMNS, scale="ordinal", order=list("12345"))
    assert not said(full, "nobody said")
    assert not said(score_table([path], COLUMNS), "nobody said")


@pytest.mark.parametrize("labels", ["1123", ["0.5", "1", "2", "4"], ["1", "200", "1", "3"]])
def test_only_whole_numbers_with_gaps_are_told(tmp_path, labels):
    rows = [(who, str(u), label) for u, label in enumerate(labels) for who in "ab"]
    found = score_table([saved(tmp_path / "t.csv", table(*rows))], COLUMNS, scale="ordinal")

    assert len(said(found, "nobody said")) == (labels[1] == "200")


def test_a_vote_swallowed_by_quotation_marks_is_refused(tmp_path):
    text = 'who\tunit\tlabel\nx\t1\t"5\ny\t1\t5"\nx\t2\t4\ny\t2\t4\n'
    path = saved(tmp_path / "t.tsv", text)

    with pytest.raises(
        TableError, match=r'a line breaks inside "5\\ny\\t1\\t5" \(column "label"\)'
    ):
        score_table([path], COLUMNS)


def test_a_line_break_in_a_unit_is_told_for_units_may_be_texts():
    frame = pd.DataFrame({"annotator": ["a", "b"] * 2, "unit": ["x\ny", "x\ny", "z", "z"]})
    found = annotate.agreement(frame.assign(label=["1", "1", "2", "2"]))

    assert found.value == 1
    assert said(found, 'a line breaks inside "x\\ny" (column "unit")')


def test_a_text_beside_the_questions_asked_for_may_have_lines(tmp_path):
    text = 'who,unit,what,label\na,1,tone,x\nb,1,tone,y\na,1,note,"p\nq"\n'
    path = saved(tmp_path / "t.csv", text)
    columns = Columns("who", "unit", "label", question="what", only=("tone",))

    assert not said(score_table([path], columns), "line breaks")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_system(tmp_path, end):
    path = tmp_path / "t.csv"
    path.write_bytes(table(*votes(plain)).replace("\n", end).encode())
    rows = read_rows(path, ("who", "unit", "label"))

    assert len(rows) == 24
    assert rows["who"].spelled() == ["1", "2", "3"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_column_name_may_hold_a_line_break(tmp_path, end):
    path = tmp_path / "t.csv"
    path.write_bytes(f'who,"the{end}unit",label{end}a,1,x{end}b,1,y{end}'.encode())
    rows = read_rows(path, ("who", f"the{end}unit", "label"))

    assert rows["label"].spelled() == ["x", "y"]


@pytest.mark.parametrize("text", ["", "\n", " \n"])
def test_a_file_without_a_header_is_still_told(tmp_path, text):
    with pytest.raises(TableError, match="first row must name the columns"):
        read_rows(saved(tmp_path / "t.csv", text), ("who",))


def test_a_header_in_another_encoding_is_still_told(tmp_path):
    for name, raw in {
        "a": "wér,unit\n".encode("latin-1"),
        "b": "who,unit\n".encode("utf-16"),
    }.items():
        with pytest.raises(TableError, match="not in UTF-8"):
            read_rows(saved(tmp_path / f"{name}.csv", raw), ("unit",))


def work(control, kind, value, number=1, to="story"):
    item = {"id": control, "from_name": control, "to_name": to, "type": kind, "value": value}
    return {"id": number, "completed_by": number, "result": [item]}


def task(number, *annotations, text="words"):
    return {"id": number, "project": number, "data": {"text": text}, "annotations": annotations}


def test_a_control_of_two_kinds_is_refused_in_either_order():
    tasks = [
        task(1, work("tone", "rating", {"rating": 3})),
        task(2, work("tone", "choices", {"choices": ["hot"]})),
    ]
    for order in (tasks, tasks[::-1]):
        export = json.loads(json.dumps(order))
        with pytest.raises(ConfigError, match='"tone" is of two kinds in the export'):
            infer_schema(export)


def test_marks_in_a_second_text_are_told():
    def mark(to, number):
        value = {"start": 0, "end": 2, "text": "wo", "labels": ["x"]}
        return work("tag", "labels", value, number, to)

    schema, warnings = infer_schema(
        json.loads(json.dumps([task(1, mark("body", 1), mark("body", 2), mark("title", 3))]))
    )

    assert schema.text_name == "body"
    told = 'the control "tag" marks texts called "body", "title"; only marks in "body" count'
    assert told in warnings


def test_tasks_that_repeat_a_text_are_told(tmp_path):
    def votes(number):
        return [work("tone", "choices", {"choices": ["hot"]}, who) for who in (number, number + 1)]

    path = tmp_path / "export.json"
    path.write_text(json.dumps([task(1, *votes(1)), task(2, *votes(3)), task(3, text="more")]))
    found = score_export([path])

    assert said(found, "1 article repeats the text of another; they count as different articles")


def test_a_frame_without_rows_or_columns_has_nothing_to_score():
    for frame in (pd.DataFrame(), pd.DataFrame({"A": [], "B": []})):
        with pytest.raises(TableError, match="has no rows"):
            annotate.agreement(frame, wide=True)


@pytest.mark.parametrize("column", ["annotator", "unit", "label"])
def test_half_a_character_is_told(column):
    frame = pd.DataFrame({"annotator": ["a", "b"], "unit": ["1", "1"], "label": ["x", "y"]})
    frame = frame.astype(object)
    frame.loc[0, column] = "\ud800"

    with pytest.raises(TableError, match=f'"{column}" holds half a character'):
        annotate.agreement(frame)


@pytest.mark.parametrize("place", ["index", "columns", "cells"])
def test_half_a_character_is_told_in_a_wide_frame(place):
    bad = "\ud800"
    frame = pd.DataFrame({"a": ["x", "y"], "b": ["x", "y"]}, dtype=object)
    if place == "cells":
        frame.loc[0, "a"] = bad
    elif place == "index":
        frame.index = pd.Index([bad, "2"], dtype=object)
    else:
        frame.columns = pd.Index([bad, "b"], dtype=object)

    with pytest.raises(TableError, match="half a character"):
        annotate.agreement(frame, wide=True)


def test_more_coefficients_may_be_one_name_or_none():
    frame = wide(WORDS)
    one = annotate.agreement(frame, wide=True, also="fleiss")

    assert one.to_frame().equals(annotate.agreement(frame, wide=True, also=["fleiss"]).to_frame())
    none = annotate.agreement(frame, wide=True, also=None)
    assert none.to_frame().equals(annotate.agreement(frame, wide=True).to_frame())
    assert len(one.figures) > len(none.figures)


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval", "ratio"])
def test_unknown_weights_are_refused_at_every_scale(scale):
    frame = pd.DataFrame({"A": [1, 2, 3], "B": [1, 2, 2]})

    with pytest.raises(UsageError, match='no weights "cubic"'):
        annotate.agreement(frame, scale, wide=True, weights="cubic")


def test_an_empty_order_is_refused():
    with pytest.raises(UsageError, match="order must be a list of values"):
        annotate.agreement(pd.DataFrame({"A": [1], "B": [1]}), "ordinal", wide=True, order=[])


@pytest.mark.parametrize("length", [2**31, 10**17])
def test_a_length_that_no_text_has_is_refused(tmp_path, length):
    spans = saved(tmp_path / "s.csv", "who,unit,start,end\na,t,0,5\nb,t,0,5\n")
    seen = saved(tmp_path / "seen.csv", f"annotator,unit,length\na,t,{length}\nb,t,{length}\n")

    with pytest.raises(TableError, match="from 1 to 2,147,483,647; 2 rows have another one"):
        score_table([spans], Columns("who", "unit", start="start", end="end"), seen=seen)


def test_numpy_numbers_in_columns_of_objects_are_spelled_as_others():
    labels = [np.float64(1.0), "x", np.bool_(True), 1, "x", True]
    frame = pd.DataFrame({"annotator": list("aaabbb"), "unit": list("123") * 2})
    assert annotate.agreement(frame.assign(label=pd.Series(labels, dtype=object))).value == 1
