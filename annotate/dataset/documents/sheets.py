"""The datasheet and the data statement: filled in as far as a study knows, asking for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate import __version__
from annotate.dataset.documents import words
from annotate.dataset.documents.card import templates
from annotate.dataset.documents.citation import reference
from annotate.dataset.documents.escaping import Markdown
from annotate.dataset.documents.weak import weak_fields
from annotate.summary import DEMONSTRATION

if TYPE_CHECKING:
    from annotate.dataset.documents.about import About
    from annotate.summary import Summary

__all__ = ["sheet"]


def sheet(template: str, about: About, summary: Summary) -> str:
    """Write a skeleton.

    Parameters
    ----------
    template : str
        Its file, among the templates.
    about : About
        What is known of the study.
    summary : Summary
        The findings.
    """
    return (
        templates()
        .get_template(template)
        .render(
            s=summary,
            a=about,
            words=words,
            title=words.title(about, summary),
            weak=weak_fields(summary),
            reference=reference(about, summary),
            demonstration=DEMONSTRATION,
            version=Markdown(__version__),
        )
    )
