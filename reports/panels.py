"""Small pieces of page, as HTML that escapes whatever comes from files or people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import streamlit as st
from highlight import safe
from wording import counted, duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from highlight import Legend

    from annotate.reading import AnswerRow, Reading
    from annotate.summary import Progress

__all__ = [
    "answers_html",
    "heading",
    "items",
    "legend_html",
    "note",
    "nothing_yet",
    "progress_html",
]

_SIGNS = {"good": "✓", "plain": "i", "careful": "!", "bad": "✕"}
_AGREED = {
    True: ("=", "they agree"),
    False: ("≠", "they differ"),
    None: ("", "fewer than two answers to compare"),
}
_STATUSES = ("submitted", "skipped", "draft", "unseen")


def note(kind: Literal["good", "plain", "careful", "bad"], title: str, text: str = "") -> None:
    """Show a box with a sign, a few words and a sentence."""
    words = f"<p>{_coded(text)}</p>" if text else ""
    head = f"<strong>{safe(title)}</strong>" if title else ""
    role = "alert" if kind == "bad" else "status"
    st.html(
        f'<div class="an-note an-{kind}" role="{role}"><span class="an-sign" aria-hidden="true">'
        f"{_SIGNS[kind]}</span><div>{head}{words}</div></div>"
    )


def nothing_yet(title: str, steps: Sequence[str]) -> None:
    """Show what to do first, where there is nothing to show."""
    todo = "".join(f"<li>{_coded(step)}</li>" for step in steps)
    st.html(f'<div class="an-empty"><h2>{safe(title)}</h2><ol>{todo}</ol></div>')


def heading(title: str, *under: str, level: int = 2) -> None:
    """Show a heading that may hold the words of a file, and a line of facts under it."""
    # Each fact by itself: one that turns the reading direction must not turn its neighbours.
    facts = " · ".join(f"<bdi>{safe(fact)}</bdi>" for fact in under if fact)
    line = f'<p class="an-under">{facts}</p>' if facts else ""
    st.html(f'<h{level} class="an-h">{safe(title)}</h{level}>{line}')


def items(lines: Sequence[str], *, bold: Sequence[str] = ()) -> None:
    """Show a list; `bold` holds what each line begins with, if anything."""
    heads = bold or [""] * len(lines)
    rows = [
        f"<li>{f'<strong>{safe(head)}</strong> – ' if head else ''}{_coded(line)}</li>"
        for head, line in zip(heads, lines, strict=True)
    ]
    st.html(f'<ul class="an-items">{"".join(rows)}</ul>')


def progress_html(progress: Sequence[Progress]) -> str:
    """Build the table of who has done what, with a bar each."""
    heads = "".join(
        f'<th class="an-num"><i class="an-key an-{status}"></i>{status}</th>'
        for status in _STATUSES
    )
    rows = "".join(_progress_row(person) for person in progress)
    return (
        '<div class="an-scroll" tabindex="0" role="region" aria-label="Progress by annotator">'
        '<table class="an-table"><thead><tr><th>annotator</th><th class="an-wide">of those assigned'
        f'</th>{heads}<th class="an-num">spans</th><th class="an-num">median time</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _progress_row(person: Progress) -> str:
    counts = [getattr(person, status) for status in _STATUSES]
    bar = "".join(
        f'<i class="an-{status}" style="flex-grow:{count}"></i>'
        for status, count in zip(_STATUSES, counts, strict=True)
        if count
    )
    cells = "".join(f'<td class="an-num">{count:,}</td>' for count in counts)
    return (
        f'<tr><th scope="row"><bdi>{safe(person.annotator)}</bdi></th>'
        f'<td><span class="an-bar">{bar}</span></td>{cells}'
        f'<td class="an-num">{person.spans:,}</td>'
        f'<td class="an-num">{duration(person.seconds)}</td></tr>'
    )


def legend_html(reading: Reading, legend: Legend, shown: Sequence[str]) -> str:
    """Build the key: annotators in the order of their lines, then the labels in this text."""
    people = "".join(
        _person_row(legend.initials[person], person, status, spans, off=person not in shown)
        for person, status, spans in zip(
            reading.annotators, reading.statuses, reading.spans, strict=True
        )
    )
    used = {m.label for s in reading.segments for m in s.marks if m.annotator in shown}
    labels = "".join(
        f'<li><b class="an-swatch" style="border-color:{legend.colors[label]}">{number}</b>'
        f"<span>{safe(label)}</span></li>"
        for label, number in legend.numbers.items()
        if label in used
    )
    return (
        (f'<h3>Annotators</h3><ul class="an-legend">{people}</ul>' if people else "")
        + (f'<h3>Labels in this text</h3><ul class="an-legend">{labels}</ul>' if labels else "")
        + (f'<p class="an-small">{_explained(legend)}</p>' if labels else "")
    )


def _explained(legend: Legend) -> str:
    person, initial = next(iter(legend.initials.items()))
    label, number = next(iter(legend.numbers.items()))
    return (
        f"{safe(initial)}{number} in the text: <bdi>{safe(person)}</bdi> begins “{safe(label)}” "
        "here. One line per annotator, in this order."
    )


def _person_row(initial: str, person: str, status: str, spans: int, *, off: bool) -> str:
    kind = ' class="an-off"' if off else ""
    did = f"{status} · {counted(spans, 'span')}" if status == "submitted" else status
    return (
        f"<li{kind}><b>{safe(initial)}</b>"
        f"<span><bdi>{safe(person)}</bdi><small>{safe(did)}</small></span></li>"
    )


def answers_html(reading: Reading) -> str:
    """Build the answers about the article, one column per annotator."""
    heads = "".join(
        f'<th scope="col"><bdi>{safe(person)}</bdi><small>{safe(status)}</small></th>'
        for person, status in zip(reading.annotators, reading.statuses, strict=True)
    )
    rows = "".join(_answer_row(row) for row in reading.answers)
    return (
        '<div class="an-scroll" tabindex="0" role="region" aria-label="Answers side by side">'
        f'<table class="an-table an-answers"><thead><tr><th scope="col">question</th>'
        f'<th scope="col"><span class="an-hidden">do they agree?</span></th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _answer_row(row: AnswerRow) -> str:
    sign, says = _AGREED[row.agreed]
    cells = "".join(f'<td dir="auto">{safe(answer) or "–"}</td>' for answer in row.answers)
    kind = {True: "an-same", False: "an-differ", None: ""}[row.agreed]
    return (
        f'<tr class="{kind}"><th scope="row">{safe(row.title)}</th>'
        f'<td class="an-agree" title="{says}"><span aria-hidden="true">{sign}</span>'
        f'<span class="an-hidden">{says}</span></td>{cells}</tr>'
    )


def _coded(text: str) -> str:
    """Escape, and set what stands between backticks as code."""
    parts = safe(text).split("`")
    if len(parts) % 2 == 0:  # a backtick without its partner
        return safe(text)
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(parts))
