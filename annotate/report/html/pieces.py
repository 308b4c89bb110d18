"""Small pieces of page, as HTML that escapes whatever comes from files or people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from annotate.report.html.escape import coded, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "NoteKind",
    "heading_html",
    "items_html",
    "note_html",
    "nothing_yet_html",
    "text_html",
]

NoteKind = Literal["good", "plain", "careful", "bad"]
_SIGNS = {"good": "✓", "plain": "i", "careful": "!", "bad": "✕"}


def note_html(kind: NoteKind, title: str, text: str = "") -> str:
    """Build a box with a sign, a few words and a sentence."""
    words = f"<p>{coded(text)}</p>" if text else ""
    head = f"<strong>{safe(title)}</strong>" if title else ""
    role = "alert" if kind == "bad" else "status"
    return (
        f'<div class="an-note an-{kind}" role="{role}"><span class="an-sign" aria-hidden="true">'
        f"{_SIGNS[kind]}</span><div>{head}{words}</div></div>"
    )


def nothing_yet_html(title: str, steps: Sequence[str]) -> str:
    """Build what to do first, where there is nothing to show."""
    todo = "".join(f"<li>{coded(step)}</li>" for step in steps)
    return f'<div class="an-empty"><h2>{safe(title)}</h2><ol>{todo}</ol></div>'


def heading_html(title: str, *under: str, level: int = 2) -> str:
    """Build a heading that may hold the words of a file, and a line of facts under it."""
    # Each fact by itself: one that turns the reading direction must not turn its neighbours.
    facts = " · ".join(f"<bdi>{safe(fact)}</bdi>" for fact in under if fact)
    line = f'<p class="an-under">{facts}</p>' if facts else ""
    return f'<h{level} class="an-h">{safe(title)}</h{level}>{line}'


def items_html(lines: Sequence[str], *, bold: Sequence[str] = ()) -> str:
    """Build a list; `bold` holds what each line begins with, if anything."""
    heads = bold or [""] * len(lines)
    rows = [
        f"<li>{f'<strong>{safe(head)}</strong> – ' if head else ''}{coded(line)}</li>"
        for head, line in zip(heads, lines, strict=True)
    ]
    return f'<ul class="an-items">{"".join(rows)}</ul>'


def text_html(text: str) -> str:
    """Build a line that may hold the words of a file, and commands between backticks."""
    return f'<p class="an-text">{coded(text)}</p>'
