"""Whether there are enough votes for a model of the annotators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from annotate.reliability.evidence.ratings import Ratings

__all__ = ["FEWEST_ITEMS", "FEWEST_LABELS", "too_thin"]

#: A model with errors for each annotator is hardly identified with fewer: with two labels an item
#: there is nobody to say which of them is wrong, and an annotator's errors are a share of few.
FEWEST_LABELS, FEWEST_ITEMS = 3, 20


def too_thin(ratings: Ratings) -> str:
    """Say why there are too few votes for a model; "" if there are enough.

    Parameters
    ----------
    ratings : Ratings
        The votes. At least half of the units that have any need `FEWEST_LABELS` of them, and
        each annotator needs `FEWEST_ITEMS` units.
    """
    labels = np.bincount(ratings.unit, minlength=len(ratings.article))
    items = np.bincount(ratings.annotator, minlength=len(ratings.annotators))
    labels, items = labels[labels > 0], items[items > 0]
    if not len(labels):
        return "nobody voted"
    if float(np.median(labels)) < FEWEST_LABELS:
        return f"most items have fewer than {FEWEST_LABELS} labels"
    if items.min() < FEWEST_ITEMS:
        few = int((items < FEWEST_ITEMS).sum())
        who = "one annotator has" if few == 1 else f"{few} annotators have"
        return f"{who} fewer than {FEWEST_ITEMS} items"
    same = len(np.unique(ratings.value)) < 2  # noqa: PLR2004 - nothing to tell apart
    return "all votes are the same" if same else ""
