"""The readings that vote, each annotator's in the order of submission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from annotate.reliability.evidence.voting import Voting

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.evidence.gathered import Evidence
    from annotate.tables import Tables

    Places = NDArray[np.int64]

__all__ = ["Readings", "readings_of"]


@dataclass(frozen=True, eq=False)
class Readings:
    """One reading of each annotator of each article, ordered by annotator and submission.

    Parameters
    ----------
    article, annotator : array of int, shape (V,)
        Places in the evidence.
    timed : array of bool, shape (annotators,)
        Whether an annotator's times of submission differ at all; otherwise the server's running
        numbers tell the order.
    """

    article: Places
    annotator: Places
    timed: NDArray[np.bool_]

    def of(self, annotator: int) -> Places:
        """Give the articles of one annotator in the order of submission."""
        return self.article[slice(*np.searchsorted(self.annotator, [annotator, annotator + 1]))]


def readings_of(tables: Tables, evidence: Evidence) -> Readings:
    """Put what votes in order; a later edit of an article does not change its place.

    Parameters
    ----------
    tables : Tables
        What counts.
    evidence : Evidence
        What was gathered from it.
    """
    people = len(evidence.annotators)
    if not people:
        nothing = np.zeros(0, dtype=np.int64)
        return Readings(nothing, nothing, np.zeros(0, dtype=np.bool_))
    voting = Voting.of(tables, dict.fromkeys(evidence.articles, ""))
    visits = tables.visits.set_index("visit_id").loc[voting.ids]
    given = visits["created_at"].where(visits["created_at"] != "", visits["updated_at"])
    moment = pd.to_datetime(given, format="ISO8601", utc=True, errors="coerce")
    frame = pd.DataFrame(
        {
            "article": voting.article,
            "annotator": voting.annotator,
            "moment": moment.to_numpy(),
            "length": visits["annotation_id"].str.len().to_numpy(),
            "number": visits["annotation_id"].to_numpy(dtype=object),
        }
    )
    ordered = frame.sort_values(["annotator", "moment", "length", "number"], kind="stable")
    distinct = frame.groupby("annotator")["moment"].nunique().reindex(range(people), fill_value=0)
    return Readings(
        ordered["article"].to_numpy(dtype=np.int64),
        ordered["annotator"].to_numpy(dtype=np.int64),
        (distinct > 1).to_numpy(dtype=np.bool_),
    )
