"""How findings are put into words and numbers into text."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING

from annotate.reliability import verdict
from annotate.selection import reason_in_words
from annotate.summary import two_decimals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.progress import Corpus
    from annotate.reliability import Figure
    from annotate.summary import Summary

__all__ = [
    "corpus_facts",
    "counted",
    "duration",
    "ends",
    "finding",
    "interval",
    "moment",
    "number",
    "one_line",
    "outlet_name",
    "undefined",
]

# One that turns the reading direction must not turn the whole line.
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def number(value: float) -> str:
    """Round to two decimals; what is undefined says so."""
    return two_decimals(value).replace("-", "−") or "undefined"


def interval(figure: Figure) -> str:
    """Give both ends, or nothing where there is none."""
    return ends(figure.low, figure.high)


def ends(low: float, high: float) -> str:
    """Give both ends of an interval, or nothing where there is none."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f"[{number(low)}, {number(high)}]"


def counted(number_of: int, one: str, many: str = "") -> str:
    """Give a number with its noun."""
    return f"{number_of:,} {one if number_of == 1 else many or one + 's'}"


def finding(headlines: Sequence[Figure]) -> str:
    """Say how many questions can be relied on."""
    verdicts = [verdict(figure) for figure in headlines]
    reliable, total = verdicts.count("reliable"), len(verdicts)
    if not total:
        return "No question is scored"
    what = f"of {counted(total, 'question')} can be relied on"
    first = f"{reliable} {what}" if reliable else f"None {what} yet"
    tentative = verdicts.count("tentative")
    return f"{first}, {tentative} tentatively" if tentative else first


def undefined(summary: Summary) -> list[tuple[str, str]]:
    """List the questions without a figure and why."""
    return [
        (figure.title, reason_in_words(figure.reason, figure.question, summary.shown))
        for figure in summary.headlines
        if not figure.defined
    ]


def corpus_facts(corpus: Corpus) -> list[str]:
    """Say what there is to annotate."""
    parts = [
        counted(corpus.articles, "article"),
        counted(corpus.words, "word"),
        counted(corpus.outlets, "outlet"),
        counted(corpus.events, "event"),
    ]
    if corpus.duplicates:
        parts.append(counted(corpus.duplicates, "repeated text"))
    return parts


def duration(seconds: float) -> str:
    """Give minutes and seconds."""
    if not math.isfinite(seconds):
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def one_line(text: str) -> str:
    """Put text from files or people into one line that reads in the page's direction."""
    return " ".join(text.translate(_TURNS).split())


def outlet_name(name: str) -> str:
    """Name an outlet or an event, also that of articles of which it is not known."""
    return name or "(not known)"


def moment(stamp: float) -> str:
    """Give a time of this machine's clock."""
    return f"{datetime.fromtimestamp(stamp).astimezone():%Y-%m-%d %H:%M}"
