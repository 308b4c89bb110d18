"""Cases of the worklist as HTML: what is disagreed about, who said what, and what it costs."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from annotate.reliability.triage.words import by_saying, names, quoted
from annotate.report.html.escape import safe
from annotate.report.wording import counted, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.findings.worklist import Page, Row
    from annotate.reliability.triage import Case

__all__ = [
    "DISAGREEMENTS",
    "KINDS",
    "RESOLVED",
    "SUMS",
    "case_html",
    "cases_html",
    "gained",
    "intro_html",
    "name_of",
    "page_html",
]

#: What a case is about: one, several.
KINDS = {
    "phrase": ("phrase", "phrases"),
    "article": ("answer", "answers"),
    "labels": ("pair of values", "pairs of values"),
}
#: Kinds of disagreement about a phrase, as `annotate.reliability.spans.disagreement.KINDS` has
#: them, in words.
DISAGREEMENTS = {
    "presence": "whether to mark it",
    "boundary": "where it begins or ends",
    "boundary, only white space or punctuation": "a space or a punctuation mark",
    "label": "which label it has",
}
SUMS = (
    "Each gain is what alpha of its own question would rise by if this one case were resolved and "
    "all else stayed as it is. Gains of several cases do not add up."
)
#: What each kind is when it is resolved.
RESOLVED = {
    "A phrase": (
        "all who read the article follow the majority there: they mark the same words with the "
        "same label, or nothing."
    ),
    "An answer": (
        "all give the article the value that most gave it; of several, the one more common in all "
        "articles."
    ),
    "A pair of values": (
        "wherever some gave the one and others the other, they agree; how common both are stays."
    ),
}
_SAYINGS = 6  # different ones of a case
_NOTHING = "nothing"
_SPLIT = "; rests on "
_ONE_PHRASE = re.compile(r'"(.*)"((?: \([^"]*\))?)')


def cases_html(rows: Sequence[Row], largest: float, *, level: int = 3) -> str:
    """Build a list of cases, for a page where nothing is filtered or clicked.

    Parameters
    ----------
    rows : sequence of Row
        In order, as `Worklist.first` gives them.
    largest : float
        The largest gain there is, for the length of the bars.
    level : int
        Of the headings.
    """
    items = "".join(f'<li value="{row.rank}">{case_html(row, largest, level)}</li>' for row in rows)
    return f'<ol class="an-cases">{items}</ol>' if rows else ""


def case_html(row: Row, largest: float, level: int = 3) -> str:
    """Build one case.

    Parameters
    ----------
    row : Row
        The case.
    largest : float
        The largest gain there is, for the length of the bar.
    level : int
        Of its heading.
    """
    case = row.case
    facts = " · ".join(f"<bdi>{safe(fact)}</bdi>" for fact in _facts(row))
    stem, _, rest = case.reason.rpartition(_SPLIT)
    careful = f'<p class="an-rests">Rests on {safe(rest)}.</p>' if stem else ""
    return (
        f'<article class="an-case an-{case.kind}">{_cost(case, largest)}<div>'
        f'<h{level} class="an-h"><span class="an-rank">{row.rank:,}.</span> '
        f'<bdi dir="auto">{safe(name_of(row))}</bdi></h{level}>'
        f'<p class="an-facts">{facts}</p>{_said(case)}{careful}</div></article>'
    )


def intro_html() -> str:
    """Build the sentence that says how the list is sorted and what its figures are."""
    return f'<p class="an-under">The costliest first. {safe(SUMS)}</p>'


def page_html(page: Page, *, aloud: bool) -> str:
    """Build where in the list one is; `aloud` tells those who do not see that it has changed."""
    said = f"Page {page.number:,} of {page.pages:,}, {counted(page.total, 'case')}"
    return f'<p class="an-page"{" role=status" if aloud else ""}>{said}</p>'


def name_of(row: Row) -> str:
    """Name a case on one line: the words of a phrase, or what was asked, or what is mixed up."""
    case = row.case
    if case.kind == "phrase":
        return _typeset(quoted(case.quote)) if case.quote else f"Characters {case.start} and on"
    if case.kind == "article":
        return f"{case.title}: “{row.label}” or not" if row.label else case.title
    stem, _, _ = case.reason.rpartition(_SPLIT)
    said = stem or case.reason
    return said[:1].upper() + said[1:]


def gained(rise: float) -> str:
    """Write a gain with two digits that say something.

    Examples
    --------
    >>> gained(0.4383), gained(0.01234), gained(0.000031)
    ('+0.44', '+0.012', '+0.000031')
    """
    digits = max(2, 1 - math.floor(math.log10(rise))) if rise > 0 else 2
    return f"+{rise:.{digits}f}"


def _facts(row: Row) -> list[str]:
    case = row.case
    about = [DISAGREEMENTS.get(kind, kind) for kind in case.disagreement]
    facts = [KINDS[case.kind][0].capitalize()]
    if case.kind != "article":
        facts.append(f"{case.title}: “{row.label}” or not" if row.label else case.title)
    facts += [f"they differ on {' and '.join(about)}"] if about else []
    return [*facts, row.headline] if row.headline else facts


def _cost(case: Case, largest: float) -> str:
    now, then = number(case.now), number(case.then)
    figure = f"{now} → {then}" if now != then else f"{now} now"
    share = 100 * case.rise / largest if largest > 0 else 0
    return (
        f'<p class="an-cost"><strong><span class="an-hidden">would gain </span>{gained(case.rise)}'
        f'</strong><i aria-hidden="true"><b style="width:{share:.1f}%"></b></i>'
        f"<small>{safe(case.measure)}</small><small>{figure}</small></p>"
    )


def _said(case: Case) -> str:
    """Say who said what; who marked nothing comes last."""
    groups = sorted(by_saying(case.said), key=lambda group: group[1] == _NOTHING)
    shown = "".join(
        f'<div><dt><bdi>{safe(names(who))}</bdi></dt><dd><bdi dir="auto">{safe(_typeset(what))}'
        "</bdi></dd></div>"
        for who, what in groups[:_SAYINGS]
    )
    more = len(groups) - _SAYINGS
    also = f"<div><dt>{more:,} more</dt><dd>said something else</dd></div>" if more > 0 else ""
    return f'<dl class="an-said">{shown}{also}</dl>' if shown else ""


def _typeset(said: str) -> str:
    """Set the quotes around one phrase as the page sets all others."""
    one = _ONE_PHRASE.fullmatch(said)
    return f"“{one[1]}”{one[2]}" if one and '" and "' not in said else said
