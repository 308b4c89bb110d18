"""How triage, confusion and comparisons are laid out in a terminal."""

from __future__ import annotations

import math
import textwrap
from itertools import groupby
from typing import TYPE_CHECKING

from annotate.cli.layout import WIDTH, decimals, side_by_side, wrapped
from annotate.cli.shared import lay_out, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.cli.layout import Names
    from annotate.reliability.compare import Comparison
    from annotate.reliability.confusion import Confusion
    from annotate.reliability.triage import Case

__all__ = ["cases_text", "comparisons_text", "confusions_text"]

_WIDTHS = (34, 5, 6, 10, 14, 5, 7)
_SMALLEST = 0.001  # a p that is printed
_KINDS = {
    "article": "ARTICLES on which annotators gave different values",
    "labels": "VALUES AND LABELS that are taken for each other",
    "phrase": "PHRASES that not everybody marked alike",
}
_GAINS = "What alpha would gain if this one case were resolved; gains of several do not add up."
_CELLS = 9  # values up to which the matrix is shown; of more, the pairs alone
_PAIRS = 10
_RARER = "rarer than chance"
_LEGEND = (
    "Times is a weight: two annotators who said the one and the other of the same article, or of "
    "matched spans, add 1 where\n"
    "nobody else voted; with more votes each counts less, so that every vote weighs alike. To "
    "chance compares with votes at\n"
    f"random, which give 1; below it a pair is {_RARER}. In the tables agreement stands on the "
    "diagonal."
)
_WORD = 28  # characters of a value in a table


def cases_text(cases: Sequence[Case], names: Names) -> str:
    """Lay out what to talk about by kind, the largest gain first.

    Parameters
    ----------
    cases : sequence of Case
        In order.
    names : Names
        What people read instead of what is stored.
    """
    blocks = [_GAINS]
    for kind, title in _KINDS.items():
        own = [case for case in cases if case.kind == kind]
        if own:
            blocks.append(title)
        blocks += [_case(place, case, names) for place, case in enumerate(own, 1)]
    return "\n\n".join(blocks)


def _case(place: int, case: Case, names: Names) -> str:
    head = f"{place:>3}. +{case.rise:.3f}  {_about(case, names)}"
    body = f"     {case.measure} {case.now:.3f} to {case.then:.3f}; {case.reason}"
    return f"{_indented(head)}\n{_indented(body)}"


def _about(case: Case, names: Names) -> str:
    label = names.label(case.question, case.label)
    parts = [case.title + (f": {label}" if label else "")]
    if case.article:
        parts.append(names.article(case.article))
    if case.disagreement:
        parts.append(" and ".join(case.disagreement))
    return " · ".join(parts)


def confusions_text(found: Sequence[Confusion], names: Names) -> str:
    """Lay out which values are taken for one another, by question.

    Parameters
    ----------
    found : sequence of Confusion
        In the order of the scheme.
    names : Names
        What people read instead of what is stored.
    """
    return "\n\n".join([_LEGEND, *(_confusion(each, names) for each in found)])


def _confusion(each: Confusion, names: Names) -> str:
    words = [_short(names.label(each.question, value), _WORD) for value in each.values]
    lines = [plain(each.title)]
    if not any(map(any, each.matrix)):
        lines.append("  nothing that two annotators answered")
    elif not each.pairs:
        lines.append("  nothing is taken for anything else")
    else:
        lines += [_pairs(each, dict(zip(each.values, words, strict=True)))]
        used = [place for place, row in enumerate(each.matrix) if any(row)]
        if len(used) <= _CELLS:
            lines += ["", _matrix(words, each.matrix, used)]
    return "\n".join(lines)


