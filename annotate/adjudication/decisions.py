"""Each decision by itself, beside what most annotators had said."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from annotate.adjudication.settled import Settled
    from annotate.schema import Schema
    from annotate.tables import Tables

__all__ = ["Decision", "decisions"]

_Place = tuple[str, int, int]  # label, start, end
_Values = tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """What was decided on one question, or on one stretch of text.

    Parameters
    ----------
    article : str
        Its id.
    of : str
        The round whose labels were adjudicated.
    question : str
        The question or the group of labels.
    value : tuple of str
        The stored values, or the label; none where the question was left empty or nothing is to
        be marked here.
    majority : tuple of str or None
        What more annotators had said than anything else; None where there is no such. Of a span,
        whether they had marked the very same words with that label.
    as_majority : bool or None
        Whether both are the same; None where there is no majority.
    annotators : int
        How many had said something.
    by, at : str
        The adjudicator, and when the decision was last changed.
    start, end : int or None
        Where, for spans and what was said of them.
    quote : str
        The words there: untrusted.
    """

    article: str
    of: str
    question: str
    value: _Values
    majority: _Values | None
    as_majority: bool | None
    annotators: int
    by: str
    at: str
    start: int | None = None
    end: int | None = None
    quote: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give plain values."""
        values = asdict(self)
        values["value"] = list(self.value)
        values["majority"] = None if self.majority is None else list(self.majority)
        return values


def decisions(found: Settled, independent: Tables, schema: Schema) -> list[Decision]:
    """List what was decided.

    Parameters
    ----------
    found : Settled
        The adjudicated labels.
    independent : Tables
        The labels of the annotators.
    schema : Schema
        The scheme.

    Returns
    -------
    list of Decision
        By article: questions in the order of the scheme, then spans in the order of the text. A
        span that an annotator had marked and the adjudicator did not is a decision, too.
    """
    own, theirs = _Said.of(found.tables), _Said.of(independent)
    readers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in independent.visits.itertuples():
        if row.status == "submitted" and row.occasion == 1:
            readers[str(row.article_id), str(row.round)].append(str(row.visit_id))
    listed: list[Decision] = []
    for visit in found.tables.visits.to_dict("records"):
        of = found.of[visit["visit_id"]]
        case = _Case(visit, of, own, theirs, readers[visit["article_id"], of], found, schema)
        listed += [*case.answers(), *case.spans()]
    return listed


@dataclass(frozen=True)
class _Said:
    """Answers and spans by visit.

    Parameters
    ----------
    answers : dict of (str, str, str) to tuple of str
        The values, by visit, question and span ("" for the article).
    spans : dict of str to list of (str, str, tuple, str)
        Group, id, place and words, by visit.
    """

    answers: dict[tuple[str, str, str], _Values]
    spans: dict[str, list[tuple[str, str, _Place, str]]]

    @classmethod
    def of(cls, tables: Tables) -> _Said:
        answers: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for row in tables.answers.itertuples():
            if row.state != "not_shown":
                given = answers[str(row.visit_id), str(row.question), str(row.span_id)]
                given += [str(row.value)] if row.value else []
        spans: dict[str, list[tuple[str, str, _Place, str]]] = defaultdict(list)
        for row in tables.spans.itertuples():
            place = (str(row.label), int(row.start), int(row.end))  # type: ignore[arg-type]
            spans[str(row.visit_id)].append(
                (str(row.group), str(row.span_id), place, str(row.text))
            )
        return cls({key: tuple(sorted(values)) for key, values in answers.items()}, spans)

    def places(self, visit: str, group: str) -> dict[_Place, tuple[str, str]]:
        """Give id and words of the spans of one group by their place; of twins the first."""
        found: dict[_Place, tuple[str, str]] = {}
        for name, span_id, place, text in self.spans.get(visit, ()):
            if name == group:
                found.setdefault(place, (span_id, text))
        return found


@dataclass(frozen=True)
class _Case:
    """One adjudicated article, and the visits of those who had read it before."""

    visit: Mapping[Any, Any]
    of: str
    own: _Said
    theirs: _Said
    readers: list[str]
    found: Settled
    schema: Schema

    @property
    def name(self) -> str:
        return str(self.visit["visit_id"])

    def answers(self) -> Iterator[Decision]:
        """Give the decisions on questions about the article."""
        for question in self.schema.document_questions:
            key = (self.name, question.name, "")
            if question.kind == "text" or key not in self.own.answers:
                continue
            keys = [(reader, question.name, "") for reader in self.readers]
            votes = [self.theirs.answers[each] for each in keys if each in self.theirs.answers]
            yield self._decision(question.name, self.own.answers[key], votes)

    def spans(self) -> Iterator[Decision]:
        """Give the decisions on spans, and on what was asked about them."""
        for group in self.schema.groups:
            if group not in self.found.groups[self.name]:
                continue
            ours = self.own.places(self.name, group)
            theirs = [self.theirs.places(reader, group) for reader in self.readers]
            words = {place: text for each in [*theirs, ours] for place, (_, text) in each.items()}
            for place in sorted(words, key=lambda each: (each[1:], each[0])):
                label = (place[0],)
                votes = [label if place in each else () for each in theirs]
                value = label if place in ours else ()
                yield self._decision(group, value, votes, place, words[place])
                if place in ours:
                    ids = [each[place][0] if place in each else "" for each in theirs]
                    yield from self._about_span(ours[place], ids, place)

    def _about_span(
        self, span: tuple[str, str], theirs: list[str], place: _Place
    ) -> Iterator[Decision]:
        for question in self.schema.region_questions:
            key = (self.name, question.name, span[0])
            if question.kind == "text" or key not in self.own.answers:
                continue
            keys = [
                (reader, question.name, span_id)
                for reader, span_id in zip(self.readers, theirs, strict=True)
                if span_id
            ]
            votes = [self.theirs.answers[each] for each in keys if each in self.theirs.answers]
            yield self._decision(question.name, self.own.answers[key], votes, place, span[1])

    def _decision(
        self,
        question: str,
        value: _Values,
        votes: Sequence[_Values],
        place: _Place | None = None,
        quote: str = "",
    ) -> Decision:
        majority = _majority(votes)
        return Decision(
            article=str(self.visit["article_id"]),
            of=self.of,
            question=question,
            value=value,
            majority=majority,
            as_majority=None if majority is None else majority == value,
            annotators=len(votes),
            by=str(self.visit["annotator"]),
            at=str(self.visit["updated_at"]),
            start=place[1] if place else None,
            end=place[2] if place else None,
            quote=quote,
        )


def _majority(votes: Iterable[_Values]) -> _Values | None:
    """Give what was said more often than anything else, if there is such.

    Examples
    --------
    >>> _majority([("a",), ("a",), ("b",)]), _majority([("a",), ("b",)])
    (('a',), None)
    """
    most = Counter(votes).most_common(2)
    tied = len({times for _, times in most}) < len(most)
    return None if tied or not most else most[0][0]
