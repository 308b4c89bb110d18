"""The key to an article: who marked it, and with which labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.report.html.escape import safe
from annotate.report.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.findings.reading import Reading
    from annotate.report.html.article import Legend

__all__ = ["legend_html"]


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
