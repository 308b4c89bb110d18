"""Write a dataset: a whole folder or nothing."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from annotate.dataset.card import dataset_card, front_matter
from annotate.dataset.formats.parquet import ParquetWriter
from annotate.dataset.public import article_lines
from annotate.dataset.writers import write_csv, write_json_lines, write_parquet
from annotate.errors import ExportError

if TYPE_CHECKING:
    from annotate.dataset.piece import Piece
    from annotate.dataset.plan import Plan
    from annotate.dataset.public import Public
    from annotate.dataset.splits import Split
    from annotate.summary import Summary

__all__ = ["export_dataset"]

_SUMS = "SHA256SUMS"
_ALWAYS = {_SUMS, "summary.json", "visits.parquet"}


def export_dataset(  # noqa: PLR0913 - all that a dataset is made of
    target: Path,
    tables: Public,
    summary: Summary,
    documents: dict[str, bytes],
    *,
    plan: Plan,
    piece: Piece,
    split: Split | None = None,
    with_text: bool = False,
    with_notes: bool = False,
) -> list[Path]:
    """Write a dataset to a folder.

    Parameters
    ----------
    target : Path
        The folder; an earlier dataset there is replaced, anything else is refused.
    tables : Public
        What may leave the study.
    summary : Summary
        The findings.
    documents : dict of str to bytes
        Further files by name, such as the scheme and the codebook.
    plan : Plan
        What it holds, and in which form.
    piece : Piece
        The same tables with soft labels and consensus.
    split : Split or None
        How the articles are split, if they are.
    with_text, with_notes : bool
        What the tables hold, for the README.

    Returns
    -------
    list of Path
        The files, in order.

    Raises
    ------
    ExportError
        If the folder holds something else or cannot be written.
    """
    target = target.resolve()
    _check_target(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as name:
            part = Path(name) / target.name
            part.mkdir()
            _write(part, tables, summary)
            _write_configurations(part, piece, plan)
            card = dataset_card(summary, with_text=with_text, with_notes=with_notes, split=split)
            (part / "README.md").write_text(front_matter(split) + card, encoding="utf-8")
            for file, content in documents.items():
                (part / file).write_bytes(content)
            _write_sums(part)
            _put_in_place(part, target, Path(name) / "earlier")
    except OSError as error:
        msg = f"The dataset cannot be written to {target}: {error.strerror or error}"
        raise ExportError(msg) from error
    return _files(target)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


def _write_configurations(part: Path, piece: Piece, plan: Plan) -> None:
    writer = ParquetWriter(part, plan)
    try:
        writer.write(piece)
    finally:
        writer.close()


def _put_in_place(part: Path, target: Path, earlier: Path) -> None:
    """Replace the earlier dataset; put it back if that fails."""
    if target.exists():
        target.rename(earlier)
    try:
        part.rename(target)
    except OSError:
        if earlier.exists():
            earlier.rename(target)
        raise


def _check_target(target: Path) -> None:
    """Refuse a folder that holds anything which an earlier export did not write."""
    if target.exists() and not target.is_dir():
        msg = f"{target} is a file; choose a folder"
        raise ExportError(msg)
    foreign = sorted(_foreign(target)) if target.is_dir() else []
    if foreign:
        msg = (
            f"{target} holds what no export of ours wrote ({foreign[0]}); "
            "choose an empty or new folder"
        )
        raise ExportError(msg)


def _foreign(target: Path) -> set[str]:
    try:
        lines = (target / _SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    ours = {_SUMS, *(line.partition("  ")[2] for line in lines)}
    if not ours >= _ALWAYS:
        ours = set()  # somebody else's list of sums
    there = {path.relative_to(target).as_posix() for path in _files(target)}
    empty = {path.name for path in target.iterdir() if path.is_dir() and not _files(path)}
    return (there - ours) | empty


def _write(part: Path, tables: Public, summary: Summary) -> None:
    rows = [figure.to_json() for figure in summary.figures]
    columns = list(rows[0]) if rows else ["question", "label", "measure", "value"]
    agreement = pd.DataFrame(rows, columns=columns)
    for name, table in {**vars(tables), "agreement": agreement}.items():
        write_csv(table, part / f"{name}.csv")
        write_parquet(table, part / f"{name}.parquet")
    write_json_lines(article_lines(tables), part / "articles.jsonl")
    findings = json.dumps(summary.to_json(), ensure_ascii=False, allow_nan=False, indent=1)
    (part / "summary.json").write_text(findings + "\n", encoding="utf-8")


def _write_sums(part: Path) -> None:
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(part).as_posix()}\n"
        for path in _files(part)
    ]
    (part / _SUMS).write_text("".join(lines), encoding="utf-8")
    part.chmod(0o755)
