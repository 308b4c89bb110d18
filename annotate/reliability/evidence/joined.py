"""Evidence of a corpus out of that of its pieces, so that its tables need not be held at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from annotate.reliability.evidence.gathered import Evidence
from annotate.reliability.evidence.turns import Turns, counts_of_marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from annotate.reliability.evidence.gathered import Asked, AskedOfSpans, Marked
    from annotate.reliability.evidence.ratings import Ratings
    from annotate.schema import Question

    Ints = NDArray[np.int64]
    _Scale = tuple[tuple[str, ...], tuple[frozenset[str], ...]]

__all__ = ["joined"]

_Item = TypeVar("_Item")


def joined(parts: Iterable[Evidence], texts: Mapping[str, str]) -> Evidence:
    """Join what votes on different articles, gathered with the same scheme.

    Parameters
    ----------
    parts : iterable of Evidence
        One or more. No article is in two of them; theirs stand one after the other in the whole.
    texts : mapping of str to str
        The text of each article of all parts.

    Returns
    -------
    Evidence
        As `gather` finds it in all the tables at once, but for the order of the votes, and
        without the ids of spans, which would be the most of it.
    """
    every = [_without_ids(part) for part in parts]
    annotators = tuple(sorted({name for part in every for name in part.annotators}))
    frame = _Frame(
        articles=tuple(name for part in every for name in part.articles),
        annotators=annotators,
        first=np.cumsum([0, *(len(part.articles) for part in every)]),
        people=tuple(_places(part.annotators, annotators) for part in every),
    )
    outlets = _merged([part.outlets for part in every])
    events = _merged([part.events for part in every])
    asked = list(zip(*(part.asked for part in every), strict=True))
    marked = list(zip(*(part.marked for part in every), strict=True))
    of_spans = list(zip(*(part.asked_of_spans for part in every), strict=True))
    every.clear()
    return Evidence(
        articles=frame.articles,
        annotators=annotators,
        asked=tuple(map(frame.asked, _emptied(asked))),
        marked=tuple(frame.marked(each, texts) for each in _emptied(marked)),
        asked_of_spans=tuple(map(frame.asked_of_spans, _emptied(of_spans))),
        outlets=outlets,
        events=events,
    )


def _without_ids(part: Evidence) -> Evidence:
    marked = [replace(each, marks=replace(each.marks, span_ids=())) for each in part.marked]
    return replace(part, marked=tuple(marked))


def _emptied(items: list[_Item]) -> Iterator[_Item]:
    """Go through a list and let go of what has been seen: parts and whole are large."""
    items.reverse()
    while items:
        yield items.pop()


def _merged(parts: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {name: value for part in parts for name, value in part.items()}


def _places(names: Sequence[str], among: Sequence[str]) -> Ints:
    place = {name: n for n, name in enumerate(among)}
    return np.array([place[name] for name in names], dtype=np.int64)


@dataclass(frozen=True)
class _Frame:
    """Where the articles and annotators of each part stand in the whole."""

    articles: tuple[str, ...]
    annotators: tuple[str, ...]
    first: Ints
    people: tuple[Ints, ...]

    def of_articles(self, parts: Sequence[Ints]) -> Ints:
        pairs = zip(parts, self.first.tolist(), strict=False)
        return _together([part + first for part, first in pairs])

    def of_people(self, parts: Sequence[Ints]) -> Ints:
        return _together([who[part] for part, who in zip(parts, self.people, strict=True)])

    def turns(self, parts: Sequence[Turns]) -> Turns:
        return Turns(
            self.of_articles([part.article for part in parts]),
            self.of_people([part.annotator for part in parts]),
            _together([part.outcome for part in parts]),
        )

    def ratings(self, parts: Sequence[Ratings], values: tuple[str, ...]) -> Ratings:
        unit = np.cumsum([0, *(len(part.article) for part in parts)])
        return replace(
            parts[0],
            unit=_together(
                [part.unit + at for part, at in zip(parts, unit.tolist(), strict=False)]
            ),
            annotator=self.of_people([part.annotator for part in parts]),
            value=_together([_places(_named(part), values)[part.value] for part in parts]),
            article=self.of_articles([part.article for part in parts]),
            articles=self.articles,
            annotators=self.annotators,
            values=values,
        )

    def asked(self, parts: Sequence[Asked]) -> Asked:
        values, sets = _scale(parts[0].question, [(_named(p.ratings), p.sets) for p in parts])
        turns = self.turns([part.turns for part in parts if part.turns])
        absence = [part.absence for part in parts if part.absence]
        unclear = [part.unclear for part in parts if part.unclear]
        return replace(
            parts[0],
            ratings=self.ratings([part.ratings for part in parts], values),
            counts=turns.counts,
            sets=sets,
            absence=self.ratings(absence, _named(absence[0])) if absence else None,
            turns=turns,
            unclear=self.ratings(unclear, _named(unclear[0])) if unclear else None,
        )

    def marked(self, parts: Sequence[Marked], texts: Mapping[str, str]) -> Marked:
        each = [part.marks for part in parts]
        marks = replace(
            each[0],
            saw_article=self.of_articles([marks.saw_article for marks in each]),
            saw_annotator=self.of_people([marks.saw_annotator for marks in each]),
            article=self.of_articles([marks.article for marks in each]),
            annotator=self.of_people([marks.annotator for marks in each]),
            label=_together([marks.label for marks in each]),
            start=_together([marks.start for marks in each]),
            end=_together([marks.end for marks in each]),
            length=_together([marks.length for marks in each]),
            articles=self.articles,
            annotators=self.annotators,
            span_ids=(),
            texts=texts,
        )
        turns = self.turns([part.turns for part in parts if part.turns])
        counts, by_label = counts_of_marks(marks, turns.counts)
        return replace(parts[0], marks=marks, counts=counts, by_label=by_label, turns=turns)

    def asked_of_spans(self, parts: Sequence[AskedOfSpans]) -> AskedOfSpans:
        values, sets = _scale(
            parts[0].question,
            [(part.values, part.sets) for part in parts],
        )
        turns = self.turns([part.turns for part in parts if part.turns])
        return replace(
            parts[0],
            values=values,
            codes={
                group: _together([_moved(part, values)[part.codes[group]] for part in parts])
                for group in parts[0].codes
            },
            counts=turns.counts,
            sets=sets,
            absence={
                group: _together([part.absence[group] for part in parts])
                for group in parts[0].absence
            },
            turns=turns,
        )


def _together(parts: Sequence[Ints]) -> Ints:
    return np.concatenate(parts).astype(np.int64)


def _named(ratings: Ratings) -> tuple[str, ...]:
    return ratings.values


def _moved(part: AskedOfSpans, values: tuple[str, ...]) -> Ints:
    """Give the new place of each value; the last is of no vote, -1."""
    return np.append(_places(part.values, values), -1)


def _scale(question: Question, parts: Sequence[_Scale]) -> _Scale:
    """Join the values that were given, where what was given makes the scale."""
    if question.kind == "multiple":
        name = {
            each: value for values, sets in parts for value, each in zip(values, sets, strict=True)
        }
        sets = tuple(sorted(name, key=lambda each: (len(each), sorted(each))))
        return tuple(name[each] for each in sets), sets
    if question.kind in {"rating", "number"}:
        return tuple(sorted({value for values, _ in parts for value in values}, key=float)), ()
    return parts[0]
