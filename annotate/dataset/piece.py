"""Some articles of a dataset, and all that is said of them: what formats are written from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from annotate.dataset import nested

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    import pyarrow as pa

__all__ = ["Piece"]


@dataclass(frozen=True)
class Piece:
    """Some articles, in the order of the dataset.

    Parameters
    ----------
    articles : DataFrame
        Their public columns and ``split``; ``text`` only if it leaves the study.
    visits, answers, spans : DataFrame
        What annotators did, as `annotate.dataset.public` lets it out, in the order of the articles.
    soft, soft_spans : DataFrame
        The distribution of the votes, see `annotate.consensus.tables.soft_table` and
        `annotate.consensus.span_tables.soft_spans_table`.
    consensus, consensus_spans : DataFrame
        One label out of many, see `answers_table` and `spans_table` there.
    about_spans : sequence of str
        The questions about spans; `column_of` names their columns in `consensus_spans`.
    """

    articles: pd.DataFrame
    visits: pd.DataFrame
    answers: pd.DataFrame
    spans: pd.DataFrame
    soft: pd.DataFrame
    soft_spans: pd.DataFrame
    consensus: pd.DataFrame
    consensus_spans: pd.DataFrame
    about_spans: Sequence[str] = ()

    @cached_property
    def nested(self) -> dict[str, pa.Table]:
        """Tables within tables: one for each configuration of the dataset, by its name."""
        return {
            "annotations": nested.annotations_table(self),
            "soft": nested.soft_table(self),
            "consensus": nested.consensus_table(self),
        }

    @cached_property
    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """The same as plain values, for formats that are written row by row; nobody changes it."""
        return {name: table.to_pylist() for name, table in self.nested.items()}
