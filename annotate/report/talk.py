"""What to talk about with an annotator: signs put into sentences that help and blame nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.report.wording import counted, ends, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotate.findings.annotators import Annotators, Person
    from annotate.reliability import Figure
    from annotate.reliability.inference.contrasts import Difference

__all__ = ["NOT_WRONG", "NO_CAUSE", "PAIR", "talking_points"]

NOT_WRONG = (
    "Leaning away from the others is not being wrong: the one who reads more closely leans too. "
    "These figures say where readings part, so that you can read those articles together and "
    "mend the codebook; they grade nobody."
)
NO_CAUSE = (
    "Read a few of these articles together and compare how the question was understood. Something "
    "is named where an interval leaves out “no difference”, or where others do not bear out a long "
    "run; with many intervals about one in twenty does so by chance alone."
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
    facts: dict[str, list[str]] = {}
    for about, fact in (
        *(_set_apart(person) if several else ()),
        *_leaning(person),
        *_running(person),
        *_alike(person),
        *_drifting(person),
    ):
        facts.setdefault(about, []).append(fact)
    return [(about, f"{'; '.join(said)}.") for about, said in facts.items()]


def _set_apart(person: Person) -> Iterator[tuple[str, str]]:
    for against in person.against:
        if against.change.low > 0:
            change = _sized(against.change)
            yield against.title, f"without {person.name} the figure of all is {change} higher"


def _leaning(person: Person) -> Iterator[tuple[str, str]]:
    """Name the first of the leans on each question: the others measure the same otherwise."""
    for against in person.against:
        apart = [lean for lean in against.leans if lean.low > 0 or lean.high < 0]
        for lean in apart[:1]:
            unit = lean.measure.removeprefix("lean").strip(" ()")
            side = "above" if lean.value > 0 else "below"
            said = f"{_sized(lean)} {unit}".strip()
            same = counted(lean.articles, "article")
            yield against.title, f"{said} {side} the others on the same {same}"


def _running(person: Person) -> Iterator[tuple[str, str]]:
    for run in person.habits.runs:
        if run.notable:
            said = f"“{run.answer}” {run.length} times in a row, where {run.differ} of {run.others}"
            yield run.title, f"{said} answers of the others are other ones"


def _alike(person: Person) -> Iterator[tuple[str, str]]:
    for alike in person.habits.alike:
        if alike.notable:
            own = f"in {number(alike.share)} of {counted(alike.articles, 'article')}"
            said = f"all {len(alike.titles)} questions of one kind got the same answer {own}"
            yield (
                "The same answer throughout",
                f"{said}, with the others in {number(alike.others)}",
            )


def _drifting(person: Person) -> Iterator[tuple[str, str]]:
    change = person.marking.change if person.marking is not None else None
    if change is None or not (change.low > 0 or change.high < 0):
        return
    said = f"{_sized(change)} {'more' if change.value > 0 else 'fewer'} per 1,000 words"
    yield (
        "Marks over time",
        (
            f"{said} in the second half than in the first, set against the others on the same "
            "articles: practice, a change of mind and tiredness look alike here"
        ),
    )


def _sized(figure: Figure | Difference) -> str:
    """Give a figure and its interval without their sign."""
    low, high = sorted((abs(figure.low), abs(figure.high)))
    return f"{number(abs(figure.value))} {ends(low, high)}".strip()
