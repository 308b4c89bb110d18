"""Annotations become tables; nothing that the server sends is believed, nothing is lost unsaid."""

import copy
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.labels import build_tables, read_result
from annotate.resources import resource
from annotate.schema import parse_config
from annotate.snapshots import Header, Snapshot
from annotate.studio.tasks import text_hash

DEFAULT = parse_config(resource("label_config.xml").read_bytes())
SCHEMA = parse_config("""<View><Text name="t" value="$text"/>
<Labels name="l" toName="t" choice="multiple"><Label value="A" group="g"/><Label value="B"/>
</Labels>
<Choices name="tone" toName="t" empty="calm"><Choice value="a"/><Choice value="b"/></Choices>
<Choices name="why" toName="t" visibleWhen="choice-selected" whenTagName="tone" whenChoiceValue="a">
  <Choice value="x"/></Choices>
<Choices name="many" toName="t" choice="multiple"><Choice value="p"/><Choice value="q"/></Choices>
<Rating name="stars" toName="t"/><Number name="count" toName="t"/><TextArea name="note" toName="t"/>
<Taxonomy name="topic" toName="t"><Choice value="War"><Choice value="Peace"/></Choice></Taxonomy>
<Choices name="who" toName="t" perRegion="true" required="true" visibleWhen="region-selected"
  whenTagName="l" whenLabelValue="B"><Choice value="them"/><Choice value="us"/></Choices>
<Relations><Relation value="r"/></Relations></View>""")
TEXT = "Ümläut 🙂 said:\n\n“A scandal”, \r\nhe  claims."
HEADER = Header("server", "2026-01-01T00:00:00Z", "v1", "main", ["ada", "ben"])


def span(start, end, labels=("A",), region="r1", **value):
    value = {"start": start, "end": end, "labels": list(labels), **value}
    return {"id": region, "from_name": "l", "to_name": "t", "type": "labels", "value": value}


def answer(name, value, kind="choices", region="x", key=None):
    value = {key or kind: value}
    return {"id": region, "from_name": name, "to_name": "t", "type": kind, "value": value}


def work(result, annotator="ada", number=1, at="2026-01-01T00:00:00Z", **more):
    return {
        "id": str(number),
        "annotator": annotator,
        "result": result,
        "created_at": at,
        "updated_at": at,
        "seconds": 1.5,
        "skipped": False,
        "updated_by": annotator,
        **more,
    }


def task(*annotations, desk="", text=TEXT, article="a1", drafts=()):
    return {
        "article_id": article,
        "text_sha256": text_hash(text),
        "desk": desk,
        "annotations": list(annotations),
        "drafts": list(drafts),
    }


def tables(*tasks, header=HEADER, schema=SCHEMA, text=TEXT):
    return build([Snapshot(header, list(tasks))], schema, text)


def build(snapshots, schema=SCHEMA, text=TEXT):
    return build_tables(snapshots, schema, {"a1": text}, {"a1": text_hash(text)})


def said(built, question):
    rows = built.answers[built.answers["question"] == question]
    return list(zip(rows["state"], rows["value"], strict=True))


def faults(built):
    return list(zip(built.faults["kind"], built.faults["kept"], strict=True))


def statuses(built):
    return dict(zip(built.visits["annotator"], built.visits["status"], strict=True))


# --- spans ---


