"""Own work beside the reference, as HTML that escapes whatever comes from files or people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.report.html.escape import safe
from annotate.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from annotate.training import Answered, Compared, Span, Trainee

__all__ = ["answers_beside_html", "phrases_html", "sums_html"]

_ALIKE = frozenset({"same", "exact"})
_LOOK = frozenset({"different", "unanswered", "overlapping", "other label", "missed", "extra"})


def sums_html(trainee: Trainee) -> str:
    """Build the sums over all articles: a number and what it counts, each."""
    labels = f" ({trainee.other_label} with another label)" if trainee.other_label else ""
    sums = [
        (f"{trainee.same} of {trainee.asked}", "questions answered as the reference"),
        (
            f"{trainee.found} of {trainee.found + trainee.missed}",
            f"of the reference's phrases found{labels}",
        ),
        (str(trainee.extra), "marked by you alone"),
        (number(trainee.f1), "overlap F1 against the reference"),
    ]
    tiles = "".join(f"<div><dt>{safe(what)}</dt><dd>{safe(many)}</dd></div>" for many, what in sums)
    return f'<dl class="an-sums">{tiles}</dl>'


def answers_beside_html(article: Compared, trainee: Trainee) -> str:
    """Build the table of answers."""
    return _table("Answers side by side", "question", trainee, map(_answer_row, article.answers))


def phrases_html(article: Compared, trainee: Trainee) -> str:
    """Build the table of marked phrases, in the order of the text."""
    return _table("Marked phrases side by side", "", trainee, map(_span_row, article.spans))


def _table(title: str, first: str, trainee: Trainee, rows: Iterable[str]) -> str:
    people = (("you", trainee.annotator), ("reference", trainee.reference))
    heads = "".join(
        f'<th scope="col">{side}<small><bdi>{safe(who)}</bdi></small></th>' for side, who in people
    )
    head = f'<th scope="col">{first}</th>' if first else ""
    return (
        f'<div class="an-scroll" tabindex="0" role="region" aria-label="{title}">'
        f'<table class="an-table an-answers an-beside"><thead><tr>{head}{heads}'
        f'<th scope="col">side by side</th></tr></thead><tbody>{"".join(rows)}</tbody>'
        "</table></div>"
    )


def _answer_row(answer: Answered) -> str:
    cells = "".join(
        f'<td dir="auto">{safe(said) or "–"}</td>' for said in (answer.own, answer.reference)
    )
    return (
        f'<tr><th scope="row" dir="auto">{safe(answer.title)}</th>{cells}'
        f"<td>{_pill(answer.outcome, answer.says)}</td></tr>"
    )


def _span_row(span: Span) -> str:
    own = _marked(span.own, span.own_label, span.own_details)
    reference = _marked(span.reference, span.reference_label, span.reference_details)
    return f"<tr>{own}{reference}<td>{_pill(span.outcome, span.says)}</td></tr>"


def _marked(phrase: str, label: str, details: str) -> str:
    if not phrase:
        return "<td>–</td>"
    said = f"<small><bdi>{safe(label)}</bdi>{f' · <bdi>{safe(details)}</bdi>' if details else ''}"
    return f"<td><bdi>“{safe(phrase)}”</bdi>{said}</small></td>"


def _pill(outcome: str, says: str) -> str:
    kind = "alike" if outcome in _ALIKE else "look" if outcome in _LOOK else "aside"
    return f'<span class="an-pill an-{kind}">{safe(says)}</span>'
