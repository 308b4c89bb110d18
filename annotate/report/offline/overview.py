"""The overview, for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.report.charts.intervals import agreement_chart
from annotate.report.html.pieces import heading_html, items_html, note_html, nothing_yet_html
from annotate.report.html.progress import progress_html
from annotate.report.offline.section import Section
from annotate.report.wording import counted, finding, undefined
from annotate.summary import CAVEATS, DEMONSTRATION

if TYPE_CHECKING:
    from annotate.report.offline.material import Material
    from annotate.report.offline.pictures import Gallery
    from annotate.summary import Summary

__all__ = ["section"]


def section(material: Material, gallery: Gallery) -> Section:
    """Say whether the labels can be trusted, and who still owes what."""
    summary = material.summary
    first = note_html("careful", "A demonstration", DEMONSTRATION) if summary.demonstration else ""
    if not summary.corpus.articles:
        return Section("overview", "Overview", first + _no_articles())
    parts = [_trust(summary, gallery), _progress(summary), _careful(summary)]
    return Section("overview", "Overview", first, tuple(filter(None, parts)))


def _no_articles() -> str:
    return nothing_yet_html("No articles yet", ("Add articles with `annotate add PATH`.",))


def _trust(summary: Summary, gallery: Gallery) -> Section:
    active = sum(1 for person in summary.progress if person.submitted)
    if not active:
        steps = ("Annotators submit their work in Label Studio.", "Fetch it with `annotate pull`.")
        body = nothing_yet_html("Nobody has submitted anything yet", steps)
        return Section("verdicts", "Nothing to score yet", body)
    if active == 1:
        body = note_html(
            "plain",
            "One annotator so far",
            "Agreement needs at least two who submitted the same article.",
        )
        return Section("verdicts", "Nothing to compare yet", body)
    says = finding(summary.headlines)
    return Section("verdicts", says, _chart(summary, gallery, says) + _gaps(summary))


def _chart(summary: Summary, gallery: Gallery, says: str) -> str:
    people = max((figure.annotators for figure in summary.headlines), default=0)
    articles = max((figure.articles for figure in summary.headlines), default=0)
    return gallery.picture(
        lambda dark: agreement_chart(summary.headlines, dark=dark),
        f"Agreement by question with 95 % intervals. {says}.",
        f"{counted(people, 'annotator')}, {counted(articles, 'article')}. Verdicts rest on the "
        "lower end of each interval: from .80 a question can be relied on, from .667 tentatively "
        "(dashed lines). Krippendorff’s alpha at each question’s scale, unitizing alpha for spans.",
        narrow=True,
    )


def _gaps(summary: Summary) -> str:
    gaps = undefined(summary)
    if not gaps:
        return ""
    return heading_html(f"{counted(len(gaps), 'question')} without a figure", level=4) + items_html(
        [reason for _, reason in gaps], bold=[title for title, _ in gaps]
    )


def _progress(summary: Summary) -> Section | None:
    if not summary.progress:
        return None
    return Section("progress", "Who did what", progress_html(summary.progress))


def _careful(summary: Summary) -> Section:
    warnings = [warning for warning in summary.warnings if warning != DEMONSTRATION]
    body = items_html([*warnings, *CAVEATS])
    if summary.faults:
        body += heading_html("Mended or set aside on the way from Label Studio", level=4)
        body += items_html(
            [
                f"{counted(f.times, 'time')}, {'mended and kept' if f.kept else 'set aside'}"
                for f in summary.faults
            ],
            bold=[fault.kind for fault in summary.faults],
        )
    return Section("careful", "Before you quote a figure", body)
