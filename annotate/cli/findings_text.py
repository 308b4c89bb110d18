"""How triage, confusion and comparisons are laid out in a terminal."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

from annotate.cli.figures import WIDTH
from annotate.cli.shared import lay_out, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.cli.figures import Names
    from annotate.reliability.confusion import Confusion
    from annotate.reliability.triage import Case

__all__ = ["cases_text", "confusions_text"]

_CELLS = 9  # values up to which the matrix is shown; of more, the pairs alone
_PAIRS = 10
_LEGEND = (
    "Pairs of votes (or of matched spans) of two annotators; where an article has several, each "
    "vote\ncounts once. In the tables agreement stands on the diagonal. To chance: 1 is what votes "
    "at random\nwould give."
)
_WORD = 28  # characters of a value in a table


def cases_text(cases: Sequence[Case], names: Names) -> str:
    """Lay out what to talk about, the largest gain first.

    Parameters
    ----------
    cases : sequence of Case
        In order.
    names : Names
        What people read instead of what is stored.
    """
    blocks = ["Gain, from now to then if everybody agreed on this; one at a time, gains do not add"]
    for place, case in enumerate(cases, 1):
        head = f"{place:>3}. +{case.rise:.3f}  {_about(case, names)}"
        says = [f"{case.measure} {case.now:.3f} to {case.then:.3f}", case.reason]
        body = "; ".join(filter(None, says))
        blocks.append(_indented(head, "     ") + "\n" + _indented(f"     {body}", "     "))
    return "\n\n".join(blocks)


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
    rows = [
        (
            f"  {words[pair.first]}",
            words[pair.second],
            f"{pair.times:.1f}",
            f"{pair.share:.0%}",
            f"{pair.ratio:.2f}" if math.isfinite(pair.ratio) else "–",
        )
        for pair in each.pairs[:_PAIRS]
    ]
    header = ("  taken for", "each other", "times", "of all", "to chance")
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


def _short(text: str, size: int) -> str:
    return textwrap.shorten(plain(text), size, placeholder="…")


def _indented(text: str, indent: str) -> str:
    return textwrap.fill(
        plain(text), WIDTH, subsequent_indent=indent, drop_whitespace=True, replace_whitespace=False
    )
