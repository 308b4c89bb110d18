"""The reader: articles are found among many, phrases come into view, and counts are true."""

from dataclasses import replace

import pandas as pd
import pytest
import test_report
from editor import open_browser
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright

from annotate.adjudication.settled import settled
from annotate.findings.layers import segments_of
from annotate.findings.marked import marked_phrases
from annotate.findings.passage import passage_of
from annotate.findings.reading import read_article
from annotate.findings.shelf import shelf_of
from annotate.report.html.answers import answers_html
from annotate.report.html.article import article_html, legend_of
from annotate.report.html.legend import legend_html
from annotate.report.running import run_report
from annotate.tables import Tables, frame

_pages_on_the_path = test_report._pages_on_the_path
annotated, copy, shown = test_report.annotated, test_report.copy, test_report.shown
_html = test_report._html
_SCHEMA = test_report._SCHEMA
_LABELS = [(label.shown, label.color) for label in _SCHEMA.labels]


@pytest.fixture(scope="module")
def browser():
    """Start one browser for the module."""
    with sync_playwright() as playwright:
        running = open_browser(playwright)
        yield running
        running.close()


def _readings(study):
    tables, schema = study.tables(), study.schema()
    return [read_article(row, tables, schema) for _, row in study.articles().iterrows()]


def _read_again(tables, person, article):
    """Let somebody read an article again: the first answer is another, one span is gone."""
    mine = {
        name: getattr(tables, name)[
            (getattr(tables, name)["annotator"] == person)
            & (getattr(tables, name)["article_id"] == article)
        ].assign(visit_id="again")
        for name in ("visits", "answers", "spans")
    }
    visits = mine["visits"].assign(occasion=2)
    answers = mine["answers"].copy()
    answers.loc[answers["question"] == "genre", "value"] = "satire"
    spans = mine["spans"].iloc[1:]
    spans = spans.assign(span_id="again/" + spans["span_id"])
    new = {"visits": visits, "answers": answers, "spans": spans}
    whole = {name: pd.concat([getattr(tables, name), part]) for name, part in new.items()}
    return Tables(**whole, faults=tables.faults)


def _first_shared(study):
    visits = study.tables().visits.query("status == 'submitted'")
    counted = visits.groupby("article_id").size()
    return counted.index[counted == counted.max()][0]


_SPANS = st.lists(
    st.tuples(
        st.integers(0, 30),
        st.integers(1, 12),
        st.sampled_from(("ada", "ben", "cleo")),
        st.sampled_from((("loaded", "Labelling"), ("source", "Relayed outlet"))),
    ),
    max_size=10,
)


@settings(max_examples=100, deadline=None)
@given(_SPANS, st.lists(st.sampled_from(("ada", "ben", "cleo")), unique=True))
def test_the_heat_of_each_character_is_who_marked_it(marked, saw):
    from annotate.findings.heat import heats_of

    text = "x" * 40
    spans = frame(
        "spans",
        [
            (f"s{n}", "v", "a", who, "main", group, label, start, min(start + size, 40), "")
            for n, (start, size, who, (group, label)) in enumerate(marked)
        ],
    )
    segments = segments_of(text, spans, {}, _SCHEMA)
    assert "".join(segment.text for segment in segments) == text
    for heat in heats_of(segments, saw, _SCHEMA):
        assert heat.saw == len(saw)
        warm = {
            place: set(stretch.who)
            for stretch in heat.stretches
            for place in range(stretch.start, stretch.end)
        }
        assert sum(s.end - s.start for s in heat.stretches) == len(warm)  # no overlap
        for place in range(40):
            here = {
                who
                for start, size, who, (group, _) in marked
                if group == heat.group and start <= place < start + size and who in saw
            }
            assert warm.get(place, set()) == here