@settings(deadline=None)
@given(st.text(min_size=1), st.data())
def test_any_span_of_any_text_reads_the_same_in_the_table(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quoted = text[start:end].replace("\r", "\\n").replace("\n", "\\n")
    built = tables(task(work([span(start, end, text=quoted)]), text=text), text=text)
    if not text[start:end].strip():
        assert faults(built) == [("blank span", False)]
        return
    (row,) = built.spans.to_dict("records")
    assert text[row["start"] : row["end"]] == row["text"]
    assert row["text"] == text[start:end].strip()
    assert start <= row["start"] < row["end"] <= end


@pytest.mark.parametrize(
    "before", ["🙂", "👨‍👩‍👧", "e\u0301", "\r\n", "\r", "\u2028", "\ufeff", "\u200b", "𝒳"]
)
def test_a_span_after_a_troublesome_character_is_right(before):
    text = f"{before} word"
    start = len(before) + 1
    built = tables(task(work([span(start, start + 4, text="word")]), text=text), text=text)
    assert built.spans["text"].tolist() == ["word"]
    assert built.faults.empty


def test_white_space_at_the_ends_is_trimmed_and_said():
    start = TEXT.index("he  claims")
    built = tables(task(work([span(start - 2, start + 4)])))
    assert built.spans["text"].tolist() == ["he"]
    assert faults(built) == [("trimmed", True)]


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        (span(0, 500_000), "bad offsets"),
        (span(5, 3), "bad offsets"),
        (span(3, 3), "bad offsets"),
        (span(-4, 3), "bad offsets"),
        (span("0", 3), "malformed"),
        (span(0.0, 3), "malformed"),
        (span(True, 3), "malformed"),
        (span(None, 3), "malformed"),
        (span(0, 3, globalOffsets="x"), "malformed"),
        (span(0, 3, labels=["Z"]), "unknown label"),
        (span(0, 3, labels=[["A"]]), "unknown label"),
        (span(0, 3) | {"from_name": "m"}, "unknown label"),
        (span(0, 3) | {"to_name": "other"}, "unknown text"),
        (span(0, 3) | {"to_name": ["t"]}, "unknown text"),
        (span(0, 3, text="something else"), "text differs"),
        (span(14, 16), "blank span"),
        (span(0, 3) | {"type": ["labels"]}, "unknown type"),
        (span(0, 3) | {"type": "brushlabels"}, "unknown type"),
        (span(0, 3) | {"value": "x"}, "malformed"),
        ("x", "malformed"),
        (None, "malformed"),
    ],
)
def test_a_span_that_cannot_be_right_is_set_aside_and_the_visit_stays(item, kind):
    built = tables(task(work([item, span(0, 6, region="good")])))
    assert built.spans["text"].tolist() == ["Ümläut"]
    assert faults(built) == [(kind, False)]
    assert statuses(built)["ada"] == "submitted"


def test_a_known_label_beside_an_unknown_one_counts():
    built = tables(task(work([span(0, 6, labels=["Z", "A"])])))
    assert built.spans["label"].tolist() == ["A"]
    assert faults(built) == [("unknown label", False)]


def test_hypertext_offsets_are_the_global_ones():
    value = {"start": "/p[1]/text()[1]", "end": "/p[1]/text()[1]", "startOffset": 0}
    item = span(0, 0) | {
        "type": "hypertextlabels",
        "value": {**value, "hypertextlabels": ["A"], "globalOffsets": {"start": 0, "end": 6}},
    }
    assert tables(task(work([item]))).spans["text"].tolist() == ["Ümläut"]


def test_line_breaks_that_a_browser_adds_between_blocks_are_no_difference():
    text = "One.Two."
    built = tables(task(work([span(0, 8, text="One.\\n\\nTwo.")]), text=text), text=text)
    assert built.spans["text"].tolist() == ["One.Two."]
    assert built.faults.empty


def test_a_region_of_several_labels_is_as_many_spans_with_ids_of_their_own():
    odd = [span(0, 6, ["A", "B"], "r"), span(0, 6, ["A"], "r/2"), span(0, 6, ["B"], "r.2")]
    built = tables(task(work(odd)))
    assert built.spans["label"].tolist() == ["A", "B", "A", "B"]
    assert built.spans["group"].tolist() == ["g", "l", "g", "l"]
    assert built.spans["span_id"].is_unique


def test_a_region_in_two_places_keeps_the_first():
    built = tables(task(work([span(0, 6), span(0, 4)])))
    assert built.spans["end"].tolist() == [6]
    assert faults(built) == [("malformed", False)]


