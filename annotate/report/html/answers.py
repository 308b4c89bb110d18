"""The answers about an article side by side, what was written, and second readings, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.report.html.escape import safe
from annotate.report.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.findings.reading import AnswerRow, Note, Reading
    from annotate.findings.second import SecondReading

__all__ = ["answers_html", "notes_html", "seconds_html"]

_AGREED = {
    True: ("=", "they agree"),
    False: ("≠", "they differ"),
    None: ("", "fewer than two answers to compare"),
}
_NOT_ASKED = ("", "agreement is not asked here")


def answers_html(reading: Reading) -> str:
    """Build the answers about the article, one column per annotator.

    What was answered in one's own words stands in `notes_html`.
    """
    heads = "".join(
        f'<th scope="col"><bdi>{safe(person)}</bdi><small>{safe(status)}</small></th>'
        for person, status in zip(reading.annotators, reading.statuses, strict=True)
    )
    if reading.decided:
        heads += (
            '<th scope="col" class="an-decided">adjudicated'
            f"<small>round <bdi>{safe(reading.decided)}</bdi></small></th>"
        )
    rows = "".join(
        _answer_row(row, decided=bool(reading.decided))
        for row in reading.answers
        if not row.written
    )
    return (
        '<div class="an-scroll" tabindex="0" role="region" aria-label="Answers side by side">'
        f'<table class="an-table an-answers"><thead><tr><th scope="col">question</th>'
        f'<th scope="col"><span class="an-hidden">do they agree?</span></th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def notes_html(notes: Sequence[Note]) -> str:
    """Build the list of what annotators wrote."""
    rows = "".join(
        f"<li><p><bdi>{safe(note.text)}</bdi></p><small><bdi>{safe(note.annotator)}</bdi> · "
        f"<bdi>{safe(note.title)}</bdi>"
        + (f" · on “<bdi>{safe(note.phrase)}</bdi>”" if note.phrase else "")
        + "</small></li>"
        for note in notes
    )
    return f'<ul class="an-notes">{rows}</ul>'


def seconds_html(seconds: Sequence[SecondReading]) -> str:
    """Build what was said otherwise when the article came back."""
    rows = "".join(
        f'<tr><th scope="row"><bdi>{safe(second.annotator)}</bdi></th>'
        f"<td>{_changes(second)}</td><td>{_marks(second)}</td></tr>"
        for second in seconds
    )
    return (
        '<div class="an-scroll" tabindex="0" role="region" aria-label="Second readings">'
        '<table class="an-table"><thead><tr><th scope="col">annotator</th>'
        '<th scope="col">answers, first → second time</th><th scope="col">spans</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _answer_row(row: AnswerRow, *, decided: bool) -> str:
    sign, says = _AGREED[row.agreed] if row.scored else _NOT_ASKED
    cells = "".join(f'<td dir="auto">{safe(answer) or "–"}</td>' for answer in row.answers)
    if decided:
        cells += f'<td class="an-decided" dir="auto">{safe(row.decided) or "–"}</td>'
    kind = {True: "an-same", False: "an-differ", None: ""}[row.agreed]
    return (
        f'<tr class="{kind}"><th scope="row">{safe(row.title)}</th>'
        f'<td class="an-agree" title="{says}"><span aria-hidden="true">{sign}</span>'
        f'<span class="an-hidden">{says}</span></td>{cells}</tr>'
    )


def _changes(second: SecondReading) -> str:
    if not second.changes:
        return f"the same in all {second.asked}" if second.asked else "–"
    listed = "".join(
        f"<li>{safe(change.title)}: <bdi>{safe(change.before) or '–'}</bdi> → "
        f"<bdi>{safe(change.after) or '–'}</bdi></li>"
        for change in second.changes
    )
    same = second.asked - len(second.changes)
    return f'<ul class="an-changes">{listed}</ul><small>{same} of {second.asked} the same</small>'


def _marks(second: SecondReading) -> str:
    if not (second.kept or second.gone or second.new):
        return "none either time"
    return (
        f"{counted(second.kept, 'span')} the same, {second.gone:,} only the first time, "
        f"{second.new:,} only the second time"
    )
