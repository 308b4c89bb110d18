"""The report shows what the summary says, and never lets a text act as markup."""

import re
import shutil
import socket
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import PurePosixPath

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.demo import make_study
from annotate.errors import StudyError
from annotate.findings.heat import heats_of
from annotate.findings.reading import Mark, Reading, Segment
from annotate.findings.verdicts import ORDER
from annotate.labels import build_tables
from annotate.recorded import to_result
from annotate.reliability import Figure, verdict
from annotate.report.running import STUDY_VARIABLE, run_report
from annotate.resources import resource
from annotate.schema import parse_config
from annotate.selection import reason_in_words
from annotate.snapshots import Header, Snapshot
from annotate.study import Study
from annotate.summary import CAVEATS, DEMONSTRATION, summarise, two_decimals
from annotate.tables import Tables

_NASTY = "<script>alert(1)</script> \"q\" 'q' &amp; \0 \u202eRTL\u2066 <img src=x onerror=y> $a$"


@pytest.fixture(scope="session", autouse=True)
def _pages_on_the_path():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(resource("reports")))
        yield


@pytest.fixture(scope="session")
def annotated(tmp_path_factory):
    """Make a study of the seeds and the recorded work, without Label Studio."""
    demo = make_study(tmp_path_factory.mktemp("report") / "study")
    study, articles, schema = demo.study, demo.study.articles(), demo.study.schema()
    rows = {PurePosixPath(row.source_file).name: row for row in articles.itertuples()}
    people = study.settings().annotators
    work = {(w.annotator, w.file): w for w in demo.recorded}
    tasks = [
        _task(number, person, row, work.get((person, file)), schema)
        for number, (person, (file, row)) in enumerate(
            (person, item) for person in people for item in rows.items()
        )
    ]
    header = Header("server", "2026-11-20T10:00:00Z", schema.sha256, "main", list(people))
    hashes = dict(zip(articles["article_id"], articles["text_sha256"], strict=True))
    study.save_tables(build_tables([Snapshot(header, tasks)], schema, study.texts(), hashes))
    return study


def _task(number, person, row, work, schema):
    task = {
        "article_id": row.article_id,
        "text_sha256": row.text_sha256,
        "desk": person,
        "task_id": number,
        "annotations": [],
        "drafts": [],
    }
    if work is not None:
        item = {
            "id": str(number),
            "annotator": person,
            "updated_by": person,
            "result": to_result(work, row.text, schema),
            "created_at": "2026-11-20T10:00:00Z",
            "updated_at": "2026-11-20T10:00:00Z",
            "seconds": work.seconds,
        }
        if work.status == "draft":
            task["drafts"].append(item)
        else:
            skipped = work.status == "skipped"
            task["annotations"].append({**item, "skipped": skipped, "ground_truth": False})
    return task


@pytest.fixture
def copy(annotated, tmp_path):
    """Give a copy that a test may change."""
    shutil.copytree(annotated.root, tmp_path / "study")
    return Study(tmp_path / "study")


@pytest.fixture
def shown(monkeypatch):
    """Run a page of the report on a study."""
    from streamlit.testing.v1 import AppTest

    def show(study, page="overview.py", **query):
        monkeypatch.setenv(STUDY_VARIABLE, str(study.root))
        app = AppTest.from_file(resource("reports") / "app.py", default_timeout=90).run()
        if page != "overview.py":
            app.switch_page(page)
            for name, value in query.items():
                app.query_params[name] = value
            app.run()
        assert not app.exception
        return app

    return show


def _html(app):
    bodies = [element.proto.body for element in app.get("html")]
    return "\n".join(body for body in bodies if not body.startswith("<style>"))


def _figures(app):
    """Read the figures that stand beside the questions, in the order of the page."""
    return re.findall(r'<span class="an-value">(.*?)</span>', _html(app))


def _summary(study):
    return summarise(study.settings(), study.schema(), study.articles(), study.tables())


