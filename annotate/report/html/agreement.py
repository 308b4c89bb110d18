"""Every figure of one question, as HTML."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from annotate.report.charts.look import CUTOFFS, verdict_of
from annotate.report.html.escape import safe
from annotate.report.html.pieces import note_html
from annotate.report.wording import counted, interval, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annotate.findings.agreement import Labelled, Measures, Noted, Said
    from annotate.reliability import Figure
    from annotate.report.html.pieces import NoteKind

__all__ = [
    "labels_html",
    "measures_html",
    "notes_html",
    "said_html",
    "scrolled",
    "split_finding",
    "split_html",
    "summed_up",
    "verdict_html",
]

# A shape with each verdict, since a colour alone says nothing to some readers.
_SIGNS = {
    "reliable": ("●", "good"),
    "tentative": ("◆", "careful"),
    "not reliable yet": ("▼", "bad"),
    "too few articles to tell": ("■", "plain"),
    "undefined": ("–", "plain"),
}
_TITLES = {
    "paradox": "Nearly everybody says the same",
    "unequal margins": "The two annotators use the values unequally often",
    "few votes": "Few votes for some values",
    "few shared": "Some pairs hardly share an article",
    "set aside": "Some answers do not count",
}
_CAREFUL = frozenset({"paradox", "unequal margins"})
_COUNTS = {
    "saw": "saw it",
    "marked": "marked",
    "marked_nothing": "marked nothing",
    "missing": "missing",
    "not_shown": "not asked",
    "skipped": "skipped",
    "draft": "in draft",
    "unseen": "not begun",
    "unassigned": "not assigned",
}
_NAMED = 4  # labels in a line
_MATCHED = ", on matched spans"
_KINDS = {
    "disagreement: presence": ("presence", "one marked it, the other did not"),
    "disagreement: boundary": ("boundary", "both marked it, with other edges"),
    "disagreement: boundary, only white space or punctuation": (
        "edge",
        "only white space or punctuation at the edges",
    ),
    "disagreement: label": ("label", "same words, other label"),
}
_MOST = {
    "disagreement: presence": "They differ most in whether to mark at all",
    "disagreement: boundary": "They differ most in where a span begins and ends",
    "disagreement: boundary, only white space or punctuation": "They differ most in mere edges",
    "disagreement: label": "They differ most in which label it is",
}


def scrolled(name: str, table: str) -> str:
    """Let a table be scrolled sideways, also by keyboard."""
    return (
        f'<div class="an-scroll" tabindex="0" role="region" aria-label="{safe(name)}">{table}</div>'
    )


def summed_up(measures: Measures) -> str:
    """Say in a line what came out."""
    figure = measures.record
    if not figure.defined:
        return f"{measures.title}: no figure yet"
    verdict = verdict_of(figure)
    return f"{measures.title}: {number(figure.value)}{f', {verdict}' if verdict else ''}"


def verdict_html(figure: Figure) -> str:
    """Write a verdict with its sign; of what no cut-offs are known for, a dash."""
    verdict = verdict_of(figure) or ("" if figure.defined else "undefined")
    if not verdict:
        return '<span class="an-faint">–</span>'
    sign, kind = _SIGNS[verdict]
    return f'<span class="an-judged an-j-{kind}"><i aria-hidden="true">{sign}</i>{verdict}</span>'


def measures_html(
    figures: Sequence[Figure], reasons: Mapping[str, str], *, first: str = "measure"
) -> str:
    """Build a table of figures: one measure in a line.

    Parameters
    ----------
    figures : sequence of Figure
        Of one question.
    reasons : mapping of str to str
        The words of each reason.
    first : str
        What the first column is called; "round" takes the part of the data as its name.
    """
    lowest = _lowest(figures)
    units = any(figure.units != figure.articles for figure in figures)
    rows = "".join(_row(figure, reasons, lowest, first, units=units) for figure in figures)
    votes = "spans" if any("u-alpha" in f.measure for f in figures) else "votes"
    counts = ("articles", *(["units"] if units else []), "annotators", votes)
    heads = "".join(f'<th scope="col" class="an-num">{name}</th>' for name in counts)
    return scrolled(
        f"Figures by {first}",
        f'<table class="an-table an-measures"><thead><tr><th scope="col">{safe(first)}</th>'
        '<th scope="col" class="an-num">value</th><th scope="col" class="an-num">95 % interval</th>'
        f'<th scope="col">{_scale(lowest)}</th><th scope="col">verdict</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>",
    )


def _row(
    figure: Figure, reasons: Mapping[str, str], lowest: float, first: str, *, units: bool
) -> str:
    name = figure.measure if first == "measure" else figure.of
    reason = reasons.get(figure.reason, figure.reason)
    why = f'<small class="an-because"><bdi>{safe(reason)}</bdi></small>' if reason else ""
    counts = (figure.articles, *([figure.units] if units else []), figure.annotators, figure.labels)
    cells = "".join(f'<td class="an-num">{n:,}</td>' for n in counts)
    return (
        f'<tr><th scope="row"><bdi>{safe(name)}</bdi>{why}</th>{_value(figure)}'
        f"<td>{_range(figure, lowest)}</td><td>{verdict_html(figure)}</td>{cells}</tr>"
    )


def _value(figure: Figure) -> str:
    ends = interval(figure) or ("no interval" if figure.defined else "–")
    soft = "" if figure.defined else " an-faint"
    return (
        f'<td class="an-num an-val{soft}">{number(figure.value)}</td>'
        f'<td class="an-num an-interval">{ends}</td>'
    )


def _lowest(figures: Sequence[Figure]) -> float:
    """Begin the axis at 0, or at the fifth below the lowest end, at least at -1."""
    ends = [end for f in figures for end in (f.value, f.low) if math.isfinite(end)]
    return max(-1.0, min(0.0, math.floor(min(ends, default=0.0) * 5) / 5))


def _scale(lowest: float) -> str:
    return (
        f'<span class="an-axis"><span>{number(lowest)}</span><span>1</span></span>'
        '<span class="an-hidden">drawn on that scale</span>'
    )


def _range(figure: Figure, lowest: float) -> str:
    """Draw value and interval as a dot on a line; the numbers beside it say the same."""
    within = [v for v in (figure.value, figure.high) if math.isfinite(v)]
    if not figure.defined or max(within) > 1:
        return ""

    def place(value: float) -> float:
        return round(100 * (max(value, lowest) - lowest) / (1 - lowest), 1)

    cutoffs = "".join(
        f'<s style="left:{place(at)}%"></s>' for at in CUTOFFS if figure.chance_corrected
    )
    line = ""
    if math.isfinite(figure.low):
        low, high = place(figure.low), place(figure.high)
        line = f'<i style="left:{low}%;width:{round(high - low, 1)}%"></i>'
    return (
        f'<span class="an-onscale" aria-hidden="true">{cutoffs}{line}'
        f'<b style="left:{place(figure.value)}%"></b></span>'
    )


def labels_html(measures: Measures, shown: Sequence[Labelled]) -> str:
    """Build the table of values or labels: a line each, with a column for every measure."""
    names = list(dict.fromkeys(f.measure for each in measures.labels for f in each.figures))
    heads = "".join(f'<th scope="col" class="an-num">{safe(name)}</th>' for name in names)
    what = "label" if measures.of_spans else "value"
    votes = "spans" if measures.of_spans else "votes"
    # Nearly always they are those of the whole question, over which they stand already.
    others = any(f.articles != measures.record.articles for e in shown for f in e.figures[:1])
    count = '<th scope="col" class="an-num">articles</th>' if others else ""
    rows = "".join(_label_row(e, names, measures.reasons, articles=others) for e in shown)
    return scrolled(
        f"Figures by {what}",
        f'<table class="an-table an-measures"><thead><tr><th scope="col">{what}</th>'
        f'<th scope="col">verdict</th>{heads}{count}<th scope="col" class="an-num">{votes}</th>'
        f"</tr></thead><tbody>{rows}</tbody></table>",
    )


def _label_row(
    each: Labelled, names: Sequence[str], reasons: Mapping[str, str], *, articles: bool
) -> str:
    by_measure = {figure.measure: figure for figure in each.figures}
    first = each.figures[0]
    cells = "".join(_label_cell(by_measure.get(name)) for name in names)
    why: dict[str, list[str]] = {}
    for figure in each.figures:
        if figure.reason:
            why.setdefault(reasons[figure.reason], []).append(figure.measure)
    told = "".join(
        f'<small class="an-because">{safe(_unless_all(measures, names))}'
        f"<bdi>{safe(reason)}</bdi></small>"
        for reason, measures in why.items()
    )
    count = f'<td class="an-num">{first.articles:,}</td>' if articles else ""
    return (
        f'<tr><th scope="row"><bdi>{safe(each.words)}</bdi>{told}</th>'
        f"<td>{verdict_html(first)}</td>{cells}{count}"
        f'<td class="an-num">{first.labels:,}</td></tr>'
    )


def _unless_all(measures: Sequence[str], names: Sequence[str]) -> str:
    """Name the measures that a reason is about, where it is not about all."""
    return "" if len(measures) == len(names) else f"{', '.join(measures)}: "


def _label_cell(figure: Figure | None) -> str:
    if figure is None:
        return '<td class="an-num an-faint">–</td>'
    soft = "" if figure.defined else " an-faint"
    ends = interval(figure) or ("no interval" if figure.defined else "")
    return f'<td class="an-num an-val{soft}">{number(figure.value)}<small>{ends}</small></td>'


def said_html(said: Sequence[Said], measure: str) -> str:
    """Build the table of who had a say.

    Parameters
    ----------
    said : sequence of Said
        Of one question.
    measure : str
        That of the figure of record: what is said of spans is counted in spans.
    """
    unit = "spans" if measure.endswith(_MATCHED) else "visits"
    heads = "".join(f'<th scope="col" class="an-num">{name}</th>' for name in _COUNTS.values())
    rows = "".join(_said_row(each) for each in said)
    return scrolled(
        "Who had a say",
        f'<table class="an-table an-measures"><thead><tr><th scope="col">{unit}</th>{heads}</tr>'
        f"</thead><tbody>{rows}</tbody></table>",
    )


def _said_row(each: Said) -> str:
    words = [f"<bdi>{safe(word)}</bdi>" if word else "all of it" for word in each.words]
    more = len(words) - _NAMED
    names = "<br>".join([*words[:_NAMED], *([f"and {counted(more, 'other')}"] if more > 0 else [])])
    cells = "".join(f'<td class="an-num">{getattr(each.counts, name):,}</td>' for name in _COUNTS)
    return f'<tr><th scope="row">{names}</th>{cells}</tr>'


def notes_html(notes: Sequence[Noted]) -> str:
    """Build what to know before quoting a figure, one box for each."""
    return "".join(_note(each) for each in notes)


def _note(each: Noted) -> str:
    kind: NoteKind = "careful" if _CAREFUL & {*each.figure.flags} else "plain"
    flag = min(each.figure.flags, key=lambda flag: (flag not in _CAREFUL, flag))
    beside = ", ".join(f"{f.measure} {number(f.value)}" for f in each.beside)
    value = f"{each.figure.measure} {number(each.figure.value)}"
    said = f"{value}{f', {beside}' if beside and flag == 'paradox' else ''}. "
    reason = f"{each.reason[:1].upper()}{each.reason[1:]}." if each.reason else ""
    title = _TITLES.get(flag, flag)
    about = f"{each.words}: {title[0].lower()}{title[1:]}" if each.words else title
    return note_html(kind, about, f"{said}{reason}")


def split_finding(split: Sequence[Figure]) -> str:
    """Say what annotators differ in most."""
    known = [figure for figure in split if figure.defined]
    if not known:
        return "What they differ in"
    most = max(known, key=lambda figure: figure.value)
    return f"{_MOST.get(most.measure, most.measure)}: {most.value:.0%} of all disagreements"


def split_html(split: Sequence[Figure], reasons: Mapping[str, str]) -> str:
    """Build the bar of what annotators differ in, with its table."""
    parts = [(*_KINDS.get(f.measure, ("other", f.measure)), f) for f in split]
    bar = "".join(
        f'<i class="an-k-{kind}" style="flex-grow:{figure.value:.4f}"></i>'
        for kind, _, figure in parts
        if figure.defined and figure.value > 0
    )
    rows = "".join(
        f'<tr><th scope="row"><i class="an-key an-k-{kind}"></i>{kind}<small>{says}</small></th>'
        f"{_value(figure)}<td>{safe(reasons.get(figure.reason, figure.reason))}</td>"
        "</tr>"
        for kind, says, figure in parts
    )
    drawn = f'<div class="an-split" aria-hidden="true">{bar}</div>' if bar else ""
    return drawn + scrolled(
        "What annotators differ in",
        '<table class="an-table an-splits"><thead><tr><th scope="col">they differ in</th>'
        '<th scope="col" class="an-num">share</th><th scope="col" class="an-num">95 % interval</th>'
        f'<th scope="col">of how many</th></tr></thead><tbody>{rows}</tbody></table>',
    )
