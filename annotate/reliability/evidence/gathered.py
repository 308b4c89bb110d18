"""All that annotators said, question by question: what every view of agreement starts from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from annotate.reliability.evidence.marks import Marks
    from annotate.reliability.evidence.ratings import Ratings
    from annotate.reliability.evidence.turns import Turns
    from annotate.reliability.figures import Counts
    from annotate.schema import Question

__all__ = ["Asked", "AskedOfSpans", "Evidence", "Marked"]


@dataclass(frozen=True)
class Asked:
    """The votes on one question about the article.

    Parameters
    ----------
    question : Question
        With its kind, scale and ranks.
    ratings : Ratings
        The votes that lie on the scale: neither the missing values nor `Question.absent`. Its
        values are `Question.ranks`; for numbers and ratings the distinct numbers in ascending
        order; for a multiple choice the distinct sets that were chosen, as in `sets`.
    counts : Counts
        Who had a say.
    sets : tuple of frozenset of str
        For a multiple choice, the options that each of the ratings' values stands for.
    absence : Ratings or None
        Whether the value that says there is nothing to rate was given ("no", "yes"), where the
        scheme names one.
    turns : Turns or None
        What the counts are made of, where that is known.
    unclear : Ratings or None
        Who gave a value that the scheme counts as no answer.
    """

    question: Question
    ratings: Ratings
    counts: Counts
    sets: tuple[frozenset[str], ...] = ()
    absence: Ratings | None = None
    turns: Turns | None = None
    unclear: Ratings | None = None

    @property
    def with_absence(self) -> Ratings:
        """The votes with the value that says there is nothing to rate as one more value."""
        if self.absence is None:
            return self.ratings
        absent = self.absence.value == 1
        return replace(
            self.ratings,
            unit=np.concatenate([self.ratings.unit, self.absence.unit[absent]]),
            annotator=np.concatenate([self.ratings.annotator, self.absence.annotator[absent]]),
            value=np.concatenate(
                [self.ratings.value, np.full(int(absent.sum()), len(self.ratings.values))]
            ),
            values=(*self.ratings.values, self.question.absent),
        )


@dataclass(frozen=True)
class Marked:
    """The marks of one group of span labels.

    Parameters
    ----------
    group, title : str
        Its name in the scheme, and what people call it.
    marks : Marks
        Everybody who saw an article and can be read, with their spans.
    counts : Counts
        Who had a say.
    by_label : mapping of str to Counts
        The same for each label by itself.
    turns : Turns or None
        What the counts are made of, where that is known.
    """

    group: str
    title: str
    marks: Marks
    counts: Counts
    by_label: Mapping[str, Counts]
    turns: Turns | None = None


@dataclass(frozen=True)
class AskedOfSpans:
    """The votes on one question about each marked span.

    Parameters
    ----------
    question : Question
        With its kind, scale and ranks.
    values : tuple of str
        As `Ratings.values`: what a code stands for.
    codes : mapping of str to array of int, shape (N,)
        By group, the place in `values` of what was said of each of its marks, -1 for no vote.
    counts : Counts
        Who had a say, in spans.
    sets : tuple of frozenset of str
        For a multiple choice, the options that each of the values stands for.
    absence : mapping of str to array of int, shape (N,)
        By group, whether the value that says there is nothing to rate was given (1), or another
        (0), -1 for no vote; empty where the scheme names no such value.
    turns : Turns or None
        What the counts are made of, where that is known.
    """

    question: Question
    values: tuple[str, ...]
    codes: Mapping[str, NDArray[np.int64]]
    counts: Counts
    sets: tuple[frozenset[str], ...] = ()
    absence: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    turns: Turns | None = None


@dataclass(frozen=True)
class Evidence:
    """Everything that votes, one submitted visit of each annotator to each article.

    All ratings and marks count in the same `articles` and `annotators`.

    Parameters
    ----------
    articles, annotators : tuple of str
        Names.
    asked : tuple of Asked
        Scored questions about the article, in the order of the scheme.
    marked : tuple of Marked
        Scored groups of span labels, in the order of the scheme.
    asked_of_spans : tuple of AskedOfSpans
        Scored questions about spans, in the order of the scheme.
    outlets, events : mapping of str to str
        Of each article, "" or absent where unknown.
    """

    articles: tuple[str, ...]
    annotators: tuple[str, ...]
    asked: tuple[Asked, ...] = ()
    marked: tuple[Marked, ...] = ()
    asked_of_spans: tuple[AskedOfSpans, ...] = ()
    outlets: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)

    def without_votes(self) -> Evidence:
        """Keep the names only, which are little beside what was said."""
        return replace(self, asked=(), marked=(), asked_of_spans=())
