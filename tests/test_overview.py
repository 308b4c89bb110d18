"""What the overview tells: verdicts, who owes what, what came in, what to do next."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from small_studies import ARTICLES, SCHEMA, TEXTS, answers, genres, spans, tables, visits
from test_report import (  # noqa: F401 - fixtures
    _html,
    _pages_on_the_path,
    _task,
    annotated,
    copy,
    shown,
)

from annotate import workflow
from annotate.findings.changes import Came, Changes, came, moved
from annotate.findings.steps import next_steps
from annotate.findings.verdicts import ORDER, verdicts
from annotate.findings.work import work_of
from annotate.reliability import Figure, verdict
from annotate.report.html.overview import came_in_words, changes_html, moved_html, verdicts_html
from annotate.report.html.progress import owed_in_words, progress_html
from annotate.report.wording import interval, number
from annotate.snapshots import Header, last_pull, latest, write_snapshot
from annotate.workflow.looks import last_look
from annotate.workflow.news import news, summary_before
from annotate.workflow.status import Pool, Share, Status, status_of

EMPTY = tables(visits())
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_every_question_has_the_verdict_of_its_figure_and_stands_once(annotated):  # noqa: F811
    summary = workflow.summary(annotated)
    found = verdicts(summary)

    assert {each.figure for each in found} >= set(summary.headlines)
    assert len({each.figure.question for each in found}) == len(found)
    assert [ORDER.index(each.word) for each in found] == sorted(
        ORDER.index(each.word) for each in found
    )
    assert {each.word for each in found if each.figure.defined} == {
        verdict(figure) for figure in summary.headlines if figure.defined
    }
    undefined = [each for each in found if each.word == "undefined"]
    assert [each.why for each in undefined] == [
        'because all votes are "After it"; without variation chance would agree too'
    ]
    page = verdicts_html(found)
    for each in found:
        figure = each.figure
        said = f"{number(figure.value)} {interval(figure)}" if figure.defined else ""
        line = f'<strong>{figure.title}</strong> <span class="an-value">{said}</span>'
        assert line in page


@pytest.mark.parametrize(
    ("value", "low", "high", "word", "why"),
    [
        (0.9, 0.8, 0.95, "reliable", ""),
        (0.9, 0.7, 0.95, "tentative", "below .80"),
        (0.8, 0.5, 0.95, "not reliable yet", "more articles would narrow it"),
        (0.6, 0.5, 0.7, "not reliable yet", "leaves open"),
        (0.5, 0.4, 0.6, "not reliable yet", "the whole interval"),
        (0.5, float("nan"), float("nan"), "too few articles to tell", "so few articles"),
    ],
)
def test_a_verdict_says_why_it_is_no_better(annotated, value, low, high, word, why):  # noqa: F811
    figure = Figure("q", "Q", "", "alpha", value, low, high, 9, 9, 3, 27, "")
    summary = replace(workflow.summary(annotated), figures=(figure,))
    (found,) = verdicts(summary)
    assert found.word == word
    assert (why in found.why) if why else not found.why


def _share(annotator="ada", name="main", *, owed=(), **counts):
    known = dict.fromkeys(
        ("assigned", "not_sent", "submitted", "skipped", "draft", "unseen", "kept_apart"), 0
    )
    return Share(
        name, annotator, **{**known, **counts}, set_aside=0, seconds=60.0, owed=owed, hours=0.0
    )


def test_only_open_rounds_count_as_owed():
    shares = (
        _share("ada", "pilot", submitted=3, unseen=4),
        _share("ada", owed=("a",), submitted=1, unseen=1),
        _share("ben", "pilot", submitted=2, unseen=5),
        _share("ben", submitted=2),
    )
    work = work_of(Status(shares, (), 0, 0, 60.0, 0.1), {"pilot"})

    assert owed_in_words(work) == "1 of 2 annotators still owes work"
    assert work.visits == 1
    assert work.closed == (("pilot", 5),)
    page = progress_html(work)
    assert "pilot is closed, with 5 visits submitted" in page
    assert page.count('<th scope="row"') == 2  # closed rounds have no rows


def test_nobody_owes_anything_once_all_rounds_are_closed():
    work = work_of(Status((_share(submitted=2, unseen=3),), (), 0, 0, 60.0, 0.0), {"main"})
    assert owed_in_words(work) == "Everybody has finished"
    assert "<bdi>ada</bdi>" in progress_html(work)


def test_shared_work_is_owed_by_nobody_in_particular():
    pool = Pool("main", 10, 2, 4, 5, 0.5)
    work = work_of(Status((_share(submitted=2),), (pool,), 0, 0, 60.0, 0.5), set())
    assert owed_in_words(work) == "Shared work is still to be done"
    assert "4 of 10 articles still lack work" in progress_html(work)


def test_what_is_owed_on_the_page_is_what_status_says(annotated, shown):  # noqa: F811
    status = status_of(annotated)
    page = _html(shown(annotated))
    assert {share.annotator for share in status.shares if share.owed} == {"ben", "you"}
    assert "2 of 4 annotators still owe work" in page
    owed = sum(len(share.owed) for share in status.shares)
    assert f"{owed} visits to go, about {status.hours:.1f} hours of work." in page


def test_what_came_in_is_told_by_annotator():
    before = tables(
        visits(("a", "p", "submitted"), ("b", "p", "submitted"), ("c", "p", "unseen")),
        answers(("a", "p", "genre", "report"), ("b", "p", "genre", "report")),
    )
    now = tables(
        visits(
            ("a", "p", "submitted"),
            ("b", "p", "draft"),
            ("c", "p", "submitted"),
            ("a", "q", "skipped"),
            ("b", "q", "unseen"),
        ),
        answers(("a", "p", "genre", "opinion")),
    )
    again = now.visits.assign(updated_at="2026-02-02")
    assert came(before, replace(now, visits=again)) == (
        Came("p", "main", submitted=1, changed=1, withdrawn=1, skipped=0),
        Came("q", "main", submitted=0, changed=0, withdrawn=0, skipped=1),
    )


def test_what_was_saved_again_as_it_was_is_no_change():
    before = tables(
        visits(("a", "p", "submitted")),
        answers(("a", "p", "genre", "report")),
        spans(("a", "p", "Loaded", 1, 4)),
    )
    saved = before.visits.assign(updated_at="2026-02-02")
    assert came(before, replace(before, visits=saved)) == ()
    other = spans(("a", "p", "Loaded", 1, 5))
    assert came(before, replace(before, visits=saved, spans=other)) == (
        Came("p", "main", submitted=0, changed=1, withdrawn=0, skipped=0),
    )


def test_a_first_pull_brings_everything():
    first = came(EMPTY, genres(("report", "report"), ("opinion", "report")))
    changes = Changes(None, NOON, first)
    assert came_in_words(changes) == "The first pull brought 4 submissions"
    assert changes_html(changes).count('<th scope="row"') == 2


def test_only_figures_that_two_decimals_show_to_differ_have_moved():
    def figure(name, value):
        return Figure(name, name, "", "alpha", value, 0.1, 1.0, 9, 9, 3, 27, "")

    nan = float("nan")
    before = [figure("a", 0.5), figure("b", 0.5), figure("c", nan), figure("d", nan)]
    now = [figure("a", 0.501), figure("b", 0.52), figure("c", 0.4), figure("d", nan)]
    assert [pair.now.question for pair in moved(before, [*now, figure("e", 1)])] == ["b", "c"]


def _summary_of(made, annotated):  # noqa: F811
    from annotate.summary import summarise

    articles = annotated.articles().head(len(ARTICLES)).assign(article_id=list(ARTICLES))
    return summarise(annotated.settings(), SCHEMA, articles.assign(text=list(TEXTS.values())), made)


def test_steps_come_from_the_triage_and_from_what_is_missing(annotated):  # noqa: F811
    votes = [("report", "report"), ("opinion", "report"), ("report", "report")]
    votes += [("opinion", "opinion"), ("report", "opinion")]
    made = genres(*votes)
    alone = visits(("f", "p", "submitted"))
    import pandas as pd

    made = replace(made, visits=pd.concat([made.visits, alone], ignore_index=True))
    work = work_of(Status((_share(),), (), 0, 0, 60.0, 0.0), set())
    steps = next_steps(_summary_of(made, annotated), made, work, list(ARTICLES))

    assert [step.page for step in steps] == ["disagreements", "reader", "agreement"][: len(steps)]
    assert steps[0].query["question"] == "genre"
    assert "would rise from" in steps[0].text
    assert steps[1].title == "1 article misses a second annotator"
    assert steps[1].query == {"article": "f"}


def test_what_is_not_sent_or_set_aside_comes_before_anything_else(annotated):  # noqa: F811
    made = genres(("report", "opinion"), ("report", "report"))
    summary = _summary_of(made, annotated)
    from annotate.progress import FaultCount

    summary = replace(summary, faults=(FaultCount("set aside", kept=False, times=3),))
    work = work_of(Status((_share(not_sent=2, owed=("a", "b")),), (), 0, 0, 60.0, None), set())
    steps = next_steps(summary, made, work, list(ARTICLES))
    assert "`annotate push`" in steps[0].text
    assert steps[1].text.startswith("Not counted: 3 pieces of work.")
    assert len(steps) == 3
    assert next_steps(summary, made, work, []) == ()


@pytest.fixture
def pulled(annotated, tmp_path):  # noqa: F811
    """Give a study whose last pull brought one visit of ada's, one changed, one withdrawn."""
    from pathlib import PurePosixPath

    from annotate.demo import make_study

    study = make_study(tmp_path / "pulled").study
    schema, articles = study.schema(), study.articles()
    recorded = make_study(tmp_path / "again").recorded
    rows = {PurePosixPath(row.source_file).name: row for row in articles.itertuples()}
    work = {(each.annotator, each.file): each for each in recorded}
    files = [
        name for name in rows if ("ada", name) in work and work["ada", name].status == "submitted"
    ]

    def tasks(person, first):
        return [
            _task(first + place, person, row, work.get((person, name)), schema)
            for place, (name, row) in enumerate(rows.items())
        ]

    def keep(person, at, given, base=""):
        header = Header(
            "server:x",
            f"{at:%Y-%m-%dT%H:%M:%S.%fZ}",
            schema.sha256,
            "main",
            [person],
            desk=person,
            base=base,
        )
        known = latest(study.snapshots)
        return write_snapshot(study.snapshots, header, given, known.get(header.section))

    ada, ben = tasks("ada", 100), tasks("ben", 200)
    places = {name: place for place, name in enumerate(rows)}
    new, changed, withdrawn = (places[name] for name in files[:3])
    early = [dict(task) for task in ada]
    early[new]["annotations"] = []
    keep("ada", NOON, early)
    keep("ben", NOON + timedelta(seconds=1), ben)
    late = [dict(ada[new]), dict(ada[changed]), dict(ada[withdrawn])]
    (item,) = late[1]["annotations"]
    late[1]["annotations"] = [{**item, "result": [], "updated_at": "2026-11-21T10:00:00Z"}]
    late[2]["annotations"] = []
    keep("ada", NOON + timedelta(hours=1), late, base="yes")
    return study


