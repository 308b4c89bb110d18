"""The tasks of a dataset, imported into a real Label Studio and pulled again, say the same."""

import json
import shutil
from dataclasses import replace

import pandas as pd
import pyarrow.parquet as pq
import pytest
import studio_tasks
from adversarial_texts import TEXTS
from awkward_study import EVERYTHING, PEOPLE, public_tables
from click.testing import CliRunner
from desks_on_a_server import give_accounts
from studio_tasks import FOLDER, file_of, same

from annotate import workflow
from annotate.cli import main
from annotate.dataset import public
from annotate.labels import build_tables, read_result
from annotate.snapshots import Header, Snapshot, write_snapshot
from annotate.studio.accounts import read_people
from annotate.studio.connection import open_connection
from annotate.studio.rest import ask, send
from annotate.studio.tasks import normalise
from annotate.study import Study

study, folder = studio_tasks.study, studio_tasks.folder
# Label Studio stamps what it imports with the time of the import, and names no editor of it: what
# the annotator's visit was like stands in the task's meta.
STAMPS = ["arm", "created_at", "updated_at"]


@pytest.fixture(scope="module")
def raw(studio, study, folder):
    """Let each annotator import their file into a project of their own; give what it exports."""
    give_accounts(study, studio)
    people = read_people(study.people_path)
    config = (folder / "label_config.xml").read_text(encoding="utf-8")
    return {
        person: imported(studio, people[person].token, config, file_of(folder, number))
        for number, person in enumerate(PEOPLE, start=1)
    }


def imported(studio, token, config, file):
    """Import a file into a fresh project as somebody, and export the project as JSON."""
    connection = open_connection(studio.url, token)
    made = send(connection, "/api/projects/", {"title": file.name, "label_config": config})
    done = send(
        connection, f"/api/projects/{made['id']}/import", json.loads(file.read_text("utf-8"))
    )
    tasks = json.loads(file.read_text("utf-8"))
    assert done["task_count"] == len(tasks)
    path = f"/api/projects/{made['id']}/export"
    return ask(connection, path, {"exportType": "JSON", "download_all_tasks": "true"})


def snapshots(raw, study):
    """Read exports as a pull would: a desk for each annotator, whoever imported their work."""
    for person, tasks in raw.items():
        header = Header("file:again", "2026-04-01T00:00:00Z", study.schema().sha256, "main", [])
        yield Snapshot(
            replace(header, roster=[person], desk=person),
            [
                normalise(
                    task,
                    article_id=task["data"]["article_id"],
                    text=task["data"]["text"],
                    desk=person,
                    pseudonym=lambda _, person=person: person,
                )
                for task in sorted(tasks, key=lambda task: task["id"])
            ],
        )


def rebuilt(raw, study):
    hashes = study.articles().set_index("article_id")["text_sha256"].to_dict()
    return build_tables(list(snapshots(raw, study)), study.schema(), study.texts(), hashes)


@pytest.mark.studio
def test_what_comes_back_from_label_studio_is_what_was_exported(raw, study):
    known = public_tables(study)
    assert set(known.visits["status"]) == {"submitted", "skipped", "draft", "unseen"}
    assert set(known.answers["state"]) == {"answered", "empty", "not_shown"}
    back = public(study.articles(), rebuilt(raw, study), study.schema(), EVERYTHING)
    # The open-source server takes no drafts.
    begun = known.visits["status"] == "draft"
    expected = known.visits.assign(
        status=known.visits["status"].mask(begun, "unseen"),
        seconds=known.visits["seconds"].mask(begun),
    )
    same(back.visits.drop(columns=STAMPS), expected.drop(columns=STAMPS))
    # A region with two labels comes back as two.
    same(
        *(
            each.answers.sort_values(["visit_id", "span_id"], kind="stable")
            for each in (back, known)
        )
    )
    same(back.spans, known.spans)


@pytest.mark.studio
def test_texts_and_what_a_visit_was_like_come_back_to_the_character(raw, study):
    back = []
    for tasks in raw.values():
        ordered = sorted(tasks, key=lambda task: task["id"])
        assert [task["data"]["text"] for task in ordered] == [each.text for each in TEXTS]
        back += [task["meta"] for task in ordered]
    known = public_tables(study).visits
    same(pd.DataFrame(back)[list(known)].astype(known.dtypes), known)


