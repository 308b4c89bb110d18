"""The codebook's short form, as the instructions that Label Studio shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from annotate.errors import StudyError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["instructions"]

_SHORT = re.compile(r"^## In short[ \t]*$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def instructions(codebook: Path) -> str:
    """Give the section headed "In short" as HTML; the whole codebook where there is none.

    Parameters
    ----------
    codebook : Path
        Markdown; HTML inside it is shown as text.

    Raises
    ------
    StudyError
        If it cannot be read.
    """
    from markdown_it import MarkdownIt

    try:
        text = codebook.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{codebook} cannot be read ({error}); annotators need it as UTF-8 text"
        raise StudyError(msg) from error
    if short := _SHORT.search(text):
        text = short[1]
    return str(MarkdownIt("js-default", {"html": False}).render(text.strip()))
