"""How articles differ in agreement, as tables for who reads them rather than a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.report.charts.histogram import bar_in_words
from annotate.report.html.agreement import scrolled
from annotate.report.html.escape import safe

if TYPE_CHECKING:
    from annotate.findings.sides import Spread

__all__ = ["spread_table_html"]


def spread_table_html(spread: Spread) -> str:
    """Build the table of the histogram's bars."""
    rows = "".join(
        f'<tr><th scope="row">{bar_in_words(bar, last=bar is spread.bars[-1])}</th>'
        f'<td class="an-num">{bar.articles:,}</td></tr>'
        for bar in spread.bars
    )
    return scrolled(
        "Articles by agreement",
        f'<table class="an-table an-slim"><thead><tr><th scope="col">{safe(spread.measure)}</th>'
        f'<th scope="col" class="an-num">articles</th></tr></thead><tbody>{rows}</tbody></table>',
    )
