"""The benchmark of the export runs at a small size, on copies whose figures are the original's."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

from annotate import workflow
from annotate.study import Study

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
export, generate, copies = map(import_module, ("export", "generate", "exported.copies"))


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Generate a small study."""
    folder = tmp_path_factory.mktemp("copied") / "small"
    return generate.generate(folder, articles=12, annotators=3, seed=5)


def test_copies_are_as_many_and_agree_as_far(study, tmp_path):
    copies.multiply(study, tmp_path / "large", 3)
    large = Study(tmp_path / "large")
    assert not large._outdated()
    articles = large.articles()
    assert len(articles) == 36
    assert articles["text_sha256"].is_unique
    tables, small = large.tables(), study.tables()
    tables.check(large.texts())
    for name in ("visits", "answers", "spans"):
        assert len(getattr(tables, name)) == 3 * len(getattr(small, name))
    figures = {(f.question, f.label, f.measure): f for f in workflow.summary(large).figures}
    observed = [f for f in workflow.summary(study).figures if f.measure == "observed agreement"]
    assert observed
    for figure in observed:
        same = figures[figure.question, figure.label, figure.measure]
        assert same.value == pytest.approx(figure.value, nan_ok=True)


def test_every_line_is_printed_and_rows_are_those_written_by_hand(tmp_path, capsys):
    export.main(["--articles", "12", "--data", str(tmp_path), "--with-text"])
    memory, time, rows = capsys.readouterr().out.splitlines()[-3:]
    assert memory.startswith("memory")
    assert time.startswith("time")
    assert rows.startswith("rows")
    made = list(export.lines(tmp_path, tmp_path / "again", 12, with_text=False))
    assert made[-1].met is True
