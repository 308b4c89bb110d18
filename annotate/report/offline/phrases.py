"""The phrases that were marked, for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.findings.choosing import Choice, chosen
from annotate.findings.phrases import make_ledger
from annotate.findings.telling import phrase_rows
from annotate.report.html.phrases import top_phrases_html
from annotate.report.html.pieces import note_html
from annotate.report.offline.section import Section
from annotate.report.wording import counted

if TYPE_CHECKING:
    from annotate.report.offline.material import Material
    from annotate.report.offline.pictures import Gallery

__all__ = ["section"]

_MOST = 100


def section(material: Material, _gallery: Gallery) -> Section | None:
    """Give the phrases marked most often, by whom and as what."""
    if not material.summary.started:
        return None
    ledger = make_ledger(material)
    if not len(ledger.marks):
        body = note_html("plain", "No phrase is marked yet", "What was submitted holds no marks.")
        return Section("phrases", "Phrases", body)
    places = chosen(ledger, Choice())
    more = len(places) - _MOST
    left = f" The {_MOST} at the head of the list are here." if more > 0 else ""
    said = (
        f"{counted(len(ledger.phrases), 'distinct phrase')} in {counted(len(ledger.marks), 'mark')}"
        f".{left} Long phrases are cut short, as in the dataset. The same words are one phrase: "
        "case, white space and punctuation at the ends do not count. An occurrence is marked if a "
        "mark of the same group touches it."
    )
    rows = phrase_rows(ledger, places[:_MOST].tolist())
    return Section("phrases", "Phrases", f"<p>{said}</p>{top_phrases_html(rows)}")
