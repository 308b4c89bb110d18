"""Parts of the evidence: some articles, some annotators, with the counts to match."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.evidence.turns import counts_of_marks
from annotate.reliability.figures import Counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.evidence.gathered import Asked, AskedOfSpans, Evidence, Marked
    from annotate.reliability.evidence.ratings import Ratings
    from annotate.reliability.evidence.turns import Turns

__all__ = ["part_of", "same_votes", "voters"]


def part_of(
    evidence: Evidence,
    *,
    articles: NDArray[np.int64] | None = None,
    annotators: NDArray[np.int64] | None = None,
) -> Evidence:
    """Keep what some annotators said of some articles.

    Parameters
    ----------
    evidence : Evidence
        All there is.
    articles, annotators : array of int or None
        Places; None for all. The names stay, so that places keep their meaning.
    """
    part = _Part(
        _flags(articles, len(evidence.articles)), _flags(annotators, len(evidence.annotators))
    )
    return replace(
        evidence,
        asked=tuple(_asked(asked, part) for asked in evidence.asked),
        marked=tuple(_marked(marked, part) for marked in evidence.marked),
        asked_of_spans=tuple(
            _asked_of_spans(asked, part, evidence.marked) for asked in evidence.asked_of_spans
        ),
    )


def voters(evidence: Evidence) -> tuple[str, ...]:
    """Name the annotators with a vote; to have seen a text and marked nothing is one.

    Parameters
    ----------
    evidence : Evidence
        What votes.
    """
    found = np.zeros(len(evidence.annotators), dtype=np.bool_)
    for asked in evidence.asked:
        for ratings in filter(None, (asked.ratings, asked.absence)):
            found[ratings.annotator] = True
    for marked in evidence.marked:
        found[marked.marks.saw_annotator] = True
    return tuple(name for name, there in zip(evidence.annotators, found, strict=True) if there)


def same_votes(first: Evidence, second: Evidence) -> bool:
    """Tell whether two pieces of evidence hold the same votes of the same annotators.

    Parameters
    ----------
    first, second : Evidence
        What votes, each in the order that it was gathered in.
    """
    one, other = _votes(first), _votes(second)
    return one.keys() == other.keys() and all(
        np.array_equal(array, other[key]) for key, array in one.items()
    )


def _votes(evidence: Evidence) -> dict[tuple[object, ...], NDArray[np.int64]]:
    """Give all votes as arrays, under names that are the same where what they count in is."""
    found: dict[tuple[object, ...], NDArray[np.int64]] = {}
    names = (evidence.articles, evidence.annotators)
    for asked in evidence.asked:
        for ratings in filter(None, (asked.ratings, asked.absence)):
            key = (*names, asked.question, asked.sets, ratings.values)
            place = ratings.article[ratings.unit]
            found[key] = np.stack([ratings.unit, place, ratings.annotator, ratings.value])
    for marked in evidence.marked:
        marks, group = marked.marks, (*names, marked.group, marked.marks.labels)
        found[*group, "seen"] = np.stack([marks.saw_article, marks.saw_annotator])
        columns = (marks.article, marks.annotator, marks.label, marks.start, marks.end)
        found[*group, "marked"] = np.stack(columns)
    for of_spans in evidence.asked_of_spans:
        key = (*names, of_spans.question, of_spans.sets, of_spans.values)
        for name, codes in of_spans.codes.items():
            found[*key, name] = codes
    return found


@dataclass(frozen=True)
class _Part:
    """Which articles and which annotators are kept."""

    articles: NDArray[np.bool_]
    annotators: NDArray[np.bool_]

    def of(self, article: NDArray[np.int64], annotator: NDArray[np.int64]) -> NDArray[np.bool_]:
        return self.articles[article] & self.annotators[annotator]


def _flags(places: NDArray[np.int64] | None, size: int) -> NDArray[np.bool_]:
    flags = np.full(size, places is None)
    if places is not None:
        flags[places] = True
    return flags


def _asked(asked: Asked, part: _Part) -> Asked:
    said = asked.ratings if asked.absence is None else asked.absence
    votes = int(part.of(said.article[said.unit], said.annotator).sum())
    turns = _turns(asked.turns, part)
    return replace(
        asked,
        ratings=_ratings(asked.ratings, part),
        counts=turns.counts if turns else Counts(saw=votes, marked=votes),
        absence=None if asked.absence is None else _ratings(asked.absence, part),
        turns=turns,
        unclear=None if asked.unclear is None else _ratings(asked.unclear, part),
    )


def _marked(marked: Marked, part: _Part) -> Marked:
    marks, turns = marked.marks, _turns(marked.turns, part)
    marks = marks.only(
        part.of(marks.article, marks.annotator), part.of(marks.saw_article, marks.saw_annotator)
    )
    counts, by_label = counts_of_marks(
        marks, turns.counts if turns else Counts(saw=len(marks.saw_article))
    )
    return replace(marked, marks=marks, counts=counts, by_label=by_label, turns=turns)


def _asked_of_spans(asked: AskedOfSpans, part: _Part, marked: tuple[Marked, ...]) -> AskedOfSpans:
    kept = {m.group: part.of(m.marks.article, m.marks.annotator) for m in marked}
    codes = {group: code[kept[group]] for group, code in asked.codes.items()}
    votes = sum(int((code >= 0).sum()) for code in codes.values())
    turns = _turns(asked.turns, part)
    return replace(
        asked,
        codes=codes,
        counts=turns.counts if turns else Counts(saw=votes, marked=votes),
        absence={group: code[kept[group]] for group, code in asked.absence.items()},
        turns=turns,
    )


def _ratings(ratings: Ratings, part: _Part) -> Ratings:
    return ratings.only(part.of(ratings.article[ratings.unit], ratings.annotator))


def _turns(turns: Turns | None, part: _Part) -> Turns | None:
    return None if turns is None else turns.only(part.of(turns.article, turns.annotator))
