"""What the commands share: the study they work on, errors in one sentence, tables of text."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from annotate.errors import AnnotateError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from annotate.study import Study

__all__ = [
    "Commands",
    "json_text",
    "lay_out",
    "note",
    "of_study",
    "open_study",
    "plain",
    "study_option",
]

F = TypeVar("F", bound="Callable[..., Any]")
_PAIR = 2  # rounds that are compared
_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
# C0, C1, what turns the direction of writing, halves of characters: none may reach a terminal.
_CONTROLS = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


class Commands(click.Group):
    """Commands that say what is wrong in one sentence and exit with 1."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run a command; no traceback for anything a user can cause."""
        from annotate.processes import leaving_on_signals

        try:
            with leaving_on_signals():
                return super().invoke(ctx)
        except AnnotateError as error:
            raise click.ClickException(_escaped(str(error))) from error
        except BrokenPipeError:
            # Whoever read our output has seen enough.
            sys.stderr.close()
            ctx.exit(1)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            msg = f"{where}{error.strerror or error}; see to it and run the command again"
            raise click.ClickException(_escaped(msg)) from error
        except UnicodeError as error:
            msg = "An option or a file's name holds characters that are no text; type it again"
            raise click.ClickException(msg) from error
        except KeyboardInterrupt:
            note("Stopped. What was done so far is kept.")
            ctx.exit(130)

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """List the commands in the order in which a study needs them."""
        return list(self.commands)


def study_option(command: F) -> F:
    """Give a command the option ``--study``."""
    option = click.option(
        "--study",
        "root",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path(),
        show_default="the current folder",
        help="The study's folder.",
    )
    return option(command)


def of_study(command: F) -> F:
    """Give a command the option ``--study``, and a sentence for who names a file instead."""
    stray = click.argument("stray", nargs=-1, metavar="", expose_value=False, callback=_no_words)
    return study_option(stray(command))


def _no_words(context: click.Context, _argument: click.Parameter, words: tuple[str, ...]) -> None:
    """Say that a command works on a study, to whoever gives it a table, an export or rounds."""
    if not words:
        return
    name, path = context.info_name, Path(words[0])
    # What was not given has not been looked at yet, or stands there by default.
    named = context.get_parameter_source("root") not in (None, ParameterSource.DEFAULT)
    if not named and (path / "study.toml").is_file():
        msg = f"{path} is a study: annotate {name} --study {path}"
    elif name == "compare" and not path.exists():
        pair = " ".join(words) if len(words) == _PAIR else "A B"
        msg = f"compare takes no {' '.join(words)} by itself; say of what, as in --rounds {pair}"
    else:
        needs = "works on the study" if named else "needs a study (--study FOLDER)"
        msg = (
            f"{name} {needs} and takes no {path}; annotate score takes tables of labels and exports"
        )
    raise UsageError(msg)


def open_study(root: Path) -> Study:
    """Open the study that ``--study`` names."""
    from annotate.study import Study

    return Study.open(root)


def note(text: str) -> None:
    """Say something about the work on stderr; stdout is for data."""
    click.echo(text, err=True)


def plain(text: str) -> str:
    """Make others' text safe to print in a line: no line breaks, no control characters."""
    return _CONTROLS.sub("", _BREAKS.sub(" ", text))


def _escaped(text: str) -> str:
    """Show control characters other than the line breaks of a list of faults."""
    return _CONTROLS.sub(lambda it: it[0] if it[0] == "\n" else ascii(it[0])[1:-1], text)


def json_text(rows: object) -> str:
    """Write JSON that is safe in a terminal too: what is invisible is escaped."""
    import json

    text = json.dumps(rows, ensure_ascii=False, indent=1)
    return _CONTROLS.sub(lambda it: it[0] if it[0] == "\n" else f"\\u{ord(it[0]):04x}", text)


def lay_out(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int]) -> str:
    """Lay rows out under a header, columns aligned; those in `right` to the right."""
    table = [[plain(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[place]) for row in table) for place in range(len(header))]
    lines = [
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)
