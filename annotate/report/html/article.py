"""The article as HTML: every annotator's spans as lines of their own under the text.

The text content of what is built here is the article's text and nothing else (initials and
numbers are drawn by the style sheet), and nothing of the text, the labels or the names is ever
read as markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.report.charts.look import PALETTE
from annotate.report.html.escape import attribute, safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annotate.findings.reading import Mark, Reading, Segment

__all__ = ["Legend", "MarkedPhrase", "article_html", "legend_of", "marked_phrases"]

_LINE, _GAP = 4, 2  # pixels
_EMPTY_LINE = '<p class="an-gap">\n</p>'
_MOST_LINES = 4  # per annotator; who overlaps more often shares the last one
_Key = tuple[str, str, str]  # annotator, span, label


@dataclass(frozen=True)
class Legend:
    """How annotators and labels are told apart.

    Parameters
    ----------
    initials : dict of str to str
        By annotator; unique.
    numbers : dict of str to int
        By label.
    colors : dict of str to str
        By label, as ``#rrggbb``.
    """

    initials: dict[str, str]
    numbers: dict[str, int]
    colors: dict[str, str]


@dataclass(frozen=True)
class MarkedPhrase:
    """One label on one span, for the list under the text."""

    phrase: str
    annotator: str
    label: str
    details: str
    start: int


@dataclass(frozen=True)
class _Drawing:
    """Each span's line, how many lines there are, and the legend."""

    lines: dict[_Key, int]
    count: int
    legend: Legend


def legend_of(reading: Reading, labels: Sequence[tuple[str, str]]) -> Legend:
    """Choose initials, numbers and colours.

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
    )


def article_html(reading: Reading, legend: Legend, shown: Sequence[str]) -> str:
    """Build the article's text with the spans of the annotators to be shown.

    Parameters
    ----------
    reading : Reading
        The article.
    legend : Legend
        How annotators and labels are told apart.
    shown : sequence of str
        Whose spans, in the order of the lines.
    """
    lines = _lines(reading, shown)
    drawing = _Drawing(lines, 1 + max(lines.values(), default=-1), legend)
    paragraphs = [
        f'<p dir="auto">{paragraph}</p>' if paragraph != "\n" else _EMPTY_LINE
        for paragraph in _paragraphs(reading.segments, drawing)
        if paragraph
    ]
    depth = drawing.count * (_LINE + _GAP)
    return f'<div class="an-text" style="--depth:{depth}px">{"".join(paragraphs)}</div>'


def marked_phrases(reading: Reading, shown: Sequence[str]) -> list[MarkedPhrase]:
    """List what was marked, in the order of the text."""
    found: dict[_Key, MarkedPhrase] = {}
    for segment, mark in _marks(reading, shown):
        before = found.get(_key(mark))
        phrase = segment.text if before is None else before.phrase + segment.text
        start = segment.start if before is None else before.start
        found[_key(mark)] = MarkedPhrase(phrase, mark.annotator, mark.label, mark.details, start)
    return list(found.values())


def _paragraphs(segments: Sequence[Segment], drawing: _Drawing) -> list[str]:
    """Give each line of the text with its newline, so that their joined content stays the text."""
    paragraphs: list[list[str]] = [[]]
    for segment in segments:
        begins = True
        for place, piece in enumerate(segment.text.split("\n")):
            if place:
                paragraphs[-1].append("\n")
                paragraphs.append([])
            if piece:
                paragraphs[-1].append(_piece(piece, segment.marks, drawing, begins=begins))
                begins = False
    return ["".join(paragraph) for paragraph in paragraphs]


def _piece(text: str, under: Sequence[Mark], drawing: _Drawing, *, begins: bool) -> str:
    lines, legend = drawing.lines, drawing.legend
    marks = sorted((m for m in under if _key(m) in lines), key=lambda mark: lines[_key(mark)])
    if not marks:
        return safe(text)
    begun = [mark for mark in marks if begins and mark.begins]
    who = " ".join(f"{legend.initials[m.annotator]}{legend.numbers[m.label]}" for m in begun)
    layers = [
        _layer(
            legend.colors[mark.label], drawing.count - 1 - lines[_key(mark)], begins=mark in begun
        )
        for mark in marks
    ]
    tip = "\n".join(_tip(mark) for mark in marks)
    return (
        f'<mark class="an-mark" title="{attribute(tip)}"'
        + (f' data-who="{attribute(who)}"' if who else "")
        + f' style="background:{",".join(layers)},var(--an-tint)">{safe(text)}</mark>'
    )


def _tip(mark: Mark) -> str:
    said = f": {mark.details}" if mark.details else ""
    return f"{mark.annotator} – {mark.label}{said}"


def _layer(color: str, above: int, *, begins: bool) -> str:
    """Draw one line; where its span begins a notch is left, so that neighbours stay apart."""
    notch = 2 if begins else 0
    place = f"{notch}px calc(100% - {above * (_LINE + _GAP)}px)/calc(100% - {notch}px) {_LINE}px"
    return f"linear-gradient({color},{color}) {place} no-repeat"


def _lines(reading: Reading, shown: Sequence[str]) -> dict[_Key, int]:
    """Give each span its line: one block of lines per annotator, overlaps side by side."""
    own: dict[str, dict[_Key, int]] = {person: {} for person in shown}
    for segment in reading.segments:
        here = [mark for mark in segment.marks if mark.annotator in own]
        for mark in here:
            lines = own[mark.annotator]
            if _key(mark) not in lines:
                taken = {lines[_key(m)] for m in here if _key(m) in lines}
                free = (line for line in range(_MOST_LINES) if line not in taken)
                lines[_key(mark)] = next(free, _MOST_LINES - 1)
    placed, first = {}, 0
    for lines in own.values():
        placed.update({key: first + line for key, line in lines.items()})
        first += 1 + max(lines.values(), default=0)
    return placed


def _marks(reading: Reading, shown: Sequence[str]) -> Iterator[tuple[Segment, Mark]]:
    for segment in reading.segments:
        for mark in segment.marks:
            if mark.annotator in shown:
                yield segment, mark


def _key(mark: Mark) -> _Key:
    return mark.annotator, mark.span_id, mark.label


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
