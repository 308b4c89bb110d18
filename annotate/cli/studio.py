"""Commands that speak to Label Studio."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotate.cli.shared import json_text, lay_out, note, open_study, plain, study_option
from annotate.rounds import MAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotate.studio.push import PushedDesk
    from annotate.study import Study

__all__ = ["faults", "pull", "push", "show_copy", "show_waiting", "studio"]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(1, 65535), help="Which port; a free one by default.")
@study_option
def studio(root: Path, host: str, port: int | None) -> None:
    """Start the study's own Label Studio and print a login slip for each annotator.

    It stays up until Ctrl-C. Its data lie in the study's private folder, and it asks nothing of
    the internet.
    """
    from annotate.studio import accounts, connection, ports, server

    study = open_study(root)
    note("Starting Label Studio")
    if host != "127.0.0.1":
        note(
            f"Warning: Label Studio will listen on {host}, without encryption, and every account "
            "can change everything. Read docs/server.md first."
        )
    if os.environ.get("LABEL_STUDIO_URL", "").strip():
        note(
            "LABEL_STUDIO_URL is set: where it is, the other commands use that server and not "
            "this one. Unset it to use this one."
        )
    with server.start(
        study.private, host=host, port=port, on_wait=show_waiting, on_copy=show_copy
    ) as running:
        if port and running.port != port:
            note(f"Port {port} is taken; using {running.port}")
        lead = connection.open_connection(running.url, running.token)
        people = accounts.ensure_accounts(lead, _everybody(study), study.people_path)
        click.echo(accounts.login_slips(people, ports.url_for_others(host, running.port)))
        note(f"Label Studio is up at {running.url} (lead: {running.email} {running.password})")
        if not people:
            note(
                "The study has no annotators yet. Name them with `annotate annotators NAME… "
                f"--study {root}`, and start this again for their login slips."
            )
        note(f"Next, in another terminal: annotate push --study {root} (Ctrl-C stops the server)")
        running.wait()


def _everybody(study: Study) -> list[str]:
    """Name all who have a desk: adjudicators need not be annotators of the study."""
    rounds = [name for each in study.rounds() if each.open for name in each.annotators]
    return list(dict.fromkeys([*study.settings().annotators, *rounds]))


def show_waiting(seconds: float) -> None:
    """Say every few seconds that the server is still starting."""
    half_seconds = round(seconds * 2)
    if half_seconds and half_seconds % 20 == 0:
        note(f"      … {seconds:.0f} s (the first start takes up to a minute or two)")


def show_copy(copy: Path) -> None:
    """Say that another version of Label Studio takes over the database."""
    note(
        f"Label Studio was another version last time, or none was noted: copied its data to {copy}"
    )


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be sent and changed.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@study_option
def push(root: Path, *, dry_run: bool, as_json: bool) -> None:
    """Send every article that is not there yet to the desks that it is assigned to."""
    from annotate.workflow import push as push_all

    desks = push_all(open_study(root), _sent, dry=dry_run)
    if as_json:
        click.echo(json_text([asdict(desk) for desk in desks]))
        return
    for desk in desks:
        click.echo(plain(_desk_line(desk, dry=dry_run)))
        for remark in _remarks(desk):
            note(plain(f"  {remark}"))


def _desk_line(desk: PushedDesk, *, dry: bool) -> str:
    about = [part for part in (desk.round if desk.round != MAIN else "", desk.topic) if part]
    whose = ", ".join([desk.annotator or "everybody", *about])
    sent = "would be sent" if dry else "sent"
    return f"{whose}: {desk.sent} {sent}, {desk.there} were there  {desk.url or '(a new desk)'}"


def _sent(annotator: str, number: int, total: int) -> None:
    note(plain(f"  {annotator}: {number} of {total}"))


def _remarks(desk: PushedDesk) -> Iterator[str]:
    """Say what somebody should know about a desk."""
    if not desk.annotator:
        yield (
            "one project for everybody: the server hands the articles out and nobody is assigned "
            "any, so who missed what is not known; annotators can open each other's work there, "
            "and their visits do not count as blind"
        )
    for article in desk.altered:
        yield (
            f"the text of {article} was changed on the server: work on it is set aside. Delete the "
            "task there (what was pulled stays) and push again, which sends the frozen text"
        )
    for article in desk.doubled:
        yield f"{article} was there twice, from a push that was cut off; the untouched copy is gone"
    if desk.changes:
        yield f"brought up to date: {', '.join(desk.changes)}"
    if desk.extra:
        yield f"{desk.extra} tasks there are not assigned to this desk; they stay"
    for project in desk.twins:
        yield f"project {project} is a copy of this desk from a push that was cut off; delete it"


@click.command()
@click.option(
    "--from-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A JSON export made in Label Studio by hand, of any project.",
)
@click.option(
    "--config",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="That project's labeling config; it becomes the study's.",
)
@click.option("--key", default="", help="The field of the tasks' data that names the article.")
@click.option("--source", default="", help="A name for the project the export is from.")
@click.option("--full", is_flag=True, help="Fetch everything, not only what has changed.")
@study_option
def pull(
    root: Path, from_file: Path | None, config: Path | None, key: str, source: str, *, full: bool
) -> None:
    """Fetch what was annotated, also what was skipped and drafts, and build the tables again."""
    from annotate.errors import UsageError
    from annotate.workflow import adopt_config, pull_file
    from annotate.workflow import pull as pull_all

    study = open_study(root)
    if not from_file and (config or key or source):
        msg = "--config, --key and --source go with --from-file"
        raise UsageError(msg)
    if from_file and full:
        msg = "--full goes with Label Studio itself: an export is always read whole"
        raise UsageError(msg)
    if config:
        adopt_config(study, config)
    if from_file:
        outcome = pull_file(study, from_file, key=key, source=source)
    else:
        outcome = pull_all(study, lambda whose: note(plain(f"  {whose}'s desk")), full=full)
    for refused in outcome.refused:
        note(plain(f"  refused: {refused.task}: {refused.reason}"))
    click.echo(plain(outcome.sentence))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@study_option
def faults(root: Path, *, as_json: bool) -> None:
    """List what was mended or set aside on the way from Label Studio, with the reason."""
    rows = open_study(root).tables().faults.to_dict("records")
    if as_json:
        click.echo(json_text(rows))
        return
    header = ("article", "annotator", "round", "annotation", "kind", "counts", "what")
    cells = [
        (
            str(row["article_id"]),
            str(row["annotator"]),
            str(row["round"]),
            str(row["annotation_id"]),
            str(row["kind"]),
            "yes" if row["kept"] else "no",
            str(row["detail"]),
        )
        for row in rows
    ]
    click.echo(lay_out(header, cells, right=()))
