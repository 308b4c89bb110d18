"""Outlets and events, as HTML that escapes whatever comes from files or people."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from annotate.report.charts.look import verdict_of
from annotate.report.html.escape import safe
from annotate.report.html.region import figure_cell, number_cell, region_html, row_html, text_cell
from annotate.report.wording import counted, ends, interval, number, outlet_name
from annotate.sources import FEWEST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annotate.reliability import Figure
    from annotate.sources import Estimate, Part, Profile

    Record = Mapping[tuple[str, str], Figure]

__all__ = [
    "CAVEATS",
    "across_html",
    "agreed_html",
    "not_enough",
    "parts_html",
    "profile_html",
    "record_of",
    "side_by_side_html",
]

CAVEATS = (
    (
        "These figures say what annotators read in the articles of this study. They are no verdict "
        "on an outlet: how the articles were chosen decides how far they speak for it."
    ),
    (
        f"Rates are given from {FEWEST} articles on; below that, only counts. Where none of "
        f"{FEWEST} articles shows something, up to a fifth of all may still do."
    ),
    (
        "A share lets each article weigh one, shared out among its readers. Marks are counted per "
        "1,000 words and reader. 95 % intervals over articles: they speak of other articles of the "
        "same kind, not of other annotators."
    ),
    "With many outlets about one interval in twenty misses the truth by chance alone.",
)
_PARTS = ("articles", "labelled", "readings", "words")


def record_of(figures: Sequence[Figure]) -> dict[tuple[str, str], Figure]:
    """Find the figure of record of each question, and of each of its values or labels."""
    found: dict[tuple[str, str], Figure] = {}
    for figure in figures:
        if figure.chance_corrected:
            found.setdefault((figure.question, figure.label), figure)
    return found


def agreed_html(record: Record, question: str, value: str = "") -> str:
    """Build how far annotators agree on what a figure rests on, with the verdict marked."""
    figure = record.get((question, value)) or record.get((question, ""))
    if figure is None:
        return "Agreement of annotators: not scored"
    kind = "alike" if verdict_of(figure) == "reliable" else "look"
    said = f"{figure.measure} {number(figure.value)} {interval(figure)}" if figure.defined else ""
    return (
        f"Agreement of annotators: {safe(said.strip() or figure.measure)} "
        f'<span class="an-pill an-{kind}">{safe(verdict_of(figure))}</span>'
    )


def parts_html(parts: Sequence[Part], what: str) -> str:
    """Build the table of how much there is of each outlet or event."""
    rows = [
        row_html(
            outlet_name(part.name),
            [
                *(number_cell(f"{getattr(part, name):,}") for name in _PARTS),
                text_cell("rates, below" if part.enough else not_enough(part)),
            ],
        )
        for part in parts
    ]
    heads = (what, *_PARTS, "what can be said")
    return region_html(f"How much there is of each {what}", heads, rows, words={0, 5})


def not_enough(part: Part) -> str:
    """Say how many articles there are of how many it takes."""
    return f"not enough articles ({part.labelled} of at least {FEWEST})"


def across_html(outlets: Sequence[Part], estimates: Sequence[Estimate], whole: Estimate) -> str:
    """Build the table of one figure of every outlet, with what it rests on."""
    rows = [
        row_html(outlet_name(outlet.name), _cells(estimate, outlet))
        for outlet, estimate in zip(outlets, estimates, strict=True)
    ]
    rows.append(row_html("all articles", _cells(whole, None)))
    return region_html(f"{whole.title}: {whole.shown}", _heads("outlet", whole.kind), rows)


def profile_html(profile: Profile, record: Record) -> str:
    """Build all figures of an outlet or event, a table for each question."""
    cards = "".join(_card(own, profile.part, record) for own in _by_question(profile))
    return f'<div class="an-cards">{cards}</div>'


def _card(own: Sequence[Estimate], part: Part, record: Record) -> str:
    most = max(estimate.articles for estimate in own)
    rows = [
        row_html(
            "mean over articles" if e.kind == "mean" else e.shown,
            _cells(e, part)[:2],
            f"of {counted(e.articles, 'article')}" if e.articles < most else "",
        )
        for e in own
    ]
    table = region_html(
        f"{own[0].title}, {outlet_name(part.name)}", _heads("", own[-1].kind)[:3], rows
    )
    return (
        f'<section><h4 class="an-h">{safe(own[0].title)}</h4><p class="an-under">'
        f"{counted(most, 'article')} · {agreed_html(record, own[0].question)}</p>{table}</section>"
    )


def _by_question(profile: Profile) -> list[list[Estimate]]:
    """Keep together what is said of one question."""
    found: dict[str, list[Estimate]] = {}
    for estimate in profile.estimates:
        found.setdefault(estimate.question, []).append(estimate)
    return list(found.values())


def _heads(first: str, kind: str) -> tuple[str, ...]:
    figure = {
        "share": "share of articles",
        "mean": "mean",
        "rate": "per 1,000 words",
        "share of marks": "share of marks",
    }[kind]
    counted_in = {
        "share": "readings",
        "mean": "readings",
        "rate": "marks",
        "share of marks": "marks",
    }[kind]
    return (first, figure, counted_in, "articles")


def _cells(estimate: Estimate, part: Part | None) -> list[str]:
    return [
        _figure(estimate, part),
        number_cell(_count(estimate)),
        number_cell(f"{estimate.articles:,}"),
    ]


def _count(estimate: Estimate) -> str:
    if estimate.kind == "mean":
        return f"{estimate.readings:,}"
    if estimate.kind == "rate":
        return f"{estimate.count:,}"
    return f"{estimate.count:,} of {estimate.readings:,}"


def _figure(estimate: Estimate, part: Part | None) -> str:
    if not estimate.defined:
        # Of an outlet with too few articles it is said once, not in every row.
        return number_cell("–", "" if part is not None and not part.enough else estimate.reason)
    if estimate.kind in {"share", "share of marks"}:
        value = number(estimate.amount)
        return (
            f'<td class="an-num an-share">{value} <span class="an-aside">'
            f"{ends(estimate.low, estimate.high)}</span>{_track(estimate)}</td>"
        )
    return figure_cell(number(estimate.amount), ends(estimate.low, estimate.high), estimate.reason)


def _track(estimate: Estimate) -> str:
    """Draw a share as a bar, and its interval as a line over it."""
    whisker = ""
    if math.isfinite(estimate.low) and math.isfinite(estimate.high):
        whisker = (
            f'<b style="left:{100 * estimate.low:.1f}%;'
            f'width:{100 * (estimate.high - estimate.low):.1f}%"></b>'
        )
    return (
        f'<span class="an-track" aria-hidden="true"><i style="width:{100 * estimate.amount:.1f}%">'
        f"</i>{whisker}</span>"
    )


def side_by_side_html(profiles: Sequence[Profile], record: Record) -> str:
    """Build what each outlet's articles about one event got, outlet beside outlet.

    Parameters
    ----------
    profiles : sequence of Profile
        Of the outlets, each of its articles about the event alone.
    record : mapping of (str, str) to Figure
        As `record_of` gives it.
    """
    if not profiles:
        return ""
    heads = "".join(
        f'<th scope="col" class="an-num"><bdi>{safe(outlet_name(p.part.name))}</bdi>'
        f"<small>{counted(p.part.labelled, 'labelled article')}</small></th>"
        for p in profiles
    )
    groups = (_group(own, record) for own in _beside_one_another(profiles))
    return (
        '<div class="an-scroll" tabindex="0" role="region" aria-label="Outlets side by side">'
        '<table class="an-table an-figures an-groups"><thead><tr><th scope="col">answer or label'
        f"</th>{heads}</tr></thead>{''.join(groups)}</table></div>"
    )


def _beside_one_another(profiles: Sequence[Profile]) -> list[list[tuple[Estimate, ...]]]:
    """Give, question by question, each figure of all outlets; without what nobody answered."""
    found: dict[str, list[tuple[Estimate, ...]]] = {}
    for own in zip(*(profile.estimates for profile in profiles), strict=True):
        if any(e.defined if e.kind == "mean" else e.count for e in own):
            found.setdefault(own[0].question, []).append(own)
    return list(found.values())


def _group(rows: Sequence[tuple[Estimate, ...]], record: Record) -> str:
    first = rows[0][0]
    body = "".join(
        row_html("mean" if own[0].kind == "mean" else own[0].shown, map(_beside, own))
        for own in rows
    )
    return (
        f'<tbody><tr><th scope="rowgroup" colspan="{len(rows[0]) + 1}"><bdi>{safe(first.title)}'
        f"</bdi><small>{agreed_html(record, first.question)}</small></th></tr>{body}</tbody>"
    )


def _beside(estimate: Estimate) -> str:
    if not estimate.articles:
        return number_cell("–")
    if estimate.defined:
        return figure_cell(number(estimate.amount), ends(estimate.low, estimate.high))
    if estimate.kind == "mean":
        return number_cell("–", estimate.reason)
    return number_cell(
        counted(estimate.count, "mark") if estimate.kind == "rate" else _count(estimate)
    )
