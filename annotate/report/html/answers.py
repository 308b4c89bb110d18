"""The answers about an article side by side, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.report.html.escape import safe

if TYPE_CHECKING:
    from annotate.findings.reading import AnswerRow, Reading

__all__ = ["answers_html"]

_AGREED = {
    True: ("=", "they agree"),
    False: ("≠", "they differ"),
    None: ("", "fewer than two answers to compare"),
}


def answers_html(reading: Reading) -> str:
    """Build the answers about the article, one column per annotator."""
    heads = "".join(
        f'<th scope="col"><bdi>{safe(person)}</bdi><small>{safe(status)}</small></th>'
        for person, status in zip(reading.annotators, reading.statuses, strict=True)
    )
    rows = "".join(_answer_row(row) for row in reading.answers)
    return (
        '<div class="an-scroll" tabindex="0" role="region" aria-label="Answers side by side">'
        f'<table class="an-table an-answers"><thead><tr><th scope="col">question</th>'
        f'<th scope="col"><span class="an-hidden">do they agree?</span></th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _answer_row(row: AnswerRow) -> str:
    sign, says = _AGREED[row.agreed]
    cells = "".join(f'<td dir="auto">{safe(answer) or "–"}</td>' for answer in row.answers)
    kind = {True: "an-same", False: "an-differ", None: ""}[row.agreed]
    return (
        f'<tr class="{kind}"><th scope="row">{safe(row.title)}</th>'
        f'<td class="an-agree" title="{says}"><span aria-hidden="true">{sign}</span>'
        f'<span class="an-hidden">{says}</span></td>{cells}</tr>'
    )