def test_the_heat_counts_who_saw_the_article_and_marked_nothing(copy):
    """And neither a draft, nor a second reading, nor a visit whose spans could not be read."""
    article, tables = _first_shared(copy), copy.tables()
    row = copy.articles().set_index("article_id", drop=False).loc[article]
    silent = tables.spans[(tables.spans["article_id"] == article)]["annotator"].iloc[0]
    spans = tables.spans[
        (tables.spans["article_id"] != article) | (tables.spans["annotator"] != silent)
    ]
    quiet = replace(tables, spans=spans)
    before, after = (read_article(row, each, _SCHEMA) for each in (tables, quiet))
    assert [heat.saw for heat in after.heats] == [heat.saw for heat in before.heats]
    assert not any(silent in s.who for heat in after.heats for s in heat.stretches)
    assert read_article(row, _read_again(tables, silent, article), _SCHEMA).heats == before.heats
    visit = tables.visits[
        (tables.visits["article_id"] == article) & (tables.visits["annotator"] == silent)
    ].iloc[0]
    lost = frame(
        "faults",
        [(article, silent, visit["round"], visit["annotation_id"], "bad offsets", False, "")],
    )
    unread = read_article(row, replace(quiet, faults=lost), _SCHEMA)
    assert [heat.saw + 1 for heat in unread.heats] == [heat.saw for heat in before.heats]


def test_the_heat_is_told_in_numbers_and_words(annotated):
    reading = next(r for r in _readings(annotated) if r.heats[0].stretches)
    legend = legend_of(reading, _LABELS)
    html = article_html(reading, legend, (), heat=True)
    heat = reading.heats[0]
    for stretch in heat.stretches:
        assert f"a{len(stretch.who)}/{heat.saw}" in html
        assert f"{heat.title}: {len(stretch.who)} of {heat.saw} marked this" in html
    assert "an-mark" not in article_html(reading, legend, ())
    key = legend_html(reading, legend, (), heat=True)
    assert "How many marked it" in key
    assert f"{heat.saw}/{heat.saw}</span>" in key


def test_the_legend_explains_a_sign_that_stands_in_the_text(annotated):
    for reading in _readings(annotated):
        legend = legend_of(reading, _LABELS)
        for shown_people in (reading.annotators, reading.annotators[1:2]):
            key = legend_html(reading, legend, shown_people)
            text = article_html(reading, legend, shown_people)
            if "in the text:" in key:
                sign = key.split(" in the text:")[0].rsplit(">", 1)[1]
                assert any(sign in said.split() for said in _attributes(text, "data-who")), (
                    reading.title
                )
            else:
                assert "<mark" not in text


def _attributes(html, name):
    return [part.split('"', 1)[0] for part in html.split(f'{name}="')[1:]]


def test_the_list_counts_as_the_articles_themselves_do(annotated):
    shelf = shelf_of(annotated.articles(), annotated.tables(), annotated.schema())
    for place, reading in enumerate(_readings(annotated)):
        agreed = [row.agreed for row in reading.answers]
        assert shelf.same[place] == agreed.count(True)
        assert shelf.compared[place] == len(agreed) - agreed.count(None)
        assert shelf.submitted[place] == reading.statuses.count("submitted")
        differing = {len(s.who) < h.saw for h in reading.heats for s in h.stretches}
        assert not (True in differing and not shelf.marks_differ[place])


def test_what_may_be_ticked_severally_is_compared_as_a_set(annotated):
    """Two orders of the same are the same; nothing ticked is an answer; missing is none."""
    questions = list(_SCHEMA.questions)
    at = next(i for i, q in enumerate(questions) if q.name == "genre")
    questions[at] = replace(questions[at], kind="multiple", missing=frozenset({"unclear"}))
    schema = replace(_SCHEMA, questions=tuple(questions))
    articles = annotated.articles().iloc[:5]
    said = [
        (("reporting", "satire"), ("satire", "reporting")),  # the same
        (("reporting",), ("reporting", "satire")),
        ((), ()),  # the same
        ((), ("satire",)),
        (("unclear", "satire"), ("satire",)),  # one answer
    ]
    visits, answers = [], []
    for article, both in zip(articles["article_id"], said, strict=True):
        for who, values in zip(("ada", "ben"), both, strict=True):
            key = (f"{article}/{who}", article, who, "main")
            visits.append((*key, 1, "blind", "submitted", "1", "", "", 1.0, ""))
            rows = [("answered", value) for value in values] or [("empty", "")]
            answers += [(*key, "genre", state, value, "") for state, value in rows]
    tables = replace(
        Tables.empty(), visits=frame("visits", visits), answers=frame("answers", answers)
    )
    shelf = shelf_of(articles, tables, schema)
    assert list(shelf.compared) == [1, 1, 1, 1, 0]
    assert list(shelf.same) == [1, 0, 1, 0, 0]
    for place, (_, row) in enumerate(articles.iterrows()):
        agreed = [each.agreed for each in read_article(row, tables, schema).answers]
        assert agreed.count(True) == shelf.same[place]


