"""The verdicts, and what the last pull brought, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.findings.verdicts import BY_VALUE, ORDER, UNDEFINED
from annotate.report.html.escape import safe
from annotate.report.wording import counted, interval, moment, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.findings.changes import Came, Changes, Moved
    from annotate.findings.verdicts import Verdict

__all__ = [
    "came_in_words",
    "changes_html",
    "grouped",
    "moved_html",
    "since_in_words",
    "verdict_group",
    "verdict_html",
    "verdicts_html",
]

# With each word a sign and a class: neither colour nor sign stands alone.
_LOOKS = {
    "reliable": ("✓", "reliable", "can be relied on"),
    "tentative": ("◆", "tentative", "tentatively"),
    "not reliable yet": ("▼", "not-yet", "not reliable yet"),
    "too few articles to tell": ("■", "too-few", "too few articles to tell"),
    UNDEFINED: ("–", "undefined", "undefined"),
    BY_VALUE: ("⋮", "by-value", "scored value by value"),
}
_COUNTS = ("submitted", "changed", "withdrawn", "skipped")


def grouped(verdicts: Sequence[Verdict]) -> list[tuple[Verdict, ...]]:
    """Put together what has the same verdict for the same reason, in the order of verdicts."""
    found: dict[tuple[int, str], list[Verdict]] = {}
    for each in verdicts:
        found.setdefault((ORDER.index(each.word), each.why), []).append(each)
    return [tuple(own) for _, own in sorted(found.items(), key=lambda item: item[0][0])]


def verdict_group(own: Sequence[Verdict]) -> str:
    """Build the heading of the questions with one verdict, for one reason."""
    sign, name, says = _LOOKS[own[0].word]
    why = f'<p class="an-under">{safe(own[0].why)}</p>' if own[0].why else ""
    return (
        f'<h3 class="an-verdict an-{name}"><span class="an-sign" aria-hidden="true">{sign}</span> '
        f"{safe(says[:1].upper() + says[1:])} <small>{counted(len(own), 'question')}</small></h3>"
        f"{why}"
    )


def verdict_html(verdict: Verdict) -> str:
    """Build the figure of a question and its interval; nothing where it is undefined."""
    figure = verdict.figure
    said = f"{number(figure.value)} {interval(figure)}".strip() if figure.defined else ""
    return f'<span class="an-value">{said}</span>'


def verdicts_html(verdicts: Sequence[Verdict]) -> str:
    """Build the whole list, for where there are no other pages to go to."""
    groups = []
    for own in grouped(verdicts):
        rows = "".join(
            f"<li><strong>{safe(each.figure.title)}</strong> {verdict_html(each)}</li>"
            for each in own
        )
        groups.append(f'{verdict_group(own)}<ul class="an-verdicts">{rows}</ul>')
    return "".join(groups)


def came_in_words(changes: Changes | None) -> str:
    """Say in a line what came in."""
    if changes is None:
        return ""
    sums = {name: sum(getattr(each, name) for each in changes.people) for name in _COUNTS}
    what = "submission" if changes.since is None else "new submission"
    said = ", ".join(
        part
        for part in (
            counted(sums["submitted"], what) if sums["submitted"] else "",
            f"{sums['changed']:,} changed" if sums["changed"] else "",
            f"{sums['withdrawn']:,} withdrawn" if sums["withdrawn"] else "",
            f"{sums['skipped']:,} skipped" if sums["skipped"] else "",
        )
        if part
    )
    if changes.since is None:
        return f"The first pull brought {said}" if said else "The first pull brought no work yet"
    return f"The last pull brought {said}" if said else "The last pull brought drafts at most"


def changes_html(changes: Changes) -> str:
    """Build the table of what came in, by annotator."""
    if not changes.people:
        return ""
    rounds = changes.several_rounds
    heads = "".join(f'<th scope="col" class="an-num">{name}</th>' for name in _COUNTS)
    round_ = '<th scope="col">round</th>' if rounds else ""
    rows = "".join(_came(each, rounds=rounds) for each in changes.people)
    return (
        '<div class="an-scroll" tabindex="0" role="region" aria-label="What the last pull brought">'
        f'<table class="an-table an-narrow"><thead><tr><th scope="col">annotator</th>{round_}'
        f"{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _came(each: Came, *, rounds: bool) -> str:
    round_ = f"<td><bdi>{safe(each.round)}</bdi></td>" if rounds else ""
    cells = "".join(f'<td class="an-num">{getattr(each, name):,}</td>' for name in _COUNTS)
    return f'<tr><th scope="row"><bdi>{safe(each.annotator)}</bdi></th>{round_}{cells}</tr>'


def since_in_words(changes: Changes) -> str:
    """Say between which moments it came in."""
    until = moment(changes.until.timestamp())
    if changes.since is None:
        return f"pulled by {until}"
    return f"new since what was known at {moment(changes.since.timestamp())}, pulled by {until}"


def moved_html(pairs: Sequence[Moved]) -> str:
    """Build the table of figures of record before and now."""
    rows = "".join(
        f'<tr><th scope="row"><bdi>{safe(pair.now.title)}</bdi></th>'
        f'<td class="an-num">{number(pair.before.value)} {interval(pair.before)}</td>'
        f'<td class="an-num">{number(pair.now.value)} {interval(pair.now)}</td></tr>'
        for pair in pairs
    )
    return (
        '<div class="an-scroll" tabindex="0" role="region" aria-label="Figures before and now">'
        '<table class="an-table an-narrow"><thead><tr><th scope="col">question</th>'
        '<th scope="col" class="an-num">before</th><th scope="col" class="an-num">now</th></tr>'
        f"</thead><tbody>{rows}</tbody></table></div>"
    )
