"""The address of a task opens the right article at the right desk, in a real browser."""

import shutil
import sys
import time
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest
from desks_on_a_server import add_articles, quiet, study_on
from editor import open_browser
from made_study import made_study
from playwright.sync_api import sync_playwright
from prefix_proxy import PREFIX, behind_prefix

from annotate import workflow
from annotate.processes import end_group, start_group
from annotate.rounds import ADJUDICATION, TRAINING, Round
from annotate.studio.accounts import read_people
from annotate.studio.ledger import Desk, Ledger, Sent
from annotate.studio.ports import choose_port
from annotate.studio.server import _environment, last_address
from annotate.study import Study
from annotate.workflow.links import TaskLinks, studio_address, task_links

pytestmark = [pytest.mark.studio, pytest.mark.browser]

_ARTICLES = 3


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        opened = open_browser(playwright)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pushed(studio, tmp_path_factory):
    """Push a study to the shared server."""
    folder = tmp_path_factory.mktemp("links")
    with pytest.MonkeyPatch.context() as patch:
        study = study_on(studio, folder, patch)
        add_articles(study, folder, _ARTICLES)
        workflow.push(study, quiet)
    return study


@pytest.fixture
def on_studio(pushed, studio, monkeypatch):
    """Name the shared server as the study's."""
    monkeypatch.setenv("LABEL_STUDIO_URL", studio.url)
    return pushed


def _log_in(page, person):
    page.fill("input[name=email]", person.email)
    page.fill("input[name=password]", person.password)
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "/user/login" not in url)


def _shown(page):
    """Give the text that the editor shows, and whose desk its project says it is."""
    words = page.locator(".lsf-htx-richtext").inner_text(timeout=30_000)
    project = page.url.split("/projects/")[1].split("/")[0]
    root = page.url.split("/projects/")[0]
    answer = page.request.get(f"{root}/api/projects/{project}/")
    return words.strip(), answer.json()["description"]


def _opens_every_task(page, study):
    links = task_links(study)
    for article, text in study.texts().items():
        for annotator in study.settings().annotators:
            page.goto(links.of(article, annotator))
            words, description = _shown(page)
            assert words.split() == text.split()
            assert description.startswith(f"The desk of {annotator}.")


def test_each_address_opens_its_article_at_the_desk_of_its_annotator(on_studio, browser):
    """Three articles, two annotators, six addresses: every one is opened."""
    people = read_people(on_studio.people_path)
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{studio_address(on_studio)}/user/login/")
        _log_in(page, people["ada"])
        _opens_every_task(page, on_studio)


def test_who_is_not_logged_in_comes_to_the_task_after_logging_in(on_studio, browser):
    """Label Studio keeps the task through its own login page."""
    article, text = list(on_studio.texts().items())[1]
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(task_links(on_studio).of(article, "ben"))
        assert "/user/login" in page.url
        _log_in(page, read_people(on_studio.people_path)["ben"])
        words, description = _shown(page)
    assert words.split() == text.split()
    assert description.startswith("The desk of ben.")


def test_the_embedded_server_is_found_at_its_own_address(pushed, studio, tmp_path, browser):
    """Without LABEL_STUDIO_URL the address is that of the study's own server, on today's port."""
    shutil.copytree(pushed.root, tmp_path / "study")
    study = Study(tmp_path / "study")
    assert studio_address(study) == ""
    assert task_links(study) == TaskLinks({})
    shutil.copy(studio.log.parent / "server.json", study.private / "server.json")
    _rename_server(study, studio.url, "embedded")
    assert studio_address(study) == studio.url
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{studio.url}/user/login/")
        _log_in(page, read_people(study.people_path)["ben"])
        _opens_every_task(page, study)


def _rename_server(study, old, new):
    """Move the ledger's rows to another name of the same server."""
    one, other = Ledger(study.ledger_path, old), Ledger(study.ledger_path, new)
    for desk in one.desks():
        other.add_desk(desk)
        other.add_tasks(desk.project, one.sent(desk.project).values())


@contextmanager
def _under_a_path(studio, folder):
    """Start a copy of the shared server that knows it is reached under a path, behind a proxy."""
    private = folder / "private"
    shutil.copytree(studio.log.parent, private)
    port = choose_port("127.0.0.1", (0,))
    with behind_prefix(f"http://127.0.0.1:{port}") as (url, asked):
        process = _start_labels(private, port, url)
        try:
            _await(f"http://127.0.0.1:{port}/health", process)
            yield url, asked
        finally:
            end_group(process)


