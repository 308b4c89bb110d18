"""The triage list as a worklist: filtered and paged before any case is told in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.spans.disagreement import KINDS
from annotate.reliability.triage import ranked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from annotate.reliability.triage import Case, Ranked
    from annotate.summary import Summary

    Chosen = NDArray[np.int64]

__all__ = ["COLUMNS", "PAGE", "Page", "Row", "Wanted", "Worklist", "as_table", "worklist"]

PAGE = 20  # cases: telling one takes 1 to 2 ms
#: Of the list as a table.
COLUMNS = (
    *("rank", "kind", "question", "title", "label", "measure", "now", "then", "rise"),
    *("disagreement", "quote", "who said what", "reason", "article", "headline", "start", "end"),
)
_HEADLINE = 80  # characters


@dataclass(frozen=True)
class Wanted:
    """What of the list is looked at; "" lets everything through.

    Parameters
    ----------
    question : str
        A question or span group.
    kind : str
        "article", "labels" or "phrase".
    disagreement : str
        One of `annotate.reliability.spans.disagreement.KINDS`: of phrases alone.
    annotator : str
        Who said something in the case.
    article : str
        An article's id, or words of its headline.
    words : str
        What stands in the phrase, in whatever case.
    """

    question: str = ""
    kind: str = ""
    disagreement: str = ""
    annotator: str = ""
    article: str = ""
    words: str = ""


@dataclass(frozen=True)
class Row:
    """A case as it is shown.

    Parameters
    ----------
    rank : int
        Its place in the whole list, from 1.
    case : Case
        The case, and every figure of it.
    label : str
        The words of the option or the absent value that it is about; "" where it is about none.
    headline : str
        Of its article, or the beginning of the text: untrusted; "" for two labels.
    """

    rank: int
    case: Case
    label: str
    headline: str


@dataclass(frozen=True)
class Page:
    """Some of the rows that are wanted.

    Parameters
    ----------
    rows : tuple of Row
        The costliest first.
    number, pages : int
        Which page it is, from 1, and how many there are; at least one.
    total : int
        How many cases are wanted.
    """

    rows: tuple[Row, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class Worklist:
    """All that costs agreement.

    Parameters
    ----------
    cases : Ranked
        The cases in their order.
    titles : mapping of str to str
        What people call each question and span group that can have a case, in the order of the
        scheme.
    headlines : mapping of str to str
        By article: untrusted.
    shown : mapping of (str, str) to str
        As `Summary.shown`.
    """

    cases: Ranked = field(repr=False)
    titles: Mapping[str, str]
    headlines: Mapping[str, str] = field(repr=False)
    shown: Mapping[tuple[str, str], str] = field(repr=False)

    @property
    def annotators(self) -> tuple[str, ...]:
        """Who may be involved."""
        return self.cases.annotators

    @property
    def largest(self) -> float:
        """The largest rise; 0 where there is none."""
        return float(self.cases.rise.max(initial=0.0))

    def count(self, kind: str) -> int:
        """Give how many cases are of one kind."""
        return int((self.cases.kind == kind).sum())

    def choose(self, wanted: Wanted) -> Chosen:
        """Give the places in the order of the cases that are wanted."""
        kept = np.ones(len(self.cases), dtype=np.bool_)
        if wanted.question:
            kept &= self.cases.question == wanted.question
        if wanted.kind:
            kept &= self.cases.kind == wanted.kind
        if wanted.disagreement:
            kept &= self._disagreed(wanted.disagreement)
        if wanted.annotator:
            kept &= self.cases.involving(wanted.annotator)
        if wanted.article:
            kept &= np.isin(self._article_places, self._places_of(wanted.article))
        found = np.flatnonzero(kept)
        words = _folded(wanted.words)
        if words:
            found = found[[words in self._folded_quotes[place] for place in found.tolist()]]
        return found

    def page(self, chosen: Chosen, number: int, size: int = PAGE) -> Page:
        """Tell the cases of one page, the nearest there is."""
        pages = max(1, -(-len(chosen) // size))
        number = min(max(number, 1), pages)
        part = chosen[(number - 1) * size : number * size]
        return Page(tuple(self._rows(part)), number, pages, len(chosen))

    def first(self, number: int, chosen: Chosen | None = None) -> tuple[Row, ...]:
        """Tell the costliest cases, of all or of those chosen."""
        part = np.arange(min(number, len(self.cases))) if chosen is None else chosen[:number]
        return tuple(self._rows(part))

    def articles_like(self, words: str) -> list[str]:
        """Name the articles with an id or headline like that, whether they have a case or not."""
        if words in self.headlines:
            return [words]
        folded = _folded(words)
        return [name for name, text in self._folded_headlines.items() if folded in text]

    def _rows(self, part: Chosen) -> Iterable[Row]:
        for place in part.tolist():
            case = self.cases.tell(place)
            label = self.shown.get((case.question, case.label), case.label)
            yield Row(place + 1, case, label, self.headlines.get(case.article, ""))

    def _disagreed(self, kind: str) -> NDArray[np.bool_]:
        if kind not in KINDS:
            return np.zeros(len(self.cases), dtype=np.bool_)
        return np.asarray(self.cases.disagreement[:, KINDS.index(kind)])

    def _places_of(self, words: str) -> list[int]:
        return [self._numbers[name] for name in self.articles_like(words)]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.headlines)}

    @cached_property
    def _article_places(self) -> Chosen:
        """The number of each case's article, -1 for two labels."""
        return np.array(
            [self._numbers.get(name, -1) for name in self.cases.article], dtype=np.int64
        )

    @cached_property
    def _folded_quotes(self) -> list[str]:
        return [_folded(quote) for quote in self.cases.quote]

    @cached_property
    def _folded_headlines(self) -> dict[str, str]:
        return {name: _folded(text) for name, text in self.headlines.items()}


def worklist(summary: Summary, articles: pd.DataFrame) -> Worklist:
    """Rank all that costs agreement.

    Parameters
    ----------
    summary : Summary
        Of the study.
    articles : DataFrame
        Its articles.
    """
    evidence = summary.evidence
    titles = {each.question.name: each.question.title for each in evidence.asked}
    titles |= {each.group: each.title for each in evidence.marked}
    columns = (articles[name].astype(str) for name in ("article_id", "title", "text"))
    headlines = {
        name: _brief(title or text[: 4 * _HEADLINE])
        for name, title, text in zip(*columns, strict=True)
    }
    found = ranked(evidence)
    asked = set(found.question.tolist())
    titles = {name: title for name, title in titles.items() if name in asked}
    return Worklist(found, titles, headlines, summary.shown)


def as_table(rows: Iterable[Row]) -> pd.DataFrame:
    """Give rows as a table, every figure as it is; two labels have no article."""
    import pandas as pd

    lines = []
    for row in rows:
        case = row.case
        said = "; ".join(f"{who}: {what}" for who, what in case.said)
        lines.append(
            (
                *(row.rank, case.kind, case.question, case.title, row.label, case.measure),
                *(case.now, case.then, case.rise, "; ".join(case.disagreement), case.quote, said),
                *(case.reason, case.article, row.headline, case.start, case.end),
            )
        )
    frame = pd.DataFrame(lines, columns=list(COLUMNS))
    return frame.astype({"start": "Int64", "end": "Int64"})


def _brief(heading: str) -> str:
    """Cut a headline by characters: some languages have no spaces."""
    line = " ".join(heading.split())
    return line if len(line) <= _HEADLINE else f"{line[:_HEADLINE].rstrip()}…"


def _folded(words: str) -> str:
    return " ".join(words.casefold().split())