# --- answers ---


def test_every_kind_of_answer_is_read_as_it_is_stored():
    built = tables(
        task(
            work(
                [
                    answer("tone", ["b"]),
                    answer("many", ["q", "p", "q"]),
                    answer("stars", 4, "rating"),
                    answer("count", 2.5, "number"),
                    answer("note", ["one", "two", "one"], "textarea", key="text"),
                    answer("topic", [["War"], ["War", "Peace"]], "taxonomy"),
                ]
            )
        )
    )
    assert said(built, "tone") == [("answered", "b")]
    assert said(built, "many") == [("answered", "q"), ("answered", "p")]
    assert said(built, "stars") == [("answered", "4")]
    assert said(built, "count") == [("answered", "2.5")]
    assert said(built, "note") == [("answered", "one\ntwo\none")]
    assert said(built, "topic") == [("answered", "War"), ("answered", "War > Peace")]
    assert said(built, "why") == [("not_shown", "")]
    assert built.faults.empty


@pytest.mark.parametrize("given_", [4, 4.0])
def test_a_whole_number_is_written_as_one(given_):
    assert said(tables(task(work([answer("count", given_, "number")]))), "count") == [
        ("answered", "4")
    ]


def test_an_empty_submission_is_a_visit_that_left_every_question_empty():
    built = tables(task(work([])))
    assert statuses(built)["ada"] == "submitted"
    assert built.spans.empty
    assert said(built, "tone") == [("empty", "calm")]
    assert said(built, "many") == [("empty", "")]
    assert said(built, "why") == [("not_shown", "")]
    assert said(built, "who") == []


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        (answer("tone", ["z"]), "unknown value"),
        (answer("tone", ["a", "z"]), "unknown value"),
        (answer("tone", ["a", "b"]), "several values"),
        (answer("tone", [{}]), "unknown value"),
        (answer("tone", True), "unknown value"),
        (answer("tone", 3, "rating"), "unknown value"),
        (answer("tone", ["a"], key="wrong"), "unknown value"),
        (answer("tone", ["a"]) | {"value": ["a"]}, "malformed"),
        (answer("tone", ["a"]) | {"value": None}, "malformed"),
        (answer("tone", ["a"]) | {"type": None}, "unknown type"),
        (answer("tone", ["a"]) | {"type": ["choices"]}, "unknown type"),
        (answer("tone", ["a"]) | {"type": "pairwise"}, "unknown type"),
    ],
)
def test_an_unreadable_answer_is_no_vote_not_even_an_empty_one(item, kind):
    built = tables(task(work([item])))
    assert said(built, "tone") == []
    assert faults(built) == [(kind, False)]
    assert said(built, "many") == [("empty", "")]


@pytest.mark.parametrize("value", [10**400, float("inf"), float("nan"), "4", [], True, {}, 6, 0])
def test_a_rating_that_is_none_of_its_values_is_no_vote(value):
    expected = [("empty", "")] if value == [] else []
    assert said(tables(task(work([answer("stars", value, "rating")]))), "stars") == expected


@pytest.mark.parametrize("value", [10**400, float("inf"), float("nan"), "4", True])
def test_a_number_that_is_none_is_no_vote(value):
    assert said(tables(task(work([answer("count", value, "number")]))), "count") == []


@pytest.mark.parametrize("order", [1, -1])
def test_two_different_answers_to_one_question_are_no_vote(order):
    built = tables(task(work([answer("tone", ["a"]), answer("tone", ["b"])][::order])))
    assert said(built, "tone") == []
    assert faults(built) == [("several answers", False)]


@pytest.mark.parametrize("order", [1, -1])
def test_a_readable_answer_does_not_cover_an_unreadable_one(order):
    built = tables(task(work([answer("tone", ["a"]), answer("tone", ["z"])][::order])))
    assert said(built, "tone") == []


