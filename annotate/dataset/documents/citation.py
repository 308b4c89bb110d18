"""How to cite a dataset: as text, and as a file of the Citation File Format 1.2.0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.dataset.documents import words
from annotate.dataset.documents.escaping import quoted
from annotate.dataset.documents.licences import of_citations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotate.dataset.documents.about import About
    from annotate.summary import Summary

__all__ = ["citation_file", "reference"]

_NOBODY = "Authors not stated; fill in"


def reference(about: About, summary: Summary) -> str:
    """Write the reference of a dataset; its authors are asked for if nobody named them."""
    said = about.said
    year = f" ({said.published[:4]})" if said.published else ""
    version = f" Version {said.version}." if said.version else ""
    where = f" {said.url}" if said.url else ""
    authors = "; ".join(said.creators) or _NOBODY
    return f"{authors}{year}: {words.title(about, summary)}. Dataset.{version}{where}"


def citation_file(about: About, summary: Summary) -> str:
    """Write ``CITATION.cff``.

    The format demands authors: a stand-in asks for them where the study names none.
    """
    return "\n".join([*_lines(about, summary), ""])


def _lines(about: About, summary: Summary) -> Iterator[str]:
    said, licence = about.said, of_citations(about.licence)
    if not said.creators:
        yield '# Fill in: who made it; creators = ["Family, Given"] under [dataset] in study.toml.'
    if not about.licence:
        yield "# Fill in: no licence has been chosen, so nobody may assume one."
    yield "cff-version: 1.2.0"
    yield f"message: {quoted('If you use this dataset, please cite it as below.')}"
    yield "type: dataset"
    yield f"title: {quoted(words.title(about, summary))}"
    yield f"abstract: {quoted(words.description(about, summary))}"
    yield "authors:"
    for creator in said.creators or (_NOBODY,):
        yield from _author(creator)
    if said.contact:
        yield "contact:"
        yield f"  - {'website' if '://' in said.contact else 'email'}: {quoted(said.contact)}"
    if said.published:  # a day that nobody named would be an invention
        yield f"date-released: {said.published}"
    for key, value in (("license", licence), ("url", said.url), ("version", said.version)):
        if value:
            yield f"{key}: {quoted(value)}"
    yield "keywords:"
    for keyword in ("news", "annotation", "inter-annotator agreement"):
        yield f"  - {quoted(keyword)}"


def _author(creator: str) -> Iterator[str]:
    """Write a person, or an organisation where there is no comma."""
    family, comma, given = creator.partition(",")
    if comma:
        yield f"  - family-names: {quoted(family)}"
        yield f"    given-names: {quoted(given)}"
    else:
        yield f"  - name: {quoted(creator)}"
