"""What `annotate score` takes beside a study: a table of labels, or an export of Label Studio."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from annotate.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from annotate.tidy import Columns, Scored

__all__ = ["check_study", "listed", "score_paths", "table_options"]

F = TypeVar("F", bound="Callable[..., Any]")
_FILE = click.Path(dir_okay=False, exists=True, path_type=Path)
_COLUMNS = {
    "annotator": "who.",
    "unit": "what was labelled.",
    "label": "the label; empty is no vote.",
    "question": "what was asked, if several things were.",
    "article": "the article a unit lies in; intervals are over articles.",
    "start": "a span's first character, counted from 0.",
    "end": "the character after its last.",
    "length": "the length of the text a span lies in.",
}
_NEEDED = ("annotator", "unit", "label")


def table_options(command: F) -> F:
    """Give a command the options for tables of labels and for exports."""
    options = [
        *(
            click.option(f"--{name}", metavar="COLUMN", help=f"Column of a table: {says}")
            for name, says in _COLUMNS.items()
        ),
        click.option(
            "--scale",
            type=click.Choice(["nominal", "ordinal", "interval", "ratio"]),
            help="Scale of a table's labels.  [default: nominal]",
        ),
        click.option("--order", metavar="A,B,C", help="Order of a table's ordinal labels."),
        click.option(
            "--missing",
            metavar="A,B",
            help='Labels of a table that stand for none, as "unclear"; "" keeps NA as a label.',
        ),
        click.option("--only", metavar="A,B", help="Questions of a table to score."),
        click.option(
            "--seen", type=_FILE, help="Spans of a table: who saw what (annotator, unit, length)."
        ),
        click.option(
            "--all-saw-all", is_flag=True, help="Spans of a table: everybody saw every text."
        ),
        click.option(
            "--jobs", type=click.IntRange(min=1), help="Parquet files: so many processes."
        ),
        click.option("--cluster", metavar="ADDRESS", help="Parquet files: on a Dask cluster."),
        click.option("--config", type=_FILE, help="Labeling config of an export's project."),
        click.option(
            "--key", metavar="FIELD", help="Field of an export's tasks that names the article."
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def score_paths(
    paths: Sequence[Path], given: Mapping[str, Any], *, also: frozenset[str], weights: str
) -> Scored:
    """Score a table of labels or an export.

    Parameters
    ----------
    paths : sequence of Path
        One file or more.
    given : mapping of str to object
        The values of `table_options`.
    also, weights : frozenset of str, str
        As `score` takes them.

    Raises
    ------
    UsageError
        If options contradict each other or the files.
    """
    if paths[0].suffix.casefold() == ".json":
        _check_export(paths, given)
        from annotate.workflow.anydata import score_export

        key = given["key"] or ""
        return score_export(paths, given["config"], key=key, also=also, weights=weights)
    _check_table(paths, given)
    if given["order"] is not None and not listed(given["order"]):
        msg = '--order names no value; give all of them, as in --order "low,medium,high"'
        raise UsageError(msg)
    from annotate.workflow.anydata import score_table

    return score_table(
        paths,
        _columns(given),
        scale=given["scale"] or "nominal",
        order=listed(given["order"]),
        seen=given["seen"],
        all_saw_all=given["all_saw_all"],
        jobs=given["jobs"] or 1,
        cluster=given["cluster"] or "",
        also=also,
        weights=weights,
    )


def check_study(given: Mapping[str, Any]) -> None:
    """See that no option for tables stands where there is none.

    Raises
    ------
    UsageError
        If one does.
    """
    stray = _given(given)
    if stray:
        msg = (
            f"{stray[0]} goes with a table or an export: annotate score TABLE.csv --annotator "
            "COLUMN --unit COLUMN --label COLUMN"
        )
        raise UsageError(msg)


def _given(given: Mapping[str, Any]) -> list[str]:
    """Name the options that were given."""
    # An empty text was given as well: --missing "" says something.
    return [
        f"--{name.replace('_', '-')}"
        for name, value in given.items()
        if value is not None and value is not False
    ]


def _check_export(paths: Sequence[Path], given: Mapping[str, Any]) -> None:
    others = [path for path in paths if path.suffix.casefold() != ".json"]
    if others:
        msg = f"{paths[0]} is an export and {others[0]} is none: score them one after the other"
        raise UsageError(msg)
    stray = [name for name in _given(given) if name not in {"--config", "--key"}]
    if stray:
        msg = (
            f"{stray[0]} goes with a table; an export of Label Studio (.json) says by itself who "
            "labelled what, and --config what the labels mean"
        )
        raise UsageError(msg)


def _check_table(paths: Sequence[Path], given: Mapping[str, Any]) -> None:
    if (paths[0] / "study.toml").is_file():
        msg = f"{paths[0]} is a study: annotate score --study {paths[0]}"
        raise UsageError(msg)
    stray = [name for name in _given(given) if name in {"--config", "--key"}]
    if stray:
        msg = f"{stray[0]} goes with an export of Label Studio (.json); {paths[0]} is a table"
        raise UsageError(msg)
    exports = [path for path in paths if path.suffix.casefold() == ".json"]
    if exports:
        msg = f"{paths[0]} is a table and {exports[0]} an export: score them one after the other"
        raise UsageError(msg)
    # Spans may all have the one label that the table is about.
    needed = _NEEDED[:2] if given["start"] else _NEEDED
    lacking = [f"--{name} COLUMN" for name in needed if not given[name]]
    if lacking:
        msg = (
            f"{paths[0]} is a table: give {' '.join(lacking)} as well (one row per annotator, unit "
            "and label; a table with a column for each coder must be made long first)"
        )
        raise UsageError(msg)


def _columns(given: Mapping[str, Any]) -> Columns:
    from annotate.tidy import Columns

    names = {name: given[name] or "" for name in _COLUMNS}
    missing = None if given["missing"] is None else tuple(listed(given["missing"]))
    return Columns(**names, missing=missing, only=tuple(listed(given["only"])))


def listed(names: str | None) -> list[str]:
    """Give the names of a list with commas."""
    return [name.strip() for name in (names or "").split(",") if name.strip()]
