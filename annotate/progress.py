"""What there is to annotate, how far everybody is, and what to know before quoting a figure."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from annotate.tables import Tables

__all__ = [
    "Corpus",
    "FaultCount",
    "Progress",
    "Work",
    "corpus_of",
    "faults_of",
    "progress_of",
    "warnings_of",
]

_TOLD = ["article_id", "annotator", "occasion", "arm", "status", "seconds"]
_FEW = 30  # articles under which an interval is wide and its coverage poor for rare labels


@dataclass(frozen=True)
class Corpus:
    """What there is to annotate."""

    articles: int
    words: int
    outlets: int
    events: int
    duplicates: int


@dataclass(frozen=True)
class Progress:
    """What one annotator has done; `seconds` is the median of submitted visits, NaN if none."""

    annotator: str
    assigned: int
    submitted: int
    skipped: int
    draft: int
    unseen: int
    spans: int
    seconds: float


@dataclass(frozen=True)
class FaultCount:
    """How often something was mended (`kept`) or set aside on the way from Label Studio."""

    kind: str
    kept: bool
    times: int


@dataclass(frozen=True)
class Work:
    """What a summary tells of the tables beside what votes.

    Parameters
    ----------
    visits, faults : DataFrame
        As in the tables; of visits, the columns that anything is told of.
    spans : mapping of str to int
        How many each annotator marked.
    """

    visits: pd.DataFrame
    faults: pd.DataFrame
    spans: Mapping[str, int]

    @classmethod
    def of(cls, tables: Tables) -> Work:
        """Take it from the tables."""
        spans = Counter(tables.spans["annotator"].tolist())
        return cls(tables.visits[_TOLD], tables.faults, spans)

    @classmethod
    def joined(cls, parts: Sequence[Work]) -> Work:
        """Join that of parts; there is one at least."""
        import pandas as pd

        spans: Counter[str] = Counter()
        for part in parts:
            spans.update(part.spans)
        return cls(
            pd.concat([part.visits for part in parts], ignore_index=True),
            pd.concat([part.faults for part in parts], ignore_index=True),
            spans,
        )


def corpus_of(articles: pd.DataFrame) -> Corpus:
    """Count articles, words, outlets, events and repeated texts."""

    def known(column: str) -> int:
        return len(set(articles[column]) - {""})

    return Corpus(
        articles=len(articles),
        words=int(articles["n_words"].astype("int64").sum()) if len(articles) else 0,
        outlets=known("outlet"),
        events=known("event"),
        duplicates=int((articles["duplicate_of"] != "").sum()) if len(articles) else 0,
    )


def progress_of(
    work: Work,
    annotators: tuple[str, ...],
    articles: int,
    assigned: Mapping[str, int] | None,
) -> tuple[Progress, ...]:
    """Say how far each annotator is.

    Parameters
    ----------
    work : Work
        What the tables tell.
    annotators : tuple of str
        Who has a desk; others who turn up in the tables are added.
    articles : int
        How many there are.
    assigned : mapping of str to int or None
        How many visits each is to make; by default one to every article.
    """
    visits = work.visits
    people = list(dict.fromkeys([*annotators, *visits["annotator"]]))
    # Without an assignment everything is still to come; in somebody else's project nothing is.
    all_of_it = articles if visits.empty or (visits["arm"] == "blind").any() else 0
    rows = []
    for person in people:
        to_come = all_of_it if assigned is None else assigned.get(person, 0)
        own = visits[visits["annotator"] == person]
        count = own["status"].value_counts().to_dict()
        submitted = own[own["status"] == "submitted"]
        rows.append(
            Progress(
                annotator=person,
                assigned=len(own) - count.get("unassigned", 0) if len(own) else to_come,
                submitted=len(submitted),
                skipped=count.get("skipped", 0),
                draft=count.get("draft", 0),
                unseen=count.get("unseen", 0) if len(own) else to_come,
                spans=int(work.spans.get(person, 0)),
                seconds=float(submitted["seconds"].median()) if len(submitted) else math.nan,
            )
        )
    return tuple(rows)


def faults_of(faults: pd.DataFrame) -> tuple[FaultCount, ...]:
    """Count each kind of fault, mended and set aside apart."""
    counted = Counter(zip(faults["kept"].astype(bool), faults["kind"], strict=True))
    return tuple(FaultCount(kind, kept, n) for (kept, kind), n in sorted(counted.items()))


def warnings_of(
    articles: pd.DataFrame,
    work: Work,
    progress: tuple[Progress, ...],
) -> list[str]:
    """Say what to know before quoting a figure."""
    warnings = []
    submitted = work.visits[work.visits["status"] == "submitted"]
    # Who reads an article a second time is nobody else.
    first = submitted[submitted["occasion"] == 1]
    people = first[["article_id", "annotator"]].drop_duplicates()
    shared = int((people.groupby("article_id").size() > 1).sum())
    active = sum(1 for person in progress if person.submitted)
    if active == 1:
        warnings.append("One annotator has submitted work: agreement needs at least two.")
    elif active and shared < _FEW:
        warnings.append(
            f"Articles submitted by two annotators or more: {shared}. Below {_FEW}, intervals are "
            "wide, those of rare labels most."
        )
    aside = int((~work.faults["kept"].astype(bool)).sum())
    if aside:
        warnings.append(f"Pieces of work set aside: {aside}; `annotate faults` lists them.")
    linked = int((articles["duplicate_of"] != "").sum()) if len(articles) else 0
    if linked:
        warnings.append(f"Articles that repeat the text of another: {linked}; all count.")
    return warnings
