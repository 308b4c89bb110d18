"""The page for people in training: their work beside the reference, as text, never as markup."""

from html.parser import HTMLParser

import pytest
from editor import open_browser
from made_study import TEXTS, choose, ids, made_study, mark, pulled
from playwright.sync_api import expect, sync_playwright
from streamlit.testing.v1 import AppTest

from annotate.report.running import STUDY_VARIABLE, run_report
from annotate.resources import resource
from annotate.rounds import ANNOTATION, TRAINING, Round
from annotate.training import ADVICE

NASTY = (
    "The *reckless* mayor <script>alert(1)</script> called it $a^2$ &amp; a [gamble](http://x.y)"
    "\u202e and admitted\u202c nothing, Reuters reported. <img src=x onerror=alert(2)>"
)
NOTE = "<b>see</b> **codebook** $x$ \u202e :red[3] <script>alert(3)</script>"
MAIN = Round("main", ANNOTATION, ("cleo",))
TRIAL = Round("trial", TRAINING, ("ada", "ben"), reference="cleo")


@pytest.fixture(scope="module", autouse=True)
def _pages_on_the_path():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(resource("reports")))
        yield


@pytest.fixture
def begun(tmp_path):
    """Give a study with a round of training in which nobody has submitted anything."""
    study = made_study(tmp_path, texts=(NASTY, *TEXTS[1:]))
    study.save_rounds([MAIN, TRIAL])
    first, *rest = articles(study)
    pulled(study, "main", "cleo", {first: model(study), rest[0]: choose("genre", "opinion")})
    for person in TRIAL.annotators:
        pulled(study, "trial", person, dict.fromkeys([first, *rest[:2]]))
    return study


@pytest.fixture
def study(begun):
    """Give the same when ada has submitted two articles, one of them without a reference."""
    first, second, third, *_ = articles(begun)
    own = mark(text_of(begun, first), "The *reckless* mayor", "Loaded", 1, "better")
    own += mark(text_of(begun, first), "<script>alert(1)</script>", "Cue", 2, "worse")
    own += choose("genre", "report") + choose("slant", 2)
    done = {first: own, second: None, third: choose("genre", "report")}
    pulled(begun, "trial", "ada", done, day=2)
    return begun


def articles(study):
    """Give the ids of the nasty text and of the others."""
    known = ids(study)
    return [next(a for a in study.texts() if a not in known), *known]


def text_of(study, article):
    """Give a text as it was frozen."""
    return study.texts()[article]


def model(study):
    """Give the labels of the reference for the nasty text."""
    text = text_of(study, articles(study)[0])
    said = mark(text, "*reckless*", "Loaded", 1, "worse") + mark(text, "Reuters", "Relayed", 2)
    return said + choose("genre", "report") + choose("slant", 4) + choose("note", NOTE)


def opened(study, monkeypatch, page="training.py"):
    """Open a page of the report."""
    monkeypatch.setenv(STUDY_VARIABLE, str(study.root))
    app = AppTest.from_file(resource("reports") / "app.py", default_timeout=90).run()
    if page:
        app.switch_page(page).run()
    assert not app.exception
    return app


def html_of(app):
    """Give all HTML of a page but the style sheet."""
    bodies = [element.proto.body for element in app.get("html")]
    return "\n".join(body for body in bodies if not body.startswith("<style>"))


class _Read(HTMLParser):
    """What a browser would show of some HTML, and the tags it would make."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.text, self.tags = "", set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, _attrs):
        self.tags.add(tag)

    def handle_data(self, data):
        self.text += data


def test_both_sides_are_shown_with_what_came_of_them(study, monkeypatch):
    app = opened(study, monkeypatch)
    page = _Read(html_of(app))
    assert "Training: ada" in page.text
    assert "1 article to look at" in page.text
    assert "1 waiting for the reference" in page.text
    assert "1 not submitted yet" in page.text
    assert "2 of 3" in page.text
    assert "1 of 2" in page.text  # of the reference's phrases
    assert "2 apart" in page.text
    assert "found, with other limits" in page.text
    assert "only the reference marks this" in page.text
    assert ADVICE in page.text
    assert text_of(study, articles(study)[0]) in page.text
    assert NOTE in page.text
    assert not page.tags & {"script", "img", "a", "iframe", "em"}
    assert "<b>see" not in html_of(app)


def test_the_outlet_is_not_told(study, monkeypatch):
    """Whoever is in training annotates blind."""
    table = study.articles()
    table["outlet"] = "Harbour Telegraph"
    study.save_articles(table)
    app = opened(study, monkeypatch)
    assert "Harbour Telegraph" not in html_of(app)
    assert all("Harbour Telegraph" not in o for box in app.selectbox for o in box.options)


def test_nothing_is_told_of_an_article_that_was_not_submitted(study, monkeypatch):
    app = opened(study, monkeypatch)
    assert app.selectbox(key="trainee").options == ["ada", "ben"]
    assert len(app.selectbox(key="lesson trial ada").options) == 1
    app.selectbox(key="trainee").select_index(1).run()
    assert not app.exception
    page = html_of(app)
    assert "Training: ben" in page
    assert "Nothing to look at yet" in page
    assert "an-text" not in page
    assert "codebook" not in page


def test_before_anybody_has_submitted_the_page_says_what_to_do(begun, monkeypatch):
    app = opened(begun, monkeypatch)
    page = html_of(app)
    assert "Nobody has submitted a training article yet" in page
    assert "press Submit" in page
    assert not app.selectbox
    assert "codebook" not in page


def test_an_article_whose_marks_cannot_be_read_says_so(begun, monkeypatch):
    first = articles(begun)[0]
    broken = mark(text_of(begun, first), "Reuters", "Relayed", 1)
    broken[0]["value"] |= {"start": 9000, "end": 9001}
    pulled(begun, "trial", "ada", {first: broken + choose("genre", "report")}, day=2)
    page = html_of(opened(begun, monkeypatch))
    assert "Not every mark of yours can be read today" in page


@pytest.mark.browser
def test_the_browser_shows_the_text_and_runs_nothing(study):
    """The page is in the menu only where there is training; what was written stays as written."""
    first = articles(study)[0]
    with run_report(study.root) as report, sync_playwright() as playwright:
        browser = open_browser(playwright)
        page = browser.new_page(viewport={"width": 390, "height": 800})
        said = []
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.goto(f"{report.url}/training")
        expect(page.locator(".an-beside")).to_have_count(2, timeout=90_000)
        shown = page.locator(".an-text").evaluate("it => it.textContent")
        assert shown == text_of(study, first)
        assert NOTE in page.locator(".an-beside").first.evaluate("it => it.textContent")
        main = page.locator("[data-testid=stMain]")
        assert main.locator("script, img, a[href], .katex").count() == 0
        assert not said
        wide = main.evaluate("it => [it.scrollWidth, it.clientWidth]")
        assert wide[0] <= wide[1]
        assert page.locator(".an-sums dd").all_inner_texts()[0] == "2 of 3"

        study.save_rounds([MAIN])
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(report.url)
        links = page.locator("[data-testid=stSidebarNavLink]")
        expect(links.first).to_be_visible(timeout=90_000)
        names = [name.strip() for name in links.all_inner_texts()]
        assert {"Overview", "Reader", "Dataset"} < set(names)
        assert "Training" not in names
        study.save_rounds([MAIN, TRIAL])
        page.goto(report.url)
        expect(links).to_have_count(len(names) + 1, timeout=90_000)
        browser.close()
