"""Commands that lay out a study and fill it with articles."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from annotate.cli.shared import json_text, lay_out, note, open_study, plain, study_option
from annotate.settings import MODES

if TYPE_CHECKING:
    from collections.abc import Callable

    from annotate.study import Study

__all__ = ["add", "annotators", "articles", "edit", "init"]

F = TypeVar("F", bound="Callable[..., Any]")
_FIELDS = ("outlet", "event", "published", "url", "title", "language")
_HEAD = 46  # characters of a title in a list


def metadata_options(command: F) -> F:
    """Give a command one option for each thing that can be known about an article."""
    helps = {
        "outlet": "Who published it.",
        "event": "The event it is about; articles of one event are compared.",
        "published": "When, as 2025-08-13.",
        "url": "Where it stood.",
        "title": "Its headline.",
        "language": "Its language, as en.",
    }
    for name in reversed(_FIELDS):
        command = click.option(f"--{name}", default=None, help=helps[name])(command)
    return command


@click.command()
@click.argument("study", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", default="", help="The study's name; the folder's name by default.")
@click.option(
    "--target", "targets", multiple=True, help="Whom stance is asked toward; repeat for more."
)
@click.option("--annotator", "people", multiple=True, help="A pseudonym; repeat for more.")
@click.option(
    "--config",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="A labeling config of your own instead of the default scheme.",
)
@click.option(
    "--mode",
    type=click.Choice(MODES),
    default="desks",
    show_default=True,
    help="A project for each annotator, or one for all.",
)
@click.option(
    "--per-article", type=click.IntRange(0), default=0, help="Annotators for each; 0: all."
)
@click.option(
    "--repeats", type=click.IntRange(0), default=0, help="Articles each gets again, unannounced."
)
def init(  # noqa: PLR0913 - one for each option
    study: Path,
    *,
    name: str,
    targets: tuple[str, ...],
    people: tuple[str, ...],
    config: Path | None,
    mode: str,
    per_article: int,
    repeats: int,
) -> None:
    """Lay out a new study in a folder.

    \b
    Example:
      annotate init talks --target Ukraine --target Russia --annotator ada --annotator ben
    """  # noqa: D301 - click reads the backspace
    from annotate.codebook import stub
    from annotate.errors import UsageError
    from annotate.resources import resource
    from annotate.schema import config_for_targets, parse_config
    from annotate.study import Assigning, Settings, Study

    if targets and config:
        msg = "--target changes the default scheme; with --config, name targets in that file"
        raise UsageError(msg)
    if people and per_article > len(people):
        msg = (
            f"An article cannot have {per_article} annotators of {len(people)}; give --per-article "
            f"{len(people)} or less (0 is for all of them), or name more"
        )
        raise UsageError(msg)
    scheme = (config or resource("label_config.xml")).read_bytes()
    if targets:
        scheme = config_for_targets(scheme, list(targets))
    rules = Assigning(mode, per_article, repeats)
    settings = Settings(name or study.resolve().name, people, assignment=rules)
    codebook = resource("codebook.md").read_bytes()
    if config:
        codebook = stub(parse_config(scheme)).encode()
    Study.create(study, settings, config=scheme, codebook=codebook)
    note(f"Made {study}. Next: annotate add ARTICLES… --study {study}")


@click.command()
@click.argument("names", nargs=-1)
@click.option("--email", help="Their account on a Label Studio server of your own (one name).")
@study_option
def annotators(root: Path, names: tuple[str, ...], email: str | None) -> None:
    """Name the study's annotators by pseudonyms; without names, list them."""
    from annotate.errors import UsageError
    from annotate.studio.people import claim_email

    study = open_study(root)
    if email and len(names) != 1:
        msg = "--email goes with one name"
        raise UsageError(msg)
    if names:
        study.add_annotators(list(names))
    if email:
        claim_email(study.people_path, names[0], email, study.tombstones())
    for name in study.settings().annotators:
        click.echo(plain(name))
    if names:
        _accounts(study, names, root)


