"""The three configurations hold every visit, vote and decision, and `datasets` finds them."""

import hashlib

import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml
from click.testing import CliRunner
from made_study import annotated, choose, ids, made_study, mark, pulled

from annotate import workflow
from annotate.cli import main
from annotate.dataset.splits import Splitting
from annotate.rounds import ADJUDICATION, Round
from annotate.workflow.dataset import dataset_archive

NAMES = ("annotations", "soft", "consensus")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Let three people annotate six articles."""
    made = made_study(tmp_path_factory.mktemp("configurations"))
    annotated(made)
    return made


@pytest.fixture(scope="module")
def rows(study, tmp_path_factory):
    """Export it, and read each configuration."""
    folder = tmp_path_factory.mktemp("exported") / "dataset"
    workflow.export(study, folder)
    return {n: pq.read_table(folder / "data" / n / "train.parquet").to_pylist() for n in NAMES}


def test_rows_out_are_visits_in(study, rows):
    tables = study.counted_tables()
    visits = tables.visits.set_index("visit_id")
    assert sorted(row["visit_id"] for row in rows["annotations"]) == sorted(visits.index)
    for row in rows["annotations"]:
        assert row["status"] == visits["status"][row["visit_id"]]
    order = list(dict.fromkeys(row["article_id"] for row in rows["annotations"]))
    assert order == ids(study)
    spans = [(r["visit_id"], s["start"], s["end"]) for r in rows["annotations"] for s in r["spans"]]
    known = tables.spans[["visit_id", "start", "end"]]
    assert sorted(spans) == sorted(map(tuple, known.itertuples(index=False)))
    said = sorted(
        (row["visit_id"], answer["question"], value)
        for row in rows["annotations"]
        for answer in [*row["answers"], *(a for span in row["spans"] for a in span["answers"])]
        for value in answer["values"]
    )
    answers = tables.answers[
        (tables.answers["value"] != "") & (tables.answers["question"] != "note")
    ]
    known = answers[["visit_id", "question", "value"]]
    assert said == sorted(map(tuple, known.itertuples(index=False)))


def test_what_was_left_empty_is_told_from_what_was_not_asked(study, rows):
    first = ids(study)[0]
    ada = next(r for r in rows["annotations"] if r["visit_id"].startswith(f"{first}/ada"))
    states = {answer["question"]: (answer["state"], answer["values"]) for answer in ada["answers"]}
    assert states["genre"] == ("answered", ["report"])
    assert states["place"] == ("not_shown", [])
    cleo = next(r for r in rows["annotations"] if r["visit_id"].startswith(f"{first}/cleo"))
    assert ("frames", "empty") in {(a["question"], a["state"]) for a in cleo["answers"]}


def test_one_row_per_article_in_the_order_of_the_study(study, rows):
    order = study.articles()["article_id"].tolist()
    for name in ("soft", "consensus"):
        assert [row["article_id"] for row in rows[name]] == order


def test_soft_labels_and_consensus_lie_side_by_side(study, rows):
    second = ids(study)[1]
    soft = next(row for row in rows["soft"] if row["article_id"] == second)
    genre = {a["value"]: (a["votes"], a["of"]) for a in soft["answers"] if a["question"] == "genre"}
    assert genre == {"report": (1, 3), "opinion": (2, 3)}
    one = next(row for row in rows["consensus"] if row["article_id"] == second)
    (answer,) = [a for a in one["answers"] if a["question"] == "genre"]
    assert (answer["values"], answer["status"], answer["votes"]) == (["opinion"], "agreed", 3)
    (cue,) = [s for s in one["spans"] if s["label"] == "Cue"]
    assert (cue["marked_by"], cue["readers"], cue["status"]) == (2, 3, "agreed")
    assert {"question": "direction", "value": "worse"} in cue["answers"]


def test_a_decision_stands_in_the_consensus_and_nowhere_else(tmp_path):
    made = made_study(tmp_path, people=("ada", "ben", "cleo"))
    annotated(made)
    made.save_rounds(
        [
            Round("main", "annotation", ("ada", "ben", "cleo")),
            Round("decided", ADJUDICATION, ("zoe",), of="main"),
        ]
    )
    first, second, *_ = ids(made)
    text = made.texts()[first]
    decision = mark(text, "gamble", "Loaded", 1, "better") + choose("genre", "opinion")
    decision += choose("note", "zoe's own words")
    pulled(made, "decided", "zoe", {first: decision}, day=3)
    folder = tmp_path / "dataset"
    workflow.export(made, folder)
    table = pq.read_table(folder / "data" / "consensus" / "train.parquet").to_pylist()
    one, other = (next(r for r in table if r["article_id"] == name) for name in (first, second))
    (answer,) = [a for a in one["answers"] if a["question"] == "genre"]
    assert (answer["values"], answer["status"], answer["voted"]) == (
        ["opinion"],
        "adjudicated",
        ["report"],
    )
    loaded = [(s["status"], s["start"]) for s in one["spans"] if s["group"] == "loaded"]
    assert ("adjudicated", text.index("gamble")) in loaded
    assert {status for status, _ in loaded} == {"adjudicated", "overruled"}
    (ours,) = [s for s in one["spans"] if s["status"] == "adjudicated"]
    assert ours["answers"] == [{"question": "direction", "value": "better"}]
    assert {a["status"] for a in other["answers"]} == {"agreed"}
    assert "own words" not in str(table)
    everyone = pq.read_table(folder / "data" / "annotations" / "train.parquet").to_pylist()
    assert {row["annotator"] for row in everyone} == {"ada", "ben", "cleo"}


def test_the_front_of_the_readme_names_every_file(study, tmp_path):
    folder = tmp_path / "dataset"
    done = CliRunner().invoke(
        main, ["export", str(folder), "--split", "event", "--study", str(study.root)]
    )
    assert done.exit_code == 0, done.output
    _, front, card = (folder / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    named = {
        each["path"] for config in yaml.safe_load(front)["configs"] for each in config["data_files"]
    }
    rows = {
        path.relative_to(folder).as_posix(): pq.read_metadata(path).num_rows
        for path in (folder / "data").rglob("*.parquet")
    }
    there = {path for path, number in rows.items() if number}  # `datasets` opens no empty split
    assert named == there
    assert len(rows) == 9
    assert "In more than one split: 0 articles, 0 groups of near duplicates, 0 events" in card
    splits = pd.concat(pd.read_parquet(folder / path) for path in sorted(named) if "soft" in path)
    assert sorted(splits["article_id"]) == sorted(study.articles()["article_id"])
    assert not splits[["event", "split"]].drop_duplicates()["event"].duplicated().any()
    listed = dict(
        reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines()
    )
    for path in there:
        assert listed[path] == hashlib.sha256((folder / path).read_bytes()).hexdigest()


def test_the_same_study_gives_the_same_bytes(study):
    assert dataset_archive(study) == dataset_archive(study)


def test_an_earlier_dataset_with_its_folders_is_replaced_and_a_stranger_s_file_is_not(
    study, tmp_path
):
    folder = tmp_path / "dataset"
    workflow.export(study, folder, splitting=Splitting("event"))
    workflow.export(study, folder)
    assert not (folder / "data" / "soft" / "test.parquet").exists()
    (folder / "data" / "soft" / "mine.txt").write_text("x")
    done = CliRunner().invoke(main, ["export", str(folder), "--study", str(study.root)])
    assert done.exit_code == 1
    assert "data/soft/mine.txt" in done.stderr


@pytest.mark.parametrize("texts", [("Nobody has read this.", "Nor this."), ()])
def test_a_study_that_nobody_has_annotated_can_be_exported(tmp_path, texts):
    made = made_study(tmp_path, texts=texts)
    folder = tmp_path / "dataset"
    done = CliRunner().invoke(
        main, ["export", str(folder), "--split", "event", "--study", str(made.root)]
    )
    assert done.exit_code == 0, done.output
    tables = [pq.read_table(p) for p in sorted((folder / "data" / "consensus").iterdir())]
    assert sum(table.num_rows for table in tables) == len(texts)
