"""Pieces that every page shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import streamlit as st

from annotate.report.html.pieces import heading_html, items_html, note_html, nothing_yet_html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.report.html.pieces import NoteKind

__all__ = ["heading", "is_dark", "items", "note", "nothing_yet", "plain"]

# What Streamlit reads as markup in a label: all that is no letter, digit or space.
_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")
# One that turns the reading direction must not turn the whole line.
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def note(kind: NoteKind, title: str, text: str = "") -> None:
    """Show a box with a sign, a few words and a sentence."""
    st.html(note_html(kind, title, text))


def nothing_yet(title: str, steps: Sequence[str]) -> None:
    """Show what to do first, where there is nothing to show."""
    st.html(nothing_yet_html(title, steps))


def heading(title: str, *under: str, level: int = 2) -> None:
    """Show a heading that may hold the words of a file, and a line of facts under it."""
    st.html(heading_html(title, *under, level=level))


def items(lines: Sequence[str], *, bold: Sequence[str] = ()) -> None:
    """Show a list; `bold` holds what each line begins with, if anything."""
    st.html(items_html(lines, bold=bold))


def is_dark() -> bool:
    """Tell whether the page stands on a dark ground."""
    return st.context.theme.type == "dark"


def plain(text: str) -> str:
    """Write text from files or people so that a label, a caption or a tooltip shows it as it is.

    Line breaks become spaces, since a label is one line.
    """
    return _MARKUP.sub(r"\\\1", " ".join(text.translate(_TURNS).split()))
