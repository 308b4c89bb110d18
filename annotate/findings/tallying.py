"""What comes of every phrase wherever it stands: marked or not, and by how many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotate.findings.searching import Wordings

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from annotate.findings.covering import Cover, Readers
    from annotate.findings.phrased import Phrased
    from annotate.findings.searching import Texts

    Places = NDArray[np.int64]

__all__ = ["Tally", "odd_places", "tallied"]


@dataclass(frozen=True)
class Tally:
    """Sums over the occurrences of each phrase, shape (P,) each.

    Parameters
    ----------
    found : array of int
        Occurrences.
    read : array of int
        Those in articles that somebody read.
    marked : array of int
        Those that a mark of the phrase's group touches.
    readings : array of int
        Readers of the occurrences.
    marking : array of int
        Readers whose marks touch them.
    pairs, differing : array of int
        Pairs of readers of the same occurrence, and those of which one marked it.
    saw : array of bool, shape (P, A)
        Which annotators read an article that holds the phrase.
    """

    found: Places
    read: Places
    marked: Places
    readings: Places
    marking: Places
    pairs: Places
    differing: Places
    saw: NDArray[np.bool_]


def tallied(made: Phrased, texts: Texts, readers: Readers, covers: Sequence[Cover]) -> Tally:
    """Look at every occurrence of every phrase.

    Parameters
    ----------
    made : Phrased
        The phrases and their marks.
    texts : Texts
        Where they are looked for.
    readers : Readers
        Who read each article.
    covers : sequence of Cover
        By group, what was marked.
    """
    phrases = made.phrases
    size = len(phrases), readers.place.shape[1]
    found, read, marked, readings, marking, pairs, differing = np.zeros((7, size[0]), np.int64)
    sums = _Sums(
        Tally(found, read, marked, readings, marking, pairs, differing, np.zeros(size, np.bool_)),
        readers,
    )
    at_group = np.full((len(covers), len(made.wordings)), -1)
    at_group[phrases["group"], phrases["wording"]] = np.arange(len(phrases))
    known = [wording or (-1,) for wording in made.wordings]  # none stands at no place
    for first, wording, length in Wordings.of(known, len(texts.forms)).found(texts):
        for cover, of in zip(covers, at_group, strict=True):
            phrase = of[wording]
            here = phrase >= 0
            at = first[here]
            sums.add(phrase[here], texts.article[at], cover.markers(at, length))
    odd = odd_places(made.marks)
    for group, cover in enumerate(covers):
        own = odd[odd["group"] == group]
        marking = cover.touching(own["begins"].to_numpy(), own["stops"].to_numpy())
        sums.add(own["phrase"].to_numpy(), own["article"].to_numpy(), marking)
    return sums.tally


def odd_places(marks: pd.DataFrame) -> pd.DataFrame:
    """Give the places that begin or end inside a word: there a phrase stands by its marks alone.

    Parameters
    ----------
    marks : DataFrame
        Of `Phrased`.
    """
    return marks[~marks["whole"]].drop_duplicates(["phrase", "article", "start", "end"])


@dataclass(frozen=True)
class _Sums:
    tally: Tally
    readers: Readers

    def add(self, phrase: Places, article: NDArray[np.signedinteger], marking: Places) -> None:
        """Add occurrences, given by phrase, article and the readers who marked them."""
        count = self.readers.count[article]
        sums: dict[str, Places] = {
            "found": np.ones_like(marking),
            "read": (count > 0).astype(np.int64),
            "marked": (marking > 0).astype(np.int64),
            "readings": count,
            "marking": marking,
            "pairs": count * (count - 1) // 2,
            "differing": marking * (count - marking),
        }
        for name, what in sums.items():
            # Whole numbers below 2**53: the sums are exact.
            total = np.bincount(phrase, what, minlength=len(self.tally.found)).astype(np.int64)
            getattr(self.tally, name)[:] += total
        left = np.flatnonzero(count)
        for nth, who in enumerate(self.readers.who):
            left = left[count[left] > nth]
            self.tally.saw[phrase[left], who[article[left]]] = True
