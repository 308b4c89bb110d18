"""Agreement on marked spans: where, and on what was said of the spans that match."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from annotate.reliability.choices.coincidence import Alpha, same_pairs
from annotate.reliability.figures import Basis, Counts, measured
from annotate.reliability.inference.intervals import Share
from annotate.reliability.spans.matching import exact_state, match_spans, overlap_state
from annotate.reliability.spans.unitizing import BarUAlpha, unitizing_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from annotate.reliability.figures import Figure
    from annotate.reliability.spans.matching import Span
    from annotate.schema import Question, SpanLabel

__all__ = ["Marks", "attribute_figures", "group_figures"]

_UNMARKED = "undefined: nobody marked anything"
_UNSEEN = "undefined: no article was seen by two annotators"
_UNMATCHED = "undefined: no matched spans with two answers, or all answers are the same"


@dataclass(frozen=True)
class Marks:
    """Who marked what.

    Parameters
    ----------
    lengths : dict of str to int
        The length of each article in characters.
    saw : dict of str to list of str
        The annotators who submitted each article, with or without a mark.
    spans : dict of (article, annotator, group) to list of Span
        The marks; a missing key is a silent annotator.
    unreadable : int
        Submitted visits of which a span could not be read: they are in neither, since nobody
        knows what was marked there.
    """

    lengths: Mapping[str, int]
    saw: Mapping[str, Sequence[str]]
    spans: Mapping[tuple[str, str, str], Sequence[Span]]
    unreadable: int = 0

    @property
    def shared(self) -> list[str]:
        """The articles that at least two annotators saw."""
        return [article for article, people in self.saw.items() if len(people) > 1]

    def of(self, article: str, group: str, label: str = "") -> list[list[Span]]:
        """Give each annotator's marks on an article; an empty list for a silent one."""
        return [
            [s for s in self.spans.get((article, person, group), ()) if label in {"", s.label}]
            for person in self.saw[article]
        ]


def group_figures(
    group: str, labels: Sequence[SpanLabel], marks: Marks, visits: Counts
) -> Iterator[Figure]:
    """Score where a group's labels are marked, then each label against all the rest."""
    yield from _where(group, "", marks, visits)
    if len(labels) > 1:
        for label in labels:
            yield from _where(group, label.value, marks, visits)


def _where(group: str, label: str, marks: Marks, visits: Counts) -> Iterator[Figure]:
    shared = marks.shared
    found = [marks.of(article, group, label) for article in shared]
    basis = Basis(
        question=group,
        title=f"{group.replace('_', ' ').capitalize()} spans",
        label=label,
        units=len(shared),
        annotators=len({person for article in shared for person in marks.saw[article]}),
        labels=sum(len(spans) for article in found for spans in article),
        articles=shared,
        counts=_seen(group, label, marks, visits),
    )
    reason = _UNMARKED if shared else _UNSEEN
    where = [
        unitizing_state(marks.lengths[article], [[span[:2] for span in spans] for spans in each])
        for article, each in zip(shared, found, strict=True)
    ]
    yield measured(basis, "|u-alpha", _stack(where, 4), BarUAlpha(), undefined=reason)
    overlap = _stack([overlap_state(each) for each in found], 2)
    yield measured(basis, "overlap F1", overlap, Share(), undefined=reason)
    exact = _stack([exact_state(each) for each in found], 2)
    yield measured(basis, "exact F1", exact, Share(), undefined=reason)


def _seen(group: str, label: str, marks: Marks, visits: Counts) -> Counts:
    """Count the visits with and without a mark."""
    each = [spans for article in marks.saw for spans in marks.of(article, group, label)]
    marked = sum(1 for spans in each if spans)
    return Counts(
        saw=len(each) + marks.unreadable,
        marked=marked,
        marked_nothing=len(each) - marked,
        missing=marks.unreadable,
        skipped=visits.skipped,
        draft=visits.draft,
        unseen=visits.unseen,
        unassigned=visits.unassigned,
    )


