"""Figures of the same kind one under the other, each with its interval: nobody is ranked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import altair as alt

from annotate.report.charts.look import GREY, INKS, PALETTE
from annotate.report.wording import ends, number, one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Dot", "dots_chart"]

_ROW, _FRAME = 46, 78  # pixels; the frame holds the axis and the words over the lines
_BLUES = {False: PALETTE[0], True: PALETTE[5]}
_ROOM = 0.06  # of the range, left free on either side


@dataclass(frozen=True)
class Dot:
    """One figure.

    Parameters
    ----------
    name : str
        Whose it is.
    value, low, high : float
        The figure and its interval; NaN where there is none.
    n : str
        What it rests on, in words.
    """

    name: str
    value: float
    low: float
    high: float
    n: str


def dots_chart(
    dots: Sequence[Dot],
    *,
    axis: str,
    lines: Mapping[float, str],
    limits: tuple[float, float] = (-math.inf, math.inf),
    dark: bool = False,
) -> alt.LayerChart | None:
    """Draw one figure under the other in the order given; None where none is defined.

    Parameters
    ----------
    dots : sequence of Dot
        The figures. Undefined ones are left out.
    axis : str
        What is measured.
    lines : mapping of float to str
        Values to be marked by a dashed line, with the word over it.
    limits : (float, float)
        What no figure can go beyond.
    dark : bool
        Whether it stands on a dark ground.
    """
    shown = [dot for dot in dots if math.isfinite(dot.value)]
    if not shown:
        return None
    rows = [_row(place, dot) for place, dot in enumerate(shown)]
    known = {at: says for at, says in lines.items() if math.isfinite(at)}
    scale = alt.Scale(domain=_domain(shown, list(known), limits), nice=False)
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("place:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0.15))
    )
    layers = [
        *_lines(known, scale),
        *_marks(base, scale, axis, _BLUES[dark]),
        *_words(base, INKS[dark]),
    ]
    chart: alt.LayerChart = (
        alt.layer(*layers)
        .properties(width="container", height=_ROW * len(rows) + _FRAME)
        .configure_view(strokeWidth=0)
    )
    return chart


def _row(place: int, dot: Dot) -> dict[str, Any]:
    return {
        "place": place,
        "name": one_line(dot.name),
        "value": dot.value,
        "low": dot.low if math.isfinite(dot.low) else None,
        "high": dot.high if math.isfinite(dot.high) else None,
        "words": f"{number(dot.value)} {ends(dot.low, dot.high)}".strip(),
        "n": dot.n,
    }


def _domain(
    dots: Sequence[Dot], lines: Sequence[float], limits: tuple[float, float]
) -> list[float]:
    """Span what is shown; a very long interval may run out of the picture's frame, never a dot."""
    ends_of = [end for dot in dots for end in (dot.value, dot.low, dot.high)]
    all_of_it = [value for value in [*ends_of, *lines] if math.isfinite(value)]
    least, most = min(all_of_it), max(all_of_it)
    room = _ROOM * (most - least) or 0.5
    return [max(least - room, limits[0]), min(most + room, limits[1])]


def _lines(lines: Mapping[float, str], scale: alt.Scale) -> list[alt.Chart]:
    if not lines:
        return []
    rows = [{"at": at, "says": says} for at, says in lines.items()]
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=alt.X("at:Q", scale=scale))
    return [
        base.mark_rule(strokeDash=[4, 3], color=GREY),
        base.mark_text(dy=-4, baseline="bottom", color=GREY, fontSize=12).encode(
            y=alt.value(0), text="says:N"
        ),
    ]


def _marks(base: alt.Chart, scale: alt.Scale, axis: str, blue: str) -> list[alt.Chart]:
    drawn = alt.Axis(tickCount=6, title=axis, grid=True, gridOpacity=0.5)
    tips = [
        alt.Tooltip("name:N", title="who"),
        alt.Tooltip("words:N", title="figure"),
        alt.Tooltip("n:N", title="of"),
    ]
    return [
        # Points tell a screen reader the ends too; an empty layer would be a picture without words.
        base.transform_filter("datum.low !== null")
        .mark_rule(size=3, opacity=0.75, yOffset=9, color=blue, aria=False)
        .encode(x=alt.X("low:Q", scale=scale, axis=drawn), x2="high:Q", tooltip=tips),
        base.mark_point(size=90, filled=True, opacity=1, yOffset=9, color=blue).encode(
            x=alt.X("value:Q", scale=scale, axis=drawn), tooltip=tips
        ),
    ]


def _words(base: alt.Chart, ink: str) -> list[alt.Chart]:
    """Write over each interval whose it is, so that the plot keeps its width on a phone."""
    room = alt.ExprRef(expr="width - 122")  # what the figures at the right leave
    return [
        base.mark_text(
            align="left", dy=-9, fontSize=12.5, fontWeight=600, color=ink, limit=room
        ).encode(x=alt.value(0), text="name:N"),
        base.mark_text(align="right", dy=-9, fontSize=12.5, color=ink).encode(
            x=alt.value("width"), text="words:N"
        ),
    ]
