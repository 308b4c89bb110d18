"""The key to an article: who marked it, with which labels, and how to read the heat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.report.html.escape import safe
from annotate.report.html.lines import band_height
from annotate.report.wording import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annotate.findings.heat import Heat
    from annotate.findings.layers import Mark
    from annotate.findings.reading import Reading
    from annotate.report.html.article import Legend

__all__ = ["legend_html"]

_MOST_STEPS = 5  # of the scale; with more annotators it shows the first, the middle and the last


def legend_html(
    reading: Reading,
    legend: Legend,
    shown: Sequence[str],
    *,
    heat: bool = False,
    links: Mapping[str, str] | None = None,
) -> str:
    """Build the key: annotators in the order of their lines, the heat, the labels in this text.

    Parameters
    ----------
    reading : Reading
        The article.
    legend : Legend
        How annotators and labels are told apart.
    shown : sequence of str
        Whose spans are drawn.
    heat : bool
        Whether the heat is drawn.
    links : mapping of str to str, optional
        The address of each annotator's task in Label Studio.
    """
    people = "".join(
        _person_row(
            legend.initials[person],
            person,
            _did(status, spans, hidden=person not in shown),
            (links or {}).get(person, ""),
        )
        for person, status, spans in zip(
            reading.annotators, reading.statuses, reading.spans, strict=True
        )
    )
    marks = [m for s in reading.segments for m in s.marks if m.begins and m.annotator in shown]
    used = {mark.label for mark in marks}
    labels = "".join(
        f'<li><b class="an-swatch" style="border-color:{legend.colors[label]}">{number}</b>'
        f"<span>{safe(label)}</span></li>"
        for label, number in legend.numbers.items()
        if label in used
    )
    return (
        (_part("Annotators", people) if people else "")
        + (_heat(reading, legend) if heat else "")
        + (_part("Labels in this text", labels) if labels else "")
        + (f'<p class="an-small">{_explained(marks[0], legend)}</p>' if marks else "")
    )


def _part(title: str, rows: str) -> str:
    return f'<h3>{title}</h3><ul class="an-legend">{rows}</ul>'


def _explained(mark: Mark, legend: Legend) -> str:
    """Explain the first sign that stands in the text."""
    sign = f"{legend.initials[mark.annotator]}{legend.numbers[mark.label]}"
    return (
        f"{safe(sign)} in the text: <bdi>{safe(mark.annotator)}</bdi> begins "
        f"“<bdi>{safe(mark.label)}</bdi>” here. Each annotator has a line, in this order."
    )


def _did(status: str, spans: int, *, hidden: bool) -> str:
    if status != "submitted":
        return status
    return f"{status} · {counted(spans, 'span')}" + (", hidden" if hidden and spans else "")


def _person_row(initial: str, person: str, did: str, link: str) -> str:
    task = (
        f' · <a href="{safe(link)}" target="_blank" rel="noopener noreferrer">task'
        f'<span class="an-hidden"> of {safe(person)} in Label Studio, opens a new tab</span>'
        '<span aria-hidden="true"> ↗</span></a>'
        if link
        else ""
    )
    return (
        f"<li><b>{safe(initial)}</b>"
        f"<span><bdi>{safe(person)}</bdi><small>{safe(did)}{task}</small></span></li>"
    )


def _heat(reading: Reading, legend: Legend) -> str:
    warm = [heat for heat in reading.heats if heat.stretches]
    if not warm:
        return '<p class="an-small">Nothing was marked that could agree.</p>'
    rows = "".join(_heat_row(heat, legend.letters[heat.group]) for heat in warm)
    first = warm[0]
    sign = f"{legend.letters[first.group]}{len(first.stretches[0].who)}/{first.saw}"
    return (
        _part("How many marked it", rows)
        + f'<p class="an-small">{sign} in the text: {len(first.stretches[0].who)} of the '
        f"{first.saw} who submitted the article marked this as “{safe(first.title)}”. The more "
        "did, the thicker the band and the darker the ground.</p>"
    )


def _heat_row(heat: Heat, letter: str) -> str:
    steps = list(range(1, heat.saw + 1))
    if len(steps) > _MOST_STEPS:
        steps = sorted({1, (heat.saw + 1) // 2, heat.saw})
    scale = "".join(
        f'<span><i style="height:{band_height(marked, heat.saw)}px"></i>{marked}/{heat.saw}</span>'
        for marked in steps
    )
    return (
        f"<li><b>{letter}</b><span><bdi>{safe(heat.title)}</bdi>"
        f'<small class="an-scale">{scale}</small></span></li>'
    )
