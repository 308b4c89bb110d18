"""Annotators: each beside the others, and what there is to talk about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from findings import current, kept
from models import make_annotators
from onward import onward
from show import heading, is_dark, items, note, nothing_yet

from annotate.report.charts.annotators import lean_chart, leans_chart, marking_chart, rest_chart
from annotate.report.html.annotators import (
    IDLE_RULE,
    RUN_RULE,
    against_html,
    alike_html,
    leans_html,
    people_html,
    runs_html,
    second_html,
    working_html,
)
from annotate.report.talk import NO_CAUSE, NOT_WRONG, PAIR, talking_points
from annotate.report.wording import counted, ends, number, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from findings import Findings

    from annotate.findings.annotators import Annotators, Person

_ROWS = 25  # annotators at once
_PAIR = 2
_LINKS = 8


def _page() -> None:
    findings = current()
    summary = findings.summary
    if not summary.corpus.articles:
        heading("Annotators", level=1)
        nothing_yet("No articles yet", ("Add articles with `annotate add PATH`.",))
        return
    found = kept(make_annotators, findings)
    heading("Annotators", *_facts(found), level=1)
    if not summary.started:
        _nothing_submitted(found)
        return
    note("plain", "To talk about, not to grade", NOT_WRONG)
    if len(found.active) == 1:
        note(
            "careful",
            "One annotator so far",
            "Nobody can be set beside somebody else yet: agreement and lean need a second person "
            "who submitted the same articles. Time and marks are there.",
        )
    elif len(found.active) == _PAIR:
        note("careful", "Two annotators", PAIR)
    _everybody(found)
    _one(findings, found)


def _facts(found: Annotators) -> tuple[str, ...]:
    active = len(found.active)
    submitted = sum(person.progress.submitted for person in found.people)
    have = "has" if active == 1 else "have"
    return (
        f"{active} of {counted(len(found.people), 'annotator')} {have} submitted",
        counted(submitted, "submitted visit"),
    )


def _nothing_submitted(found: Annotators) -> None:
    nothing_yet(
        "Nobody has submitted anything yet",
        (
            "Annotators open their desk in Label Studio and press Submit at each article.",
            "Press “Pull new annotations” on this page.",
        ),
    )
    if found.people:
        st.html(people_html(found.people[:_ROWS]))


def _everybody(found: Annotators) -> None:
    heading("Side by side", "In the order of the study; nobody is ranked.")
    people = _paged(found.people)
    st.html(people_html(people))
    st.caption(IDLE_RULE)
    if len(found.active) > 1:
        _on_one_question(found, people)


def _paged(people: Sequence[Person]) -> Sequence[Person]:
    """Show some at a time."""
    pages = -(-len(people) // _ROWS)
    if pages < 2:  # noqa: PLR2004 (one page needs no choice)
        return people
    page = st.number_input(
        f"Page, of {pages}", min_value=1, max_value=pages, step=1, key="people_page", width=160
    )
    return people[(int(page) - 1) * _ROWS : int(page) * _ROWS]


def _on_one_question(found: Annotators, people: Sequence[Person]) -> None:
    titles = dict(found.questions)
    heading("On one question")
    question = st.selectbox(
        "Question", list(titles), format_func=lambda name: one_line(titles[name]), key="asked"
    )
    if question is None:
        return
    title = titles[question]
    chart = rest_chart(found, people, question, dark=is_dark())
    heading(f"{title}: {_spread(people, question)}", level=3)
    if chart is None:
        note("plain", "No figure yet", "Nobody’s answers can be compared with the rest here.")
    else:
        st.altair_chart(chart, alt=f"Agreement of each annotator with the rest: {title}")
        st.caption(
            "The pairs that each annotator is one of, at the question’s own coefficient; the "
            "dashed line is the figure of all. 95 % intervals over articles."
        )
    leans = leans_chart(people, question, dark=is_dark())
    if leans is not None:
        heading(f"{title}: {_leaning(people, question)}", level=3)
        st.altair_chart(leans, alt=f"How far each annotator lies above the others: {title}")
        st.caption(
            "The mean distance from the others on the same articles. 95 % intervals over "
            "articles: they speak of other articles, not of other annotators."
        )


def _spread(people: Sequence[Person], question: str) -> str:
    own = [against.rest for person in people if (against := person.on(question)) is not None]
    values = [figure.value for figure in own if figure.defined]
    if not values:
        return "nobody can be compared yet"
    least, most = number(min(values)), number(max(values))
    if least == most:
        return f"agreement with the rest is {least}"
    return f"agreement with the rest lies between {least} and {most}"


def _leaning(people: Sequence[Person], question: str) -> str:
    own = [a.leans[0] for p in people if (a := p.on(question)) is not None and a.leans]
    apart = sum(figure.low > 0 or figure.high < 0 for figure in own)
    if not apart:
        return "no interval leaves out “no lean”"
    leave = "leaves" if apart == 1 else "leave"
    return f"{apart} of {counted(len(own), 'interval')} {leave} out “no lean”"


def _one(findings: Findings, found: Annotators) -> None:
    shown = findings.summary.shown
    heading("One annotator")
    person = _choose(found)
    heading(person.name, *_done(person), level=2)
    if not person.progress.submitted:
        note("plain", "Nothing submitted yet", "There is nothing to say before the first reading.")
        return
    _points(found, person)
    heading("Time", level=3)
    st.html(working_html(person))
    if len(found.active) > 1:
        heading("With the rest, and without them", level=3)
        st.html(against_html(found, person, shown))
        st.caption(
            "Against the rest: the pairs that this annotator is one of. Without them: all other "
            "pairs. The difference is the second minus the figure of all, with an interval of its "
            "own, since the articles are the same."
        )
        _lean(findings, person)
    _marking(person)
    _habits(person)
    _second(findings, found, person)


def _choose(found: Annotators) -> Person:
    """Let an annotator be chosen; the address follows, so that it can be sent to somebody."""
    names = [person.name for person in found.people]
    asked = st.query_params.get("annotator", "")
    if st.session_state.get("annotator") not in names:
        st.session_state["annotator"] = asked if asked in names else found.active[0].name
        if asked and asked not in names:
            note("careful", "No such annotator", f"This study has no annotator “{asked[:80]}”.")
    chosen = st.selectbox("Annotator", names, format_func=one_line, key="annotator")
    st.query_params["annotator"] = chosen
    return next(person for person in found.people if person.name == chosen)


def _done(person: Person) -> tuple[str, ...]:
    done = person.progress
    return (
        f"{done.submitted:,} submitted",
        f"{done.skipped:,} skipped",
        counted(done.draft, "draft"),
        f"{done.unseen:,} unseen",
    )


def _points(found: Annotators, person: Person) -> None:
    heading("What to talk about", level=3)
    points = talking_points(found, person)
    if points:
        items([says for _, says in points], bold=[about for about, _ in points])
    else:
        note("plain", "Nothing stands out", "No interval here leaves out “no difference”.")
    st.caption(NO_CAUSE)
    titles = {title: name for name, title in found.questions}
    with st.container(horizontal=True):
        for about in [about for about, _ in points if about in titles][:_LINKS]:
            onward("disagreements.py", f"Disagreements: {about}", question=titles[about])


def _lean(findings: Findings, person: Person) -> None:
    chart = lean_chart(person, dark=is_dark())
    if chart is not None:
        steps = [f for a in person.against for f in a.leans if f.measure == "lean (steps)"]
        apart = sum(figure.low > 0 or figure.high < 0 for figure in steps)
        says = f"Leans from the others on {apart} of {counted(len(steps), 'question')}"
        heading(says if apart else "No lean that other articles would surely show", level=3)
        st.altair_chart(chart, alt=f"How far {person.name} lies above the others, by question")
        st.caption(
            f"{counted(max(f.articles for f in steps), 'article')} at most. Steps of the scale "
            "above (or below) the mean of the others on the same articles; 95 % intervals over "
            "articles."
        )
    else:
        heading("Lean", level=3)
    with st.expander("All leans as a table, those of marks too"):
        st.html(leans_html(person, findings.summary.shown))


def _marking(person: Person) -> None:
    marking = person.marking
    if marking is None:
        return
    change = marking.change
    said = f"{number(change.value)} {ends(change.low, change.high)}".strip()
    drifts = change.low > 0 or change.high < 0
    heading(
        "Marks change against the others from the first half to the second"
        if drifts
        else "Marks over time: no drift that can be told from chance",
        level=3,
    )
    st.altair_chart(
        marking_chart(marking, dark=is_dark()),
        alt=f"Marks of {person.name} per 1,000 words, in the order of submission",
    )
    each = (
        "Each dot one article" if marking.size == 1 else f"Blocks of about {marking.size} articles"
    )
    rest = counted(marking.blocks[-1].last, "article")
    order = (
        "" if marking.timed else " Times of submission do not differ: the order is the server’s."
    )
    st.caption(
        f"{each}, {rest} in all; all scored labels together.{order} "
        f"Second half minus first half, each set against the others on the same articles: {said}"
        f"{f' ({change.reason})' if change.reason else ''}. Blocks of fewer than five articles "
        "have no interval."
    )


def _habits(person: Person) -> None:
    runs = person.habits.runs
    if not runs:
        return
    notable = sum(run.notable for run in runs)
    heading(
        f"Long runs of one answer on {counted(notable, 'question')}"
        if notable
        else "No long run that the others would not bear out",
        level=3,
    )
    st.html(runs_html(person))
    st.caption(RUN_RULE)
    alike = alike_html(person)
    if alike:
        st.html(alike)
        st.caption(
            "How often all of these questions got the same answer within an article; the others on "
            "the same articles, each article weighing one."
        )


def _second(findings: Findings, found: Annotators, person: Person) -> None:
    table = second_html(person, found.pooled, findings.summary.shown)
    if not table:
        return
    heading("First and second readings", level=3)
    st.html(table)
    st.caption(
        "The same articles came back unannounced. An annotator can hardly agree with others more "
        "than with themselves."
    )


_page()
