"""The tasks of a dataset hold what was said and decided, and nothing that leads to anybody."""

import json
from dataclasses import fields, replace

import pandas as pd
import pyarrow.parquet as pq
import pytest
import studio_tasks
from awkward_study import EVERYTHING, PEOPLE, public_tables
from made_study import CONFIG, annotated, choose, ids, made_study, mark, pulled
from nasty_study import nasty_study
from studio_tasks import FOLDER, contents, file_of, piece_of, plan_of, same

from annotate import workflow
from annotate.dataset import Choices, public
from annotate.dataset.formats.label_studio import LabelStudioWriter
from annotate.labels import build_tables, read_result
from annotate.rounds import ADJUDICATION, Round
from annotate.snapshots import Header, Snapshot, write_snapshot
from annotate.studio.people import claim_email
from annotate.studio.tasks import normalise

study, folder = studio_tasks.study, studio_tasks.folder


def test_every_visit_stands_in_the_file_of_its_annotator(study, folder):
    tasks = [
        task
        for number in range(1, 1 + len(PEOPLE))
        for task in json.loads(file_of(folder, number).read_text("utf-8"))
    ]
    visits = pd.DataFrame([task["meta"] for task in tasks])
    known = public_tables(study).visits
    same(visits[list(known)].astype(known.dtypes), known)


def test_tasks_of_every_round_and_occasion_hold_what_was_said(tmp_path):
    made = nasty_study(tmp_path)
    workflow.export(made, tmp_path / "dataset", EVERYTHING)
    known = public_tables(made)
    tasks = [
        task
        for number in range(1, 1 + len(PEOPLE))
        for task in json.loads(file_of(tmp_path / "dataset", number).read_text("utf-8"))
    ]
    by_round = {}
    for task in tasks:
        by_round.setdefault((task["meta"]["round"], task["meta"]["annotator"]), []).append(task)
    assert len(by_round) == len(PEOPLE) + 1
    hashes = made.articles().set_index("article_id")["text_sha256"].to_dict()
    read = [
        Snapshot(
            Header(
                "file:again", "2026-04-01T00:00:00Z", made.schema().sha256, round_, [person], person
            ),
            [as_pulled(task, person) for task in own],
        )
        for (round_, person), own in by_round.items()
    ]
    tables = build_tables(read, made.schema(), made.texts(), hashes)
    back = public(made.articles(), tables, made.schema(), EVERYTHING)
    order = ["visit_id", "question", "span_id", "value"]
    same(back.answers.sort_values(order), known.answers.sort_values(order))
    order = ["visit_id", "span_id"]
    same(back.spans.sort_values(order), known.spans.sort_values(order))
    columns = ["visit_id", "status"]
    visits = known.visits.assign(status=known.visits["status"].replace("draft", "unseen"))
    same(*(each[columns].sort_values(columns) for each in (back.visits, visits)))


def as_pulled(task, person):
    raw = {"id": 1, **task, "drafts": []}
    raw["annotations"] = [
        {"id": 1, "completed_by": person, **work} for work in task.get("annotations", [])
    ]
    meta = task["meta"]
    made = normalise(
        raw,
        article_id=meta["article_id"],
        text=task["data"]["text"],
        desk=person,
        pseudonym=lambda _: person,
    )
    return {**made, "occasion": meta["occasion"]}


def test_a_number_comes_back_to_the_last_digit(tmp_path):
    config = CONFIG.replace(b"<TextArea", b'<Number name="cost" toName="text"/><TextArea')
    made = made_study(tmp_path, people=("ada",), config=config)
    given = [9_007_199_254_740_993, 10**30, 2.5, -0.1, 1e22, 0]
    common = {"from_name": "cost", "to_name": "text", "id": "n", "type": "number"}
    said = [[{**common, "value": {"number": number}}] for number in given]
    pulled(made, "main", "ada", dict(zip(ids(made), said, strict=True)))
    workflow.export(made, tmp_path / "dataset", EVERYTHING)
    tasks = json.loads(file_of(tmp_path / "dataset", 1).read_text("utf-8"))
    back = {task["data"]["article_id"]: task["annotations"][0]["result"] for task in tasks}
    numbers = [
        item["value"]["number"]
        for article in ids(made)
        for item in back[article]
        if item["from_name"] == "cost"
    ]
    assert numbers == given


