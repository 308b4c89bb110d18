"""A table in many files: the same figures as in one, to the last digit on any executor."""

import os
import socket
import subprocess
import sys
import textwrap
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import AnnotateError, TableError, UsageError
from annotate.tidy import Columns, executors
from annotate.tidy.executors import mapper
from annotate.tidy.fold import fold
from annotate.tidy.parts import Part, prove_apart, survey
from annotate.tidy.scales import Scaling
from annotate.workflow.anydata import score_table

COLUMNS = Columns("annotator", "unit", "label")
SCALES = ("nominal", "ordinal", "interval", "ratio")
ASKED = Columns("annotator", "unit", "label", question="question", article="article")


def table(units=400, seed=0, missing=0.1):
    """Make four annotators who often agree; some did not rate a unit, some gave no label."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(4, units, p=[0.6, 0.2, 0.15, 0.05])
    given = np.where(rng.random((units, 4)) < 0.7, truth[:, None], rng.integers(0, 4, (units, 4)))
    frame = pd.DataFrame(
        {
            "annotator": np.tile(["A", "B", "C", "D"], units),
            "unit": np.repeat(np.arange(units), 4),
            "label": (given.ravel() + 1).astype(str),
        }
    )
    frame.loc[rng.random(len(frame)) < missing, "label"] = ""
    return frame[rng.random(len(frame)) > missing].reset_index(drop=True)


def written(folder, frame, parts=5, column="unit"):
    """Write whole articles to each file."""
    folder.mkdir(exist_ok=True)
    names = frame[column].unique()
    for number, own in enumerate(np.array_split(names, parts)):
        part = frame[frame[column].isin(own)]
        part.to_parquet(folder / f"part-{number}.parquet", index=False)
    return folder


def shown(found):
    """Give the figures without what a fold does not tell: it never sees two people side by side."""
    lacking = {"few shared", "unequal margins"}
    return [
        figure.to_json() | {"reason": "", "flags": sorted({*figure.flags} - lacking)}
        for figure in found.figures
    ]


def close(first, second):
    for one, other in zip(shown(first), shown(second), strict=True):
        assert one.keys() == other.keys()
        for name, value in one.items():
            if isinstance(value, float):
                assert value == pytest.approx(other[name], abs=1e-9), (name, one)
            else:
                assert value == other[name], (name, one)


@pytest.mark.parametrize("scale", SCALES)
def test_many_files_give_the_figures_of_one(tmp_path, scale):
    frame = table()
    folder = written(tmp_path / "parts", frame)
    frame.to_parquet(tmp_path / "whole.parquet")
    options = {"scale": scale, "also": frozenset(["fleiss", "conger", "cohen"])}
    folded = score_table([folder], COLUMNS, **options)
    whole = score_table([tmp_path / "whole.parquet"], COLUMNS, **options)

    close(folded, whole)
    assert folded.evidence is None
    assert "set aside" in folded.figures[0].flags


votes = st.dictionaries(
    st.tuples(st.sampled_from("ABC"), st.integers(0, 11)),
    st.sampled_from(["1", "2", "3", ""]),
    min_size=1,
)


@settings(max_examples=60, deadline=None)
@given(votes, st.lists(st.integers(1, 11), max_size=3, unique=True), st.sampled_from(SCALES))
def test_however_units_are_dealt_to_files_the_figures_are_those_of_one(
    tmp_path_factory, given_votes, cuts, scale
):
    """Also where a file has nothing to compare, lone votes only, or no label at all."""
    folder = tmp_path_factory.mktemp("parts")
    rows = [(who, unit, label) for (who, unit), label in given_votes.items()]
    frame = pd.DataFrame(rows, columns=["annotator", "unit", "label"]).sort_values("unit")
    frame.to_parquet(folder / "whole.pq.parquet")
    place = np.searchsorted(np.sort(cuts), frame["unit"], side="right")
    for number in np.unique(place):
        frame[place == number].to_parquet(folder / f"part-{number}.parquet")
    files = sorted(folder.glob("part-*"))
    options = {"also": frozenset(["fleiss", "conger"])}
    folded = fold(map, files, COLUMNS, Scaling.of(scale), **options)
    whole = score_table([folder / "whole.pq.parquet"], COLUMNS, scale=scale, **options)

    close(folded, whole)
    for one, other in zip(folded.figures, whole.figures, strict=True):
        if not other.defined:
            assert one.reason.split(";")[0] == other.reason.split(";")[0]


def test_two_annotators_of_each_file_are_not_two_annotators(tmp_path):
    """Cohen's kappa is of two people; here every file has two, the table four."""
    frame = table()
    kept = frame["annotator"].isin(["A", "B"]) == (frame["unit"] < 200)
    folder = written(tmp_path / "parts", frame[kept], parts=2)
    frame[kept].to_parquet(tmp_path / "whole.parquet")
    folded = score_table([folder], COLUMNS)

    close(folded, score_table([tmp_path / "whole.parquet"], COLUMNS))
    assert not any("Cohen" in figure.measure for figure in folded.figures)


