"""Training: an annotator's own work beside the reference, article by article."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from findings import brief, current, trainees
from show import heading, note, nothing_yet

from annotate.report.html.article import article_html, laid_out_html, legend_of
from annotate.report.html.beside import answers_beside_html, phrases_html, sums_html
from annotate.report.html.legend import legend_html
from annotate.report.wording import counted
from annotate.training import ADVICE

if TYPE_CHECKING:
    from findings import Findings

    from annotate.training import Compared, Trainee


def _page() -> None:
    findings = current()
    found = trainees(findings)
    if not any(each.articles or each.waiting for each in found):
        heading("Training", level=1)
        nothing_yet(
            "Nobody has submitted a training article yet",
            (
                "Annotators open their desk in Label Studio and press Submit at each article.",
                "Press “Pull new annotations” on this page.",
                "Here they then see what they and the reference said of each.",
            ),
        )
        return
    trainee = _choose_trainee(found)
    heading(f"Training: {trainee.annotator}", *_facts(trainee), level=1)
    note("plain", "", ADVICE)
    if not trainee.articles:
        _nothing_to_tell(trainee)
        return
    st.html(sums_html(trainee))
    _article(findings, trainee, _choose_article(trainee))


def _choose_trainee(found: list[Trainee]) -> Trainee:
    several = len({each.round for each in found}) > 1
    names = [f"{each.annotator} · {each.round}" if several else each.annotator for each in found]
    first = next(place for place, each in enumerate(found) if each.articles or each.waiting)
    chosen = st.selectbox(
        "Annotator", range(len(found)), first, format_func=names.__getitem__, key="trainee"
    )
    return found[chosen]


def _facts(trainee: Trainee) -> tuple[str, ...]:
    return (
        f"round {trainee.round}",
        f"beside {trainee.reference}",
        counted(len(trainee.articles), "article") + " to look at",
        f"{trainee.waiting} waiting for the reference" if trainee.waiting else "",
        f"{trainee.to_come} not submitted yet" if trainee.to_come else "",
    )


def _nothing_to_tell(trainee: Trainee) -> None:
    if trainee.waiting:
        why = "The reference has not submitted these articles yet; what it says appears here then."
    else:
        why = "An article appears here once it has been submitted and pulled."
    note("plain", "Nothing to look at yet", why)


def _choose_article(trainee: Trainee) -> Compared:
    names = [_named(article) for article in trainee.articles]
    chosen = st.selectbox(
        "Article",
        range(len(names)),
        format_func=names.__getitem__,
        key=f"lesson {trainee.round} {trainee.annotator}",
    )
    return trainee.articles[chosen]


def _named(article: Compared) -> str:
    """Name an article for the list; its outlet is not told to who is in training."""
    text = "".join(segment.text for segment in article.reading.segments)
    name = brief(article.reading.title or text)
    return f"{name} · {article.same} of {article.asked} as the reference"


def _article(findings: Findings, trainee: Trainee, article: Compared) -> None:
    reading = article.reading
    heading(reading.title or "What was marked")
    labels = [(label.shown, label.color) for label in findings.schema.labels]
    legend = legend_of(reading, labels)
    key = legend_html(reading, legend, reading.annotators)
    st.html(laid_out_html(key, article_html(reading, legend, reading.annotators)))
    heading("Answers side by side")
    st.html(answers_beside_html(article, trainee))
    heading("Marked phrases side by side")
    if article.unread:
        note("careful", article.unread)
    elif article.spans:
        st.html(phrases_html(article, trainee))
    else:
        note("plain", "Neither of you marked a phrase")


_page()
