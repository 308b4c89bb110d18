"""One share for each outlet, with its interval where there is one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import altair as alt

from annotate.report.charts.look import INKS, PALETTE
from annotate.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.findings.telling import OutletRow

__all__ = ["MOST", "rates_chart"]

MOST = 12  # outlets; the table has all
_ROW, _FRAME = 40, 60  # pixels; the frame holds the axis


def rates_chart(outlets: Sequence[OutletRow], *, dark: bool = False) -> alt.LayerChart | None:
    """Draw in what share of the articles that hold a phrase it is marked; None with under two.

    Parameters
    ----------
    outlets : sequence of OutletRow
        The first `MOST` with an interval are drawn.
    dark : bool
        Whether it stands on a dark ground.
    """
    drawn = [row for row in outlets if math.isfinite(row.low)][:MOST]
    if len(drawn) < 2:  # noqa: PLR2004 (nothing to compare)
        return None
    rows = [_row(place, outlet) for place, outlet in enumerate(drawn)]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("place:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0.15))
    )
    chart: alt.LayerChart = (
        alt.layer(*_intervals(base, _highest(drawn)), *_words(base, INKS[dark]))
        .properties(width="container", height=_ROW * len(rows) + _FRAME)
        .configure_view(strokeWidth=0)
    )
    return chart


def _row(place: int, row: OutletRow) -> dict[str, Any]:
    return {
        "place": place,
        "outlet": row.outlet or "no outlet named",
        "share": row.share,
        "low": row.low,
        "high": row.high,
        "words": f"{number(row.share)} [{number(row.low)}, {number(row.high)}]",
        "counts": f"{row.marked_articles:,} of {row.articles:,} articles",
    }


def _highest(rows: Sequence[OutletRow]) -> float:
    """End the axis at the fifth above the highest end of an interval."""
    return min(1.0, math.ceil(max(row.high for row in rows) * 5) / 5)


def _intervals(base: alt.Chart, highest: float) -> list[alt.Chart]:
    scale = alt.Scale(domain=[0, highest], nice=False)
    axis = alt.Axis(format=".2f", tickCount=5, title="share of articles with it, where marked")
    tips = [alt.Tooltip(f"{name}:N") for name in ("outlet", "words", "counts")]
    return [
        base.mark_rule(size=3, opacity=0.75, yOffset=9, color=PALETTE[0]).encode(
            x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q", tooltip=tips
        ),
        base.mark_point(size=90, filled=True, opacity=1, yOffset=9, color=PALETTE[0]).encode(
            x=alt.X("share:Q", scale=scale, axis=axis), tooltip=tips
        ),
    ]


def _words(base: alt.Chart, ink: str) -> list[alt.Chart]:
    """Write over each interval what it is, so that the plot keeps its width on a phone."""
    room = alt.ExprRef(expr="width - 230")  # what the figures at the right leave
    return [
        base.mark_text(
            align="left", dy=-7, fontSize=12.5, fontWeight=600, color=ink, limit=room
        ).encode(x=alt.value(0), text="outlet:N"),
        base.mark_text(align="right", dy=-7, fontSize=12.5, color=ink)
        .transform_calculate(says="datum.counts + '  ' + datum.words")
        .encode(x=alt.value("width"), text="says:N"),
    ]