class _Reader(HTMLParser):
    """Collects what a browser would show and every tag it would make."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.text, self.tags, self.attributes, self.titles = [], set(), set(), []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.titles += [value for name, value in attrs if name == "title"]

    def handle_data(self, data):
        self.text.append(data)


def test_figures_on_the_overview_are_those_of_the_summary(annotated, shown):
    app, summary = shown(annotated), _summary(annotated)
    judged = sorted(summary.headlines, key=lambda figure: ORDER.index(verdict(figure)))
    told = [
        [_rounded(end) for end in (each.value, each.low, each.high)] if each.defined else []
        for each in judged
    ]
    assert sorted(re.findall(r"−?\d\.\d\d", line) for line in _figures(app)) == sorted(told)
    assert len(told) == len(summary.headlines) > sum(map(bool, told)) > 0
    assert len(app.get("vega_lite_chart")) == 1


def _rounded(value):
    return two_decimals(value).replace("-", "−")


def test_a_value_without_an_interval_is_not_called_undefined(copy, shown):
    """Three articles have values and no intervals."""
    tables = copy.tables()
    shared = tables.visits.query("status == 'submitted'")["article_id"].value_counts()
    kept = list(shared.index[:3])
    own = [getattr(tables, name) for name in ("visits", "answers", "spans")]
    copy.save_tables(
        Tables(*(frame[frame["article_id"].isin(kept)] for frame in own), faults=tables.faults)
    )
    app, headlines = shown(copy), _summary(copy).headlines
    alone = sorted(_rounded(figure.value) for figure in headlines if figure.defined)
    undefined = [figure for figure in headlines if not figure.defined]

    assert alone
    assert undefined
    assert sorted(filter(None, _figures(app))) == alone
    assert _figures(app).count("") == len(undefined)
    assert "Too few articles to tell" in _html(app)


def test_the_overview_says_what_it_rests_on(annotated, shown):
    from annotate.report.wording import finding

    page = _html(shown(annotated))
    assert DEMONSTRATION in page
    assert finding(_summary(annotated).headlines) in page
    assert all(caveat in page for caveat in CAVEATS)
    assert "2 of 4 annotators still owe work" in page
    assert "all votes are &quot;After it&quot;" in page  # why one has no figure, in words
    assert re.search(r"ben</bdi>.*?>6</td>.*?>0</td>.*?>1</td>.*?>0</td>", page)  # one draft


def test_a_study_without_articles_says_how_to_add_them(copy, shown):
    (copy.root / "articles.parquet").unlink()
    shutil.rmtree(copy.root / "tables")
    for page in ("overview.py", "reader.py", "dataset.py"):
        assert "annotate add" in _html(shown(copy, page))


def test_a_study_before_its_first_pull_shows_its_articles_and_what_to_do(copy, shown):
    shutil.rmtree(copy.root / "tables")
    app = shown(copy)
    assert "Nothing has been pulled yet" in _html(app)
    assert not app.get("vega_lite_chart")
    reader = _html(shown(copy, "reader.py"))
    assert "Nobody has this article yet" in reader
    assert "an-mark" not in reader
    assert "Nothing has been submitted yet" in _html(shown(copy, "dataset.py"))


def test_one_annotator_is_told_that_agreement_needs_two(copy, shown):
    tables = copy.tables()
    own = [getattr(tables, name) for name in ("visits", "answers", "spans")]
    copy.save_tables(
        Tables(*(frame[frame["annotator"] == "ada"] for frame in own), faults=tables.faults)
    )
    app = shown(copy)
    assert "One annotator so far" in _html(app)
    assert not app.get("vega_lite_chart")
    assert set(_figures(app)) == {""}
    reader = _html(shown(copy, "reader.py"))
    assert "<bdi>ada</bdi>" in reader
    assert "<bdi>ben</bdi>" not in reader


def test_a_question_that_nobody_answered_is_undefined_with_its_reason(copy, shown):
    tables = copy.tables()
    answers = tables.answers[tables.answers["question"] != "genre"]
    copy.save_tables(replace(tables, answers=answers))
    app = shown(copy)
    row = next(figure for figure in _summary(copy).headlines if figure.question == "genre")
    assert not row.defined
    reason = reason_in_words(row.reason, row.question, {}).removeprefix("undefined: ")
    assert f"because {escape(reason)}" in _html(app)


def test_a_broken_study_is_one_sentence(copy, shown):
    (copy.root / "study.toml").write_text("[study\n")
    page = _html(shown(copy))
    assert "This study cannot be shown" in page
    assert "study.toml cannot be read" in page


def test_a_pull_that_fails_says_why_and_keeps_the_figures(copy, shown, monkeypatch):
    monkeypatch.setenv("LABEL_STUDIO_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "0" * 40)
    app = shown(copy)
    before = _figures(app)
    assert any(before)
    app.sidebar.button(key="pull_button").click().run()
    assert not app.exception
    assert "Nothing was pulled" in _html(app)
    assert _figures(app) == before
    said = _html(app.sidebar)
    assert "Figures as of" in said
    assert "The figures stay those of" in said


def test_the_reader_shows_the_article_of_its_address(annotated, shown):
    articles = annotated.articles()
    wanted = articles[articles["removed"] != ""].iloc[-1]
    app = shown(annotated, "reader.py", article=wanted["article_id"])
    assert app.selectbox(key="article").value == wanted["article_id"]
    assert wanted["outlet"] in _html(app)
    text = next(h.proto.body for h in app.get("html") if "an-reader" in h.proto.body)
    assert "".join(_Reader(text).text).endswith(wanted["text"])
    assert "an-differ" in _html(app)
    assert wanted["removed"] in [code.value for code in app.code]


def test_the_reader_goes_to_the_next_article_and_hides_annotators(annotated, shown):
    first, second = annotated.articles()["article_id"].iloc[:2]
    app = shown(annotated, "reader.py", article=first)
    app.button(key="Next article").click().run()
    assert app.selectbox(key="article").value == second
    assert app.query_params["article"] == second
    assert "ben – " in _html(app)
    app.multiselect[0].set_value(["ada"]).run()
    assert "ada – " in _html(app)
    assert "ben – " not in _html(app)


def test_an_unknown_article_in_the_address_is_named(annotated, shown):
    page = _html(shown(annotated, "reader.py", article="<b>none</b>"))
    assert "No such article" in page
    assert "&lt;b&gt;none&lt;/b&gt;" in page


def test_the_dataset_page_shows_the_readme_as_text_and_warns_of_rights(annotated, shown):
    from annotate.dataset.documents import dataset_card
    from annotate.workflow import dataset_about, summary

    app = shown(annotated, "dataset.py")
    about = dataset_about(annotated, [annotated.counted_tables().visits])
    card = dataset_card(summary(annotated), about)
    assert [code.value for code in app.code] == [card.strip()]
    assert "Mind the rights" not in _html(app)
    app.checkbox(key="with_text").check().run()
    assert "Mind the rights" in _html(app)
    assert not app.exception


def test_what_people_wrote_never_becomes_markup_on_any_page(copy, shown):
    articles, tables = copy.articles(), copy.tables()
    for column in ("title", "outlet", "event", "removed"):
        articles.loc[0, column] = _NASTY.replace("\0", "")
    copy.save_articles(articles)
    answers = tables.answers.copy()
    answers.loc[answers["question"] == "note", "value"] = "<script>alert(2)</script>"
    renamed = [
        frame.assign(annotator=frame["annotator"].replace("ada", "<script>ada</script>"))
        for frame in (tables.visits, answers, tables.spans)
    ]
    copy.save_tables(Tables(*renamed, faults=tables.faults))
    for page in ("overview.py", "reader.py"):
        tags = _Reader(_html(shown(copy, page))).tags
        assert "bdi" in tags
        assert not tags & {"script", "img", "a", "iframe", "object", "form", "input"}


def _rows(chart, name):
    """Find the chart's rows that hold a name."""
    return next(rows for rows in chart["datasets"].values() if name in rows[0])