def test_an_answer_to_a_question_nobody_asked_is_set_aside():
    built = tables(task(work([answer("other", ["a"])])))
    assert faults(built) == [("unknown control", False)]


def test_a_hidden_question_is_no_vote_and_what_stayed_behind_is_said():
    built = tables(task(work([answer("tone", ["b"]), answer("why", ["x"])])))
    assert said(built, "why") == [("not_shown", "")]
    assert faults(built) == [("not shown", False)]
    shown = tables(task(work([answer("why", ["x"]), answer("tone", ["a"])])))
    assert said(shown, "why") == [("answered", "x")]


def test_a_question_about_a_span_belongs_to_the_label_that_asks_it():
    built = tables(task(work([span(0, 6, ["A", "B"]), answer("who", ["us"], region="r1")])))
    (asked,) = built.answers[built.answers["question"] == "who"]["span_id"]
    assert built.spans.set_index("span_id").loc[asked, "label"] == "B"


def test_a_question_about_a_span_is_not_asked_of_other_labels():
    built = tables(task(work([span(0, 6, ["A"]), answer("who", ["us"], region="r1")])))
    assert said(built, "who") == []
    assert faults(built) == [("not shown", False)]


def test_an_answer_may_stand_before_its_region():
    built = tables(task(work([answer("who", ["us"], region="r1"), span(0, 6, ["B"])])))
    assert said(built, "who") == [("answered", "us")]


def test_a_required_answer_that_is_missing_is_said_and_the_span_kept():
    built = tables(task(work([span(0, 6, ["B"])])))
    assert said(built, "who") == [("empty", "")]
    assert faults(built) == [("unanswered", True)]


def test_an_answer_about_a_span_that_was_set_aside_is_set_aside_too():
    built = tables(task(work([span(0, 999, ["B"]), answer("who", ["us"], region="r1")])))
    assert faults(built) == [("bad offsets", False), ("no region", False)]


def test_relations_and_ignored_controls_are_no_faults():
    items = [
        {"type": "relation", "from_id": "a", "to_id": "b", "direction": "right"},
        {"type": "x", "from_name": "Relations", "value": {}},
    ]
    assert tables(task(work(items))).faults.empty


def test_half_a_surrogate_pair_reaches_no_table():
    result = [
        answer("note", ["a\ud800b"], "textarea", key="text"),
        answer("\ud800", ["x"]),
        span(0, 6, ["\udfff"]),
    ]
    built = tables(task(work(result)))
    assert said(built, "note") == [("answered", "a?b")]
    assert "\\ud800" in built.faults["detail"].str.cat()


# --- visits ---


def test_everybody_on_the_roster_has_a_visit_and_only_submitted_ones_vote():
    built = tables(
        task(work([span(0, 6)], skipped=True)),
        header=Header("file:1", "2026-01-01T00:00:00Z", "v1", "main", ["ada", "ben", "cid"]),
    )
    assert statuses(built) == {"ada": "skipped", "ben": "unassigned", "cid": "unassigned"}
    assert built.spans.empty
    assert built.answers.empty


def test_a_desk_nobody_sat_down_at_is_unseen():
    assert statuses(tables(task(desk="ada"))) == {"ada": "unseen"}


def test_a_draft_is_a_visit_without_votes():
    built = tables(task(desk="ada", drafts=[work([span(0, 6)])]))
    assert statuses(built) == {"ada": "draft"}
    assert built.spans.empty


def test_a_draft_does_not_stand_before_an_annotation():
    later = work([], number=9, at="2027-01-01T00:00:00Z")
    built = tables(task(work([span(0, 6)]), desk="ada", drafts=[later]))
    assert statuses(built) == {"ada": "submitted"}
    assert len(built.spans) == 1


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.500000Z"),
        ("2026-01-01T10:00:00+02:00", "2026-01-01T09:00:00Z"),
        ("2026-01-01T09:00:00Z", "2026-01-01T09:00:00Z"),
        ("", ""),
        ("soon", "later"),
    ],
)
def test_the_latest_annotation_counts_and_the_others_are_listed(earlier, later):
    first = work([span(0, 6)], number=9, at=earlier)
    last = work([], number=10, at=later)
    for order in ([first, last], [last, first]):
        built = tables(task(*order, desk="ada"))
        assert built.visits["annotation_id"].tolist() == ["10"]
        assert built.spans.empty
        assert built.faults["annotation_id"].tolist() == ["9"]
        assert faults(built) == [("superseded", False)]