@pytest.mark.studio
def test_an_answer_that_nobody_could_read_does_not_become_an_empty_one(raw, study):
    cleo = rebuilt(raw, study)
    rows = cleo.answers[(cleo.answers["annotator"] == "cleo") & (cleo.answers["span_id"] == "")]
    asked = rows.groupby("question")["visit_id"].nunique()
    assert (asked["genre"], asked["frames"]) == (len(TEXTS), len(TEXTS) - 1)
    assert cleo.faults["kind"].tolist().count("unknown value") == 2  # and of the second label


@pytest.mark.studio
def test_exported_again_from_there_it_says_the_same(raw, study, folder, tmp_path):
    shutil.copytree(study.root, tmp_path / "study")
    again = Study.open(tmp_path / "study")
    for path in again.snapshots.iterdir():
        path.unlink()
    for snapshot in snapshots(raw, again):
        write_snapshot(again.snapshots, snapshot.header, snapshot.tasks, None)
    again.build_tables()
    workflow.export(again, tmp_path / "dataset", EVERYTHING)
    for number in range(1, 1 + len(PEOPLE)):
        files = (file_of(each, number) for each in (folder, tmp_path / "dataset"))
        one, other = (json.loads(file.read_text("utf-8")) for file in files)
        for task in (*one, *other):
            del task["meta"]
        assert one == other


@pytest.mark.studio
def test_exports_of_the_projects_score_as_the_study_does(raw, study, folder, tmp_path):
    paths = []
    for person, tasks in raw.items():
        paths.append(tmp_path / f"{person}.json")
        paths[-1].write_text(json.dumps(tasks), encoding="utf-8")
    config = folder / "label_config.xml"
    given = ["score", *map(str, paths), "--config", str(config), "--all", "--json"]
    found, known = (
        CliRunner().invoke(main, args)
        for args in (given, ["score", "--study", str(study.root), "--all", "--json"])
    )
    assert (found.exit_code, known.exit_code) == (0, 0), found.output + known.output
    told = found.stdout
    for number, person in enumerate(PEOPLE, start=1):
        told = told.replace(f"annotator-{number:02}", person)
    figures = [json.loads(each) for each in (told, known.stdout)]
    assert len([figure for figure in figures[1] if figure["value"] is not None]) > 20
    for figure in (*figures[0], *figures[1]):
        # Nothing says there what was assigned to whom; drafts stay behind.
        figure["nothing"] = sum(figure.pop(name) for name in ("draft", "unseen", "unassigned"))
    assert figures[0] == figures[1]


@pytest.mark.studio
def test_the_consensus_comes_back_as_a_prediction(studio, study, folder):
    file = folder / FOLDER / "consensus.json"
    config = (folder / "label_config.xml").read_text(encoding="utf-8")
    raw = imported(studio, studio.token, config, file)
    given = json.loads(file.read_text("utf-8"))
    numbers = [task["predictions"][0] for task in sorted(raw, key=lambda task: task["id"])]
    connection = open_connection(studio.url, studio.token)
    held = [ask(connection, f"/api/predictions/{number}/") for number in numbers]
    assert [task["predictions"][0]["result"] for task in given] == [p["result"] for p in held]
    assert {prediction["model_version"] for prediction in held} == {"consensus"}
    assert not any(task["annotations"] for task in raw)

    table = pq.read_table(folder / "data" / "consensus" / "train.parquet").to_pylist()
    schema, several = study.schema(), False
    for row, prediction in zip(table, held, strict=True):
        reading = read_result(prediction["result"], schema, row["text"])
        assert reading.faults == []
        said = {a["question"]: tuple(a["values"]) for a in row["answers"] if a["status"] != "tied"}
        empty = [name for name, values in said.items() if values in {(), ("calm",)}]
        assert reading.answers == {name: said[name] for name in said if name not in empty}
        spans = [s for s in row["spans"] if (s["kind"], s["status"]) == ("plain", "agreed")]
        assert [(r.start, r.end, r.labels[0][1]) for r in reading.regions.values()] == [
            (span["start"], span["end"], span["label"]) for span in spans
        ]
        about = [v for s in spans for a in s["answers"] for v in a["value"].split(" + ")]
        about = [value for value in about if value != "(nothing)"]
        several |= " + " in str(spans)
        assert [v for values in reading.region_answers.values() for v in values] == about
    assert several
    statuses = {a["status"] for row in table for a in (*row["answers"], *row["spans"])}
    assert statuses == {"agreed", "tied"}
