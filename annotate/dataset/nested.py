"""Tables within tables: rows of one frame as a list in each row of another."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from annotate.consensus.span_tables import column_of
from annotate.dataset.columns import (
    CONSENSUS,
    CONSENSUS_SPANS,
    OF_ARTICLE,
    PLACE,
    SAID,
    SOFT,
    SOFT_SPANS,
    TEXT,
    TEXTS,
    VISIT,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from annotate.dataset.piece import Piece

__all__ = ["annotations_table", "consensus_table", "soft_table"]


def annotations_table(piece: Piece) -> pa.Table:
    """Give one row per visit, with its answers and spans inside."""
    visits = piece.visits.reset_index(drop=True)
    at = pd.Index(visits["visit_id"])
    spans = piece.spans.reset_index(drop=True)
    about = _values(piece.answers)
    of_article, of_span = about[about["span_id"] == ""], about[about["span_id"] != ""]
    within = _lists(
        of_span, pd.Index(spans["span_id"]).get_indexer(of_span["span_id"]), SAID, len(spans)
    )
    articles = _beside(piece, visits["article_id"])
    return pa.table(
        {
            **articles,
            **{name: _column(visits[name], kind) for name, kind in VISIT.items()},
            "answers": _lists(
                of_article, at.get_indexer(of_article["visit_id"]), SAID, len(visits)
            ),
            "spans": _lists(
                spans,
                at.get_indexer(spans["visit_id"]),
                {"span_id": TEXT, **PLACE, "text": TEXT},
                len(visits),
                {"answers": within},
            ),
        }
    )


def soft_table(piece: Piece) -> pa.Table:
    """Give one row per article, with the distributions of its votes inside."""
    at = pd.Index(piece.articles["article_id"])
    answers, spans = (
        at.get_indexer(frame["article_id"]) for frame in (piece.soft, piece.soft_spans)
    )
    return pa.table(
        {
            **_beside(piece, piece.articles["article_id"]),
            "answers": _lists(piece.soft, answers, SOFT, len(at)),
            "spans": _lists(piece.soft_spans, spans, SOFT_SPANS, len(at)),
        }
    )


def consensus_table(piece: Piece) -> pa.Table:
    """Give one row per article, with one answer to each question and the consensus spans inside."""
    at = pd.Index(piece.articles["article_id"])
    spans = piece.consensus_spans
    said = _said_of_spans(spans, piece.about_spans)
    return pa.table(
        {
            **_beside(piece, piece.articles["article_id"]),
            "answers": _lists(
                piece.consensus, at.get_indexer(piece.consensus["article_id"]), CONSENSUS, len(at)
            ),
            "spans": _lists(
                spans,
                at.get_indexer(spans["article_id"]),
                CONSENSUS_SPANS,
                len(at),
                {"answers": said},
            ),
        }
    )


def _beside(piece: Piece, articles: pd.Series) -> dict[str, pa.Array]:
    """Give what is known of the article of each row."""
    place = pd.Index(piece.articles["article_id"]).get_indexer(pd.Index(articles))
    names = [*OF_ARTICLE, *(["text"] if "text" in piece.articles else [])]
    return {name: _column(piece.articles[name].iloc[place], TEXT) for name in names}


def _values(answers: pd.DataFrame) -> pd.DataFrame:
    """Join the values that were chosen together: one row per answer, in the order of the first."""
    keys = ["visit_id", "span_id", "question", "state"]
    answer = answers.groupby(keys, sort=False, observed=True).ngroup().to_numpy()
    order = np.argsort(answer, kind="stable")
    first = np.unique(answer[order], return_index=True)[1]
    ends = np.append(first, len(order))
    held = answers["value"].to_numpy(dtype=object)[order]
    # What was not shown has no value, and what was left empty has the one it stands for, if any.
    values = [[value for value in held[start:end] if value != ""] for start, end in pairwise(ends)]
    joined = answers.iloc[order[first]][keys].reset_index(drop=True)
    return joined.assign(values=pd.Series(values, dtype=object))


def _said_of_spans(spans: pd.DataFrame, questions: Sequence[str]) -> pa.Array:
    """Give what was said of each consensus span as a list of questions and values."""
    parts = [
        pd.DataFrame(
            {
                "span": np.arange(len(spans)),
                "question": name,
                "value": spans[column_of(name)].tolist(),
            }
        )
        for name in questions
    ]
    columns = ["span", "question", "value"]
    said = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    said = said[said["value"].notna()]
    kinds = {"question": TEXT, "value": TEXT}
    return _lists(said, said["span"].to_numpy(dtype=np.int64), kinds, len(spans))


def _lists(
    rows: pd.DataFrame,
    owner: NDArray[np.int64],
    kinds: Mapping[str, pa.DataType],
    owners: int,
    also: Mapping[str, pa.Array] | None = None,
) -> pa.Array:
    """Give each owner a list of its rows; rows without an owner here are left out."""
    order = np.argsort(owner, kind="stable")
    order = order[owner[order] >= 0]
    offsets = np.concatenate([[0], np.cumsum(np.bincount(owner[order], minlength=owners))])
    mine = rows.iloc[order]
    arrays = {name: _column(mine[name], kind) for name, kind in kinds.items()}
    arrays |= {name: array.take(pa.array(order)) for name, array in (also or {}).items()}
    inner = pa.StructArray.from_arrays(list(arrays.values()), names=list(arrays))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), inner)


def _column(values: pd.Series, kind: pa.DataType) -> pa.Array:
    """Give a column of a kind; what is missing is null."""
    if kind == TEXTS:
        return pa.array(values.tolist(), kind)
    array = pa.array(values, type=kind, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
