"""What the values of a question are to a coefficient: numbers, options, yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from annotate.reliability.evidence.gathered import AskedOfSpans
    from annotate.reliability.evidence.ratings import Ratings
    from annotate.schema import Question

__all__ = ["chosen", "chosen_of_spans", "numbers_of", "options_of"]


def numbers_of(question: Question, values: Sequence[str]) -> list[float] | None:
    """Give the values as numbers, where they are some.

    Parameters
    ----------
    question : Question
        With its kind and scale.
    values : sequence of str
        The values that were given, or can be.
    """
    numeric = question.kind in {"rating", "number"} or question.scale in {"interval", "ratio"}
    return [float(value) for value in values] if numeric else None


def options_of(question: Question) -> tuple[str, ...]:
    """Give the values of a multiple choice that are scored, each a yes or no of its own."""
    return tuple(o.value for o in question.options if o.value not in question.missing)


def chosen(ratings: Ratings, sets: Sequence[frozenset[str]], option: str) -> Ratings:
    """Tell whether an option was chosen.

    Parameters
    ----------
    ratings : Ratings
        Votes for sets.
    sets : sequence of frozenset of str
        What their values stand for.
    option : str
        One of the values.
    """
    place = np.array([int(option in each) for each in sets], dtype=np.int64)
    return ratings.recoded(place, ("no", "yes"))


def chosen_of_spans(asked: AskedOfSpans, option: str) -> Mapping[str, NDArray[np.int64]]:
    """Tell of each span whether an option was chosen (1, 0, or -1 for no vote), by group.

    Parameters
    ----------
    asked : AskedOfSpans
        Votes for sets.
    option : str
        One of the values.
    """
    place = np.array([*(int(option in each) for each in asked.sets), -1], dtype=np.int64)
    return {group: place[code] for group, code in asked.codes.items()}
