"""Which phrases of the ledger are looked at, and in what order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotate.findings.words import normalised

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.findings.phrases import Ledger

    Places = NDArray[np.int64]

__all__ = ["ORDERS", "Choice", "chosen"]

#: What phrases can be sorted by, with the columns of the ledger that decide, all descending.
ORDERS = {
    "times marked": ("marks", "articles", "annotators"),
    "articles": ("articles", "marks", "annotators"),
    "disagreement": ("disagreement", "pairs", "marks"),
    "unmarked occurrences": ("unmarked", "marks", "articles"),
}


@dataclass(frozen=True)
class Choice:
    """What to look at; None takes all.

    Parameters
    ----------
    group, label, annotator, outlet, answer : int or None
        Places in the ledger's names. A phrase is taken if one of its marks is all of these.
    search : str
        Words that the phrase holds, however they are written.
    order : str
        One of `ORDERS`.
    """

    group: int | None = None
    label: int | None = None
    annotator: int | None = None
    outlet: int | None = None
    answer: int | None = None
    search: str = ""
    order: str = "times marked"


def chosen(ledger: Ledger, choice: Choice) -> Places:
    """Give the places of the phrases to be looked at, in order.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    choice : Choice
        What is looked for.
    """
    kept = np.zeros(len(ledger.phrases), dtype=bool)
    kept[ledger.marks["phrase"].to_numpy()[_marks(ledger, choice)]] = True
    wanted = normalised(choice.search)
    if wanted:
        kept &= ledger.phrases["normal"].str.contains(wanted, regex=False).to_numpy(dtype=bool)
    places = np.flatnonzero(kept)
    columns = [ledger.phrases[name].to_numpy(dtype=float)[places] for name in ORDERS[choice.order]]
    # What is undefined comes last; of equal ones the first in the alphabet.
    falling = [np.where(np.isnan(column), np.inf, -column) for column in columns]
    alphabet = ledger.alphabet[places]
    order: Places = np.lexsort((alphabet, *reversed(falling)))
    return places[order]


def _marks(ledger: Ledger, choice: Choice) -> NDArray[np.bool_]:
    kept = np.ones(len(ledger.marks), dtype=bool)
    for name in ("group", "label", "annotator", "outlet"):
        wanted = getattr(choice, name)
        if wanted is not None:
            kept &= (ledger.marks[name] == wanted).to_numpy()
    if choice.answer is not None:
        with_it = np.zeros(len(kept), dtype=bool)
        with_it[ledger.said["mark"][ledger.said["answer"] == choice.answer]] = True
        kept &= with_it
    return kept
