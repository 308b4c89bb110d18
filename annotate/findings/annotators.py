"""Each annotator beside the others: what there is to talk about, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.findings.habits import habits_of
from annotate.findings.marking import marking_of
from annotate.findings.order import readings_of
from annotate.findings.working import working_of
from annotate.reliability.views import by_self, view

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from annotate.findings.habits import Habits
    from annotate.findings.marking import Marking
    from annotate.findings.working import Working
    from annotate.progress import Progress
    from annotate.reliability import Figure
    from annotate.schema import Schema
    from annotate.summary import Summary
    from annotate.tables import Tables

__all__ = ["Against", "Annotators", "Person", "annotators_of"]

_WITHOUT = ", without this annotator"
_REST = ", against the rest"
_CHANGE = f"difference{_WITHOUT}"
_LEAN = "lean"


@dataclass(frozen=True)
class Against:
    """One annotator and the others on one question or span group.

    Parameters
    ----------
    question, title : str
        Its name, and what people call it.
    rest, without, change : Figure
        The pairs that they are one of; all the others; how much higher the latter is than the
        figure of all.
    leans : tuple of Figure
        How far they lie above the others on the same articles; none where answers have no order.
    """

    question: str
    title: str
    rest: Figure
    without: Figure
    change: Figure
    leans: tuple[Figure, ...]


@dataclass(frozen=True)
class Person:
    """One annotator.

    Parameters
    ----------
    progress : Progress
        What they have done.
    working : Working
        How long an article takes them.
    against : tuple of Against
        They and the others, in the order of the scheme; none before anything was submitted.
    marking : Marking or None
        How much they mark, in the order of submission; None where nothing is marked at all.
    habits : Habits
        Whether they give the same answer again and again.
    second : tuple of Figure
        Their first readings beside their second ones; none without hidden repeats.
    """

    progress: Progress
    working: Working
    against: tuple[Against, ...]
    marking: Marking | None
    habits: Habits
    second: tuple[Figure, ...]

    @property
    def name(self) -> str:
        """Their pseudonym."""
        return self.progress.annotator

    def on(self, question: str) -> Against | None:
        """Give what is said of one question."""
        return next((each for each in self.against if each.question == question), None)


@dataclass(frozen=True)
class Annotators:
    """All annotators, in the order of the study.

    Parameters
    ----------
    people : tuple of Person
        Everybody with a desk or with work.
    whole : mapping of str to Figure
        The headline figure of each question, of all annotators.
    pooled : tuple of Figure
        First readings beside second ones, of everybody.
    """

    people: tuple[Person, ...]
    whole: dict[str, Figure]
    pooled: tuple[Figure, ...]

    @property
    def active(self) -> tuple[Person, ...]:
        """Those who submitted something."""
        return tuple(person for person in self.people if person.progress.submitted)

    @property
    def questions(self) -> tuple[tuple[str, str], ...]:
        """Name and title of what people are compared on, in the order of the scheme."""
        found = {a.question: a.title for person in self.people for a in person.against}
        return tuple(found.items())

    def of(self, name: str) -> Person | None:
        """Give one annotator."""
        return next((person for person in self.people if person.name == name), None)


def annotators_of(
    summary: Summary, tables: Tables, articles: pd.DataFrame, schema: Schema
) -> Annotators:
    """Look at every annotator beside the others.

    Parameters
    ----------
    summary : Summary
        The findings; its figures are those shown.
    tables : Tables
        What counts.
    articles : DataFrame
        The articles of the study.
    schema : Schema
        Its scheme.
    """
    evidence = summary.evidence
    figures = _by_person(view(evidence, "annotator") if summary.started else [])
    texts = dict(zip(articles["article_id"], articles["text"], strict=True))
    second = _by_person(by_self(tables, schema, texts))
    readings = readings_of(tables, evidence)
    words = dict(zip(articles["article_id"], articles["n_words"], strict=True))
    marking = marking_of(evidence, readings, words)
    habits = habits_of(evidence, readings)
    working = working_of(tables.visits)
    people = tuple(
        Person(
            progress=progress,
            working=working(progress),
            against=_against(figures.pop(progress.annotator, [])),
            marking=marking.get(progress.annotator),
            habits=habits(progress.annotator),
            second=tuple(second.pop(progress.annotator, [])),
        )
        for progress in summary.progress
    )
    pooled = tuple(figure for rest in second.values() for figure in rest)
    return Annotators(people, {f.question: f for f in summary.headlines}, pooled)


def _by_person(figures: Iterable[Figure]) -> dict[str, list[Figure]]:
    found: dict[str, list[Figure]] = {}
    for figure in figures:
        found.setdefault(figure.of, []).append(figure)
    return found


def _against(figures: Sequence[Figure]) -> tuple[Against, ...]:
    by_question: dict[str, list[Figure]] = {}
    for figure in figures:
        by_question.setdefault(figure.question, []).append(figure)
    return tuple(
        Against(
            question=name,
            title=own[0].title,
            rest=next(f for f in own if f.measure.endswith(_REST)),
            without=next(f for f in own if f.measure.endswith(_WITHOUT) and f.measure != _CHANGE),
            change=next(f for f in own if f.measure == _CHANGE),
            leans=tuple(f for f in own if f.measure.split(" (")[0] == _LEAN),
        )
        for name, own in by_question.items()
    )
