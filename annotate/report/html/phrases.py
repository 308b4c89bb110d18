"""Marked phrases as HTML: rows of the ledger, one phrase from all sides, and its occurrences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from annotate.report.html.escape import safe
from annotate.report.wording import counted, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.findings.occurrences import Context, Said
    from annotate.findings.telling import Counted, OutletRow, PersonRow, PhraseRow

__all__ = [
    "NO_OUTLET",
    "context_html",
    "outlets_html",
    "people_html",
    "phrase_facts_html",
    "short",
    "sums_html",
    "top_phrases_html",
]

NO_OUTLET = "no outlet named"
_LONGEST = 140  # characters of a phrase in a list
_SMALL = 0.1  # a rate below has three decimals
_NAMED = 4  # names in a line; the rest is counted


def short(phrase: str) -> str:
    """Give the beginning of a long phrase."""
    return phrase if len(phrase) <= _LONGEST else f"{phrase[:_LONGEST].rstrip()}…"


def phrase_facts_html(row: PhraseRow) -> str:
    """Build what the ledger says of a phrase, to stand under it."""
    facts = [
        (f"{row.marks:,}", "times marked"),
        (f"{row.articles:,}", "article" if row.articles == 1 else "articles"),
        (f"{row.marked:,} of {row.read:,}", "occurrences marked"),
        (f"{row.unmarked:,}", "unmarked"),
        (number(row.share), "of readers marked it"),
    ]
    sums = "".join(f"<div><dt>{name}</dt><dd>{figure}</dd></div>" for figure, name in facts)
    lines = [
        (row.group, _names(row.labels)),
        ("Marked by", f"{_names(row.people)}: {row.annotators} of {row.saw} who read it"),
        *((title, _names(given)) for title, given in row.answers),
        ("In", _names(_outlets(row.outlets))),
    ]
    said = "".join(f"<li><b>{safe(head)}</b> {line}</li>" for head, line in lines)
    return (
        f'<div class="an-ph"><dl class="an-ph-sums">{sums}</dl>'
        f'<ul class="an-ph-said">{said}</ul></div>'
    )


def sums_html(row: PhraseRow, unread: int) -> str:
    """Build the figures at the head of one phrase."""
    facts = [
        (f"{row.marks:,}", "times marked in these words"),
        (f"{row.articles:,}", "articles where it was"),
        (f"{row.found:,}", "occurrences in all texts"),
        (f"{row.marked:,}", "of them marked"),
        (f"{row.unmarked:,}", "read, and marked by nobody"),
        (f"{unread:,}", "in articles nobody has read yet"),
        (number(row.share), "share of readers who marked an occurrence"),
        (number(row.disagreement), "share of pairs of readers who differ"),
    ]
    cells = "".join(f"<div><dt>{name}</dt><dd>{figure}</dd></div>" for figure, name in facts)
    return f'<dl class="an-ph-sums an-ph-head">{cells}</dl>'


def people_html(people: Sequence[PersonRow]) -> str:
    """Build the table of who read the phrase, who marked it, and as what."""
    asked = list(dict.fromkeys(title for person in people for title, _ in person.answers))
    heads = "".join(f'<th scope="col">{safe(title)}</th>' for title in asked)
    rows = "".join(_person_row(person, asked) for person in people)
    return _table(
        "Who marked it, and as what",
        '<th scope="col">annotator</th><th scope="col" class="an-num">articles read with it</th>'
        '<th scope="col" class="an-num">occurrences marked</th>'
        '<th scope="col" class="an-num">marks in these words</th>'
        f'<th scope="col">as</th>{heads}',
        rows,
    )


def _person_row(person: PersonRow, asked: Sequence[str]) -> str:
    given = dict(person.answers)
    cells = "".join(f"<td>{_names(given.get(title, ())) or '–'}</td>" for title in asked)
    return (
        f'<tr><th scope="row"><bdi>{safe(person.annotator)}</bdi></th>'
        f'<td class="an-num">{person.articles:,}</td>'
        f'<td class="an-num">{person.marked:,} of {person.read:,}</td>'
        f'<td class="an-num">{person.marks:,}</td>'
        f"<td>{_names(person.labels) or '–'}</td>{cells}</tr>"
    )


def outlets_html(outlets: Sequence[OutletRow]) -> str:
    """Build the table of a phrase's occurrences and rates by outlet."""
    rows = "".join(_outlet_row(outlet) for outlet in outlets)
    return _table(
        "The phrase by outlet",
        '<th scope="col">outlet</th><th scope="col" class="an-num">occur&shy;rences</th>'
        '<th scope="col" class="an-num">marked of those read</th>'
        '<th scope="col" class="an-num">articles marked of those read</th>'
        '<th scope="col" class="an-num">share of articles</th>'
        '<th scope="col" class="an-num">marks</th>'
        '<th scope="col" class="an-num">words read</th>'
        '<th scope="col" class="an-num">marks per 1,000</th>',
        rows,
    )


