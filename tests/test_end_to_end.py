"""From an article to a highlighted phrase: a real server, a real browser, a real report."""

import json

import pytest
from editor import Editor, open_browser
from playwright.sync_api import expect, sync_playwright

from annotate import workflow
from annotate.articles import Metadata
from annotate.report.running import run_report
from annotate.resources import resource
from annotate.studio.accounts import ensure_accounts, read_people
from annotate.studio.connection import open_connection
from annotate.studio.ledger import Ledger
from annotate.study import Settings, Study

pytestmark = [pytest.mark.studio, pytest.mark.browser]

TEXT = (
    "Harbour vote 😀 splits the town\n\n"
    "The mayor 👨‍👩‍👧 called it a “historic” day in Košice — and a reckless gamble, critics said.\n"
    "Nobody from the 𝒳 union was asked. <b>Sponsored?</b> No, a reckless gamble &amp; nothing more."
)
PHRASE = "reckless gamble"
HOTKEY = "1"  # Loaded wording


@pytest.fixture(scope="module")
def browser():
    """Start one browser for the module."""
    with sync_playwright() as playwright:
        running = open_browser(playwright)
        yield running
        running.close()


@pytest.fixture(scope="module")
def annotated(studio, browser, tmp_path_factory):
    """Annotate one article at a desk, as its annotator, by hand in the browser."""
    root = tmp_path_factory.mktemp("end-to-end")
    study = Study.create(
        root / "study",
        Settings("By hand", ("hedy",)),
        config=resource("label_config.xml").read_bytes(),
        codebook=resource("codebook.md").read_bytes(),
    )
    path = root / "articles.jsonl"
    path.write_text(json.dumps({"text": TEXT, "outlet": "The Hidden Herald"}), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABEL_STUDIO_URL", studio.url)
        patch.setenv("LABEL_STUDIO_API_KEY", studio.token)
        lead = open_connection(studio.url, studio.token)
        (person,) = ensure_accounts(lead, ("hedy",), study.people_path).values()
        workflow.add(study, [path], Metadata())
        workflow.push(study, lambda *_: None)
        (desk,) = Ledger(study.ledger_path, studio.url).desks()
        (task,) = Ledger(study.ledger_path, studio.url).tasks(desk.project).values()
        page = browser.new_context(viewport={"width": 1500, "height": 950}).new_page()
        editor = Editor(page, studio.url, study.schema())
        editor.log_in(person.email, person.password)
        editor.open_task(desk.project, task)
        shown = page.content()
        for occurrence, direction in ((1, "ukraine:unfavourable"), (2, "none")):
            editor.mark(TEXT, PHRASE, HOTKEY, occurrence)
            editor.choose("direction", direction)
            editor.deselect()
        for question, value in ANSWERS.items():
            editor.choose(question, value)
        editor.submit()
        workflow.pull(study)
        yield study, shown
        page.close()


ANSWERS = {
    "sponsorship": "no_sign",
    "stance_ukraine": "-1",
    "stance_russia": "not_present",
    "stance_us_admin": "unclear",
    "stance_european_allies": "2",
    "genre": "opinion",
    "confidence": "3",
}


def test_offsets_are_code_points_into_the_frozen_text(annotated):
    study, _ = annotated
    spans = study.tables().spans
    (text,) = study.texts().values()
    first = TEXT.index(PHRASE)

    assert text == TEXT
    assert sorted(spans["start"]) == [first, TEXT.index(PHRASE, first + 1)]
    assert [text[s:e] for s, e in zip(spans["start"], spans["end"], strict=True)] == [PHRASE] * 2
    assert study.tables().faults.empty


def test_answers_come_back_as_the_scheme_stores_them(annotated):
    study, _ = annotated
    answers = study.tables().answers
    about = answers[answers["span_id"] == ""].set_index("question")

    assert {name: about.loc[name, "value"] for name in ANSWERS} == ANSWERS
    assert about.loc["disclosure_placement", "state"] == "not_shown"
    directions = answers[answers["question"] == "direction"]["value"]
    assert sorted(directions) == ["none", "ukraine:unfavourable"]
    voices = answers[answers["question"] == "voice"]
    assert set(zip(voices["state"], voices["value"], strict=True)) == {("empty", "outlet")}


def test_the_desk_does_not_name_the_outlet(annotated):
    _, shown = annotated

    assert "Hidden Herald" not in shown
    assert "Harbour vote" in shown


def test_the_report_highlights_the_new_spans(annotated, browser):
    study, _ = annotated
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    strangers = []
    page.on("request", lambda r: strangers.append(r.url) if "127.0.0.1" not in r.url else None)
    with run_report(study.root) as report:
        page.goto(f"{report.url}/reader", timeout=60_000)
        marked = page.locator("mark", has_text=PHRASE)
        expect(marked.first).to_be_visible(timeout=60_000)

        assert marked.count() == 2
        assert "<b>Sponsored?</b>" in page.inner_text("body")
        assert strangers == []
    page.close()


def test_the_button_pulls_new_work(studio, annotated, browser, monkeypatch):
    """What a newcomer does: annotate, press the button, see the figures change."""
    import httpx

    monkeypatch.setenv("LABEL_STUDIO_URL", studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", studio.token)
    study, _ = annotated
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    with run_report(study.root) as report:
        page.goto(f"{report.url}/reader", timeout=60_000)
        expect(page.locator("mark", has_text=PHRASE).first).to_be_visible(timeout=60_000)
        (desk,) = Ledger(study.ledger_path, studio.url).desks()
        (task,) = Ledger(study.ledger_path, studio.url).tasks(desk.project).values()
        # Her own token: what another hand changed would be kept apart.
        own = read_people(study.people_path)["hedy"].token
        key = {"Authorization": f"Token {own}"}
        there = httpx.get(f"{studio.url}/api/tasks/{task}/", headers=key, timeout=60).json()
        annotation = there["annotations"][0]
        start = TEXT.index("historic")
        value = {"start": start, "end": start + 8, "labels": ["Labelling"]}
        fresh = {
            "from_name": "span",
            "to_name": "text",
            "type": "labels",
            "value": value,
            "id": "x",
        }
        httpx.patch(
            f"{studio.url}/api/annotations/{annotation['id']}/",
            json={"result": [*annotation["result"], fresh]},
            headers=key,
            timeout=60,
        ).raise_for_status()

        page.get_by_role("button", name="Pull new annotations").click()

        expect(page.locator("mark", has_text="historic").first).to_be_visible(timeout=60_000)
    page.close()
