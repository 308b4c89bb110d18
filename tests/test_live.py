"""A report that is open takes in what annotators submit, and leaves the reader in their place."""

import json
import os
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from desks_on_a_server import TWO, quiet, span, store, study_on
from editor import open_browser
from playwright.sync_api import expect, sync_playwright
from relay import Relay
from test_report import _pages_on_the_path  # noqa: F401 - for every test

from annotate import workflow
from annotate.articles import Metadata
from annotate.processes import end_group, start_group
from annotate.report.wording import moment
from annotate.workflow.looks import last_look

pytestmark = [pytest.mark.studio, pytest.mark.browser]

_SCROLLED = "() => document.querySelector('[data-testid=stMain]').scrollTop"
_SCROLL = "() => document.querySelector('[data-testid=stMain]').scrollTo(0, 700)"
_ARTICLES = 3


def _with_articles(study, tmp_path):
    """Add articles that are longer than a window."""
    rows = [
        {
            "text": "\n\n".join(f"Article {n}, paragraph {part} says it." for part in range(60)),
            "title": f"Headline {n}",
            "id": f"a{n}",
        }
        for n in range(_ARTICLES)
    ]
    path = tmp_path / "long.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    workflow.add(study, [path], Metadata())


def _choice(value):
    return {
        "from_name": "tone",
        "to_name": "text",
        "type": "choices",
        "value": {"choices": [value]},
        "id": "r2",
    }


@pytest.fixture
def live(studio, tmp_path, monkeypatch):
    """Give a study that reaches the server by a way that can be cut."""
    study, relay = study_on(studio, tmp_path, monkeypatch, TWO), Relay(studio.url)
    monkeypatch.setenv("LABEL_STUDIO_URL", relay.url)
    server = SimpleNamespace(url=relay.url, token=studio.token)
    _with_articles(study, tmp_path)
    workflow.push(study, quiet)
    store(study, server, "ada", [span(0, 9), _choice("yes")], article=1)
    store(study, server, "ada", [_choice("yes")], article=0)
    workflow.pull(study)
    yield SimpleNamespace(study=study, server=server, relay=relay)
    relay.cut()


@pytest.fixture
def watched(live, tmp_path):
    """Start `annotate report --watch 2` on it, and give its address."""
    log = tmp_path / "report.out"
    command = [sys.executable, "-m", "annotate", "report", "--watch", "2", "--no-browser"]
    process = start_group(
        [*command, "--study", str(live.study.root)], cwd=tmp_path, env=dict(os.environ), log=log
    )
    try:
        yield SimpleNamespace(url=_address(log, process), log=log)
    finally:
        end_group(process)


def _address(log, process: subprocess.Popen):
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        words = log.read_text().split()
        if "http://127.0.0.1" in " ".join(words):
            return next(word for word in words if word.startswith("http://127.0.0.1"))
        time.sleep(0.2)
    raise AssertionError(log.read_text())


@pytest.fixture
def page():
    with sync_playwright() as playwright:
        browser = open_browser(playwright)
        yield browser.new_page(viewport={"width": 1280, "height": 700})
        browser.close()


def test_a_submission_appears_and_the_reader_keeps_their_place(live, watched, page):
    ids = live.study.articles()["article_id"].tolist()
    page.goto(f"{watched.url}/reader?article={ids[0]}")
    page.get_by_role("heading", name="Headline 0").wait_for(timeout=60_000)
    page.locator(".st-key-Next-article button").first.click()
    page.get_by_role("heading", name="Headline 1").wait_for()
    page.get_by_text("All marked phrases as a list (1)").click()
    page.locator("table.an-marked").wait_for()
    page.evaluate(_SCROLL)
    assert page.evaluate(_SCROLLED) > 300
    read = page.locator(".an-reader p", has_text="paragraph 20 says")
    place = read.bounding_box()["y"]
    assert 0 < place < 700  # pixels of the window
    row = page.locator(".an-answers tbody tr").first
    expect(row).to_contain_text("yes")
    expect(row).not_to_contain_text("no")

    store(live.study, live.server, "ben", [_choice("no")], article=1)
    expect(row).to_contain_text("no", timeout=60_000)
    # What came in may need room above it; the line that is being read stays where it is.
    assert read.bounding_box()["y"] == pytest.approx(place, abs=2)
    expect(page.locator("table.an-marked")).to_be_visible()
    assert page.get_by_role("heading", name="Headline 1").count() == 1
    assert f"article={ids[1]}" in page.url
    assert "3 submitted" in watched.log.read_text()


def test_when_the_server_goes_the_figures_stay_with_their_time(live, watched, page):
    page.goto(watched.url)
    figures = page.locator(".an-value").all_inner_texts
    page.get_by_text("Before you quote a figure").wait_for(timeout=60_000)
    known, pulled = figures(), live.study.pulled_at
    assert known
    live.relay.cut()
    alert = page.locator(".stSidebar [role=alert]")
    expect(alert).to_contain_text("Nothing was pulled at", timeout=60_000)
    expect(alert).to_contain_text(f"The figures stay those of {moment(pulled)}.")
    assert figures() == known
    time.sleep(5)  # two more turns
    assert watched.log.read_text().count("Nobody answers") == 1
    assert not last_look(live.study).good


def test_a_pull_that_brings_nothing_leaves_the_state_as_it_was(live, monkeypatch):
    """So no page is run anew for it."""
    import findings

    study = live.study
    before = findings._stamp(study)
    assert not workflow.pull(study).changed
    assert findings._stamp(study) == before
    assert last_look(study).says.startswith("Nothing new.")

    store(study, live.server, "ben", [_choice("no")], article=0)
    assert workflow.pull(study).changed
    assert findings._stamp(study) != before
