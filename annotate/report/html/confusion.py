"""Which values are taken for one another, as a heat map that is a table, and in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from annotate.reliability.confusion import NOT_MARKED
from annotate.report.html.agreement import scrolled
from annotate.report.html.escape import safe
from annotate.report.html.pairs import VERMILION, heat_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.findings.sides import Mistaken
    from annotate.reliability.confusion import Confused

__all__ = [
    "confused_in_words",
    "confused_table_html",
    "confusion_finding",
    "confusion_heat_html",
    "disagreements_url",
]

_LONGEST = 60  # characters of a value in a sentence


def _clipped(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def disagreements_url(question: str) -> str:
    """Give the address of a question's disagreements, seen from a page of the report."""
    return f"disagreements?{urlencode({'question': question})}"


def confusion_finding(mistaken: Mistaken) -> str:
    """Say what is taken for what most often."""
    if not any(map(any, mistaken.found.matrix)):
        return "Nothing that two annotators answered"
    if not mistaken.pairs:
        return "Nothing is taken for anything else"
    return f"{_told(mistaken.pairs[0], mistaken)}: {mistaken.pairs[0].share:.0%} of all confusions"


def _told(pair: Confused, mistaken: Mistaken) -> str:
    one, other = (_clipped(mistaken.words[value]) for value in (pair.first, pair.second))
    if pair.second == NOT_MARKED:
        return f"“{one}” where others did not mark"
    return f"“{one}” and “{other}” are taken for each other"


def confused_in_words(pair: Confused, mistaken: Mistaken) -> str:
    """Tell of two values how often one stood where the other stood too."""
    told = f"{_told(pair, mistaken)}: {pair.times:.1f} times, {pair.share:.0%} of all confusions"
    if not math.isfinite(pair.ratio):
        return told
    if pair.ratio < 1:
        return f"{told}, rarer than votes at random would have it"
    return f"{told}, {pair.ratio:.2f} times as often as votes at random"


def confused_table_html(shown: Sequence[Confused], mistaken: Mistaken) -> str:
    """Build the list of what is taken for what.

    Parameters
    ----------
    shown : sequence of Confused
        A page of it.
    mistaken : Mistaken
        The values.
    """
    rows = "".join(
        f'<tr><th scope="row"><bdi>{safe(mistaken.words[pair.first])}</bdi></th>'
        f"<td><bdi>{safe(mistaken.words[pair.second])}</bdi></td>"
        f'<td class="an-num">{pair.times:,.1f}</td><td class="an-num">{pair.share:.0%}</td>'
        f'<td class="an-num">{f"{pair.ratio:.2f}" if math.isfinite(pair.ratio) else "–"}</td></tr>'
        for pair in shown
    )
    heads = "".join(
        f'<th scope="col" class="an-num">{name}</th>' for name in ("times", "of all", "to chance")
    )
    return scrolled(
        "Values that are taken for each other, the most frequent first",
        '<table class="an-table an-measures"><thead><tr><th scope="col">taken for</th>'
        f'<th scope="col">each other</th>{heads}</tr></thead><tbody>{rows}</tbody></table>',
    )


def confusion_heat_html(mistaken: Mistaken, *, link: str = "") -> str:
    """Build the heat map: of all that stood beside a value, which share was which.

    Parameters
    ----------
    mistaken : Mistaken
        The values.
    link : str
        Where a cell with a disagreement leads; "" for nowhere, as on paper.
    """
    found, places = mistaken.found, mistaken.places
    words = [mistaken.words[found.values[place]] for place in places]
    heads = "".join(f'<th scope="col"><bdi>{safe(word)}</bdi></th>' for word in words)
    rows = "".join(
        f'<tr><th scope="row"><bdi>{safe(word)}</bdi></th>'
        + "".join(_cell(mistaken, row, column, link) for column in places)
        + f'<td class="an-num an-sum">{sum(found.matrix[row]):,.1f}</td></tr>'
        for word, row in zip(words, places, strict=True)
    )
    return scrolled(
        "Which values are taken for one another",
        '<table class="an-heat an-confused"><caption class="an-hidden">Where one annotator gave '
        "the value of the row, what the others gave: share, and times below it. Agreement stands "
        f'on the diagonal.</caption><thead><tr><td></td>{heads}<th scope="col">in all</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>",
    )


def _cell(mistaken: Mistaken, row: int, column: int, link: str) -> str:
    matrix, values = mistaken.found.matrix, mistaken.found.values
    times, whole = matrix[row][column], sum(matrix[row])
    if not times:
        return '<td class="an-none">·</td>'
    share = times / whole
    said = f"{share:.0%}<small>{times:,.1f}</small>"
    if row == column:
        return f'<td class="an-agreed" style="{heat_style(share)}">{said}</td>'
    one, other = (mistaken.words[values[place]] for place in (row, column))
    tip = safe(f"{one}, where another said {other}: {times:,.1f} times")
    inside = f'<a href="{safe(link)}">{said}</a>' if link else said
    return f'<td style="{heat_style(share, VERMILION)}" title="{tip}">{inside}</td>'
