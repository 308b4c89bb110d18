"""Annotators beside the others, as HTML."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from annotate.findings.habits import LONG_RUN
from annotate.pace import IDLE
from annotate.report.html.escape import safe
from annotate.report.html.region import (
    figure_cell,
    number_cell,
    region_html,
    row_html,
    text_cell,
)
from annotate.report.wording import counted, duration, ends, interval, number
from annotate.selection import reason_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from annotate.findings.annotators import Against, Annotators, Person
    from annotate.findings.habits import Alike, Run
    from annotate.reliability import Figure

    Shown = Mapping[tuple[str, str], str]

__all__ = [
    "IDLE_RULE",
    "RUN_RULE",
    "against_html",
    "alike_html",
    "leans_html",
    "people_html",
    "runs_html",
    "second_html",
    "working_html",
]

IDLE_RULE = (
    f"A visit open more than {IDLE} times as long as the annotator’s own median counts as left "
    "open and is not in the median. The raw median holds every visit."
)
RUN_RULE = (
    f"A run says something from {LONG_RUN} articles on, if others gave at least {LONG_RUN} answers "
    "there and more than half of them are other answers. A long run that the others share is the "
    "articles’ doing."
)
_PEOPLE = (
    "annotator",
    "submitted",
    "skipped",
    "draft",
    "unseen",
    "time per article",
    "raw median",
    "marks per 1,000 words",
)
_AGAINST = ("question", "all", "against the rest", "without them", "difference")


def people_html(people: Sequence[Person]) -> str:
    """Build the table of who has done what, in the order of the study."""
    rows = [
        row_html(
            person.name,
            [
                *(
                    number_cell(f"{getattr(person.progress, status):,}")
                    for status in ("submitted", "skipped", "draft", "unseen")
                ),
                number_cell(duration(person.working.median)),
                number_cell(duration(person.working.raw)),
                number_cell(number(person.marking.rate) if person.marking else "–"),
            ],
        )
        for person in people
    ]
    return region_html("Annotators", _PEOPLE, rows)


def working_html(person: Person) -> str:
    """Build how long an article takes somebody: a number and what it counts, each."""
    times, done = person.working, person.progress
    quarters = f"{duration(times.low)}–{duration(times.high)}" if math.isfinite(times.low) else "–"
    sums = [
        (duration(times.median), "median time per article, idle time cut"),
        (quarters, "the middle half of visits"),
        (duration(times.raw), "raw median, nothing cut"),
        (f"{times.idle:,} of {times.visits:,}", "visits left open"),
        (f"{done.skipped:,}", "skipped"),
        (f"{done.draft:,}", "drafts, not submitted"),
    ]
    tiles = "".join(f"<div><dt>{safe(what)}</dt><dd>{safe(much)}</dd></div>" for much, what in sums)
    return f'<dl class="an-sums">{tiles}</dl>'


def against_html(found: Annotators, person: Person, shown: Shown) -> str:
    """Build the table of agreement with the rest and without them."""
    rows = [_against_row(found, against, shown) for against in person.against]
    return region_html(f"Agreement of {person.name} with the others", _AGAINST, rows)


def _against_row(found: Annotators, against: Against, shown: Shown) -> str:
    whole = found.whole.get(against.question)
    figures = (whole, against.rest, against.without, against.change)
    n = f"{counted(against.rest.articles, 'article')}, {against.rest.measure.split(',')[0]}"
    return row_html(against.title, [_cell(figure, shown) for figure in figures], n)


def _cell(figure: Figure | None, shown: Shown) -> str:
    if figure is None:
        return number_cell("–")
    if figure.defined:
        without = "" if math.isfinite(figure.low) else "no interval"
        return figure_cell(number(figure.value), interval(figure), without)
    reason = reason_in_words(figure.reason, figure.question, shown)
    return number_cell("undefined", reason.removeprefix("undefined: "))


def leans_html(person: Person, shown: Shown) -> str:
    """Build the table of all leans, those of marks too."""
    rows = [
        row_html(
            against.title,
            [
                text_cell(lean.measure.removeprefix("lean").strip(" ()") or "values"),
                _cell(lean, shown),
                number_cell(f"{lean.articles:,}"),
            ],
        )
        for against in person.against
        for lean in against.leans
    ]
    heads = ("question", "measured in", "above the others", "articles")
    return region_html(f"How far {person.name} lies from the others", heads, rows, words={0, 1})


def runs_html(person: Person) -> str:
    """Build the table of the longest runs of one answer."""
    rows = [_run_row(run) for run in person.habits.runs]
    heads = ("question", "answer", "", "in a row", "of answered", "others gave another answer")
    return region_html(f"Longest runs of one answer by {person.name}", heads, rows, words={0, 1, 2})


def _run_row(run: Run) -> str:
    others = f"{run.differ:,} of {run.others:,}" if run.others else "nobody else there"
    sign = '<span class="an-pill an-look">to talk about</span>' if run.notable else ""
    return row_html(
        run.title,
        [
            text_cell(run.answer),
            f"<td>{sign}</td>",
            number_cell(f"{run.length:,}"),
            number_cell(f"{run.answered:,}"),
            number_cell(others),
        ],
    )


def alike_html(person: Person) -> str:
    """Build the table of several questions answered alike; "" where there are no such questions."""
    rows = [_alike_row(alike) for alike in person.habits.alike]
    if not rows:
        return ""
    heads = ("the same answer to all of", "this annotator", "the others", "difference", "articles")
    return region_html(f"Questions answered alike by {person.name}", heads, rows)


def _alike_row(alike: Alike) -> str:
    if not alike.articles:
        cells = [number_cell("undefined", alike.reason.removeprefix("undefined: "))]
        cells += [number_cell("–"), number_cell("–"), number_cell("0")]
    else:
        apart = figure_cell(number(alike.apart), ends(alike.low, alike.high) or "no interval")
        share, others = (number_cell(number(each)) for each in (alike.share, alike.others))
        cells = [share, others, apart, number_cell(f"{alike.articles:,}")]
    return row_html(", ".join(alike.titles), cells)


def second_html(person: Person, pooled: Sequence[Figure], shown: Shown) -> str:
    """Build the table of first readings beside second ones; "" without any."""
    if not person.second:
        return ""
    of_all = {(f.question, f.label, f.measure): f for f in pooled}
    rows = [
        row_html(
            figure.title,
            [
                text_cell(figure.measure),
                _cell(figure, shown),
                _cell(of_all.get((figure.question, figure.label, figure.measure)), shown),
                number_cell(f"{figure.articles:,}"),
            ],
        )
        for figure in person.second
    ]
    heads = ("question", "measure", "this annotator", "all, pooled", "articles")
    return region_html(f"First and second readings of {person.name}", heads, rows, words={0, 1})
