"""Every two annotators, as a heat map that is a table, and as a list."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from annotate.report.html.agreement import scrolled, verdict_html
from annotate.report.html.escape import safe
from annotate.report.wording import counted, interval, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annotate.findings.sides import Pair, Pairs

__all__ = [
    "BLUE",
    "VERMILION",
    "alone_in_words",
    "heat_style",
    "pairs_finding",
    "pairs_heat_html",
    "pairs_table_html",
    "scale_html",
]

_DEEPEST = 70  # percent of colour, so that the page's own ink keeps 4.5:1 on it in both themes
_STEPS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_NAMED = 8  # annotators in a sentence
BLUE, VERMILION = "#0072b2", "#d55e00"  # of Okabe and Ito


def heat_style(value: float, color: str = BLUE) -> str:
    """Give the ground of a cell: the deeper, the nearer its value is to 1; none below 0."""
    share = round(_DEEPEST * min(max(value, 0.0), 1.0))
    return f"background:color-mix(in srgb,{color} {share}%,transparent)"


def scale_html(says: str, color: str = BLUE) -> str:
    """Build the key to a heat map."""
    cells = "".join(f'<i style="{heat_style(at, color)}">{at:.1f}</i>' for at in _STEPS)
    return f'<p class="an-heatkey"><span>{safe(says)}</span><span>{cells}</span></p>'


def pairs_finding(pairs: Pairs) -> str:
    """Say which two agree least and most."""
    known = [pair for pair in pairs.pairs if pair.figure.defined]
    if not known:
        return "No two annotators have a figure yet"
    if len(known) == 1:
        return f"{_both(known[0])}: {number(known[0].figure.value)}"
    # Of a few articles a figure can be anything; those with an interval say more.
    told = [pair for pair in known if math.isfinite(pair.figure.low)] or known
    least, most = told[0], told[-1]
    if least is most:
        return f"{_both(least)}: {number(least.figure.value)}"
    return (
        f"{_both(least)} agree least ({number(least.figure.value)}), "
        f"{_both(most)} most ({number(most.figure.value)})"
    )


def _both(pair: Pair) -> str:
    return f"{pair.first} and {pair.second}"


def pairs_heat_html(pairs: Pairs) -> str:
    """Build the heat map: a table whose cells hold figure and number of shared articles."""
    names, by_names = pairs.annotators, pairs.by_names
    heads = "".join(f'<th scope="col"><bdi>{safe(name)}</bdi></th>' for name in names)
    rows = "".join(
        f'<tr><th scope="row"><bdi>{safe(name)}</bdi></th>'
        + "".join(_cell(by_names.get(frozenset((name, other))), name, other) for other in names)
        + "</tr>"
        for name in names
    )
    small = " an-many" if len(names) > 12 else ""  # noqa: PLR2004 - columns that fit a page
    return scrolled(
        "Agreement of every two annotators",
        f'<table class="an-heat{small}"><caption class="an-hidden">{safe(pairs.measure)} of every '
        "two annotators, with the number of articles that both voted on</caption><thead><tr><td>"
        f"</td>{heads}</tr></thead><tbody>{rows}</tbody></table>",
    ) + scale_html(f"{pairs.measure} (n: shared articles)")


def _cell(pair: Pair | None, name: str, other: str) -> str:
    if name == other:
        return '<td class="an-self"><span class="an-hidden">the same</span></td>'
    if pair is None:
        return '<td class="an-none">·<span class="an-hidden">no shared article</span></td>'
    figure, shared = pair.figure, f"<small>n {pair.figure.articles:,}</small>"
    if not figure.defined:
        return f'<td class="an-none" title="{safe(figure.reason)}">undef.{shared}</td>'
    style = heat_style(figure.value)
    tip = f"{_both(pair)}: {number(figure.value)} {interval(figure)}"
    return f'<td style="{style}" title="{safe(tip)}">{number(figure.value)}{shared}</td>'


def pairs_table_html(shown: Sequence[Pair], reasons: Mapping[str, str]) -> str:
    """Build the list of pairs with intervals, kappa or F1, and reasons.

    Parameters
    ----------
    shown : sequence of Pair
        A page of them.
    reasons : mapping of str to str
        The words of each reason, where they are others than those stored.
    """
    if not shown:
        return ""
    others = list(dict.fromkeys(f.measure for pair in shown for f in pair.beside))
    heads = "".join(
        f'<th scope="col" class="an-num">{safe(name)}</th>'
        for name in (shown[0].figure.measure, "95 % interval", *others, "shared articles")
    )
    rows = "".join(_pair_row(pair, others, reasons) for pair in shown)
    return scrolled(
        "Pairs of annotators, the lowest first",
        f'<table class="an-table an-measures"><thead><tr><th scope="col">annotators</th>{heads}'
        f'<th scope="col">verdict</th></tr></thead><tbody>{rows}</tbody></table>',
    )


def _pair_row(pair: Pair, others: Sequence[str], reasons: Mapping[str, str]) -> str:
    figure = pair.figure
    by_measure = {each.measure: each.value for each in pair.beside}
    cells = [
        number(figure.value),
        interval(figure) or ("no interval" if figure.defined else "–"),
        *(number(by_measure.get(name, math.nan)) for name in others),
        f"{figure.articles:,}",
    ]
    told = "".join(f'<td class="an-num">{cell}</td>' for cell in cells)
    reason = reasons.get(figure.reason, figure.reason)
    why = f'<small class="an-because"><bdi>{safe(reason)}</bdi></small>' if reason else ""
    return (
        f'<tr><th scope="row"><bdi>{safe(pair.first)}</bdi> and <bdi>{safe(pair.second)}</bdi>{why}'
        f"</th>{told}<td>{verdict_html(figure)}</td></tr>"
    )


def alone_in_words(pairs: Pairs) -> str:
    """Say who has no pair."""
    names = ", ".join(pairs.alone[:_NAMED])
    more = len(pairs.alone) - _NAMED
    rest = f" and {counted(more, 'other')}" if more > 0 else ""
    return (
        f"Without a pair, since they share no article of this question with anybody: {names}{rest}."
    )
