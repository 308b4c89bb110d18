"""The table for a paper: every figure of record, in LaTeX and CSV that nothing can break."""

import csv
import io
import math
import re
from dataclasses import replace

import pytest
import test_report
from hypothesis import given
from hypothesis import strategies as st
from table_reader import TableReader

from annotate import __version__
from annotate.findings.paper import INTERVAL_METHOD, paper_table
from annotate.report.latex import latex_measure, latex_text
from annotate.report.paper import figures_csv, paper_csv, paper_html, paper_latex
from annotate.report.wording import number
from annotate.selection import of_record
from annotate.summary import DEMONSTRATION, summarise, two_decimals

annotated = test_report.annotated
COLUMNS = 9
NASTY = (
    "=HYPERLINK(1)",
    r"\input{/etc/passwd}",
    r"\\ & $x$ % # _ ^ ~ { } \end{tabular}",
    "[2cm] and *",
    "@SUM(1)\n\\write18{x}\u202eRTL\0",
    "<script>alert(1)</script>",
)
# What may follow a backslash, or stand bare though LaTeX reads it as more than itself.
_ALLOWED = re.compile(
    r"\\(textbackslash|textasciicircum|textasciitilde|textless|textgreater|textbar|textquotedbl"
    r"|textquotedblleft|textquotedblright|textquoteleft|textquoteright|textendash|textemdash"
    r"|ldots)\{\}|\\[{}$&#%_]|\{['`\-\[\]*]\}|\$-\$|~"
)


@pytest.fixture(scope="module")
def summary(annotated):
    return summarise(
        annotated.settings(), annotated.schema(), annotated.articles(), annotated.tables()
    )


@pytest.fixture(scope="module")
def hostile(summary):
    """Give the summary with titles and labels that want to act."""
    names = {figure.question for figure in summary.figures}
    titles = dict(zip(sorted(names), NASTY * 9, strict=False))
    figures = tuple(
        replace(f, title=titles[f.question], reason=f"{f.reason} {NASTY[1]}" if f.reason else "")
        for f in summary.figures
    )
    labels = {(f.question, f.label) for f in figures if f.label}
    shown = dict(zip(sorted(labels), NASTY * 20, strict=False))
    return replace(summary, figures=figures, shown=shown)


def _rows(latex):
    body = latex.split("\\midrule\n")[1].split("\\bottomrule")[0]
    return body.strip("\n").split("\n")


def _bare(text):
    """Take away what was escaped; what is left must mean nothing to LaTeX."""
    return _ALLOWED.sub("", text)


def test_the_table_holds_the_figure_of_record_of_every_question(summary):
    table = paper_table(summary)
    assert [row.figure for row in table.rows] == list(of_record(summary.figures))
    by_title = {row.title: row for row in table.rows}
    assert by_title["Stance toward Russia"].observed.measure == "observed agreement"
    assert by_title["Loaded spans"].observed.measure == "overlap F1"
    undefined = by_title["Place of the disclosure"]
    assert undefined.reason.startswith('undefined: all votes are "After it"')
    assert f"Place of the disclosure: {undefined.reason}." in table.note


def test_with_labels_each_has_a_line_under_its_question(summary):
    rows = paper_table(summary, labels=True).rows
    about = [(row.figure.question, row.figure.label) for row in rows]
    assert len(set(about)) == len(about)
    assert set(about) == {
        (f.question, f.label) for f in summary.figures if f.label or _has_whole(f, summary)
    }
    first = {question: place for place, (question, _) in reversed(list(enumerate(about)))}
    for record in of_record(summary.figures):
        assert rows[first[record.question]].figure == record


def _has_whole(figure, summary):
    return any(f.question == figure.question and not f.label for f in summary.figures)


def test_it_says_measure_interval_version_and_that_it_is_a_demonstration(summary):
    for text in (paper_html(paper_table(summary)), paper_latex(paper_table(summary))):
        assert f"annotate {__version__}" in text
        assert "over articles (Fieller" in text
        assert summary.schema_version[:12] in text
        assert "3 annotators on up to 7 articles" in text
        assert "a demonstration" in text
    assert DEMONSTRATION in paper_table(summary).note
    real = paper_table(replace(summary, demonstration=False))
    assert "demonstration" not in " ".join([real.caption, *real.note])


def test_the_html_table_says_what_the_figures_say(summary):
    table = paper_table(summary)
    (cells,) = TableReader(paper_html(table)).tables
    assert len(cells[0]) == COLUMNS
    for line, row in zip(cells[1:], table.rows, strict=True):
        figure = row.figure
        counts = (figure.articles, figure.units, figure.labels, figure.annotators)
        assert line[1:6] == [figure.measure, *(f"{count:,}" for count in counts)]
        assert line[7] == (number(figure.value) if figure.defined else "–")
        low = math.isfinite(figure.low)
        assert line[8] == (f"[{number(figure.low)}, {number(figure.high)}]" if low else "–")