def test_a_later_skip_takes_back_a_submission():
    first, last = work([span(0, 6)]), work([], number=2, at="2027-01-01T00:00:00Z", skipped=True)
    assert statuses(tables(task(first, last, desk="ada"))) == {"ada": "skipped"}


def test_work_at_somebody_elses_desk_is_set_aside():
    built = tables(task(work([span(0, 6)], annotator="ben"), desk="ada"))
    assert statuses(built) == {"ada": "unseen"}
    assert built.spans.empty
    assert "the desk is ada's" in built.faults["detail"][0]


@pytest.mark.parametrize(("editor", "why"), [("ben", "last changed by ben"), ("", "does not say")])
def test_work_at_a_desk_that_another_hand_was_in_is_kept_apart(editor, why):
    built = tables(task(work([span(0, 6)], updated_by=editor), desk="ada"))
    assert statuses(built) == {"ada": "draft"}
    assert built.spans.empty
    assert faults(built) == [("set aside", False)]
    assert why in built.faults["detail"].iloc[0]


def test_work_that_its_author_saved_again_counts_again():
    before = work([span(0, 6)], updated_by="ben")
    built = tables(task(work([span(0, 3)], at="2026-01-02T00:00:00Z"), before, desk="ada"))
    assert statuses(built) == {"ada": "submitted"}
    assert built.spans["end"].tolist() == [3]


def test_work_in_a_strangers_project_that_another_hand_was_in_counts_and_is_said():
    header = Header("file:1", "2026-01-01T00:00:00Z", "v1", "main", ["ada"])
    built = tables(task(work([span(0, 6)], updated_by="ben")), header=header)
    assert len(built.spans) == 1
    assert faults(built) == [("edited", True)]


def test_work_on_an_altered_text_is_set_aside():
    built = tables(task(work([span(0, 6)]), desk="ada", text=TEXT + "!"))
    assert statuses(built) == {"ada": "unseen"}
    assert built.spans.empty
    assert "not the one that was frozen" in built.faults["detail"][0]


def test_an_article_the_study_does_not_have_gives_no_visit():
    built = tables(task(work([span(0, 6)]), desk="ada", article="other"))
    assert built.visits.empty
    assert faults(built) == [("set aside", False)]


@pytest.mark.parametrize("order", [1, -1])
def test_work_in_one_of_two_tasks_on_an_article_is_not_lost(order):
    pair = [task(desk="ada"), task(work([span(0, 6)]), desk="ada")]
    built = tables(*pair[::order])
    assert statuses(built) == {"ada": "submitted"}
    assert len(built.spans) == 1
    assert built.faults.empty


@pytest.mark.parametrize("order", [1, -1])
def test_work_in_one_of_two_sources_is_not_lost(order):
    other = Header("file:7", "2026-02-01T00:00:00Z", "v2", "main", ["ada"])
    pair = [
        Snapshot(HEADER, [task(desk="ada")]),
        Snapshot(other, [task(work([span(0, 6)]))]),
    ]
    built = build(pair[::order])
    assert statuses(built) == {"ada": "submitted"}
    assert built.visits["schema_version"].tolist() == ["v2"]


