"""The dataset's README, made of the same figures as the report."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import jinja2

from annotate import __version__
from annotate.dataset.documents import words
from annotate.dataset.documents.about import About
from annotate.dataset.documents.citation import reference
from annotate.dataset.documents.contents import CONFIGURATIONS, contents
from annotate.dataset.documents.escaping import Markdown, environment, plain
from annotate.dataset.documents.weak import field_name, interval, judged, weak_fields
from annotate.reliability import verdict
from annotate.summary import CAVEATS, DEMONSTRATION, two_decimals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from annotate.reliability import Figure
    from annotate.summary import Summary

__all__ = ["FILL_IN", "dataset_card", "templates"]

#: What to look for: everything that only people can know.
FILL_IN = "**Fill in:**"


def dataset_card(
    summary: Summary, about: About | None = None, files: Iterable[str] | None = None
) -> str:
    """Write the README of a dataset, in Markdown.

    Parameters
    ----------
    summary : Summary
        The findings.
    about : About, optional
        What is known of the study beside them.
    files : iterable of str or None
        The names of the files that there are, where they have been written.
    """
    about = about or About()
    return (
        templates()
        .get_template("README.md.j2")
        .render(
            s=summary,
            a=about,
            title=words.title(about, summary),
            description=about.said.description,
            words=words,
            weak=weak_fields(summary),
            judged=any(judged(summary)),
            shared=any(each.shared for each in about.rounds),
            files=contents(about, files),
            configurations=CONFIGURATIONS.items(),
            reference=reference(about, summary),
            caveats=CAVEATS,
            demonstration=DEMONSTRATION,
            version=Markdown(__version__),
        )
    )


def _ask(question: str) -> Markdown:
    """Ask for something in a way that is easily found."""
    return Markdown(f"> {FILL_IN} {plain(question)}")


def templates() -> jinja2.Environment:
    """Give the templates of all documents."""
    found = environment(jinja2.PackageLoader("annotate.dataset.documents"))
    found.globals["ask"] = _ask
    found.filters |= {
        "number": _number,
        "two_decimals": lambda value: Markdown(two_decimals(value)),
        "field": field_name,
        "interval": lambda figure: Markdown(interval(figure)),
        "remark": _remark,
        "left": _left,
        "short": _short,
        "coded": _coded,
    }
    return found


def _number(value: float, digits: int) -> str:
    return "" if math.isnan(value) else f"{value:.{digits}f}"


def _left(left: tuple[int, int]) -> str:
    """Say how many have left the study, if any have."""
    kinds = zip(left, ("annotator", "article"), strict=True)
    gone = [words.counted(number, kind) for number, kind in kinds if number]
    return f"{' and '.join(gone)} left the study; nothing of that is in here." if gone else ""


def _remark(figure: Figure) -> str:
    said = [verdict(figure)] if figure.chance_corrected and figure.defined else []
    return "; ".join([*said, *([figure.reason] if figure.reason else [])])


def _short(hashes: Iterable[str]) -> str:
    return ", ".join(each[:12] for each in hashes if each) or "not recorded"


def _coded(names: Iterable[str]) -> Markdown:
    """Write names of ours as code."""
    return Markdown(", ".join(f"`{plain(name) if '`' in name else name}`" for name in names))
