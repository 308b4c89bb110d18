"""What the labels say: the summary, and the dataset."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotate.study import Study
    from annotate.summary import Summary

__all__ = ["dataset_archive", "dataset_readme", "export", "summary"]


def summary(study: Study) -> Summary:
    """Gather every finding of a study.

    Raises
    ------
    StudyError, ConfigError
        If the study cannot be read.
    """
    from annotate.summary import summarise

    settings = study.settings()
    return summarise(
        settings.name,
        study.schema(),
        study.articles(),
        study.tables(),
        settings.annotators,
        demonstration=settings.demonstration,
    )


def export(
    study: Study, target: Path, *, with_text: bool = False, with_notes: bool = False
) -> list[Path]:
    """Write the labels as a dataset.

    Raises
    ------
    ExportError
        If the folder holds something else or cannot be written.
    """
    from annotate.dataset import export_dataset, public

    choice = {"with_text": with_text, "with_notes": with_notes}
    tables = public(study.articles(), study.tables(), study.schema(), **choice)
    documents = {path.name: path.read_bytes() for path in (study.config_path, study.codebook_path)}
    return export_dataset(target, tables, summary(study), documents, **choice)


def dataset_readme(study: Study, *, with_text: bool = False) -> str:
    """Give the README that an export would hold, in Markdown."""
    from annotate.dataset import dataset_card

    return dataset_card(summary(study), with_text=with_text)


def dataset_archive(study: Study, *, with_text: bool = False) -> bytes:
    """Give the dataset as a ZIP file; the same study gives the same bytes."""
    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(buffer, "w") as archive:
        for path in export(study, Path(folder) / "dataset", with_text=with_text):
            entry = zipfile.ZipInfo(f"dataset/{path.name}")
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
