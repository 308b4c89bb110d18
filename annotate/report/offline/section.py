"""A section of the page: a title that can be linked to, a body, and parts of the same kind."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.report.html.escape import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Section", "anchor", "contents_html", "section_html"]

_PLAIN = re.compile(r"[A-Za-z0-9_]{1,40}")
_DEEPEST = 6  # HTML has no lower heading


@dataclass(frozen=True)
class Section:
    """A stretch of the page.

    Parameters
    ----------
    anchor : str
        What a link names it by; unique on the page.
    title : str
        Its heading, in plain text.
    body : str
        HTML, in which whatever comes from files or people is escaped already.
    parts : tuple of Section
        What follows the body.
    listed : bool
        Whether the table of contents names its parts.
    """

    anchor: str
    title: str
    body: str
    parts: tuple[Section, ...] = ()
    listed: bool = True


def anchor(kind: str, name: str) -> str:
    """Make an anchor of a name that may hold anything; the same name always gives the same.

    Examples
    --------
    >>> anchor("question", "genre"), anchor("outlet", "Harbour Post")
    ('question-genre', 'outlet-Harbour-Post-45013275')
    """
    if _PLAIN.fullmatch(name):
        return f"{kind}-{name}"
    words = re.sub(r"[^A-Za-z0-9_]+", "-", name)[:40].strip("-")
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return "-".join(filter(None, (kind, words, digest)))


def section_html(section: Section, *, level: int = 2) -> str:
    """Build a section with its parts."""
    tag, deeper = f"h{level}", min(level + 1, _DEEPEST)
    parts = "".join(section_html(part, level=deeper) for part in section.parts)
    return (
        f'<section id="{safe(section.anchor)}">'
        f'<{tag} class="an-h" dir="auto">{safe(section.title)}</{tag}>{section.body}{parts}'
        "</section>\n"
    )


def contents_html(sections: Iterable[Section]) -> str:
    """Build the table of contents: the sections and their parts."""
    return (
        f'<nav class="of-contents" aria-label="Contents"><h2>Contents</h2>{_list(sections)}</nav>'
    )


def _list(sections: Iterable[Section], *, deeper: bool = True) -> str:
    rows = "".join(
        f'<li><a href="#{safe(each.anchor)}"><bdi>{safe(each.title)}</bdi></a>'
        f"{_list(each.parts, deeper=False) if deeper and each.listed and each.parts else ''}</li>"
        for each in sections
    )
    return f"<ol>{rows}</ol>"
