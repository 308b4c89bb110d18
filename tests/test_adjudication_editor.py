"""An adjudicator at work: a real server, a real browser, neutral names, what was decided."""

import pytest
from editor import Editor, open_browser
from made_study import choose, made_study, mark, pulled
from playwright.sync_api import sync_playwright

from annotate import workflow
from annotate.adjudication.predictions import START
from annotate.adjudication.settled import adjudicated
from annotate.resources import resource
from annotate.studio.accounts import ensure_accounts
from annotate.studio.connection import open_connection
from annotate.studio.ledger import Ledger
from annotate.workflow import AdjudicationPlan

pytestmark = [pytest.mark.studio, pytest.mark.browser]

TEXT = (
    "Harbour vote 😀 splits the town\n\n"
    "The mayor 👨‍👩‍👧 called it a “historic” day in Košice — and a reckless gamble, critics said.\n"
    "Nobody from the 𝒳 union was asked &amp; nothing more, the radical council claimed."
)
ANSWERS = {
    "sponsorship": "no_sign",
    "stance_ukraine": "-1",
    "stance_russia": "not_present",
    "stance_us_admin": "not_present",
    "stance_european_allies": "0",
    "genre": "opinion",
    "confidence": "2",
}


@pytest.fixture(scope="module")
def settled(studio, tmp_path_factory):
    """Let two people disagree and a third decide, by hand in the browser."""
    root = tmp_path_factory.mktemp("adjudicated")
    config = resource("label_config.xml").read_bytes()
    study = made_study(root, people=("ada", "ben"), texts=(TEXT,), config=config)
    (article,) = study.texts()
    ada = mark(TEXT, "reckless gamble", "Loaded wording", 1, "ukraine:unfavourable")
    ada += mark(TEXT, "radical council", "Labelling", 2, "none")
    ben = mark(TEXT, "claimed", "Credibility cue", 1, "none")
    for name, value in ANSWERS.items():
        ada += choose(name, value)
        ben += choose(name, {"genre": "reporting", "stance_ukraine": "0"}.get(name, value))
    pulled(study, "main", "ada", {article: ada})
    pulled(study, "main", "ben", {article: ben})
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("LABEL_STUDIO_URL", studio.url)
        patch.setenv("LABEL_STUDIO_API_KEY", studio.token)
        lead = open_connection(studio.url, studio.token)
        people = ensure_accounts(lead, ("ada", "ben", "hanna"), study.people_path)
        workflow.adjudicate(study, AdjudicationPlan("hanna"))
        (desk,) = Ledger(study.ledger_path, studio.url).desks()
        (task,) = Ledger(study.ledger_path, studio.url).tasks(desk.project).values()
        browser = open_browser(playwright)
        page = browser.new_context(viewport={"width": 1500, "height": 950}).new_page()
        editor = Editor(page, studio.url, study.schema())
        editor.log_in(people["hanna"].email, people["hanna"].password)
        editor.open_task(desk.project, task)
        yield study, editor, _decide(editor)
        browser.close()


def _decide(editor):
    """Copy one phrase, mark another, answer; give what was seen on the way."""
    seen = {"tabs": editor.tabs(), "page": editor.page.inner_text("body"), "own": editor.marked()}
    for name in ("Annotator A", "Annotator B"):
        editor.open_tab(name)
        seen[name] = editor.marked()
        seen[name, "genre"] = editor.chosen("genre")
        if "reckless gamble" in seen[name]:
            editor.select("reckless gamble")
            seen["direction"] = editor.chosen("direction")
            editor.page.keyboard.press("Control+c")
    editor.open_tab("hanna")
    editor.page.keyboard.press("Control+v")
    editor.page.wait_for_timeout(800)
    seen["pasted"] = editor.marked()
    editor.deselect()
    editor.mark(TEXT, "historic", "2")
    editor.choose("direction", "none")
    editor.deselect()
    for question, value in ANSWERS.items():
        editor.choose(question, value)
    seen["stored"] = editor.submit()
    return seen


def test_the_adjudicator_starts_from_nothing_and_sees_everybody(settled):
    _, _, seen = settled

    assert seen["tabs"] == ["hanna", START, "Annotator A", "Annotator B"]
    assert seen["own"] == []
    assert sorted([seen["Annotator A"], seen["Annotator B"]]) == [
        ["claimed"],
        ["reckless gamble", "radical council"],
    ]
    genres = [seen[name, "genre"] for name in ("Annotator A", "Annotator B")]
    assert sorted(genres) == [["Analysis or opinion"], ["Reporting"]]
    assert seen["direction"] == ["Ukraine worse"]
    assert not [name for name in ("ada", "ben") if name in seen["page"].split()]


def test_a_phrase_can_be_copied_with_what_was_said_of_it(settled):
    _, _, seen = settled

    assert seen["pasted"] == ["reckless gamble"]
    origins = {
        item["value"]["text"]: item["origin"]
        for item in seen["stored"]["result"]
        if item["type"] == "labels"
    }
    assert origins == {"reckless gamble": "prediction", "historic": "manual"}


def test_the_decision_comes_back_as_the_adjudicated_label(settled, studio, monkeypatch):
    study, _, _ = settled
    monkeypatch.setenv("LABEL_STUDIO_URL", studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", studio.token)
    before = workflow.summary(study).to_json()
    workflow.pull(study)

    found = adjudicated(study).tables
    assert found.visits[["annotator", "round", "status"]].to_numpy().tolist() == [
        ["hanna", "adjudication of main", "submitted"]
    ]
    assert found.faults.empty
    spans = found.spans.sort_values("start")
    assert spans[["text", "label"]].to_numpy().tolist() == [
        ["historic", "Labelling"],
        ["reckless gamble", "Loaded wording"],
    ]
    assert [TEXT[s:e] for s, e in zip(spans["start"], spans["end"], strict=True)] == list(
        spans["text"]
    )
    about = found.answers[found.answers["span_id"] == ""].set_index("question")["value"]
    assert {name: about[name] for name in ANSWERS} == ANSWERS
    directions = found.answers[found.answers["question"] == "direction"].set_index("span_id")
    by_text = dict(zip(spans["span_id"], spans["text"], strict=True))
    assert {by_text[span]: value for span, value in directions["value"].items()} == {
        "historic": "none",
        "reckless gamble": "ukraine:unfavourable",
    }
    assert workflow.summary(study).to_json() == before


def test_what_was_decided_is_there_to_look_at_again(settled, studio):
    """A second look shows the decision beside the tabs, unchanged."""
    study, editor, _ = settled
    (desk,) = Ledger(study.ledger_path, studio.url).desks()
    (task,) = Ledger(study.ledger_path, studio.url).tasks(desk.project).values()
    editor.page.goto(f"{studio.url}/projects/{desk.project}/data?task={task}")
    editor.page.wait_for_selector(".lsf-htx-richtext .htx-highlight")

    assert sorted(editor.marked()) == ["historic", "reckless gamble"]
    assert {"Annotator A", "Annotator B"} < set(editor.tabs())