def test_a_second_reading_is_nobody_elses_and_says_what_changed(copy, shown):
    article, tables = _first_shared(copy), copy.tables()
    who = tables.spans[tables.spans["article_id"] == article]["annotator"].iloc[0]
    before = shelf_of(copy.articles(), tables, _SCHEMA)
    again = _read_again(tables, who, article)
    after = shelf_of(copy.articles(), again, _SCHEMA)
    assert list(after.submitted) == list(before.submitted)
    assert list(after.same) == list(before.same)
    assert [after.ids[place] for place in after.find(only="again")] == [article]
    copy.save_tables(again)
    app = shown(copy, "reader.py", article=article)
    page = _html(app)
    assert "Second readings" in page
    assert "Kind of text: <bdi>" in page
    assert "<bdi>Satire</bdi>" in page
    assert "1 only the first time, 0 only the second time" in page


def test_decisions_stand_beside_the_answers_marked_as_such(annotated):
    article, tables = _first_shared(annotated), annotated.tables()
    visit = tables.visits.query("article_id == @article and status == 'submitted'").iloc[:1]
    answers = tables.answers[tables.answers["visit_id"] == visit["visit_id"].iloc[0]]
    decided = Tables(visit, answers, tables.spans.iloc[:0], tables.faults.iloc[:0])
    row = annotated.articles().set_index("article_id", drop=False).loc[article]
    found = settled(decided, {"main": "first"}, annotated.versions())
    reading = read_article(row, tables, _SCHEMA, found)
    person = reading.annotators.index(visit["annotator"].iloc[0])
    assert reading.decided == "first"
    for each in reading.answers:
        assert each.decided == each.answers[person]
    html = answers_html(reading)
    assert "adjudicated<small>round <bdi>first</bdi>" in html
    assert "an-decided" not in answers_html(read_article(row, tables, _SCHEMA))


def test_confidence_is_not_asked_to_agree(annotated):
    reading = next(r for r in _readings(annotated) if r.statuses.count("submitted") > 1)
    row = next(row for row in reading.answers if row.title == "Confidence")
    assert row.agreed is None
    line = answers_html(reading).split('<th scope="row">Confidence</th>')[1].split("</tr>")[0]
    assert "agreement is not asked here" in line


def test_articles_are_found_by_words_outlet_event_and_disagreement(annotated):
    articles = annotated.articles()
    shelf = shelf_of(articles, annotated.tables(), annotated.schema())
    word = articles["text"].iloc[2].split()[-1].strip(".”")
    for place in range(len(articles)):
        held = [articles[name].iloc[place] for name in ("title", "text", "outlet", "event")]
        assert (place in shelf.find(word.upper())) == (word.lower() in " ".join(held).lower())
    outlet = articles["outlet"].iloc[1]
    assert list(shelf.find(outlet=outlet)) == list(
        (articles["outlet"] == outlet).to_numpy().nonzero()[0]
    )
    assert 2 in shelf.find(f"{word} {articles['outlet'].iloc[2]}")
    assert not len(shelf.find("no-such-word-anywhere"))
    assert list(shelf.find(only="answers")) == list((shelf.same < shelf.compared).nonzero()[0])
    assert len(shelf.find()) == len(articles)
    assert not len(shelf.find(".*"))  # words are no patterns


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("", "5"),
        ("5", ""),
        ("5", "5"),
        ("9", "5"),
        ("-1", "5"),
        ("0", "999999"),
        ("٣", "5"),
        ("a", "b"),
    ],
)
def test_what_is_no_stretch_of_the_text_is_not_found(annotated, start, end):
    assert passage_of(_readings(annotated)[0], start, end) is None


