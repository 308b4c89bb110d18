"""Charts as pictures inside the page: drawn once, coloured by the theme of whoever reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lxml import etree

from annotate.report.charts.look import drawable, svg
from annotate.report.html.escape import safe

if TYPE_CHECKING:
    from collections.abc import Callable

    import altair as alt

__all__ = ["Gallery"]

_WIDE, _NARROW = 720, 400  # pixels; a phone shrinks it a little, so that words keep their room
_COLOR = re.compile(r"#[0-9a-fA-F]{3,8}|rgba?\([\d., %]+\)|transparent|white|black")
# The page says itself which font and whose picture; nothing here can be pointed at.
_IDLE = frozenset({"role", "font-family", "pointer-events"})
_IDS = re.compile(r"url\([\"']?#([^)\"']+)[\"']?\)")


class Gallery:
    """Draws charts; the pictures of one gallery share the page's colours and clash in no id."""

    def __init__(self) -> None:
        self._colors: dict[tuple[str, str], str] = {}
        self._drawings: dict[str, int] = {}
        self._drawn = 0

    def picture(
        self,
        draw: Callable[[bool], alt.TopLevelMixin | None],
        says: str,
        caption: str = "",
    ) -> str:
        """Draw a chart in both themes and for both widths, as inline SVG.

        Parameters
        ----------
        draw : callable
            Called with whether the ground is dark; None where there is nothing to draw.
        says : str
            What the chart shows, for who cannot see it.
        caption : str
            What stands under it: n and method.

        Returns
        -------
        str
            HTML; "" where there is nothing to draw.
        """
        wide = self._drawn_at(draw, says, _WIDE)
        if not wide:
            return ""
        # Another for phones: the words of one picture cannot be right at both widths.
        phone = f'<div class="of-narrow">{self._drawn_at(draw, says, _NARROW)}</div>'
        under = f"<figcaption>{safe(caption)}</figcaption>" if caption else ""
        return (
            f'<figure class="of-figure">{phone}<div class="of-wide an-scroll" tabindex="0" '
            f'role="region" aria-label="{safe(says)}">{wide}</div>{under}</figure>'
        )

    def _drawn_at(
        self, draw: Callable[[bool], alt.TopLevelMixin | None], says: str, width: int
    ) -> str:
        """Draw a chart for both grounds at a width."""
        drawn_light, drawn_dark = draw(False), draw(True)  # noqa: FBT003
        if drawn_light is None or drawn_dark is None:
            return ""
        light = etree.fromstring(svg(drawn_light, width=width).encode())
        dark = etree.fromstring(svg(drawn_dark, width=width, dark=True).encode())
        self._drawn += 1
        pictures = self._merged(light, dark) or [
            self._alone(light, "of-light"),
            self._alone(dark, "of-dark"),
        ]
        return "".join(_inline(picture, says) for picture in pictures)

    def drawing(self, declaration: str) -> int:
        """Give what is drawn in CSS a number; ``data-drawn`` with that number stands for it."""
        return self._drawings.setdefault(declaration, len(self._drawings))

    def stylesheet(self) -> str:
        """Give both sets of colours, and the drawings, of all that was drawn so far."""
        sets = [
            "".join(f"--{name}:{colors[place]};" for colors, name in self._colors.items())
            for place in (0, 1)
        ]
        drawings = "".join(
            f'[data-drawn="{number}"]{{{declaration}}}\n'
            for declaration, number in self._drawings.items()
        )
        return (
            f":root{{{sets[0]}}}\n"
            f"@media screen and (prefers-color-scheme:dark){{:root{{{sets[1]}}}}}\n{drawings}"
        )

    def _merged(self, light: Any, dark: Any) -> list[Any]:  # noqa: ANN401 (elements of lxml)
        """Make one picture of two that differ in colours only; nothing if they differ otherwise."""
        pairs = list(zip(light.iter(), dark.iter(), strict=False))
        alike = len(pairs) == sum(1 for _ in light.iter()) == sum(1 for _ in dark.iter())
        if not alike or not all(_same_but_colors(one, other) for one, other in pairs):
            return []
        for one, other in pairs:
            for name, value in one.items():
                if other.get(name) != value:
                    one.set(name, f"var(--{self._name(value, other.get(name))})")
        return [self._alone(light, "")]

    def _name(self, light: str, dark: str) -> str:
        return self._colors.setdefault((light, dark), f"of{len(self._colors)}")

    def _alone(self, picture: Any, kind: str) -> Any:  # noqa: ANN401
        """Take out what only a chart on a page of its own needs."""
        mark = f"{kind or 'of'}{self._drawn}-"
        for element in picture.iter():
            for name, value in element.items():
                if name.startswith("aria-") or name in _IDLE or name.endswith("href"):
                    del element.attrib[name]
                elif name == "id":
                    element.set(name, mark + value)
                elif "url(" in value:
                    element.set(name, _IDS.sub(rf"url(#{mark}\1)", value))
        if kind:
            picture.set("class", kind)
        return picture


def _same_but_colors(one: Any, other: Any) -> bool:  # noqa: ANN401
    if one.tag != other.tag or one.text != other.text or one.keys() != other.keys():
        return False
    return all(
        value == other.get(name)
        or bool(_COLOR.fullmatch(value) and _COLOR.fullmatch(other.get(name)))
        for name, value in one.items()
    )


def _inline(picture: Any, says: str) -> str:  # noqa: ANN401
    picture.set("role", "img")
    picture.set("aria-label", drawable(says))
    return str(etree.tostring(picture, encoding="unicode"))