def _pairs(each: Confusion, words: dict[str, str]) -> str:
    rows: list[tuple[str, ...]] = [
        (
            f"  {words[pair.first]}",
            words[pair.second],
            f"{pair.times:.1f}",
            f"{pair.share:.0%}",
            f"{pair.ratio:.2f}" if math.isfinite(pair.ratio) else "–",
            _RARER if pair.ratio < 1 else "",
        )
        for pair in each.pairs[:_PAIRS]
    ]
    header: tuple[str, ...] = ("  taken for", "each other", "times", "of all", "to chance", "")
    if not any(row[-1] for row in rows):
        header, rows = header[:-1], [row[:-1] for row in rows]
    more = len(each.pairs) - _PAIRS
    table = lay_out(header, rows, right=(2, 3, 4))
    return f"{table}\n  and {more:,} more pairs: --json" if more > 0 else table


def _matrix(words: Sequence[str], matrix: Sequence[Sequence[float]], used: Sequence[int]) -> str:
    """Lay out the coincidences of the values that were used; columns are numbered as the rows."""
    header = ("  ", *(str(place + 1) for place in used))
    rows = [
        (f"  {i + 1} {words[i]}", *(f"{matrix[i][j]:.1f}" if matrix[i][j] else "·" for j in used))
        for i in used
    ]
    return lay_out(header, rows, right=range(1, len(header)))


def comparisons_text(
    found: Sequence[Comparison], names: Names, on_both_sides: Sequence[str] = ()
) -> str:
    """Lay out two sides with their differences, by question.

    Parameters
    ----------
    found : sequence of Comparison
        In the order of the scheme.
    names : Names
        What people read instead of what is stored.
    on_both_sides : sequence of str
        Annotators with votes on both sides.
    """
    if not found:
        return "There is nothing to compare: the scheme scores nothing."
    one, other = found[0].names
    said = [f"First: {one}. Second: {other}. The difference is second minus first."]
    if on_both_sides:
        said.append(f"On both sides, with votes in both figures: {', '.join(on_both_sides)}.")
    lines = [wrapped(plain(line)) for line in said]
    head = ["  measure", "first", "second", "difference", "95 % interval", "p", "p, Holm"]
    lines += ["", side_by_side([[cell] for cell in head], ["articles, reason"], _WIDTHS)]
    lines.append("-" * WIDTH)
    for _, group in groupby(found, key=lambda each: each.question):
        own = list(group)
        lines += ["", wrapped(plain(own[0].title)), *(_comparison(each, names) for each in own)]
    return "\n".join(lines)


def _comparison(each: Comparison, names: Names) -> str:
    change = each.difference
    sides = [side.value if side else math.nan for side in (each.first, each.second)]
    low, high = decimals(change.low), decimals(change.high)
    numbers = [
        *(decimals(value) or "–" for value in sides),
        f"{change.value + 0:+.2f}" if each.comparable else "–",
        f"{low} to {high}" if low else "–",
        _of_chance(change.p),
        _of_chance(each.p_adjusted) if each.family else "",
    ]
    name = wrapped(plain(_compared(each, names)), _WIDTHS[0])
    both = f"{change.paired:,} on both sides" if each.comparable else ""
    said = plain("; ".join(filter(None, [both, names.words(each.question, change.reason)])))
    room = WIDTH - sum(_WIDTHS) - 2 * len(_WIDTHS)
    cells = [name.split("\n"), *([number] for number in numbers)]
    return side_by_side(cells, textwrap.wrap(said, room), _WIDTHS)


def _compared(each: Comparison, names: Names) -> str:
    if not each.label:
        return f"  {each.measure}"
    label = names.label(each.question, each.label)
    # A group's labels have one measure, which the table's heading need not repeat.
    return f"    {label}" if "u-alpha" in each.measure else f"    {label}: {each.measure}"


def _of_chance(p: float) -> str:
    if not math.isfinite(p):
        return ""
    return "<.001" if p < _SMALLEST else f"{p:.3f}".removeprefix("0")


def _short(text: str, size: int) -> str:
    return textwrap.shorten(plain(text), size, placeholder="…")


def _indented(text: str) -> str:
    return textwrap.fill(plain(text), WIDTH, subsequent_indent="     ")
