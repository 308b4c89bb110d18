"""The benchmarks run at small sizes, and what they compare is the same number."""

import subprocess
import sys
import time
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

SCRIPTS = Path(__file__).parents[1] / "benchmarks"
# At the end: the script `coverage` must not hide the package of that name.
sys.path.append(str(SCRIPTS))
speed, generate, made, harness, partitions, spans = map(
    import_module,
    (
        "speed",
        "generate",
        "claims.made",
        "claims.harness",
        "claims.partitions",
        "claims.spans",
    ),
)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Keep what the claims generate for the whole file."""
    return tmp_path_factory.mktemp("benchmarks")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Generate a small study."""
    return generate.generate(
        tmp_path_factory.mktemp("generated") / "study", articles=30, annotators=3
    )


@pytest.mark.parametrize("claim", sorted(speed.CLAIMS))
def test_every_claim_runs_and_agrees_with_its_peer(claim, data):
    """A line without a target passes; one whose numbers differ from the peer's says so."""
    options = harness.Options(repeats=1, share=0.002, data=data)
    lines = list(speed.CLAIMS[claim](options))
    assert lines
    for line in lines:
        assert line.claim == claim
        assert "HERE ONLY" not in line.measured
        assert "OTHER DIGITS" not in line.measured


def test_the_entry_prints_a_line_for_each_claim_and_judges_nothing_at_small_sizes(capsys):
    speed.main(["--only", "a", "--share", "0.001", "--repeats", "1"])
    machine, *lines = capsys.readouterr().out.splitlines()
    assert "cores" in machine
    assert [line.split()[0] for line in lines] == ["a", "a"]
    assert not any(line.endswith(("PASS", "short")) for line in lines)


def test_a_claim_that_is_none_is_refused(capsys):
    with pytest.raises(SystemExit):
        speed.main(["--only", "z"])
    assert "the claims are a, b" in capsys.readouterr().err


def test_the_generated_study_is_what_a_pull_would_have_left(study):
    """Its tables are those that follow from its snapshot, and are read, not built again."""
    before = study.tables_stamp
    tables = study.tables()
    assert study.tables_stamp == before
    assert len(tables.visits) == 90
    assert tables.faults.empty
    tables.check(study.texts())
    rebuilt = study.build_tables()
    for name in ("visits", "answers", "spans"):
        pd.testing.assert_frame_equal(getattr(tables, name), getattr(rebuilt, name))


def test_the_generated_study_asks_every_question_and_uses_every_label(study):
    schema, tables = study.schema(), study.tables()
    assert set(tables.answers["question"]) == {q.name for q in schema.questions}
    assert set(tables.spans["label"]) == {label.value for label in schema.labels}
    assert set(tables.visits["status"]) > {"submitted"}


def test_nobody_marks_overlapping_words_in_a_generated_study(study):
    """Otherwise the labelled coefficients would be undefined."""
    spans = study.tables().spans.sort_values(["visit_id", "start"])
    same = spans["visit_id"].to_numpy()[1:] == spans["visit_id"].to_numpy()[:-1]
    assert same.any()
    assert (spans["start"].to_numpy()[1:] >= spans["end"].to_numpy()[:-1])[same].all()


def test_the_generator_gives_the_same_study_again(study, tmp_path):
    command = [sys.executable, str(SCRIPTS / "generate.py"), str(tmp_path / "again")]
    said = subprocess.run(
        [*command, "--articles", "30", "--annotators", "3"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "30 articles, 90 visits" in said
    again = pd.read_parquet(tmp_path / "again" / "tables" / "spans.parquet")
    pd.testing.assert_frame_equal(again, study.tables().spans)


def test_no_unit_lies_in_two_partitions(tmp_path):
    folder = partitions.write_partitions(tmp_path / "parts", 1_000)
    units = [set(pq.read_table(path)["unit"].to_pylist()) for path in folder.iterdir()]
    assert sum(map(len, units)) == len(set.union(*units)) == 1_000


def test_partitions_are_written_once(tmp_path):
    first = {p: p.stat().st_mtime_ns for p in partitions.write_partitions(tmp_path, 100).iterdir()}
    assert {
        p: p.stat().st_mtime_ns for p in partitions.write_partitions(tmp_path, 100).iterdir()
    } == first


def test_made_spans_are_marks_that_nobody_overlaps_with_their_own():
    """So a greedy matcher finds the same exact matches as an optimal one."""
    frame, seen = made.span_table(50), made.seen_table(50)
    marks = spans.marks_of(frame, seen)
    assert len(marks.start) == len(frame)
    assert len(marks.saw_article) == 150
    own = frame.sort_values(["annotator", "unit", "start"])
    key = (own["annotator"] + own["unit"]).to_numpy()
    same = key[1:] == key[:-1]
    assert (own["start"].to_numpy()[1:] > own["end"].to_numpy()[:-1])[same].all()


def test_made_counts_hold_every_vote():
    counts = made.value_counts(500)
    assert counts.shape == (500, 5)
    assert counts.sum() == (made.labels(500, 5, 5) >= 0).sum()


def test_things_are_timed_in_turn_and_the_median_counts():
    order = []
    pauses = iter([0.0, 0.05, 0.0])

    def slow():
        order.append("slow")
        time.sleep(next(pauses))

    taken, results = harness.in_turn({"slow": slow, "fast": lambda: order.append("fast") or 7}, 3)
    assert order == ["slow", "fast"] * 3
    assert taken["slow"].seconds < 0.05
    assert results["fast"] == 7


def test_memory_is_what_the_task_takes_above_its_input():
    hundred_megabytes = partial(int, 12_500_000)
    assert 95 < harness.extra_memory(hundred_megabytes, np.ones) < 180


def test_a_command_is_seen_with_the_processes_it_starts():
    """A child that takes 100 MB counts beside its parent, not in it."""
    child = "import time; held = bytearray(100_000_000); time.sleep(.5); print('done')"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    ran = harness.run([sys.executable, "-c", parent])
    assert ran.output == "done\n"
    assert ran.seconds > 0.5
    assert 0 < ran.peak < 60
    assert ran.others[0] > 95


def test_a_command_that_fails_is_no_measurement():
    with pytest.raises(subprocess.CalledProcessError) as failed:
        harness.run([sys.executable, "-c", "raise SystemExit('no such thing')"])
    assert failed.value.stderr == "no such thing\n"
