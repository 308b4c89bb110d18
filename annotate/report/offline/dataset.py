"""The dataset, for the page: what an export would hold, and its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.dataset import Choices, dataset_card
from annotate.findings.holdings import holdings
from annotate.report.html.dataset import card_html, files_html, left_out_html
from annotate.report.offline.section import Section

if TYPE_CHECKING:
    from annotate.report.offline.material import Material
    from annotate.report.offline.pictures import Gallery

__all__ = ["section"]

_BODY = (
    "<p>What <code>annotate export</code> would write, with or without the articles’ text as in "
    "this page. Its card says who did what, how far they agree, and what each file holds.</p>"
)


def section(material: Material, _gallery: Gallery) -> Section | None:
    """Say what an export would hold."""
    from annotate.workflow import dataset_about

    if not material.summary.corpus.articles:
        return None
    held = holdings(
        material.summary,
        material.articles,
        material.tables,
        material.schema,
        material.apart,
        with_text=material.with_text,
    )
    choices = Choices(with_text=material.with_text)
    about = dataset_about(material.study, [material.tables.visits], choices)
    card = dataset_card(material.summary, about)
    return Section(
        "dataset",
        "Dataset",
        _BODY,
        (
            Section("files", "Files", files_html(held)),
            Section("left-out", "Left out, and why", left_out_html(held.left_out)),
            Section("card", "Card", _folded(card_html(card, level=4))),
        ),
    )


def _folded(card: str) -> str:
    """Fold the card away: it says again what stands above, for who has the dataset alone."""
    return f"<details><summary>The file README.md, as others will read it</summary>{card}</details>"
