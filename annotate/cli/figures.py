"""How figures are laid out in a terminal of 120 columns."""

from __future__ import annotations

import math
import re
import textwrap
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from annotate.cli.layout import GAP, WIDTH, decimals, number, side_by_side, wrapped
from annotate.cli.shared import plain
from annotate.selection import of_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annotate.cli.layout import Names
    from annotate.reliability import Figure

__all__ = ["brief_text", "figures_text", "views_text"]

_NONE = (math.nan, math.nan)
_LONGEST = 40  # characters of a measure's or a label's name; longer ones are wrapped
_PARTS = 48  # the same, of a part of the data
_SHORT = 36  # of a question, where it has one line
_MEASURE = "  measure"
_NO_INTERVAL = "no interval"
_MATCHED = ", on matched spans"
_COMPARED = " compared"  # said of votes once, over the figures
_UNSEEN = ", among those who marked"


class _Row(NamedTuple):
    """A line of the table; `figure` is None for a heading over lines."""

    name: str
    figure: Figure | None = None
    remark: str = ""


class _Block(NamedTuple):
    """The lines of one question."""

    heading: list[str]
    rows: list[_Row]


def figures_text(
    figures: Sequence[Figure], names: Names, *, everything: bool = False, digits: int = 2
) -> str:
    """Lay figures out, one block for each question with its counts.

    Parameters
    ----------
    figures : sequence of Figure
        In the order of the scheme.
    names : Names
        What people read instead of what is stored.
    everything : bool
        Whether to show how likely other articles are to fall below the cut-offs.
    digits : int
        Decimals.
    """
    blocks = [
        _Block(_heading(own[0], names), list(_rows(own, names)))
        for own in (list(group) for _, group in groupby(figures, key=lambda f: f.question))
    ]
    return _table(_MEASURE, blocks, everything=everything, digits=digits)


def brief_text(figures: Sequence[Figure], names: Names, *, digits: int = 2) -> str:
    """Lay out the figure of record of each question and span group: one line each.

    Parameters
    ----------
    figures, names, digits
        As in `figures_text`.
    """
    rows = [
        _Row(_short_title(each, names), each, _in_brief(each, names)) for each in of_record(figures)
    ]
    head = ["question", "value", "95 % interval"]
    longest = max(map(len, [head[0], *(row.name for row in rows)]))
    widths = [longest, *_number_widths(digits)]
    title = side_by_side([[cell] for cell in head], ["measure, articles, verdict"], widths)
    return "\n".join([title, "-" * WIDTH, *(_row_line(row, widths, digits) for row in rows)])


def _short_title(figure: Figure, names: Names) -> str:
    label = f": {names.label(figure.question, figure.label)}" if figure.label else ""
    title = plain(f"{figure.title}{label}")
    return title if len(title) <= _SHORT else f"{title[: _SHORT - 1]}…"


def _in_brief(figure: Figure, names: Names) -> str:
    """Say what is measured, what it rests on and what may be concluded."""
    from annotate.reliability import verdict

    if figure.measure.endswith(_MATCHED):
        # Shorter than the measure's name and the count of articles beside it, to fit in a line.
        pairs = number(figure.units, "pair of spans")
        parts = [f"{figure.measure.removesuffix(_MATCHED)}, on {pairs}"]
    else:
        parts = [figure.measure, *_units(figure, names)]
    if figure.chance_corrected or not figure.defined:
        parts.append(verdict(figure))
    return "; ".join(parts)


def views_text(
    figures: Sequence[Figure], names: Names, *, everything: bool = False, digits: int = 2
) -> str:
    """Lay out the figures of parts of the data: one line each, named by the part.

    Parameters
    ----------
    figures, names, everything, digits
        As in `figures_text`; figures have a view.
    """
    blocks = []
    for _, group in groupby(figures, key=lambda f: f.question):
        by_measure: dict[tuple[str, str], list[Figure]] = {}
        for figure in group:
            by_measure.setdefault((figure.measure, figure.label), []).append(figure)
        blocks.append(
            _Block(
                [figure.title], [row for own in by_measure.values() for row in _parts(own, names)]
            )
        )
    return _table(f"  {figures[0].view}", blocks, everything=everything, digits=digits)


def _parts(own: Sequence[Figure], names: Names) -> Iterator[_Row]:
    """Name the lines of one measure by the parts of the data."""
    first = own[0]
    words = f": {names.label(first.question, first.label)}" if first.label else ""
    yield _Row(f"  {first.measure}{words}")
    of = names.article if first.view == "article" else str
    above = ""
    for figure in own:
        yield _Row(f"    {of(figure.of)}", figure, _remark(figure, None, names, above))
        above = figure.reason


def _heading(figure: Figure, names: Names) -> list[str]:
    return [
        f"{figure.title}: {', '.join(_rests_on(figure, names))}",
        f"  {_counted(figure)}",
    ]


def _rests_on(figure: Figure, names: Names) -> list[str]:
    """Count what a figure rests on."""
    parts = [*_units(figure, names), number(figure.annotators, "annotator")]
    if not figure.measure.endswith(_MATCHED):
        of_spans = _each(figure) == "label"
        # Votes that stand alone on their unit are given, and counted below, but not compared.
        parts.append(number(figure.labels, "span" if of_spans else f"vote{_COMPARED}"))
    return parts