def test_the_last_pull_is_told_from_the_snapshots(pulled):
    last = last_pull(pulled.snapshots)
    assert {section.desk for section in last.sections} == {"ada"}
    assert last.since == NOON + timedelta(seconds=1)

    changes = news(pulled)
    assert changes.people == (Came("ada", "main", submitted=1, changed=1, withdrawn=1, skipped=0),)
    assert came_in_words(changes) == (
        "The last pull brought 1 new submission, 1 changed, 1 withdrawn"
    )


def test_figures_from_before_are_those_of_the_tables_from_before(pulled, tmp_path):
    shutil.copytree(pulled.root, tmp_path / "before")
    before = type(pulled)(tmp_path / "before")
    last = news(pulled)
    newest = max(before.snapshots.glob("*.gz"))
    newest.unlink()

    then, now = workflow.summary(before), workflow.summary(pulled)
    rebuilt = summary_before(pulled, last.since)
    assert [repr(figure) for figure in rebuilt.figures] == [repr(figure) for figure in then.figures]
    assert [repr(figure) for figure in rebuilt.figures] != [repr(figure) for figure in now.figures]


def test_the_page_tells_what_came_in_and_when_the_figures_are_of(pulled, shown):  # noqa: F811
    """The sidebar knows it before any page has built the tables."""
    from annotate.report.wording import moment

    assert pulled.tables_stamp == 0
    app = shown(pulled)
    newest = NOON + timedelta(hours=1)
    assert f"Figures as of {moment(newest.timestamp())}" in _html(app.sidebar)
    assert "The last pull brought 1 new submission" in _html(app)
    app.toggle(key="figures_moved").set_value(True).run()
    assert not app.exception
    pairs = moved(
        summary_before(pulled, news(pulled).since).headlines, workflow.summary(pulled).headlines
    )
    assert pairs
    assert moved_html(pairs) in _html(app)


def test_a_pull_that_failed_leaves_word_for_every_report(copy, shown, monkeypatch):  # noqa: F811
    from annotate.errors import StudioError

    monkeypatch.setenv("LABEL_STUDIO_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "0" * 40)
    with pytest.raises(StudioError) as error:
        workflow.pull(copy)
    look = last_look(copy)
    assert not look.good
    assert look.says == str(error.value)
    assert "Nothing was pulled at" in _html(shown(copy).sidebar)


def test_what_is_said_again_and_again_is_said_once(copy, monkeypatch):  # noqa: F811
    from annotate.workflow.watching import watch

    monkeypatch.setenv("LABEL_STUDIO_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "0" * 40)
    said, turns = [], iter([True, True, False])
    watch(copy, lambda: next(turns), said.append)
    assert len(said) == 1
    with copy.locked():  # somebody is at work: nothing to shout about
        assert copy.in_use
    assert not copy.in_use
