"""The reader: one article with what every annotator made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from findings import current, listed, reading_of
from show import heading, note, nothing_yet

from annotate.report.html.answers import answers_html
from annotate.report.html.article import article_html, legend_of, marked_phrases
from annotate.report.html.legend import legend_html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from findings import Findings

    from annotate.findings.reading import Reading

_AT_FIRST = 6  # annotators shown until more are chosen: each takes a line under the text


def _page() -> None:
    findings = current()
    if not findings.summary.corpus.articles:
        heading("Reader", level=1)
        nothing_yet("No articles yet", ("Add articles with `annotate add PATH`.",))
        return
    reading = reading_of(findings, _choose(findings))
    # The first line of the text is all the headline there is where no title was given.
    heading(reading.title or reading.outlet or "Untitled article", *_facts(reading), level=1)
    shown = _choose_annotators(reading)
    _text(findings, reading, shown)
    _answers(reading)
    _phrases(reading, shown)
    if reading.removed:
        with st.expander("What was removed from the page before it was annotated"):
            st.code(reading.removed, language=None, wrap_lines=True)


def _choose(findings: Findings) -> str:
    """Let an article be chosen; the address follows, so that it can be sent to somebody."""
    choices = {article.article_id: article.says for article in listed(findings)}
    ids = list(choices)
    asked = st.query_params.get("article", "")
    if st.session_state.get("article") not in choices:
        st.session_state["article"] = asked if asked in choices else ids[0]
        if asked and asked not in choices:
            note("careful", "No such article", f"This study holds no article “{asked[:80]}”.")
    place = ids.index(st.session_state["article"])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _step("Previous article", ":material/chevron_left:", ids[max(place - 1, 0)])
        chosen = st.selectbox("Article", ids, format_func=choices.__getitem__, key="article")
        _step("Next article", ":material/chevron_right:", ids[min(place + 1, len(ids) - 1)])
    st.query_params["article"] = chosen
    return str(chosen)


def _step(says: str, icon: str, article: str) -> None:
    st.button(
        "",
        key=says,
        help=says,
        icon=icon,
        disabled=article == st.session_state["article"],
        on_click=st.session_state.__setitem__,
        args=("article", article),
    )


def _facts(reading: Reading) -> tuple[str, ...]:
    compared = [row.agreed for row in reading.answers if row.agreed is not None]
    agreed = f"{compared.count(True)} of {len(compared)} answers agree" if compared else ""
    outlet = reading.outlet if reading.title else ""
    return outlet, reading.published, reading.event, agreed


def _choose_annotators(reading: Reading) -> Sequence[str]:
    people = list(dict.fromkeys(reading.annotators))
    if not people:
        note("plain", "Nobody has this article yet", "Send it with `annotate push`, then pull.")
        return ()
    marked = [p for p, spans in zip(reading.annotators, reading.spans, strict=True) if spans]
    if len(people) < 2:  # noqa: PLR2004 (nothing to choose)
        return people
    chosen: list[str] = st.multiselect(
        "Show the spans of",
        people,
        default=list(dict.fromkeys(marked or people))[:_AT_FIRST],
        key=f"people {reading.article_id}",
    )
    return [person for person in people if person in chosen]


def _text(findings: Findings, reading: Reading, shown: Sequence[str]) -> None:
    labels = [(label.shown, label.color) for label in findings.schema.labels]
    legend = legend_of(reading, labels)
    st.html(
        f'<div class="an-reader"><aside>{legend_html(reading, legend, shown)}</aside>'
        f"{article_html(reading, legend, shown)}</div>"
    )


def _answers(reading: Reading) -> None:
    if not (reading.answers and reading.annotators):
        return
    heading(
        "Answers side by side", "= they agree", "≠ they differ", "nothing: fewer than two answers"
    )
    st.html(answers_html(reading))


def _phrases(reading: Reading, shown: Sequence[str]) -> None:
    import pandas as pd

    phrases = marked_phrases(reading, shown)
    if not phrases:
        return
    with st.expander(f"All marked phrases as a list ({len(phrases)})"):
        st.dataframe(
            pd.DataFrame(
                [(p.phrase, p.annotator, p.label, p.details, p.start) for p in phrases],
                columns=["phrase", "annotator", "label", "details", "from character"],
            ),
            hide_index=True,
        )


_page()