def test_what_was_decided_stands_in_the_consensus(tmp_path):
    made = made_study(tmp_path)
    annotated(made)
    made.save_rounds(
        [
            Round("main", "annotation", ("ada", "ben", "cleo")),
            Round("decided", ADJUDICATION, ("zoe",), of="main"),
        ]
    )
    first, *_ = ids(made)
    text = made.texts()[first]
    decision = mark(text, "gamble", "Loaded", 1, "better") + choose("genre", "opinion")
    pulled(made, "decided", "zoe", {first: decision + choose("note", "private")}, day=3)
    workflow.export(made, tmp_path / "dataset", EVERYTHING)
    tasks = json.loads((tmp_path / "dataset" / FOLDER / "consensus.json").read_text("utf-8"))
    (task,) = [task for task in tasks if task["data"]["article_id"] == first]
    reading = read_result(task["predictions"][0]["result"], made.schema(), text)
    marked = [(text[r.start : r.end], r.labels[0][1]) for r in reading.regions.values()]
    assert marked == [("gamble", "Loaded")]  # and not "Reuters", which all three had marked
    assert list(reading.region_answers.values()) == [("better",)]
    assert reading.answers["genre"] == ("opinion",)
    whole = (tmp_path / "dataset" / FOLDER).iterdir()
    assert not any("private" in file.read_text("utf-8") for file in whole)


def test_several_options_that_an_adjudicator_chose_for_a_span_are_several_again(tmp_path):
    config = CONFIG.replace(
        b"<TextArea",
        b"""<Choices name="means" toName="text" perRegion="true" choice="multiple">
        <Choice value="image"/><Choice value="a + b"/><Choice value="irony"/></Choices><TextArea""",
    )
    made = made_study(tmp_path, config=config)
    annotated(made)
    made.save_rounds(
        [
            Round("main", "annotation", ("ada", "ben", "cleo")),
            Round("decided", ADJUDICATION, ("zoe",), of="main"),
        ]
    )
    first, *_ = ids(made)
    text = made.texts()[first]
    decision = mark(text, "gamble", "Loaded", 1) + mark(text, "mayor", "Loaded", 2)
    value = {**decision[0]["value"], "choices": ["irony", "a + b"]}
    decision.append({**decision[0], "from_name": "means", "type": "choices", "value": value})
    pulled(made, "decided", "zoe", {first: decision}, day=3)
    workflow.export(made, tmp_path / "dataset", EVERYTHING)
    table = pq.read_table(tmp_path / "dataset/data/consensus/train.parquet").to_pylist()
    (row,) = [row for row in table if row["article_id"] == first]
    said = {
        text[span["start"] : span["end"]]: [a["value"] for a in span["answers"]]
        for span in row["spans"]
        if span["status"] == "adjudicated"
    }
    assert said == {"gamble": ["a + b + irony"], "mayor": ["(nothing)"]}
    tasks = json.loads((tmp_path / "dataset" / FOLDER / "consensus.json").read_text("utf-8"))
    (task,) = [task for task in tasks if task["data"]["article_id"] == first]
    reading = read_result(task["predictions"][0]["result"], made.schema(), text)
    assert [set(values) for values in reading.region_answers.values()] == [{"irony", "a + b"}]


def test_piece_after_piece_gives_the_same_bytes(study, folder, tmp_path):
    plan, piece = plan_of(study), piece_of(study)
    names = piece.articles["article_id"].tolist()
    writer = LabelStudioWriter(tmp_path, plan)
    for own in (names[:1], names[1:6], names[6:]):
        parts = {
            field.name: part[part["article_id"].isin(own)]
            for field in fields(piece)
            if isinstance(part := getattr(piece, field.name), pd.DataFrame)
        }
        writer.write(replace(piece, **parts))
    writer.close()
    assert contents(tmp_path / FOLDER) == contents(folder / FOLDER)
    assert sorted(contents(tmp_path / FOLDER)) == [
        *(f"annotator_{number:02}.json" for number in range(1, 4)),
        "consensus.json",
    ]


@pytest.mark.parametrize("largest", [1, 9_000, 20_000])
def test_what_is_too_large_for_one_import_goes_on_in_another_file(study, folder, tmp_path, largest):
    writer = LabelStudioWriter(tmp_path, plan_of(study), largest)
    writer.write(piece_of(study))
    writer.close()
    for name, whole in contents(folder / FOLDER).items():
        stem = name.removesuffix(".json")
        parts = sorted((tmp_path / FOLDER).glob(f"{stem}*.json"), key=lambda path: path.stem)
        assert parts[0].name == name
        assert parts[1].name == f"{stem}-002.json"
        tasks = [json.loads(part.read_text("utf-8")) for part in parts]
        assert [task for own in tasks for task in own] == json.loads(whole)
        sizes = [part.stat().st_size for part in parts]
        alone = [size for size, own in zip(sizes, tasks, strict=True) if len(own) == 1]
        assert all(size <= largest or size in alone for size in sizes)


