"""The order of the tables' rows: the same, whether all were built at once or some anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from annotate.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

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

    def place(frame: pd.DataFrame) -> dict[str, object]:
        last = len(articles)
        at = articles.get_indexer(pd.Index(frame["article_id"]))
        return {
            "person": people.get_indexer(pd.Index(frame["annotator"])),
            "article": [last if where < 0 else where for where in at],
        }

    visits = _sorted(
        tables.visits,
        {
            "round": rounds.get_indexer(pd.Index(tables.visits["round"])),
            **place(tables.visits),
            "occasion": tables.visits["occasion"],
        },
    )
    ids = pd.Index(visits["visit_id"])
    return Tables(
        visits=visits,
        answers=_sorted(
            tables.answers, {"v": ids.get_indexer(pd.Index(tables.answers["visit_id"]))}
        ),
        spans=_sorted(tables.spans, {"v": ids.get_indexer(pd.Index(tables.spans["visit_id"]))}),
        faults=_sorted(
            tables.faults,
            {
                **place(tables.faults),
                # Articles that the study does not have share a place.
                "name": tables.faults["article_id"].to_numpy(),
                "who": tables.faults["annotator"].to_numpy(),
            },
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


def _sorted(frame: pd.DataFrame, keys: Mapping[str, object]) -> pd.DataFrame:
    order = pd.DataFrame({name: list(values) for name, values in keys.items()})  # type: ignore[call-overload]
    if order.empty:
        return frame.reset_index(drop=True)
    places = order.sort_values(list(keys), kind="stable").index
    return frame.iloc[places].reset_index(drop=True)
