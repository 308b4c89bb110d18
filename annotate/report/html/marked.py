"""What was marked in an article as a table, and the phrase that somebody came for, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.report.html.escape import safe
from annotate.report.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.findings.layers import Mark
    from annotate.findings.marked import MarkedPhrase
    from annotate.findings.passage import Passage

__all__ = ["marked_html", "passage_html"]

_LONGEST = 300  # characters of a phrase in the table


def marked_html(phrases: Sequence[MarkedPhrase]) -> str:
    """Build the table of marked phrases, in the order of the text."""
    rows = "".join(
        f'<tr><th scope="row"><bdi>{safe(_brief(each.phrase))}</bdi></th>'
        f"<td><bdi>{safe(each.annotator)}</bdi></td><td><bdi>{safe(each.label)}</bdi>"
        + (f"<small><bdi>{safe(each.details)}</bdi></small>" if each.details else "")
        + f'</td><td class="an-num">{_marking(each)}</td>'
        f'<td class="an-num">{each.start:,}–{each.end:,}</td></tr>'
        for each in phrases
    )
    return (
        '<div class="an-scroll" tabindex="0" role="region" aria-label="Marked phrases">'
        '<table class="an-table an-marked"><thead><tr><th scope="col">phrase</th>'
        '<th scope="col">annotator</th><th scope="col">label</th>'
        '<th scope="col" class="an-num">marked by</th>'
        '<th scope="col" class="an-num">characters</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def passage_html(passage: Passage, *, link: bool = True) -> str:
    """Build the phrase that somebody came for, with what stands around it and who marked it."""
    marks = "".join(f"<li>{_mark(mark)}</li>" for mark in passage.marks)
    more = f"<li>and {passage.more:,} more</li>" if passage.more else ""
    jump = ' · <a href="#an-asked" target="_self">show it in the text</a>' if link else ""
    return (
        '<section class="an-passage" aria-label="The phrase you came for">'
        f"<h2>You came for this phrase</h2><blockquote>{safe(passage.before)}"
        f"<mark>{safe(passage.text)}</mark>{safe(passage.after)}</blockquote>"
        + (f"<ul>{marks}{more}</ul>" if marks else "<p>Nobody has marked any of it.</p>")
        + f"<small>characters {passage.start:,}–{passage.end:,}{jump}</small></section>"
    )


def _mark(mark: Mark) -> str:
    said = f" · <bdi>{safe(mark.details)}</bdi>" if mark.details else ""
    return f"<bdi>{safe(mark.annotator)}</bdi>: <bdi>{safe(mark.label)}</bdi>{said}"


def _marking(each: MarkedPhrase) -> str:
    if not each.saw:
        return '<span title="agreement is not asked here">–</span>'
    return (
        f'<span aria-hidden="true">{each.marking}/{each.saw}</span><span class="an-hidden">'
        f"{each.marking} of {counted(each.saw, 'annotator')}</span>"
    )


def _brief(phrase: str) -> str:
    return phrase if len(phrase) <= _LONGEST else phrase[:_LONGEST] + "…"
