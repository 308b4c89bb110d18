"""The overview: can these labels be trusted, and who still owes what."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import streamlit as st
from findings import current
from show import heading, is_dark, items, note, nothing_yet

from annotate.reliability import verdict
from annotate.report.charts.intervals import agreement_chart
from annotate.report.html.progress import progress_html
from annotate.report.wording import corpus_facts, counted, finding, number, undefined
from annotate.selection import reason_in_words
from annotate.summary import CAVEATS, DEMONSTRATION

if TYPE_CHECKING:
    from annotate.reliability import Figure
    from annotate.summary import Summary

_COLUMNS = {
    "question": "question",
    "label": "label",
    "measure": "measure",
    "value": "value",
    "low": "from",
    "high": "to",
    "verdict": "verdict",
    "articles": "articles",
    "units": "units",
    "annotators": "annotators",
    "labels": "votes",
    "saw": "saw",
    "marked": "marked",
    "marked_nothing": "marked nothing",
    "missing": "missing",
    "not_shown": "not asked",
    "skipped": "skipped",
    "draft": "draft",
    "unseen": "unseen",
    "unassigned": "unassigned",
    "reason": "reason",
}


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
        _agreement(summary)
    else:
        _nothing_submitted(pulled=bool(findings.study.tables_stamp))
    _progress(summary)
    if summary.started:
        _figures(summary)
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


def _agreement(summary: Summary) -> None:
    active = sum(1 for person in summary.progress if person.submitted)
    if active == 1:
        note(
            "plain",
            "One annotator so far",
            "Agreement needs at least two who submitted the same article; until then there is "
            "nothing to compare, and every figure below is undefined.",
        )
    else:
        _interval_chart(summary)
    gaps = undefined(summary)
    if gaps and active > 1:
        heading(f"{counted(len(gaps), 'question')} without a figure", level=3)
        items([reason for _, reason in gaps], bold=[title for title, _ in gaps])


def _interval_chart(summary: Summary) -> None:
    said = finding(summary.headlines)
    articles = max((figure.articles for figure in summary.headlines), default=0)
    people = max((figure.annotators for figure in summary.headlines), default=0)
    heading(
        said,
        "Verdicts rest on the lower end of each interval: from .80 a question can be relied on, "
        "from .667 tentatively (dashed lines).",
    )
    chart = agreement_chart(summary.headlines, dark=is_dark())
    if chart is None:
        note("plain", "No question has a figure yet", "The reasons are listed below.")
        return
    st.altair_chart(chart, alt=f"Agreement by question with 95 % intervals. {said}.")
    st.caption(
        f"{counted(people, 'annotator')}, {counted(articles, 'article')}. Krippendorff’s alpha at "
        "each question’s scale, unitizing alpha for spans. 95 % intervals over articles: they "
        "speak of other articles, not of other annotators."
    )


def _progress(summary: Summary) -> None:
    heading(_owed(summary))
    st.html(progress_html(summary.progress))


def _owed(summary: Summary) -> str:
    owing = [p for p in summary.progress if p.unseen or p.draft]
    if not owing:
        return "Everybody has finished" if summary.progress else "Nobody has a desk yet"
    owe = "owes" if len(owing) == 1 else "owe"
    return f"{len(owing)} of {counted(len(summary.progress), 'annotator')} still {owe} work"


def _figures(summary: Summary) -> None:
    import pandas as pd

    shown = summary.readable
    more = len(summary.figures) - len(shown)
    heading(
        "Figures",
        "Who saw an article and marked nothing has voted; skipped, drafts and unseen have not. "
        "Scroll sideways for the counts and reasons.",
    )
    rows = [_row(figure, summary) for figure in shown]
    config: dict[str, Any] = {
        # Text, since a column of numbers knows one word alone for whatever is missing.
        name: st.column_config.TextColumn(alignment="right", width=95)
        for name in ("from", "to")
    }
    config["value"] = st.column_config.NumberColumn(format="%.2f", width=95)
    config["label"] = st.column_config.TextColumn(width=170)
    config["measure"] = st.column_config.TextColumn(width=190)
    config["verdict"] = st.column_config.TextColumn(width=150)
    config["question"] = st.column_config.TextColumn(pinned=True, width=190)
    config["reason"] = st.column_config.TextColumn(width="large")
    frame = pd.DataFrame(rows, columns=list(_COLUMNS.values()))
    st.dataframe(
        frame, column_config=config, hide_index=True, placeholder="undefined", key="figures"
    )
    if more:
        st.caption(
            f"{counted(more, 'more figure')}: `annotate score --all`, and the dataset’s table "
            "“agreement”."
        )


def _row(figure: Figure, summary: Summary) -> dict[str, Any]:
    values = figure.to_json()
    values["question"] = figure.title
    values["label"] = summary.shown.get((figure.question, figure.label), figure.label)
    values["verdict"] = verdict(figure) if figure.chance_corrected else "–"
    values["reason"] = reason_in_words(figure.reason, figure.question, summary.shown)
    values["value"] = figure.value
    values["low"], values["high"] = (_end(figure, end) for end in (figure.low, figure.high))
    return {shown: values[name] for name, shown in _COLUMNS.items()}


def _end(figure: Figure, end: float) -> str:
    return "no interval" if figure.defined and not math.isfinite(end) else number(end)


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
