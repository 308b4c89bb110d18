"""Outlets and events, for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.report.charts.outlets import across_chart, means_chart
from annotate.report.html.outlets import (
    CAVEATS,
    not_enough,
    parts_html,
    profile_html,
    record_of,
    side_by_side_html,
)
from annotate.report.html.pieces import heading_html, items_html, note_html
from annotate.report.offline.section import Section, anchor
from annotate.report.wording import counted, outlet_name
from annotate.sources import FEWEST, sources_of

if TYPE_CHECKING:
    from annotate.reliability import Figure
    from annotate.report.offline.material import Material
    from annotate.report.offline.pictures import Gallery
    from annotate.sources import Part, Sources

    Record = dict[tuple[str, str], Figure]

__all__ = ["section"]

_MOST = 30  # outlets and events of which each has a part of its own
_COLUMNS = 8  # outlets side by side


def section(material: Material, gallery: Gallery) -> Section | None:
    """Give what the labels say of outlets and events, with how sure that is."""
    summary = material.summary
    if not summary.started or not (summary.corpus.outlets or summary.corpus.events):
        return None
    ids, words = material.articles["article_id"], material.articles["n_words"]
    found = sources_of(summary.evidence, dict(zip(ids, words, strict=True)), summary.shown)
    record = record_of(summary.figures)
    body = items_html(CAVEATS) + parts_html(found.outlets, "outlet") + _means(found, gallery)
    parts = [_outlet(found, part, record, gallery) for part in found.outlets[:_MOST]]
    parts += [_event(found, name, record) for name in found.comparable[:_MOST]]
    return Section("outlets", "Outlets", body, tuple(parts))


def _means(found: Sources, gallery: Gallery) -> str:
    """Draw all outlets side by side on what was rated."""
    drawn = []
    for trait in found.traits:
        if trait.key[2] != "mean":
            continue
        estimates, whole = found.across(trait.key)
        picture = gallery.picture(
            lambda dark, e=estimates, w=whole: across_chart(found.outlets, e, w, dark=dark),  # type: ignore[misc]
            f"{trait.title}, outlet by outlet",
            f"{counted(whole.articles, 'article')}, mean, in the order of names; the dashed line "
            "is the figure of all articles. 95 % intervals over articles. Outlets of fewer than "
            f"{FEWEST} articles are left out.",
        )
        drawn += [heading_html(trait.title, level=4) + picture] if picture else []
    return heading_html("Outlet beside outlet", level=3) + "".join(drawn) if drawn else ""


def _outlet(found: Sources, part: Part, record: Record, gallery: Gallery) -> Section:
    name = outlet_name(part.name)
    facts = (
        f"{part.labelled:,} of {counted(part.articles, 'article')} labelled",
        counted(part.readings, "reading"),
        counted(part.words, "word"),
    )
    body = f'<p class="an-under">{" · ".join(facts)}</p>'
    if not part.labelled:
        body += note_html("plain", "Nothing submitted yet", "None of its articles has been read.")
        return Section(anchor("outlet", part.name), name, body)
    if not part.enough:
        says = "Counts are shown; a rate would say more than these articles can."
        body += note_html("careful", not_enough(part).capitalize(), says)
    profile = found.profile(part.name)
    body += gallery.picture(
        lambda dark: means_chart(profile, dark=dark),
        f"Means of {name} by question",
        "Means over articles of their readers’ means. 95 % intervals over articles.",
    )
    return Section(anchor("outlet", part.name), name, body + profile_html(profile, record))


def _event(found: Sources, name: str, record: Record) -> Section:
    sides = found.side_by_side(name)
    says = (
        "<p>Same event, different outlets. Counts are readings that gave the answer, or marks; "
        f"rates from {FEWEST} articles on.</p>"
    )
    return Section(
        anchor("event", name), f"Event: {name}", says + side_by_side_html(sides[:_COLUMNS], record)
    )
