"""The pages of annotators and outlets: states, deep links, figures, and nothing acts as markup."""

import numpy as np
import pandas as pd
import pytest
from made_study import choose, ids, made_study, mark, pulled
from small_studies import TEXT
from streamlit.testing.v1 import AppTest

from annotate.reliability.views import view
from annotate.report.html.annotators import IDLE_RULE
from annotate.report.html.outlets import record_of
from annotate.report.running import STUDY_VARIABLE
from annotate.report.talk import NOT_WRONG, PAIR
from annotate.report.wording import interval, number
from annotate.resources import resource
from annotate.sources import FEWEST, sources_of
from annotate.summary import summarise
from annotate.tables import Tables, frame

NASTY = "<script>alert(1)</script> *x* [y](javascript:z) \u202e$a$"


@pytest.fixture(scope="module", autouse=True)
def _pages_on_the_path():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(resource("reports")))
        yield


@pytest.fixture
def show(monkeypatch):
    """Open a page of the report on a study."""

    def opened(study, page, **query):
        monkeypatch.setenv(STUDY_VARIABLE, str(study.root))
        app = AppTest.from_file(resource("reports") / "app.py", default_timeout=120).run()
        app.switch_page(page)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return app

    return opened


def html(app):
    bodies = [element.proto.body for element in app.get("html")]
    return "\n".join(body for body in bodies if not body.startswith("<style>"))


def worked(root, people=("ada", "ben", "cleo"), done=None):
    """Make a study in which some people have submitted all articles."""
    study = made_study(root, people)
    texts = study.texts()
    for place, person in enumerate(people if done is None else done):
        results = {}
        for n, article in enumerate(ids(study)):
            first, *_ = texts[article].split()
            said = mark(texts[article], first, "Loaded", 1, "worse")
            said += choose("genre", "report" if (n + place) % 3 else "opinion")
            results[article] = said + choose("slant", 1 + (n + place) % 5)
        pulled(study, "main", person, results)
    study.build_tables()
    return study


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """Give a study of three who have done everything."""
    return worked(tmp_path_factory.mktemp("three"))


def summary_of(study):
    return summarise(study.settings(), study.schema(), study.articles(), study.tables())


def large(root, people, outlets=("Post", NASTY), articles=40):
    """Make tables of many articles, in which the first annotator answers always the same."""
    study = made_study(root, people)
    one = study.articles().iloc[0]
    rng = np.random.default_rng(4)
    rows = []
    for n in range(articles):
        named = {"article_id": f"a{n:03d}", "outlet": outlets[n % len(outlets)]}
        rows.append(one.to_dict() | named | {"event": f"e{n // 2}", "title": "", "text": TEXT})
    frame_of = pd.DataFrame(rows).astype(study.articles().dtypes.to_dict())
    frame_of.to_parquet(study.root / "articles.parquet")
    visits, said = [], []
    for person in people:
        for n in range(articles):
            key = (f"a{n:03d}/{person}/main/1", f"a{n:03d}", person, "main")
            when = f"2026-03-{1 + n // 24:02d}T{n % 24:02d}:00:00Z"
            visits.append((*key, 1, "blind", "submitted", str(n), when, when, 60.0, ""))
            genre = "report" if person == people[0] else ["report", "opinion"][rng.random() < 0.8]
            said.append((*key, "genre", "answered", genre, ""))
            said.append((*key, "slant", "answered", str(rng.integers(1, 6)), ""))
    tables = study.tables()
    made = frame("visits", visits), frame("answers", said)
    study.save_tables(Tables(*made, tables.spans.iloc[:0], tables.faults.iloc[:0]))
    return study


def test_both_pages_say_what_to_do_before_there_is_anything(tmp_path, show):
    study = made_study(tmp_path)
    for page in ("annotators.py", "outlets.py"):
        assert "Nobody has submitted anything yet" in html(show(study, page))
    (study.root / "articles.parquet").unlink()
    for page in ("annotators.py", "outlets.py"):
        assert "annotate add" in html(show(study, page))


def test_one_annotator_is_told_what_a_second_would_add(tmp_path, show):
    app = show(worked(tmp_path, done=("ben",)), "annotators.py")
    page = html(app)
    assert "One annotator so far" in page
    assert "1 of 3 annotators has submitted" in page
    assert app.query_params["annotator"] == "ben"
    assert "Agreement of ben with the others" not in page
    assert len(app.get("vega_lite_chart")) == 1  # the marks over time


def test_two_annotators_are_told_that_the_rest_is_the_other(tmp_path, show):
    page = html(show(worked(tmp_path, ("ada", "ben")), "annotators.py"))
    assert PAIR in page
    assert NOT_WRONG in page


