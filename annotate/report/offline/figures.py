"""Every figure of agreement, for the page: what `annotate score --json` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.report.html.figures import all_figures_html
from annotate.report.offline.section import Section, anchor
from annotate.report.wording import counted

if TYPE_CHECKING:
    from annotate.reliability import Figure
    from annotate.report.offline.material import Material
    from annotate.report.offline.pictures import Gallery

__all__ = ["section"]


def section(material: Material, _gallery: Gallery) -> Section | None:
    """Give every figure, by question."""
    summary = material.summary
    if not summary.started:
        return None
    by_question: dict[str, list[Figure]] = {}
    for figure in summary.figures:
        by_question.setdefault(figure.question, []).append(figure)
    parts = tuple(
        Section(
            anchor("figures", name),
            own[0].title,
            all_figures_html(own, summary.shown, about=f"Figures: {own[0].title}"),
        )
        for name, own in by_question.items()
    )
    body = (
        f"<p>{counted(len(summary.figures), 'figure')} of {counted(len(parts), 'question')}, as "
        "<code>annotate score --json</code> gives them. Who saw an article and marked nothing has "
        "voted; skipped, drafts and unseen have not.</p>"
    )
    return Section("figures", "Every figure", body, parts)
