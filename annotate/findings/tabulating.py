"""The ledger as a table for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from annotate.dataset.plan import LONGEST_QUOTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from annotate.findings.phrases import Ledger

    Places = NDArray[np.int64]

__all__ = ["ledger_table"]


def ledger_table(ledger: Ledger, places: Places) -> pd.DataFrame:
    """Give phrases as a table for other programs.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    places : array of int
        Which, in order.
    """
    phrases, marks = ledger.phrases, ledger.marks
    table = pd.DataFrame(
        {
            "key": phrases["key"],
            "phrase": [_short(phrase) for phrase in phrases["phrase"]],
            "counted_as": [_short(normal) for normal in phrases["normal"]],
            "group": np.array(ledger.groups, dtype=object)[phrases["group"]],
            "times_marked": phrases["marks"],
            "articles_marked": phrases["articles"],
            "annotators_marked": phrases["annotators"],
            "annotators_saw": phrases["saw"],
            "occurrences": phrases["found"],
            "occurrences_read": phrases["read"],
            "occurrences_marked": phrases["marked"],
            "occurrences_unmarked": phrases["unmarked"],
            "readings": phrases["readings"],
            "readings_marked": phrases["marking"],
            "share_of_readers_marked": phrases["share"].round(4),
            "pairs_of_readers": phrases["pairs"],
            "pairs_differing": phrases["differing"],
            "labels": _joined(marks["phrase"], marks["label"], ledger.labels),
            "annotators": _joined(marks["phrase"], marks["annotator"], ledger.annotators),
            "outlets": _joined(marks["phrase"], marks["outlet"], ledger.outlets),
        }
    )
    of = marks["phrase"].to_numpy()[ledger.said["mark"]]
    said, asked = ledger.said["answer"], [answer.question for answer in ledger.answers]
    shown = [answer.shown for answer in ledger.answers]
    for question in dict.fromkeys(asked):
        own = np.array([name == question for name in asked])[said]
        table[question] = _joined(pd.Series(of[own]), said[own].reset_index(drop=True), shown)
        table[question] = table[question].fillna("")
    return table.iloc[places]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def _joined(of: pd.Series, places: pd.Series, names: Sequence[str]) -> pd.Series:
    """Write by phrase how often each name was there, the most frequent first."""
    times = pd.DataFrame({"of": of.to_numpy(), "place": places.to_numpy()}).value_counts(sort=False)
    rows = times.rename("times").reset_index()
    rows = rows.sort_values(["of", "times", "place"], ascending=[True, False, True])
    words = np.array([*names, ""], dtype=object)[rows["place"]] + ": " + rows["times"].astype(str)
    joined: pd.Series = words.groupby(rows["of"].to_numpy()).agg("; ".join)
    return joined
