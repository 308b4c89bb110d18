"""Which fields are known to be weak: as far as their intervals say, and no further."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.reliability import verdict
from annotate.reliability.inference.intervals import TENTATIVE
from annotate.summary import two_decimals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotate.reliability import Figure
    from annotate.summary import Summary

__all__ = ["field_name", "interval", "judged", "weak_fields"]

_CUT_OFF = ".667"


def field_name(figure: Figure) -> str:
    """Name what a figure is about."""
    return figure.title + (f": {figure.label}" if figure.label else "")


def interval(figure: Figure) -> str:
    """Write the interval of a figure."""
    low = two_decimals(figure.low)
    return f"{low} to {two_decimals(figure.high)}" if low else "none"


def judged(summary: Summary) -> Iterator[Figure]:
    """Give the chance-corrected figure of record of each field and of each of its values.

    There is none before anybody has submitted work.
    """
    seen: set[tuple[str, str]] = set()
    for figure in summary.readable if summary.started else ():
        about = (figure.question, figure.label)
        if figure.chance_corrected and about not in seen:
            seen.add(about)
            yield figure


def weak_fields(summary: Summary) -> list[tuple[Figure, str]]:
    """Give each field of which agreement is not shown to reach .667, and what is known of it.

    Parameters
    ----------
    summary : Summary
        The findings.

    Returns
    -------
    list of (Figure, str)
        In the order of the report.
    """
    said = ((figure, _weakness(figure)) for figure in judged(summary))
    return [(figure, words) for figure, words in said if words]


def _weakness(figure: Figure) -> str:
    found = verdict(figure)
    value = f"{figure.measure} {two_decimals(figure.value)}, interval {interval(figure)}"
    why = f" ({figure.reason.removeprefix('undefined: ')})" if figure.reason else ""
    if found == "undefined":
        return f"{figure.measure} is undefined{why}"
    if found == "too few articles to tell":
        return f"{figure.measure} {two_decimals(figure.value)}, too few articles to tell{why}"
    if found != "not reliable yet":
        return ""
    below = "below" if figure.high < TENTATIVE else "not shown to reach"
    return f"{value}: {below} {_CUT_OFF}"
