"""The report as one file: whole, alone, the same figures, and no text that nobody asked for."""

import json
import re
import shutil
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner
from editor import open_browser
from lxml import html as lxml_html
from made_study import CONFIG, annotated, made_study
from playwright.sync_api import sync_playwright

from annotate.cli import main
from annotate.dataset.plan import LONGEST_QUOTE
from annotate.errors import ExportError
from annotate.report.offline import report_html, write_report
from annotate.report.offline.section import Section, anchor, contents_html, section_html
from annotate.report.wording import interval, number
from annotate.study import Study
from annotate.tables import Tables
from annotate.workflow import summary

# At the end: the script `coverage` must not hide the package of that name.
sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
generate = import_module("generate")

NASTY = (
    '<script>alert(1)</script> <img src="http://127.0.0.1:9/x" onerror=alert(2)> \u202eturned '
    "[a](javascript:alert(3)) $\\input{x}$ {{7*7}} `code` **bold** </style></svg>"
)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Three people on six articles, some phrases marked."""
    made = made_study(tmp_path_factory.mktemp("offline"))
    annotated(made)
    return made


@pytest.fixture(scope="module")
def page(study):
    """Give the page without text."""
    return report_html(study)


@pytest.fixture(scope="module")
def with_text(study):
    """Give the page with the articles in it."""
    return report_html(study, with_text=True)


@pytest.fixture(scope="module")
def browser():
    """Start a browser."""
    with sync_playwright() as playwright:
        started = open_browser(playwright)
        yield started
        started.close()


@pytest.fixture
def copy(study, tmp_path):
    """Give a copy that a test may change."""
    shutil.copytree(study.root, tmp_path / "study")
    return Study(tmp_path / "study")


def _opened(browser, path, **options):
    """Open a file; give the page, and what it asked for, said and popped up."""
    heard = []
    context = browser.new_context(**options)
    shown = context.new_page()
    shown.on("request", lambda request: heard.append(("request", request.url)))
    shown.on("console", lambda message: heard.append(("console", message.text)))
    shown.on("pageerror", lambda error: heard.append(("error", str(error))))
    shown.on("dialog", lambda dialog: (heard.append(("dialog", "")), dialog.dismiss()))
    shown.goto(path.as_uri())
    return shown, [event for event in heard if event != ("request", path.as_uri())]


def _tree(text):
    return lxml_html.document_fromstring(text)


def _words(element):
    return " ".join(element.text_content().split())


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_the_page_asks_for_nothing_and_fits_a_phone(page, browser, tmp_path, dark):
    path = tmp_path / "page.html"
    path.write_text(page, encoding="utf-8")
    scheme = "dark" if dark else "light"
    for width in (1280, 390):
        shown, heard = _opened(
            browser, path, viewport={"width": width, "height": 900}, color_scheme=scheme
        )
        assert heard == []
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        ground = shown.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(20, 23, 27)" if dark else "rgb(255, 255, 255)")
        # Of two pictures of a chart one is seen, in the ink of its ground.
        seen = shown.locator("figure.of-figure svg:visible")
        assert seen.count() == shown.locator("figure.of-figure").count() > 0
        ink = seen.first.locator("text").first.evaluate("it => getComputedStyle(it).fill")
        assert ink != "rgb(0, 0, 0)"
        shown.context.close()


@pytest.mark.browser
def test_the_page_prints_without_cutting_its_tables(page, browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(page, encoding="utf-8")
    shown, _ = _opened(browser, path, color_scheme="dark", viewport={"width": 690, "height": 900})
    printed = shown.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) >= 5
    shown.emulate_media(media="print", color_scheme="dark")
    assert shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert _cut(shown) == []
    shown.context.close()


def _cut(shown):
    """Name what reaches beyond the 690 pixels that A4 leaves between its margins."""
    return shown.evaluate(
        """() => [...document.querySelectorAll('table, svg')]
            .filter(it => it.getBoundingClientRect().right > 690.5)
            .map(it => it.className.baseVal ?? it.className)"""
    )


@pytest.mark.browser
def test_what_people_wrote_does_nothing_in_a_browser(copy, browser, tmp_path):
    articles, tables = copy.articles(), copy.tables()
    text = f"{NASTY} {'x' * 200_000}"
    for column in ("title", "outlet", "event", "published", "url"):
        articles.loc[0, column] = NASTY
    articles.loc[1, "text"] = text
    copy.save_articles(articles)
    config = CONFIG.replace(
        b'"What kind of text is it?"', b'"Kind &lt;script&gt;alert(4)&lt;/script&gt;"'
    )
    copy.replace_config(config)
    settings = (copy.root / "study.toml").read_text(encoding="utf-8")
    (copy.root / "study.toml").write_text(
        re.sub('name = ".*"', lambda _: f"name = {json.dumps(NASTY)}", settings, count=1),
        encoding="utf-8",
    )
    spans = tables.spans[tables.spans["article_id"] != articles["article_id"][1]].copy()
    people = {"ada": NASTY}
    frames = [
        frame.assign(annotator=frame["annotator"].replace(people))
        for frame in (tables.visits, tables.answers, spans)
    ]
    _keep(copy, Tables(*frames, faults=tables.faults))

    path = write_report(copy, tmp_path / "page.html", with_text=True)
    for width in (1280, 390):
        shown, heard = _opened(browser, path, viewport={"width": width, "height": 900})
        assert heard == []
        assert shown.locator("h1").inner_text().count("<script>") == 1
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        shown.context.close()
    tree = _tree(path.read_text(encoding="utf-8"))
    tags = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
    assert not tags & {"script", "img", "iframe", "object", "embed", "form", "input", "base"}
    for element in tree.iter():
        assert not [name for name in element.keys() if name.startswith("on")]  # noqa: SIM118
        link = element.get("href", "#")
        assert link.startswith("#") or link == "data:,"


def _keep(study, tables):
    """Keep tables as if they had been built from what there is."""
    study.save_tables(tables)
    (study.root / "tables" / "made_of.json").write_bytes(study._made_of())


def test_every_figure_is_that_of_score(study, page):
    done = CliRunner().invoke(main, ["score", "--json", "--study", str(study.root)])
    known = json.loads(done.stdout)
    rows = known["agreement"] if isinstance(known, dict) else known
    shown = summary(study).shown
    tree, told = _tree(page), []
    for table in tree.get_element_by_id("figures").iterfind(".//table"):
        rows_of = table.iterfind("tbody/tr")
        told.extend([_words(cell) for cell in row][:3] for row in rows_of)
    expected = []
    for row in rows:
        label = shown.get((row["question"], row["label"]), row["label"])
        nan = float("nan")
        value, low, high = (nan if row[n] is None else row[n] for n in ("value", "low", "high"))
        ends = interval(replace(summary(study).figures[0], low=low, high=high))
        none = "no interval" if row["value"] is not None else "–"
        expected.append([f"{row['measure']}{label}", number(value), ends or none])
    assert told == [[name.strip(), *rest] for name, *rest in expected]
    assert len(told) > 50


def test_the_verdicts_are_those_of_the_summary(study, page):
    overview = _words(_tree(page).get_element_by_id("verdicts"))
    for figure in summary(study).headlines:
        assert figure.title in overview
        if figure.defined:
            assert f"{number(figure.value)} {interval(figure)}".strip() in overview


def test_the_same_study_gives_the_same_bytes_wherever_it_lies(page, copy):
    assert report_html(copy) == page


def test_every_link_leads_somewhere_and_no_anchor_stands_twice(page, with_text):
    for text in (page, with_text):
        tree = _tree(text)
        anchors = [element.get("id") for element in tree.iter() if element.get("id")]
        assert len(anchors) == len(set(anchors))
        links = [a.get("href") for a in tree.iterfind(".//a")]
        assert len(links) > 10
        assert {link.removeprefix("#") for link in links} <= set(anchors)
        used = set(re.findall(r"url\(#([^)]+)\)", text))
        assert used <= set(anchors)


def test_the_page_is_well_formed_html(page, with_text):
    """A parser that knows HTML finds every element closed where it was opened."""
    for text in (page, with_text):
        body = text[text.index("<body>") : text.index("</html>")]
        void = {"br", "col", "hr", "wbr"}
        open_tags = []
        for closing, name, alone in re.findall(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*?(/?)>", body):
            if alone or name in void:
                continue
            if not closing:
                open_tags.append(name)
            else:
                assert open_tags.pop() == name
        assert not open_tags


def test_without_text_no_stretch_of_an_article_is_longer_than_a_quote(copy, tmp_path):
    articles, tables = copy.articles(), copy.tables()
    words = " ".join(f"word{number}" for number in range(400))
    texts = [f"{text} {words}" for text in articles["text"]]
    copy.save_articles(articles.assign(text=texts, title=""))
    spans = tables.spans.copy()
    # One marks nearly all of it: that is text, not a phrase.
    first = spans.index[0]
    text = dict(zip(articles["article_id"], texts, strict=True))[spans["article_id"][first]]
    spans.loc[first, ["start", "end", "text"]] = [0, len(text) - 5, text[: len(text) - 5]]
    _keep(copy, replace(tables, spans=spans))

    bare = _words(_tree(report_html(copy)))
    full = _words(_tree(report_html(copy, with_text=True)))
    assert words in full
    for whole in texts:
        flat = " ".join(whole.split())
        windows = {flat[at : at + LONGEST_QUOTE] for at in range(len(flat) - LONGEST_QUOTE)}
        assert windows
        assert not [window for window in windows if window in bare]


def test_without_text_an_article_without_headline_is_not_named_by_its_first_words(copy):
    copy.save_articles(copy.articles().assign(title=""))
    page = _words(_tree(report_html(copy)))
    marked = set(copy.tables().spans["text"])
    for text in copy.texts().values():
        beginning = text[:40]
        assert not any(beginning in phrase for phrase in marked)
        assert beginning not in page


def test_notes_are_never_in_the_page(page, with_text):
    assert "own words" not in _words(_tree(page)).replace("in people’s own words", "")
    assert "ada's own words" not in _words(_tree(with_text))


def test_the_text_is_there_when_asked_for(study, with_text):
    tree = _tree(with_text)
    for article, text in study.texts().items():
        own = tree.get_element_by_id(anchor("article", article))
        assert "".join(text.split()) in "".join(own.text_content().split())


def test_the_command_writes_the_page_and_prints_its_path(study, page, tmp_path):
    target = tmp_path / "new" / "page.html"
    done = CliRunner().invoke(main, ["report", "--study", str(study.root), "--html", str(target)])
    assert done.exit_code == 0
    assert done.stdout == f"{target}\n"
    assert "Scoring" in done.stderr
    assert target.read_text(encoding="utf-8") == page
    again = CliRunner().invoke(main, ["report", "--study", str(study.root), "--html", str(target)])
    assert again.exit_code == 0
    assert [path.name for path in target.parent.iterdir()] == ["page.html"]


@pytest.mark.parametrize("name", ["study.toml", "articles.parquet", "tables"])
def test_nothing_but_a_page_is_overwritten(study, name):
    target = study.root / name
    before = target.read_bytes() if target.is_file() else None
    done = CliRunner().invoke(main, ["report", "--study", str(study.root), "--html", str(target)])
    assert done.exit_code == 1
    assert "Error: " in done.stderr
    assert "Traceback" not in done.output
    assert target.is_dir() if before is None else target.read_bytes() == before


def test_a_page_that_cannot_be_written_is_one_sentence(study, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="cannot be written"):
        write_report(study, tmp_path / "file" / "page.html")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--with-text"], "goes with --html"),
        (["--html", "page.html", "--port", "8669"], "shows nothing"),
        (["--html", "page.html", "--watch", "5"], "shows nothing"),
    ],
)
def test_options_that_contradict_each_other_are_told(study, tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["report", "--study", str(study.root), *arguments])
    assert done.exit_code == 1
    assert says in done.stderr


def test_states_before_there_is_anything_to_score_are_told(tmp_path):
    made = made_study(tmp_path)
    nothing = _words(_tree(report_html(made)))
    assert "Nobody has submitted anything yet" in nothing
    assert "nothing pulled yet" in nothing
    (made.root / "articles.parquet").unlink()
    assert "No articles yet" in _words(_tree(report_html(made)))


def test_one_annotator_is_told_that_it_takes_two(copy):
    tables = copy.tables()
    own = [f[f["annotator"] == "ada"] for f in (tables.visits, tables.answers, tables.spans)]
    _keep(copy, Tables(*own, faults=tables.faults))
    assert "One annotator so far" in _words(_tree(report_html(copy)))


@pytest.mark.browser
def test_three_hundred_articles_of_three_annotators_stay_under_five_megabytes(browser, tmp_path):
    """With every article in it, which is the larger of the two."""
    made = generate.generate(tmp_path / "study", articles=300, annotators=3)
    path = write_report(made, tmp_path / "page.html", with_text=True)
    assert 1_000_000 < path.stat().st_size < 5_000_000
    assert path.read_text(encoding="utf-8").count('<section id="article-') == 300
    # Its matrices are wider than those of a small scheme, and still fit on paper.
    shown, heard = _opened(browser, path, viewport={"width": 690, "height": 900})
    assert heard == []
    shown.emulate_media(media="print")
    assert _cut(shown) == []
    shown.context.close()


def test_anchors_are_safe_and_tell_names_apart():
    names = ["genre", "Harbour Post", "Harbour-Post", '"><b>', "", "é", "e\u0301", "x" * 300]
    made = [anchor("outlet", name) for name in names]
    assert len(set(made)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", each) for each in made)
    section = Section("a", "<b>", "<p>body</p>", (Section("b", "part", ""),))
    assert "&lt;b&gt;" in section_html(section)
    assert 'href="#b"' in contents_html([section])
    assert 'href="#b"' not in contents_html([replace(section, listed=False)])
