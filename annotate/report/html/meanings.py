"""What the measures mean, in plain words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from annotate.report.html.escape import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["meanings_html"]

# By how a measure's name begins; the first that fits is told.
_MEANINGS = (
    (
        r"\|u-alpha",
        (
            "Where did they mark? 1: the same text to the character; 0: no better than marks "
            "laid at random. Who marked nothing counts. Which label it is does not matter; of "
            "one label alone, all others count as nothing."
        ),
    ),
    (r"u-alpha", "Where did they mark, and with which label? Both have to be the same."),
    (
        r"cu-alpha",
        (
            "Which label did they give where two of them marked the same text? Text that one "
            "marked alone does not count; the coverage says how much is left."
        ),
    ),
    (
        r"\(k\)u-alpha",
        ("The same for one label: where one gave it and another marked too, was it this label?"),
    ),
    (
        r"alpha \(MASI|alpha \(Jaccard",
        ("Krippendorff’s alpha of sets of values: two sets differ the less the more they share."),
    ),
    (
        r"alpha",
        (
            "Krippendorff’s alpha: 1 is perfect agreement, 0 what chance would bring, below 0 "
            "worse than chance. Nominal: any two values differ alike; ordinal and interval: "
            "the further apart, the worse."
        ),
    ),
    (r"observed agreement", "The share of pairs of votes that are the same; chance is part of it."),
    (r"within one step", "The share of pairs of votes that lie at most one step apart."),
    (
        r"AC1|AC2",
        (
            "Gwet’s coefficient: corrected for chance in a way that rare values hardly move. "
            "Read it beside alpha, not in its place."
        ),
    ),
    (r"Cohen|weighted kappa", "Kappa of two annotators; it rewards using values unequally often."),
    (r"prevalence", "The share of all votes that are for this value."),
    (
        r"overlap F1|labelled overlap F1",
        (
            "The share of spans that have a counterpart that overlaps them; not corrected for "
            "chance."
        ),
    ),
    (r"exact F1", "The share of spans that have a counterpart with the very same edges."),
    (r"mean absolute difference", "How far two votes lie apart on average; 0 is best."),
    (r"ICC", "The share of the variation that lies between articles rather than annotators."),
)


def meanings_html(measures: Iterable[str]) -> str:
    """Build a list of what some measures mean.

    Parameters
    ----------
    measures : iterable of str
        Their names; those of which nothing is known are passed over.
    """
    told: dict[str, list[str]] = {}
    for measure in dict.fromkeys(measures):
        meaning = next((says for name, says in _MEANINGS if re.match(name, measure)), "")
        if meaning:
            told.setdefault(meaning, []).append(measure)
    items = "".join(
        f"<dt>{safe(', '.join(names))}</dt><dd>{meaning}</dd>" for meaning, names in told.items()
    )
    return f'<dl class="an-meanings">{items}</dl>'
