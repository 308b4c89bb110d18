"""Each annotator beside the others, for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.findings.annotators import annotators_of
from annotate.report.charts.annotators import lean_chart, marking_chart, rest_chart
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
from annotate.report.html.escape import safe
from annotate.report.html.pieces import heading_html, items_html, note_html
from annotate.report.offline.section import Section, anchor
from annotate.report.talk import NO_CAUSE, NOT_WRONG, talking_points
from annotate.report.wording import counted, ends, number

if TYPE_CHECKING:
    from annotate.findings.annotators import Annotators, Person
    from annotate.report.offline.material import Material
    from annotate.report.offline.pictures import Gallery

__all__ = ["section"]

_MOST = 30  # people of whom each has a part of their own


def section(material: Material, gallery: Gallery) -> Section | None:
    """Set annotators side by side, and tell of each what there is to talk about."""
    if not material.summary.started:
        return None
    found = annotators_of(material.summary, material.tables, material.articles, material.schema)
    body = (
        note_html("plain", "To talk about, not to grade", NOT_WRONG)
        + people_html(found.people)
        + _small(IDLE_RULE)
    )
    if len(found.active) > 1:
        body += _rest(found, gallery)
    parts = tuple(_person(material, gallery, found, each) for each in found.active[:_MOST])
    return Section("annotators", "Annotators", body, parts)


def _small(text: str) -> str:
    return f'<p class="an-under">{safe(text)}</p>'


def _rest(found: Annotators, gallery: Gallery) -> str:
    pictures = [
        heading_html(title, level=4) + picture
        for question, title in found.questions
        if (picture := _rest_on(found, gallery, question, title))
    ]
    return heading_html("Each with the rest, by question", level=3) + "".join(pictures)


def _rest_on(found: Annotators, gallery: Gallery, question: str, title: str) -> str:
    return gallery.picture(
        lambda dark: rest_chart(found, found.people, question, dark=dark),
        f"Agreement of each annotator with the rest: {title}",
        "The pairs that each annotator is one of; the dashed line is the figure of all. 95 % "
        "intervals over articles.",
    )


def _person(material: Material, gallery: Gallery, found: Annotators, person: Person) -> Section:
    shown = material.summary.shown
    points = talking_points(found, person)
    body = (
        items_html([says for _, says in points], bold=[about for about, _ in points])
        if points
        else note_html("plain", "Nothing stands out", "No interval leaves out “no difference”.")
    )
    body += _small(NO_CAUSE) + working_html(person)
    if len(found.active) > 1:
        body += heading_html("With the rest, and without them", level=4)
        body += against_html(found, person, shown) + _lean(person, gallery)
        body += f"<details><summary>All leans as a table</summary>{leans_html(person, shown)}"
        body += "</details>"
    body += _marking(person, gallery)
    if person.habits.runs:
        body += heading_html("Runs of one answer", level=4) + runs_html(person) + _small(RUN_RULE)
        body += alike_html(person)
    second = second_html(person, found.pooled, shown)
    if second:
        body += heading_html("First and second readings", level=4) + second
    return Section(anchor("annotator", person.name), person.name, body)


def _lean(person: Person, gallery: Gallery) -> str:
    picture = gallery.picture(
        lambda dark: lean_chart(person, dark=dark),
        f"How far {person.name} lies above the others, by question",
        "Steps of the scale above (or below) the mean of the others on the same articles; 95 % "
        "intervals over articles.",
    )
    return heading_html("Lean", level=4) + picture if picture else ""


def _marking(person: Person, gallery: Gallery) -> str:
    marking = person.marking
    if marking is None:
        return ""
    change = marking.change
    said = f"{number(change.value)} {ends(change.low, change.high)}".strip()
    reason = f" ({change.reason})" if change.reason else ""
    return heading_html("Marks over time", level=4) + gallery.picture(
        lambda dark: marking_chart(marking, dark=dark),
        f"Marks of {person.name} per 1,000 words, in the order of submission",
        f"{counted(marking.blocks[-1].last, 'article')}, all scored labels together. Second half "
        f"minus first half, each set against the others on the same articles: {said}{reason}.",
    )
