"""The order of the tables' rows: the same, whether all were built at once or some anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from annotate.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from annotate.snapshots import Snapshot

__all__ = ["in_order", "with_fresh"]


def in_order(tables: Tables, snapshots: Iterable[Snapshot], texts: Mapping[str, str]) -> Tables:
    """Put rows in the order of rounds, annotators and articles.

    Parameters
    ----------
    tables : Tables
        In whatever order; rows of one visit stay in theirs.
    snapshots : iterable of Snapshot
        What they were built from: rounds and annotators stand in its order.
    texts : mapping of str to str
        The articles, in their order.
    """
    headers = [snapshot.header for snapshot in snapshots]
    rounds = pd.Index(dict.fromkeys(header.round for header in headers), dtype="str")
    people = pd.Index(dict.fromkeys(p for h in headers for p in (*h.roster, h.desk)), dtype="str")
    articles = pd.Index(list(texts), dtype="str")

    def places(frame: pd.DataFrame) -> list[NDArray[np.int64]]:
        known = articles.get_indexer(pd.Index(frame["article_id"]))
        at = np.where(known < 0, len(articles), known).astype(np.int64)
        return [people.get_indexer(pd.Index(frame["annotator"])).astype(np.int64), at]

    rounds_of = rounds.get_indexer(pd.Index(tables.visits["round"]))
    occasions = tables.visits["occasion"].to_numpy()
    visits = _sorted(tables.visits, [rounds_of, *places(tables.visits), occasions])
    ids = pd.Index(visits["visit_id"])
    return Tables(
        visits=visits,
        answers=_sorted(tables.answers, [ids.get_indexer(pd.Index(tables.answers["visit_id"]))]),
        spans=_sorted(tables.spans, [ids.get_indexer(pd.Index(tables.spans["visit_id"]))]),
        faults=_sorted(
            tables.faults,
            # Articles that the study does not have, and people whom it does not, share a place.
            [
                *places(tables.faults),
                *(
                    pd.factorize(tables.faults[name], sort=True)[0]
                    for name in ("article_id", "annotator")
                ),
            ],
        ),
    )


def with_fresh(
    old: Tables,
    fresh: Tables,
    articles: Collection[str],
    snapshots: Iterable[Snapshot],
    texts: Mapping[str, str],
) -> Tables:
    """Put the rows of some articles, built anew, in the place of their old ones.

    Parameters
    ----------
    old : Tables
        All rows as they were.
    fresh : Tables
        The new rows of `articles`.
    articles : collection of str
        Which articles were built anew.
    snapshots, texts
        As in `in_order`.
    """
    joined = {}
    for name in ("visits", "answers", "spans", "faults"):
        before: pd.DataFrame = getattr(old, name)
        kept = before[~before["article_id"].isin(list(articles))]
        joined[name] = pd.concat([kept, getattr(fresh, name)], ignore_index=True)
    return in_order(replace(old, **joined), snapshots, texts)


def _sorted(frame: pd.DataFrame, keys: Sequence[NDArray[np.int64]]) -> pd.DataFrame:
    """Sort by the first key, then by the next; what is equal stays in its order."""
    order = np.lexsort(keys[::-1])
    in_place = bool((order == np.arange(len(order))).all())
    return (frame if in_place else frame.iloc[order]).reset_index(drop=True)
