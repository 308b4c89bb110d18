"""What the reader shows: articles as their annotators read them, and the list to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from findings import kept

from annotate.adjudication.settled import adjudicated
from annotate.errors import AnnotateError
from annotate.findings.reading import read_article
from annotate.findings.shelf import shelf_of
from annotate.rounds import ADJUDICATION
from annotate.workflow.links import studio_address, task_links

if TYPE_CHECKING:
    from findings import Findings

    from annotate.adjudication.settled import Settled
    from annotate.findings.reading import Reading
    from annotate.findings.shelf import Shelf
    from annotate.workflow.links import TaskLinks

__all__ = ["links_of", "make_shelf", "reading_of", "shelf"]


def shelf(findings: Findings) -> Shelf:
    """List the articles."""
    return kept(make_shelf, findings)


def reading_of(findings: Findings, article_id: str) -> Reading:
    """Lay one article out for reading."""
    return kept(_reading, findings, article_id)


def links_of(findings: Findings, reading: Reading) -> dict[str, str]:
    """Give the addresses of the annotators' tasks, as far as they are known."""
    try:
        links = kept(_links, findings, studio_address(findings.study))
    except AnnotateError:  # the overview says what is wrong with the study
        return {}
    found = {person: links.of(reading.article_id, person) for person in reading.annotators}
    return {person: link for person, link in found.items() if link}


def make_shelf(findings: Findings) -> Shelf:
    """List the articles, for `kept`."""
    return shelf_of(findings.articles, findings.tables, findings.schema)


def _reading(findings: Findings, article_id: str) -> Reading:
    rows = findings.articles[findings.articles["article_id"] == article_id]
    decided = kept(_settled, findings)
    return read_article(rows.iloc[0], findings.tables, findings.schema, decided)


def _settled(findings: Findings) -> Settled | None:
    try:
        if any(each.kind == ADJUDICATION for each in findings.study.rounds()):
            return adjudicated(findings.study)
    except AnnotateError:  # the article can be read without
        pass
    return None


def _links(findings: Findings, address: str) -> TaskLinks:  # noqa: ARG001 (the key)
    return task_links(findings.study)
