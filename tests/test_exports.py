"""`annotate pull --from-file`: exports made by hand, also of projects that are not ours."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import AnnotateError, ArticleError, ConfigError, SnapshotError, StudyError
from annotate.schema import parse_config
from annotate.snapshots import latest
from annotate.studio.exports import read_export
from annotate.study import Settings, Study
from annotate.workflow import adopt_config, edit, pull_file

CONFIG = b"""<View><Text name="story" value="$body"/>
<Labels name="tag" toName="story"><Label value="Bias"/><Label value="Fact"/></Labels>
<Choices name="tone" toName="story"><Choice value="hot"/><Choice value="cold"/></Choices></View>"""
PAGE = CONFIG.replace(b"<Text", b"<HyperText").replace(b"Labels", b"HyperTextLabels")
TEXT = "🙂 “He lied.”\r\n\r\nThey said e\u0301 so."


@pytest.fixture
def study(tmp_path):
    return make(tmp_path / "study")


def make(root, config=CONFIG):
    return Study.create(root, Settings("S"), config=config, codebook=b"")


def span(start, end, label="Bias", **value):
    value = {"start": start, "end": end, "labels": [label], **value}
    return {"id": "r", "from_name": "tag", "to_name": "story", "type": "labels", "value": value}


def tone(value="hot"):
    value = {"choices": [value]}
    return {"id": "c", "from_name": "tone", "to_name": "story", "type": "choices", "value": value}


def annotation(*result, by=1, number=1, at="2025-08-01T10:00:00.000000Z", **more):
    return {
        "id": number,
        "completed_by": by,
        "result": list(result),
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": at,
        "updated_at": at,
        "lead_time": 12.5,
        "draft_created_at": None,
        **more,
    }


def task(*annotations, number=1, text=TEXT, project=7, data=None, **more):
    return {
        "id": number,
        "annotations": list(annotations),
        "drafts": [],
        "predictions": [],
        "data": {"body": text} if data is None else data,
        "project": project,
        "inner_id": number,
        **more,
    }


def pull(study, *tasks, **options):
    path = study.root.parent / "export.json"
    path.write_text(json.dumps(tasks), encoding="utf-8")
    return pull_file(study, path, **options)


def statuses(study):
    visits = study.tables().visits
    return dict(zip(visits["annotator"], visits["status"], strict=True))


def faults(study):
    return study.tables().faults["kind"].tolist()


# --- what is read ---


def test_a_strangers_project_becomes_articles_visits_answers_and_spans(study):
    start = TEXT.index("lied")
    quoted = task(
        annotation(span(start, start + 4, text="lied"), tone()),
        data={"body": TEXT, "outlet": "The Echo", "title": "A title", "url": 5, "event": None},
    )
    outcome = pull(study, quoted)
    (article,) = study.articles().to_dict("records")
    assert (article["text"], article["outlet"], article["title"]) == (TEXT, "The Echo", "A title")
    assert (article["url"], article["event"]) == ("", "")
    tables = study.tables()
    assert tables.spans["text"].tolist() == ["lied"]
    assert tables.answers["value"].tolist() == ["hot"]
    assert tables.visits["seconds"].tolist() == [12.5]
    assert (outcome.changed, outcome.submitted, outcome.spans, outcome.set_aside) == (True, 1, 1, 0)
    assert outcome.refused == []


def test_emoji_and_line_breaks_before_and_in_a_span_move_nothing(study):
    start, end = TEXT.index("lied"), TEXT.index("said") + 4
    escaped = TEXT[start:end].replace("\r", "\\n").replace("\n", "\\n")
    pull(study, task(annotation(span(start, end, text=escaped))))
    assert study.tables().spans["text"].tolist() == ["lied.”\r\n\r\nThey said"]
    assert faults(study) == []


@pytest.mark.parametrize(
    ("users", "people"),
    [
        ([1, 2], 2),
        ([1, 1], 1),
        ([{"id": 1, "email": "a@x.org"}, {"id": 9, "email": "A@x.org"}], 1),
        ([{"id": 1}, 1], 1),
        ([{"id": 1, "email": ""}, {"id": 2, "email": ""}], 2),
        (["a@x.org", {"email": "a@x.org"}], 1),
        (["1", 1], 1),
        ([None, {}], 1),
        ([True, 2], 2),
        ([[1], {"username": "u"}], 2),
    ],
)
def test_people_are_told_apart_however_they_are_written(study, users, people):
    work = [annotation(tone(), by=user, number=n) for n, user in enumerate(users)]
    pull(study, task(*work))
    assert len(set(study.tables().visits["annotator"])) == people
    assert all(name.startswith("annotator-0") for name in study.tables().visits["annotator"])


def test_of_several_annotations_of_one_person_the_latest_counts_and_the_others_are_listed(study):
    late = annotation(tone("cold"), number=5, at="2025-08-02T10:00:00Z")
    outcome = pull(study, task(late, annotation(tone("hot"), number=6), annotation(number=4)))
    assert study.tables().answers["value"].tolist() == ["cold"]
    assert faults(study) == ["superseded", "superseded"]
    assert study.tables().faults["annotation_id"].tolist() == ["4", "6"]
    assert outcome.set_aside == 2


def test_skipped_and_drafts_are_visits_without_votes(study):
    draft = {"id": 3, "user": "c@x.org", "result": [tone()], "lead_time": 3.0}
    skipped = annotation(by=2, was_cancelled=True)
    outcome = pull(study, task(annotation(tone()), skipped, drafts=[draft]))
    assert sorted(statuses(study).values()) == ["draft", "skipped", "submitted"]
    assert len(study.tables().answers) == 1
    assert (outcome.submitted, outcome.skipped, outcome.drafts) == (1, 1, 1)


def test_who_worked_elsewhere_in_the_file_was_not_assigned_here(study):
    pull(study, task(annotation(tone())), task(annotation(tone(), by=2), number=2, text="Other."))
    assert study.tables().visits["status"].value_counts().to_dict() == {
        "submitted": 2,
        "unassigned": 2,
    }


def test_hypertext_is_frozen_as_the_characters_that_offsets_count(tmp_path):
    study = make(tmp_path / "study", PAGE)
    html = "<?xml version='1.0' encoding='latin-1'?><html><head><title>No</title></head>"
    html += "<body><p>🙂 <b>He</b> li&eacute;d.</p><p>Yes.</p></body></html>"
    value = {"start": "/p[1]/text()[1]", "end": "/p[2]/text()[1]", "startOffset": 0, "endOffset": 3}
    value |= {"hypertextlabels": ["Bias"], "globalOffsets": {"start": 5, "end": 13}}
    marked = {"id": "r", "from_name": "tag", "to_name": "story", "type": "hypertextlabels"}
    pull(study, task(annotation(marked | {"value": value | {"text": "liéd.\\n\\nYes"}}), text=html))
    assert study.articles()["text"].tolist() == ["🙂 He liéd.Yes."]
    assert study.tables().spans["text"].tolist() == ["liéd.Yes"]


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        (span(0, 3, "Unheard"), "unknown label"),
        (span(0, 99_999), "bad offsets"),
        (span(9, 2), "bad offsets"),
        (span(0, 3, text="other"), "text differs"),
        (tone("lukewarm"), "unknown value"),
        (tone() | {"from_name": "gone"}, "unknown control"),
        ("rubbish", "malformed"),
    ],
)
def test_what_cannot_be_used_is_set_aside_with_its_reason_and_the_rest_goes_on(study, item, kind):
    outcome = pull(study, task(annotation(item, span(2, 5))))
    assert faults(study) == [kind]
    assert outcome.set_aside == outcome.spans == outcome.submitted == 1


@pytest.mark.parametrize("result", [None, {}, "x", 5])
def test_a_result_that_is_no_list_is_a_visit_with_a_fault(study, result):
    pull(study, task(annotation() | {"result": result}))
    assert faults(study) == ["malformed"]


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -1, 10**400, True, "5", None])
def test_a_lead_time_that_is_none_is_unknown(study, seconds):
    pull(study, task(annotation(tone(), lead_time=seconds)))
    assert study.tables().visits["seconds"].isna().tolist() == [True]


# --- tasks ---


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (task(number=2, data={"text": "x"}), 'no text in "body"'),
        (task(number=2, text=""), 'no text in "body"'),
        (task(number=2, text=" \n"), 'no text in "body"'),
        (task(number=2, text=5), 'no text in "body"'),
        (task(number=2, text="a\ud800"), "lone surrogate"),
        (task(number=2, data="x") | {"data": []}, "no data"),
        (task() | {"id": None}, "no number"),
        ("x", "no data"),
        (None, "no data"),
        (task(annotation(tone("cold"), number=9)), "stands in the file twice"),
        (task(number=True), "no number"),
        (task(number=2, project=[7]), "its project is no number"),
        (task(number=2) | {"annotations": 7}, "its annotations are no list"),
        (task(number=2, drafts={"id": 1}), "its drafts are no list"),
        (task(number=2) | {"id": {"email": "a@x.org"}}, "no number"),
    ],
)
def test_a_task_that_cannot_be_used_is_listed_and_the_rest_goes_on(study, odd, reason):
    outcome = pull(study, task(annotation(tone())), odd)
    (refused,) = outcome.refused
    assert reason in refused.reason
    assert outcome.submitted == 1
    assert study.tables().answers["value"].tolist() == ["hot"]


def test_what_stands_among_the_annotations_and_is_none_is_listed(study):
    outcome = pull(study, task(None, annotation(tone()), "x", drafts=[[]]))
    assert [(refused.task, refused.reason) for refused in outcome.refused] == [
        ("task 1, annotation 1", "it is no annotation"),
        ("task 1, annotation 3", "it is no annotation"),
        ("task 1, draft 1", "it is no draft"),
    ]
    assert outcome.submitted == 1


@pytest.mark.parametrize("depth", [120, 900, 960, 5000])
def test_an_export_nested_without_end_is_refused(study, depth):
    path = study.root.parent / "export.json"
    deep = "[" * depth + "]" * depth
    path.write_text(json.dumps([task(annotation() | {"result": "deep"})]).replace('"deep"', deep))
    with pytest.raises(SnapshotError, match=r"deep; Label Studio|is no JSON"):
        pull_file(study, path)


def test_a_span_without_a_label_is_set_aside(study):
    pull(study, task(annotation(span(0, 3) | {"value": {"start": 0, "end": 3, "labels": []}})))
    assert faults(study) == ["unknown label"]


def test_half_a_character_in_an_articles_id_makes_it_a_strangers(study):
    path = study.root.parent / "export.json"
    path.write_text(json.dumps([task(annotation(), data={"body": TEXT, "article_id": "\ud800"})]))
    tasks, _, _ = read_export(path, study.schema(), {"\ud800"})
    assert [(one.article_id, one.declared) for one in tasks] == [("", "task:7/1")]


def test_desks_exported_into_one_file_all_count(study):
    pull(study, task(annotation(tone())))
    (ours,) = study.articles()["article_id"]
    data = {"body": TEXT, "article_id": ours}
    desks = [
        task(annotation(tone("cold"), by=n), number=n, project=n, data=data) for n in range(2, 6)
    ]
    outcome = pull(study, *desks)
    assert outcome.refused == []
    assert outcome.submitted == 5
    assert len(study.articles()) == 1


def test_a_text_that_was_changed_on_the_server_is_set_aside(study):
    pull(study, task(annotation(tone())))
    data = {"body": TEXT + "!", "article_id": study.articles()["article_id"][0]}
    pull(study, task(annotation(tone()), project=8, data=data))
    assert faults(study) == ["set aside"]
    assert study.articles()["text"].tolist() == [TEXT]


def test_a_key_joins_projects_and_without_one_they_stay_apart(tmp_path):
    first = task(annotation(tone()), data={"body": TEXT, "key": 12})
    second = task(annotation(tone(), by=2), project=8, data={"body": TEXT, "key": "12"})
    for name, options, articles in (("joined", {"key": "key"}, 1), ("apart", {}, 2)):
        study = make(tmp_path / name)
        pull(study, first, **options)
        pull(study, second, **options)
        assert len(study.articles()) == articles
        assert len(study.tables().visits) == 2


def test_tasks_of_one_key_with_two_texts_are_not_mixed(study):
    tasks = [task(annotation(tone()), number=n, data={"body": f"T{n}", "key": "k"}) for n in (1, 2)]
    outcome = pull(study, *tasks, key="key")
    assert [refused.task for refused in outcome.refused] == ["task 2"]
    assert "another text" in outcome.refused[0].reason


@pytest.mark.parametrize("value", [None, "", " ", [], "\ud800"])
def test_a_task_without_the_key_is_listed(study, value):
    good = task(annotation(tone()), data={"body": TEXT, "key": "k"})
    outcome = pull(study, good, task(number=2, data={"body": TEXT, "key": value}), key="key")
    assert ['no "key"' in refused.reason for refused in outcome.refused] == [True]


def test_another_text_under_a_known_number_is_refused_whole(study):
    pull(study, task(annotation(tone())))
    with pytest.raises(ArticleError, match=r"--source NAME(.|\n)*task 1"):
        pull(study, task(annotation(tone()), text="Another text."))
    assert study.articles()["text"].tolist() == [TEXT]
    assert pull(study, task(annotation(tone()), text="Another text."), source="b").submitted == 2


# --- pulled again ---


def test_the_same_export_again_changes_nothing(study):
    tasks = [task(annotation(tone(), by="a@x.org"))]
    pull(study, *tasks)
    before = study.tables()
    again = pull(study, *tasks)
    assert not again.changed
    assert again.sentence.startswith("Nothing new.")
    assert len(list(study.snapshots.iterdir())) == 1
    assert all(table.equals(getattr(study.tables(), name)) for name, table in vars(before).items())


def test_a_later_export_replaces_an_earlier_one_of_its_project(study):
    pull(study, task(annotation(tone())))
    pull(
        study, task(annotation(tone("cold"), at="2025-09-01T00:00:00Z")), task(number=2, text="N.")
    )
    assert study.tables().answers["value"].tolist() == ["cold"]
    assert len(study.articles()) == 2


def test_corrected_metadata_survive_the_next_pull(study):
    tasks = [task(annotation(tone()), data={"body": TEXT, "outlet": "Ecko"})]
    pull(study, *tasks)
    edit(study, study.articles()["article_id"][0], {"outlet": "The Echo"})
    assert not pull(study, *tasks).changed
    assert study.articles()["outlet"].tolist() == ["The Echo"]


def test_user_numbers_of_two_projects_are_two_people_and_e_mails_one(study):
    pull(study, task(annotation(tone(), by=1)), task(annotation(by="a@x.org"), number=2, text="B."))
    pull(
        study,
        task(annotation(tone(), by=1), project=8),
        task(annotation(by={"id": 4, "email": "a@x.org"}), number=2, project=8, text="B."),
    )
    assert set(study.tables().visits["annotator"]) == {f"annotator-0{n}" for n in (1, 2, 3)}


def test_people_stand_in_no_snapshot(study):
    pull(
        study, task(annotation(tone(), by={"id": 1, "email": "secret@x.org", "first_name": "Zoë"}))
    )
    (snapshot,) = latest(study.snapshots).values()
    assert "secret" not in repr(snapshot)
    assert "Zoë" not in repr(snapshot)
    assert "secret@x.org" in study.people_path.read_text()


# --- files that are no export ---


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is no JSON"),
        (b'[{"id": 1,', "is no JSON"),
        (b"\xff\xfe\x00", "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
        (b"id,body\n1,x\n", "is no JSON"),
        (b"{}", "no list of tasks"),
        (b"null", "no list of tasks"),
        (b'"x"', "no list of tasks"),
        (b'[{"id": 1, "body": "x", "tone": "hot"}]', "JSON-MIN"),
        (b"[1, 2]", "no task can be used"),
        (b'[{"id": 1, "annotations": [], "data": {"other": "x"}}]', 'no text in "body"'),
    ],
)
def test_a_file_that_is_no_export_is_refused_and_changes_nothing(study, content, told):
    path = study.root.parent / "export.json"
    path.write_bytes(content)
    with pytest.raises(SnapshotError, match=told):
        pull_file(study, path)
    assert not study.snapshots.exists()
    assert study.articles().empty


def test_a_missing_file_is_named(study):
    with pytest.raises(SnapshotError, match=r"gone\.json cannot be read"):
        pull_file(study, study.root / "gone.json")


def test_a_byte_order_mark_is_no_fault(study):
    path = study.root.parent / "export.json"
    path.write_text(json.dumps([task(annotation(tone()))]), encoding="utf-8-sig")
    assert pull_file(study, path).submitted == 1


def test_work_done_with_another_scheme_is_refused_instead_of_read_as_empty(study):
    other = [span(0, 3) | {"from_name": "label"}, tone() | {"from_name": "sentiment"}]
    with pytest.raises(SnapshotError, match=r"\(it answers label, sentiment\).*--config"):
        pull(study, task(annotation(*other)))
    assert study.articles().empty


# --- the project's own scheme ---


def test_a_scheme_can_be_adopted_before_there_is_work_and_not_after(study, tmp_path):
    other = tmp_path / "other.xml"
    other.write_bytes(CONFIG.replace(b"hot", b"warm"))
    adopt_config(study, other)
    assert study.schema() == parse_config(other.read_bytes())
    pull(study, task(annotation(tone("warm"))))
    adopt_config(study, other)
    other.write_bytes(CONFIG)
    with pytest.raises(StudyError, match="another scheme"):
        adopt_config(study, other)
    other.write_bytes(b"<View/>")
    with pytest.raises(ConfigError):
        adopt_config(study, other)


# --- invariants ---

plain = st.none() | st.booleans() | st.integers(-1, 9) | st.floats() | st.text(max_size=4)
scalars = plain | st.sampled_from(["\ud800", 10**400, "a@x.org", "\udfff@x.org"])
keys = st.sampled_from(
    ["id", "data", "body", "annotations", "drafts", "completed_by", "result", "project", "user"]
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=10,
)
odd_annotation = st.dictionaries(keys | st.just("updated_at"), anything, max_size=6)
odd_task = st.fixed_dictionaries(
    {
        "id": st.integers(1, 3) | scalars,
        "data": st.fixed_dictionaries({"body": st.text(max_size=8) | scalars}) | scalars,
        "annotations": st.lists(odd_annotation | anything, max_size=3) | anything,
    },
    optional={"project": scalars, "drafts": st.lists(odd_annotation, max_size=2) | anything},
)


@settings(deadline=None, max_examples=60)
@given(st.lists(odd_task | anything, max_size=4), st.sampled_from(["", "id"]))
def test_no_json_gives_a_traceback(tmp_path_factory, tasks, key):
    study = make(tmp_path_factory.mktemp("study") / "s")
    try:
        outcome = pull(study, *tasks, key=key)
    except AnnotateError as error:
        assert str(error)  # noqa: PT017 - a refusal is as right as a reading
        return
    study.tables().check(study.texts())
    assert outcome.submitted + outcome.skipped <= len(study.tables().visits)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_page_gives_a_traceback(tmp_path_factory, html):
    path = tmp_path_factory.mktemp("page") / "export.json"
    path.write_text(json.dumps([task(text=html), task(number=2, text="<p>x</p>")]))
    tasks, refused, source = read_export(path, parse_config(PAGE), [])
    assert len(tasks) + len(refused) == 2
    assert source == "7"
    assert all(one.text.strip() for one in tasks)
