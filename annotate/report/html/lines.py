"""What is drawn under the text of an article: a line for each span, a band for each group."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from annotate.findings.heat import Heat, Stretch
    from annotate.findings.layers import Mark
    from annotate.findings.reading import Reading

__all__ = ["BAND", "Band", "Lines", "band_height", "bands_of", "lines_of"]

_LINE, _GAP = 4, 2  # pixels
BAND = 8  # pixels, where everybody marked a stretch
_THINNEST = 2  # pixels
_MOST_LINES = 4  # per annotator; who overlaps more often shares the last one
_INK = "var(--an-heat)"  # no hue: those are the labels'
_STRONGEST = 24  # per cent of colour behind the text that everybody marked: text stays readable
_Key = tuple[str, str, str]  # annotator, span, label


@dataclass(frozen=True)
class Band:
    """How many marked a stretch, for one group of labels.

    Parameters
    ----------
    sign, says, title : str
        As it is drawn ("a2/3"), in words ("2 of 3 marked this"), and the group's name.
    row : int
        In which row it lies, from the top.
    height : int
        In pixels.
    share : float
        Of those who saw the article.
    begins : bool
        Whether the stretch begins here.
    """

    sign: str
    says: str
    title: str
    row: int
    height: int
    share: float
    begins: bool


@dataclass(frozen=True)
class Lines:
    """Where everything is drawn.

    Parameters
    ----------
    places : mapping
        The line of each span.
    count : int
        How many lines.
    bands : mapping of int to sequence of Band
        The bands under each segment, by its start.
    rows : int
        How many rows of bands.
    """

    places: Mapping[_Key, int]
    count: int
    bands: Mapping[int, Sequence[Band]]
    rows: int

    @property
    def depth(self) -> int:
        """Pixels under the text."""
        return self.count * (_LINE + _GAP) + self.rows * (BAND + _GAP)

    def holds(self, mark: Mark) -> bool:
        """Tell whether a mark is drawn."""
        return _key(mark) in self.places

    def drawn(self, marks: Iterable[Mark]) -> dict[int, Mark]:
        """Give the mark on each line; one of those that share a line."""
        own: dict[int, Mark] = {}
        for mark in marks:
            place = self.places.get(_key(mark))
            if place is not None:
                own.setdefault(place, mark)
        return own

    def warm(self, start: int) -> Sequence[Band]:
        """Give the bands under the segment that begins there."""
        return self.bands.get(start, ())

    def begun(self, start: int) -> list[Band]:
        """Give the bands that begin there."""
        return [band for band in self.warm(start) if band.begins]

    def style(
        self, start: int, marks: Mapping[int, Mark], colors: Mapping[str, str], *, begins: bool
    ) -> str:
        """Write the background of a stretch; "" where nothing is drawn."""
        bands = self.warm(start)
        if not (marks or bands):
            return ""
        below = self.count * (_LINE + _GAP)
        layers = []
        for band in bands:
            above = below + (self.rows - 1 - band.row) * (BAND + _GAP)
            notch = 2 if begins and band.begins else 0
            layers.append(_layer(_INK, above, band.height, notch))
        for place, mark in sorted(marks.items()):
            above = (self.count - 1 - place) * (_LINE + _GAP)
            layers.append(_layer(colors[mark.label], above, _LINE, 2 * (begins and mark.begins)))
        return f"background:{','.join(layers)},{_ground(bands)}"


def bands_of(reading: Reading, letters: Mapping[str, str]) -> dict[int, list[Band]]:
    """Say what is drawn under each segment, by its start.

    Groups share a row where they do not overlap, so that lines of text stay close.

    Parameters
    ----------
    reading : Reading
        The article.
    letters : mapping of str to str
        The letter of each group.
    """
    stretches = sorted(
        ((stretch, heat) for heat in reading.heats for stretch in heat.stretches),
        key=lambda pair: (pair[0].start, -pair[0].end),
    )
    starts = [segment.start for segment in reading.segments]
    under: dict[int, list[Band]] = defaultdict(list)
    ends: list[int] = []  # of what lies last in each row
    for stretch, heat in stretches:
        row = next((row for row, end in enumerate(ends) if end <= stretch.start), len(ends))
        ends[row : row + 1] = [stretch.end]
        band = _band(heat, stretch, letters[heat.group], row)
        for start in starts[bisect_left(starts, stretch.start) : bisect_left(starts, stretch.end)]:
            under[start].append(band if start == stretch.start else replace(band, begins=False))
    return under


def band_height(marked: int, saw: int) -> int:
    """Give the height of a band in pixels."""
    return _THINNEST + round((BAND - _THINNEST) * marked / saw)


def lines_of(reading: Reading, shown: Sequence[str], bands: Mapping[int, Sequence[Band]]) -> Lines:
    """Give each span its line: one block of lines per annotator, overlaps side by side.

    Parameters
    ----------
    reading : Reading
        The article.
    shown : sequence of str
        Whose spans, in the order of the lines.
    bands : mapping
        As `bands_of` gives them; empty where the heat is not drawn.
    """
    own: dict[str, dict[_Key, int]] = {person: {} for person in shown}
    for segment in reading.segments:
        for mark in segment.marks:
            if mark.begins and mark.annotator in own:
                lines = own[mark.annotator]
                taken = {
                    lines[_key(m)]
                    for m in segment.marks
                    if m.annotator == mark.annotator and _key(m) in lines
                }
                free = (line for line in range(_MOST_LINES) if line not in taken)
                lines[_key(mark)] = next(free, _MOST_LINES - 1)
    placed, first = {}, 0
    for lines in own.values():
        placed.update({key: first + line for key, line in lines.items()})
        first += 1 + max(lines.values(), default=0)
    count = 1 + max(placed.values(), default=-1)
    rows = 1 + max((band.row for under in bands.values() for band in under), default=-1)
    return Lines(placed, count, bands, rows)


def _band(heat: Heat, stretch: Stretch, letter: str, row: int) -> Band:
    marked = len(stretch.who)
    return Band(
        sign=f"{letter}{marked}/{heat.saw}",
        says=f"{marked} of {heat.saw} marked this",
        title=heat.title,
        row=row,
        height=band_height(marked, heat.saw),
        share=marked / heat.saw,
        begins=True,
    )


def _layer(color: str, above: int, height: int, notch: int) -> str:
    """Draw one line; where its span begins a notch is left, so that neighbours stay apart."""
    place = f"{notch}px calc(100% - {above}px)/calc(100% - {notch}px) {height}px"
    return f"linear-gradient({color},{color}) {place} no-repeat"


def _ground(bands: Sequence[Band]) -> str:
    if not bands:
        return "var(--an-tint)"
    strength = round(_STRONGEST * max(band.share for band in bands))
    return f"color-mix(in srgb, currentColor {strength}%, transparent)"


def _key(mark: Mark) -> _Key:
    return mark.annotator, mark.span_id, mark.label
