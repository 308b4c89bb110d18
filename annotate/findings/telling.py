"""Phrases in figures: rows of the ledger, and one phrase from all sides."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotate.findings.occurrences import occurrences_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from annotate.findings.occurrences import Occurrences
    from annotate.findings.phrases import Answer, Ledger

__all__ = [
    "FEWEST",
    "Counted",
    "OutletRow",
    "PersonRow",
    "PhraseRow",
    "PhraseView",
    "phrase_rows",
    "phrase_view",
    "wilson",
]

FEWEST = 5  # articles under which a rate has no interval
_Z = 1.959963984540054  # 97.5 % of the normal distribution lie below
_NUMBERS = ["marks", "articles", "annotators", "saw", "found", "read", "marked", "unmarked"]
Counted = tuple[tuple[str, int], ...]  # names with how often, the most frequent first


@dataclass(frozen=True)
class PhraseRow:
    """One phrase as the ledger shows it.

    Parameters
    ----------
    key, phrase, group : str
        Its name in an address, its words, and what its group is called.
    marks, articles, annotators, saw, found, read, marked, unmarked : int
        As in `Ledger.phrases`.
    share, disagreement : float
        As in `Ledger.phrases`; NaN where undefined.
    labels, people, outlets : tuple of (str, int)
        Its marks by label, annotator and outlet.
    answers : tuple of (str, tuple of (str, int))
        By question, its marks by answer.
    """

    key: str
    phrase: str
    group: str
    marks: int
    articles: int
    annotators: int
    saw: int
    found: int
    read: int
    marked: int
    unmarked: int
    share: float
    disagreement: float
    labels: Counted
    people: Counted
    outlets: Counted
    answers: tuple[tuple[str, Counted], ...]


@dataclass(frozen=True)
class PersonRow:
    """One annotator who read an article that holds a phrase.

    Parameters
    ----------
    annotator : str
        Who.
    articles : int
        How many articles they read that hold it.
    read, marked : int
        Its occurrences there, and those that their marks touch.
    marks : int
        Their marks in these very words.
    labels : tuple of (str, int)
        Those marks by label.
    answers : tuple of (str, tuple of (str, int))
        By question, those marks by answer.
    """

    annotator: str
    articles: int
    read: int
    marked: int
    marks: int
    labels: Counted
    answers: tuple[tuple[str, Counted], ...]


@dataclass(frozen=True)
class OutletRow:
    """A phrase in one outlet.

    Parameters
    ----------
    outlet : str
        Which; "" where none is named.
    found, read, marked : int
        Its occurrences, those in articles that somebody read, and those that are marked.
    articles, marked_articles : int
        Articles that somebody read and that hold it, and those where it is marked.
    low, high : float
        Wilson's 95 % interval of the share of these articles; NaN under `FEWEST` articles.
    marks : int
        Marks in these very words.
    words : int
        Words read of the outlet, each as often as it had readers.
    """

    outlet: str
    found: int
    read: int
    marked: int
    articles: int
    marked_articles: int
    low: float
    high: float
    marks: int
    words: int

    @property
    def share(self) -> float:
        """Of the articles that hold it and were read, those where it is marked."""
        return self.marked_articles / self.articles if self.articles else math.nan

    @property
    def per_thousand(self) -> float:
        """Marks per 1,000 words read."""
        return 1000 * self.marks / self.words if self.words else math.nan


@dataclass(frozen=True)
class PhraseView:
    """One phrase from all sides."""

    row: PhraseRow
    people: tuple[PersonRow, ...]
    outlets: tuple[OutletRow, ...]
    occurrences: Occurrences


def phrase_rows(ledger: Ledger, places: Iterable[int]) -> list[PhraseRow]:
    """Tell some phrases.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    places : iterable of int
        Which, in order.
    """
    return [_row(ledger, int(place)) for place in places]


def _row(ledger: Ledger, place: int) -> PhraseRow:
    row, marks = ledger.phrases.iloc[place], ledger.marks_of(place)
    return PhraseRow(
        key=row["key"],
        phrase=row["phrase"],
        group=ledger.titles[row["group"]],
        **{name: int(row[name]) for name in _NUMBERS},
        share=float(row["share"]),
        disagreement=float(row["disagreement"]),
        labels=_counted(ledger.labels, marks["label"]),
        people=_counted(ledger.annotators, marks["annotator"]),
        outlets=_counted(ledger.outlets, marks["outlet"]),
        answers=_answers(ledger, marks),
    )


def _counted(names: Sequence[str], places: pd.Series) -> Counted:
    times = Counter(places.tolist())
    order = sorted(times, key=lambda place: (-times[place], place))
    return tuple((names[place], times[place]) for place in order)


def _answers(ledger: Ledger, marks: pd.DataFrame) -> tuple[tuple[str, Counted], ...]:
    given = Counter(answer for said in ledger.said_of(marks).values() for answer in said)
    by_question: dict[str, list[Answer]] = {}
    for answer in sorted((a for a in ledger.answers if a in given), key=lambda a: -given[a]):
        by_question.setdefault(answer.question, []).append(answer)
    asked = dict.fromkeys(answer.question for answer in ledger.answers)
    return tuple(
        (by_question[name][0].title, tuple((a.shown, given[a]) for a in by_question[name]))
        for name in asked
        if name in by_question
    )


def phrase_view(ledger: Ledger, place: int) -> PhraseView:
    """Look at one phrase from all sides.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    place : int
        Which.
    """
    found = occurrences_of(ledger, place)
    return PhraseView(
        row=_row(ledger, place),
        people=tuple(_people(ledger, place, found)),
        outlets=tuple(_outlets(ledger, place, found)),
        occurrences=found,
    )


def _people(ledger: Ledger, place: int, found: Occurrences) -> list[PersonRow]:
    marks = ledger.marks_of(place)
    cover = ledger.covers[int(ledger.phrases["group"].iloc[place])]
    rows = []
    for annotator, name in enumerate(ledger.annotators):
        nth = ledger.readers.place[found.article, annotator].astype(np.int64)
        read = found.only(nth >= 0)
        if not len(read):
            continue
        own = marks[marks["annotator"] == annotator]
        rows.append(
            PersonRow(
                annotator=name,
                articles=len(np.unique(read.article)),
                read=len(read),
                marked=int(cover.touched_by(nth[nth >= 0], read.first, read.last).sum()),
                marks=len(own),
                labels=_counted(ledger.labels, own["label"]),
                answers=_answers(ledger, own),
            )
        )
    return rows


def _outlets(ledger: Ledger, place: int, found: Occurrences) -> list[OutletRow]:
    of, read = ledger.outlet_of[found.article], found.readers > 0
    marks = ledger.marks_of(place)["outlet"].to_numpy()
    words = np.bincount(
        ledger.outlet_of, ledger.words_of * ledger.readers.count, minlength=len(ledger.outlets)
    )
    rows = []
    for outlet in np.unique(of).tolist():
        own = of == outlet
        articles = len(np.unique(found.article[own & read]))
        marked = len(np.unique(found.article[own & (found.marking > 0)]))
        low, high = wilson(marked, articles)
        rows.append(
            OutletRow(
                outlet=ledger.outlets[outlet],
                found=int(own.sum()),
                read=int((own & read).sum()),
                marked=int((own & (found.marking > 0)).sum()),
                articles=articles,
                marked_articles=marked,
                low=low,
                high=high,
                marks=int((marks == outlet).sum()),
                words=int(words[outlet]),
            )
        )
    return sorted(rows, key=lambda row: (-row.articles, row.outlet))


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Give Wilson's 95 % interval of a share; NaN under `FEWEST` trials.

    Wilson (1927), Journal of the American Statistical Association 22, 209-212,
    doi:10.1080/01621459.1927.10502953.

    Parameters
    ----------
    hits, trials : int
        Counts of independent cases: articles, not the occurrences in them.

    Examples
    --------
    >>> [round(end, 4) for end in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    if trials < FEWEST:
        return math.nan, math.nan
    share, weight = hits / trials, _Z**2 / trials
    middle = (share + weight / 2) / (1 + weight)
    half = _Z / (1 + weight) * math.sqrt(share * (1 - share) / trials + weight / (4 * trials))
    return (middle - half if hits else 0.0), (middle + half if hits < trials else 1.0)