def test_figures_are_those_of_the_view(three, show):
    app = show(three, "annotators.py", annotator="ben")
    page, summary = html(app), summary_of(three)
    assert '<h2 class="an-h">ben</h2>' in page
    assert any(IDLE_RULE in caption.value for caption in app.caption)
    assert PAIR not in page
    table = page[page.index("Agreement of ben with the others") :].split("</table>")[0]
    own = [f for f in view(summary.evidence, "annotator") if f.of == "ben"]
    against = [f for f in own if "against the rest" in f.measure and f.defined]
    assert against
    for figure in (*against, *(f for f in summary.headlines if f.defined)):
        assert f">{number(figure.value)}<" in table
        assert interval(figure) in table


def test_the_address_names_an_annotator_and_follows_the_choice(three, show):
    app = show(three, "annotators.py", annotator="cleo")
    assert '<h2 class="an-h">cleo</h2>' in html(app)
    app.selectbox(key="annotator").select("ada").run()
    assert app.query_params["annotator"] == "ada"
    assert '<h2 class="an-h">ada</h2>' in html(app)
    lost = show(three, "annotators.py", annotator=NASTY)
    assert "No such annotator" in html(lost)
    assert "<script>" not in html(lost)


def test_thirty_annotators_are_paged_in_their_order(tmp_path, show):
    people = tuple(f"person-{n:02d}" for n in range(30))
    study = large(tmp_path, people)
    app = show(study, "annotators.py")
    first = html(app)[: html(app).index("One annotator")]
    assert [name for name in people if f"<bdi>{name}</bdi>" in first] == list(people[:25])
    app.number_input(key="people_page").set_value(2).run()
    second = html(app)[: html(app).index("One annotator")]
    assert [name for name in people if f"<bdi>{name}</bdi>" in second] == list(people[25:])


def test_a_long_run_is_something_to_talk_about(tmp_path, show):
    app = show(large(tmp_path, ("ada", "ben", "cleo")), "annotators.py", annotator="ada")
    page = html(app)
    assert "“Report” 40 times in a row" in page
    assert "to talk about</span>" in page
    assert "Nothing stands out" in html(
        show(worked(tmp_path / "b", ("ada", "ben", "cleo")), "annotators.py")
    )


def test_outlets_below_the_minimum_show_counts_and_say_so(three, show):
    page = html(show(three, "outlets.py", outlet="o1"))
    assert f"not enough articles (2 of at least {FEWEST})" in page
    assert "an-track" not in page
    assert "of 6</td>" in page  # readings of two articles by three
    assert "Not enough shared events" not in page  # only asked of means and rates


def test_figures_of_outlets_are_those_of_the_model(tmp_path, show):
    study = large(tmp_path, ("ada", "ben", "cleo"))
    app, summary = show(study, "outlets.py", outlet="Post"), summary_of(study)
    page, articles = html(app), study.articles()
    words = dict(zip(articles["article_id"], articles["n_words"], strict=True))
    profile = sources_of(summary.evidence, words, summary.shown).profile("Post")
    defined = [e for e in profile.estimates if e.defined]
    assert len(defined) > 3
    for estimate in defined:
        assert number(estimate.amount) in page
        assert f"[{number(estimate.low)}, {number(estimate.high)}]" in page
    figure = record_of(summary.figures)["genre", ""]
    assert f"{figure.measure} {number(figure.value)} {interval(figure)}" in page
    app.selectbox(key="trait").select(("slant", "", "mean")).run()
    assert not app.exception
    assert "The same events, different outlets" in html(app)
    assert len(app.get("vega_lite_chart")) == 3


def test_names_of_outlets_are_text(tmp_path, show):
    study = large(tmp_path, ("ada", "ben"))
    app = show(study, "outlets.py", outlet=NASTY)
    page = html(app)
    assert app.query_params["outlet"] == NASTY
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "No such outlet" in html(show(study, "outlets.py", outlet="Nobody"))


def test_an_event_shows_its_outlets_side_by_side(tmp_path, show):
    app = show(large(tmp_path, ("ada", "ben")), "outlets.py")
    app.selectbox(key="event").select("e3").run()
    page = html(app)
    table = page[page.index('aria-label="Outlets side by side"') :].split("</table>")[0]
    assert table.count("1 labelled article") == 2
    assert "of 2</td>" in table


def test_without_outlets_and_events_the_page_says_how_to_name_them(tmp_path, show):
    study = worked(tmp_path)
    articles = study.articles().assign(outlet="", event="")
    articles.to_parquet(study.root / "articles.parquet")
    assert "No article has an outlet or an event" in html(show(study, "outlets.py"))