def _start_labels(private, port, url):
    data = (private / "label-studio").resolve()
    known = replace(last_address(private), port=port, url=f"http://127.0.0.1:{port}")
    environment = {
        **_environment(data, known),
        "LABEL_STUDIO_HOST": url,
        # This proxy, unlike nginx with its usual settings, does not pass the Host header on.
        "CSRF_TRUSTED_ORIGINS": url.removesuffix(PREFIX),
    }
    command = [sys.executable, "-P", "-m", "label_studio.server", "start", "--no-browser"]
    command += ["--internal-host", "127.0.0.1", "--port", str(port)]
    return start_group(command, cwd=data, env=environment, log=private / "labels.log")


def _await(health, process):
    end = time.monotonic() + 120
    while time.monotonic() < end:
        assert process.poll() is None
        try:
            if httpx.get(health, trust_env=False, timeout=5).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.3)
    pytest.fail("Label Studio did not come up under a path")


def test_a_server_under_a_path_keeps_its_path(pushed, studio, tmp_path, monkeypatch, browser):
    """A Label Studio at /labels, as teams have it behind nginx: the same addresses below it."""
    shutil.copytree(pushed.root, tmp_path / "study")
    study = Study(tmp_path / "study")
    with _under_a_path(studio, tmp_path) as (url, asked), browser.new_context() as context:
        monkeypatch.setenv("LABEL_STUDIO_URL", f" {url}/ ")
        _rename_server(study, studio.url, url)
        assert studio_address(study) == url
        page = context.new_page()
        page.goto(f"{url}/user/login/")
        _log_in(page, read_people(study.people_path)["ada"])
        _opens_every_task(page, study)
    assert any(path.startswith(f"{PREFIX}/projects/") for path in asked)


def test_an_address_is_written_as_the_ledger_writes_it(pushed, studio, monkeypatch):
    """Capitals of the scheme, spaces and slashes make no other server of it."""
    first = next(iter(pushed.texts()))
    monkeypatch.setenv("LABEL_STUDIO_URL", studio.url)
    plain = task_links(pushed).of(first, "ada")
    assert plain.startswith(f"{studio.url}/projects/")
    monkeypatch.setenv("LABEL_STUDIO_URL", f"  {studio.url.replace('http', 'HTTP')}// ")
    assert task_links(pushed).of(first, "ada") == plain


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://ada:secret@labels.example", "labels.example", "http://"]
)
def test_an_address_that_no_command_would_take_leads_nowhere(pushed, monkeypatch, url):
    """No link runs a script or shows a password."""
    monkeypatch.setenv("LABEL_STUDIO_URL", url)
    assert studio_address(pushed) == ""
    assert task_links(pushed) == TaskLinks({})


def test_another_server_knows_none_of_the_tasks(pushed, monkeypatch):
    """Task numbers mean nothing on a server that they were not pushed to."""
    monkeypatch.setenv("LABEL_STUDIO_URL", "https://elsewhere.example/labels")
    assert studio_address(pushed) == "https://elsewhere.example/labels"
    assert task_links(pushed) == TaskLinks({})


def test_of_a_person_the_task_is_their_own_and_a_shared_one_is_everybodys():
    """Without an annotator it is the first that anybody has."""
    links = TaskLinks({("a", "ada"): "x", ("a", "ben"): "y", ("b", ""): "z"})
    assert [links.of("a", "ada"), links.of("a", "ben"), links.of("a", "cleo")] == ["x", "y", ""]
    assert [links.of("b", "ada"), links.of("a"), links.of("c")] == ["z", "x", ""]


def test_of_several_rounds_the_latest_of_annotation_counts(tmp_path, monkeypatch):
    """Neither training nor adjudication; no task that was not confirmed."""
    study = made_study(tmp_path)
    study.save_rounds(
        [
            Round("main", annotators=("ada",)),
            Round("pilot", annotators=("ada",)),
            Round("school", TRAINING, ("ada",), reference="ben"),
            Round("decided", ADJUDICATION, ("ada",), of="main"),
        ]
    )
    monkeypatch.setenv("LABEL_STUDIO_URL", "https://labels.example")
    ledger = Ledger(study.ledger_path, "https://labels.example")
    article = next(iter(study.texts()))
    for project, name in enumerate(("main", "pilot", "school", "decided"), 1):
        ledger.add_desk(Desk("ada", name, project))
        ledger.add_tasks(project, [Sent(article, article, 1, "", task=10 * project)])
    ledger.add_tasks(2, [Sent("new", "new", 1, ""), Sent("again", article, 2, "", task=99)])
    links = task_links(study)
    assert links.of(article, "ada") == "https://labels.example/projects/2/data?task=20"
    assert links.of("new", "ada") == ""
