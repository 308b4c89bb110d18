"""Figures of agreement as a table that says everything of each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from annotate.reliability import verdict
from annotate.report.html.escape import safe
from annotate.report.wording import interval, number
from annotate.selection import reason_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annotate.reliability import Figure

__all__ = ["all_figures_html"]

_NUMBERS = {
    "articles": "articles",
    "units": "units",
    "annotators": "people",
    "labels": "votes",
    "saw": "saw",
    "marked": "marked",
    "marked_nothing": "marked nothing",
    "missing": "missing",
    "not_shown": "not asked",
    "skipped": "skipped",
    "draft": "draft",
    "unseen": "unseen",
    "unassigned": "unassigned",
}


def all_figures_html(
    figures: Sequence[Figure], shown: Mapping[tuple[str, str], str], *, about: str
) -> str:
    """Build a table of figures, one row each.

    Parameters
    ----------
    figures : sequence of Figure
        Of one question.
    shown : mapping of (str, str) to str
        What annotators read, by question or span group and stored value.
    about : str
        What they are figures of, for who cannot see the heading above.
    """
    heads = "".join(f'<th scope="col" class="an-num">{name}</th>' for name in _NUMBERS.values())
    rows = "".join(_row(figure, shown) for figure in figures)
    return (
        f'<div class="an-scroll" tabindex="0" role="region" aria-label="{safe(about)}">'
        '<table class="an-table of-figures"><thead><tr><th scope="col">measure</th>'
        '<th scope="col" class="an-num">value</th><th scope="col">95 % interval</th>'
        f'<th scope="col">verdict</th>{heads}<th scope="col">to know</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(figure: Figure, shown: Mapping[tuple[str, str], str]) -> str:
    values = figure.to_json()
    counts = "".join(f'<td class="an-num">{values[name]:,}</td>' for name in _NUMBERS)
    label = shown.get((figure.question, figure.label), figure.label)
    of = f"<small><bdi>{safe(label)}</bdi></small>" if label else ""
    reason = reason_in_words(figure.reason, figure.question, shown)
    said = verdict(figure) if figure.chance_corrected else "–"
    return (
        f'<tr><th scope="row">{safe(figure.measure)}{of}</th>'
        f'<td class="an-num">{number(figure.value)}</td><td>{_interval(figure)}</td>'
        f'<td>{said}</td>{counts}<td class="of-why" dir="auto">{safe(reason)}</td></tr>'
    )


def _interval(figure: Figure) -> str:
    if not figure.defined:
        return "–"
    return interval(figure) if math.isfinite(figure.low) else "no interval"
