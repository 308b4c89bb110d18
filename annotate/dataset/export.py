"""Write a dataset, piece after piece: a whole folder or nothing."""

from __future__ import annotations

import json
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pandas as pd

from annotate.dataset.documents import About, documents
from annotate.dataset.folder import written
from annotate.dataset.formats import writers
from annotate.dataset.formats.flat import BETWEEN, FOLDER
from annotate.dataset.writers import write_csv, write_parquet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from annotate.dataset.piece import Piece
    from annotate.dataset.plan import Plan
    from annotate.summary import Summary

__all__ = ["write_dataset"]


def write_dataset(
    folder: Path,
    pieces: Iterable[Piece],
    plan: Plan,
    summary: Summary,
    copied: dict[str, bytes],
    about: About | None = None,
) -> None:
    """Write a dataset into a folder.

    Parameters
    ----------
    folder : Path
        An empty folder.
    pieces : iterable of Piece
        What it holds; each is written before the next is asked for.
    plan : Plan
        In which form.
    summary : Summary
        The findings.
    copied : dict of str to bytes
        Further files by name, such as the codebook.
    about : About, optional
        What its documents tell beside the findings.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    with ExitStack() as stack:
        every = [stack.enter_context(closing(writer)) for writer in writers(folder, plan)]
        for piece in pieces:
            for writer in every:
                writer.write(piece)
    _write_figures(folder, summary)
    for name, content in copied.items():
        (folder / name).write_bytes(content)
    described = documents(about or About(choices=plan.choices), summary, written(folder))
    for name, content in described.items():
        (folder / name).write_bytes(content)


def _write_figures(folder: Path, summary: Summary) -> None:
    rows = [figure.to_json() for figure in summary.figures]
    columns = list(rows[0]) if rows else ["question", "label", "measure", "value"]
    agreement = pd.DataFrame(rows, columns=columns)
    flags = agreement["flags"].map(BETWEEN.join) if rows else None
    shown = agreement if flags is None else agreement.assign(flags=flags)
    write_csv(shown, folder / FOLDER / "agreement.csv")
    write_parquet(agreement, folder / FOLDER / "agreement.parquet")
    findings = json.dumps(summary.to_json(), ensure_ascii=False, allow_nan=False, indent=1)
    (folder / "summary.json").write_text(findings + "\n", encoding="utf-8")
