"""One figure of every outlet, in the order of their names: outlets are not ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.report.charts.dots import Dot, dots_chart
from annotate.report.wording import counted, outlet_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair as alt

    from annotate.sources import Beside, Estimate, Part, Profile

__all__ = ["across_chart", "apart_chart", "means_chart"]

_AXES = {
    "share": "share of articles",
    "mean": "mean over articles",
    "rate": "marks per 1,000 words",
    "share of marks": "share of marks",
}
_LIMITS = {
    "share": (0.0, 1.0),
    "share of marks": (0.0, 1.0),
    "mean": (-float("inf"), float("inf")),
    "rate": (0.0, float("inf")),
}


def across_chart(
    outlets: Sequence[Part], estimates: Sequence[Estimate], whole: Estimate, *, dark: bool = False
) -> alt.LayerChart | None:
    """Draw one figure of each outlet; None where none has enough articles.

    Parameters
    ----------
    outlets : sequence of Part
        The outlets.
    estimates : sequence of Estimate
        The figure of each.
    whole : Estimate
        That of all articles.
    dark : bool
        Whether it stands on a dark ground.
    """
    dots = [
        _dot(outlet_name(outlet.name), estimate)
        for outlet, estimate in zip(outlets, estimates, strict=True)
    ]
    return dots_chart(
        dots,
        axis=_AXES[whole.kind],
        lines={whole.amount: "all"},
        limits=_LIMITS[whole.kind],
        dark=dark,
    )


def apart_chart(
    outlets: Sequence[Part], beside: Sequence[Beside], *, dark: bool = False
) -> alt.LayerChart | None:
    """Draw how far each outlet lies from the others on the same events."""
    dots = [
        Dot(outlet_name(part.name), each.amount, each.low, each.high, counted(each.events, "event"))
        for part, each in zip(outlets, beside, strict=True)
    ]
    axis = "above the other outlets on the same events"
    return dots_chart(dots, axis=axis, lines={0.0: "others"}, dark=dark)


def means_chart(profile: Profile, *, dark: bool = False) -> alt.LayerChart | None:
    """Draw the means of an outlet's ratings, one question under the other."""
    dots = [_dot(e.title, e) for e in profile.estimates if e.kind == "mean"]
    # Only a scale that holds a 0 has a middle there.
    middle = {0.0: "0"} if any(e.value == "0" for e in profile.estimates) else {}
    return dots_chart(dots, axis=_AXES["mean"], lines=middle, dark=dark)


def _dot(name: str, estimate: Estimate) -> Dot:
    return Dot(
        name, estimate.amount, estimate.low, estimate.high, counted(estimate.articles, "article")
    )
