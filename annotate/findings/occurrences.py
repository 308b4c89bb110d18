"""All occurrences of one phrase: where they stand, who read them, who marked them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotate.findings.tallying import odd_places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from annotate.findings.phrases import Ledger, Shown

    Places = NDArray[np.int64]

__all__ = ["STATES", "Context", "Occurrences", "Said", "in_context", "lines_of", "occurrences_of"]

_AROUND = 60  # characters either side, at most
_HEADING = 200  # characters of a text that stand for its title
STATES = ("marked", "unmarked", "unread")


@dataclass(frozen=True)
class Occurrences:
    """Where a phrase stands, in the order of the articles.

    Parameters
    ----------
    article : array of int, shape (K,)
        The article's place.
    start, end : array of int, shape (K,)
        Where in it, in code points, half-open.
    first, last : array of int, shape (K,)
        The words it touches.
    readers, marking : array of int, shape (K,)
        How many read it, and the marks of how many of them touch it.
    """

    article: Places
    start: Places
    end: Places
    first: Places
    last: Places
    readers: Places
    marking: Places

    @property
    def state(self) -> Places:
        """Which of `STATES` each is in: marked by somebody, by no reader, read by nobody."""
        return np.where(self.marking > 0, 0, np.where(self.readers > 0, 1, 2))

    def only(self, kept: Places | NDArray[np.bool_]) -> Occurrences:
        """Keep some."""
        return Occurrences(**{name: column[kept] for name, column in vars(self).items()})

    def __len__(self) -> int:
        return len(self.article)


@dataclass(frozen=True)
class Said:
    """What one mark says of an occurrence: whose, its label, and the answers given of it."""

    annotator: str
    label: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Context:
    """An occurrence with the words around it.

    Parameters
    ----------
    article_id, outlet, title : str
        Where it stands; the beginning of the text where there is no title.
    start, end : int
        Where in the article, in code points, half-open.
    before, phrase, after : str
        The text, on one line; what stands around it begins and ends with a whole word.
    ends : bool
        Whether the text ends with `after`.
    state : str
        One of `STATES`.
    marks : tuple of Said
        The marks of the phrase's group that touch it.
    silent : tuple of str
        Who read it without marking it.
    """

    article_id: str
    outlet: str
    title: str
    start: int
    end: int
    before: str
    phrase: str
    after: str
    ends: bool
    state: str
    marks: tuple[Said, ...]
    silent: tuple[str, ...]


def occurrences_of(ledger: Ledger, phrase: int) -> Occurrences:
    """Find a phrase in all texts, read or not.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    phrase : int
        The phrase's place in it.
    """
    row = ledger.phrases.iloc[phrase]
    texts, wording = ledger.texts, ledger.wordings[int(row["wording"])]
    odd = odd_places(ledger.marks_of(phrase))
    at = texts.find(wording)
    first = np.concatenate([at, odd["begins"].to_numpy()])
    last = np.concatenate([at + len(wording), odd["stops"].to_numpy()])
    article = texts.article[first].astype(np.int64)
    base = texts.base[article[: len(at)]]
    start = np.concatenate([texts.start[at] - base, odd["start"].to_numpy()])
    end = np.concatenate([texts.end[at + len(wording) - 1] - base, odd["end"].to_numpy()])
    order = np.lexsort((end, start, article))
    found = Occurrences(
        article=article,
        start=start,
        end=end,
        first=first,
        last=last,
        readers=ledger.readers.count[article],
        marking=ledger.covers[int(row["group"])].touching(first, last),
    )
    return found.only(order)


def in_context(
    ledger: Ledger, phrase: int, found: Occurrences, articles: Mapping[str, Sequence[str]]
) -> list[Context]:
    """Tell a few occurrences with what stands around them.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    phrase : int
        The phrase's place in it.
    found : Occurrences
        Those to be told.
    articles : mapping of str to sequence of str
        As `lines_of` gives them.
    """
    group = int(ledger.phrases["group"].iloc[phrase])
    marks = ledger.marks[
        (ledger.marks["group"] == group) & ledger.marks["article"].isin(found.article)
    ]
    states = found.state.tolist()
    rows = zip(*(c.tolist() for c in vars(found).values()), strict=True)
    told = []
    for (article, start, end, first, last, *_), state in zip(rows, states, strict=True):
        touching = (marks["first"] < last) & (marks["last"] > first) & (marks["article"] == article)
        said = _said(ledger, marks.index[touching].tolist())
        text = articles["text"][article]
        told.append(
            Context(
                article_id=ledger.articles[article],
                outlet=articles["outlet"][article],
                title=articles["title"][article] or text[:_HEADING],
                start=start,
                end=end,
                before=_before(text, start),
                phrase=_line(text[start:end]),
                after=_after(text, end),
                ends=end + _AROUND >= len(text),
                state=STATES[state],
                marks=said,
                silent=_silent(ledger, article, {each.annotator for each in said}),
            )
        )
    return told


def lines_of(shown: Shown) -> dict[str, list[str]]:
    """Give the texts, titles and outlets of the articles, in the order of the ledger."""
    names = ("text", "title", "outlet")
    return {name: shown.articles[name].astype(str).tolist() for name in names}


def _said(ledger: Ledger, rows: list[int]) -> tuple[Said, ...]:
    marks = ledger.marks.loc[rows]
    answers = ledger.said_of(marks)
    people = zip(rows, marks["annotator"].tolist(), marks["label"].tolist(), strict=True)
    told = [
        Said(
            ledger.annotators[annotator],
            ledger.labels[label],
            tuple(answer.shown for answer in answers[row]),
        )
        for row, annotator, label in people
    ]
    return tuple(sorted(told, key=lambda each: (each.annotator, each.label)))


def _silent(ledger: Ledger, article: int, marked: set[str]) -> tuple[str, ...]:
    who = [ledger.annotators[place] for place in ledger.readers.who[:, article] if place >= 0]
    return tuple(sorted(name for name in who if name not in marked))


def _before(text: str, start: int) -> str:
    """Give what stands before a place; a word that would be cut goes, if others are left."""
    begin = max(start - _AROUND, 0)
    before = _line(text[begin:start])
    if begin and not text[begin - 1].isspace():
        before = before[before.find(" ", 0, -1) + 1 :]
    return before


def _after(text: str, end: int) -> str:
    after = _line(text[end : end + _AROUND])
    if end + _AROUND < len(text) and not text[end + _AROUND].isspace():
        blank = after.rfind(" ", 1)
        after = after[:blank] if blank > 0 else after
    return after


def _line(text: str) -> str:
    """Put a piece of text on one line; the blanks at its ends stay."""
    return "".join(" " if character.isspace() else character for character in text)
