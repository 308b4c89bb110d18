"""The overview: can these labels be trusted, how far is the work, and what is to be done next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import opening
import streamlit as st
from findings import current, kept
from linking import link
from show import heading, is_dark, items, note, nothing_yet

from annotate.errors import AnnotateError
from annotate.findings.changes import moved
from annotate.report.charts.intervals import agreement_chart
from annotate.report.html.overview import (
    came_in_words,
    changes_html,
    grouped,
    moved_html,
    since_in_words,
    verdict_group,
    verdict_html,
)
from annotate.report.html.pieces import text_html
from annotate.report.html.progress import owed_in_words, progress_html
from annotate.report.wording import corpus_facts, counted, finding
from annotate.summary import CAVEATS, DEMONSTRATION
from annotate.workflow.news import summary_before

if TYPE_CHECKING:
    from datetime import datetime

    from findings import Findings

    from annotate.findings.changes import Moved
    from annotate.findings.steps import Step
    from annotate.findings.verdicts import Verdict
    from annotate.findings.work import Work
    from annotate.summary import Summary

_NAME = 270  # pixels for a question; with its figure it fits beside it on a phone, or wraps


def _page() -> None:
    findings = current()
    summary = findings.summary
    heading(summary.name, *corpus_facts(summary.corpus), level=1)
    if summary.demonstration:
        note("careful", "A demonstration", DEMONSTRATION)
    if not summary.corpus.articles:
        nothing_yet(
            "No articles yet",
            ("Add articles with `annotate add PATH`.", "Send them out with `annotate push`."),
        )
        return
    if summary.started:
        _agreement(findings)
    else:
        _nothing_submitted(pulled=bool(findings.study.tables_stamp))
    _progress(kept(opening.work, findings))
    if summary.started:
        _changes(findings)
        _next(kept(opening.steps, findings))
    _careful(summary)


def _nothing_submitted(*, pulled: bool) -> None:
    if pulled:
        nothing_yet(
            "Nobody has submitted anything yet",
            (
                "Annotators open their desk in Label Studio and press Submit at each article.",
                "Then press “Pull new annotations” on this page.",
            ),
        )
        return
    nothing_yet(
        "Nothing has been pulled yet",
        (
            "Start Label Studio with `annotate studio` and send the articles with `annotate push`.",
            "Annotators mark the articles at their desks.",
            "Press “Pull new annotations” on this page.",
        ),
    )


def _agreement(findings: Findings) -> None:
    summary = findings.summary
    if sum(1 for person in summary.progress if person.submitted) == 1:
        note(
            "plain",
            "One annotator so far",
            "Agreement needs at least two who submitted the same article; until then there is "
            "nothing to compare, and every figure is undefined.",
        )
    else:
        heading(
            finding(summary.headlines),
            "Verdicts rest on the lower end of each interval: from .80 a question can be relied "
            "on, from .667 tentatively. Choose a question to see every figure of it.",
        )
        _interval_chart(summary)
    _verdicts(kept(opening.judged, findings))


def _interval_chart(summary: Summary) -> None:
    chart = agreement_chart(summary.headlines, dark=is_dark())
    if chart is None:
        note("plain", "No question has a figure yet", "The reasons are listed below.")
        return
    said = finding(summary.headlines)
    articles = max((figure.articles for figure in summary.headlines), default=0)
    people = max((figure.annotators for figure in summary.headlines), default=0)
    st.altair_chart(chart, alt=f"Agreement by question with 95 % intervals. {said}.")
    st.caption(
        f"{counted(people, 'annotator')}, {counted(articles, 'article')}. Krippendorff’s alpha at "
        "each question’s scale, unitizing alpha for spans; grey lines at .667 and .80. 95 % "
        "intervals over articles: they speak of other articles, not of other annotators."
    )


def _verdicts(found: tuple[Verdict, ...]) -> None:
    with st.container(key="verdicts", gap="xxsmall"):
        for own in grouped(found):
            st.html(verdict_group(own))
            for each in own:
                with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                    with st.container(width=_NAME):
                        link("agreement", each.figure.title, question=each.figure.question)
                    st.html(verdict_html(each), width="content")


def _progress(work: Work) -> None:
    heading(owed_in_words(work))
    st.html(progress_html(work))


def _changes(findings: Findings) -> None:
    try:
        changes = kept(opening.changes, findings)
    except AnnotateError as error:
        note("careful", "What the last pull brought cannot be told", str(error))
        return
    if changes is None:
        return
    heading(came_in_words(changes), since_in_words(changes))
    st.html(changes_html(changes))
    if changes.since and st.toggle("How the figures moved", key="figures_moved"):
        _figures_moved(kept(_moved, findings, changes.since))


def _moved(findings: Findings, since: datetime) -> tuple[Moved, ...]:
    before = summary_before(findings.study, since)
    return moved(before.headlines, findings.summary.headlines)


def _figures_moved(pairs: tuple[Moved, ...]) -> None:
    if not pairs:
        st.caption("To two decimals, no figure of record moved.")
        return
    st.html(moved_html(pairs))
    st.caption(
        "Both as scored today, with today’s scheme, articles and rounds; only the work differs."
    )


def _next(steps: tuple[Step, ...]) -> None:
    if not steps:
        return
    heading("What to do next")
    with st.container(key="steps", gap="small"):
        for step in steps:
            with st.container(border=True, gap=None):
                link(step.page, step.title, **step.query)
                st.html(text_html(step.text))


def _careful(summary: Summary) -> None:
    warnings = [warning for warning in summary.warnings if warning != DEMONSTRATION]
    if summary.started:
        heading("Before you quote a figure")
        items([*warnings, *CAVEATS])
    elif warnings:
        heading("What to know")
        items(warnings)
    if summary.faults:
        heading("Mended or set aside on the way from Label Studio", level=3)
        items(
            [
                f"{counted(f.times, 'time')}, {'mended and kept' if f.kept else 'set aside'}"
                for f in summary.faults
            ],
            bold=[fault.kind for fault in summary.faults],
        )


_page()
