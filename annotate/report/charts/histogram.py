"""How articles differ in agreement: a histogram."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from annotate.report.charts.look import INKS, PALETTE
from annotate.report.wording import counted

if TYPE_CHECKING:
    from annotate.findings.sides import Bar, Spread

__all__ = ["article_histogram", "bar_in_words", "histogram_caption", "histogram_finding"]

_HEIGHT = 220
_GAP = 0.06  # of a bar's width, left free on either side


def histogram_finding(spread: Spread) -> str:
    """Say on how many articles everybody agrees."""
    whole = spread.articles
    if not whole:
        return "No article has two votes to compare"
    if spread.perfect == whole:
        return f"Everybody agrees on all {counted(whole, 'article')}"
    if not spread.perfect:
        return f"On none of {counted(whole, 'article')} does everybody agree"
    return f"Everybody agrees on {spread.perfect:,} of {counted(whole, 'article')}"


def histogram_caption(spread: Spread) -> str:
    """Say what is counted, and what is not."""
    better = "further right is better" if spread.best else "further left is better"
    without = ""
    if spread.without:
        verb = "has" if spread.without == 1 else "have"
        without = f" {counted(spread.without, 'article')} {verb} none: too few votes to compare."
    return (
        f"Articles by {spread.measure}; {better}. n = {counted(spread.articles, 'article')}, "
        f"not corrected for chance, which one article alone cannot show.{without}"
    )


def bar_in_words(bar: Bar, *, last: bool) -> str:
    """Name the stretch that a bar stands for."""
    return f"{bar.low:.3g} to {'' if last else 'below '}{bar.high:.3g}"


def article_histogram(spread: Spread, *, dark: bool = False) -> alt.LayerChart | None:
    """Draw how many articles have which agreement; None where none has any.

    Parameters
    ----------
    spread : Spread
        The articles.
    dark : bool
        Whether it stands on a dark ground.
    """
    if not spread.bars:
        return None
    gap = _GAP * (spread.bars[0].high - spread.bars[0].low)
    rows = [
        {
            "from": bar.low + gap,
            "to": bar.high - gap,
            "middle": (bar.low + bar.high) / 2,
            "articles": bar.articles,
            "range": bar_in_words(bar, last=bar is spread.bars[-1]),
        }
        for bar in spread.bars
    ]
    base = alt.Chart(alt.InlineData(values=rows))
    tips = [alt.Tooltip("range:N", title=spread.measure), alt.Tooltip("articles:Q", format=",")]
    scale = alt.Scale(domain=[0.0, spread.bars[-1].high], nice=False)
    bars = base.mark_bar(color=PALETTE[0]).encode(
        x=alt.X("from:Q", scale=scale, axis=alt.Axis(title=spread.measure, tickCount=5)),
        x2="to:Q",
        y=alt.Y(
            "articles:Q", axis=alt.Axis(title="articles", tickCount=4, format=",d", tickMinStep=1)
        ),
        y2=alt.datum(0),
        tooltip=tips,
    )
    numbers = (
        base.transform_filter("datum.articles > 0")
        .mark_text(dy=-7, color=INKS[dark], fontSize=12)
        .encode(x="middle:Q", y="articles:Q", text=alt.Text("articles:Q", format=","))
    )
    chart: alt.LayerChart = (
        alt.layer(bars, numbers)
        .properties(width="container", height=_HEIGHT)
        .configure_view(strokeWidth=0)
        .configure_axisX(grid=False)
    )
    return chart
