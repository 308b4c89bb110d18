"""Agreement, question by question, for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.findings.agreement import measures_of, questions_of
from annotate.findings.paper import paper_table
from annotate.findings.sides import mistaken_of, pairs_of, rounds_of, spread_of
from annotate.report.charts.histogram import (
    article_histogram,
    histogram_caption,
    histogram_finding,
)
from annotate.report.html.agreement import (
    labels_html,
    measures_html,
    notes_html,
    said_html,
    split_finding,
    split_html,
    summed_up,
)
from annotate.report.html.confusion import (
    confused_in_words,
    confusion_finding,
    confusion_heat_html,
)
from annotate.report.html.pairs import (
    alone_in_words,
    pairs_finding,
    pairs_heat_html,
    pairs_table_html,
)
from annotate.report.html.pieces import heading_html, items_html, note_html
from annotate.report.html.spread import spread_table_html
from annotate.report.offline.section import Section, anchor
from annotate.report.paper import paper_html
from annotate.report.wording import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annotate.findings.agreement import Measures
    from annotate.findings.sides import Mistaken, Pairs, Spread
    from annotate.reliability import Figure
    from annotate.report.offline.material import Material
    from annotate.report.offline.pictures import Gallery

    Rounds = Mapping[str, tuple[Figure, ...]]

__all__ = ["section"]

_MATRIX = 30  # annotators up to which a heat map can be read
_PAIRS = 45  # in a list: those of ten annotators
_CONFUSED = 5
_METHOD = (
    "95 % intervals are over articles: they speak of other articles, not of other annotators. "
    "Verdicts rest on the lower end, at .667 and .80; they are for alpha only."
)


def section(material: Material, gallery: Gallery) -> Section | None:
    """Give every measure of each question, who agrees with whom, and the table for a paper."""
    if not material.summary.started:
        return None
    rounds = _rounds(material)
    questions = (
        _question(material, gallery, name, rounds) for name in questions_of(material.summary)
    )
    paper = Section("paper", "For a paper", paper_html(paper_table(material.summary)))
    return Section("agreement", "Agreement", f"<p>{_METHOD}</p>", (*questions, paper))


def _rounds(material: Material) -> Rounds:
    """Score each round by itself where there are several."""
    if material.tables.visits["round"].nunique() < 2:  # noqa: PLR2004 - one is the whole
        return {}
    columns = (material.articles[name] for name in ("article_id", "text"))
    return rounds_of(material.tables, material.schema, dict(zip(*columns, strict=True)))


def _question(material: Material, gallery: Gallery, name: str, rounds: Rounds) -> Section:
    measures = measures_of(material.summary, material.schema, name)
    evidence = material.summary.evidence
    body = (
        measures_html(measures.whole, measures.reasons)
        + notes_html(measures.notes)
        + _split(measures)
        + _labels(measures)
        + heading_html("Who had a say", level=4)
        + said_html(measures.said, measures.record.measure)
        + _pairs(pairs_of(evidence, name), measures)
        + _confusion(mistaken_of(material.summary, name))
        + _articles(spread_of(evidence, name), gallery)
    )
    if rounds.get(name):
        body += heading_html("By round", level=4)
        body += measures_html(rounds[name], measures.reasons, first="round")
    return Section(anchor("agreement", name), summed_up(measures), body)


def _split(measures: Measures) -> str:
    if not measures.split:
        return ""
    return heading_html(split_finding(measures.split), level=4) + split_html(
        measures.split, measures.reasons
    )


def _labels(measures: Measures) -> str:
    if not measures.labels:
        return ""
    what = "label" if measures.of_spans else "value"
    return heading_html(f"By {what}", level=4) + labels_html(measures, measures.labels)


def _pairs(pairs: Pairs, measures: Measures) -> str:
    alone = note_html("plain", "", alone_in_words(pairs)) if pairs.alone else ""
    if not pairs.pairs:
        return heading_html("Who agrees with whom", level=4) + alone
    heat = 2 < len(pairs.annotators) <= _MATRIX  # noqa: PLR2004 - two annotators are one pair
    more = len(pairs.pairs) - _PAIRS
    left = f"<p>{counted(more, 'more pair')} in the report’s app.</p>" if more > 0 else ""
    return (
        heading_html(pairs_finding(pairs), level=4)
        + alone
        + (pairs_heat_html(pairs) if heat else "")
        + pairs_table_html(pairs.pairs[:_PAIRS], measures.reasons)
        + left
    )


def _confusion(mistaken: Mistaken | None) -> str:
    if mistaken is None:
        return ""
    said = heading_html(confusion_finding(mistaken), level=4)
    if not mistaken.pairs:
        return said
    told = [confused_in_words(pair, mistaken) for pair in mistaken.pairs[:_CONFUSED]]
    return said + confusion_heat_html(mistaken) + items_html(told)


def _articles(spread: Spread, gallery: Gallery) -> str:
    picture = gallery.picture(
        lambda dark: article_histogram(spread, dark=dark),
        f"Articles by {spread.measure}. {histogram_finding(spread)}.",
        histogram_caption(spread),
    )
    if not picture:
        return ""
    table = f"<details><summary>As a table</summary>{spread_table_html(spread)}</details>"
    return heading_html(histogram_finding(spread), level=4) + picture + table
