"""Commands on rounds: who annotates what, and how far they are."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from annotate.cli.layout import number
from annotate.cli.shared import Commands, json_text, lay_out, note, open_study, plain, study_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotate.rounds import Round
    from annotate.settings import Assigning
    from annotate.study import Study
    from annotate.workflow.status import Share, Status

__all__ = ["round_", "status"]

_SHOWN = 12  # hexadecimal digits of a scheme's hash
_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


@click.group("round", cls=Commands)
def round_() -> None:
    """Start, list and close rounds: pilot, training, main."""


@round_.command()
@click.argument("name")
@click.option("--articles", "drawn", type=click.IntRange(1), help="So many, drawn at random.")
@click.option("--article", "articles", multiple=True, help="An article's id; repeat for more.")
@click.option("--annotator", "people", multiple=True, help="Who takes part; repeat for more.")
@click.option("--per-article", type=click.IntRange(0), help="Annotators for each; 0 for all.")
@click.option("--repeats", type=click.IntRange(0), help="Articles each gets again, unannounced.")
@click.option("--seed", type=click.IntRange(0), help="Of the draw.")
@click.option("--same-as", default="", metavar="ROUND", help="Take that round's articles again.")
@click.option(
    "--training",
    default="",
    metavar="REFERENCE",
    help='Train on the labels of this annotator, or on those "adjudicated".',
)
@click.option(
    "--migrate",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="TABLE.csv",
    help="What labels of earlier rounds are called now (see `annotate round migration`).",
)
@study_option
def start(  # noqa: PLR0913 - one for each option
    root: Path,
    name: str,
    *,
    drawn: int | None,
    articles: tuple[str, ...],
    people: tuple[str, ...],
    per_article: int | None,
    repeats: int | None,
    seed: int | None,
    same_as: str,
    training: str,
    migrate: Path | None,
) -> None:
    """Start a round with the scheme and the codebook as they are now.

    Without --articles, --article, --annotator or --same-as it takes every article that no round
    has had, and whatever and whoever comes to the study later. Nothing is sent before
    `annotate push`.

    \b
    Example:
      annotate round start pilot --articles 20
      annotate round start main --per-article 2 --repeats 5
    """  # noqa: D301 - click reads the backspace
    from annotate.errors import UsageError
    from annotate.workflow.starting import RoundPlan, start_round

    if training and (per_article or repeats):
        msg = "In training everybody gets every article once; leave --per-article and --repeats out"
        raise UsageError(msg)
    study = open_study(root)
    plan = RoundPlan(
        name=name,
        annotators=people,
        articles=articles,
        number=drawn or 0,
        assigning=_assigning(study, per_article, repeats, seed),
        reference=training,
        same_as=same_as,
        migration=migrate,
    )
    made = start_round(study, plan)
    click.echo(plain(_line(study, made)))
    note(f"Next: annotate push --study {root}")


def _assigning(
    study: Study, per_article: int | None, repeats: int | None, seed: int | None
) -> Assigning:
    rules = study.settings().assignment
    return replace(
        rules,
        per_article=rules.per_article if per_article is None else per_article,
        repeats=rules.repeats if repeats is None else repeats,
        seed=rules.seed if seed is None else seed,
    )


def _line(study: Study, made: Round) -> str:
    rows = study.assignment()
    rows = rows[rows["round"] == made.name]
    times, again = rows["article_id"].nunique(), int((rows["occasion"] > 1).sum())
    loads = rows[rows["annotator"] != ""].groupby("annotator").size()
    each = "" if loads.empty else f", {_range(loads.min(), loads.max())} for each"
    repeated = f", of which {number(again, 'repeat')}" if again else ""
    return (
        f'Round "{made.name}" ({made.kind}): {number(times, "article")}, '
        f"{number(len(made.annotators), 'annotator')}{each}{repeated}"
    )


def _range(least: int, most: int) -> str:
    return str(least) if least == most else f"{least} to {most}"


@round_.command("list")
@_json_option
@study_option
def list_(root: Path, *, as_json: bool) -> None:
    """List the rounds."""
    study = open_study(root)
    rows = study.assignment()
    rounds = [
        {**asdict(each), "articles": int(rows[rows["round"] == each.name]["article_id"].nunique())}
        for each in study.rounds()
    ]
    if as_json:
        click.echo(json_text(rounds))
        return
    if not rounds:
        note("No round yet: the first push begins one that takes everything.")
        return
    header = ("round", "kind", "articles", "annotators", "per article", "repeats", "scheme", "open")
    cells = [_cells(each) for each in rounds]
    click.echo(lay_out(header, cells, right=(2, 4, 5)))


def _cells(each: dict[str, Any]) -> tuple[str, ...]:
    rules = each["assigning"]
    return (
        each["name"],
        each["kind"] + (f" on {each['reference']}" if each["reference"] else ""),
        str(each["articles"]),
        ", ".join(each["annotators"]),
        str(rules["per_article"] or "all") + (" (shared)" if rules["mode"] == "shared" else ""),
        str(rules["repeats"]),
        each["schemes"].get("", "")[:_SHOWN],
        _state(each),
    )


def _state(each: dict[str, Any]) -> str:
    if each["closed"]:
        return f"closed {each['closed']}"
    return "yes, takes in what comes" if each["grows"] else "yes"


@round_.command()
@click.argument("name")
@study_option
def close(root: Path, name: str) -> None:
    """Close a round: nothing more is sent to it, and nobody owes anything there any more.

    Its projects stay, and what is done in them is still pulled.
    """
    from annotate.workflow.rounds import close_round

    closed = close_round(open_study(root), name)
    click.echo(plain(f'Round "{closed.name}" is closed.'))


@round_.command()
@click.option("--from", "name", default="", metavar="ROUND", help="What this round was asked.")
@study_option
def migration(root: Path, name: str) -> None:
    """Print a CSV to fill in: what earlier rounds asked in other words than the scheme does now.

    Write into new_control and new_value what each value is called now, or leave both empty to drop
    it. A row with an empty value says that a new label was looked for before as well.

    \b
    Example:
      annotate round migration > table.csv
      annotate round start second --migrate table.csv
    """  # noqa: D301 - click reads the backspace
    from annotate.workflow.migrating import migration_table

    table = migration_table(open_study(root), name)
    click.echo(table, nl=False)
    rows = table.count("\n") - 1
    note(f"{number(rows, 'value')} to look at" if rows else "Nothing lacks a translation.")


@click.command()
@_json_option
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
    header = (
        *("round", "annotator", "assigned", "not sent", "not begun", "in draft"),
        *("submitted", "skipped", "set aside", "median s", "hours left"),
    )
    if found.shares:
        cells = [_share(share) for share in found.shares]
        click.echo(lay_out(header, cells, right=range(2, len(header))))
        click.echo()
    for line in _summing_up(found):
        click.echo(plain(line))


def _share(share: Share) -> tuple[str, ...]:
    counts = (
        *(share.assigned, share.not_sent, share.unseen, share.draft),
        *(share.submitted, share.skipped, share.set_aside),
    )
    seconds = "" if share.seconds is None else f"{share.seconds:.0f}"
    return (share.round, share.annotator, *map(str, counts), seconds, _hours(share.hours))


def _hours(hours: float | None) -> str:
    return "?" if hours is None else f"{hours:.1f}"


def _summing_up(found: Status) -> Iterator[str]:
    for share in found.shares:
        if share.owed:
            yield (
                f"{share.annotator} owes {number(len(share.owed), 'visit')} of {share.round}: "
                f"{share.not_sent} not sent yet, {share.unseen} not begun, {share.draft} in draft"
            )
    for pool in found.pools:
        yield (
            f"{pool.round} is shared: {pool.lacking} of {number(pool.articles, 'article')} still "
            f"lack work ({number(pool.visits, 'visit')}, {_hours(pool.hours)} hours); nobody in "
            "particular owes it"
        )
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