def test_tasks_leave_only_with_the_text_and_notes_only_when_asked(study, tmp_path):
    workflow.export(study, tmp_path / "without")
    workflow.export(study, tmp_path / "text", Choices(with_text=True))
    assert not (tmp_path / "without" / FOLDER).exists()
    for content in contents(tmp_path / "text" / FOLDER).values():
        assert b"own words" not in content
        assert b"annotator_01" not in content  # a name for files
    ada = json.loads(file_of(tmp_path / "text", 1).read_text("utf-8"))
    used = {item["from_name"] for task in ada for item in task["annotations"][0]["result"]}
    assert used == {
        "span",
        "direction",
        "means",
        "genre",
        "place",
        "frames",
        "slant",
        "cited",
        "topic",
        "tone",
    }


def test_nobody_is_told_where_an_article_is_from_or_who_annotated_it(tmp_path):
    config = CONFIG.replace(
        b'<Text name="text" value="$text"/>',
        b'<Text name="head" value="$event"/><Text name="from" value="$outlet"/>'
        b'<Text name="text" value="$text"/>',
    )
    made = made_study(tmp_path, config=config)
    annotated(made)
    claim_email(made.people_path, "ada", "ada.lovelace@newsroom.example")
    for article in ids(made):
        workflow.edit(made, article, {"outlet": "The Zebra", "url": "https://zebra.example/1"})
    workflow.export(made, tmp_path / "dataset", EVERYTHING)
    for content in contents(tmp_path / "dataset" / FOLDER).values():
        said = content.decode().casefold()
        assert not [word for word in ("zebra", "lovelace", "newsroom", "task_id") if word in said]
        for task in json.loads(content):
            assert sorted(task["data"]) == ["article_id", "event", "outlet", "text", "text_sha256"]
            assert (task["data"]["event"] in {"e0", "e1"}, task["data"]["outlet"]) == (True, "")
            for work in task.get("annotations", ()):
                assert sorted(work) == ["ground_truth", "lead_time", "result", "was_cancelled"]


def test_times_are_days_unless_asked(study, folder, tmp_path):
    workflow.export(study, tmp_path / "dataset", replace(EVERYTHING, with_times=True))
    days, times = (
        json.loads(file_of(each, 1).read_text("utf-8"))[1]["meta"]["created_at"]
        for each in (folder, tmp_path / "dataset")
    )
    assert (days, times) == ("2026-03-02", "2026-03-02T10:01:00")


def test_what_came_back_for_a_second_time_does_not_count_instead_of_the_first(tmp_path):
    made = made_study(tmp_path, people=("ada",))
    first, second, *_ = ids(made)
    pulled(
        made,
        "main",
        "ada",
        {first: choose("genre", "report"), second: None},
        again={first: choose("genre", "opinion")},
    )
    workflow.export(made, tmp_path / "dataset", EVERYTHING)
    tasks = json.loads(file_of(tmp_path / "dataset", 1).read_text("utf-8"))
    assert [task["meta"]["occasion"] for task in tasks] == [1, 2, 1]
    assert [task["meta"]["article_id"] for task in tasks] == [first, first, second]
    names = [task["data"]["article_id"] for task in tasks]
    assert (names[0], names[2]) == (first, second)
    assert names[1] not in ids(made)
    assert len({task["data"]["text_sha256"] for task in tasks}) == 3
    assert "annotations" not in tasks[2]


def test_whom_nobody_asked_has_no_task(tmp_path):
    made = made_study(tmp_path, people=("ada", "ben"))
    first, second, *_ = ids(made)
    pulled(made, "main", "ada", {first: choose("genre", "report")})
    people = ["ada", "ben"]
    hashes = made.articles().set_index("article_id")["text_sha256"]
    task = {"article_id": second, "text_sha256": hashes[second], "desk": "", "task_id": 1}
    header = Header("file:x", "2026-04-01T00:00:00Z", made.schema().sha256, "main", people)
    write_snapshot(made.snapshots, header, [{**task, "annotations": [], "drafts": []}], None)
    workflow.export(made, tmp_path / "dataset", EVERYTHING)
    assert set(made.tables().visits["status"]) == {"submitted", "unassigned"}
    (task,) = json.loads(file_of(tmp_path / "dataset", 1).read_text("utf-8"))
    assert task["data"]["article_id"] == first
    assert sorted(contents(tmp_path / "dataset" / FOLDER)) == [
        "annotator_01.json",
        "consensus.json",
    ]
