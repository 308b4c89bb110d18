"""One article laid out for reading: its text whole, every mark in its place."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.findings.reading import read_article
from annotate.schema import parse_config
from annotate.tables import Tables, empty_table, frame

SCHEMA = parse_config("""<View><Text name="t" value="$text"/>
<Labels name="l" toName="t"><Label value="A" background="red" group="g"/><Label value="Long name"
  alias="B"/></Labels>
<Labels name="m" toName="t"><Label value="A" background="blue"/></Labels>
<Choices name="tone" toName="t" missing="unclear" empty="calm"><Choice value="Hot" alias="h"/>
  <Choice value="unclear"/></Choices>
<Choices name="many" toName="t" choice="multiple"><Choice value="p"/><Choice value="q"/></Choices>
<TextArea name="note" toName="t"/>
<Choices name="who" toName="t" perRegion="true"><Choice value="Them" alias="th"/></Choices>
</View>""")
TEXT = "Öne two 🙂 three.\n\nFour"


def article(text=TEXT):
    fields = ("outlet", "event", "published", "title", "removed")
    return pd.Series({"article_id": "a1", "text": text, **dict.fromkeys(fields, "x")})


def visit(person, status="submitted", article_id="a1"):
    stamps = (1, "blind", status, "7", "", "", 1.0, "v")
    return (f"{article_id}/{person}", article_id, person, "main", *stamps)


def span(number, start, end, person="ada", label="A", group="g"):
    return (f"s{number}", f"a1/{person}", "a1", person, "main", group, label, start, end, "")


def answer(person, question, value, state="answered", span_id=""):
    return (f"a1/{person}", "a1", person, "main", question, state, value, span_id)


def read(visits=(), spans=(), answers=(), text=TEXT):
    tables = Tables(
        visits=frame("visits", visits),
        answers=frame("answers", answers),
        spans=frame("spans", spans),
        faults=empty_table("faults"),
    )
    return read_article(article(text), tables, SCHEMA)


def row(reading, title):
    (found,) = [row for row in reading.answers if row.title == title]
    return found


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=30), st.data())
def test_the_segments_are_the_text_and_each_mark_covers_its_span(text, data):
    place = st.integers(0, len(text))
    spans = [
        span(number, *sorted(pair))
        for number, pair in enumerate(data.draw(st.lists(st.tuples(place, place), max_size=6)))
        if pair[0] != pair[1]
    ]
    reading = read([visit("ada")], spans, text=text)
    assert "".join(segment.text for segment in reading.segments) == text
    for name, *_, start, end, _ in spans:
        marked = [s for s in reading.segments if any(m.span_id == name for m in s.marks)]
        assert "".join(segment.text for segment in marked) == text[start:end]
        begun = [m.begins for s in marked for m in s.marks if m.span_id == name]
        assert begun == [True] + [False] * (len(marked) - 1)


def test_overlapping_marks_are_layered():
    reading = read([visit("ada"), visit("ben")], [span(1, 0, 7), span(2, 4, 9, "ben", "B", "l")])
    layers = [(s.text, [(m.annotator, m.label) for m in s.marks]) for s in reading.segments]
    assert layers == [
        ("Öne ", [("ada", "A")]),
        ("two", [("ada", "A"), ("ben", "Long name")]),
        (" 🙂", [("ben", "Long name")]),
        (" three.\n\nFour", []),
    ]


def test_a_label_of_the_same_name_in_another_group_has_its_own_colour():
    reading = read([visit("ada")], [span(1, 0, 3), span(2, 4, 7, group="m")])
    assert [mark.color for s in reading.segments for mark in s.marks] == ["red", "blue"]


def test_a_label_that_the_scheme_has_no_more_is_shown_by_its_name():
    (segment, *_) = read([visit("ada")], [span(1, 0, 3, label="Gone")]).segments
    assert (segment.marks[0].label, segment.marks[0].color) == ("Gone", "")


def test_what_was_said_of_a_span_stands_beside_it():
    reading = read([visit("ada")], [span(1, 0, 3)], [answer("ada", "who", "th", span_id="s1")])
    assert reading.segments[0].marks[0].details == "Them"


def test_who_marked_nothing_is_there_too():
    people = [visit("ada"), visit("ben", "skipped"), visit("zoe", article_id="a2")]
    reading = read(people, [span(1, 0, 3)])
    assert reading.annotators == ("ada", "ben")
    assert reading.statuses == ("submitted", "skipped")
    assert reading.spans == (1, 0)


@pytest.mark.parametrize(
    ("answers", "shown", "agreed"),
    [
        ([("tone", "h"), ("tone", "h")], ("Hot", "Hot"), True),
        ([("tone", "h"), ("tone", "unclear")], ("Hot", "unclear"), None),
        ([("tone", "h"), ("tone", "calm", "empty")], ("Hot", "calm"), False),
        ([("tone", "h"), ("tone", "", "not_shown")], ("Hot", ""), None),
        ([("tone", "h")], ("Hot", ""), None),
        ([("many", "p"), ("many", "", "empty")], ("p", ""), False),
        ([("many", "", "empty"), ("many", "", "empty")], ("", ""), True),
        ([("note", "x"), ("note", "x")], ("x", "x"), None),
    ],
)
def test_answers_stand_side_by_side_with_whether_they_agree(answers, shown, agreed):
    people = ("ada", "ben")
    rows = [answer(who, *said) for who, said in zip(people, answers, strict=False)]
    titles = {"tone": "Tone", "many": "Many", "note": "Note"}
    found = row(read([visit(who) for who in people], (), rows), titles[answers[0][0]])
    assert (found.answers, found.agreed) == (shown, agreed)


def test_several_ticks_agree_whatever_their_order():
    rows = [answer("ada", "many", v) for v in "pq"] + [answer("ben", "many", v) for v in "qp"]
    found = row(read([visit("ada"), visit("ben")], (), rows), "Many")
    assert (found.answers, found.agreed) == (("p, q", "q, p"), True)


def test_an_article_nobody_has_seen_can_be_read():
    reading = read()
    assert [segment.text for segment in reading.segments] == [TEXT]
    assert reading.annotators == ()
    assert all(row.answers == () and row.agreed is None for row in reading.answers)


def of_visit(visit_id, *, round_="main", occasion=1, status="submitted", at=""):
    """Give a visit of ada's with an answer and a span of its own."""
    key = (visit_id, "a1", "ada", round_)
    seen = (*key, occasion, "blind", status, visit_id, "", at, 1.0, "v")
    said = (*key, "tone", "answered", "h" if visit_id == "wanted" else "calm", "")
    marked = (f"{visit_id}/1", *key, "g", "A", 0, 3, "")
    return seen, said, marked


