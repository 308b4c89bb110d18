"""The overview, for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.errors import AnnotateError
from annotate.findings.steps import next_steps
from annotate.findings.verdicts import verdicts
from annotate.findings.work import work_of
from annotate.report.charts.intervals import agreement_chart
from annotate.report.html.escape import coded, safe
from annotate.report.html.overview import came_in_words, changes_html, verdicts_html
from annotate.report.html.pieces import heading_html, items_html, note_html, nothing_yet_html
from annotate.report.html.progress import owed_in_words, progress_html
from annotate.report.offline.section import Section, anchor
from annotate.report.wording import counted, finding
from annotate.summary import CAVEATS, DEMONSTRATION

if TYPE_CHECKING:
    from annotate.findings.steps import Step
    from annotate.findings.work import Work
    from annotate.report.offline.material import Material
    from annotate.report.offline.pictures import Gallery
    from annotate.summary import Summary

__all__ = ["section"]


def section(material: Material, gallery: Gallery) -> Section:
    """Say whether the labels can be trusted, and who still owes what."""
    summary = material.summary
    first = note_html("careful", "A demonstration", DEMONSTRATION) if summary.demonstration else ""
    if not summary.corpus.articles:
        steps = ("Add articles with `annotate add PATH`.",)
        return Section("overview", "Overview", first + nothing_yet_html("No articles yet", steps))
    work = _work(material)
    parts = [
        _trust(summary, gallery),
        Section("progress", owed_in_words(work), progress_html(work)),
    ]
    if summary.started:
        parts += [part for part in (_news(material), _next(material, work)) if part]
    return Section("overview", "Overview", first, (*parts, _careful(summary)))


def _work(material: Material) -> Work:
    from annotate.workflow.status import status_of

    study = material.study
    closed = {each.name for each in study.rounds() if not each.open}
    return work_of(status_of(study), closed)


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
    body = _chart(summary, gallery, says) + verdicts_html(verdicts(summary))
    return Section("verdicts", says, body)


def _chart(summary: Summary, gallery: Gallery, says: str) -> str:
    people = max((figure.annotators for figure in summary.headlines), default=0)
    articles = max((figure.articles for figure in summary.headlines), default=0)
    return gallery.picture(
        lambda dark: agreement_chart(summary.headlines, dark=dark),
        f"Agreement by question with 95 % intervals. {says}.",
        f"{counted(people, 'annotator')}, {counted(articles, 'article')}. Verdicts rest on the "
        "lower end of each interval: from .80 a question can be relied on, from .667 tentatively. "
        "Krippendorff’s alpha at each question’s scale, unitizing alpha for spans.",
    )


def _news(material: Material) -> Section | None:
    from annotate.workflow.news import news

    try:
        changes = news(material.study)
    except AnnotateError as error:
        body = note_html("careful", "It cannot be told", str(error))
        return Section("news", "What the last pull brought", body)
    if changes is None:
        return None
    return Section("news", came_in_words(changes), changes_html(changes))


def _next(material: Material, work: Work) -> Section | None:
    ids = tuple(map(str, material.articles["article_id"]))
    steps = next_steps(material.summary, material.tables, work, ids)
    if not steps:
        return None
    rows = "".join(f"<li>{_led(step)}<br>{coded(step.text)}</li>" for step in steps)
    return Section("next", "What to do next", f'<ol class="an-items">{rows}</ol>')


def _led(step: Step) -> str:
    """Name a step; where it is about a question, lead to that."""
    title = f"<bdi>{safe(step.title)}</bdi>"
    question = step.query.get("question", "")
    if not question:
        return f"<strong>{title}</strong>"
    return f'<a href="#{anchor("agreement", question)}"><strong>{title}</strong></a>'


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
