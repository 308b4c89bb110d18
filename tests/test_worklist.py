"""The worklist shows the cases of the triage, and only those that are wanted."""

import csv
import io
import re
import shutil
from html.parser import HTMLParser

import numpy as np
import pytest
from editor import open_browser
from made_study import PEOPLE, TEXTS, annotated, choose, ids, made_study, mark, pulled
from playwright.sync_api import expect, sync_playwright

from annotate.dataset.writers import csv_of
from annotate.findings.worklist import COLUMNS, Wanted, as_table, worklist
from annotate.reliability.spans.disagreement import KINDS as DISAGREEMENTS
from annotate.reliability.triage import triage
from annotate.report.html.worklist import DISAGREEMENTS as IN_WORDS
from annotate.report.html.worklist import KINDS, case_html, cases_html, gained
from annotate.report.running import STUDY_VARIABLE, run_report
from annotate.resources import resource
from annotate.studio.ledger import Desk, Ledger, Sent
from annotate.study import Study
from annotate.workflow import summary

NASTY = (
    '=SUM(A1) "<script>alert(1)</script>" \u202ekcab\u202c [x](javascript:alert(2)) $a^2$ went up. '
    "The rest is calm."
)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Make a study in which three people disagree on answers, phrases and labels."""
    made = made_study(tmp_path_factory.mktemp("worklist"))
    annotated(made)
    return made


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Make one with more cases than a page holds, and words that nobody may trust."""
    texts = [f"{NASTY} This is number {number}." for number in range(30)]
    made = made_study(tmp_path_factory.mktemp("many"), texts=texts, people=("ada", "ben"))
    for person in ("ada", "ben"):
        results = {}
        for number, (article, text) in enumerate(made.texts().items()):
            result = choose("genre", "opinion" if person == "ada" and number % 3 == 0 else "report")
            if person == "ada" or number % 4 == 0:
                result += mark(text, text[: text.index(" went")], "Loaded", 1)
            results[article] = result
        pulled(made, "main", person, results)
    return made


@pytest.fixture(scope="module")
def found(study):
    return worklist(summary(study), study.articles())


@pytest.fixture
def copy(study, tmp_path):
    shutil.copytree(study.root, tmp_path / "study")
    return Study(tmp_path / "study")


@pytest.fixture
def shown(monkeypatch):
    """Run the page on a study."""
    from streamlit.testing.v1 import AppTest

    def show(study, **query):
        monkeypatch.setenv(STUDY_VARIABLE, str(study.root))
        app = AppTest.from_file(resource("reports") / "app.py", default_timeout=90).run()
        app.switch_page("disagreements.py")
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return app

    return show


def _html(app):
    bodies = [element.proto.body for element in app.get("html")]
    return "\n".join(body for body in bodies if not body.startswith("<style>"))


def _ranks(app):
    return [int(rank) for rank in re.findall(r'an-rank">(\d+)\.', _html(app))]


def _inner_links(app):
    links = [(e.proto.page, dict(_pairs(e.proto.query_string))) for e in app.get("page_link")]
    return [link for link in links if link[1]]


def _pairs(query):
    from urllib.parse import parse_qsl

    return parse_qsl(query)


def _told(found):
    return [found.cases.tell(place) for place in range(len(found.cases))]


def test_the_cases_are_those_of_the_triage(study, found):
    """Every figure is that of the case object that `annotate triage --json` prints."""
    told, expected = _told(found), triage(summary(study).evidence, 10_000)
    assert len(told) == len(expected) > 10
    assert {case.kind for case in told} == {"article", "labels", "phrase"}
    key = repr
    assert sorted(map(key, told)) == sorted(map(key, expected))
    assert [case.rise for case in told] == pytest.approx([case.rise for case in expected])
    assert found.largest == max(case.rise for case in told)


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (Wanted(), lambda _: True),
        (Wanted(question="genre"), lambda case: case.question == "genre"),
        (Wanted(kind="labels"), lambda case: case.kind == "labels"),
        *[
            (Wanted(disagreement=kind), lambda case, kind=kind: kind in case.disagreement)
            for kind in DISAGREEMENTS
        ],
        *[
            (Wanted(annotator=name), lambda case, name=name: name in dict(case.said))
            for name in PEOPLE
        ],
        (Wanted(words=" RADICAL "), lambda case: "radical" in case.quote),
        (Wanted(words="so-CALLED"), lambda case: "so-called" in case.quote),
        (Wanted(annotator="nobody"), lambda _: False),
        (Wanted(disagreement="nothing"), lambda _: False),
        (
            Wanted(question="loaded", kind="phrase", disagreement="label", annotator="ben"),
            lambda case: (
                (case.question, case.kind) == ("loaded", "phrase")
                and "label" in case.disagreement
                and "ben" in dict(case.said)
            ),
        ),
    ],
)
def test_a_filter_lets_through_what_fits_it(found, wanted, fits):
    """Chosen before they are told, the same cases as when they are told first."""
    expected = [place for place, case in enumerate(_told(found)) if fits(case)]
    assert found.choose(wanted).tolist() == expected


