"""All documents of a dataset at once, when all its other files are there."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from annotate.dataset.documents.card import dataset_card
from annotate.dataset.documents.citation import citation_file
from annotate.dataset.documents.croissant import croissant
from annotate.dataset.documents.front import front_matter
from annotate.dataset.documents.sheets import sheet
from annotate.dataset.folder import Written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from annotate.dataset.documents.about import About
    from annotate.summary import Summary

__all__ = ["documents", "readme"]


def documents(about: About, summary: Summary, files: Iterable[Written]) -> dict[str, bytes]:
    """Write the documents of a dataset; the same study gives the same bytes.

    Parameters
    ----------
    about : About
        What is known of the study.
    summary : Summary
        The findings.
    files : iterable of Written
        Every file that the dataset has so far; checksums and these documents come after them.

    Returns
    -------
    dict of str to bytes
        By the name of the file.
    """
    files = list(files)
    texts = {
        "README.md": readme(about, summary, files),
        "DATASHEET.md": sheet("DATASHEET.md.j2", about, summary),
        "DATA_STATEMENT.md": sheet("DATA_STATEMENT.md.j2", about, summary),
        "CITATION.cff": citation_file(about, summary),
    }
    made = {name: text.encode("utf-8", "replace") for name, text in texts.items()}
    own = [Written(name, len(it), hashlib.sha256(it).hexdigest()) for name, it in made.items()]
    others = [file for file in files if file.name not in {*made, "croissant.json", "SHA256SUMS"}]
    every = sorted([*others, *own], key=lambda file: file.name)
    described = croissant(about, summary, every)
    return {**made, "croissant.json": described.encode("utf-8", "replace")}


def readme(about: About, summary: Summary, files: Sequence[Written] | None = None) -> str:
    """Write the card with what stands before it."""
    there = None if files is None else [file.name for file in files]
    return front_matter(about, summary, files) + dataset_card(summary, about, there)
