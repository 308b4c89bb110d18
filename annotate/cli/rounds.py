"""Commands on rounds: who annotates what, with which scheme, and until when."""

from __future__ import annotations

import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from annotate.cli.layout import number
from annotate.cli.progress import owed_lines
from annotate.cli.shared import Commands, json_text, lay_out, note, open_study, plain, study_option

if TYPE_CHECKING:
    import pandas as pd

    from annotate.rounds import Round
    from annotate.settings import Assigning
    from annotate.study import Study

__all__ = ["round_"]

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
    own = rows[rows["annotator"] != ""]
    again = (own["occasion"] > 1).groupby(own["annotator"]).sum()
    each = _each(own.groupby("annotator").size(), "visit") if len(own) else ""
    repeated = _each(again, "hidden repeat") if again.sum() else ""
    return (
        f'Round "{made.name}" ({made.kind}): {number(rows["article_id"].nunique(), "article")}, '
        f"{number(len(made.annotators), 'annotator')}"
        + (f"; for each of them {each}" if each else "")
        + (f", {repeated} among these ({again.sum()} in all)" if repeated else "")
    )


def _each(counts: pd.Series, noun: str) -> str:
    """Say how many of something everybody has."""
    least, most = int(counts.min()), int(counts.max())
    head, _, last = noun.rpartition(" ")
    many = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    return " ".join(filter(None, (many, head, last if most == 1 else f"{last}s")))


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
@click.option("--yes", is_flag=True, help="Do not ask, even if something is still owed.")
@study_option
def close(root: Path, name: str, *, yes: bool) -> None:
    """Close a round: nothing more is sent to it, and nobody owes anything there any more.

    What is still owed as of the last pull is said and asked about first. The round's projects
    stay, and what is done in them is still pulled. A round is not opened again.
    """
    from annotate.workflow.rounds import close_round
    from annotate.workflow.status import status_of

    study = open_study(root)
    owed = list(owed_lines(status_of(study, name)))
    for line in owed:
        note(plain(line))
    if owed and not yes and not _agreed(name):
        note("Nothing was changed.")
        return
    closed = close_round(study, name)
    click.echo(plain(f'Round "{closed.name}" is closed.'))


def _agreed(name: str) -> bool:
    """Ask whether a round in which something is owed shall be closed."""
    from annotate.errors import UsageError

    if not sys.stdin.isatty():
        msg = f'In round "{name}" something is still owed; say --yes if it is to be closed'
        raise UsageError(msg)
    return click.confirm("A round is not opened again. Close it?", err=True)


@round_.command()
@click.option("--from", "name", default="", metavar="ROUND", help="What this round was asked.")
@study_option
def migration(root: Path, name: str) -> None:
    """Print a CSV to fill in: what earlier rounds asked in other words than the scheme does now.

    What is called the same stands there as before; look whether it still means the same. Replace
    question marks in new_control and new_value by what the value is called now, or leave both empty
    to drop it. A row with an empty value says that a new label was looked for before as well.

    \b
    Example:
      annotate round migration > table.csv
      annotate round start second --migrate table.csv
    """  # noqa: D301 - click reads the backspace
    from annotate.workflow.migrating import migration_table

    table = migration_table(open_study(root), name)
    click.echo(table, nl=False)
    rows, unanswered = table.count("\n") - 1, table.count(",?,?\n")
    if rows:
        note(f"{number(rows, 'value')} to look at, {unanswered} to be answered (?)")
    else:
        note("Nothing lacks a translation.")
