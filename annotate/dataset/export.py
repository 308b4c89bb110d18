"""Write a dataset: a whole folder or nothing."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from annotate.dataset.card import dataset_card
from annotate.dataset.public import article_lines
from annotate.dataset.writers import write_csv, write_json_lines, write_parquet
from annotate.errors import ExportError

if TYPE_CHECKING:
    from annotate.dataset.public import Public
    from annotate.summary import Summary

__all__ = ["export_dataset"]

_SUMS = "SHA256SUMS"


def export_dataset(
    target: Path,
    tables: Public,
    summary: Summary,
    documents: dict[str, bytes],
    *,
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
    _check_target(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as name:
            part = Path(name) / target.name
            part.mkdir()
            _write(part, tables, summary)
            card = dataset_card(summary, with_text=with_text, with_notes=with_notes)
            (part / "README.md").write_text(card, encoding="utf-8")
            for file, content in documents.items():
                (part / file).write_bytes(content)
            _write_sums(part)
            if target.exists():
                target.rename(Path(name) / "earlier")
            part.rename(target)
    except OSError as error:
        msg = f"The dataset cannot be written to {target}: {error.strerror or error}"
        raise ExportError(msg) from error
    return sorted(target.iterdir())


def _check_target(target: Path) -> None:
    if target.is_dir() and any(target.iterdir()) and not (target / _SUMS).exists():
        msg = f"{target} holds files that are no dataset of ours; choose an empty or new folder"
        raise ExportError(msg)
    if target.exists() and not target.is_dir():
        msg = f"{target} is a file; choose a folder"
        raise ExportError(msg)


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
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(part.iterdir())
    ]
    (part / _SUMS).write_text("".join(lines), encoding="utf-8")
    part.chmod(0o755)
