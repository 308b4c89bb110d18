"""Who has done what, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.report.html.escape import safe
from annotate.report.wording import duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.summary import Progress

__all__ = ["progress_html"]

_STATUSES = ("submitted", "skipped", "draft", "unseen")


def progress_html(progress: Sequence[Progress]) -> str:
    """Build the table of who has done what, with a bar each."""
    heads = "".join(
        f'<th class="an-num"><i class="an-key an-{status}"></i>{status}</th>'
        for status in _STATUSES
    )
    rows = "".join(_progress_row(person) for person in progress)
    return (
        '<div class="an-scroll" tabindex="0" role="region" aria-label="Progress by annotator">'
        '<table class="an-table"><thead><tr><th>annotator</th><th class="an-wide">of those assigned'
        f'</th>{heads}<th class="an-num">spans</th><th class="an-num">median time</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _progress_row(person: Progress) -> str:
    counts = [getattr(person, status) for status in _STATUSES]
    bar = "".join(
        f'<i class="an-{status}" style="flex-grow:{count}"></i>'
        for status, count in zip(_STATUSES, counts, strict=True)
        if count
    )
    cells = "".join(f'<td class="an-num">{count:,}</td>' for count in counts)
    return (
        f'<tr><th scope="row"><bdi>{safe(person.annotator)}</bdi></th>'
        f'<td><span class="an-bar">{bar}</span></td>{cells}'
        f'<td class="an-num">{person.spans:,}</td>'
        f'<td class="an-num">{duration(person.seconds)}</td></tr>'
    )
