"""One annotator's work in training beside the reference, in words and counts."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from annotate.findings.reading import Reading

__all__ = [
    "ADVICE",
    "OUTCOMES",
    "SPAN_OUTCOMES",
    "Answered",
    "Compared",
    "Outcome",
    "Span",
    "SpanOutcome",
    "Trainee",
]

#: What may come of an answer, in words.
OUTCOMES = {
    "same": "as the reference",
    "different": "worth another look",
    "unanswered": "the reference has an answer",
    "open": "the reference leaves this open",
    "not asked": "you were not asked this",
    "not compared": "not compared",
}
#: What may come of a marked span, in words.
SPAN_OUTCOMES = {
    "exact": "the same words",
    "overlapping": "found, with other limits",
    "other label": "found, with another label",
    "missed": "only the reference marks this",
    "extra": "only you mark this",
}
#: What is to be known of all these figures.
ADVICE = (
    "These figures are for learning. Training counts in no figure of agreement, and they are not "
    "for print."
)
_COUNTED = frozenset({"same", "different", "unanswered"})
_FOUND = frozenset({"exact", "overlapping", "other label"})

Outcome = Literal["same", "different", "unanswered", "open", "not asked", "not compared"]
SpanOutcome = Literal["exact", "overlapping", "other label", "missed", "extra"]


@dataclass(frozen=True)
class Answered:
    """One question about an article.

    Parameters
    ----------
    question, title : str
        Its name, and what people call it.
    own, reference : str
        The answers as they were read; "" where there is none.
    outcome : str
        One of `OUTCOMES`. Only "same", "different" and "unanswered" count.
    distance : float
        How far a different answer lies from the reference: steps of an ordinal scale, else in
        the numbers' own unit. NaN where the scale knows no distance.
    steps : bool
        Whether the distance is in steps.
    """

    question: str
    title: str
    own: str
    reference: str
    outcome: Outcome
    distance: float = math.nan
    steps: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is one of the questions that are compared."""
        return self.outcome in _COUNTED

    @property
    def says(self) -> str:
        """Say what came of it."""
        if not math.isfinite(self.distance):
            return OUTCOMES[self.outcome]
        far = f"{self.distance:g}"
        return f"{far} {'step' if far == '1' else 'steps'} apart" if self.steps else f"{far} apart"


@dataclass(frozen=True)
class Span:
    """A phrase that the annotator, the reference, or both marked.

    Parameters
    ----------
    group : str
        The group of labels; spans are matched within it.
    outcome : str
        One of `SPAN_OUTCOMES`.
    own, reference : str
        The marked words; "" where one of them did not mark.
    own_label, reference_label : str
        The labels as they are read.
    own_details, reference_details : str
        What was said of the span.
    start : int
        Where the first of the two begins, in code points.
    """

    group: str
    outcome: SpanOutcome
    own: str
    reference: str
    own_label: str
    reference_label: str
    own_details: str
    reference_details: str
    start: int

    @property
    def says(self) -> str:
        """Say what came of it."""
        return SPAN_OUTCOMES[self.outcome]


@dataclass(frozen=True)
class Compared:
    """One article that the annotator and the reference have submitted.

    Parameters
    ----------
    article_id : str
        The article.
    answers : tuple of Answered
        Every question about it, in the order of the scheme.
    spans : tuple of Span
        In the order of the text.
    unread : str
        Why spans are not compared, "" if they are.
    reading : Reading
        The text with the spans of both.
    """

    article_id: str
    answers: tuple[Answered, ...]
    spans: tuple[Span, ...]
    unread: str
    reading: Reading

    @property
    def asked(self) -> int:
        """How many questions are compared."""
        return sum(answer.counts for answer in self.answers)

    @property
    def same(self) -> int:
        """How many of them are answered as the reference."""
        return sum(answer.outcome == "same" for answer in self.answers)


@dataclass(frozen=True)
class Trainee:
    """What one annotator did in one round of training.

    Parameters
    ----------
    annotator, round, reference : str
        Who, where, and whose labels it is compared with.
    articles : tuple of Compared
        Those that both have submitted, in the order of the study.
    waiting : int
        Articles that the annotator has submitted and the reference has not.
    to_come : int
        Articles that the annotator has not submitted. Nothing of their reference is told.
    """

    annotator: str
    round: str
    reference: str
    articles: tuple[Compared, ...]
    waiting: int
    to_come: int

    @property
    def asked(self) -> int:
        """How many questions are compared."""
        return sum(each.asked for each in self.articles)

    @property
    def same(self) -> int:
        """How many of them are answered as the reference."""
        return sum(each.same for each in self.articles)

    @property
    def found(self) -> int:
        """How many spans of the reference have a counterpart, whatever its limits and label."""
        return self._spans(_FOUND)

    @property
    def other_label(self) -> int:
        """How many of these have another label."""
        return self._spans({"other label"})

    @property
    def missed(self) -> int:
        """How many spans only the reference marks."""
        return self._spans({"missed"})

    @property
    def extra(self) -> int:
        """How many spans only the annotator marks."""
        return self._spans({"extra"})

    @property
    def f1(self) -> float:
        """Overlap F1 against the reference, over all groups; NaN where nobody marked anything.

        The counterparts of both sides among the spans of both sides; labels do not matter.
        """
        size = 2 * self.found + self.missed + self.extra
        return 2 * self.found / size if size else math.nan

    def _spans(self, outcomes: Iterable[str]) -> int:
        wanted = frozenset(outcomes)
        return sum(span.outcome in wanted for each in self.articles for span in each.spans)

    def to_json(self) -> dict[str, Any]:
        """Give plain values; what is undefined is None."""
        return {
            "annotator": self.annotator,
            "round": self.round,
            "reference": self.reference,
            "questions": self.asked,
            "as_reference": self.same,
            "spans_found": self.found,
            "spans_other_label": self.other_label,
            "spans_missed": self.missed,
            "spans_extra": self.extra,
            "overlap_f1_against_reference": _plain(self.f1),
            "waiting_for_reference": self.waiting,
            "not_submitted": self.to_come,
            "articles": [
                {
                    "article_id": each.article_id,
                    "answers": [
                        {**asdict(a), "distance": _plain(a.distance)} for a in each.answers
                    ],
                    "spans": [asdict(span) for span in each.spans],
                    "spans_not_compared": each.unread,
                }
                for each in self.articles
            ],
        }


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None