def _units(figure: Figure, names: Names) -> list[str]:
    """Count units, and the articles they lie in where these are others."""
    parts = [number(figure.articles, names.article_noun)]
    if figure.measure.endswith(_MATCHED):
        return [*parts, number(figure.units, "pair of matched spans")]
    if figure.units != figure.articles:
        return [number(figure.units, "unit"), *parts]
    return parts


def _each(figure: Figure) -> str:
    """Say what the measure is split by: spans have labels, questions values."""
    return "label" if re.search(r"u-alpha|F1|disagreement", figure.measure) else "value"


def _counted(figure: Figure) -> str:
    """Say who had a say, every time in the same words."""
    counts = figure.counts
    said = (
        f"{'asked of' if figure.measure.endswith(_MATCHED) else 'saw'} {counts.saw:,} = "
        f"marked {counts.marked:,} + nothing {counts.marked_nothing:,} "
        f"+ missing {counts.missing:,}"
    )
    if figure.measure.endswith(_UNSEEN):
        said = f"marked {counts.marked:,}; who saw a text and marked nothing is not known"
    away = [
        f"{word} {times:,}"
        for word, times in (
            ("not asked", counts.not_shown),
            ("skipped", counts.skipped),
            ("in draft", counts.draft),
            ("not begun", counts.unseen),
            ("not assigned", counts.unassigned),
        )
        if times
    ]
    return "; ".join([said, *away])


def _rows(own: Sequence[Figure], names: Names) -> Iterator[_Row]:
    """Name the lines of a question; figures of a label stand under a heading of their own."""
    first = own[0]
    measure_above = reason_above = ""
    each = f", {_each(first)} by {_each(first)}"
    for label, group in groupby(own, key=lambda f: f.label):
        figures = list(group)
        words = names.label(first.question, label)
        alone = bool(label) and len(figures) == 1
        if alone and figures[0].measure != measure_above:
            yield _Row(f"  {figures[0].measure}{each}")
        elif label and not alone:
            yield _Row(f"  {words}")
        for figure in figures:
            name = f"    {words}" if alone else f"  {'  ' if label else ''}{figure.measure}"
            yield _Row(name, figure, _remark(figure, first, names, reason_above))
            reason_above = figure.reason
        measure_above = figures[-1].measure if alone else ""


def _remark(figure: Figure, first: Figure | None, names: Names, reason_above: str) -> str:
    """Put together verdict, what the figure rests on, and its reason unless it was just said."""
    from annotate.reliability import verdict

    reason = names.words(figure.question, figure.reason)
    # Where there is no interval, the reason says more than "too few articles to tell".
    judged = figure.chance_corrected and figure.defined and not reason.startswith(_NO_INTERVAL)
    if reason and figure.reason == reason_above:
        reason = "as above"
    rests = _differently(figure, first, names) if figure.articles else ""
    return "; ".join(filter(None, [verdict(figure) if judged else "", rests, reason]))


def _differently(figure: Figure, first: Figure | None, names: Names) -> str:
    """Say what a figure rests on, where that is not what the heading says."""
    parts = [part.removesuffix(_COMPARED) for part in _rests_on(figure, names)]
    if first is None:
        return ", ".join(parts)
    known = [part.removesuffix(_COMPARED) for part in _rests_on(first, names)]
    parts = [said for said in parts if said not in known]
    counts, above = figure.counts, first.counts
    if (counts.saw, counts.marked) != (above.saw, above.marked):
        parts.append(f"marked by {counts.marked:,} of {counts.saw:,}")
    return ", ".join(parts)


def _table(head: str, blocks: Sequence[_Block], *, everything: bool, digits: int) -> str:
    names = [row.name for block in blocks for row in block.rows if row.figure]
    longest = max(map(len, [head, *names]))
    widths = [
        min(_LONGEST if head == _MEASURE else _PARTS, longest),
        *_number_widths(digits),
        *([6, 6] if everything else []),
    ]
    title = [head, "value", "95 % interval", *(["P<.667", "P<.80"] if everything else [])]
    lines = [side_by_side([[cell] for cell in title], ["verdict, reason"], widths), "-" * WIDTH]
    for block in blocks:
        lines += ["", *(wrapped(plain(text)) for text in block.heading)]
        lines += [_row_line(row, widths, digits) for row in block.rows]
    return "\n".join(lines)


def _number_widths(digits: int) -> list[int]:
    """Give the widths of a value below 10 with its sign, and of an interval."""
    return [digits + 4, 2 * digits + 10]


def _row_line(row: _Row, widths: Sequence[int], digits: int) -> str:
    if row.figure is None:
        return wrapped(plain(row.name))
    room = WIDTH - sum(widths) - GAP * len(widths)
    name = wrapped(plain(row.name), widths[0]).split("\n")
    numbers = [[number] for number in _numbers(row.figure, digits)[: len(widths) - 1]]
    remark = plain(row.remark)
    last = [remark] if len(remark) <= room else textwrap.wrap(remark, room)
    return side_by_side([name, *numbers], last, widths)


def _numbers(figure: Figure, digits: int) -> list[str]:
    """Write value, interval, and how likely others are to lie below the cut-offs for alpha."""
    value, low, high = (decimals(it, digits) for it in (figure.value, figure.low, figure.high))
    below = (figure.below_667, figure.below_800) if figure.chance_corrected else _NONE
    return [value or "–", f"{low} to {high}" if low else "–", *map(decimals, below)]
