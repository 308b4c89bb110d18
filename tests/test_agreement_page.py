"""The Agreement page: its states, its address, its paging, and figures equal to the summary's."""

import shutil

import pytest
import test_report
from table_reader import TableReader

from annotate.findings.agreement import questions_of
from annotate.findings.sides import spread_of
from annotate.report.wording import interval, number
from annotate.rounds import ANNOTATION, Round
from annotate.selection import reason_in_words
from annotate.summary import summarise
from annotate.tables import Tables

_pages_on_the_path = test_report._pages_on_the_path
annotated, copy, shown = test_report.annotated, test_report.copy, test_report.shown
PAGE = "agreement.py"
MANY = 30


def _html(app):
    return test_report._html(app)


def _renamed(tables, name):
    """Give the same work under other names."""
    frames = [
        frame.assign(annotator=[name(a) for a in frame["annotator"]])
        for frame in (tables.visits, tables.answers, tables.spans)
    ]
    return Tables(*frames, faults=tables.faults)


def _only(tables, people):
    own = [getattr(tables, name) for name in ("visits", "answers", "spans")]
    return Tables(*(f[f["annotator"].isin(people)] for f in own), faults=tables.faults)


@pytest.fixture(scope="module")
def summary(annotated):
    return summarise(
        annotated.settings(), annotated.schema(), annotated.articles(), annotated.tables()
    )


def test_the_page_shows_every_figure_with_interval_verdict_and_reason(annotated, summary, shown):
    app = shown(annotated, PAGE, question="stance_us_admin")
    assert app.selectbox(key="agreement question").value == "stance_us_admin"
    table = TableReader(_html(app)).tables[0]
    own = [f for f in summary.figures if f.question == "stance_us_admin" and not f.label]
    for row, figure in zip(table[1:], own, strict=True):
        reason = reason_in_words(figure.reason, figure.question, summary.shown)
        assert row[0] == figure.measure + reason
        assert row[1:3] == [number(figure.value), interval(figure) or "no interval"]
        counts = (figure.articles, figure.annotators, figure.labels)
        assert row[5:] == [str(count) for count in counts]
    assert "not reliable yet" in table[1][4]


@pytest.mark.parametrize("question", ["loaded", "disclosure_placement", "intensity", "voice"])
def test_every_kind_of_question_has_a_page(annotated, summary, shown, question):
    page = _html(shown(annotated, PAGE, question=question))
    figure = questions_of(summary)[question]
    assert figure.title in page
    assert ("an-split" in page) == (question == "loaded")
    if not figure.defined:
        assert f"{figure.title}: no figure yet" in page
        assert "all votes are &quot;After it&quot;" in page
    for other in summary.figures:
        if other.question == question:
            assert number(other.value) in page


def test_the_address_follows_the_question(annotated, shown):
    app = shown(annotated, PAGE)
    app.selectbox(key="agreement question").set_value("genre").run()
    assert app.query_params["question"] == "genre"
    assert "Kind of text: 0.49" in _html(app)


def test_an_unknown_question_in_the_address_is_named(annotated, shown):
    page = _html(shown(annotated, PAGE, question="<b>none</b>"))
    assert "No such question" in page
    assert "&lt;b&gt;none&lt;/b&gt;" in page


def test_a_study_without_articles_or_work_says_what_to_do(copy, shown):
    shutil.rmtree(copy.root / "tables")
    assert "Nothing has been pulled yet" in _html(shown(copy, PAGE))
    (copy.root / "articles.parquet").unlink()
    assert "annotate add" in _html(shown(copy, PAGE))


def test_nothing_submitted_says_so(copy, shown):
    tables = copy.tables()
    visits = tables.visits.assign(status="draft")
    copy.save_tables(Tables(visits, tables.answers[:0], tables.spans[:0], faults=tables.faults))
    assert "Nobody has submitted anything yet" in _html(shown(copy, PAGE))


def test_one_annotator_is_told_that_agreement_needs_two(copy, shown):
    copy.save_tables(_only(copy.tables(), ["ada"]))
    page = _html(shown(copy, PAGE, question="genre"))
    assert "One annotator so far" in page
    assert "Kind of text: no figure yet" in page
    assert "No two annotators share an article of this question" in page
    assert "No article has two votes to compare" in page