def test_questions_and_articles_of_several_units_fold_too(tmp_path):
    """Not every file has every question, nor every label."""
    frame = table(300)
    frame["article"] = frame["unit"] // 5
    frame["question"] = np.where(frame["article"] < 20, "tone", "stance")
    folder = written(tmp_path / "parts", frame, parts=4, column="article")
    frame.to_parquet(tmp_path / "whole.parquet")
    folded = score_table([folder], ASKED)

    close(folded, score_table([tmp_path / "whole.parquet"], ASKED))
    assert {figure.question for figure in folded.figures} == {"tone", "stance"}


def test_processes_give_identical_digits(tmp_path):
    folder = written(tmp_path / "parts", table())
    alone = score_table([folder], COLUMNS)
    together = score_table([folder], COLUMNS, jobs=2)

    assert shown(alone) == shown(together)
    assert alone.warnings == together.warnings


@pytest.fixture(scope="module")
def cluster():
    """Start a real Dask cluster: a scheduler and two worker processes."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as running:
        yield running.scheduler_address


def test_a_dask_cluster_gives_identical_digits(tmp_path, cluster):
    folder = written(tmp_path / "parts", table())
    alone = score_table([folder], COLUMNS)
    far = score_table([folder], COLUMNS, cluster=cluster)

    assert shown(alone) == shown(far)
    assert alone.warnings == far.warnings


def test_what_is_wrong_with_a_file_is_told_from_a_cluster_too(tmp_path, cluster):
    folder = written(tmp_path / "parts", table())
    with pytest.raises(UsageError, match='no column "who"'):
        score_table([folder], Columns("who", "unit", "label"), cluster=cluster)


def test_what_a_cluster_cannot_do_is_told_in_one_sentence(cluster):
    with (
        pytest.raises(
            AnnotateError, match=r"could not do the work \(ValueError: .*in this version"
        ),
        mapper(cluster=cluster) as found,
    ):
        list(found(int, ["no number"]))


def test_nobody_at_the_address_and_no_address(tmp_path, monkeypatch):
    monkeypatch.setattr(executors, "_PATIENCE", "1s")
    folder = written(tmp_path / "parts", table(20))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(UsageError, match="No Dask scheduler answers at"):
            score_table([folder], COLUMNS, cluster=address)
    with pytest.raises(UsageError, match="No Dask scheduler answers at"):
        score_table([folder], COLUMNS, cluster="nonsense://x")


def test_a_scheduler_without_workers():
    from distributed import LocalCluster

    with (
        LocalCluster(n_workers=0, dashboard_address=":0") as empty,
        pytest.raises(UsageError, match="has no workers"),
        mapper(cluster=empty.scheduler_address),
    ):
        pass


def test_without_dask_the_extra_is_named(tmp_path):
    """In a process in which it cannot be imported."""
    folder = written(tmp_path / "parts", table(20))
    code = f"""
    import sys
    sys.modules["distributed"] = None
    from pathlib import Path
    from annotate.errors import UsageError
    from annotate.tidy import Columns, executors
    from annotate.workflow.anydata import score_table
    try:
        score_table([Path({str(folder)!r})], Columns("annotator", "unit", "label"), cluster="x:1")
    except UsageError as error:
        print(error)
    """
    run = [sys.executable, "-c", textwrap.dedent(code)]
    said = subprocess.run(run, check=True, capture_output=True, text=True).stdout

    assert 'pip install "annotate-news[cluster]"' in said


def test_processes_and_a_cluster_are_a_choice():
    with pytest.raises(UsageError, match="Choose between"), mapper(2, "tcp://localhost:1"):
        pass
    with pytest.raises(UsageError, match="must be 1 or more"), mapper(0):
        pass


def test_a_worker_that_dies_is_told_in_one_sentence():
    with pytest.raises(AnnotateError, match="stopped from outside") as caught, mapper(2) as found:
        list(found(os._exit, [1]))

    assert isinstance(caught.value.__cause__, BrokenProcessPool)


NAMES = {
    "numbers": lambda unit: unit,
    "words": lambda unit: f"u{unit}",
    "words in some files": lambda unit: str(unit) if unit < 20 else f"u{unit}",
}


@pytest.mark.parametrize("kind", NAMES)
def test_a_unit_in_two_files_is_refused_by_name(tmp_path, kind):
    frame = table(40, missing=0).assign(unit=lambda f: f["unit"].map(NAMES[kind]))
    if kind == "words in some files":
        frame["unit"] = frame["unit"].astype("str")
    folder = written(tmp_path / "parts", frame, parts=4)
    score_table([folder], COLUMNS)
    stray = frame[frame["unit"] == NAMES[kind](7)].iloc[:1]
    last = folder / "part-3.parquet"
    pd.concat([pd.read_parquet(last), stray]).to_parquet(last, index=False)

    with pytest.raises(TableError) as caught:
        score_table([folder], COLUMNS)
    assert (
        f'"{NAMES[kind](7)}" (column "unit") lies in part-0.parquet and in part-3.parquet'
        in str(caught.value)
    )


def test_files_in_order_are_proven_apart_without_comparing_names(tmp_path):
    """The range of the names says enough."""
    folder = written(tmp_path / "parts", table(40, missing=0), parts=4)
    parts = [Part(n, path, COLUMNS) for n, path in enumerate(sorted(folder.iterdir()))]
    asked = []

    def spy(function, items):
        asked.extend(items)
        return map(function, items)

    prove_apart([survey(part) for part in parts], spy)

    assert asked == []


def test_the_only_article_that_varies_is_named_by_its_file(tmp_path):
    frame = pd.DataFrame(
        {"annotator": ["A", "B"] * 30, "unit": np.repeat(np.arange(30), 2), "label": "no"}
    )
    frame.loc[58, "label"] = "yes"
    folder = written(tmp_path / "parts", frame, parts=3)
    found = score_table([folder], COLUMNS)

    assert "article (one in part-2.parquet) alone carries" in found.figures[0].reason


def test_reasons_notes_and_warnings_survive_the_fold(tmp_path):
    frame = table(60, missing=0)
    frame["label"] = "same"
    frame.loc[0, "label"] = ""
    folder = written(tmp_path / "parts", frame, parts=3)
    found = score_table([folder], COLUMNS)

    assert 'all votes are "same"' in found.figures[0].reason
    assert "1 of 240 labels are missing" in found.figures[0].reason
    assert found.warnings[0].startswith("part-0.parquet: 1 row has no label")


def test_na_and_missing_labels_are_told_of_all_files_together(tmp_path):
    """A label named missing may stand in some files only."""
    frame = table(60, missing=0)
    frame.loc[0, "label"] = "NA"
    frame.loc[1, "label"] = "X"
    frame.loc[230, "label"] = "x"
    folder = written(tmp_path / "parts", frame, parts=3)
    with pytest.raises(TableError, match=r'part-0\.parquet: does the label "NA" stand for no'):
        score_table([folder], COLUMNS, jobs=2)
    found = score_table([folder], replace(COLUMNS, missing=("NA", "unclear")))

    assert found.figures[0].counts.missing == 1
    assert found.warnings[0] == '"unclear" in the missing labels (--missing) matches no "label"'
    assert any('only by case and count as different ones: "X", "x"' in s for s in found.warnings)


def test_some_questions_of_many_files(tmp_path):
    """Also where a file has none of them."""
    frame = table(300).assign(article=lambda f: f["unit"] // 5)
    frame["question"] = np.where(frame["article"] < 20, "tone", "stance")
    folder = written(tmp_path / "parts", frame, parts=4, column="article")
    every = [f for f in score_table([folder], ASKED).figures if f.question == "tone"]
    some = score_table([folder], replace(ASKED, only=("tone",)))

    assert [f.value for f in some.figures] == pytest.approx([f.value for f in every], nan_ok=True)
    with pytest.raises(UsageError, match='no question "tome"; it has "tone", "stance"'):
        score_table([folder], replace(ASKED, only=("tome",)))


def test_a_contradiction_in_one_file_names_it(tmp_path):
    frame = table(40, missing=0)
    extra = frame.iloc[:1].assign(label="other")
    folder = written(tmp_path / "parts", pd.concat([frame, extra]), parts=2)
    with pytest.raises(TableError, match=r"part-0\.parquet: an annotator has one label"):
        score_table([folder], COLUMNS, jobs=2)


def test_files_without_rows_are_passed_over(tmp_path):
    """Other tools write them."""
    frame = table(40)
    folder = written(tmp_path / "parts", frame, parts=2)
    full = score_table([folder], COLUMNS)
    frame.iloc[:0].to_parquet(folder / "part-9.parquet")

    assert shown(score_table([folder], COLUMNS)) == shown(full)
    for path in folder.iterdir():
        frame.iloc[:0].to_parquet(path)
    with pytest.raises(TableError, match="The files have no rows"):
        score_table([folder], COLUMNS)


def test_a_long_ordinal_scale_does_not_add_up_over_files(tmp_path):
    frame = table(200).assign(label=lambda f: np.arange(len(f)) % 40)
    folder = written(tmp_path / "parts", frame)
    with pytest.raises(UsageError, match="An ordinal scale of 40 values takes one file"):
        score_table([folder], COLUMNS, scale="ordinal")


def test_any_map_will_do(tmp_path):
    """Also one that works backwards, as long as it gives results in the order of the items."""
    paths = sorted(written(tmp_path / "parts", table()).iterdir())

    def backwards(function, items):
        return [function(item) for item in list(items)[::-1]][::-1]

    one, other = (fold(m, paths, COLUMNS, Scaling.of("nominal")) for m in (map, backwards))

    assert shown(one) == shown(other)
