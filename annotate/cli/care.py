"""Commands that look after a study: is all well with it, keep a copy, unpack it elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotate.cli.shared import json_text, note, open_study, plain, study_option

if TYPE_CHECKING:
    from annotate.studio.finding import Finding

__all__ = ["backup", "doctor", "restore"]


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--without-private",
    is_flag=True,
    help="Leave out people, tokens and the study's own server, to hand the study on.",
)
@study_option
def backup(root: Path, file: Path, *, without_private: bool) -> None:
    """Write the whole study into one file (zip), also while its server runs.

    \b
    Example:
      annotate backup talks-2025-08-20.zip --study talks
    """  # noqa: D301 - click reads the backspace
    from annotate.keeping import back_up

    done = back_up(open_study(root), file, private=not without_private)
    for what in done.left_out:
        note(plain(f"  left out: {what}"))
    size = file.stat().st_size / 1e6
    note(
        plain(f"Wrote {file}: {len(done.manifest.files)} files, {size:,.1f} MB, each with a hash.")
    )
    if without_private:
        note(
            "Without private/: in a copy made from it nothing can be added, pushed or pulled from "
            "a server, and nobody's login works. Scores, report and export work. The articles' "
            "text is in it; mind the rights."
        )
    else:
        note(
            "It holds who the annotators are, their passwords and tokens: keep it as you keep "
            "private/. To hand the study on, use --without-private."
        )


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
def restore(file: Path, folder: Path) -> None:
    """Unpack a backup into a new folder, after every file in it was proven.

    \b
    Example:
      annotate restore talks-2025-08-20.zip talks
    """  # noqa: D301 - click reads the backspace
    from annotate.keeping import restore as unpack

    manifest = unpack(file, folder).manifest
    note(plain(f"Restored {len(manifest.files)} files into {folder}, as of {manifest.made}."))
    if not manifest.private:
        note("It came without private/: nothing can be added, pushed or pulled from a server.")
    elif manifest.label_studio:
        note(
            "The original and this copy are two studies from now on: work with one of them, or "
            "their annotations part ways."
        )
    note(plain(f"Next: annotate doctor --study {folder}"))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@study_option
def doctor(root: Path, *, as_json: bool) -> None:
    """Check study, machine and server, and say what to do about each failure.

    Nothing is changed, on the server neither. The exit code is 1 if something failed.
    """
    from dataclasses import asdict

    from annotate.workflow.checkup import examine

    findings = examine(root)
    if as_json:
        click.echo(json_text([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            click.echo(_lines(finding))
    if any(finding.state == "failed" for finding in findings):
        raise SystemExit(1)


def _lines(finding: Finding) -> str:
    """Lay out one finding: its state, what was looked at, what is so, what to do."""
    lines = [f"{finding.state:<8} {finding.check:<15} {plain(finding.said)}"]
    if finding.remedy:
        lines.append(f"{'':<24} -> {plain(finding.remedy)}")
    return "\n".join(lines)