def test_an_article_is_found_by_its_id_and_by_its_headline(study, found):
    first, second = ids(study)[:2]
    by_id = found.choose(Wanted(article=first))
    assert len(by_id)
    assert {found.cases.tell(place).article for place in by_id} == {first}
    assert found.choose(Wanted(article="reckless MAYOR")).tolist() == by_id.tolist()
    assert not set(found.choose(Wanted(article=second))) & set(by_id)
    assert found.choose(Wanted(article="no such words")).tolist() == []


def test_pages_show_every_case_once(found):
    chosen = found.choose(Wanted())
    pages = [found.page(chosen, number, size=4) for number in range(1, 1 + -(-len(chosen) // 4))]
    ranks = [row.rank for page in pages for row in page.rows]
    assert ranks == list(range(1, len(chosen) + 1))
    assert {page.pages for page in pages} == {len(pages)}
    assert {page.total for page in pages} == {len(chosen)}


def test_a_page_that_is_not_there_is_the_nearest(found):
    chosen = found.choose(Wanted())
    assert found.page(chosen, 99, size=4) == found.page(chosen, -(-len(chosen) // 4), size=4)
    assert found.page(chosen, -3, size=4).number == 1
    nothing = found.page(np.zeros(0, dtype=np.int64), 5)
    assert (nothing.rows, nothing.number, nothing.pages, nothing.total) == ((), 1, 1, 0)


def test_the_first_cases_are_the_costliest(found):
    assert [row.rank for row in found.first(3)] == [1, 2, 3]
    assert len(found.first(10_000)) == len(found.cases)
    chosen = found.choose(Wanted(kind="phrase"))
    assert [row.rank - 1 for row in found.first(2, chosen)] == chosen[:2].tolist()


def test_a_study_without_votes_has_an_empty_list(tmp_path):
    study = made_study(tmp_path)
    empty = worklist(summary(study), study.articles())
    assert (len(empty.cases), empty.largest, empty.titles) == (0, 0.0, {})
    assert empty.choose(Wanted(words="a", annotator="ada", article="x")).tolist() == []
    assert cases_html(empty.first(5), empty.largest) == ""


def test_the_table_holds_the_figures_unrounded_and_no_formula(many):
    listed = worklist(summary(many), many.articles())
    rows = listed.first(50)
    text = csv_of(as_table(rows)).decode()
    read = list(csv.DictReader(io.StringIO(text)))
    assert tuple(read[0]) == COLUMNS
    assert [float(line["rise"]) for line in read] == [row.case.rise for row in rows]
    assert [float(line["now"]) for line in read] == [row.case.now for row in rows]
    assert any(line["quote"].startswith("'=SUM(A1)") for line in read)
    assert not any(cell.startswith(("=", "+", "@")) for line in read for cell in line.values())
    places = [(row.case.start, row.case.end) for row in rows]
    found = [(line["start"], line["end"]) for line in read]
    assert found == [tuple("" if at is None else str(at) for at in pair) for pair in places]


class _Tags(HTMLParser):
    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.text = set(), set(), []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data):
        self.text.append(data)


def test_a_case_tells_what_who_and_how_much_and_holds_no_markup(many):
    listed = worklist(summary(many), many.articles())
    for row in listed.first(40):
        html = case_html(row, listed.largest)
        read = _Tags(html)
        text = "".join(read.text)
        assert read.tags <= {
            *("article", "bdi", "div", "p", "h3", "span", "strong", "i", "b", "small"),
            *("dl", "dt", "dd"),
        }
        assert read.attributes <= {"class", "dir", "style", "aria-hidden"}
        assert gained(row.case.rise) in text
        assert row.case.measure in text
        assert all(who in text for who, _ in row.case.said)
        assert KINDS[row.case.kind][0].capitalize() in text
        assert all(IN_WORDS[kind] in text for kind in row.case.disagreement)


def test_a_list_for_paper_numbers_its_cases(found):
    html = cases_html(found.first(3), found.largest, level=4)
    assert html.startswith('<ol class="an-cases">')
    assert re.findall(r'<li value="(\d+)">', html) == ["1", "2", "3"]
    assert html.count("<h4") == 3
    assert "width:100.0%" in html


def test_every_kind_of_disagreement_has_words():
    assert set(IN_WORDS) == set(DISAGREEMENTS)


def test_the_page_shows_the_costliest_cases_and_says_what_resolved_means(study, found, shown):
    app = shown(study)
    page = _html(app)
    assert _ranks(app) == list(range(1, min(20, len(found.cases)) + 1))
    assert f"{found.count('phrase')} phrases" in page
    assert "Gains of several cases do not add up" in page
    assert page.count("do not add up") == 1
    assert "follow the majority" in page
    assert "annotate adjudicate --adjudicator NAME" in page
    assert gained(found.first(1)[0].case.rise) in page


def test_filters_choose_and_the_address_follows(study, found, shown):
    app = shown(study)
    app.selectbox(key="worklist kind").set_value("phrase").run()
    assert [rank - 1 for rank in _ranks(app)] == found.choose(Wanted(kind="phrase")).tolist()
    assert app.query_params["kind"] == "phrase"
    app.text_input(key="worklist words").set_value("radical").run()
    wanted = Wanted(kind="phrase", words="radical")
    assert [rank - 1 for rank in _ranks(app)] == found.choose(wanted).tolist()
    app.text_input(key="worklist words").set_value("zebra").run()
    assert "No case is like that" in _html(app)
    assert _ranks(app) == []
    app.button(key="worklist_clear").click().run()
    assert len(_ranks(app)) == min(20, len(found.cases))
    assert "kind" not in app.query_params


def test_the_page_opens_as_its_address_asks(study, found, shown):
    article = ids(study)[0]
    app = shown(study, question="loaded", kind="phrase", article=article)
    assert app.selectbox(key="worklist question").value == "loaded"
    assert app.text_input(key="worklist article").value == article
    wanted = Wanted(question="loaded", kind="phrase", article=article)
    ranks = [rank - 1 for rank in _ranks(app)]
    assert ranks == found.choose(wanted).tolist()
    assert ranks


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"question": "<b>x</b>"}, "No such question or group"),
        ({"kind": "opinion"}, "No such kind of case"),
        ({"article": "a-none"}, "No such article"),
        ({"question": "direction"}, "No case about “Who looks worse?”"),
    ],
)
def test_what_the_address_names_wrongly_is_said(study, shown, query, says):
    app = shown(study, **query)
    assert says in _html(app)
    assert "<b>x</b>" not in _html(app)
    assert _ranks(app)
    assert next(iter(query)) not in app.query_params


