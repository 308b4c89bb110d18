"""The phrases: what was marked, by whom and as what, and where it was not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from findings import brief, current, kept
from show import heading, is_dark, note, nothing_yet, plain

from annotate.dataset.writers import csv_of
from annotate.findings.choosing import ORDERS, Choice, chosen
from annotate.findings.occurrences import STATES, in_context, lines_of
from annotate.findings.phrases import make_ledger
from annotate.findings.tabulating import ledger_table
from annotate.findings.telling import FEWEST, phrase_rows, phrase_view
from annotate.report.charts.outlet_rates import rates_chart
from annotate.report.html.phrases import (
    NO_OUTLET,
    context_html,
    outlets_html,
    people_html,
    phrase_facts_html,
    short,
    sums_html,
)
from annotate.report.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from findings import Findings
    from streamlit.delta_generator import DeltaGenerator

    from annotate.findings.occurrences import Occurrences
    from annotate.findings.phrases import Ledger
    from annotate.findings.telling import PhraseView

_ROWS, _OCCURRENCES = 25, 20  # on a page
_KEPT = "phrases looked for"  # what the widgets said when they were last on the page
_COUNTED = (
    "Marks with the same words are one phrase in each group of labels: case, white space, kinds of "
    "quotation marks and hyphens, Unicode forms and punctuation at the ends do not count. "
    "Occurrences are whole words, in any text. One is marked if a mark of the same group touches "
    "it; one in an article that somebody read, without any such mark, is unmarked. The share of "
    "readers counts every reader of every occurrence. Labels that are not scored make no phrases."
)


def _page() -> None:
    findings = current()
    if not findings.summary.corpus.articles:
        heading("Phrases", level=1)
        nothing_yet("No articles yet", ("Add articles with `annotate add PATH`.",))
        return
    if not findings.summary.started:
        heading("Phrases", level=1)
        nothing_yet(
            "Nobody has submitted anything yet",
            ("Annotators mark phrases at their desks.", "Press “Pull new annotations”."),
        )
        return
    ledger = kept(make_ledger, findings)
    key = st.query_params.get("phrase", "")
    place = ledger.place_of(key)
    if place is not None:
        st.query_params["phrase"] = key  # a link within the app leaves the address as it was
        _phrase(findings, ledger, place)
        return
    if key:
        note("careful", "No such phrase", f"No phrase is marked now under “{key[:40]}”.")
    st.query_params.clear()
    _ledger(ledger)


def _ledger(ledger: Ledger) -> None:
    marks = len(ledger.marks)
    heading(
        "Phrases",
        f"{counted(len(ledger.phrases), 'distinct phrase')} in {counted(marks, 'mark')}",
        f"marked in {counted(ledger.marks['article'].nunique(), 'article')}",
        level=1,
    )
    if not marks:
        note("plain", "No phrase is marked yet", "What was submitted so far holds no marks.")
        return
    places = chosen(ledger, _choice(ledger))
    if not len(places):
        note("plain", "No phrase fits", "Choose fewer filters, or search for fewer words.")
        return
    begin = _turn("phrases page", len(places), _ROWS, "phrase")
    with st.container(key="phrases-list"):
        for row in phrase_rows(ledger, places[begin : begin + _ROWS].tolist()):
            st.page_link(
                "phrases.py", label=plain(short(row.phrase)), query_params={"phrase": row.key}
            )
            st.html(phrase_facts_html(row))
    st.download_button(
        f"Download {counted(len(places), 'phrase')} (CSV)",
        lambda: csv_of(ledger_table(ledger, places)),
        file_name="phrases.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="phrases csv",
    )
    st.caption(_COUNTED)
    if ledger.wordless:
        st.caption(f"{counted(ledger.wordless, 'mark')} without any word or sign left out.")


def _choice(ledger: Ledger) -> Choice:
    """Let phrases be looked for; what is chosen stays while one of them is looked at."""
    said = st.session_state.setdefault(_KEPT, {})
    search = st.text_input(
        "Search phrases",
        key=_again("search", said, ""),
        icon=":material/search:",
        on_change=_first_page,
    )
    outlets = [outlet or NO_OUTLET for outlet in ledger.outlets]
    answers = [f"{answer.title}: {answer.shown}" for answer in ledger.answers]
    filters = st.container(horizontal=True, key="phrases-filters")
    places = {
        name: _select(filters, title, name, names)
        for name, title, names in (
            ("group", "Group", ledger.titles),
            ("label", "Label", ledger.labels),
            ("annotator", "Annotator", ledger.annotators),
            ("outlet", "Outlet", outlets),
            ("answer", "What was said of it", answers),
        )
        if names
    }
    order = filters.selectbox(
        "Sort by",
        list(ORDERS),
        key=_again("order", said, next(iter(ORDERS))),
        on_change=_first_page,
    )
    said.update(places, search=search, order=order)
    return Choice(**places, search=search, order=order)


def _select(filters: DeltaGenerator, title: str, name: str, names: Sequence[str]) -> int | None:
    said = st.session_state[_KEPT]
    if said.get(name) is not None and said[name] >= len(names):
        said[name] = None  # the study has changed
    chosen_one: int | None = filters.selectbox(
        title,
        [None, *range(len(names))],
        format_func=lambda place: "all" if place is None else names[place],
        key=_again(name, said, None),
        placeholder="all",
        on_change=_first_page,
    )
    return chosen_one


def _again(name: str, said: dict[str, Any], default: object) -> str:
    """Give a widget's key, set to what it said when it was last on the page."""
    key = f"phrases {name}"
    if key not in st.session_state:
        st.session_state[key] = said.get(name, default)
    return key


