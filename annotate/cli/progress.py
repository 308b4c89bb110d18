"""How far everybody is, and what is owed, in words."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from annotate.cli.layout import number
from annotate.cli.shared import json_text, lay_out, open_study, plain, study_option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from annotate.workflow.status import Share, Status

__all__ = ["owed_lines", "status"]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
@study_option
def status(root: Path, *, as_json: bool) -> None:
    """Show how far everybody is, who owes what, and how long it will take.

    As of the last pull; the server is not asked. The median time leaves out visits of more than
    ten times the person's own median: those were left open.
    """
    from annotate.workflow.status import status_of

    found = status_of(open_study(root))
    if as_json:
        click.echo(json_text(asdict(found)))
        return
    if found.shares:
        click.echo(_table(found))
        click.echo()
    for line in _summing_up(found):
        click.echo(plain(line))


def _table(found: Status) -> str:
    apart = any(share.kept_apart for share in found.shares)
    header = (
        *("round", "annotator", "assigned", "not sent", "not begun", "in draft"),
        *(("kept apart",) if apart else ()),
        *("submitted", "skipped", "set aside", "median s", "hours left"),
    )
    cells = [_share(share, apart=apart) for share in found.shares]
    return lay_out(header, cells, right=range(2, len(header)))


def _share(share: Share, *, apart: bool) -> tuple[str, ...]:
    counts = (
        *(share.assigned, share.not_sent, share.unseen, share.draft),
        *((share.kept_apart,) if apart else ()),
        *(share.submitted, share.skipped, share.set_aside),
    )
    seconds = "" if share.seconds is None else f"{share.seconds:.0f}"
    return (share.round, share.annotator, *map(str, counts), seconds, _hours(share.hours))


def _hours(hours: float | None) -> str:
    return "?" if hours is None else f"{hours:.1f}"


def owed_lines(found: Status) -> Iterator[str]:
    """Say who owes what, and what is owed by nobody in particular."""
    for share in found.shares:
        if share.owed:
            yield (
                f"{share.annotator} owes {number(len(share.owed), 'visit')} of {share.round}: "
                f"{share.not_sent} not sent yet, {share.unseen} not begun, {share.draft} in draft"
                + (f", {share.kept_apart} kept apart" if share.kept_apart else "")
            )
        if share.kept_apart:
            yield (
                f"{number(share.kept_apart, 'visit')} of {share.annotator} in {share.round} kept "
                f"apart: to be saved again by {share.annotator}, since another hand was in it "
                "(annotate faults)"
            )
    for pool in found.pools:
        if pool.lacking:
            lack = "lacks" if pool.lacking == 1 else "lack"
            yield (
                f"{pool.round} is shared: {pool.lacking} of {number(pool.articles, 'article')} "
                f"still {lack} work ({number(pool.visits, 'visit')}, {_hours(pool.hours)} hours); "
                "nobody in particular owes it"
            )


def _summing_up(found: Status) -> Iterator[str]:
    yield from owed_lines(found)
    if found.in_no_round:
        yield f"{number(found.in_no_round, 'article')} in no round: annotate round start NAME"
    if found.strangers:
        yield f"{number(found.strangers, 'piece')} of work by others set aside: annotate faults"
    owed = sum(len(share.owed) for share in found.shares) + sum(p.visits for p in found.pools)
    if not owed:
        yield "Nothing is owed."
    elif found.hours is None:
        yield f"{number(owed, 'visit')} to go; nobody has submitted one yet, so no estimate"
    else:
        yield f"{number(owed, 'visit')} to go, about {_hours(found.hours)} hours of work"