def test_two_annotators_are_a_line_and_no_matrix(copy, shown):
    copy.save_tables(_only(copy.tables(), ["ada", "ben"]))
    page = _html(shown(copy, PAGE, question="genre"))
    assert "an-heat an-many" not in page
    assert "Agreement of every two annotators" not in page
    assert "ada and ben: " in page
    assert "Cohen" in page


def test_thirty_annotators_have_a_matrix_and_a_paged_list(copy, shown):
    tables = copy.tables()
    copies = [_renamed(tables, lambda name, n=n: f"{name}{n}") for n in range(10)]
    joined = Tables(
        *(
            _together([getattr(one, name) for one in copies], ids)
            for name, ids in (
                ("visits", ["visit_id", "annotation_id"]),
                ("answers", ["visit_id", "span_id"]),
                ("spans", ["visit_id", "span_id"]),
            )
        ),
        faults=tables.faults,
    )
    copy.save_tables(joined)
    app = shown(copy, PAGE, question="genre")
    page = TableReader(_html(app))
    matrix = next(t for t in page.tables if len(t) == MANY + 1 and len(t[0]) == MANY + 1)
    assert {row[0] for row in matrix[1:]} == {
        f"{p}{n}" for p in ("ada", "ben", "cleo") for n in range(10)
    }
    pairs = MANY * (MANY - 1) // 2
    assert app.number_input(key="agreement pairs").max == -(-pairs // 20)
    lists = [t for t in page.tables if t[0][0] == "annotators"]
    first = lists[0][1][0]
    app.number_input(key="agreement pairs").set_value(2).run()
    lists = [t for t in TableReader(_html(app)).tables if t[0][0] == "annotators"]
    assert len(lists[0]) == 21
    assert lists[0][1][0] != first


def _together(frames, ids):
    import pandas as pd

    numbered = [
        frame.assign(**{name: [f"{v}-{n}" if v else v for v in frame[name]] for name in ids})
        for n, frame in enumerate(frames)
    ]
    return pd.concat(numbered, ignore_index=True)


def test_the_articles_with_the_least_agreement_lead_to_the_reader(annotated, summary, shown):
    links = [link.proto for link in shown(annotated, PAGE, question="genre").get("page_link")]
    leading = [link.query_string for link in links if "reader" in link.page]
    lowest = spread_of(summary.evidence, "genre").lowest
    assert leading == [f"article={figure.of}" for figure in lowest]
    assert 0 < len(lowest) < len(summary.evidence.articles)


def test_rounds_are_scored_when_asked(copy, shown):
    assert "By round" not in _html(shown(copy, PAGE))
    tables = copy.tables()
    late = sorted(tables.visits["article_id"].unique())[:3]
    frames = [
        frame.assign(round=["two" if a in late else "main" for a in frame["article_id"]])
        for frame in (tables.visits, tables.answers, tables.spans)
    ]
    copy.save_tables(Tables(*frames, faults=tables.faults))
    people = copy.settings().annotators
    copy.save_rounds([Round(name, ANNOTATION, people) for name in ("main", "two")])
    app = shown(copy, PAGE, question="genre")
    assert "By round" in _html(app)
    app.toggle(key="by_round").set_value(True).run()
    assert not app.exception
    table = next(t for t in TableReader(_html(app)).tables if t[0][0] == "round")
    # After the name there may be why there is no figure: that depends on which articles are late.
    first, second = sorted(row[0] for row in table[1:])
    assert first.startswith("main")
    assert second.startswith("two")


def test_what_people_wrote_never_becomes_markup(copy, shown):
    nasty = "<script>x</script> \u202e$a$ <img src=x onerror=y>"
    copy.save_tables(_renamed(copy.tables(), lambda name: nasty if name == "ada" else name))
    config = (copy.root / "label_config.xml").read_text(encoding="utf-8")
    config = config.replace(
        'value="Satire"', 'value="&lt;script&gt;\\input{x}&lt;/script&gt; &amp; 50%"'
    )
    (copy.root / "label_config.xml").write_text(config, encoding="utf-8")
    app = shown(copy, PAGE, question="genre")
    page = _html(app)
    tags = {tag for tag, _ in TableReader(page).tags}
    assert "bdi" in tags
    assert not tags & {"script", "img", "iframe", "object", "form", "input"}
    assert "&lt;script&gt;x" in page
    app.toggle(key="paper_labels").set_value(True).run()
    assert "\\textbackslash{}input\\{x\\}" in app.code[0].value
    assert "&lt;script&gt;\\input{x}" in _html(app)
