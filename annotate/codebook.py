"""The codebook's short form, as the instructions that Label Studio shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from annotate.errors import StudyError

if TYPE_CHECKING:
    from pathlib import Path

    from annotate.schema import Schema

__all__ = ["instructions", "stub"]

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
    return _without_lists(str(MarkdownIt("js-default", {"html": False}).render(text.strip())))


def _without_lists(html: str) -> str:
    """Turn list items into paragraphs: Label Studio shows lists without bullets and gaps."""
    for tag in ("<ul>\n", "</ul>\n", "<ol>\n", "</ol>\n"):
        html = html.replace(tag, "")
    html = html.replace("<li>\n<p>", "<li>").replace("</p>\n</li>", "</li>")
    return html.replace("<li>", "<p>• ").replace("</li>", "</p>")


def stub(schema: Schema) -> str:
    """Give a codebook to be written, in Markdown, that names all that a scheme asks for.

    Parameters
    ----------
    schema : Schema
        The scheme it is for.
    """
    asked = [question.title for question in schema.questions]
    marked = [label.shown for label in schema.labels]
    lines = [f"- **{_inline(name)}**: (rule)" for name in dict.fromkeys((*asked, *marked))]
    about = (
        "The lead of the study writes here when each answer and each label is given. "
        'Annotators read the part headed "In short" in Label Studio.'
    )
    return "\n".join(["# Codebook", "", about, "", "## In short", "", *lines, ""])


def _inline(name: str) -> str:
    """Keep a name of the config in its line and free of Markdown."""
    return re.sub(r"([\\`*_\[\]<>#])", r"\\\1", " ".join(name.split()))