def test_the_chart_draws_each_defined_headline_with_both_cut_offs(annotated):
    from annotate.report.charts.intervals import agreement_chart
    from annotate.report.charts.look import CUTOFFS

    headlines = _summary(annotated).headlines
    chart = agreement_chart(headlines).to_dict()
    drawn, lines = _rows(chart, "value"), _rows(chart, "at")
    defined = [figure for figure in headlines if figure.defined]
    assert [row["question"] for row in drawn] == [figure.title for figure in defined]
    assert [row["value"] for row in drawn] == [figure.value for figure in defined]
    assert [row["low"] for row in drawn] == [figure.low for figure in defined]
    assert [row["verdict"] for row in drawn] == [verdict(figure) for figure in defined]
    assert [line["at"] for line in lines] == list(CUTOFFS)


def test_the_chart_leaves_out_what_is_undefined(annotated):
    from annotate.report.charts.intervals import agreement_chart

    nan = float("nan")
    headlines = [
        replace(figure, value=nan, low=nan, high=nan) for figure in _summary(annotated).headlines
    ]
    assert agreement_chart(headlines) is None
    alone = replace(headlines[0], value=-0.3)
    chart = agreement_chart([*headlines, alone]).to_dict()
    assert [(r["value"], r["low"], r["verdict"]) for r in _rows(chart, "value")] == [
        (-0.3, None, "too few articles to tell")
    ]


