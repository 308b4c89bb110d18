"""Colours and type of every chart, and charts as pictures for paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from annotate.reliability import verdict

if TYPE_CHECKING:
    import altair as alt

    from annotate.reliability import Figure

__all__ = ["CUTOFFS", "GREY", "INKS", "PALETTE", "VERDICTS", "svg", "verdict_of"]

# Krippendorff (2019), Content Analysis, 4th ed., p. 356.
CUTOFFS = {0.667: ".667", 0.80: ".80"}
# Okabe and Ito (2008): told apart by readers with any colour vision.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c8c8c")
# Their hues, shaded to 3:1 on white and on the dark ground; with each a shape of its own, since a
# colour alone says nothing to some readers.
VERDICTS = {
    "reliable": ("#0b8f6b", "circle"),
    "tentative": ("#b87a00", "diamond"),
    "not reliable yet": ("#d55e00", "triangle-down"),
    "too few articles to tell": ("#7d858f", "square"),
}
INKS = {False: "#1b1f24", True: "#e8eaed"}  # the text colours of the theme, light and dark
GREY = "#7d858f"
_SIZES = {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"}
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif"


def verdict_of(figure: Figure) -> str:
    """Give the verdict on a figure; "" for one that is not corrected for chance."""
    return verdict(figure) if figure.chance_corrected else ""


def svg(chart: alt.TopLevelMixin, *, width: int = 720, dark: bool = False) -> str:
    """Draw a chart that fills its container as a picture of a given width in pixels.

    Its texts are escaped by the renderer; scripts and links are not part of it. It has no ground
    of its own.
    """
    import vl_convert

    spec = chart.to_dict()
    spec["width"] = width
    spec.setdefault("config", {})["font"] = _FONT
    # What the theme of the pages sets for charts on them; a chart's own config comes first.
    return str(vl_convert.vegalite_to_svg(spec, config=_ground(dark=dark)))


def _ground(*, dark: bool) -> dict[str, Any]:
    ink, faint = INKS[dark], "#3a4048" if dark else "#d5d9de"
    inks = {"labelColor": ink, "titleColor": ink}
    lines = {"domainColor": GREY, "tickColor": GREY, "gridColor": faint}
    return {
        "background": "transparent",
        "axis": {**inks, **_SIZES, **lines},
        "legend": {**inks, **_SIZES},
        "header": {**inks, **_SIZES},
        "title": {"color": ink, "subtitleColor": ink},
        "text": {"fill": ink},
    }
