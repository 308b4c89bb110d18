"""The labels as a dataset, in a folder or a file."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.workflow.findings import summary

if TYPE_CHECKING:
    from annotate.dataset.splits import SplitBy
    from annotate.study import Study
    from annotate.summary import Summary

__all__ = ["dataset_archive", "dataset_readme", "export"]


def export(  # noqa: PLR0913 - one for each option of the command
    study: Study,
    target: Path,
    *,
    with_text: bool = False,
    with_notes: bool = False,
    split_by: SplitBy | None = None,
    seed: int = 0,
    found: Summary | None = None,
) -> list[Path]:
    """Write the labels as a dataset.

    Parameters
    ----------
    study : Study
        The study.
    target : Path
        The folder.
    with_text, with_notes : bool
        Whether the articles' text and the annotators' notes are in it.
    split_by : {"event", "outlet", "time"} or None
        How the articles are split; not at all by default.
    seed : int
        Of the split.
    found : Summary, optional
        The findings of this very state of the study, where they are at hand.

    Raises
    ------
    ExportError
        If the folder holds something else or cannot be written, or the articles cannot be split
        like that.
    """
    from annotate.adjudication.settled import adjudicated
    from annotate.consensus.decided import decided_of
    from annotate.dataset import export_dataset, public
    from annotate.dataset.plan import Choices, Plan
    from annotate.dataset.splits import SPLITS, split
    from annotate.dataset.whole import whole_piece

    choice = {"with_text": with_text, "with_notes": with_notes}
    articles, found = study.articles(), found or summary(study)
    tables = public(articles, study.counted_tables(), study.schema(), **choice)
    parted = split(articles, split_by, seed=seed) if split_by else None
    piece = whole_piece(tables, found.evidence, decided_of(adjudicated(study)), parted)
    documents = {path.name: path.read_bytes() for path in (study.config_path, study.codebook_path)}
    plan = Plan(
        schema=study.schema(),
        config=study.config_path.read_bytes(),
        annotators=tuple(sorted(tables.visits["annotator"].unique())),
        splits=SPLITS if parted else SPLITS[:1],
        choices=Choices(with_text=with_text, with_notes=with_notes),
    )
    return export_dataset(
        target, tables, found, documents, plan=plan, piece=piece, split=parted, **choice
    )


def dataset_readme(study: Study, *, with_text: bool = False, with_notes: bool = False) -> str:
    """Give the README that an export would hold, in Markdown."""
    from annotate.dataset import dataset_card, front_matter

    return front_matter() + dataset_card(summary(study), with_text=with_text, with_notes=with_notes)


def dataset_archive(
    study: Study,
    *,
    with_text: bool = False,
    with_notes: bool = False,
    found: Summary | None = None,
) -> bytes:
    """Give the dataset as a ZIP file; the same study gives the same bytes."""
    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(buffer, "w") as archive:
        top = Path(folder).resolve() / "dataset"
        for path in export(study, top, with_text=with_text, with_notes=with_notes, found=found):
            entry = zipfile.ZipInfo(f"dataset/{path.relative_to(top).as_posix()}")
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
