"""What to talk about with an annotator: signs put into sentences that help and blame nobody."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from annotate.report.wording import counted, ends, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotate.findings.annotators import Annotators, Person
    from annotate.reliability import Figure

__all__ = ["NOT_WRONG", "NO_CAUSE", "PAIR", "talking_points"]

NOT_WRONG = (
    "Leaning away from the others is not being wrong: the one who reads more closely leans too. "
    "These figures say where readings part, so that you can read those articles together and "
    "mend the codebook; they grade nobody."
)
NO_CAUSE = (
    "A sign is named where an interval leaves out “no difference”, or a long run is not borne out "
    "by the others. With many intervals about one in twenty does so by chance alone."
)
PAIR = (
    "With two annotators “the rest” is the other one. What parts the two shows in both their "
    "figures alike, and nobody can tell from it whose reading is the unusual one."
)


def talking_points(found: Annotators, person: Person) -> list[tuple[str, str]]:
    """Name what is worth a conversation: what it is about, and a sentence.

    Parameters
    ----------
    found : Annotators
        All of them.
    person : Person
        The one to talk with.
    """
    several = len(found.active) > 2  # noqa: PLR2004 - without one of two nobody can be compared
    return [
        *(_set_apart(person) if several else ()),
        *_leaning(person),
        *_drifting(person),
        *_running(person),
        *_alike(person),
    ]


def _set_apart(person: Person) -> Iterator[tuple[str, str]]:
    for against in person.against:
        if against.change.low > 0:
            yield (
                against.title,
                (
                    f"the others agree more with one another than with {person.name}: without "
                    f"{person.name} the figure is {_figure(against.change)} higher. Read a few of "
                    "these articles together and compare how the question was understood."
                ),
            )


def _leaning(person: Person) -> Iterator[tuple[str, str]]:
    for against in person.against:
        for lean in against.leans:
            if not (lean.low > 0 or lean.high < 0):
                continue
            unit = lean.measure.removeprefix("lean").strip(" ()")
            side = "above" if lean.value > 0 else "below"
            yield (
                against.title,
                (
                    f"{_figure(lean)} {unit + ' ' if unit else ''}{side} the others on the same "
                    f"{counted(lean.articles, 'article')}. Ask what {person.name} sees there, and "
                    "what the others see."
                ),
            )


def _drifting(person: Person) -> Iterator[tuple[str, str]]:
    change = person.marking.change if person.marking is not None else None
    if change is None or not (change.low > 0 or change.high < 0):
        return
    more = "more" if change.value > 0 else "fewer"
    yield (
        "Marks over time",
        (
            f"{number(abs(change.value))} {ends(change.low, change.high)} {more} per 1,000 words "
            "in the second half than in the first, set against the others on the same articles. "
            "Practice, a change of mind and tiredness look alike here; ask, and offer a break."
        ),
    )


def _running(person: Person) -> Iterator[tuple[str, str]]:
    for run in person.habits.runs:
        if run.notable:
            yield (
                run.title,
                (
                    f"“{run.answer}” {run.length} times in a row; on the same articles "
                    f"{run.differ} of {run.others} answers of the others were another one. Look at "
                    "a few of these articles together."
                ),
            )


def _alike(person: Person) -> Iterator[tuple[str, str]]:
    for alike in person.habits.alike:
        if alike.notable:
            yield (
                "The same answer throughout",
                (
                    f"all {len(alike.titles)} questions of one kind got the same answer in "
                    f"{number(alike.share)} of {counted(alike.articles, 'article')}, with the "
                    f"others in {number(alike.others)}. Ask whether the questions read as "
                    "different ones."
                ),
            )


def _figure(figure: Figure) -> str:
    """Give a figure without its sign, and its interval as it is."""
    interval = ends(figure.low, figure.high)
    return f"{number(abs(figure.value))} {interval}" if math.isfinite(figure.value) else ""