def test_latex_is_a_booktabs_table_with_a_cell_for_every_column(summary):
    latex = paper_latex(paper_table(summary))
    order = [r"\begin{table}", r"\caption{", r"\begin{tabular}", r"\toprule", r"\midrule"]
    order += [r"\bottomrule", r"\end{tabular}", r"\emph{Note.}", r"\end{table}"]
    places = [latex.index(piece) for piece in order]
    assert places == sorted(places)
    columns = re.search(r"\\begin\{tabular\}\{@\{\}(.*?)@\{\}\}\n", latex)[1]
    assert len(re.sub(r"p\{[^}]*\}", "p", columns)) == COLUMNS
    for row in _rows(latex):
        assert row.endswith(r" \\")
        assert len(re.findall(r"(?<!\\)&", row)) == COLUMNS - 1
    assert r"Loaded spans & ${}_{|u}\alpha$ & 7 & 7 & 120 & 3 & 0.64 & 0.49 & [0.24, 0.73] \\" in (
        latex
    )
    assert r"$-$0.25" in latex
    # Scored by its one value alone, which stands in the line of the question.
    assert "Strength of the phrase: Strong (tick only if strong) & " in latex
    labelled = paper_latex(paper_table(summary, labels=True))
    assert "\nStance toward Russia & " in labelled
    assert "\n\\quad Not present & " in labelled


def test_nothing_in_a_label_acts_in_latex(hostile):
    latex = paper_latex(paper_table(hostile, labels=True))
    for command in (r"\input", r"\write", r"\end{tabular} ", r"\\ &"):
        assert command not in latex
    for row in _rows(latex):
        cells = re.split(r"(?<!\\)&", row.removesuffix(r" \\"))
        assert len(cells) == COLUMNS
        assert row[0] not in "[*"
        assert not set(_bare(cells[0].removeprefix(r"\quad"))) & set("\\{}$&#%_^[]*<>|\"'`-\n\0")
    assert "\u202e" not in latex
    assert latex.count("{") - latex.count(r"\{") == latex.count("}") - latex.count(r"\}")


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=40))
def test_whatever_is_written_is_only_printed_by_latex(text):
    escaped = latex_text(text)
    assert not set(_bare(escaped)) & set("\\{}$&#%_^~<>|\"'`-[]*\n\r\0\u202e")
    letters = [sign for sign in text if sign.isalnum()]
    kept = [sign for sign in _bare(escaped) if sign.isalnum()]
    assert kept == letters


@pytest.mark.parametrize(
    ("measure", "written"),
    [
        ("alpha (ordinal)", r"$\alpha$ (ordinal)"),
        ("|u-alpha", r"${}_{|u}\alpha$"),
        ("(k)u-alpha", r"${}_{(k)u}\alpha$"),
        ("cu-alpha", r"${}_{cu}\alpha$"),
        ("u-alpha", r"${}_{u}\alpha$"),
        ("Cohen's kappa", "Cohen{'}s kappa"),
    ],
)
def test_a_measure_has_its_greek_letter(measure, written):
    assert latex_measure(measure) == written


def test_the_csv_reads_back_as_the_table(summary):
    table = paper_table(summary)
    lines = list(csv.DictReader(io.StringIO(paper_csv(table))))
    for line, row in zip(lines, table.rows, strict=True):
        assert (line["question"], line["measure"]) == (row.title, row.figure.measure)
        assert line["value"] == two_decimals(row.figure.value)
        assert line["low"] == two_decimals(row.figure.low)
        assert line["reason"] == row.reason
        assert line["tool"] == f"annotate {__version__}"
        assert line["interval"] == INTERVAL_METHOD


def test_the_csv_of_all_figures_is_the_json_of_score(summary):
    lines = list(csv.DictReader(io.StringIO(figures_csv(summary))))
    for line, given_ in zip(lines, summary.to_json()["agreement"], strict=True):
        for name in ("value", "low", "high", "below_667"):
            assert line[name] == ("" if given_[name] is None else repr(given_[name]))
        for name in ("saw", "marked", "marked_nothing", "missing", "not_shown", "skipped"):
            assert int(line[name]) == given_[name]
        assert line["verdict"] == (given_["verdict"] or "")
        assert line["flags"] == "; ".join(given_["flags"])


def test_no_cell_of_a_csv_is_run_as_a_formula(hostile):
    for text in (paper_csv(paper_table(hostile, labels=True)), figures_csv(hostile)):
        cells = [cell for line in csv.reader(io.StringIO(text)) for cell in line]
        assert "'=HYPERLINK(1)" in cells
        acting = [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
        assert all(math.isfinite(float(cell)) for cell in acting)


def test_html_of_a_hostile_table_holds_no_tag_of_its_own(hostile):
    page = TableReader(paper_html(paper_table(hostile, labels=True)))
    assert not {tag for tag, _ in page.tags} & {"script", "img", "a"}
    assert any("<script>alert(1)</script>" in cell for row in page.tables[0] for cell in row)