def test_buttons_turn_pages_and_another_filter_begins_at_the_first(many, shown):
    app = shown(many)
    assert _ranks(app) == list(range(1, 21))
    assert app.button(key="Previous page above").disabled
    app.button(key="Next page below").click().run()
    assert _ranks(app)[0] == 21
    assert not app.button(key="Previous page above").disabled
    app.selectbox(key="worklist kind").set_value("phrase").run()
    assert "Page 1 of" in _html(app)
    app.button(key="Next page above").click().run()
    app.button(key="Previous page above").click().run()
    assert "Page 1 of" in _html(app)


def test_each_case_leads_to_the_reader_at_its_words_and_to_each_task(copy, shown, monkeypatch):
    url = "https://labels.example/team"
    monkeypatch.setenv("LABEL_STUDIO_URL", url)
    ledger = Ledger(copy.ledger_path, url)
    for project, person in enumerate(PEOPLE[:2], 1):
        ledger.add_desk(Desk(person, "main", project))
        tasks = [
            Sent(article, article, 1, "", task=10 * project + number)
            for number, article in enumerate(ids(copy))
        ]
        ledger.add_tasks(project, tasks)
    first = ids(copy)[0]
    app = shown(copy, kind="phrase", article=first)
    start = TEXTS[0].index("reckless")
    place = {"article": first, "from": str(start), "to": str(start + len("reckless"))}
    assert place in [query for _, query in _inner_links(app)]
    links = [m.value for m in app.markdown if "Label Studio" in m.value]
    assert f"[ada’s task]({url}/projects/1/data?task=10)" in links[0]
    assert f"[ben’s task]({url}/projects/2/data?task=20)" in links[0]
    assert "cleo" not in links[0]  # nobody knows where her task lies


def test_who_comes_back_by_another_link_finds_what_it_names(study, found, shown):
    """Filters of the last visit are not in the way of a link from another page."""
    app = shown(study, kind="phrase")
    app.text_input(key="worklist words").set_value("zebra").run()
    app.switch_page("overview.py").run()
    app.switch_page("disagreements.py")
    app.query_params.clear()  # as a browser does on its way to another page
    app.query_params["question"] = "genre"
    app.run()
    ranks = [rank - 1 for rank in _ranks(app)]
    assert ranks == found.choose(Wanted(question="genre")).tolist()
    assert app.selectbox(key="worklist kind").value == ""


