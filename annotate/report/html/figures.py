"""Figures of agreement as a table that says everything of each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from annotate.reliability import verdict
from annotate.report.html.escape import safe
from annotate.report.wording import interval, number
from annotate.selection import reason_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annotate.reliability import Figure

__all__ = ["all_figures_html"]

_BASE = {"articles": "articles", "units": "units", "annotators": "annotators", "labels": "votes"}
_SAID = {
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


def all_figures_html(
    figures: Sequence[Figure], shown: Mapping[tuple[str, str], str], *, about: str
) -> str:
    """Build a table of figures, one row each; what is the same for all is said once, above it.

    Parameters
    ----------
    figures : sequence of Figure
        Of one question.
    shown : mapping of (str, str) to str
        What annotators read, by question or span group and stored value.
    about : str
        What they are figures of, for who cannot see the heading above.
    """
    rows = [figure.to_json() for figure in figures]
    counts = _BASE | _SAID
    # A table of one row keeps what it rests on in the row.
    same = [name for name in _SAID if len({row[name] for row in rows}) == 1 and len(rows) > 1]
    columns = {name: says for name, says in counts.items() if name not in same}
    heads = "".join(f'<th scope="col" class="an-num">{says}</th>' for says in columns.values())
    body = "".join(_row(figure, list(columns), shown) for figure in figures)
    return (
        f"{_once(rows[0], same)}"
        f'<div class="an-scroll" tabindex="0" role="region" aria-label="{safe(about)}">'
        '<table class="an-table an-every"><thead><tr><th scope="col">measure</th>'
        '<th scope="col" class="an-num">value</th>'
        '<th scope="col" class="an-num">95 % interval</th><th scope="col">verdict</th>'
        f'{heads}<th scope="col">to know</th></tr></thead><tbody>{body}</tbody></table></div>'
    )


def _once(row: Mapping[str, Any], same: Sequence[str]) -> str:
    if not same:
        return ""
    said = ", ".join(f"{row[name]:,} {_SAID[name]}" for name in same)
    return f'<p class="an-once">Behind each: {said}.</p>'


def _row(figure: Figure, columns: Sequence[str], shown: Mapping[tuple[str, str], str]) -> str:
    values = figure.to_json()
    counts = "".join(f'<td class="an-num">{values[name]:,}</td>' for name in columns)
    label = shown.get((figure.question, figure.label), figure.label)
    of = f"<small><bdi>{safe(label)}</bdi></small>" if label else ""
    reason = reason_in_words(figure.reason, figure.question, shown)
    said = verdict(figure) if figure.chance_corrected else "–"
    return (
        f'<tr><th scope="row">{safe(figure.measure)}{of}</th>'
        f'<td class="an-num">{number(figure.value)}</td>'
        f'<td class="an-num an-ends">{_interval(figure)}</td><td class="an-ends">{said}</td>'
        f'{counts}<td class="an-why" dir="auto">{safe(reason)}</td></tr>'
    )


def _interval(figure: Figure) -> str:
    if not figure.defined:
        return "–"
    return interval(figure) if math.isfinite(figure.low) else "no interval"
