"""What the commands on agreement print."""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from annotate.cli.shared import json_text, note, plain
from annotate.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from annotate.cli.layout import Names
    from annotate.reliability import Figure
    from annotate.summary import Summary

__all__ = [
    "NOTHING",
    "OF_STUDIES",
    "Look",
    "print_caveats",
    "print_figures",
    "print_json",
    "print_rows",
    "print_score",
    "print_view",
    "print_warnings",
]

#: Parts of the data that only a study knows.
OF_STUDIES = frozenset({"outlet", "event", "round", "self"})
NOTHING = "Nobody has submitted anything yet: there is nothing to score."
_SELF = (
    "Self-agreement says how steady a person is, not who is right. It is the weakest form of "
    "reliability, and no agreement between annotators."
)
_NO_REPEATS = (
    "Nothing to show by self: nobody was given an article twice. `repeats` in the study's "
    "[assignment] says how many articles come back to each annotator, unannounced."
)


@dataclass(frozen=True)
class Look:
    """How figures are to be printed.

    Parameters
    ----------
    by : str or None
        What the data are parted by; None for all of it at once.
    also : frozenset of str
        Coefficients that are shown beside those that are read first.
    weights : str or None
        Of AC2 and weighted kappa, if others were asked for than Gwet's.
    everything, brief : bool
        Whether to show every figure, or that of record alone.
    digits : int
        Decimals in a table.
    as_json, as_csv : bool
        Whether programs read it.
    """

    by: str | None = None
    also: frozenset[str] = frozenset()
    weights: str | None = None
    everything: bool = False
    brief: bool = False
    digits: int = 2
    as_json: bool = False
    as_csv: bool = False

    @property
    def for_programs(self) -> bool:
        """Whether programs read it."""
        return self.as_json or self.as_csv

    def check(self) -> None:
        """See that nothing contradicts anything.

        Raises
        ------
        UsageError
            If something does.
        """
        if self.as_json and self.as_csv:
            msg = "Choose one of --json and --csv"
            raise UsageError(msg)
        if self.brief and (self.by or self.everything or self.for_programs or self.also):
            msg = (
                "--brief prints one line for each question; leave --by, --all, --also, --json and "
                "--csv out"
            )
            raise UsageError(msg)
        if self.by and (self.also or self.weights):
            msg = "--by shows the figure of record of each part; leave --also and --weights out"
            raise UsageError(msg)


def print_score(findings: Summary, look: Look | None = None) -> None:
    """Print the figures of a study, and what to know before quoting them."""
    from annotate.cli.layout import Names

    if not findings.started:
        click.echo(NOTHING)
        return
    print_figures(findings.figures, Names(findings.shown), look or Look())
    visits = findings.progress
    click.echo(
        f"\nVisits: {sum(p.submitted for p in visits)} submitted, "
        f"{sum(p.skipped for p in visits)} skipped, {sum(p.draft for p in visits)} in draft, "
        f"{sum(p.unseen for p in visits)} not begun."
    )
    print_caveats(findings.warnings)


def print_figures(figures: Sequence[Figure], names: Names, look: Look) -> None:
    """Print the figures that are read first, those of record, or all."""
    from annotate.cli.figures import brief_text, figures_text
    from annotate.selection import readable

    if look.brief:
        click.echo(brief_text(figures, names, digits=look.digits))
        return
    chosen = figures if look.everything else readable(figures, look.also)
    click.echo(figures_text(chosen, names, everything=look.everything, digits=look.digits))
    if len(chosen) < len(figures):
        click.echo(f"\n{len(figures) - len(chosen)} more figures: --all, or --json.")


def print_view(figures: Sequence[Figure], names: Names, look: Look) -> None:
    """Print the figures of parts of the data, and what to know before quoting them."""
    from annotate.cli.figures import views_text

    if look.for_programs:
        print_rows(figures, as_csv=look.as_csv)
    elif figures:
        shown = views_text(figures, names, everything=look.everything, digits=look.digits)
        click.echo(f"{shown}\n")
        print_caveats([_SELF] if look.by == "self" else (), of_study=False)
    elif look.by == "self":
        click.echo(_NO_REPEATS)
    else:
        why = "has one" if look.by in OF_STUDIES else "has votes of two annotators"
        click.echo(f"Nothing to show by {look.by}: no article {why}.")


def print_warnings(warnings: Sequence[str], look: Look) -> None:
    """Print what was left out or guessed, before the figures; never between rows for programs."""
    from annotate.cli.layout import bullets

    if look.for_programs:
        for warning in warnings:
            note(f"Warning: {plain(warning)}")
    elif warnings:
        click.echo(f"{bullets(warnings)}\n")


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
        writer.writerow({name: guarded(_visible(cell)) for name, cell in row.items()})


def _visible(cell: object) -> object:
    return plain(cell) if isinstance(cell, str) else cell


def print_json(rows: list[dict[str, Any]]) -> None:
    """Print a list of objects."""
    click.echo(json_text(rows))
