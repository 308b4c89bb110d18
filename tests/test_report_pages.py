"""From a question down to the task in Label Studio, page by page: a real server, a real browser."""

import json
import re
import shutil
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from editor import Editor, open_browser
from made_study import CONFIG, TEXTS, choose, ids, mark
from playwright.sync_api import expect, sync_playwright
from report_pages import PAGES, address, pages_here, settle
from watched_tab import WatchedTab

from annotate import workflow
from annotate.articles import Metadata
from annotate.report.running import run_report
from annotate.studio.accounts import ensure_accounts, read_people
from annotate.studio.connection import open_connection
from annotate.studio.ledger import Ledger
from annotate.study import Settings, Study

pytestmark = [pytest.mark.studio, pytest.mark.browser]

PEOPLE = ("ada", "ben")
QUESTION = "slant"
PHRASE = "reckless"
WIDE = {"viewport": {"width": 1400, "height": 1000}}


@pytest.fixture(scope="module")
def browser():
    """Start one browser for the module."""
    with sync_playwright() as playwright:
        running = open_browser(playwright)
        yield running
        running.close()


@pytest.fixture(scope="module")
def study(studio, tmp_path_factory):
    """Let two people annotate six articles on a server, with their own tokens, and pull."""
    root = tmp_path_factory.mktemp("pages")
    made = Study.create(root / "study", Settings("Pages", PEOPLE), config=CONFIG, codebook=b"# B")
    for number, text in enumerate(TEXTS):
        path = root / f"{number}.txt"
        path.write_text(text, encoding="utf-8")
        workflow.add(made, [path], Metadata(event="e", outlet=f"Outlet {number % 2}"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABEL_STUDIO_URL", studio.url)
        patch.setenv("LABEL_STUDIO_API_KEY", studio.token)
        ensure_accounts(open_connection(studio.url, studio.token), PEOPLE, made.people_path)
        workflow.push(made)
        _annotate(made, studio)
        workflow.pull(made)
        yield made


def _annotate(study, studio):
    """Let both mark and answer everything; they agree on little."""
    people = read_people(study.people_path)
    ledger = Ledger(study.ledger_path, studio.url)
    for desk in ledger.desks():
        who = PEOPLE.index(desk.annotator)
        key = {"Authorization": f"Token {people[desk.annotator].token}"}
        tasks = ledger.tasks(desk.project)
        for number, article in enumerate(ids(study)):
            result = choose("genre", "report") + choose(QUESTION, 1 + (number * (who + 1)) % 5)
            if PHRASE in TEXTS[number]:
                label, direction = (("Loaded", "worse"), ("Cue", "better"))[who]
                result += mark(TEXTS[number], PHRASE, label, 1, direction)
            if who == 0 and "brutal winter" in TEXTS[number]:
                result += mark(TEXTS[number], "brutal winter", "Loaded", 2, "worse")
            httpx.post(
                f"{studio.url}/api/tasks/{tasks[article]}/annotations/",
                json={"result": result, "lead_time": 60},
                headers=key,
                timeout=60,
            ).raise_for_status()


@pytest.fixture(scope="module")
def report(study):
    """Start the report."""
    with run_report(study.root, port=0) as running:
        yield running


@pytest.fixture
def tab(report, browser):
    """Open a tab that may follow links to Label Studio."""
    with WatchedTab(browser, report.url, **WIDE) as watched:
        yield watched


def page_named(name):
    """Give a page."""
    return next(page for page in PAGES if page.name == name)


def query(tab):
    """Give what the address of a tab names."""
    return {name: values[0] for name, values in parse_qs(urlsplit(tab.url).query).items()}


def follow(watched, name):
    """Press the first link of the main part that leads to a page within the report."""
    links = watched.tab.locator(f"[data-testid=stMain] a[href*='{name}?']")
    if not links.first.is_visible():  # in a box that is closed
        for box in watched.tab.locator("[data-testid=stMain] details:not([open]) summary").all():
            box.click()
    links.first.click()
    watched.tab.wait_for_url(re.compile(rf"/{name}(\?|$)"))
    settle(watched.tab)


@pytest.mark.parametrize("page", pages_here(), ids=lambda page: page.name)
def test_every_page_opens_by_its_address_and_from_the_sidebar(page, report, tab):
    tab.open(address(report, page))
    heading = tab.tab.locator("[data-testid=stMain] h1").inner_text()
    assert tab.faults() == []
    other = next(each for each in pages_here() if each != page)
    sidebar = tab.tab.get_by_test_id("stSidebarNav")
    sidebar.get_by_text(other.title, exact=True).click()
    expect(tab.tab.locator("[data-testid=stMain] h1")).not_to_have_text(heading, timeout=30_000)
    sidebar.get_by_text(page.title, exact=True).click()
    expect(tab.tab.locator("[data-testid=stMain] h1")).to_have_text(heading, timeout=30_000)
    settle(tab.tab)
    assert tab.faults() == []


def test_from_the_overview_to_a_question_and_on_to_its_disagreements(report, tab):
    tab.open(report.url)
    follow(tab, "agreement")
    assert query(tab.tab)["question"]
    follow(tab, "disagreements")
    assert query(tab.tab)
    assert tab.faults() == []


def test_a_disagreement_leads_to_its_words_in_the_article(report, study, tab):
    spans = study.tables().spans
    article = spans[spans["text"] == PHRASE]["article_id"].iloc[0]
    tab.open(address(report, page_named("disagreements"), article=article))
    link = tab.tab.locator("[data-testid=stMain] a[href*='reader?'][href*='from=']").first
    link.click()
    tab.tab.wait_for_url(re.compile(r"/reader\?"))
    settle(tab.tab)
    asked = query(tab.tab)
    assert asked["article"] == article
    words = study.texts()[article][int(asked["from"]) : int(asked["to"])]
    marked = tab.tab.locator("mark.an-mark", has_text=words).first
    expect(marked).to_be_visible()
    expect(marked).to_be_in_viewport()
    assert tab.faults() == []


def test_the_reader_brings_the_words_of_its_address_into_view(report, study, tab):
    (article,) = {a for a, text in study.texts().items() if PHRASE in text}
    start = study.texts()[article].index(PHRASE)
    where = {"article": article, "from": start, "to": start + len(PHRASE)}
    tab.tab.set_viewport_size({"width": 390, "height": 400})
    tab.open(address(report, page_named("reader"), **where))
    expect(tab.tab.locator("mark.an-mark", has_text=PHRASE).first).to_be_in_viewport(timeout=15_000)


def test_a_case_leads_to_the_right_task_in_label_studio(report, study, studio, tab):
    """The task opens for who is logged in there, and holds the words of the case."""
    (article,) = {a for a, text in study.texts().items() if PHRASE in text}
    tab.open(address(report, page_named("disagreements"), article=article))
    ledger = Ledger(study.ledger_path, studio.url)
    (desk,) = (each for each in ledger.desks() if each.annotator == "ada")
    task = ledger.tasks(desk.project)[article]
    wanted = f"{studio.url}/projects/{desk.project}/data?task={task}"
    link = tab.tab.locator(f"[data-testid=stMain] a[href='{wanted}']").first
    expect(link).to_be_visible()
    assert "noopener" in (link.get_attribute("rel") or "")
    person = read_people(study.people_path)["ada"]
    Editor(tab.context.new_page(), studio.url, study.schema()).log_in(person.email, person.password)
    with tab.context.expect_page() as opened:
        link.click()
    text = opened.value.locator(".lsf-htx-richtext")
    expect(text).to_contain_text(study.texts()[article].split(",")[0], timeout=60_000)
    assert f"task={task}" in opened.value.url


def test_figures_on_the_agreement_page_are_those_of_the_command_line(report, study, tab):
    said = subprocess.run(
        [sys.executable, "-m", "annotate", "score", "--json", "--study", str(study.root)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    figures = [each for each in json.loads(said) if each["question"] == QUESTION]
    record = next(each for each in figures if each["measure"].startswith("alpha"))
    tab.open(address(report, page_named("agreement"), question=QUESTION))
    page = tab.tab.locator("[data-testid=stMain]").inner_text()
    for end in ("value", "low", "high"):
        if record[end] is not None:
            assert f"{record[end]:.2f}".replace("-", "−") in page


def test_the_offline_page_tells_the_same_and_asks_nobody(study, browser, tmp_path):
    copy = tmp_path / "study"
    shutil.copytree(study.root, copy)
    target = tmp_path / "report.html"
    command = [sys.executable, "-m", "annotate", "report", "--html", str(target)]
    subprocess.run([*command, "--study", str(copy)], check=True, capture_output=True)
    with WatchedTab(browser, "", viewport={"width": 390, "height": 844}) as watched:
        watched.tab.goto(target.as_uri())
        assert [each for each in watched.strangers if not each.startswith("file:")] == []
        assert watched.errors == []
        page = watched.tab.inner_text("body")
    assert "Pages" in page
    assert TEXTS[3] not in page  # articles only with --with-text