def _first_page() -> None:
    st.session_state["phrases page"] = 0


def _turn(key: str, size: int, rows: int, noun: str) -> int:
    """Let pages be turned; give the place of the first row."""
    last = (size - 1) // rows
    if not last:
        return 0
    page = min(int(st.session_state.get(key, 0)), last)
    begin, end = page * rows, min(page * rows + rows, size)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for says, icon, to in (
            ("Previous page", ":material/chevron_left:", page - 1),
            ("Next page", ":material/chevron_right:", page + 1),
        ):
            st.button(
                "",
                key=f"{says} of {key}",
                help=says,
                icon=icon,
                disabled=not 0 <= to <= last,
                on_click=st.session_state.__setitem__,
                args=(key, to),
            )
        st.caption(f"{begin + 1:,}–{end:,} of {counted(size, noun)}")
    return begin


def _phrase(findings: Findings, ledger: Ledger, place: int) -> None:
    view = phrase_view(ledger, place)
    row = view.row
    st.page_link("phrases.py", label="All phrases", icon=":material/arrow_back:")
    heading(f"“{short(row.phrase)}”", row.group, counted(row.marks, "mark"), level=1)
    st.html(sums_html(row, row.found - row.read))
    heading(
        f"{row.annotators} of {counted(row.saw, 'annotator')} who read it marked it",
        "Labels and answers are those of marks in these very words; a longer or shorter mark of "
        "the same group marks an occurrence too.",
    )
    begin = _turn(f"people of {row.key}", len(view.people), _ROWS, "annotator")
    st.html(people_html(view.people[begin : begin + _ROWS]))
    _outlets(view)
    _occurrences(findings, ledger, place, view.occurrences)


def _outlets(view: PhraseView) -> None:
    read = sum(outlet.articles for outlet in view.outlets)
    marked = sum(outlet.marked_articles for outlet in view.outlets)
    heading(f"Marked in {marked:,} of {counted(read, 'article')} that were read and hold it")
    chart = rates_chart(view.outlets, dark=is_dark())
    if chart is not None:
        st.altair_chart(chart, alt="Share of articles where the phrase is marked, by outlet.")
    begin = _turn(f"outlets of {view.row.key}", len(view.outlets), _ROWS, "outlet")
    st.html(outlets_html(view.outlets[begin : begin + _ROWS]))
    st.caption(
        "An article counts as marked if anybody’s mark touches the phrase there: more readers, "
        f"more marks. 95 % intervals are Wilson’s, over articles, from {FEWEST} articles on; they "
        "speak of other articles, not of other annotators. Words count once per reader."
    )


def _occurrences(findings: Findings, ledger: Ledger, place: int, found: Occurrences) -> None:
    state = found.state
    heading(f"{counted(len(found), 'occurrence')} in context")
    key = ledger.phrases["key"].iloc[place]
    there = np.unique(state).tolist()
    shown = st.segmented_control(
        "Show",
        there,
        selection_mode="multi",
        default=there,
        format_func=lambda n: f"{STATES[n]} {int((state == n).sum()):,}",
        key=f"states {key}",
    )
    some = found.only(np.isin(state, shown))
    if not len(some):
        note("plain", "Nothing to show", "Choose marked, unmarked or unread occurrences.")
        return
    begin = _turn(f"occurrences of {key}", len(some), _OCCURRENCES, "occurrence")
    page = some.only(np.arange(begin, min(begin + _OCCURRENCES, len(some))))
    with st.container(key="phrases-context"):
        for context in in_context(ledger, place, page, kept(lines_of, findings)):
            st.page_link(
                "reader.py",
                label=plain(f"{brief(context.title)} · {context.outlet or NO_OUTLET}"),
                query_params={
                    "article": context.article_id,
                    "from": str(context.start),
                    "to": str(context.end),
                },
            )
            st.html(context_html(context))


_page()
