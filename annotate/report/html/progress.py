"""Who has done what and who still owes what, as HTML."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from annotate.report.html.escape import safe
from annotate.report.html.pieces import items_html
from annotate.report.wording import counted, duration

if TYPE_CHECKING:
    from annotate.findings.work import Work
    from annotate.workflow.status import Share

__all__ = ["owed_in_words", "owed_lines", "progress_html"]

# What a share holds, and how it is called.
_STATES = {
    "submitted": "submitted",
    "skipped": "skipped",
    "draft": "in draft",
    "unseen": "not begun",
    "not_sent": "not sent",
}
_ALWAYS = ("submitted", "skipped", "draft", "unseen")


def owed_in_words(work: Work) -> str:
    """Say how many annotators still owe work, of rounds that are open."""
    if not work.people:
        return "Nobody has a desk yet"
    if work.owing:
        owe = "owes" if work.owing == 1 else "owe"
        return f"{work.owing} of {counted(work.people, 'annotator')} still {owe} work"
    if work.lacking:
        return "Shared work is still to be done"
    return "Everybody has finished"


def owed_lines(work: Work) -> list[str]:
    """Say what is to come, and what stands beside the table."""
    lines = []
    if work.visits:
        hours = "" if work.hours is None else f", about {work.hours:.1f} hours of work"
        lines.append(f"{counted(work.visits, 'visit')} to go{hours}.")
    lines += [
        f"{pool.round} is shared: {pool.lacking:,} of {counted(pool.articles, 'article')} still "
        f"{'lacks' if pool.lacking == 1 else 'lack'} work, which nobody in particular owes."
        for pool in work.lacking
    ]
    if work.in_no_round:
        lines.append(f"{counted(work.in_no_round, 'article')} in no round yet.")
    lines += [
        f"{name} is closed, with {counted(submitted, 'visit')} submitted; nothing of it is owed."
        for name, submitted in work.closed
    ]
    return lines


def progress_html(work: Work) -> str:
    """Build the table of who has done what, with a bar each, and what is to be said beside it."""
    states = [name for name in _STATES if name in _ALWAYS or _any(work, name)]
    rounds = len({share.round for share in work.shares}) > 1
    heads = "".join(
        f'<th scope="col" class="an-num"><i class="an-key an-{name}"></i>{_STATES[name]}</th>'
        for name in states
    )
    round_ = '<th scope="col">round</th>' if rounds else ""
    rows = "".join(_row(share, states, rounds=rounds) for share in work.shares)
    table = (
        '<div class="an-scroll an-progress" tabindex="0" role="region" '
        'aria-label="Progress by annotator">'
        f'<table class="an-table"><thead><tr><th scope="col">annotator</th>{round_}'
        f'<th scope="col" class="an-wide">of those assigned</th>{heads}'
        '<th scope="col" class="an-num">still owes</th>'
        '<th scope="col" class="an-num">median</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
    lines = owed_lines(work)
    return (table if work.shares else "") + (items_html(lines) if lines else "")


def _any(work: Work, state: str) -> bool:
    return any(getattr(share, state) for share in work.shares)


def _row(share: Share, states: list[str], *, rounds: bool) -> str:
    counts = {name: int(getattr(share, name)) for name in states}
    bar = "".join(
        f'<i class="an-{name}" style="flex-grow:{count}"></i>'
        for name, count in counts.items()
        if count
    )
    cells = "".join(f'<td class="an-num">{count:,}</td>' for count in counts.values())
    round_ = f"<td><bdi>{safe(share.round)}</bdi></td>" if rounds else ""
    return (
        f'<tr><th scope="row"><bdi>{safe(share.annotator)}</bdi></th>{round_}'
        f'<td><span class="an-bar">{bar}</span></td>{cells}'
        f'<td class="an-num">{len(share.owed):,}</td>'
        f'<td class="an-num">{duration(share.seconds or math.nan)}</td></tr>'
    )
