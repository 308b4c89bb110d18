"""The article as HTML: every annotator's spans as lines of their own under the text.

The text content of what is built here is the article's text and nothing else (initials and
numbers are drawn by the style sheet), and nothing of the text, the labels or the names is ever
read as markup.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from annotate.report.charts.look import PALETTE
from annotate.report.html.escape import attribute, safe
from annotate.report.html.lines import bands_of, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annotate.findings.layers import Mark, Segment
    from annotate.findings.reading import Reading
    from annotate.report.html.lines import Lines

__all__ = ["Legend", "article_html", "laid_out_html", "legend_of"]

_EMPTY_LINE = '<p class="an-gap">\n</p>'
_TOLD = 6  # marks in a tooltip
_Place = tuple[int, int]


@dataclass(frozen=True)
class Legend:
    """How annotators, labels and groups of labels are told apart.

    Parameters
    ----------
    initials : dict of str to str
        By annotator; unique.
    numbers : dict of str to int
        By label.
    colors : dict of str to str
        By label, as ``#rrggbb``.
    letters : dict of str to str
        By group of labels, a small letter.
    """

    initials: dict[str, str]
    numbers: dict[str, int]
    colors: dict[str, str]
    letters: dict[str, str]


def legend_of(reading: Reading, labels: Sequence[tuple[str, str]]) -> Legend:
    """Choose initials, numbers, letters and colours.

    Parameters
    ----------
    reading : Reading
        The article; labels that the scheme lacks are numbered after its own.
    labels : sequence of (str, str)
        What the scheme calls its labels and their colours, in its order.
    """
    known = dict(labels)
    for segment in reading.segments:
        for mark in segment.marks:
            known.setdefault(mark.label, mark.color)
    return Legend(
        initials=_initials(tuple(dict.fromkeys(reading.annotators))),
        numbers={label: number for number, label in enumerate(known, 1)},
        colors={label: _color(color, i) for i, (label, color) in enumerate(known.items())},
        letters={heat.group: _letter(i).lower() for i, heat in enumerate(reading.heats)},
    )


def article_html(
    reading: Reading,
    legend: Legend,
    shown: Sequence[str],
    *,
    heat: bool = False,
    asked: _Place | None = None,
    bring: bool = False,
) -> str:
    """Build the article's text with the spans of the annotators to be shown.

    Parameters
    ----------
    reading : Reading
        The article.
    legend : Legend
        How annotators and labels are told apart.
    shown : sequence of str
        Whose spans, in the order of the lines.
    heat : bool
        Whether to draw how many marked each stretch, one band for each group of labels.
    asked : (int, int), optional
        A stretch that is set off, in code points; it has the id ``an-asked``.
    bring : bool
        Whether the style sheet is to bring that stretch into view.
    """
    if asked:
        reading = replace(reading, segments=tuple(_cut(reading.segments, asked)))
    lines = lines_of(reading, shown, bands_of(reading, legend.letters) if heat else {})
    body = _Body(lines, legend, asked, bring)
    paragraphs = [
        f'<p dir="auto">{paragraph}</p>' if paragraph != "\n" else _EMPTY_LINE
        for paragraph in _paragraphs(reading.segments, body)
        if paragraph
    ]
    return f'<div class="an-text" style="--depth:{lines.depth}px">{"".join(paragraphs)}</div>'


def laid_out_html(key: str, text: str) -> str:
    """Set the key beside the text; it goes along, and scrolls where it is longer than the window.

    Parameters
    ----------
    key, text : str
        As `legend_html` and `article_html` build them.
    """
    beside = f'<aside tabindex="0" aria-label="Key to the text">{key}</aside>'
    return f'<div class="an-reader">{beside}{text}</div>'


@dataclass(frozen=True)
class _Body:
    """How a stretch of text becomes HTML."""

    lines: Lines
    legend: Legend
    asked: _Place | None
    bring: bool

    def piece(self, text: str, segment: Segment, *, begins: bool) -> str:
        """Build a stretch of one paragraph."""
        marks = self.lines.drawn(segment.marks)
        style = self.lines.style(segment.start, marks, self.legend.colors, begins=begins)
        asked = self._is_asked(segment)
        if not (style or asked):
            return safe(text)
        kinds = "an-mark" + (" an-asked" if asked else "")
        anchor = self._anchor() if asked and begins and segment.start == self._first else ""
        return (
            f'{anchor}<mark class="{kinds}"{self._words(segment, begins=begins)}'
            + (f' style="{style}"' if style else "")
            + f">{safe(text)}</mark>"
        )

    @property
    def _first(self) -> int:
        return self.asked[0] if self.asked else -1

    def _anchor(self) -> str:
        return f'<span id="an-asked" class="an-anchor{" an-bring" if self.bring else ""}"></span>'

    def _is_asked(self, segment: Segment) -> bool:
        return self.asked is not None and self.asked[0] <= segment.start < self.asked[1]

    def _words(self, segment: Segment, *, begins: bool) -> str:
        """Give what is drawn before the stretch, and the same in words."""
        shown = [mark for mark in segment.marks if self.lines.holds(mark)]
        begun = [mark for mark in shown[:_TOLD] if begins and mark.begins]
        warm = self.lines.begun(segment.start) if begins else []
        who = [f"{self._initial(m)}{self.legend.numbers[m.label]}" for m in begun]
        tips = [_tip(mark) for mark in shown[:_TOLD]]
        if len(shown) > _TOLD:
            tips.append(f"and {len(shown) - _TOLD:,} more")
        tips += [f"{band.title}: {band.says}" for band in self.lines.warm(segment.start)]
        told = [f"{m.annotator} begins {m.label}" for m in begun]
        told += [f"{band.title}: {band.says}" for band in warm]
        signs = " ".join([*(band.sign for band in warm), *who])
        return (f' title="{attribute(chr(10).join(tips))}"' if tips else "") + (
            f' data-who="{attribute(signs)}" data-says="{attribute("; ".join(told))}: "'
            if signs
            else ""
        )

    def _initial(self, mark: Mark) -> str:
        return self.legend.initials[mark.annotator]


def _cut(segments: Sequence[Segment], asked: _Place) -> Iterator[Segment]:
    """Cut also where the stretch that is set off begins and ends."""
    for segment in segments:
        places = [place for place in asked if segment.start < place < segment.end]
        edges = [segment.start, *places, segment.end]
        for number, (start, end) in enumerate(pairwise(edges)):
            text = segment.text[start - segment.start : end - segment.start]
            marks = segment.marks if not number else tuple(m.going_on for m in segment.marks)
            yield replace(segment, start=start, end=end, text=text, marks=marks)


def _paragraphs(segments: Sequence[Segment], body: _Body) -> list[str]:
    """Give each line of the text with its newline, so that their joined content stays the text."""
    paragraphs: list[list[str]] = [[]]
    for segment in segments:
        begins = True
        for place, piece in enumerate(segment.text.split("\n")):
            if place:
                paragraphs[-1].append("\n")
                paragraphs.append([])
            if piece:
                paragraphs[-1].append(body.piece(piece, segment, begins=begins))
                begins = False
    return ["".join(paragraph) for paragraph in paragraphs]


def _tip(mark: Mark) -> str:
    said = f": {mark.details}" if mark.details else ""
    return f"{mark.annotator} – {mark.label}{said}"


def _initials(people: tuple[str, ...]) -> dict[str, str]:
    """Take first letters where they differ, else A, B, C … in the order of the desks."""
    letters = [person[:1].upper() for person in people]
    if len(set(letters)) < len(people) or not all(letter.isalpha() for letter in letters):
        letters = [_letter(place) for place in range(len(people))]
    return dict(zip(people, letters, strict=True))


def _letter(place: int) -> str:
    before, here = divmod(place, 26)
    return (_letter(before - 1) if before else "") + chr(ord("A") + here)


def _color(color: str, place: int) -> str:
    """Rewrite a colour of the config as ``#rrggbb``: no character of it reaches the style."""
    from PIL.ImageColor import getrgb

    try:
        red, green, blue = getrgb(color.strip())[:3]
    except ValueError:
        return PALETTE[place % len(PALETTE)]
    return f"#{red:02x}{green:02x}{blue:02x}"
