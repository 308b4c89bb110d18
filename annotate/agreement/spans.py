"""Agreement on marked spans: where, and on what was said of the spans that match."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from annotate.agreement.coincidence import Alpha, same_pairs
from annotate.agreement.figures import Basis, Counts, measured
from annotate.agreement.intervals import Share
from annotate.agreement.matching import exact_state, match_spans, overlap_state
from annotate.agreement.unitizing import BarUAlpha, unitizing_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from annotate.agreement.figures import Figure
    from annotate.agreement.matching import Span
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
    """

    lengths: Mapping[str, int]
    saw: Mapping[str, Sequence[str]]
    spans: Mapping[tuple[str, str, str], Sequence[Span]]

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
        saw=len(each),
        marked=marked,
        marked_nothing=len(each) - marked,
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
        Its values; for a question with several values, each is scored by itself.
    answers : dict of str to frozenset of str
        The values by span id, without the missing ones.
    marks : Marks
        Who marked what.
    counts : Counts
        Who had a say, in spans.
    """
    groups = dict.fromkeys(key[2] for key in marks.spans)
    met = {article: list(_met(article, groups, answers, marks)) for article in marks.shared}
    if question.kind == "multiple":
        for option in options:
            coded = {
                article: [(int(option in a), int(option in b)) for a, b in pairs]
                for article, pairs in met.items()
            }
            yield from _conditional(question, option, coded, 2, marks, counts)
        return
    place = {option: number for number, option in enumerate(options)}
    coded = {
        article: [(place[min(a)], place[min(b)]) for a, b in pairs]
        for article, pairs in met.items()
    }
    yield from _conditional(question, "", coded, len(options), marks, counts)


def _met(
    article: str, groups: Mapping[str, None], answers: Mapping[str, frozenset[str]], marks: Marks
) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    for group in groups:
        for ours, theirs in combinations(marks.of(article, group), 2):
            for i, j in match_spans(ours, theirs):
                a, b = answers.get(ours[i].span_id), answers.get(theirs[j].span_id)
                if a is not None and b is not None:
                    yield a, b


def _conditional(
    question: Question,
    label: str,
    coded: Mapping[str, Sequence[tuple[int, int]]],
    k: int,
    marks: Marks,
    counts: Counts,
) -> Iterator[Figure]:
    states = np.zeros((len(coded), k, k))
    for row, (article, pairs) in enumerate(coded.items()):
        weight = 1 / (len(marks.saw[article]) - 1)
        for a, b in pairs:
            states[row, a, b] += weight
            states[row, b, a] += weight
    matched = sum(len(pairs) for pairs in coded.values())
    basis = Basis(
        question=question.name,
        title=question.title,
        label=label,
        units=matched,
        annotators=len({person for article in coded for person in marks.saw[article]}),
        labels=2 * matched,
        articles=list(coded),
        counts=counts,
    )
    scale = "nominal" if question.kind == "multiple" else question.scale
    flat = states.reshape(len(coded), k * k)
    numbers = [float(o) for o in question.ranks] if scale in {"interval", "ratio"} else range(k)
    name = f"alpha ({scale}), on matched spans"
    yield measured(basis, name, flat, Alpha(scale, numbers), undefined=_UNMATCHED)
    name = "observed agreement, on matched spans"
    yield measured(basis, name, same_pairs(states), Share(), undefined=_UNMATCHED)


def _stack(states: Sequence[NDArray[np.float64]], width: int) -> NDArray[np.float64]:
    return np.array(states, dtype=np.float64).reshape(len(states), width)
