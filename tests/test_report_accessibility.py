"""Nobody is shut out of a page: axe-core finds nothing serious, and no page is too wide.

Every page in both themes at both widths, and the states in which there is little to show.
"""

import shutil
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from editor import open_browser
from made_study import PEOPLE, annotated, choose, ids, made_study, pulled
from playwright.sync_api import sync_playwright
from report_pages import LOOKS, Look, address, pages_here
from watched_tab import WatchedTab

from annotate.report.running import run_report
from annotate.rounds import ANNOTATION, TRAINING, Round
from annotate.study import Study

pytestmark = pytest.mark.browser

GRAVE = {"serious", "critical"}


@dataclass(frozen=True)
class Excepted:
    """A finding in what Streamlit draws, that no page can help.

    Parameters
    ----------
    rule : str
        Of axe-core.
    within : str
        A piece of the element's HTML that no element of ours has.
    reason : str
        Why it stays.
    """

    rule: str
    within: str
    reason: str


EXCEPTED = ()


@pytest.fixture(scope="module")
def browser():
    """Start one browser for the module."""
    with sync_playwright() as playwright:
        running = open_browser(playwright)
        yield running
        running.close()


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """Make a study with something on every page, that of training among them."""
    study = made_study(tmp_path_factory.mktemp("full"))
    annotated(study)
    people = tuple(PEOPLE)
    trial = Round("trial", TRAINING, people[:1], reference=people[1])
    study.save_rounds([Round("main", ANNOTATION, people), trial])
    some = ids(study)[:2]
    pulled(study, "trial", people[0], {each: choose("genre", "report") for each in some}, day=2)
    study.tables()
    return study


@pytest.fixture(scope="module")
def reports(full, tmp_path_factory):
    """Give a report on the study, and on it in each state; each is started once."""
    started = {}

    def start(state):
        if state not in started:
            root = tmp_path_factory.mktemp("state") / "study"
            shutil.copytree(full.root, root)
            STATES[state](Study(root))
            started[state] = run_report(root, port=0)
        return started[state]

    yield start
    for report in started.values():
        report.stop()


def no_articles(study):
    (study.root / "articles.parquet").unlink()
    nothing_pulled(study)


def nothing_pulled(study):
    shutil.rmtree(study.snapshots)
    shutil.rmtree(study.root / "tables")


def nothing_submitted(study):
    nothing_pulled(study)
    for person in PEOPLE:
        pulled(study, "main", person, dict.fromkeys(ids(study)))


def one_annotator(study):
    nothing_pulled(study)
    pulled(study, "main", PEOPLE[0], {each: choose("genre", "report") for each in ids(study)})


STATES = {
    "": lambda _: None,
    "no articles": no_articles,
    "nothing pulled": nothing_pulled,
    "nothing submitted": nothing_submitted,
    "one annotator": one_annotator,
}


#: Where there is as much to show as ever: the article and who has it, one annotator's labels.
AS_EVER = {
    ("nothing submitted", "reader"),
    ("one annotator", "reader"),
    ("one annotator", "dataset"),
}


def grave_findings(tab):
    """List what axe-core finds serious, but for what is excepted."""
    found = []
    for finding in Axe().run(tab).response["violations"]:
        nodes = [
            node
            for node in finding["nodes"]
            if not any(e.rule == finding["id"] and e.within in node["html"] for e in EXCEPTED)
        ]
        if finding["impact"] in GRAVE:
            found += [f"{finding['id']}: {n['html'][:160]} {n['failureSummary']}" for n in nodes]
    return found


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("page", pages_here(training=True), ids=lambda page: page.name)
def test_every_page_can_be_used_by_everybody(page, look, reports, browser):
    report = reports("")
    with WatchedTab(browser, report.url, **look.options()) as watched:
        watched.open(address(report, page))
        assert grave_findings(watched.tab) == []
        assert watched.faults() == []
        headings = watched.tab.locator("[data-testid=stMain] h1")
        assert headings.count() == 1


@pytest.mark.parametrize("state", [state for state in STATES if state])
@pytest.mark.parametrize("page", pages_here(), ids=lambda page: page.name)
def test_pages_with_little_to_show_say_so_and_are_whole(page, state, reports, browser):
    report = reports(state)
    with WatchedTab(browser, report.url, **Look("light", 390).options()) as watched:
        watched.open(address(report, page))
        assert grave_findings(watched.tab) == []
        assert watched.faults() == []
        if (state, page.name) not in AS_EVER:
            assert watched.tab.locator(".an-empty, .an-note").count() > 0


def test_a_page_that_shuts_people_out_is_found(browser):
    """Else the tests above could not fail."""
    with WatchedTab(browser, "") as watched:
        watched.tab.set_content(
            "<html lang=en><title>x</title><main><h1>x</h1><img src='data:,'>"
            "<p style='color:#aaa;background:#fff'>Hardly to be read</p><button></button></main>"
        )
        rules = {finding.split(":", 1)[0] for finding in grave_findings(watched.tab)}
    assert rules == {"image-alt", "color-contrast", "button-name"}
