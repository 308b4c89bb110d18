"""What is most useful to do next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annotate.reliability import verdict
from annotate.reliability.triage import triage
from annotate.summary import two_decimals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from annotate.findings.work import Work
    from annotate.reliability.triage import Case
    from annotate.summary import Summary
    from annotate.tables import Tables

__all__ = ["Step", "next_steps"]

_MOST = 3
_FROM_TRIAGE = 2  # so that what is not a disagreement is seen as well
_PER_KIND = 10
_PAIR = 2


@dataclass(frozen=True)
class Step:
    """Something to do.

    Parameters
    ----------
    title : str
        What, in a few words; of a question it holds the words of the scheme.
    text : str
        Why, with its counts. What stands between backticks is a command.
    page : str
        The page of the report where it is done; "" where it is done elsewhere.
    query : mapping of str to str
        What that page is to show.
    """

    title: str
    text: str
    page: str = ""
    query: Mapping[str, str] = field(default_factory=dict)


def next_steps(
    summary: Summary, tables: Tables, work: Work, articles: Sequence[str]
) -> tuple[Step, ...]:
    """Choose what to do next, the most useful first.

    Parameters
    ----------
    summary : Summary
        Every figure, with what it was computed from.
    tables : Tables
        What counts.
    work : Work
        Who owes what.
    articles : sequence of str
        The articles of the study.
    """
    if not articles:
        return ()
    found = [
        *_to_send(work),
        *_set_aside(summary),
        *_to_talk_about(summary),
        *_alone(tables),
        *_owed(work),
        *_few(summary),
        *_to_hand_on(summary),
    ]
    return tuple(found[:_MOST])


def _to_send(work: Work) -> Iterator[Step]:
    if work.not_sent:
        yield Step(
            "Send out what is assigned",
            f"On no desk yet: {_of(work.not_sent, 'visit')}. `annotate push` sends them.",
        )
    elif work.in_no_round:
        yield Step(
            "Give articles to a round",
            f"In no round: {_of(work.in_no_round, 'article')}. `annotate round start NAME` takes "
            "them in.",
        )


def _set_aside(summary: Summary) -> Iterator[Step]:
    aside = sum(fault.times for fault in summary.faults if not fault.kept)
    if aside:
        yield Step(
            "Look at work that was set aside",
            f"Not counted: {_of(aside, 'piece')} of work. `annotate faults` says why; most can be "
            "mended at the annotator’s desk.",
        )


def _to_talk_about(summary: Summary) -> Iterator[Step]:
    """Give the disagreements that cost most, of each question the first."""
    ranked = sorted(triage(summary.evidence, _PER_KIND), key=lambda case: bool(case.label))
    cases = {case.question: case for case in reversed(ranked)}
    # What is about a single value or label does not move the figure of the whole question.
    first = sorted(cases.values(), key=lambda case: (bool(case.label), -case.rise))
    for case in first[:_FROM_TRIAGE]:
        yield _case(case)


def _case(case: Case) -> Step:
    query = {"question": case.question, "kind": case.kind}
    if case.article:
        query["article"] = case.article
    rise = f"{case.measure} would rise from {_value(case.now)} to {_value(case.then)}"
    return Step(f"Talk about {case.title}", f"{case.reason}; {rise}.", "disagreements", query)


def _alone(tables: Tables) -> Iterator[Step]:
    """Name articles that only one person has submitted: they say nothing of agreement."""
    visits = tables.visits
    own = visits[(visits["status"] == "submitted") & (visits["occasion"] == 1)]
    pairs = own[["article_id", "annotator"]].drop_duplicates()
    readers = Counter(pairs["article_id"])
    single = [article for article, people in readers.items() if people < _PAIR]
    if single and pairs["annotator"].nunique() > 1:
        verb = "misses" if len(single) == 1 else "miss"
        yield Step(
            f"{_of(len(single), 'article')} {verb} a second annotator",
            "Until another person submits them, they tell nothing about agreement.",
            "reader",
            {"article": str(single[0])},
        )


def _owed(work: Work) -> Iterator[Step]:
    if not work.visits:
        return
    hours = "" if work.hours is None else f", about {work.hours:.1f} hours of work"
    owing = max(
        (share for share in work.shares if share.owed), key=lambda s: len(s.owed), default=None
    )
    yield Step(
        "Finish what is assigned",
        f"To go: {_of(work.visits, 'visit')}{hours}.",
        "annotators",
        {"annotator": owing.annotator} if owing else {},
    )


def _few(summary: Summary) -> Iterator[Step]:
    few = [f for f in summary.headlines if verdict(f) == "too few articles to tell"]
    if few:
        yield Step(
            "Annotate more articles",
            f"{_of(len(few), 'question')} cannot be judged from so few.",
            "agreement",
            {"question": few[0].question},
        )


def _to_hand_on(summary: Summary) -> Iterator[Step]:
    if any(verdict(figure) in {"reliable", "tentative"} for figure in summary.headlines):
        yield Step("Hand the labels on", "The dataset says how far each can be trusted.", "dataset")


def _value(value: float) -> str:
    return two_decimals(value).replace("-", "−") or "undefined"


def _of(number: int, one: str) -> str:
    return f"{number:,} {one}{'' if number == 1 else 's'}"
