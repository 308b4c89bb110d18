"""What annotators disagree on, article by article."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.spans.matching import matches
from annotate.reliability.triage import gains
from annotate.reliability.triage.phrases import phrases_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from annotate.reliability.evidence.gathered import Asked, Evidence
    from annotate.reliability.evidence.ratings import Ratings

__all__ = ["Dispute", "disputes"]


@dataclass(frozen=True)
class Dispute:
    """An article on which two annotators disagree.

    Parameters
    ----------
    article : str
        Its id.
    gain : float
        What agreement would gain, as `annotate.reliability.triage.gains` sums it up.
    questions, groups : tuple of str
        The questions with different answers, and the groups of labels that not everybody marked
        alike, in the order of the scheme.
    """

    article: str
    gain: float
    questions: tuple[str, ...]
    groups: tuple[str, ...]


def disputes(evidence: Evidence) -> list[Dispute]:
    """Find every article on which two annotators disagree, the one that costs most first.

    Parameters
    ----------
    evidence : Evidence
        What votes. What no vote was given to, or is not scored, is in no dispute.
    """
    questions: dict[str, list[str]] = defaultdict(list)
    groups: dict[str, list[str]] = defaultdict(list)
    for asked in evidence.asked:
        for article in _divided(asked):
            questions[article].append(asked.question.name)
    for marked in evidence.marked:
        for article in dict.fromkeys(phrases_of(marked.marks).alone.articles):
            groups[article].append(marked.group)
    for name, articles in _of_spans(evidence):
        for article in articles:
            questions[article].append(name)
    worth = gains(evidence)
    found = [
        Dispute(article, worth.get(article, 0.0), tuple(questions[article]), tuple(groups[article]))
        for article in evidence.articles
        if article in questions or article in groups
    ]
    return sorted(found, key=lambda each: -round(each.gain, 12))


def _divided(asked: Asked) -> list[str]:
    """Name the articles to which a question got different answers."""
    places = {
        place
        for ratings in filter(None, (asked.ratings, asked.absence))
        for place in _mixed(ratings).tolist()
    }
    return [asked.ratings.articles[place] for place in sorted(places)]


def _mixed(ratings: Ratings) -> NDArray[np.int64]:
    given = np.unique(np.stack([ratings.unit, ratings.value]), axis=1)
    values = np.bincount(given[0], minlength=len(ratings.article))
    return np.unique(ratings.article[values > 1])


def _of_spans(evidence: Evidence) -> Iterator[tuple[str, list[str]]]:
    """Name the questions about spans with the articles where matched spans got other answers."""
    found = {marked.group: (marked.marks, matches(marked.marks)) for marked in evidence.marked}
    for asked in evidence.asked_of_spans:
        places: set[int] = set()
        for codes in (asked.codes, asked.absence):
            for group, code in codes.items():
                marks, pairs = found[group]
                ours, theirs = code[pairs.first], code[pairs.second]
                other = (ours >= 0) & (theirs >= 0) & (ours != theirs)
                places |= set(marks.article[pairs.first[other]].tolist())
        yield asked.question.name, [evidence.articles[place] for place in sorted(places)]
