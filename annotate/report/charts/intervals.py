"""One interval for each question, with the cut-offs that verdicts rest on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import altair as alt

from annotate.reliability import verdict
from annotate.report.charts.look import CUTOFFS, GREY, INKS, VERDICTS
from annotate.report.wording import interval, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.reliability import Figure

__all__ = ["agreement_chart"]

_ROW, _FRAME = 46, 110  # pixels; the frame holds axis and legend
_STRETCH = 22  # of a row, under its words


def agreement_chart(headlines: Sequence[Figure], *, dark: bool = False) -> alt.LayerChart | None:
    """Draw one interval per question; None where no question has a figure.

    Parameters
    ----------
    headlines : sequence of Figure
        The chance-corrected figure of each question. Undefined ones are left out.
    dark : bool
        Whether it stands on a dark ground.
    """
    rows = [_row(place, f) for place, f in enumerate(f for f in headlines if f.defined)]
    if not rows:
        return None
    places = alt.Y("place:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0.15))
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=places)
    layers = [*_cutoffs(places, len(rows)), *_intervals(base, rows), *_words(base, INKS[dark])]
    chart: alt.LayerChart = (
        alt.layer(*layers)
        .properties(width="container", height=_ROW * len(rows) + _FRAME)
        .configure_view(strokeWidth=0)
        .configure_legend(orient="bottom", title=None, columns=2, labelLimit=200)
    )
    return chart


def _row(place: int, figure: Figure) -> dict[str, Any]:
    return {
        "place": place,
        "question": figure.title,
        "measure": figure.measure,
        "value": figure.value,
        "low": figure.low if math.isfinite(figure.low) else None,
        "high": figure.high if math.isfinite(figure.high) else None,
        "verdict": verdict(figure),
        "words": f"{number(figure.value)} {interval(figure)}".strip(),
        "articles": figure.articles,
        "units": figure.units,
    }


def _lowest(rows: list[dict[str, Any]]) -> float:
    """Begin the axis at 0, or at the fifth below the lowest figure."""
    least: float = min(
        row[name] for row in rows for name in ("value", "low") if row[name] is not None
    )
    return max(-1.0, min(0.0, math.floor(least * 5) / 5))


def _cutoffs(places: alt.Y, rows: int) -> list[alt.Chart]:
    """Draw a stretch of each line across every interval, and none through the words above it."""
    lines = [{"at": at, "says": says} for at, says in CUTOFFS.items()]
    stretches = [{"cut": at, "place": place} for at in CUTOFFS for place in range(rows)]
    return [
        alt.Chart(alt.InlineData(values=stretches))
        .mark_tick(orient="vertical", size=_STRETCH, thickness=1.5, color=GREY, yOffset=9)
        .encode(x="cut:Q", y=places),
        alt.Chart(alt.InlineData(values=lines))
        .mark_text(dy=-4, baseline="bottom", color=GREY, fontSize=12)
        .encode(x="at:Q", y=alt.value(0), text="says:N"),
    ]


def _intervals(base: alt.Chart, rows: list[dict[str, Any]]) -> list[alt.Chart]:
    scale = alt.Scale(domain=[_lowest(rows), 1.0], nice=False)
    # No grid: it would run through the words.
    axis = alt.Axis(format=".1f", tickCount=6, title="agreement beyond chance (alpha)", grid=False)
    said = [name for name in VERDICTS if any(row["verdict"] == name for row in rows)]
    colors, shapes = zip(*(VERDICTS[name] for name in said), strict=True)
    color = alt.Color("verdict:N", scale=alt.Scale(domain=said, range=list(colors)))
    shape = alt.Shape("verdict:N", scale=alt.Scale(domain=said, range=list(shapes)))
    tips = [
        *(alt.Tooltip(f"{name}:N") for name in ("question", "measure", "words", "verdict")),
        *(alt.Tooltip(f"{name}:Q") for name in ("units", "articles")),
    ]
    return [
        # Points tell a screen reader the ends too; an empty layer would be a picture without words.
        base.transform_filter("datum.low !== null")
        .mark_rule(size=3, opacity=0.75, yOffset=9, aria=False)
        .encode(x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q", color=color, tooltip=tips),
        base.mark_point(size=110, filled=True, opacity=1, yOffset=9).encode(
            x=alt.X("value:Q", scale=scale, axis=axis), color=color, shape=shape, tooltip=tips
        ),
    ]


def _words(base: alt.Chart, ink: str) -> list[alt.Chart]:
    """Write over each interval what it is, so that the plot keeps its width on a phone."""
    room = alt.ExprRef(expr="width - 118")  # what the figures at the right leave
    return [
        base.mark_text(
            align="left", dy=-9, fontSize=12.5, fontWeight=600, color=ink, limit=room
        ).encode(x=alt.value(0), text="question:N"),
        base.mark_text(align="right", dy=-9, fontSize=12.5, color=ink).encode(
            x=alt.value("width"), text="words:N"
        ),
    ]
