"""The formats of a dataset: each is written piece by piece, and never held whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.dataset.formats.conll import ConllWriter
from annotate.dataset.formats.flat import FlatWriter
from annotate.dataset.formats.label_studio import LabelStudioWriter
from annotate.dataset.formats.lines import LinesWriter
from annotate.dataset.formats.parquet import ParquetWriter
from annotate.dataset.formats.spacy import SpacyWriter, available

if TYPE_CHECKING:
    from pathlib import Path

    from annotate.dataset.formats.writer import Writer
    from annotate.dataset.plan import Plan

__all__ = ["writers"]

_ALWAYS = (ParquetWriter, FlatWriter, LinesWriter)


def writers(folder: Path, plan: Plan) -> list[Writer]:
    """Give one writer for each format.

    Parameters
    ----------
    folder : Path
        Of the dataset.
    plan : Plan
        What it holds.
    """
    made: list[Writer] = [make(folder, plan) for make in _ALWAYS]
    if plan.choices.with_text:
        made.append(ConllWriter(folder, plan))
        if available():
            made.append(SpacyWriter(folder, plan))
        if not plan.schema.hypertext:  # articles are no HTML
            made.append(LabelStudioWriter(folder, plan))
    return made
