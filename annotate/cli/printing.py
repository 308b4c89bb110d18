"""What the commands on agreement print."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from annotate.cli.figures import Names
    from annotate.reliability import Figure
    from annotate.summary import Summary

__all__ = [
    "NOTHING",
    "print_caveats",
    "print_figures",
    "print_json",
    "print_rows",
    "print_score",
    "print_view",
]

NOTHING = "Nobody has submitted anything yet: there is nothing to score."


def print_score(
    findings: Summary, *, also: frozenset[str] = frozenset(), everything: bool = False
) -> None:
    """Print the figures of a study, and what to know before quoting them."""
    from annotate.cli.figures import Names

    if not findings.started:
        click.echo(NOTHING)
        return
    names = Names(findings.shown)
    print_figures(findings.figures, names, also=also, everything=everything)
    visits = findings.progress
    click.echo(
        f"\nVisits: {sum(p.submitted for p in visits)} submitted, "
        f"{sum(p.skipped for p in visits)} skipped, {sum(p.draft for p in visits)} in draft, "
        f"{sum(p.unseen for p in visits)} not begun."
    )
    print_caveats(findings.warnings)


def print_figures(
    figures: Sequence[Figure], names: Names, *, also: frozenset[str], everything: bool
) -> None:
    """Print the figures that are read first, or all."""
    from annotate.cli.figures import figures_text
    from annotate.selection import readable

    chosen = figures if everything else readable(figures, also)
    click.echo(figures_text(chosen, names, everything=everything))
    if len(chosen) < len(figures):
        click.echo(f"\n{len(figures) - len(chosen)} more figures: --all, or --json.")


def print_view(figures: Sequence[Figure], names: Names, *, everything: bool) -> None:
    """Print the figures of parts of the data."""
    from annotate.cli.figures import views_text

    click.echo(f"{views_text(figures, names, everything=everything)}\n")


def print_caveats(warnings: Iterable[str] = (), *, of_study: bool = True) -> None:
    """Print what to know before quoting a figure."""
    from annotate.cli.layout import bullets
    from annotate.summary import CAVEATS, CUT_OFFS, INTERVALS

    caveats = CAVEATS if of_study else (INTERVALS, CUT_OFFS)
    click.echo(bullets([*warnings, *caveats]))


def print_rows(figures: Iterable[Figure], *, as_csv: bool) -> None:
    """Print figures for programs: as a list of objects or as a table."""
    rows = [figure.to_json() for figure in figures]
    if not as_csv:
        print_json(rows)
        return
    from annotate.dataset.writers import guarded

    writer = csv.DictWriter(sys.stdout, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        row["flags"] = "; ".join(row["flags"])
        writer.writerow({name: guarded(cell) for name, cell in row.items()})


def print_json(rows: list[dict[str, Any]]) -> None:
    """Print a list of objects."""
    click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
