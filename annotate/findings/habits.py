"""Whether an annotator gives the same answer again and again where others do not.

Many articles in a row may well deserve the same answer. What is counted is therefore what the
others said of the very same articles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.choices.numbers import Mean
from annotate.reliability.evidence.given import given
from annotate.reliability.inference.intervals import interval_of
from annotate.reliability.inference.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from annotate.findings.order import Readings
    from annotate.reliability.evidence.gathered import Asked, Evidence

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

__all__ = ["LONG_RUN", "Alike", "Habits", "Run", "habits_of"]

#: Articles in a row, and answers of others to them, from which a run says anything.
LONG_RUN = 10
_HALF = 0.5
_SEVERAL = 3  # questions with the same answers; of two, both are often the same


@dataclass(frozen=True)
class Run:
    """The longest run of one answer to one question, in the order of submission.

    Parameters
    ----------
    question, title, answer : str
        The question's name, what people call it, and the answer as people read it.
    length, answered : int
        How many articles in a row, and how many the annotator answered in all.
    first : int
        The number of the first of them among those answered, from 1.
    others, differ : int
        How many answers others gave on the articles of the run, and how many of those are other
        answers.
    """

    question: str
    title: str
    answer: str
    length: int
    answered: int
    first: int
    others: int
    differ: int

    @property
    def notable(self) -> bool:
        """Whether a long run is there that most answers of the others do not bear out."""
        enough = self.length >= LONG_RUN and self.others >= LONG_RUN
        return enough and self.differ > _HALF * self.others


@dataclass(frozen=True)
class Alike:
    """How often an annotator answers several questions of one kind alike within an article.

    Parameters
    ----------
    titles : tuple of str
        The questions, which offer the same answers.
    share, others : float
        The share of articles in which all of them got the same answer: from the annotator, and
        from the others on the same articles, each article weighing one.
    apart, low, high : float
        The difference, with its 95 % interval over articles; NaN where there is none.
    articles : int
        How many articles the annotator and somebody else answered in full.
    reason : str
        Why there is no difference or no interval.
    """

    titles: tuple[str, ...]
    share: float
    others: float
    apart: float
    low: float
    high: float
    articles: int
    reason: str

    @property
    def notable(self) -> bool:
        """Whether it happens more often than with the others, by the lower end."""
        return self.articles >= LONG_RUN and self.low > 0


@dataclass(frozen=True)
class Habits:
    """What one annotator answers again and again.

    Parameters
    ----------
    runs : tuple of Run
        The longest run of each question that was answered.
    alike : tuple of Alike
        For each set of three questions or more with the same answers.
    """

    runs: tuple[Run, ...]
    alike: tuple[Alike, ...]


def habits_of(evidence: Evidence, readings: Readings) -> Callable[[str], Habits]:
    """Look for habits of every annotator.

    Parameters
    ----------
    evidence : Evidence
        What votes. Answers that count as none ("unclear") are answers here.
    readings : Readings
        The order.

    Returns
    -------
    callable
        From a name to their habits.
    """
    asked = [each for each in evidence.asked if each.question.kind == "single"]
    tables = [_Table.of(each, evidence) for each in asked]
    order = {name: readings.of(place) for place, name in enumerate(evidence.annotators)}
    batteries = [_Battery.of(same) for same in _same_answers(tables)]

    def of(name: str) -> Habits:
        if name not in order:
            return Habits((), ())
        place, articles = evidence.annotators.index(name), order[name]
        runs = (table.run(place, articles) for table in tables)
        return Habits(
            tuple(run for run in runs if run is not None),
            tuple(battery.alike(place) for battery in batteries),
        )

    return of


@dataclass(frozen=True, eq=False)
class _Table:
    """The answers to one question, shape (articles, annotators); -1 for none."""

    asked: Asked
    shown: tuple[str, ...]
    code: NDArray[np.int16]

    @classmethod
    def of(cls, asked: Asked, evidence: Evidence) -> _Table:
        answers = given(asked)
        code = np.full((len(evidence.articles), len(evidence.annotators)), -1, dtype=np.int16)
        code[answers.article, answers.annotator] = answers.value
        return cls(asked, answers.shown, code)

    def run(self, annotator: int, order: Places) -> Run | None:
        """Find the longest run; of equal ones, the one that others bear out least."""
        articles = order[self.code[order, annotator] >= 0]
        own = self.code[articles, annotator]
        if not len(own):
            return None
        starts = np.flatnonzero(np.append(True, own[1:] != own[:-1]))
        lengths = np.diff(np.append(starts, len(own)))
        others = self.code[articles].copy()
        others[:, annotator] = -1
        voted = (others >= 0).sum(axis=1)
        differ = ((others >= 0) & (others != own[:, None])).sum(axis=1)
        apart = np.add.reduceat(differ, starts)
        best = int(np.lexsort((-apart, -lengths))[0])
        start, length = int(starts[best]), int(lengths[best])
        return Run(
            question=self.asked.question.name,
            title=self.asked.question.title,
            answer=self.shown[own[start]],
            length=length,
            answered=len(own),
            first=start + 1,
            others=int(voted[start : start + length].sum()),
            differ=int(apart[best]),
        )


def _same_answers(tables: list[_Table]) -> list[list[_Table]]:
    """Find the questions that offer the same answers, three at least."""
    by_answers: dict[tuple[str, ...], list[_Table]] = {}
    for table in tables:
        values = tuple(option.value for option in table.asked.question.options)
        by_answers.setdefault(values, []).append(table)
    return [same for same in by_answers.values() if len(same) >= _SEVERAL]


@dataclass(frozen=True, eq=False)
class _Battery:
    """Who answered all questions of a set, and who alike, shape (articles, annotators)."""

    titles: tuple[str, ...]
    full: NDArray[np.bool_]
    same: NDArray[np.bool_]

    @classmethod
    def of(cls, tables: list[_Table]) -> _Battery:
        # Places differ where a question has answers that nobody gave to another.
        words = sorted({says for table in tables for says in table.shown})
        at = {says: place for place, says in enumerate(words)}
        codes = np.stack([np.array([*(at[says] for says in t.shown), -1])[t.code] for t in tables])
        full = np.asarray((codes >= 0).all(axis=0))
        same = np.asarray(full & (codes == codes[0]).all(axis=0))
        return cls(tuple(table.asked.question.title for table in tables), full, same)

    def alike(self, annotator: int) -> Alike:
        full = self.full.sum(axis=1) - self.full[:, annotator]
        use = self.full[:, annotator] & (full > 0)
        own = self.same[use, annotator].astype(np.float64)
        others = (self.same[use].sum(axis=1) - own) / full[use]
        n = len(own)
        if not n:
            nan = math.nan
            reason = "undefined: no article was answered in full by another annotator too"
            return Alike(self.titles, nan, nan, nan, nan, nan, 0, reason)
        apart = own - others
        interval = interval_of(
            Tally.of(np.column_stack([apart, np.ones(n), apart**2])), Mean(_HALF)
        )
        return Alike(
            titles=self.titles,
            share=float(own.mean()),
            others=float(others.mean()),
            apart=float(apart.mean()),
            low=max(interval.low, -1.0),
            high=min(interval.high, 1.0),
            articles=n,
            reason=interval.reason,
        )