def attribute_figures(
    question: Question,
    options: Sequence[str],
    answers: Mapping[str, frozenset[str]],
    marks: Marks,
    counts: Counts,
) -> Iterator[Figure]:
    """Score what two annotators said of the spans on which they met.

    Three annotators give three pairs on one phrase; pairs are weighted by 1 / (m - 1), and the
    figure is conditional on matching: it says nothing of the spans that one side did not mark.

    Parameters
    ----------
    question : Question
        Asked of each span.
    options : sequence of str
        Its values in order; for a question with several values, each is scored by itself. The
        one that says there is nothing to rate is a yes or no of its own.
    answers : dict of str to frozenset of str
        The values by span id, without the missing ones.
    marks : Marks
        Who marked what.
    counts : Counts
        Who had a say, in spans.
    """
    groups = dict.fromkeys(key[2] for key in marks.spans)
    met = [
        meeting
        for article in marks.shared
        for group in groups
        for meeting in _met(article, group, answers, marks)
    ]
    if question.kind != "multiple":
        place = {frozenset({option}): number for number, option in enumerate(options)}
        rated = [m.coded(place) for m in met if {m.ours, m.theirs} <= place.keys()]
        yield from _conditional(question, "", rated, len(options), counts)
    for option in options if question.kind == "multiple" else filter(None, [question.absent]):
        said = {answer: int(option in answer) for m in met for answer in (m.ours, m.theirs)}
        yield from _conditional(question, option, [m.coded(said) for m in met], 2, counts)


class _Meeting(NamedTuple):
    """Two matched spans with an answer each."""

    article: str
    people: tuple[str, str]
    weight: float
    ours: frozenset[str]
    theirs: frozenset[str]

    def coded(self, place: Mapping[frozenset[str], int]) -> _Coded:
        return _Coded(self.article, self.people, self.weight, place[self.ours], place[self.theirs])


class _Coded(NamedTuple):
    """The same, with the answers as places among the options."""

    article: str
    people: tuple[str, str]
    weight: float
    ours: int
    theirs: int


def _met(
    article: str, group: str, answers: Mapping[str, frozenset[str]], marks: Marks
) -> Iterator[_Meeting]:
    people = marks.saw[article]
    marked = zip(people, marks.of(article, group), strict=True)
    for (one, ours), (other, theirs) in combinations(marked, 2):
        for i, j in match_spans(ours, theirs):
            a, b = answers.get(ours[i].span_id), answers.get(theirs[j].span_id)
            if a is not None and b is not None:
                yield _Meeting(article, (one, other), 1 / (len(people) - 1), a, b)


def _conditional(
    question: Question, label: str, pairs: Sequence[_Coded], k: int, counts: Counts
) -> Iterator[Figure]:
    row = {
        article: number for number, article in enumerate(dict.fromkeys(p.article for p in pairs))
    }
    states = np.zeros((len(row), k, k))
    for pair in pairs:
        states[row[pair.article], pair.ours, pair.theirs] += pair.weight
        states[row[pair.article], pair.theirs, pair.ours] += pair.weight
    basis = Basis(
        question=question.name,
        title=question.title,
        label=label,
        units=len(pairs),
        annotators=len({person for pair in pairs for person in pair.people}),
        labels=2 * len(pairs),
        articles=list(row),
        counts=counts,
    )
    scale = "nominal" if label else question.scale
    flat = states.reshape(len(row), k * k)
    numbers = [float(o) for o in question.ranks] if scale in {"interval", "ratio"} else range(k)
    name = f"alpha ({scale}), on matched spans"
    yield measured(basis, name, flat, Alpha(scale, numbers), undefined=_UNMATCHED)
    name = "observed agreement, on matched spans"
    yield measured(basis, name, same_pairs(states), Share(), undefined=_UNMATCHED)


def _stack(states: Sequence[NDArray[np.float64]], width: int) -> NDArray[np.float64]:
    return np.array(states, dtype=np.float64).reshape(len(states), width)