def _outlet_row(row: OutletRow) -> str:
    share = number(row.share) if row.articles else "nobody read one"
    ends = f" [{number(row.low)}, {number(row.high)}]" if math.isfinite(row.low) else ""
    rate = _rate(row.per_thousand) if row.words else "–"
    return (
        f'<tr><th scope="row"><bdi>{safe(row.outlet or NO_OUTLET)}</bdi></th>'
        f'<td class="an-num">{row.found:,}</td>'
        f'<td class="an-num">{row.marked:,} of {row.read:,}</td>'
        f'<td class="an-num">{row.marked_articles:,} of {row.articles:,}</td>'
        f'<td class="an-num an-ph-keep">{share}{ends}</td>'
        f'<td class="an-num">{row.marks:,}</td><td class="an-num">{row.words:,}</td>'
        f'<td class="an-num">{rate}</td></tr>'
    )


def _rate(rate: float) -> str:
    """Keep one digit of what two decimals would make nothing."""
    return f"{rate:.3f}" if 0 < rate < _SMALL else number(rate)


def context_html(context: Context) -> str:
    """Build an occurrence in its context, with who marked it and as what."""
    before = "" if context.start <= len(context.before) else "…"
    after = "" if context.ends else " …"
    return (
        f'<div class="an-kwic an-{context.state}"><p dir="auto">'
        f'<span class="an-left">{before}{safe(context.before)}</span>'
        f"<mark>{safe(short(context.phrase))}</mark>"
        f'<span class="an-right">{safe(context.after)}{after}</span></p>'
        f'<p class="an-small">{_said(context)}</p></div>'
    )


def _said(context: Context) -> str:
    silent = ", ".join(f"<bdi>{safe(name)}</bdi>" for name in context.silent)
    if context.state == "unread":
        return '<b class="an-pill">not read</b> nobody has read this article yet'
    if context.state == "unmarked":
        return f'<b class="an-pill">unmarked</b> read by {silent}, who did not mark it'
    marks = "; ".join(_mark(said) for said in context.marks)
    rest = f" · not by {silent}" if silent else ""
    return f'<b class="an-pill an-alike">marked</b> by {marks}{rest}'


def _mark(said: Said) -> str:
    what = ", ".join(safe(part) for part in (said.label, *said.answers))
    return f"<bdi>{safe(said.annotator)}</bdi> as <bdi>{what}</bdi>"


def top_phrases_html(rows: Sequence[PhraseRow]) -> str:
    """Build the table of the phrases at the head of the ledger."""
    return _table(
        "Phrases marked most often",
        '<th scope="col">phrase</th><th scope="col" class="an-num">times marked</th>'
        '<th scope="col" class="an-num">articles</th><th scope="col" class="an-num">annotators</th>'
        '<th scope="col" class="an-num">occurrences marked</th>'
        '<th scope="col">as</th><th scope="col">what was said of it</th>',
        "".join(_top_row(row) for row in rows),
    )


def _top_row(row: PhraseRow) -> str:
    said = "; ".join(_names(given) for _, given in row.answers) or "–"
    return (
        f'<tr><th scope="row" dir="auto">{safe(short(row.phrase))}</th>'
        f'<td class="an-num">{row.marks:,}</td><td class="an-num">{row.articles:,}</td>'
        f'<td class="an-num">{row.annotators:,} of {row.saw:,}</td>'
        f'<td class="an-num">{row.marked:,} of {row.read:,}</td>'
        f"<td>{_names(row.labels)}</td><td>{said}</td></tr>"
    )


def _table(name: str, heads: str, rows: str) -> str:
    return (
        f'<div class="an-scroll" tabindex="0" role="region" aria-label="{name}">'
        f'<table class="an-table an-ph-table"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _outlets(outlets: Counted) -> Counted:
    return tuple((name or NO_OUTLET, times) for name, times in outlets)


def _names(times: Counted) -> str:
    """Name the most frequent few with how often, and count the rest."""
    named = ", ".join(f"<bdi>{safe(name)}</bdi> ({n:,})" for name, n in times[:_NAMED])
    rest = times[_NAMED:]
    return f"{named} and {counted(len(rest), 'other')}" if rest else named
