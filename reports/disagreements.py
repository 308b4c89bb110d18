"""Disagreements: what to talk about first, one case under the other."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import streamlit as st
from findings import current, kept
from models import make_worklist
from show import heading, items, note, nothing_yet, plain

from annotate.dataset.writers import csv_of
from annotate.errors import AnnotateError
from annotate.findings.worklist import Wanted, as_table
from annotate.report.html.worklist import (
    DISAGREEMENTS,
    KINDS,
    RESOLVED,
    case_html,
    intro_html,
    page_html,
)
from annotate.report.wording import counted
from annotate.workflow.links import TaskLinks, studio_address, task_links

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from findings import Findings
    from numpy.typing import NDArray

    from annotate.findings.worklist import Page, Row, Worklist

_HERE = Path(__file__).parent
_FILTERS = ("question", "kind", "disagreement", "annotator", "article", "words")
_IN_ADDRESS = ("question", "kind", "article")
_PLACE = "worklist place"
_IN_FILE = 1000  # cases: telling them takes a second
_LINKED = 6  # annotators of a case
_ONWARD = {
    "Let it be decided": (
        "`annotate adjudicate --adjudicator NAME --limit 20` sends the articles that cost most to "
        "somebody who decides: by the same gains, summed over each article’s cases."
    ),
    "In the terminal": "`annotate triage` prints the first of each kind, `--json` for programs.",
    "In Label Studio": (
        "Tasks open in a new tab, for whoever is logged in there; the study’s own server runs "
        "while `annotate studio` does."
    ),
}


# What is kept is known by its function's name, which must be no other page's.
def _disagreements_links(findings: Findings, address: str) -> TaskLinks:  # noqa: ARG001 (the key)
    return task_links(findings.study)


def _page() -> None:
    findings = current()
    if not _started(findings):
        return
    found = kept(make_worklist, findings)
    heading("Disagreements", *_facts(found), level=1)
    if not len(found.cases):
        _no_case(findings)
        return
    _explained()
    wanted = _wanted(findings, found)
    chosen = found.choose(wanted)
    page = found.page(chosen, _number(wanted))
    _keep(wanted, page)
    _turn(page, wanted, "above")
    links = _links(findings)
    for row in page.rows:
        _case(row, found, links)
    if page.pages > 1:
        _turn(page, wanted, "below")
    _take_on(found, chosen)


def _started(findings: Findings) -> bool:
    if findings.summary.corpus.articles and findings.summary.started:
        return True
    heading("Disagreements", level=1)
    if not findings.summary.corpus.articles:
        nothing_yet("No articles yet", ("Add articles with `annotate add PATH`.",))
        return False
    nothing_yet(
        "Nobody has submitted anything yet",
        (
            "Annotators open their desk in Label Studio and press Submit at each article.",
            "Press “Pull new annotations” on this page.",
            "What two of them disagree on appears here, the costliest first.",
        ),
    )
    return False


def _facts(found: Worklist) -> list[str]:
    return [counted(n, *names) for kind, names in KINDS.items() if (n := found.count(kind))]


def _no_case(findings: Findings) -> None:
    people = sum(1 for person in findings.summary.progress if person.submitted)
    if people == 1:
        note("plain", "One annotator so far", "It takes two to disagree.")
        return
    note(
        "plain",
        "Nothing would make agreement rise",
        "Either those who read the same articles agree, or no question has a figure yet; the "
        "overview gives the reasons.",
    )


def _explained() -> None:
    st.html(intro_html())
    with st.expander("What “resolved” means"):
        items(list(RESOLVED.values()), bold=list(RESOLVED))


def _wanted(findings: Findings, found: Worklist) -> Wanted:
    """Let the list be filtered; the address follows, so that it can be sent to somebody."""
    choices = {
        "question": dict(found.titles),
        "kind": {kind: many.capitalize() for kind, (_, many) in KINDS.items() if found.count(kind)},
        "disagreement": {kind: says.capitalize() for kind, says in DISAGREEMENTS.items()},
        "annotator": {name: name for name in found.annotators},
    }
    _open_as_asked(findings, found, choices)
    with st.container(horizontal=True, gap="small", key="worklist_filters"):
        chosen = {
            "kind": _choice("kind", "About", choices, "everything"),
            "question": _choice("question", "Question or group", choices, "all"),
            "disagreement": _choice("disagreement", "Phrases that differ on", choices, "anything"),
            "annotator": _choice("annotator", "Annotator involved", choices, "anybody"),
            "article": _words("article", "Article", "headline or id"),
            "words": _words("words", "Words in the phrase", ""),
        }
    return Wanted(**chosen)


def _open_as_asked(
    findings: Findings, found: Worklist, choices: Mapping[str, Mapping[str, str]]
) -> None:
    """Begin with what the address names, and say so if there is no such thing."""
    for name in _IN_ADDRESS:
        asked = st.query_params.get(name, "")
        if _key(name) in st.session_state or not asked:
            continue
        known = found.articles_like(asked) if name == "article" else choices[name]
        if asked in known or (known and name == "article"):
            st.session_state[_key(name)] = asked
        else:
            _unknown(findings, name, asked)
    for name, values in choices.items():
        if st.session_state.get(_key(name), "") not in {"", *values}:  # gone with the last pull
            st.session_state[_key(name)] = ""


def _unknown(findings: Findings, name: str, asked: str) -> None:
    titles = {figure.question: figure.title for figure in findings.summary.figures}
    if name == "question" and asked in titles:
        why = "Nothing would make its alpha rise: all agree, or it has no figure yet."
        note("plain", f"No case about “{titles[asked]}”", why)
        return
    what = {"question": "question or group", "kind": "kind of case", "article": "article"}[name]
    note("careful", f"No such {what}", f"This list holds no {what} “{asked[:80]}”.")


def _choice(name: str, says: str, choices: Mapping[str, Mapping[str, str]], every: str) -> str:
    values = choices[name]
    shown = {"": f"– {every} –", **values}
    st.session_state.setdefault(_key(name), "")
    return str(st.selectbox(says, list(shown), format_func=shown.__getitem__, key=_key(name)))


def _words(name: str, says: str, such_as: str) -> str:
    st.session_state.setdefault(_key(name), "")
    return str(st.text_input(says, key=_key(name), placeholder=such_as, max_chars=200)).strip()


def _key(name: str) -> str:
    return f"worklist {name}"


def _number(wanted: Wanted) -> int:
    """Give the page that is looked at: the first whenever something else is wanted."""
    before, number = st.session_state.get(_PLACE, (wanted, 1))
    return int(number) if before == wanted else 1


def _keep(wanted: Wanted, page: Page) -> None:
    st.session_state[_PLACE] = (wanted, page.number)
    for name in _IN_ADDRESS:
        value = getattr(wanted, name)
        if value:
            st.query_params[name] = value
        elif name in st.query_params:
            del st.query_params[name]


def _turn(page: Page, wanted: Wanted, where: str) -> None:
    """Show where in the list one is, with buttons to the next page and back."""
    if not page.total:
        note("plain", "No case is like that", "Take a filter away to see more.")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if page.total:
            st.html(page_html(page, aloud=where == "above"), width="content")
        if page.pages > 1:
            _step("Previous page", page.number - 1, page, wanted, where)
            _step("Next page", page.number + 1, page, wanted, where)
        if where == "above" and wanted != Wanted():
            st.button("Take all filters away", key="worklist_clear", on_click=_clear)


def _step(says: str, number: int, page: Page, wanted: Wanted, where: str) -> None:
    st.button(
        says,
        key=f"{says} {where}",
        disabled=not 1 <= number <= page.pages,
        on_click=st.session_state.__setitem__,
        args=(_PLACE, (wanted, number)),
    )


def _clear() -> None:
    for name in _FILTERS:
        st.session_state[_key(name)] = ""


def _links(findings: Findings) -> TaskLinks:
    """Give the addresses of tasks; a report without them is better than none."""
    with suppress(AnnotateError):
        # The server may have another port than yesterday while all findings stay the same.
        return kept(_disagreements_links, findings, studio_address(findings.study))
    return TaskLinks({})


def _case(row: Row, found: Worklist, links: TaskLinks) -> None:
    case = row.case
    with st.container(gap=None, key=f"worklist_case_{row.rank}"):
        st.html(case_html(row, found.largest, level=2))
        with st.container(horizontal=True, gap="medium", key=f"worklist_links_{row.rank}"):
            if case.article:
                place = {} if case.start is None else {"from": str(case.start), "to": str(case.end)}
                _inner_link("reader", "Read it in the article", {"article": case.article, **place})
                tasks = _tasks(row, links)
                if tasks:
                    st.markdown(f"In Label Studio: {tasks}", width="content")
            else:
                _inner_link("agreement", "See what is mixed up", {"question": case.question})


def _inner_link(page: str, says: str, query: dict[str, Any]) -> None:
    if (_HERE / f"{page}.py").exists():
        st.page_link(f"{page}.py", label=says, query_params=query)


def _tasks(row: Row, links: TaskLinks) -> str:
    """Link to the task of each who is involved; where all share one, to that."""
    people = list(dict.fromkeys(who for who, _ in row.case.said))
    urls = {who: url for who in people if (url := links.of(row.case.article, who))}
    if len(set(urls.values())) == 1 < len(urls):
        urls = {"everybody": next(iter(urls.values()))}
    return " · ".join(
        f"[{plain(who)}’s task]({quote(url, safe=':/?&=%[]@~')})"
        for who, url in list(urls.items())[:_LINKED]
    )


def _take_on(found: Worklist, chosen: NDArray[np.int64]) -> None:
    heading("Take the list on")
    items(list(_ONWARD.values()), bold=list(_ONWARD))
    number = min(len(chosen), _IN_FILE)
    if number:
        st.download_button(
            f"Download {counted(number, 'case')} as CSV",
            lambda: csv_of(as_table(found.first(number, chosen))),
            file_name="disagreements.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="worklist_download",
        )
    if len(chosen) > number:
        st.caption("The costliest of those that the filters let through.")


_page()
