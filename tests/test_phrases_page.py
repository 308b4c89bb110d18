"""The Phrases page: the ledger filtered, sorted and paged; each phrase under its own address."""

import re
import shutil
from dataclasses import replace
from types import SimpleNamespace

import pytest
import test_report
from editor import open_browser
from playwright.sync_api import expect, sync_playwright

from annotate.findings.choosing import Choice, chosen
from annotate.findings.phrases import make_ledger
from annotate.findings.telling import phrase_view
from annotate.report.html.phrases import phrase_facts_html, sums_html
from annotate.report.running import run_report
from annotate.workflow import summary

_pages_on_the_path = test_report._pages_on_the_path
annotated, copy, shown = test_report.annotated, test_report.copy, test_report.shown
PAGE = "phrases.py"


def _made(study):
    return make_ledger(
        SimpleNamespace(
            schema=study.schema(),
            articles=study.articles(),
            tables=study.counted_tables(),
            summary=summary(study),
        )
    )


@pytest.fixture(scope="module")
def ledger(annotated):
    return _made(annotated)


def _page(app):
    return test_report._html(app)


def _phrases(app):
    """Read which phrases are listed, in order."""
    links = [link.proto for link in app.get("page_link")]
    return [link.query_string for link in links if link.query_string.startswith("phrase=")]


def _keys(ledger, places):
    return [f"phrase={key}" for key in ledger.phrases["key"].iloc[places]]


def test_the_ledger_lists_its_phrases_by_page(annotated, ledger, shown):
    app = shown(annotated, PAGE)
    every = _keys(ledger, chosen(ledger, Choice()))
    assert f"{len(every)} distinct phrases in {len(ledger.marks)} marks" in _page(app)
    assert _phrases(app) == every[:25]
    app.button(key="Next page of phrases page").click().run()
    assert _phrases(app) == every[25:50]
    app.text_input[0].set_value("Re").run()
    assert _phrases(app)[:1] == _keys(ledger, chosen(ledger, Choice(search="re"))[:1])


def test_the_marks_are_those_that_the_summary_counts(annotated, ledger):
    for group, marked in enumerate(summary(annotated).evidence.marked):
        own = ledger.marks[ledger.marks["group"] == group]
        assert len(own) == len(marked.marks.start)
        visits = own[["article", "annotator"]].drop_duplicates()
        assert len(visits) == marked.counts.marked


def test_filters_and_order_are_those_of_the_model(annotated, ledger, shown):
    app = shown(annotated, PAGE)
    for key, value in (("label", 0), ("annotator", 1), ("order", "disagreement")):
        app.selectbox(key=f"phrases {key}").set_value(value).run()
        assert not app.exception
    wanted = Choice(label=0, annotator=1, order="disagreement")
    assert _phrases(app) == _keys(ledger, chosen(ledger, wanted)[:25])
    app.text_input[0].set_value("nowhere to be found").run()
    assert "No phrase fits" in _page(app)


def test_a_phrase_has_an_address_and_shows_the_models_figures(annotated, ledger, shown):
    place = int(chosen(ledger, Choice(order="unmarked occurrences"))[0])
    view = phrase_view(ledger, place)
    app = shown(annotated, PAGE, phrase=view.row.key)
    page = _page(app)
    assert sums_html(view.row, view.row.found - view.row.read) in page
    assert page.count('class="an-kwic') == min(len(view.occurrences), 20)
    assert page.count(">unmarked</b>") >= view.row.unmarked
    reader = [link.proto.query_string for link in app.get("page_link")][1]
    start, end = view.occurrences.start[0], view.occurrences.end[0]
    article = ledger.articles[view.occurrences.article[0]]
    assert reader == f"article={article}&from={start}&to={end}"


def test_the_figures_under_a_phrase_are_those_of_its_row(annotated, ledger, shown):
    place = int(chosen(ledger, Choice())[0])
    assert phrase_facts_html(phrase_view(ledger, place).row) in _page(shown(annotated, PAGE))


def test_a_phrase_that_is_not_there_is_named_and_the_ledger_shown(annotated, shown):
    app = shown(annotated, PAGE, phrase="<b>gone</b>")
    assert "No such phrase" in _page(app)
    assert "&lt;b&gt;gone&lt;/b&gt;" in _page(app)
    assert _phrases(app)


def test_without_articles_or_work_the_page_says_what_to_do(copy, shown):
    shutil.rmtree(copy.root / "tables")
    assert "Nobody has submitted anything yet" in _page(shown(copy, PAGE))
    (copy.root / "articles.parquet").unlink()
    assert "annotate add" in _page(shown(copy, PAGE))


def test_work_without_marks_is_said_to_have_none(copy, shown):
    tables = copy.tables()
    answers = tables.answers[tables.answers["span_id"] == ""]
    copy.save_tables(replace(tables, spans=tables.spans.iloc[:0], answers=answers))
    assert "No phrase is marked yet" in _page(shown(copy, PAGE))


def test_one_annotator_has_a_ledger_without_disagreement(copy, shown):
    tables = copy.tables()
    own = {
        name: getattr(tables, name)[getattr(tables, name)["annotator"] == "ada"]
        for name in ("visits", "answers", "spans")
    }
    copy.save_tables(replace(tables, **own))
    ledger = _made(copy)
    assert ledger.phrases["disagreement"].isna().all()
    app = shown(copy, PAGE, phrase=ledger.phrases["key"].iloc[0])
    assert "<dd>undefined</dd>" in _page(app)


@pytest.mark.browser
def test_from_the_ledger_to_a_phrase_to_its_place_in_the_article(annotated, ledger):
    """Links keep the session, so that coming back finds the search as it was."""
    found = len(chosen(ledger, Choice(search="so-called")))
    with run_report(annotated.root, port=0) as report, sync_playwright() as playwright:
        page = open_browser(playwright).new_page()
        page.goto(f"{report.url}/phrases")
        page.get_by_label("Search phrases").fill("so-called")
        page.keyboard.press("Enter")
        expect(page.locator(".an-ph")).to_have_count(found, timeout=60_000)
        page.locator(".st-key-phrases-list a").first.click()
        expect(page.locator(".an-kwic").first).to_be_visible(timeout=60_000)
        expect(page).to_have_url(re.compile(r"phrases\?phrase=[0-9a-f]{16}$"))
        address = page.url
        page.get_by_role("link", name="All phrases").click()
        expect(page.get_by_label("Search phrases")).to_have_value("so-called")
        expect(page).to_have_url(re.compile(r"phrases$"))
        page.goto(address)
        place = page.locator("[data-testid=stMain] [data-testid=stPageLink] a").nth(1)
        place.click(timeout=60_000)
        expect(page.locator(".an-reader")).to_be_visible(timeout=60_000)
        expect(page).to_have_url(re.compile(r"reader\?article=\w+&from=\d+&to=\d+$"))
