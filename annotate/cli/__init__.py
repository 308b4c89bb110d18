"""The command line: parse, one call, print. Heavy packages are imported inside the commands."""

import click

from annotate import __version__
from annotate.cli.adjudication import adjudicate, adjudicated
from annotate.cli.agreement import compare, confusion, score, triage
from annotate.cli.care import backup, doctor, restore
from annotate.cli.demo import demo
from annotate.cli.feedback import feedback
from annotate.cli.findings import export, report
from annotate.cli.planning import plan
from annotate.cli.progress import status
from annotate.cli.rights import forget, withdraw
from annotate.cli.rounds import round_
from annotate.cli.shared import Commands
from annotate.cli.studies import add, annotators, articles, edit, init
from annotate.cli.studio import faults, pull, push, studio

__all__ = ["main"]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="annotate")
def main() -> None:
    """Annotate news for framing and source bias, and measure how far annotators agree."""


for _command in (
    init,
    annotators,
    add,
    edit,
    articles,
    plan,
    round_,
    studio,
    push,
    pull,
    status,
    faults,
    score,
    triage,
    confusion,
    compare,
    adjudicate,
    adjudicated,
    feedback,
    report,
    export,
    forget,
    withdraw,
    demo,
    doctor,
    backup,
    restore,
):
    main.add_command(_command)
