"""Commands for whoever leaves a study: an annotator, or an article."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

import click

from annotate.cli.layout import number
from annotate.cli.shared import json_text, note, open_study, plain, study_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from annotate.studio.erase import Erased
    from annotate.study import Study
    from annotate.workflow.leaving import Leaving, Lying

__all__ = ["forget", "withdraw"]

F = TypeVar("F", bound="Callable[..., Any]")


def _leaving_options(command: F) -> F:
    """Give both commands the same options."""
    options = (
        click.option("--reason", default="", help="Why; kept with the study. It may name nobody."),
        click.option("--on-server", is_flag=True, help="Delete it in Label Studio, too."),
        click.option("--dry-run", is_flag=True, help="Only say what would be gone."),
        click.option("--yes", is_flag=True, help="Do not ask."),
        click.option("--json", "as_json", is_flag=True, help="Print an object."),
        study_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("annotator", required=False)
@_leaving_options
def forget(  # noqa: PLR0913 - one for each option
    root: Path,
    annotator: str | None,
    reason: str,
    *,
    on_server: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Take an annotator and all their work out of the study, for good.

    Snapshots are rewritten without them, tables built anew, and later pulls keep them out. Without
    a name, everything that was taken out before is taken out again, with --on-server in Label
    Studio, too: after an old backup was restored.

    \b
    Example:
      annotate forget ada --reason "consent was withdrawn" --study talks
    """  # noqa: D301 - click reads the backspace
    from annotate.workflow import connection_of, erasing, rights

    study = open_study(root)
    if annotator is None:
        _check_unnamed(reason)
        _again(study, on_server=on_server, dry_run=dry_run, yes=yes, as_json=as_json)
        return
    leaving = rights.plan_forget(study, annotator, reason)
    if not _agreed(leaving, annotator, dry=dry_run, yes=yes, on_server=on_server):
        return
    if on_server:
        connection_of(study)  # nothing is begun that cannot be brought to its end
    rights.forget(study, annotator, reason)
    erased = erasing.erase_annotator(study, annotator) if on_server else None
    _tell(leaving, erased, annotator, as_json=as_json)


def _check_unnamed(reason: str) -> None:
    from annotate.errors import UsageError

    if reason:
        msg = (
            "Say whom to forget: annotate forget NAME --reason …; without a name, what left before "
            "is taken out again, for the reason that was given then"
        )
        raise UsageError(msg)


