"""Labels recorded as quotes become what Label Studio stores."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import SnapshotError
from annotate.labels import read_result
from annotate.recorded import Recorded, read_recorded, to_result
from annotate.resources import resource
from annotate.schema import parse_config

SCHEMA = parse_config("""<View><Text name="t" value="$text"/>
<Labels name="l" toName="t"><Label value="A"/><Label value="B"/></Labels>
<Choices name="tone" toName="t"><Choice value="a"/><Choice value="b"/></Choices>
<Choices name="many" toName="t" choice="multiple"><Choice value="p"/><Choice value="q"/></Choices>
<Rating name="stars" toName="t"/><Number name="count" toName="t"/><TextArea name="note" toName="t"/>
<Choices name="who" toName="t" perRegion="true"><Choice value="us"/></Choices></View>""")
TEXT = "One, two 🙂 and one, two."


def recorded(spans=(), **answers):
    return Recorded("x.txt", "ada", "submitted", 1.0, answers, list(spans))


def refused(work):
    with pytest.raises(SnapshotError) as told:
        to_result(work, TEXT, SCHEMA)
    return str(told.value)


def test_answers_of_every_kind_are_read_back():
    work = recorded(tone="a", many=["q", "p"], stars=4, count=2.5, note="Says “x”.")
    reading = read_result(to_result(work, TEXT, SCHEMA), SCHEMA, TEXT)
    assert reading.faults == []
    assert reading.answers == {
        "tone": ("a",),
        "many": ("q", "p"),
        "stars": ("4",),
        "count": ("2.5",),
        "note": ("Says “x”.",),
    }


def test_a_quote_is_found_where_it_stands_for_the_nth_time():
    spans = [
        {"quote": "two", "occurrence": 2, "label": "A", "who": "us"},
        {"quote": "two", "label": "B"},
    ]
    reading = read_result(to_result(recorded(spans), TEXT, SCHEMA), SCHEMA, TEXT)
    assert [(r.start, r.labels) for r in reading.regions.values()] == [
        (TEXT.rindex("two"), [("l", "A")]),
        (TEXT.index("two"), [("l", "B")]),
    ]
    assert reading.region_answers == {("span-0", "who"): ("us",)}


@settings(deadline=None)
@given(st.text(min_size=1), st.data())
def test_any_quote_of_any_text_is_found_again(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    quote = text[start : data.draw(st.integers(start + 1, len(text)))]
    (item,) = to_result(recorded([{"quote": quote, "label": "A"}]), text, SCHEMA)
    value = item["value"]
    assert text[value["start"] : value["end"]] == quote
    assert value["start"] == text.index(quote)


@pytest.mark.parametrize(
    ("span", "told"),
    [
        ({"quote": "three", "label": "A"}, '"three" does not stand there'),
        ({"quote": "two", "occurrence": 3, "label": "A"}, "does not stand there 3 times"),
        ({"quote": "two", "occurrence": 0, "label": "A"}, "does not stand there 0 times"),
        ({"quote": "", "label": "A"}, "does not stand there"),
        ({"label": "A"}, "does not stand there"),
        ({"quote": "two", "label": "Z"}, 'has no label "Z"'),
        ({"quote": "two"}, 'has no label ""'),
        ({"quote": "two", "label": "A", "mood": "x"}, 'asks no "mood"'),
    ],
)
def test_a_span_that_does_not_fit_is_named(span, told):
    sentence = refused(recorded([span]))
    assert told in sentence
    assert "x.txt, ada" in sentence


def test_an_answer_to_no_question_is_named():
    assert 'asks no "mood"' in refused(recorded(mood="x"))


def test_a_file_is_read_line_by_line_whatever_stands_in_the_texts(tmp_path):
    lines = [vars(recorded(note="a\u2028b\x85c")), vars(recorded(note="d"))]
    path = tmp_path / "labels.jsonl"
    path.write_text(
        "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n", encoding="utf-8"
    )
    assert [work.answers["note"] for work in read_recorded(path)] == ["a\u2028b\x85c", "d"]


@pytest.mark.parametrize("line", ["{", "[]", "3", "{}", '{"file": "x", "colour": "red"}'])
def test_a_line_that_is_no_record_is_named(tmp_path, line):
    (tmp_path / "labels.jsonl").write_text(f"{json.dumps(vars(recorded()))}\n{line}\n")
    with pytest.raises(SnapshotError, match=r"labels\.jsonl, line 2"):
        read_recorded(tmp_path / "labels.jsonl")


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "bad").write_bytes(b"\xff")
    for name in ("bad", "gone"):
        with pytest.raises(SnapshotError, match=f"{name} cannot be read"):
            read_recorded(tmp_path / name)


def test_the_recorded_demonstration_is_read():
    work = read_recorded(resource("seeds") / "labels.jsonl")
    assert {one.status for one in work} == {"submitted", "skipped", "draft"}
    assert len({one.annotator for one in work}) == 3