def test_of_two_sources_the_latest_work_counts_and_the_same_work_is_not_listed():
    other = Header("file:7", "2026-02-01T00:00:00Z", "v2", "main", ["ada"])
    done = work([span(0, 6)])
    twice = build([Snapshot(HEADER, [task(done)]), Snapshot(other, [task(done)])])
    assert len(twice.spans) == 1
    assert twice.faults.empty
    later = work([], number=2, at="2026-03-01T00:00:00Z")
    newer = build([Snapshot(HEADER, [task(later)]), Snapshot(other, [task(done)])])
    assert newer.spans.empty
    assert faults(newer) == [("superseded", False)]


def test_rounds_are_visits_of_their_own():
    other = Header("file:7", "2026-02-01T00:00:00Z", "v1", "second", ["ada"])
    built = build([Snapshot(HEADER, [task(work([]))]), Snapshot(other, [task(work([]))])])
    assert built.visits[built.visits["annotator"] == "ada"]["round"].tolist() == ["main", "second"]


# --- invariants ---

WORDS = ["a", "b", "A", "B", "l", "t", "tone", "who", "many", "stars", "note", "choices", "labels"]
words = st.sampled_from([*WORDS, "rating", "textarea", "relation", "r1", "text", "\ud800", ""])
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    words,
    st.just(10**400),
    st.text(max_size=5),
)
KEYS = ["id", "type", "value", "from_name", "to_name", "start", "end", "labels", "choices", "text"]
keys = st.sampled_from([*KEYS, "rating", "taxonomy", "globalOffsets"])
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6),
    max_leaves=12,
)
near = st.fixed_dictionaries(
    {
        "id": words | scalars,
        "type": words | anything,
        "from_name": words | anything,
        "value": st.dictionaries(
            keys, st.integers(-2, 60) | st.lists(words, max_size=3) | anything
        ),
    },
    optional={"to_name": words | anything},
)
results = st.lists(near | anything, max_size=6) | anything


@settings(deadline=None, max_examples=60)
@given(results)
def test_no_result_breaks_the_reading(result):
    before = copy.deepcopy(result)
    built = tables(task(work(result), desk="ada"))
    assert repr(before) == repr(result)
    # What cannot be read at all is no submission, least of all one of silence.
    assert statuses(built) == {"ada": "submitted" if isinstance(result, list) else "draft"}
    assert built.spans["span_id"].is_unique
    assert not built.answers.duplicated(["visit_id", "question", "value", "span_id"]).any()
    assert set(built.answers["span_id"]) - {""} <= set(built.spans["span_id"])
    for start, end, text in built.spans[["start", "end", "text"]].itertuples(index=False):
        assert TEXT[start:end] == text


@settings(deadline=None, max_examples=60)
@given(results)
def test_no_result_breaks_the_reading_with_the_default_scheme(result):
    reading = read_result(result, DEFAULT, TEXT)
    assert all(0 <= r.start < r.end <= len(TEXT) for r in reading.regions.values())


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ada", "ben", "cid"]),
            st.sampled_from(["", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5Z"]),
            st.booleans(),
            st.integers(1, 6),
        ),
        max_size=6,
    ),
    st.sampled_from(["", "ada"]),
    st.randoms(use_true_random=False),
)
def test_the_order_of_annotations_changes_nothing(pieces, desk, dice):
    every = [
        work([span(0, end)], annotator=who, number=number, at=at, skipped=skipped)
        for number, (who, at, skipped, end) in enumerate(pieces)
    ]
    shuffled = every.copy()
    dice.shuffle(shuffled)
    one, other = tables(task(*every, desk=desk)), tables(task(*shuffled, desk=desk))
    for name, table in vars(one).items():
        assert table.equals(getattr(other, name)), name


def test_the_same_snapshots_give_the_same_tables():
    dice = random.Random(3)
    tasks = [
        task(work([span(n, n + dice.randint(1, 9)), answer("tone", ["a"])], number=n), desk="ada")
        for n in range(5)
    ]
    kept = copy.deepcopy(tasks)
    one, other = tables(*tasks), tables(*tasks)
    assert tasks == kept
    assert all(table.equals(getattr(other, name)) for name, table in vars(one).items())