def _again(study: Study, *, on_server: bool, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Take out again what a backup brought back; on its server only if that is agreed to."""
    from annotate.workflow import connection_of, erasing, rights

    # Planned first: a restored ledger tells which desks lie on the server, until it is cleared.
    leaving = rights.plan_again(study)
    if not leaving.stones:
        note("Nobody and nothing has left this study: it has no tombstones.json")
        return
    people, articles = len(leaving.stones.annotators), len(leaving.articles)
    what = f"{number(people, 'annotator')} and {number(articles, 'article')} that left before"
    agreed = yes or not on_server  # what has left the study was agreed to when it did
    if not _agreed(leaving, what, dry=dry_run, yes=agreed, on_server=on_server):
        return
    if on_server:
        connection_of(study)
    rights.again(study)
    erased = erasing.erase_again(study) if on_server else None
    _tell(leaving, erased, what, as_json=as_json)


@click.command()
@click.argument("articles", nargs=-1, required=True)
@_leaving_options
def withdraw(  # noqa: PLR0913 - one for each option
    root: Path,
    articles: tuple[str, ...],
    reason: str,
    *,
    on_server: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Take articles, by their ids, and all that was said of them out of the study, for good.

    \b
    Example:
      annotate withdraw a1b2c3d4e5f6 --reason "the publisher objects" --study talks
    """  # noqa: D301 - click reads the backspace
    from annotate.workflow import connection_of, erasing, rights

    study = open_study(root)
    leaving = rights.plan_withdraw(study, articles, reason)
    what = ", ".join(leaving.articles)
    if not _agreed(leaving, what, dry=dry_run, yes=yes, on_server=on_server):
        return
    if on_server:
        connection_of(study)
    rights.withdraw(study, leaving.articles, reason)
    erased = erasing.erase_articles(study, leaving.articles) if on_server else None
    _tell(leaving, erased, what, as_json=as_json)


def _agreed(leaving: Leaving, what: str, *, dry: bool, yes: bool, on_server: bool) -> bool:
    """Say what will be gone, and have somebody agree to it."""
    from annotate.errors import UsageError

    if leaving.since:
        note(plain(f"{what}: left the study on {leaving.since[:10]}; looking everything through"))
    else:
        note(plain(f"{what}: {_amount(leaving)} will be gone from the study"))
    if on_server:
        note("In Label Studio, this will be deleted, too:")
    else:
        note("In Label Studio, this stays until it is deleted there:")
    for line in _on_servers(leaving):
        note(plain(f"  {line}"))
    if dry:
        note("Nothing was changed.")
        return False
    if yes:
        return True
    if not sys.stdin.isatty():
        msg = "This cannot be undone, and nobody is there to be asked; say --yes if it is to be"
        raise UsageError(msg)
    return click.confirm("This cannot be undone. Go on?", err=True)


def _amount(leaving: Leaving) -> str:
    gone = leaving.removed
    return (
        f"{number(gone.annotations, 'annotation')}, {number(gone.drafts, 'draft')}, "
        f"{number(gone.spans, 'span')}, in {number(leaving.snapshots, 'snapshot')}"
    )


def _on_servers(leaving: Leaving) -> Iterator[str]:
    """Name what lies on servers, by its numbers."""
    for lying in leaving.lying:
        yield f"{lying.place}: {_what(lying)}"
    for email in leaving.accounts:
        yield f"the account {email}"
    if not leaving.lying and not leaving.accounts:
        yield "nothing that the study knows of"


def _what(lying: Lying) -> str:
    if lying.whole:
        return "all of it"
    if lying.annotations:
        return f"{_those('annotation', lying.annotations)} ({_those('task', lying.tasks)})"
    them = "it" if len(set(lying.tasks)) == 1 else "them"
    return f"{_those('task', lying.tasks)}, with all that was said of {them}"


def _those(kind: str, numbers: tuple[int, ...]) -> str:
    own = sorted(set(numbers))
    return f"{kind if len(own) == 1 else kind + 's'} {', '.join(map(str, own))}"


def _tell(leaving: Leaving, erased: Erased | None, what: str, *, as_json: bool) -> None:
    """Say what is gone, what is not, and how to see to that."""
    if as_json:
        said = {
            "removed": asdict(leaving.removed),
            "snapshots": leaving.snapshots,
            "on_servers": [asdict(each) for each in leaving.lying],
            "accounts": list(leaving.accounts),
            "deleted": None if erased is None else asdict(erased),
            "remains": list(_remains(leaving, erased)),
        }
        click.echo(json_text(said))
        return
    click.echo(plain(f"{what}: {_amount(leaving)} are gone from the study."))
    if erased is not None:
        counts = {kind: len(numbers) for kind, numbers in asdict(erased).items()}
        shown = ", ".join(
            number(times, kind.removesuffix("s")) for kind, times in counts.items() if times
        )
        click.echo(plain(f"Deleted in Label Studio: {shown or 'nothing was left there'}."))
    click.echo("What remains elsewhere, and how to remove it:")
    for line in _remains(leaving, erased):
        click.echo(plain(f"- {line}"))


def _remains(leaving: Leaving, erased: Erased | None) -> Iterator[str]:
    if erased is None:
        for line in _on_servers(leaving):
            yield f"In Label Studio: {line}."
        yield (
            "Delete it there with this command and --on-server, or by hand: a project under "
            "Settings, Danger Zone; tasks and annotations in the Data Manager, after a click on "
            "their box, under Actions. Until then a pull reads more than it keeps."
        )
    deleted = () if erased is None else erased.accounts
    for email in leaving.accounts:
        if email not in deleted:
            yield (
                f"The account {email}: the owner of a server that other studies share deletes it "
                "(DELETE /api/users/NUMBER/), after the work that is signed with it; --on-server "
                "does so on the study's own server."
            )
    yield (
        "The server's database may hold what was deleted until it is written anew (VACUUM): "
        "--on-server does that on the study's own server; elsewhere its administrator does."
    )
    yield "Datasets that were exported earlier, and whoever was given one, hold what they held."
    yield (
        "Backups, copies and the history of a version control hold what they held. After one is "
        "restored, put tombstones.json back beside study.toml and run: annotate forget"
    )
    yield from leaving.remarks
