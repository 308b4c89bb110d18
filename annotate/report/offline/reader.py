"""The articles as their annotators read them, for the page: only where it was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.findings.reading import read_article
from annotate.report.html.answers import answers_html
from annotate.report.html.article import article_html, laid_out_html, legend_of
from annotate.report.html.escape import safe
from annotate.report.html.legend import legend_html
from annotate.report.offline.section import Section, anchor

if TYPE_CHECKING:
    import pandas as pd

    from annotate.report.offline.material import Material
    from annotate.report.offline.pictures import Gallery

__all__ = ["section"]

_HEADING = 90  # characters


def section(material: Material, _gallery: Gallery) -> Section | None:
    """Give every article with all marks and answers, without the annotators' notes."""
    if not material.with_text or not len(material.articles):
        return None
    parts = tuple(_article(material, row) for _, row in material.articles.iterrows())
    rows = "".join(
        f'<li><a href="#{part.anchor}"><bdi>{safe(part.title)}</bdi></a></li>' for part in parts
    )
    body = (
        "<p>Every article as annotators saw it: a line under the text for each of them, initials "
        "where a span begins, and below how many marked each stretch. Annotators’ notes are left "
        "out.</p>"
        f"<details><summary>All articles</summary><ol>{rows}</ol></details>"
    )
    return Section("reader", "Reader", body, parts, listed=False)


def _article(material: Material, row: pd.Series) -> Section:
    article = str(row["article_id"])
    reading = read_article(row, material.of_article(article), material.schema)
    legend = legend_of(reading, [(label.shown, label.color) for label in material.schema.labels])
    shown = reading.annotators
    facts = (reading.outlet, reading.published, reading.event, article)
    line = " · ".join(f"<bdi>{safe(fact)}</bdi>" for fact in facts if fact)
    body = f'<p class="an-under">{line}</p>'
    body += laid_out_html(
        legend_html(reading, legend, shown, heat=True),
        article_html(reading, legend, shown, heat=True),
    )
    if reading.answers and reading.annotators:
        body += answers_html(reading)
    text = "".join(segment.text for segment in reading.segments)
    title = " ".join((reading.title or text or article).split())
    return Section(anchor("article", article), title[:_HEADING], body)
