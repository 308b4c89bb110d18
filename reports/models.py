"""What single pages show of a whole study: made once, and ready before anybody opens them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from findings import keep
from readings import make_shelf

from annotate.findings.annotators import annotators_of
from annotate.findings.phrases import make_ledger
from annotate.findings.worklist import worklist
from annotate.sources import sources_of

if TYPE_CHECKING:
    from findings import Findings

    from annotate.findings.annotators import Annotators
    from annotate.findings.worklist import Worklist
    from annotate.sources import Sources

__all__ = ["make_annotators", "make_models", "make_sources", "make_worklist"]


def make_models(findings: Findings) -> None:
    """Make all that takes long, the pages that are opened first coming first."""
    if findings.summary.started:
        for make in (make_worklist, make_shelf, make_ledger, make_annotators, make_sources):
            keep(make, findings)


def make_worklist(findings: Findings) -> Worklist:
    """Rank the disagreements."""
    return worklist(findings.summary, findings.articles)


def make_annotators(findings: Findings) -> Annotators:
    """Look at each annotator beside the others."""
    return annotators_of(findings.summary, findings.tables, findings.articles, findings.schema)


def make_sources(findings: Findings) -> Sources:
    """Gather what the labels say of outlets and events."""
    articles = findings.articles
    words = dict(zip(articles["article_id"], articles["n_words"], strict=True))
    return sources_of(findings.summary.evidence, words, findings.summary.shown)
