"""What the overview shows beside the figures, made ready before anybody opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from findings import keep, prepare

from annotate.findings.steps import next_steps
from annotate.findings.verdicts import verdicts
from annotate.findings.work import work_of
from annotate.workflow.news import news
from annotate.workflow.status import status_of

if TYPE_CHECKING:
    from pathlib import Path

    from findings import Findings

    from annotate.findings.changes import Changes
    from annotate.findings.steps import Step
    from annotate.findings.verdicts import Verdict
    from annotate.findings.work import Work

__all__ = ["changes", "judged", "ready", "steps", "work"]


def ready(root: Path) -> Findings:
    """Make what every page needs and what the overview shows; give the findings.

    Raises
    ------
    AnnotateError
        If the study cannot be read.
    """
    findings = prepare(root)
    if findings.summary.corpus.articles:
        for make in (judged, work, steps, changes):
            keep(make, findings)
    return findings


def judged(findings: Findings) -> tuple[Verdict, ...]:
    """Give the verdict on each question."""
    return verdicts(findings.summary)


def work(findings: Findings) -> Work:
    """Tell who owes what."""
    closed = {each.name for each in findings.study.rounds() if not each.open}
    return work_of(status_of(findings.study), closed)


def steps(findings: Findings) -> tuple[Step, ...]:
    """Choose what to do next."""
    articles = tuple(map(str, findings.articles["article_id"]))
    return next_steps(findings.summary, findings.tables, keep(work, findings), articles)


def changes(findings: Findings) -> Changes | None:
    """Tell what the last pull brought."""
    return news(findings.study)