def _figure(low):
    return Figure("q", "Q", "", "alpha", 0.9, low, 1.0, 9, 9, 3, 27, "")


@pytest.mark.parametrize(
    ("lows", "says"),
    [
        ((), "No question is scored"),
        ((0.1,), "None of 1 question can be relied on yet"),
        ((0.85, 0.7, 0.1), "1 of 3 questions can be relied on, 1 tentatively"),
    ],
)
def test_the_finding_counts_verdicts(lows, says):
    from annotate.report.wording import finding

    assert finding([_figure(low) for low in lows]) == says


_SCHEMA = parse_config(resource("label_config.xml").read_bytes())
_GROUPS = ("loaded", "source")
_TEXTS = st.text(
    st.one_of(
        st.characters(exclude_categories=("Cs",)), st.sampled_from("<>&\"'`\n\n\0\r\u202e ]-/")
    ),
    max_size=60,
)


@st.composite
def _readings(draw):
    text = draw(_TEXTS)
    people = draw(st.lists(_TEXTS.filter(bool), min_size=1, max_size=4, unique=True))
    places = st.integers(0, len(text))
    spans = [
        (min(a, b), max(a, b), person, draw(_TEXTS), draw(_TEXTS), f"s{number}")
        for number, (a, b, person) in enumerate(
            draw(st.lists(st.tuples(places, places, st.sampled_from(people)), max_size=8))
        )
        if a != b
    ]
    edges = sorted({0, len(text), *(s[0] for s in spans), *(s[1] for s in spans)})
    segments = tuple(
        Segment(
            start,
            end,
            text[start:end],
            tuple(
                Mark(
                    who,
                    label,
                    color,
                    "; ".join(people),
                    begins == start,
                    key,
                    _GROUPS[int(key[1:]) % 2],
                )
                for begins, ends, who, label, color, key in spans
                if begins <= start and end <= ends
            ),
        )
        for start, end in pairwise(edges)
    )
    status, none = ("submitted",) * len(people), (0,) * len(people)
    heats = heats_of(segments, people, _SCHEMA)
    reading = Reading("a", "", "", "", "", segments, tuple(people), status, none, (), "", heats)
    return reading, text


@settings(max_examples=150, deadline=None)
@given(_readings(), st.booleans(), st.tuples(st.integers(0, 20), st.integers(1, 20)))
def test_the_highlighted_html_holds_the_text_and_nothing_else(example, heat, place):
    """Its content is the text, its only markup ours, whatever text, names and labels hold."""
    from annotate.report.html.article import article_html, legend_of

    reading, text = example
    asked = (place[0], sum(place)) if sum(place) <= len(text) else None
    legend = legend_of(reading, [])
    html = article_html(reading, legend, reading.annotators, heat=heat, asked=asked, bring=True)
    read = _Reader(html)
    assert "".join(read.text) == text.replace("\0", "\ufffd")  # HTML has no NUL
    assert read.tags <= {"div", "p", "mark", "span"}
    own = {"class", "style", "dir", "title", "data-who", "data-says", "id"}
    assert read.attributes <= own
    assert re.findall(r' id="([^"]*)"', html) in ([], ["an-asked"])
    styles = re.findall(r'style="([^"]*)"', html)
    assert not [style for style in styles if not re.fullmatch(r"[-\w#%(),.:/ ]*", style)]


