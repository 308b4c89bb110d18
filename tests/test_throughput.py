"""The benchmark of push and pull moves what it says, at a small size."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

# At the end: the script `coverage` must not hide the package of that name.
sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
throughput = import_module("throughput")

pytestmark = pytest.mark.studio


def test_each_line_is_measured_and_the_work_is_all_there(tmp_path):
    """The benchmark itself stops where tasks or changes are missing."""
    push, pull, changes = throughput.lines(tmp_path, 40, 1)
    assert [line.claim for line in (push, pull, changes)] == ["push", "pull", "changes"]
    assert "40 tasks" in push.what
    # Of 80 visits 97 % are submitted or skipped.
    done = int(pull.what.split(" with ")[1].split()[0])
    assert 70 <= done <= 80
    assert "1 repeats" in changes.measured
    assert changes.shown(judged=False).endswith("(target: 2 s)")