def test_a_passage_is_quoted_with_its_context_and_its_marks(annotated):
    reading = next(r for r in _readings(annotated) if any(s.marks for s in r.segments))
    phrase = marked_phrases(reading, reading.annotators)[0]
    text = "".join(segment.text for segment in reading.segments)
    passage = passage_of(reading, str(phrase.start), str(phrase.end))
    assert passage.text == phrase.phrase == text[phrase.start : phrase.end]
    assert passage.before.lstrip("…") + passage.text + passage.after.rstrip("…") in text
    assert phrase.annotator in {mark.annotator for mark in passage.marks}


def _deep_link(study):
    spans = study.tables().spans
    span = spans[spans["start"] > 800].iloc[0]
    return {"article": span["article_id"], "from": str(span["start"]), "to": str(span["end"])}, span


def test_the_address_brings_a_phrase_into_view_once(annotated, shown):
    query, span = _deep_link(annotated)
    app = shown(annotated, "reader.py", **query)
    page = _html(app)
    assert "You came for this phrase" in page
    assert page.count('id="an-asked"') == 1
    assert "an-bring" in page
    app.toggle(key="heat").set_value(True).run()
    page = _html(app)  # the reader has moved on: the page must not jump back
    assert 'id="an-asked"' in page
    assert "an-bring" not in page
    app.toggle(key="heat").set_value(False).run()
    assert "an-bring" not in _html(app)
    step = app.button(key="Next article")
    (step if not step.disabled else app.button(key="Previous article")).click().run()
    assert app.query_params["article"] != span["article_id"]
    assert "from" not in app.query_params
    assert "You came for" not in _html(app)


def test_a_phrase_that_is_not_there_is_named(annotated, shown):
    article = annotated.articles()["article_id"].iloc[0]
    app = shown(annotated, "reader.py", article=article, **{"from": "<b>", "to": "99999999"})
    assert "This article has no characters &lt;b&gt; to 99999999." in _html(app)
    assert "an-reader" in _html(app)


def test_the_list_is_narrowed_and_says_how_far(annotated, shown):
    articles = annotated.articles()
    app = shown(annotated, "reader.py")
    wanted = articles.iloc[3]
    app.selectbox(key="find Outlet").set_value(wanted["outlet"]).run()
    assert app.selectbox(key="article").value == wanted["article_id"]
    held = int((articles["outlet"] == wanted["outlet"]).sum())
    assert f"Number 1 of {held}, out of {len(articles)} articles." in [c.value for c in app.caption]
    app.text_input(key="find words").set_value("no-such-word").run()
    assert "No article is like that" in _html(app)
    assert app.query_params["article"] == wanted["article_id"]
    assert not app.exception


def test_a_long_list_is_given_in_part(copy, shown):
    articles = pd.concat([copy.articles()] * 40, ignore_index=True)
    articles["article_id"] = [f"a{place}" for place in range(len(articles))]
    copy.save_articles(articles)
    copy.save_tables(Tables.empty())
    last = articles["article_id"].iloc[-1]
    app = shown(copy, "reader.py", article=last)
    chosen = app.selectbox(key="article")
    assert chosen.value == last
    assert len(chosen.options) == 100
    assert app.button(key="Next article").disabled
    app.button(key="Previous article").click().run()
    assert app.selectbox(key="article").value == articles["article_id"].iloc[-2]


def test_the_phrase_is_in_the_window_without_a_script_of_ours(annotated, browser):
    """At both widths: it stands in the middle of the window, and nothing holds the reader there."""
    query, _ = _deep_link(annotated)
    address = "&".join(f"{name}={value}" for name, value in query.items())
    with run_report(annotated.root) as report:
        for width in (1280, 390):
            page = browser.new_page(viewport={"width": width, "height": 800})
            page.goto(f"{report.url}/reader?{address}")
            page.wait_for_selector(".an-bring", state="attached", timeout=120_000)
            page.wait_for_timeout(2500)
            top = page.evaluate("document.querySelector('.an-asked').getBoundingClientRect().top")
            assert 100 < top < 700
            page.evaluate("document.querySelector('.stMain').scrollTo(0, 0)")
            page.wait_for_timeout(400)
            assert page.evaluate("document.querySelector('.stMain').scrollTop") == 0
            page.get_by_role("link", name="show it in the text").click()
            page.wait_for_timeout(400)
            top = page.evaluate("document.querySelector('.an-asked').getBoundingClientRect().top")
            assert 100 < top < 700
            page.close()
