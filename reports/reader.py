"""The reader: one article with what every annotator made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from findings import brief, current
from readings import links_of, reading_of, shelf
from show import heading, note, nothing_yet

from annotate.findings.marked import marked_phrases
from annotate.findings.passage import passage_of
from annotate.findings.shelf import ONLY
from annotate.report.html.answers import answers_html, notes_html, seconds_html
from annotate.report.html.article import article_html, laid_out_html, legend_of
from annotate.report.html.legend import legend_html
from annotate.report.html.marked import marked_html, passage_html
from annotate.report.wording import counted

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from findings import Findings
    from numpy.typing import NDArray

    from annotate.findings.passage import Passage
    from annotate.findings.reading import Reading
    from annotate.findings.shelf import Shelf

_AT_FIRST = 6  # annotators shown until more are chosen: each takes a line under the text
_LISTED = 100  # articles in the list at a time: the browser gets them all
_ROWS = 25  # marked phrases on a page
_OUTLET, _WORD = 40, 30  # characters
_SAYS = {
    "all": "Every article",
    "answers": "Answers differ",
    "marks": "Marks differ",
    "shared": "Submitted by two or more",
    "again": "Read again by somebody",
    "nothing": "Nothing submitted yet",
}
_AT = "reader at"  # the article that the address named last
_BROUGHT = "reader brought"  # the phrase that was brought into view, and with which layers


def _page() -> None:
    findings = current()
    if not findings.summary.corpus.articles:
        heading("Reader", level=1)
        nothing_yet("No articles yet", ("Add articles with `annotate add PATH`.",))
        return
    reading = reading_of(findings, _choose(shelf(findings)))
    # The first line of the text is all the headline there is where no title was given.
    heading(reading.title or reading.outlet or "Untitled article", *_facts(reading), level=1)
    passage = _asked(reading)
    if passage:
        st.html(passage_html(passage))
    shown, heat = _choose_layers(reading)
    _text(findings, reading, shown, passage, heat=heat)
    _answers(reading)
    _written(reading)
    _phrases(reading, shown)
    if reading.removed:
        with st.expander("What was removed from the page before it was annotated"):
            st.code(reading.removed, language=None, wrap_lines=True)


def _choose(articles: Shelf) -> str:
    """Let an article be chosen; the address follows, so that it can be sent to somebody."""
    if "article" not in st.session_state:  # the page was opened, perhaps again
        st.session_state.pop(_BROUGHT, None)
    here = articles.place.get(_wanted(articles), -1)
    with st.expander("Find an article", icon=":material/search:"):
        places = _find(articles)
    if not len(places):
        note("plain", "No article is like that", "Take something back under “Find an article”.")
        return _keep_address(articles.ids[max(here, 0)])
    at = int(np.searchsorted(places, here))
    if at == len(places) or places[at] != here:
        at = 0
    return _keep_address(_step_through(articles, places, at))


def _wanted(articles: Shelf) -> str:
    """Give the article of the address, else the one chosen last; "" for none."""
    asked, before = st.query_params.get("article", ""), st.session_state.get(_AT, "")
    if asked and asked != before:
        if asked in articles.place:
            return asked
        note("careful", "No such article", f"This study holds no article “{asked[:80]}”.")
    return str(st.session_state.get("article", before))


def _find(articles: Shelf) -> NDArray[np.int64]:
    """Let the list be narrowed; give the places of what is left."""
    words = st.text_input(
        "Words", key="find words", placeholder="each in the title, text, outlet or event"
    )
    with st.container(horizontal=True, gap="small"):
        outlet = _any("Outlet", articles.outlets)
        event = _any("Event", articles.events)
        only = st.selectbox("Only", ONLY, format_func=_SAYS.__getitem__, key="find only")
    return articles.find(words, outlet=outlet, event=event, only=only)


def _any(label: str, values: Sequence[str]) -> str:
    chosen: str | None = st.selectbox(
        label, values, index=None, placeholder="any", key=f"find {label}", disabled=not values
    )
    return chosen or ""


def _step_through(articles: Shelf, places: NDArray[np.int64], at: int) -> str:
    """Show the list around the place, and buttons to the next on both sides."""
    first = max(min(at - _LISTED // 2, len(places) - _LISTED), 0)
    options = [articles.ids[place] for place in places[first : first + _LISTED]]
    st.session_state["article"] = articles.ids[places[at]]
    before, after = max(at - 1, 0), min(at + 1, len(places) - 1)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _step("Previous article", ":material/chevron_left:", articles.ids[places[before]], "K")
        chosen = st.selectbox(
            "Article",
            options,
            format_func=lambda article: _says(articles, articles.place[article]),
            key="article",
        )
        _step("Next article", ":material/chevron_right:", articles.ids[places[after]], "J")
    if len(options) < len(articles.ids):
        which = f"; the list holds those near number {at + 1:,}" if len(places) > _LISTED else ""
        total = counted(len(articles.ids), "article")
        st.caption(f"Number {at + 1:,} of {len(places):,}, out of {total}{which}.")
    return str(chosen)


def _step(says: str, icon: str, article: str, key: str) -> None:
    st.button(
        "",
        key=says,
        help=says,
        icon=icon,
        shortcut=key,
        disabled=article == st.session_state["article"],
        on_click=st.session_state.__setitem__,
        args=("article", article),
    )


def _says(articles: Shelf, place: int) -> str:
    """Name an article for the list."""
    submitted, compared = articles.submitted[place], articles.compared[place]
    parts = (
        _beginning(articles.heading[place]),
        str(articles.articles["outlet"].iloc[place])[:_OUTLET],
        f"{submitted} submitted" if submitted else "nothing submitted",
        f"{articles.same[place]} of {compared} agree" if compared else "",
    )
    return " · ".join(part for part in parts if part)


def _beginning(title: str) -> str:
    named = brief(title)
    return named if named.strip("…") else title[:_WORD] + "…"  # one word longer than a line


def _keep_address(chosen: str) -> str:
    """Let the address name the article; the phrase of another article is not in this one."""
    asked = st.query_params.get("article", chosen)
    if asked != chosen:
        for name in ("from", "to"):
            st.query_params.pop(name, None)
    st.query_params["article"] = st.session_state[_AT] = chosen
    return chosen


def _facts(reading: Reading) -> tuple[str, ...]:
    compared = [row.agreed for row in reading.answers if row.agreed is not None]
    agreed = f"{compared.count(True)} of {len(compared)} answers agree" if compared else ""
    outlet = reading.outlet if reading.title else ""
    return outlet, reading.published, reading.event, agreed


def _asked(reading: Reading) -> Passage | None:
    """Find the phrase of the address."""
    start, end = (st.query_params.get(name, "") for name in ("from", "to"))
    if not (start or end):
        return None
    passage = passage_of(reading, start, end)
    if passage is None:
        what = f"This article has no characters {start[:12] or '?'} to {end[:12] or '?'}."
        note("careful", "No such phrase", what)
    return passage


def _choose_layers(reading: Reading) -> tuple[Sequence[str], bool]:
    """Let the reader choose whose spans are drawn, and whether the heat is."""
    people = list(dict.fromkeys(reading.annotators))
    if not people:
        note("plain", "Nobody has this article yet", "Send it with `annotate push`, then pull.")
        return (), False
    if len(people) < 2:  # noqa: PLR2004 (nothing to choose)
        return people, False
    marked = [p for p, spans in zip(reading.annotators, reading.spans, strict=True) if spans]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        chosen: list[str] = st.multiselect(
            "Show the spans of",
            people,
            default=list(dict.fromkeys(marked or people))[:_AT_FIRST],
            key=f"people {reading.article_id}",
            placeholder="nobody",
        )
        heat = st.toggle(
            "Heat: how many marked it",
            key="heat",
            help="Draws under each stretch how many of those who submitted the article marked it.",
        )
    return [person for person in people if person in chosen], heat


def _text(
    findings: Findings,
    reading: Reading,
    shown: Sequence[str],
    passage: Passage | None,
    *,
    heat: bool,
) -> None:
    labels = [(label.shown, label.color) for label in findings.schema.labels]
    legend = legend_of(reading, labels)
    key = legend_html(reading, legend, shown, heat=heat, links=links_of(findings, reading))
    asked = (passage.start, passage.end) if passage else None
    bring = _brings((reading.article_id, asked), (tuple(shown), heat))
    text = article_html(reading, legend, shown, heat=heat, asked=asked, bring=bring)
    st.html(laid_out_html(key, text))


def _brings(target: Hashable, layers: Hashable) -> bool:
    """Tell whether the phrase is to be brought into view: on coming, not with every choice."""
    came_for, seen_with = st.session_state.get(_BROUGHT, (None, None))
    brings = bool(came_for != target or seen_with == layers)
    st.session_state[_BROUGHT] = (target, layers if brings else None)
    return brings


def _answers(reading: Reading) -> None:
    if not (reading.answers and reading.annotators):
        return
    heading(
        "Answers side by side",
        "= they agree",
        "≠ they differ",
        "nothing: not asked, or fewer than two answers",
    )
    st.html(answers_html(reading))


def _written(reading: Reading) -> None:
    if reading.notes:
        heading("Notes")
        st.html(notes_html(reading.notes))
    if reading.seconds:
        heading("Second readings", "the article came back to them, and they were not told")
        st.html(seconds_html(reading.seconds))


def _phrases(reading: Reading, shown: Sequence[str]) -> None:
    phrases = marked_phrases(reading, shown)
    if not phrases:
        return
    # With a key it stays open, also when the number in its name changes.
    named, key = f"All marked phrases as a list ({len(phrases):,})", f"list {reading.article_id}"
    with st.expander(named, key=key):
        pages = -(-len(phrases) // _ROWS)
        page = 1
        if pages > 1:
            page = st.pagination(pages, key=f"phrases {reading.article_id}")
        st.html(marked_html(phrases[(page - 1) * _ROWS : page * _ROWS]))


_page()
