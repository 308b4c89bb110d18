"""Outlets and events: what the labels say of them, with how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from findings import brief, current, kept
from models import make_sources
from onward import onward
from show import heading, is_dark, items, note, nothing_yet

from annotate.report.charts.outlets import across_chart, apart_chart, means_chart
from annotate.report.html.outlets import (
    across_html,
    agreed_html,
    caveats_of,
    not_enough,
    parts_html,
    profile_html,
    record_of,
    side_by_side_html,
)
from annotate.report.wording import counted, number, one_line, outlet_name
from annotate.sources import FEWEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from findings import Findings

    from annotate.reliability import Figure
    from annotate.sources import Estimate, Key, Part, Profile, Sources
    from annotate.summary import Summary

    Record = dict[tuple[str, str], Figure]

_ROWS = 25  # outlets at once
_KINDS = {
    "share": "share of articles",
    "mean": "mean",
    "rate": "per 1,000 words",
    "share of marks": "share of marks",
}


def _make_profile(findings: Findings, outlet: str) -> Profile:
    return kept(make_sources, findings).profile(outlet)


def _make_event(findings: Findings, event: str) -> tuple[Profile, tuple[Profile, ...]]:
    found = kept(make_sources, findings)
    return found.of_event(event), found.side_by_side(event)


def _page() -> None:
    findings = current()
    summary = findings.summary
    if not summary.corpus.articles:
        heading("Outlets", level=1)
        nothing_yet("No articles yet", ("Add articles with `annotate add PATH`.",))
        return
    found = kept(make_sources, findings)
    heading("Outlets", *_facts(found), level=1)
    if not summary.corpus.outlets and not summary.corpus.events:
        nothing_yet(
            "No article has an outlet or an event",
            (
                (
                    "Name them with `annotate add PATH --outlet NAME --event NAME`, or in columns "
                    "“outlet” and “event” of a table."
                ),
                "Annotators never see them.",
            ),
        )
        return
    if not summary.started:
        _nothing_submitted(found)
        return
    _careful(summary)
    record = record_of(summary.figures)
    outlets, events = st.tabs(["Outlets", "Events"])
    with outlets:
        _outlets(findings, found, record)
    with events:
        _events(findings, found, record)


def _facts(found: Sources) -> tuple[str, ...]:
    return (
        counted(sum(bool(part.name) for part in found.outlets), "outlet"),
        counted(sum(bool(part.name) for part in found.events), "event"),
        f"{found.whole.labelled:,} of {counted(found.whole.articles, 'article')} labelled",
        counted(found.whole.readings, "reading"),
    )


def _nothing_submitted(found: Sources) -> None:
    nothing_yet(
        "Nobody has submitted anything yet",
        (
            "Annotators open their desk in Label Studio and press Submit at each article.",
            "Press “Pull new annotations” on this page.",
        ),
    )
    st.html(parts_html(found.outlets[:_ROWS], "outlet"))


def _careful(summary: Summary) -> None:
    with st.expander("Before you quote a figure"):
        items(caveats_of(summary))


def _outlets(findings: Findings, found: Sources, record: Record) -> None:
    if not findings.summary.corpus.outlets:
        note("plain", "No outlet is known", "Name them with `annotate add PATH --outlet NAME`.")
        return
    enough = sum(part.enough for part in found.outlets if part.name)
    several = sum(bool(part.name) for part in found.outlets)
    heading(f"{enough} of {counted(several, 'outlet')} with enough articles for rates")
    place = _paged(found.outlets)
    st.html(parts_html(found.outlets[place], "outlet"))
    _across(found, place, record)
    _one(findings, found, record)


def _paged(parts: Sequence[Part]) -> slice:
    """Show some at a time."""
    pages = -(-len(parts) // _ROWS)
    if pages < 2:  # noqa: PLR2004 (one page needs no choice)
        return slice(0, _ROWS)
    page = st.number_input(
        f"Page, of {pages}", min_value=1, max_value=pages, step=1, key="outlets_page", width=160
    )
    return slice((int(page) - 1) * _ROWS, int(page) * _ROWS)


def _across(found: Sources, place: slice, record: Record) -> None:
    """Set all outlets side by side on one figure."""
    heading("Outlet beside outlet")
    says = {trait.key: f"{trait.title}: {trait.shown}" for trait in found.traits}
    twice = {key: f"{said} ({_KINDS[key[2]]})" for key, said in says.items()}
    key = st.selectbox(
        "Figure",
        list(twice),
        format_func=lambda each: one_line(twice[each]),
        key="trait",
    )
    if key is None:
        return
    estimates, whole = found.across(key)
    heading(f"{says[key]}: {_range(estimates)}", level=3)
    st.html(f'<p class="an-under">{agreed_html(record, key[0], key[1])}</p>')
    onward("agreement.py", "How far annotators agree", question=key[0])
    outlets, shown = found.outlets[place], estimates[place]
    chart = across_chart(outlets, shown, whole, dark=is_dark())
    if chart is not None:
        st.altair_chart(chart, alt=f"{says[key]}, outlet by outlet")
        st.caption(
            f"{counted(whole.articles, 'article')}, {_KINDS[key[2]]}, in the order of names; the "
            "dashed line is the figure of all articles. 95 % intervals over articles. Outlets of "
            f"fewer than {FEWEST} articles are in the table only."
        )
        with st.expander("As a table, with counts"):
            st.html(across_html(outlets, shown, whole))
    else:
        st.html(across_html(outlets, shown, whole))
    if key[2] in {"mean", "rate"}:
        _same_events(found, place, key)


def _range(estimates: Sequence[Estimate]) -> str:
    values = [estimate.amount for estimate in estimates if estimate.defined]
    if not values:
        return f"no outlet has {FEWEST} articles yet"
    if len(values) == 1:
        return f"{number(values[0])} in the one outlet with enough articles"
    least, most = number(min(values)), number(max(values))
    return f"{least} in all" if least == most else f"from {least} to {most}"


def _same_events(found: Sources, place: slice, key: Key) -> None:
    """Compare outlets on what they all wrote about: what they choose to write of is held still."""
    beside = found.beside(key)
    heading(
        "The same events, different outlets",
        "The fairer comparison: each outlet against the others who wrote of the same event; an "
        "event weighs one.",
        level=3,
    )
    chart = apart_chart(found.outlets[place], beside[place], dark=is_dark())
    if chart is None:
        most = max((each.events for each in beside), default=0)
        note(
            "plain",
            "Not enough shared events",
            f"It takes {FEWEST} events that an outlet shares with another; the most that one has "
            f"is {most}. The tab “Events” sets outlets side by side on one event.",
        )
        return
    enough = sum(each.events >= FEWEST for each in beside)
    st.altair_chart(chart, alt="Each outlet against the others on the same events")
    st.caption(
        f"{counted(enough, 'outlet')} with at least {FEWEST} shared events. 95 % intervals over "
        "events."
    )


def _one(findings: Findings, found: Sources, record: Record) -> None:
    heading("One outlet")
    part = _choose(found)
    heading(
        outlet_name(part.name),
        f"{part.labelled:,} of {counted(part.articles, 'article')} labelled",
        counted(part.readings, "reading"),
        counted(part.words, "word"),
    )
    if not part.labelled:
        note("plain", "Nothing submitted yet", "None of its articles has been read so far.")
        return
    _short(part)
    profile = kept(_make_profile, findings, part.name)
    chart = means_chart(profile, dark=is_dark())
    if chart is not None:
        heading("Means of what was rated", level=3)
        st.altair_chart(chart, alt=f"Means of {outlet_name(part.name)} by question")
        st.caption("Means over articles of their readers’ means. 95 % intervals over articles.")
    st.html(profile_html(profile, record))


def _short(part: Part) -> None:
    if not part.enough:
        note(
            "careful",
            not_enough(part).capitalize(),
            "Counts are shown; a rate would say more than these articles can.",
        )


def _choose(found: Sources) -> Part:
    """Let an outlet be chosen; the address follows, so that it can be sent to somebody."""
    names = [part.name for part in found.outlets]
    asked = st.query_params.get("outlet", "")
    if st.session_state.get("outlet") not in names:
        st.session_state["outlet"] = asked if asked in names else names[0]
        if asked and asked not in names:
            note("careful", "No such outlet", f"This study has no outlet “{asked[:80]}”.")
    chosen = st.selectbox(
        "Outlet", names, format_func=lambda name: one_line(outlet_name(name)), key="outlet"
    )
    st.query_params["outlet"] = chosen
    return next(part for part in found.outlets if part.name == chosen)


def _events(findings: Findings, found: Sources, record: Record) -> None:
    if not findings.summary.corpus.events:
        note("plain", "No event is known", "Name them with `annotate add PATH --event NAME`.")
        return
    several = found.comparable
    names = [*several, *(p.name for p in found.events if p.name and p.name not in several)]
    heading(f"{counted(len(several), 'event')} that two outlets or more wrote about")
    event = st.selectbox("Event", names, format_func=one_line, key="event")
    if event is None:
        return
    profile, sides = kept(_make_event, findings, event)
    heading(
        event,
        f"{profile.part.labelled:,} of {counted(profile.part.articles, 'article')} labelled",
        counted(len(sides), "outlet"),
    )
    if len(sides) > 1:
        heading(
            "Outlets side by side",
            "Same event, different outlets. Counts are readings that gave the answer, or marks; "
            f"rates from {FEWEST} articles on.",
            level=3,
        )
        _side_by_side(sides, record)
    else:
        note("plain", "One outlet alone", "No other outlet of this study wrote about this event.")
    _articles(findings, event)
    with st.expander("All articles about this event together"):
        _short(profile.part)
        st.html(profile_html(profile, record))


def _articles(findings: Findings, event: str) -> None:
    """Link to the articles about an event."""
    rows = findings.articles[findings.articles["event"] == event]
    with st.expander(f"Read them ({len(rows)})"):
        for row in rows.head(_ROWS).itertuples():
            title = brief(str(row.title) or str(row.text))
            onward("reader.py", f"{row.outlet} · {title}", article=str(row.article_id))
        if len(rows) > _ROWS:
            st.caption(f"The first {_ROWS}; the others are in the reader’s list.")


def _side_by_side(sides: tuple[Profile, ...], record: Record) -> None:
    most = 8  # columns: more are hard to follow
    names = [side.part.name for side in sides]
    shown = names
    if len(sides) > most:
        shown = st.multiselect(
            "Outlets",
            names,
            default=names[:most],
            format_func=lambda name: one_line(outlet_name(name)),
            key=f"sides {sides[0].part.name} {len(sides)}",
        )
    st.html(side_by_side_html([s for s in sides if s.part.name in shown], record))


_page()