def _accounts(study: Study, names: tuple[str, ...], root: Path) -> None:
    """Say how those who were named get to Label Studio; make it so where that can be done."""
    from annotate.workflow.enrolling import enrolled, without_account

    new = without_account(study, names)
    if not new:
        return
    slips = enrolled(study, new)
    # A password is no data: it does not go where a program reads.
    if slips is not None:
        note(slips)
    elif os.environ.get("LABEL_STUDIO_URL", "").strip():
        note(
            plain(
                f"No account is known yet for {', '.join(new)}: name it with `annotate annotators "
                f"NAME --email ADDRESS --study {root}`"
            )
        )
    else:
        note(
            plain(
                f"No account yet for {', '.join(new)}: `annotate studio --study {root}` makes "
                "it and prints the login slip"
            )
        )


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=False, path_type=Path))
@metadata_options
@click.option("--again", is_flag=True, help="Take in articles that were withdrawn, too.")
@study_option
def add(root: Path, paths: tuple[Path, ...], *, again: bool, **metadata: str | None) -> None:
    """Add articles: .txt, .md, .html, .jsonl, .csv files and folders of these.

    Nothing about an article is guessed: outlet, event and date come from the table's columns, from
    a sidecar articles.csv in the same folder, or from the options, in this order. Page furniture
    is taken out and shown; a sponsorship notice never is.

    \b
    Example:
      annotate add downloads/ --event 2025-08-13-call --study talks
    """  # noqa: D301 - click reads the backspace
    from annotate.articles import Metadata
    from annotate.workflow import add as add_to

    given = {name: value or "" for name, value in metadata.items()}
    outcome = add_to(open_study(root), paths, Metadata(**given), again=again)
    merge, frame = outcome.merge, outcome.merge.frame.set_index("article_id")
    for article_id in [*merge.added, *merge.updated]:
        note(plain(f"  {article_id}  {_headline(frame.loc[article_id])}"))
        for line in filter(None, str(frame.loc[article_id, "removed"]).split("\n")):
            note(plain(f"      removed: {line}"))
    for pair in outcome.duplicates:
        if pair.article_id in {*merge.added, *merge.updated}:
            note(
                f"  {pair.article_id} repeats {pair.duplicate_of} "
                f"(similarity {pair.similarity:.2f}); both are kept"
            )
    for refusal in outcome.refused:
        note(plain(f"  refused: {refusal.source}: {refusal.reason}"))
    note(
        f"{len(merge.added)} added, {len(merge.updated)} updated, "
        f"{len(merge.unchanged)} unchanged, {len(outcome.refused)} refused"
    )
    if outcome.refused and not (merge.added or merge.updated or merge.unchanged):
        raise SystemExit(1)


@click.command()
@click.argument("article")
@metadata_options
@study_option
def edit(root: Path, article: str, **metadata: str | None) -> None:
    """Correct what is known about an article, by its id or the beginning of it.

    Its text and its labels stay; a title changes in lists only, never in the frozen text.
    """
    from annotate.errors import UsageError
    from annotate.workflow import edit as edit_in

    changes = {name: value for name, value in metadata.items() if value is not None}
    if not changes:
        msg = 'Say what to change, e.g. --outlet "The Courier"'
        raise UsageError(msg)
    edit_in(open_study(root), article, changes)
    note(f"Changed {', '.join(changes)} of {article}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@study_option
def articles(root: Path, *, as_json: bool) -> None:
    """List the study's articles."""
    from annotate.articles import outlet_mentions

    frame = open_study(root).articles()
    frame["outlet_mentions"] = [
        outlet_mentions(text, outlet)
        for text, outlet in zip(frame["text"], frame["outlet"], strict=True)
    ]
    rows = frame.drop(columns="text").to_dict("records")
    if as_json:
        click.echo(json_text(rows))
        return
    header = ("article", "outlet", "event", "published", "words", "names its outlet", "headline")
    cells = [
        (
            row["article_id"],
            row["outlet"],
            row["event"],
            row["published"],
            str(row["n_words"]),
            str(row["outlet_mentions"] or ""),
            _headline(frame.loc[place]),
        )
        for place, row in enumerate(rows)
    ]
    click.echo(lay_out(header, cells, right=(4, 5)))


def _headline(article: Any) -> str:  # noqa: ANN401 - a row of a table
    title = str(article["title"] or article["text"]).split("\n", 1)[0]
    return title if len(title) <= _HEAD else f"{title[: _HEAD - 1]}…"