def test_a_project_that_all_share_is_linked_once(copy, shown, monkeypatch):
    url = "https://labels.example"
    monkeypatch.setenv("LABEL_STUDIO_URL", url)
    ledger = Ledger(copy.ledger_path, url)
    ledger.add_desk(Desk("", "main", 7))
    ledger.add_tasks(7, [Sent(article, article, 1, "", task=70) for article in ids(copy)])
    app = shown(copy, kind="phrase")
    links = [m.value for m in app.markdown if "Label Studio" in m.value]
    assert links
    assert set(links) == {f"In Label Studio: [everybody’s task]({url}/projects/7/data?task=70)"}


def test_a_broken_ledger_costs_the_links_and_not_the_list(copy, shown, monkeypatch):
    monkeypatch.setenv("LABEL_STUDIO_URL", "https://labels.example")
    copy.ledger_path.write_bytes(b"no database" * 100)
    app = shown(copy)
    assert _ranks(app)
    assert not [m.value for m in app.markdown if "Label Studio" in m.value]


def test_before_anybody_submitted_the_page_says_what_to_do(tmp_path, shown):
    study = made_study(tmp_path)
    assert "Nobody has submitted anything yet" in _html(shown(study))


def test_one_annotator_is_told_that_it_takes_two(tmp_path, shown):
    study = made_study(tmp_path)
    pulled(study, "main", "ada", {article: choose("genre", "report") for article in ids(study)})
    assert "It takes two to disagree" in _html(shown(study))


def test_where_all_agree_nothing_is_listed(tmp_path, shown):
    study = made_study(tmp_path)
    for person in PEOPLE:
        said = {a: choose("genre", ("report", "opinion")[n % 2]) for n, a in enumerate(ids(study))}
        pulled(study, "main", person, said)
    page = _html(shown(study))
    assert "Nothing would make agreement rise" in page
    assert "an-case" not in page


def test_a_study_without_articles_says_how_to_add_them(tmp_path, shown):
    study = made_study(tmp_path, texts=())
    assert "annotate add" in _html(shown(study))


@pytest.mark.browser
def test_the_list_is_worked_through_by_keyboard_alone(many, tmp_path, monkeypatch):
    """Tab reaches filters, buttons and links; Enter turns the page and opens reader and file."""
    shutil.copytree(many.root, tmp_path / "study")
    own = Study(tmp_path / "study")
    url = "http://127.0.0.1:9/labels"
    monkeypatch.setenv("LABEL_STUDIO_URL", url)
    ledger = Ledger(own.ledger_path, url)
    ledger.add_desk(Desk("ada", "main", 3))
    ledger.add_tasks(3, [Sent(article, article, 1, "", task=5) for article in own.texts()])
    with run_report(own.root) as report, sync_playwright() as playwright:
        page = open_browser(playwright).new_page()
        page.goto(f"{report.url}/disagreements?kind=phrase")
        expect(page.locator(".an-case").first).to_be_visible(timeout=90_000)
        _settled(page, "Page 1 of")
        assert page.locator("canvas").count() == 0
        reached = _tab_until(page, "Next page")
        assert reached >= {"About", "Words in the phrase"}, reached
        page.keyboard.press("Enter")
        _settled(page, "Page 2 of")
        reached = _tab_until(page, "ada’s task")
        task = page.get_by_role("link", name="ada’s task").first
        assert task.get_attribute("href") == f"{url}/projects/3/data?task=5"
        assert task.get_attribute("target") == "_blank"
        with page.expect_download() as download:
            page.get_by_role("button", name="as CSV").focus()
            page.keyboard.press("Enter")
        assert download.value.suggested_filename == "disagreements.csv"
        lines = list(csv.DictReader(download.value.path().read_text("utf-8").splitlines()))
        assert {line["kind"] for line in lines} == {"phrase"}
        page.get_by_role("link", name="Read it in the article").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/reader\?article=\w+&from=0&to=\d+"))


def _settled(page, says):
    """Wait until the page shows that and is drawn to its end."""
    expect(page.locator(".an-page").first).to_have_text(re.compile(says), timeout=30_000)
    drawn = page.get_by_test_id("stApp")
    expect(drawn).to_have_attribute("data-test-script-state", "notRunning", timeout=30_000)
    expect(page.get_by_role("button", name="as CSV")).to_be_visible()


def _tab_until(page, name, most=60):
    """Press Tab until something of that name has the focus; give what had it on the way."""
    reached = set()
    for _ in range(most):
        page.keyboard.press("Tab")
        named = page.evaluate("""() => {
          const it = document.activeElement;
          const label = it.id && document.querySelector(`label[for="${CSS.escape(it.id)}"]`);
          return it.getAttribute('aria-label') || (label ? label.innerText : it.innerText) || '';
        }""").strip()
        reached.add(named.split(". ")[-1] if "Selected" in named else named)
        if named == name:
            return reached
    pytest.fail(f"{name} was not reached by {most} times Tab, but {sorted(reached)}")
