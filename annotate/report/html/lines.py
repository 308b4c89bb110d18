"""What is drawn under the text of an article: a line for each span, a band for each group."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from annotate.findings.heat import Heat
    from annotate.findings.layers import Mark
    from annotate.findings.reading import Reading

__all__ = ["BAND", "Band", "Lines", "band_height", "bands_of", "lines_of"]

_LINE, _GAP = 4, 2  # pixels
BAND = 10  # pixels, where everybody marked a stretch
_THINNEST = 2  # pixels
_MOST_LINES = 4  # per annotator; who overlaps more often shares the last one
_STRONGEST = 26  # per cent of colour behind the text that everybody marked: text stays readable
_Key = tuple[str, str, str]  # annotator, span, label
_Bands = dict[int, tuple["Band", ...]]


@dataclass(frozen=True)
class Band:
    """How many marked a stretch, for one group of labels.

    Parameters
    ----------
    sign, says, title : str
        As it is drawn ("a2/3"), in words ("2 of 3 marked this"), and the group's name.
    place : int
        Which band, from the top.
    height : int
        In pixels.
    share : float
        Of those who saw the article.
    color : str
        As ``#rrggbb``.
    begins : bool
        Whether the stretch begins here.
    """

    sign: str
    says: str
    title: str
    place: int
    height: int
    share: float
    color: str
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
    bands : dict of int to tuple of Band
        The bands under each segment, by its start.
    number_of_bands : int
        How many bands.
    """

    places: Mapping[_Key, int]
    count: int
    bands: _Bands
    number_of_bands: int

    @property
    def depth(self) -> int:
        """Pixels under the text."""
        return self.count * (_LINE + _GAP) + self.number_of_bands * (BAND + _GAP)

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

    def warm(self, start: int) -> tuple[Band, ...]:
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
            above = below + (self.number_of_bands - 1 - band.place) * (BAND + _GAP)
            notch = 2 if begins and band.begins else 0
            layers.append(_layer(band.color, above, band.height, notch))
        for place, mark in sorted(marks.items()):
            above = (self.count - 1 - place) * (_LINE + _GAP)
            layers.append(_layer(colors[mark.label], above, _LINE, 2 * (begins and mark.begins)))
        return f"background:{','.join(layers)},{_ground(bands)}"


def bands_of(reading: Reading, groups: Mapping[str, tuple[str, str]]) -> Sequence[_Bands]:
    """Say what is drawn under each segment, for each group of which something was marked.

    Parameters
    ----------
    reading : Reading
        The article.
    groups : mapping of str to (str, str)
        The letter and the colour of each group.
    """
    found = []
    for heat in reading.heats:
        if heat.stretches:
            found.append(_bands(reading, heat, groups[heat.group], len(found)))
    return found


def band_height(marked: int, saw: int) -> int:
    """Give the height of a band in pixels."""
    return _THINNEST + round((BAND - _THINNEST) * marked / saw)


def lines_of(reading: Reading, shown: Sequence[str], bands: Sequence[_Bands]) -> Lines:
    """Give each span its line: one block of lines per annotator, overlaps side by side.

    Parameters
    ----------
    reading : Reading
        The article.
    shown : sequence of str
        Whose spans, in the order of the lines.
    bands : sequence
        As `bands_of` gives them, or nothing.
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
    under: dict[int, list[Band]] = defaultdict(list)
    for group in bands:
        for start, its in group.items():
            under[start] += its
    count = 1 + max(placed.values(), default=-1)
    return Lines(placed, count, {k: tuple(v) for k, v in under.items()}, len(bands))


def _bands(reading: Reading, heat: Heat, look: tuple[str, str], place: int) -> _Bands:
    letter, color = look
    under, stretches = {}, iter(heat.stretches)
    stretch = next(stretches)
    for segment in reading.segments:
        while stretch is not None and stretch.end <= segment.start:
            stretch = next(stretches, None)
        if stretch is None:
            break
        if stretch.start <= segment.start < stretch.end:
            marked = len(stretch.who)
            band = Band(
                sign=f"{letter}{marked}/{heat.saw}",
                says=f"{marked} of {heat.saw} marked this",
                title=heat.title,
                place=place,
                height=band_height(marked, heat.saw),
                share=marked / heat.saw,
                color=color,
                begins=segment.start == stretch.start,
            )
            under[segment.start] = (band,)
    return under


def _layer(color: str, above: int, height: int, notch: int) -> str:
    """Draw one line; where its span begins a notch is left, so that neighbours stay apart."""
    place = f"{notch}px calc(100% - {above}px)/calc(100% - {notch}px) {height}px"
    return f"linear-gradient({color},{color}) {place} no-repeat"


def _ground(bands: Sequence[Band]) -> str:
    if not bands:
        return "var(--an-tint)"
    strongest = max(bands, key=lambda band: band.share)
    strength = round(_STRONGEST * strongest.share)
    return f"color-mix(in srgb, {strongest.color} {strength}%, transparent)"


def _key(mark: Mark) -> _Key:
    return mark.annotator, mark.span_id, mark.label
