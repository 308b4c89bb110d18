"""What to talk about first, for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.findings.worklist import worklist
from annotate.report.html.pieces import note_html
from annotate.report.html.worklist import RESOLVED, cases_html, intro_html
from annotate.report.offline.section import Section
from annotate.report.wording import counted

if TYPE_CHECKING:
    from annotate.report.offline.material import Material
    from annotate.report.offline.pictures import Gallery

__all__ = ["section"]

_MOST = 50  # cases: a page is read, not worked off


def section(material: Material, _gallery: Gallery) -> Section | None:
    """Give the costliest disagreements, who said what in each, and what they cost."""
    if not material.summary.started:
        return None
    found = worklist(material.summary, material.named)
    if not len(found.cases):
        body = note_html("plain", "Nothing would make agreement rise", "The overview says why.")
        return Section("disagreements", "Disagreements", body)
    more = len(found.cases) - _MOST
    left = f"<p>{counted(more, 'cheaper case')}: <code>annotate triage</code>.</p>"
    body = intro_html() + cases_html(found.first(_MOST), found.largest)
    means = "".join(f"<dt>{about}</dt><dd>{says}</dd>" for about, says in RESOLVED.items())
    body += f"<details><summary>What “resolved” means</summary><dl>{means}</dl></details>"
    return Section("disagreements", "Disagreements", body + (left if more > 0 else ""))
