"""A study as pieces of a dataset, one after the other, so that it never is in memory whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from annotate.dataset.piece import Piece
from annotate.dataset.public import public
from annotate.dataset.splits import SPLITS
from annotate.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from annotate.consensus.whole import Consensus, ConsensusTables
    from annotate.dataset.plan import Plan
    from annotate.dataset.public import Public
    from annotate.dataset.splits import Split
    from annotate.study.parted import Parted

__all__ = ["piece_of", "pieces"]


def pieces(
    parted: Parted,
    articles: pd.DataFrame,
    consensus: Consensus,
    plan: Plan,
    split: Split | None = None,
) -> Iterator[Piece]:
    """Give the pieces of a dataset.

    Parameters
    ----------
    parted : Parted
        The tables of the study, cut by article.
    articles : DataFrame
        Its articles.
    consensus : Consensus
        What votes make of all of them.
    plan : Plan
        What leaves the study.
    split : Split or None
        Which article is in which split; without one, all are in the first.

    Yields
    ------
    Piece
        For each part one, all rows in the order of its articles.
    """
    for number in range(len(parted)):
        part = parted.limits(number)
        own = articles.iloc[part].reset_index(drop=True)
        tables = _in_order(parted.tables(number), own["article_id"])
        let_out = public(own, tables, plan.schema, plan.choices)
        of = SPLITS[0] if split is None else split.of.iloc[part].to_numpy(dtype=object)
        yield piece_of(let_out, consensus.tables(part), of)


def piece_of(
    let_out: Public, said: ConsensusTables, split: str | NDArray[np.object_] = SPLITS[0]
) -> Piece:
    """Put together what was said of some articles and what votes make of it.

    Parameters
    ----------
    let_out : Public
        What leaves the study.
    said : ConsensusTables
        What votes make of the same articles.
    split : str or array of str
        Of all, or of each of the articles.
    """
    return Piece(
        articles=let_out.articles.assign(split=split),
        visits=let_out.visits,
        answers=let_out.answers,
        spans=let_out.spans,
        soft=said.soft,
        soft_spans=said.soft_spans,
        consensus=said.consensus,
        consensus_spans=said.consensus_spans,
        about_spans=said.about_spans,
    )


def _in_order(tables: Tables, articles: pd.Series) -> Tables:
    """Put rows in the order of the articles: it then is the same however many a part holds."""
    places = pd.Index(articles)

    def sorted_(table: pd.DataFrame) -> pd.DataFrame:
        order = np.argsort(places.get_indexer(pd.Index(table["article_id"])), kind="stable")
        return table.iloc[order].reset_index(drop=True)

    visits, answers, spans = map(sorted_, (tables.visits, tables.answers, tables.spans))
    return Tables(visits, answers, spans, tables.faults)
