"""The benchmark of the report opens what it says, at a small size."""

import sys
from importlib import import_module
from pathlib import Path

import pytest
from report_pages import pages_here

# At the end: the script `coverage` must not hide the package of that name.
sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
report, pages, servers = map(import_module, ("report", "opened.pages", "opened.servers"))

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """Measure once, a study of a dozen articles."""
    return list(report.lines(tmp_path_factory.mktemp("benchmark"), 12, 1))


def test_every_page_is_visited_and_narrowed_down(lines):
    visited = [line.what.split(",")[0] for line in lines if line.claim == "page"]
    assert visited == [page.name for page in pages_here()]
    narrowed = [line.what.split(",")[0] for line in lines if line.claim == "filter"]
    assert narrowed == [page.name for page in pages.pages_here() if page.narrowing]


def test_the_lines_say_what_was_opened_and_judge_nothing_at_small_sizes(lines):
    opened, memory = lines[0], lines[-1]
    assert "12 articles x 3" in opened.what
    assert "bare page" in opened.measured
    assert memory.claim == "memory"
    assert 100 < float(memory.measured.split()[0]) < 1500  # Streamlit alone takes 100 MB
    assert not [line for line in lines if line.shown(judged=False).endswith(("PASS", "short"))]


def test_a_process_that_is_gone_holds_nothing():
    assert servers.resident(2**22 + 1) == 0
