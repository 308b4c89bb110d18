"""The command that shows everything at once."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotate.cli.printing import print_score
from annotate.cli.shared import note

if TYPE_CHECKING:
    from annotate.demo import DemoStudy
    from annotate.studio.accounts import Account
    from annotate.studio.server import RunningServer

__all__ = ["demo"]


@click.command()
@click.option(
    "--study",
    "root",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("annotate-demo"),
    show_default=True,
    help="The demonstration's folder.",
)
@click.option("--once", is_flag=True, help="Stop everything when all is done.")
@click.option("--browser/--no-browser", default=False, help="Open the report in the browser.")
def demo(root: Path, *, once: bool, browser: bool) -> None:
    """Show everything on a study of our own: Label Studio, four desks, agreement, the report.

    Three of the desks hold recorded labels; one is yours. Annotate an article there, press
    "Pull new annotations" in the report, and see the figures change.
    """
    from annotate.demo import YOU, make_study
    from annotate.report.running import run_report

    with ExitStack() as stack:
        note(f"[1/6] Laying out the study in {root}")
        made = make_study(root)
        note("[2/6] Starting Label Studio (up to a minute the first time)")
        server, people = _desks(made, stack)
        note("[3/6] Pushing the articles and the recorded labels")
        _fill(made, server, people)
        note("[4/6] Pulling everything back and scoring it")
        _findings(made)
        note("[5/6] Writing the dataset")
        _dataset(made)
        note("[6/6] Opening the report")
        report = run_report(made.study.root, open_browser=browser and not once)
        stack.callback(report.stop)
        you = people[YOU]
        click.echo(f"\nLabel Studio  {server.url}   log in as {you.email}, password {you.password}")
        click.echo(f"Your desk     {_desk_url(made, server)}")
        click.echo(f"Report        {report.url}")
        if not once:
            note("\nCtrl-C stops both. Running this again goes on where you left off.")
            report.wait()


def _desks(made: DemoStudy, stack: ExitStack) -> tuple[RunningServer, dict[str, Account]]:
    from annotate.cli.studio import show_copy, show_waiting
    from annotate.studio import accounts, connection, server

    running = stack.enter_context(
        server.start(made.study.private, on_wait=show_waiting, on_copy=show_copy)
    )
    lead = connection.open_connection(running.url, running.token)
    names = made.study.settings().annotators
    return running, accounts.ensure_accounts(lead, names, made.study.people_path)


def _fill(made: DemoStudy, server: RunningServer, people: dict[str, Account]) -> None:
    from annotate.demo import load_recorded
    from annotate.studio.connection import open_connection
    from annotate.workflow import push

    for desk in push(made.study, lambda *_: None):
        note(f"      {desk.annotator}: {desk.sent} articles sent, {desk.there} were there")
    stored = load_recorded(made, open_connection(server.url, server.token), people)
    note(f"      {stored} recorded annotations stored")


def _findings(made: DemoStudy) -> None:
    from annotate.workflow import pull, summary

    note(f"      {pull(made.study).sentence}")
    print_score(summary(made.study))


def _dataset(made: DemoStudy) -> None:
    from annotate.dataset.plan import Choices
    from annotate.workflow import export

    files = export(made.study, made.study.export_path, Choices(with_text=True))
    note(f"      {len(files)} files in {made.study.export_path}")


def _desk_url(made: DemoStudy, server: RunningServer) -> str:
    from annotate.demo import YOU
    from annotate.studio.ledger import Ledger

    desks = Ledger(made.study.ledger_path, "embedded").desks()
    project = next((desk.project for desk in desks if desk.annotator == YOU), None)
    return f"{server.url}/projects/{project}/data" if project else f"{server.url}/projects"