@pytest.mark.parametrize(
    "others",
    [
        [of_visit("repeat", occasion=2, at="2026-05-01T00:00:00Z")],
        [of_visit("before", round_="pilot", at="2025-01-01T00:00:00Z")],
        [of_visit("draft", round_="again", status="draft", at="2026-05-01T00:00:00Z")],
        [of_visit("unread", status="unseen", occasion=2)],
    ],
)
def test_of_several_visits_of_one_person_the_one_that_votes_is_read(others):
    """A hidden repeat, or another round, must not make a person disagree with themselves."""
    every = [*others, of_visit("wanted", at="2026-01-01T00:00:00Z")]
    for order in (every, every[::-1]):
        seen, said, marked = zip(*order, strict=True)
        bob = visit("bob"), answer("bob", "tone", "h")
        reading = read([*seen, bob[0]], marked, [*said, bob[1]])
        assert sorted(reading.annotators) == ["ada", "bob"]
        assert reading.spans[reading.annotators.index("ada")] == 1
        assert row(reading, "Tone").answers == ("Hot", "Hot")
        assert row(reading, "Tone").agreed is True


def test_who_has_only_begun_in_two_rounds_is_named_once():
    rounds = [of_visit(name, round_=name, status="unseen")[0] for name in ("main", "again")]
    reading = read(rounds)
    assert (reading.annotators, reading.statuses) == (("ada",), ("unseen",))
