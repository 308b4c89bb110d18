"""Which visits vote, and which part of the tables is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from annotate.errors import TableError
from annotate.reliability.evidence.turns import OUTCOMES, Turns
from annotate.tables import SPAN_FAULTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from annotate.tables import Tables

__all__ = ["Voting", "in_round", "recast", "restrict"]

_PLACE = ["article_id", "annotator"]
_WORK = ["article_id", "annotator", "round", "annotation_id"]
_NAMED = 5  # articles in a message


def restrict(tables: Tables, visits: pd.Series) -> Tables:
    """Keep some visits, with what was said, marked and set aside in them.

    Parameters
    ----------
    tables : Tables
        All of them.
    visits : Series of bool
        One for each row of the visits.
    """
    kept = tables.visits[visits]
    work = pd.MultiIndex.from_frame(kept[_WORK])
    return replace(
        tables,
        visits=kept,
        answers=tables.answers[tables.answers["visit_id"].isin(kept["visit_id"])],
        spans=tables.spans[tables.spans["visit_id"].isin(kept["visit_id"])],
        faults=tables.faults[pd.MultiIndex.from_frame(tables.faults[_WORK]).isin(work)],
    )


def in_round(tables: Tables, name: str) -> Tables:
    """Keep the visits of one round."""
    return restrict(tables, tables.visits["round"] == name)


def recast(tables: Tables, annotator: pd.Series, article: pd.Series) -> Tables:
    """Write visits as those of other annotators to other articles, each a first reading.

    Parameters
    ----------
    tables : Tables
        All of them.
    annotator, article : Series of str
        For each row of the visits, whose it is to be, and of what.
    """
    as_cast = tables.visits.assign(annotator=annotator, article_id=article, occasion=1)
    new = as_cast[["visit_id", *_PLACE]].set_index("visit_id")
    said, marked = (
        part.assign(**{name: part["visit_id"].map(new[name]) for name in _PLACE})
        for part in (tables.answers, tables.spans)
    )
    work = tables.visits[_WORK].assign(**{f"new {name}": as_cast[name] for name in _PLACE})
    faults = tables.faults.merge(work.drop_duplicates(_WORK), on=_WORK)
    faults = faults.assign(**{name: faults[f"new {name}"] for name in _PLACE})
    return replace(
        tables,
        visits=as_cast,
        answers=said,
        spans=marked,
        faults=faults[list(tables.faults.columns)],
    )


@dataclass(frozen=True)
class Voting:
    """One submitted visit of each annotator to each article: the latest first reading.

    Two visits of one person are no agreement of two, and a hidden repeat is no vote.

    Parameters
    ----------
    ids : Index
        The visits that vote.
    article, annotator : array of int, shape (V,)
        Of each of them, in `articles` and `annotators`.
    readable : array of bool, shape (V,)
        Whether all its spans could be read; what was marked in others is not known.
    away : Turns
        The visits that were not submitted.
    articles, annotators : tuple of str
        Names.
    """

    ids: pd.Index[str]
    article: NDArray[np.int64]
    annotator: NDArray[np.int64]
    readable: NDArray[np.bool_]
    away: Turns
    articles: tuple[str, ...]
    annotators: tuple[str, ...]

    @classmethod
    def of(cls, tables: Tables, texts: Mapping[str, str]) -> Voting:
        """Find what votes.

        Raises
        ------
        TableError
            If a visit is to an article without a text.
        """
        visits = tables.visits[tables.visits["occasion"] == 1]
        annotators = tuple(sorted(visits["annotator"].unique()))
        article = pd.Index(list(texts), dtype="str").get_indexer(pd.Index(visits["article_id"]))
        annotator = pd.Index(annotators, dtype="str").get_indexer(pd.Index(visits["annotator"]))
        if (article < 0).any():
            _refuse(visits["article_id"][article < 0])
        status = visits["status"].to_numpy(dtype=object)
        away = np.isin(status, OUTCOMES)
        outcome = pd.Index(OUTCOMES).get_indexer(pd.Index(status[away]))
        latest = _latest(visits)
        return cls(
            ids=pd.Index(visits["visit_id"])[latest],
            article=article[latest].astype(np.int64),
            annotator=annotator[latest].astype(np.int64),
            readable=~_unreadable(visits, tables.faults)[latest],
            away=Turns(article[away], annotator[away], outcome),
            articles=tuple(texts),
            annotators=annotators,
        )

    def turns(self, visit: NDArray[np.int64], outcome: NDArray[np.int64]) -> Turns:
        """Say what came of some visits, given by their places."""
        return Turns(self.article[visit], self.annotator[visit], outcome)


def _refuse(articles: pd.Series) -> None:
    unknown = sorted(set(articles))
    listed = ", ".join(f'"{article}"' for article in unknown[:_NAMED])
    more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
    msg = f"The visits name articles without a text: {listed}{more}; give every article's text"
    raise TableError(msg)


def _latest(visits: pd.DataFrame) -> NDArray[np.int64]:
    """Give the places of the visits that vote.

    What has no readable time comes first; of equal times the server's running number decides.
    """
    places = np.flatnonzero((visits["status"] == "submitted").to_numpy())
    submitted = visits.iloc[places].reset_index(drop=True)
    moment = pd.to_datetime(submitted["updated_at"], format="ISO8601", utc=True, errors="coerce")
    timed = submitted.assign(moment=moment, length=submitted["annotation_id"].str.len())
    again = timed[timed.duplicated(_PLACE, keep=False)]
    order = again.sort_values(
        ["moment", "length", "annotation_id"], kind="stable", na_position="first"
    )
    earlier = order.index[order.duplicated(_PLACE, keep="last")]
    return np.delete(places, earlier)


def _unreadable(visits: pd.DataFrame, faults: pd.DataFrame) -> NDArray[np.bool_]:
    lost = faults[~faults["kept"].astype(bool) & faults["kind"].isin(SPAN_FAULTS)]
    found = pd.MultiIndex.from_frame(visits[_WORK]).isin(pd.MultiIndex.from_frame(lost[_WORK]))
    return np.asarray(found)
