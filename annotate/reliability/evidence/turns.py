"""What came of every visit: the counts beside each figure, for any part of a study."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.figures import Counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.evidence.marks import Marks

__all__ = ["OUTCOMES", "Turns", "counts_of_marks"]

#: Places of `Turns.outcome`; those up to "missing" saw the question.
OUTCOMES = (
    "marked",
    "marked_nothing",
    "missing",
    "not_shown",
    "skipped",
    "draft",
    "unseen",
    "unassigned",
)
_SAW = 3


@dataclass(frozen=True)
class Turns:
    """What came of each visit (of each span, where a question is asked of spans).

    Parameters
    ----------
    article, annotator, outcome : array of int, shape (W,)
        Places in the articles and annotators of the evidence, and in `OUTCOMES`.
    """

    article: NDArray[np.int64]
    annotator: NDArray[np.int64]
    outcome: NDArray[np.int64]

    @property
    def counts(self) -> Counts:
        """Who had a say."""
        return self.counts_by(np.zeros_like(self.outcome), 1)[0]

    def counts_by(self, part: NDArray[np.int64], parts: int) -> list[Counts]:
        """Count who had a say in each part.

        Parameters
        ----------
        part : array of int, shape (W,)
            The part that each belongs to.
        parts : int
            How many there are.
        """
        k = len(OUTCOMES)
        times = np.bincount(part * k + self.outcome, minlength=parts * k).reshape(parts, k)
        return [Counts(sum(row[:_SAW]), *row) for row in times.tolist()]

    def only(self, kept: NDArray[np.bool_]) -> Turns:
        """Keep some, shape (W,)."""
        return Turns(self.article[kept], self.annotator[kept], self.outcome[kept])


def counts_of_marks(marks: Marks, counts: Counts) -> tuple[Counts, dict[str, Counts]]:
    """Count who marked something and who nothing, in all and by label.

    Parameters
    ----------
    marks : Marks
        Who saw what and marked what.
    counts : Counts
        Everything else: who saw, is missing or was away.
    """
    readable, people = len(marks.saw_article), len(marks.annotators)
    visits = len(marks.articles) * people

    def split(marked: int) -> Counts:
        return replace(counts, marked=marked, marked_nothing=readable - marked)

    visit = marks.article * people + marks.annotator
    pairs = np.unique(marks.label * visits + visit)
    by_label = np.bincount(pairs // max(visits, 1), minlength=len(marks.labels)).tolist()
    named = dict(zip(marks.labels, map(split, by_label), strict=True))
    return split(len(np.unique(visit))), named
