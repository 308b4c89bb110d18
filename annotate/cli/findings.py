"""Commands that say what the labels say."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotate.cli.shared import lay_out, note, open_study, plain, study_option

if TYPE_CHECKING:
    from annotate.reliability import Figure
    from annotate.summary import Summary

__all__ = ["export", "print_score", "report", "score"]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for a spreadsheet.")
@study_option
def score(root: Path, *, as_json: bool, as_csv: bool) -> None:
    """Print how far annotators agree: value, 95 % interval over articles, counts, reasons."""
    from annotate.errors import UsageError
    from annotate.workflow import summary

    if as_json and as_csv:
        msg = "Choose one of --json and --csv"
        raise UsageError(msg)
    findings = summary(open_study(root))
    rows = [figure.to_json() for figure in findings.figures]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    elif as_csv:
        from annotate.dataset.writers import guarded

        writer = csv.DictWriter(sys.stdout, list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: guarded(cell) for name, cell in row.items()} for row in rows)
    else:
        print_score(findings)


def print_score(findings: Summary) -> None:
    """Print the figures as a table, and what to know before quoting them."""
    from annotate.summary import CAVEATS

    header = (
        "",
        "measure",
        "value",
        "95 % interval",
        "articles",
        "people",
        "labels",
        "saw",
        "marked",
        "nothing",
        "skipped",
        "unseen",
        "verdict",
    )
    if not findings.started:
        click.echo("Nobody has submitted anything yet: there is nothing to score.")
        return
    rows = []
    before = ("", "")
    for figure in findings.figures:
        about = (figure.question, figure.label)
        rows.append(("" if about == before else _name(figure, before[0]), *_cells(figure)))
        before = about
    click.echo(lay_out(header, rows, right=(2, *range(4, 12))))
    visits = findings.progress
    click.echo(
        f"\nVisits: {sum(p.submitted for p in visits)} submitted, "
        f"{sum(p.skipped for p in visits)} skipped, {sum(p.draft for p in visits)} in draft, "
        f"{sum(p.unseen for p in visits)} not begun."
    )
    for line in [*findings.warnings, *CAVEATS]:
        click.echo(f"* {plain(line)}")


def _name(figure: Figure, question_above: str) -> str:
    if not figure.label:
        return figure.title
    same = figure.question == question_above
    return f"  {figure.label}" if same else f"{figure.title}: {figure.label}"


def _cells(figure: Figure) -> tuple[str, ...]:
    from annotate.reliability import verdict
    from annotate.summary import two_decimals

    low = two_decimals(figure.low)
    judged = figure.chance_corrected and figure.defined
    said = [verdict(figure)] if judged else []
    counts = figure.counts
    votes = (counts.saw, counts.marked, counts.marked_nothing, counts.skipped, counts.unseen)
    return (
        figure.measure,
        two_decimals(figure.value) or "–",
        f"{low} to {two_decimals(figure.high)}" if low else "–",
        *map(str, (figure.articles, figure.annotators, figure.labels, *votes)),
        "; ".join([*said, *([figure.reason] if figure.reason else [])]),
    )


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Which port; 8501 or a free one.")
@click.option("--browser/--no-browser", default=True, help="Open it in the browser.")
@study_option
def report(root: Path, port: int | None, *, browser: bool) -> None:
    """Show the findings in the browser until Ctrl-C."""
    from annotate.reporting import run_report

    with run_report(open_study(root).root, port=port, open_browser=browser) as running:
        note(f"The report is at {running.url} (Ctrl-C stops it)")
        running.wait()


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--with-text", is_flag=True, help="Include the articles' text; mind the rights.")
@click.option("--with-notes", is_flag=True, help="Include what annotators wrote themselves.")
@study_option
def export(root: Path, folder: Path, *, with_text: bool, with_notes: bool) -> None:
    """Write the labels as a dataset: CSV, Parquet, JSON Lines and a README."""
    from annotate.workflow import export as export_to

    files = export_to(open_study(root), folder, with_text=with_text, with_notes=with_notes)
    for path in files:
        click.echo(str(path))
