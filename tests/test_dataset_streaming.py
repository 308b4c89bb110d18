"""A dataset is written piece by piece: the same whatever a piece holds, and never half of it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from made_study import annotated, made_study

from annotate import workflow
from annotate.cli import main
from annotate.dataset.plan import Choices
from annotate.dataset.splits import Splitting
from annotate.errors import ExportError


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Let three people annotate six articles."""
    made = made_study(tmp_path_factory.mktemp("streaming"))
    annotated(made)
    made.tables()
    return made


@pytest.fixture(scope="module")
def once(study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("once") / "dataset"
    workflow.export(study, folder, Choices(with_text=True), Splitting("event"))
    return folder


@pytest.mark.parametrize("size", [1, 4])
def test_it_is_the_same_whatever_a_piece_holds(study, once, size, tmp_path, monkeypatch):
    monkeypatch.setattr("annotate.study.parted.PART", size)
    told = []
    again = tmp_path / "dataset"
    choices, splitting = Choices(with_text=True), Splitting("event")
    workflow.export(study, again, choices, splitting, on_written=lambda *now: told.append(now))
    assert told[-1] == (6, 6)
    assert len(told) == -(-6 // size)
    names = [path.relative_to(once) for path in sorted(once.rglob("*")) if path.is_file()]
    assert names == [p.relative_to(again) for p in sorted(again.rglob("*")) if p.is_file()]
    for name in names:
        if name.suffix == ".parquet":  # cut into groups of rows elsewhere
            assert pq.read_table(once / name).equals(pq.read_table(again / name)), name
        elif _written_whole(name):
            assert (once / name).read_bytes() == (again / name).read_bytes(), name


@pytest.mark.parametrize("size", [1, 6])
def test_no_group_of_rows_is_empty_even_where_a_split_is(study, size, tmp_path, monkeypatch):
    monkeypatch.setattr("annotate.study.parted.PART", size)
    folder = tmp_path / "dataset"
    workflow.export(study, folder, splitting=Splitting("event", shares=(0.5, 0.5, 0.0)))
    heads = {path: pq.read_metadata(path) for path in (folder / "data").rglob("*.parquet")}
    assert len(heads) == 9
    for path, head in heads.items():
        groups = [head.row_group(number).num_rows for number in range(head.num_row_groups)]
        assert 0 not in groups, path
        assert sum(groups) == len(pd.read_parquet(path))
    assert {head.num_rows for path, head in heads.items() if path.stem == "test"} == {0}


def _written_whole(name):
    """Tell files whose bytes do not hang on how Parquet and its sums came out."""
    return name.name not in {"SHA256SUMS", "croissant.json"}


KILLED = """
import os, signal, sys
from pathlib import Path
from annotate import workflow
from annotate.study import Study
import annotate.study.parted
annotate.study.parted.PART = 2
workflow.export(
    Study(Path(sys.argv[1])),
    Path(sys.argv[2]),
    on_written=lambda done, _: done >= 4 and os.kill(os.getpid(), getattr(signal, sys.argv[3])),
)
"""


def _killed(study, target, name):
    command = [sys.executable, "-c", KILLED, str(study.root), str(target), name]
    root = str(Path(workflow.__file__).parents[2])
    env = {**os.environ, "PYTHONPATH": root}
    return subprocess.run(command, env=env, capture_output=True, check=False).returncode


def test_an_export_that_is_killed_leaves_no_half_and_the_next_one_clears_up(study, tmp_path):
    target = tmp_path / "dataset"
    assert _killed(study, target, "SIGKILL") == -signal.SIGKILL
    left = list(tmp_path.iterdir())
    assert not target.exists()
    assert len(left) == 1
    workflow.export(study, target)
    assert list(tmp_path.iterdir()) == [target]
    before = {path: path.read_bytes() for path in target.rglob("*") if path.is_file()}
    assert _killed(study, target, "SIGKILL") == -signal.SIGKILL
    assert {path: path.read_bytes() for path in target.rglob("*") if path.is_file()} == before
    workflow.export(study, target)
    assert list(tmp_path.iterdir()) == [target]


def test_the_earlier_dataset_comes_back_from_where_a_killed_export_had_put_it(study, tmp_path):
    target = tmp_path / "dataset"
    workflow.export(study, target)
    left = tmp_path / ".dataset.abcd"
    (left / "dataset").mkdir(parents=True)
    (left / "lock").touch()
    target.rename(left / "earlier")
    with pytest.raises(ExportError, match="mood"):
        workflow.export(study, target, splitting=Splitting("event", question="mood"))
    assert list(tmp_path.iterdir()) == [target]
    assert (target / "summary.json").is_file()


def test_an_export_that_is_interrupted_leaves_nothing(study, tmp_path):
    assert _killed(study, tmp_path / "dataset", "SIGINT") != 0
    assert list(tmp_path.iterdir()) == []


def test_what_another_export_is_making_is_left_alone(study, tmp_path):
    target = tmp_path / "dataset"

    def meanwhile(done, _):
        if done == 6:
            workflow.export(study, target)

    workflow.export(study, target, on_written=meanwhile)
    assert list(tmp_path.iterdir()) == [target]
    names = [path.relative_to(target) for path in sorted(target.rglob("*")) if path.is_file()]
    assert Path("summary.json") in names


def test_times_come_to_the_second_when_asked_for(study, tmp_path):
    for with_times, stamp in ((False, "2026-03-01"), (True, "2026-03-01T10:00:00")):
        folder = tmp_path / str(with_times)
        workflow.export(study, folder, Choices(with_times=with_times))
        visits = pd.read_parquet(folder / "tables" / "visits.parquet")
        done = visits[visits["status"] == "submitted"]
        assert set(done["created_at"]) == {stamp}


@pytest.mark.parametrize("longest", [0, 8, 200])
def test_quotes_are_as_long_as_was_chosen(study, tmp_path, longest):
    workflow.export(study, tmp_path / "out", Choices(quote=longest))
    spans = pd.read_parquet(tmp_path / "out" / "tables" / "spans.parquet")
    known = study.counted_tables().spans["text"]
    kept = [text for text in known if len(text) <= longest]
    assert sorted(text for text in spans["text"] if text) == sorted(kept)
    assert len(spans) == len(known)


def _command(study, folder, *options):
    return CliRunner().invoke(main, ["export", str(folder), "--study", str(study.root), *options])


def test_a_question_can_be_spread_evenly(study, tmp_path):
    done = _command(
        study,
        tmp_path / "out",
        *("--split", "outlet", "--stratify", "genre", "--shares", "0.5", "0.25", "0.25"),
    )
    assert done.exit_code == 0, done.output
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "genre" in card[card.index("## Splits") :]
    articles = pd.read_parquet(tmp_path / "out" / "tables" / "articles.parquet")
    assert set(articles["split"]) == {"train", "validation", "test"}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--seed", "3"], "--seed says how to split: add --split"),
        (["--stratify", "genre"], "--stratify says how to split"),
        (["--split", "time", "--stratify", "genre"], "--stratify has no say"),
        (["--split", "event", "--shares", "0.9", "0.2", "0.1"], "add up to 1"),
        (["--split", "event", "--stratify", "mood"], 'called "mood"; there are: genre'),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(study, tmp_path, options, says):
    done = _command(study, tmp_path / "out", *options)
    assert done.exit_code == 1
    assert says in done.output
    assert list(tmp_path.iterdir()) == []


def test_a_stratum_that_is_no_question_is_named(study, tmp_path):
    with pytest.raises(ExportError, match="there are: genre, place, frames, slant"):
        workflow.export(study, tmp_path / "out", splitting=Splitting("event", question="note"))


def test_without_spacy_there_are_all_other_formats_and_a_word_about_it(
    study, tmp_path, monkeypatch
):
    for place in ("annotate.dataset.formats.spacy", "annotate.dataset.formats"):
        monkeypatch.setattr(f"{place}.available", lambda: False)
    monkeypatch.setattr("annotate.dataset.documents.contents.available", lambda: False)
    done = _command(study, tmp_path / "out", "--with-text")
    assert done.exit_code == 0, done.output
    assert "annotate-news[spacy]" in done.stderr
    assert not (tmp_path / "out" / "spacy").exists()
    assert (tmp_path / "out" / "conll" / "loss.csv").is_file()
    assert "spaCy" not in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
