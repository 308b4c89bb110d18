"""What a study will cost, and what it can be expected to find, before anyone starts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.assignment.balance import balance
from annotate.assignment.design import assign
from annotate.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from annotate.assignment.balance import Balance
    from annotate.assignment.expected import Expectation

__all__ = ["Assumptions", "Forecast", "Work", "forecast", "plan"]

_MINUTES = 60.0
_PAIR = 2


@dataclass(frozen=True)
class Assumptions:
    """What nobody can know before a study begins.

    Parameters
    ----------
    minutes : float
        What one reading of an article takes.
    alphas : tuple of float
        How far the annotators may agree, between 0 and 1.
    prevalences : tuple of float
        In which share of the votes the rarer of two values may stand, between 0 and 1.
    """

    minutes: float = 6.0
    alphas: tuple[float, ...] = (0.6, 0.8, 0.9)
    prevalences: tuple[float, ...] = (0.1, 0.3)


@dataclass(frozen=True)
class Work:
    """What one annotator has to do."""

    annotator: str
    articles: int
    repeats: int
    hours: float


@dataclass(frozen=True)
class Forecast:
    """What a study lead can know before anyone starts.

    Parameters
    ----------
    articles : int
        Articles that anybody reads.
    work : tuple of Work
        Of each annotator.
    balance : Balance
        How many articles each pair shares.
    expectations : tuple of Expectation
        What the interval of alpha is likely to be, by assumption; none where no two annotators
        read the same article.
    assumptions : Assumptions
        What was assumed.
    """

    articles: int
    work: tuple[Work, ...]
    balance: Balance
    expectations: tuple[Expectation, ...]
    assumptions: Assumptions

    @property
    def readings(self) -> int:
        """Articles times their annotators, with the hidden repeats."""
        return sum(each.articles + each.repeats for each in self.work)

    @property
    def hours(self) -> float:
        """Of all annotators together."""
        return sum(each.hours for each in self.work)


def plan(
    articles: Sequence[str],
    annotators: Sequence[str],
    *,
    per_article: int,
    repeats: int = 0,
    seed: int = 1,
    assumptions: Assumptions | None = None,
) -> Forecast:
    """Assign the articles of a study, and say what it will cost and find.

    Parameters
    ----------
    articles, annotators : sequence of str
        Their names.
    per_article : int
        How many annotators an article gets; 0 means everybody.
    repeats : int
        Articles that each annotator sees a second time.
    seed : int
        Of the assignment and the simulation.
    assumptions : Assumptions, optional
        The usual ones, if not given.

    Returns
    -------
    Forecast

    Raises
    ------
    UsageError
        If there is no article, or no two annotators, or an article is to have more annotators
        than there are, or a number is negative.
    """
    _check(len(set(articles)), len(set(annotators)), per_article)
    pairs = assign(articles, annotators, per_article=per_article, seed=seed)
    return forecast(pairs, annotators, repeats=repeats, seed=seed, assumptions=assumptions)


def forecast(
    pairs: Collection[tuple[str, str]],
    annotators: Sequence[str],
    *,
    repeats: int = 0,
    seed: int = 1,
    assumptions: Assumptions | None = None,
) -> Forecast:
    """Say what an assignment will cost and find.

    Parameters
    ----------
    pairs : collection of (str, str)
        Article and annotator.
    annotators : sequence of str
        Whose work to add up; what others did counts for the interval alone.
    repeats, seed, assumptions : int, int, Assumptions
        As in `plan`.

    Returns
    -------
    Forecast

    Raises
    ------
    UsageError
        If the number of repeats is negative.
    """
    if repeats < 0:
        msg = f"There cannot be {repeats} repeats of each annotator; give 0 or more"
        raise UsageError(msg)
    assumptions = assumptions or Assumptions()
    found = balance(pairs, annotators)
    work = tuple(
        _work(name, load, min(repeats, load), assumptions) for name, load in found.loads.items()
    )
    readers = Counter(article for article, _ in set(pairs))
    expectations = _expectations(Counter(readers.values()), found, assumptions, seed)
    return Forecast(len(readers), work, found, expectations, assumptions)


def _work(name: str, articles: int, again: int, assumptions: Assumptions) -> Work:
    return Work(name, articles, again, (articles + again) * assumptions.minutes / _MINUTES)


def _expectations(
    sizes: Counter[int], found: Balance, assumptions: Assumptions, seed: int
) -> tuple[Expectation, ...]:
    if max(sizes, default=0) < _PAIR:
        return ()
    from annotate.assignment.expected import expect

    shared = round(found.median)
    return tuple(
        expect(alpha, prevalence, sizes, shared, seed=seed)
        for alpha in assumptions.alphas
        for prevalence in assumptions.prevalences
    )


def _check(articles: int, annotators: int, per_article: int) -> None:
    if not articles:
        msg = "There are no articles to plan for; say how many with --articles"
        raise UsageError(msg)
    if annotators < _PAIR:
        msg = (
            f"Agreement takes two annotators, and there {'is 1' if annotators else 'are none'}; "
            "name another, or say how many there will be with --annotators"
        )
        raise UsageError(msg)
    if per_article > annotators:
        msg = (
            f"An article cannot have {per_article} annotators of {annotators}; "
            f"give --per-article {annotators} or less, or more annotators"
        )
        raise UsageError(msg)