@settings(max_examples=150, deadline=None)
@given(_readings())
def test_every_span_is_drawn_where_it_lies(example):
    """Each marked stretch carries every annotator's label in its tooltip and a line per span."""
    from annotate.findings.marked import marked_phrases
    from annotate.report.html.article import article_html, legend_of

    reading, text = example
    html = article_html(reading, legend_of(reading, []), reading.annotators)
    tips = _Reader(html).titles
    pieces = [
        (piece, segment.marks)
        for segment in reading.segments
        if segment.marks
        for piece in segment.text.split("\n")
        if piece
    ]
    assert len(tips) == len(pieces)
    for tip, (_, marks) in zip(tips, pieces, strict=True):
        assert tip.count(" – ") >= min(len(marks), 6)
        assert ("more" in tip) >= (len(marks) > 6)  # and no more than six are told
    # Four lines for each annotator: who overlaps more often shares the last one.
    drawn = html.count("linear-gradient")
    assert drawn <= sum(len(marks) for _, marks in pieces)
    if max((len(marks) for _, marks in pieces), default=0) <= 4:
        assert drawn == sum(len(marks) for _, marks in pieces)
    assert drawn >= sum(len({mark.annotator for mark in marks}) for _, marks in pieces)
    for phrase in marked_phrases(reading, reading.annotators):
        assert text[phrase.start :].startswith(phrase.phrase)


def test_overlapping_spans_of_one_annotator_lie_on_lines_of_their_own():
    from annotate.report.html.article import article_html, legend_of

    long = Mark("ada", "Labelling", "#ff0000", "", begins=True, span_id="1")
    short = Mark("ada", "Loaded", "blue", "", begins=True, span_id="2")
    segments = (
        Segment(0, 2, "so", (long,)),
        Segment(2, 4, "me", (replace(long, begins=False), short)),
    )
    reading = Reading("a", "", "", "", "", segments, ("ada",), ("submitted",), (2,), (), "")
    html = article_html(reading, legend_of(reading, []), ("ada",))
    both = re.findall(r"linear-gradient\((#\w+),#\w+\) \dpx calc\(100% - (\d+)px\)", html)
    assert both == [("#ff0000", "6"), ("#ff0000", "6"), ("#0000ff", "0")]
    assert "data-who=" in html
    assert article_html(reading, legend_of(reading, []), ()).count("<mark") == 0


@pytest.mark.parametrize(
    ("color", "drawn"),
    [
        ("#d62728", "#d62728"),
        ("#abc", "#aabbcc"),
        ("RebeccaPurple", "#663399"),
        ("red;background:url(http://evil.example)", "#0072b2"),
        ("", "#0072b2"),
    ],
)
def test_a_colour_of_the_config_is_rewritten_or_replaced(color, drawn):
    from annotate.report.html.article import legend_of

    reading = Reading("a", "", "", "", "", (), (), (), (), (), "")
    assert legend_of(reading, [("Loaded", color)]).colors == {"Loaded": drawn}


def test_annotators_whose_first_letters_coincide_get_letters_in_order():
    from annotate.report.html.article import legend_of

    people = ("ben", "bea", "cleo")
    reading = Reading("a", "", "", "", "", (), people, ("draft",) * 3, (0,) * 3, (), "")
    assert legend_of(reading, []).initials == {"ben": "A", "bea": "B", "cleo": "C"}


def test_the_report_answers_on_this_machine_only_and_ends_whole(annotated):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with run_report(annotated.root, port=port) as report:
            assert report.port != port
            assert report.url == f"http://127.0.0.1:{report.port}"
            assert httpx.get(f"{report.url}/_stcore/health", trust_env=False).text == "ok"
            assert report.log.parent == annotated.private
    assert not report.alive
    report.stop()  # doing it again does nothing
    with pytest.raises(StudyError, match="ended by itself"):
        report.wait()


def test_a_folder_without_a_study_is_one_sentence(tmp_path):
    with pytest.raises(StudyError, match="holds no study"):
        run_report(tmp_path)


def test_the_scheme_of_the_house_gives_each_label_a_colour_of_its_own():
    from annotate.report.html.article import legend_of

    schema = parse_config(resource("label_config.xml").read_bytes())
    reading = Reading("a", "", "", "", "", (), (), (), (), (), "")
    legend = legend_of(reading, [(label.shown, label.color) for label in schema.labels])
    assert len(set(legend.colors.values())) == len(schema.labels)
