"""From the tables back to what Label Studio stores: read again, it says the same."""

import pytest
from made_study import CONFIG, TEXTS, annotated, made_study

from annotate.labels import read_result, written
from annotate.schema import parse_config
from annotate.schema.subset import config_about, tags_of

OTHERS = b"""<View><Text name="text" value="$text"/>
<Labels name="span" toName="text"><Label value="Loaded"/></Labels>
<Taxonomy name="topic" toName="text"><Choice value="War"><Choice value="Talks"/></Choice></Taxonomy>
<Number name="count" toName="text" perRegion="true"/></View>"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    made = made_study(tmp_path_factory.mktemp("written"))
    annotated(made)
    return made.tables(), made.texts()


def test_what_is_written_is_read_the_same(tables):
    made, texts = tables
    schema = parse_config(CONFIG)
    assert len(made.visits) == 18
    for visit, article in zip(made.visits["visit_id"], made.visits["article_id"], strict=True):
        answers = made.answers[made.answers["visit_id"] == visit]
        spans = made.spans[made.spans["visit_id"] == visit]
        result = written(answers, spans, schema, tags_of(CONFIG), "Annotator A")
        reading = read_result(result, schema, texts[article])

        assert reading.faults == []
        marked = [(r.start, r.end, r.labels) for r in reading.regions.values()]
        rows = zip(spans["start"], spans["end"], spans["label"], strict=True)
        assert marked == [(start, end, [("span", label)]) for start, end, label in rows]
        said = answers[(answers["state"] == "answered") & (answers["question"] != "note")]
        about = said[said["span_id"] == ""].groupby("question")["value"].apply(tuple).to_dict()
        assert reading.answers == about
        of_spans = said[said["span_id"] != ""]["value"].tolist()
        assert [v for values in reading.region_answers.values() for v in values] == of_spans
        assert all(item["meta"] == {"text": ["Annotator A"]} for item in result)


def test_what_is_not_asked_is_left_out(tables):
    made, _ = tables
    small = config_about(CONFIG, ["genre"], ["source"])
    visit = made.visits["visit_id"][0]
    result = written(
        made.answers[made.answers["visit_id"] == visit],
        made.spans[made.spans["visit_id"] == visit],
        parse_config(small),
        tags_of(small),
    )

    assert [item["from_name"] for item in result] == ["span", "genre"]
    assert result[0]["value"]["text"] == "Reuters"
    assert "meta" not in result[0]


def test_taxonomies_and_numbers_are_written_in_their_own_way():
    schema, text = parse_config(OTHERS), TEXTS[0]
    place = {"start": 4, "end": 12, "text": text[4:12]}
    common = {"to_name": "text"}
    given = [
        {**common, "id": "r", "from_name": "span", "type": "labels"}
        | {"value": {**place, "labels": ["Loaded"]}},
        {**common, "id": "r", "from_name": "count", "type": "number"}
        | {"value": {**place, "number": 2.5}},
        {**common, "id": "t", "from_name": "topic", "type": "taxonomy"}
        | {"value": {"taxonomy": [["War", "Talks"]]}},
    ]
    from annotate.labels import build_tables
    from annotate.snapshots import Header, Snapshot

    item = {"id": "1", "annotator": "ada", "result": given, "created_at": "", "updated_at": ""}
    task = {"article_id": "a", "text_sha256": "s", "desk": "", "annotations": []}
    work = {**item, "seconds": None, "skipped": False, "updated_by": "ada"}
    header = Header("file:x", "2026-01-01T00:00:00Z", schema.sha256, "main", ["ada"])
    snapshot = Snapshot(header, [{**task, "annotations": [work]}])
    made = build_tables([snapshot], schema, {"a": text}, {"a": "s"})
    result = written(made.answers, made.spans, schema, tags_of(OTHERS))

    by_control = {item["from_name"]: item["value"] for item in result}
    assert by_control["topic"] == {"taxonomy": [["War", "Talks"]]}
    assert by_control["count"] == {**place, "number": 2.5}
    assert read_result(result, schema, text).faults == []
