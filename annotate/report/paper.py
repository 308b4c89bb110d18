"""The table of agreement as a paper wants it: HTML to copy, LaTeX and CSV to download."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, Any

from annotate.dataset.writers import guarded
from annotate.findings.paper import INTERVAL_METHOD, paper_table
from annotate.report.charts.look import verdict_of
from annotate.report.html.agreement import scrolled
from annotate.report.html.escape import safe
from annotate.report.latex import latex_measure, latex_text
from annotate.report.wording import number
from annotate.summary import two_decimals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from annotate.findings.paper import PaperRow, PaperTable
    from annotate.reliability import Figure
    from annotate.summary import Summary

__all__ = ["figures_csv", "paper_csv", "paper_html", "paper_latex"]

_HEADS = ("Question", "Measure", "Articles", "Units", "Votes", "Annotators", "Observed", "Value")
_INTERVAL = "95 % interval"
_DASH = "\N{EN DASH}"


def paper_html(table: PaperTable) -> str:
    """Build the table with its caption, and what has to be said under it."""
    heads = "".join(
        f'<th scope="col"{"" if place < _TEXTS else _NUM}>{name}</th>'
        for place, name in enumerate([*_HEADS, _INTERVAL])
    )
    rows = "".join(_html_row(row) for row in table.rows)
    note = " ".join(safe(sentence) for sentence in table.note)
    return (
        scrolled(
            "Agreement, for a paper",
            f'<table class="an-table an-paper"><caption>{safe(table.caption)}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>",
        )
        + f'<p class="an-papernote"><em>Note.</em> {note}</p>'
    )


_TEXTS = 2  # columns that hold no numbers
_NUM = ' class="an-num"'


def _html_row(row: PaperRow) -> str:
    name = f"<bdi>{safe(row.title)}</bdi>"
    if row.words:
        name += f" <small><bdi>{safe(row.words)}</bdi></small>"
    cells = "".join(f'<td class="an-num">{cell}</td>' for cell in _numbers(row))
    return f'<tr><th scope="row">{name}</th><td>{safe(row.figure.measure)}</td>{cells}</tr>'


def _numbers(row: PaperRow) -> list[str]:
    """Write what stands in the columns of numbers; a dash for what is undefined."""
    figure = row.figure
    observed = row.observed.value if row.observed else math.nan
    counts = (figure.articles, figure.units, figure.labels, figure.annotators)
    return [
        *(f"{count:,}" for count in counts),
        *(number(v) if math.isfinite(v) else _DASH for v in (observed, figure.value)),
        f"[{number(figure.low)}, {number(figure.high)}]" if math.isfinite(figure.low) else _DASH,
    ]


def paper_latex(table: PaperTable) -> str:
    """Write the table for LaTeX with booktabs, caption and note included."""
    heads = " & ".join(latex_text(name) for name in [*_HEADS, _INTERVAL])
    lines = [
        rf"% Made by {_plain(table.tool)}. Needs \usepackage{{booktabs}}, and T1 fonts.",
        r"\begin{table}",
        r"\centering",
        rf"\caption{{{latex_text(table.caption)}}}",
        r"\label{tab:agreement}",
        r"\begin{tabular}{@{}p{0.26\linewidth}p{0.16\linewidth}rrrrrrr@{}}",
        r"\toprule",
        rf"{heads} \\",
        r"\midrule",
        *map(_latex_row, table.rows, ("", *(row.title for row in table.rows))),
        r"\bottomrule",
        r"\end{tabular}",
        r"\par\smallskip",
        rf"{{\footnotesize \emph{{Note.}} {' '.join(latex_text(s) for s in table.note)}\par}}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Keep a comment on its line."""
    return " ".join(text.split())


def _latex_row(row: PaperRow, above: str) -> str:
    """Write a line; a value under the line of its question need not repeat the question."""
    name = latex_text(row.title)
    if row.words:
        words = latex_text(row.words)
        name = rf"\quad {words}" if row.title == above else f"{name}: {words}"
    cells = [name, latex_measure(row.figure.measure), *map(_latex_number, _numbers(row))]
    return rf"{' & '.join(cells)} \\"


def _latex_number(cell: str) -> str:
    """Write a number that was made here; its brackets stand after an ampersand and are safe."""
    return cell.replace("\N{MINUS SIGN}", "$-$").replace(_DASH, "--")


def paper_csv(table: PaperTable) -> str:
    """Write the table for a spreadsheet; every line says how it was computed."""
    return _csv(_paper_line(row, table) for row in table.rows)


def _paper_line(row: PaperRow, table: PaperTable) -> dict[str, Any]:
    figure, observed = row.figure, row.observed
    return {
        "question": row.title,
        "label": row.words,
        "measure": figure.measure,
        "articles": figure.articles,
        "units": figure.units,
        "votes": figure.labels,
        "annotators": figure.annotators,
        "observed": two_decimals(observed.value) if observed else "",
        "observed_measure": observed.measure if observed else "",
        "value": two_decimals(figure.value),
        "low": two_decimals(figure.low),
        "high": two_decimals(figure.high),
        "verdict": verdict_of(figure),
        "reason": row.reason,
        "interval": INTERVAL_METHOD,
        "tool": table.tool,
        "scheme": table.scheme,
    }


def figures_csv(summary: Summary) -> str:
    """Write every figure of the summary for a spreadsheet, unrounded, with all its counts."""
    table = paper_table(summary)
    return _csv(_figure_line(figure, summary.shown, table) for figure in summary.figures)


def _figure_line(
    figure: Figure, shown: Mapping[tuple[str, str], str], table: PaperTable
) -> dict[str, Any]:
    values = figure.to_json()
    values["flags"] = "; ".join(figure.flags)
    del values["view"], values["of"]
    return {
        **values,
        "label_shown": shown.get((figure.question, figure.label), figure.label),
        "verdict": verdict_of(figure),
        "interval": INTERVAL_METHOD,
        "tool": table.tool,
        "scheme": table.scheme,
    }


def _csv(lines: Iterable[Mapping[str, Any]]) -> str:
    rows: Sequence[Mapping[str, Any]] = list(lines)
    text = io.StringIO()
    # All text is quoted: Python leaves a lone \r bare, which readers take for the end of a row.
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    if rows:
        writer.writerow(rows[0])
    writer.writerows([guarded(cell) for cell in row.values()] for row in rows)
    return text.getvalue()
