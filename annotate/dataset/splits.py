"""Train, validation and test: whatever belongs together stays together, and that is checked."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from annotate.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["SHARES", "SPLITS", "Leakage", "Split", "SplitBy", "Splitting", "leakage", "split"]

SplitBy = Literal["event", "outlet", "time"]
SPLITS = ("train", "validation", "test")
SHARES = (0.8, 0.1, 0.1)


@dataclass(frozen=True)
class Splitting:
    """How articles are to be split.

    Parameters
    ----------
    by, shares, seed
        As in `split`.
    question : str
        The question whose consensus is to be as common in each split as in all; "" for none.
    """

    by: SplitBy = "event"
    shares: tuple[float, ...] = SHARES
    seed: int = 0
    question: str = ""


@dataclass(frozen=True)
class Leakage:
    """What stands in more than one split.

    Parameters
    ----------
    articles, near_duplicates, events, outlets : int
        Articles, groups of near duplicates, events and outlets; of the last two, those without a
        name do not count.
    """

    articles: int
    near_duplicates: int
    events: int
    outlets: int

    def to_json(self) -> dict[str, int]:
        """Give plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Split:
    """Which article is in which split.

    Parameters
    ----------
    of : Series
        The split of each article, in the order of the articles.
    by : {"event", "outlet", "time"}
        What was kept together, beside near duplicates; by time, the latest articles are the test.
    shares : tuple of float
        What was wanted of `SPLITS`.
    seed : int
        Of the order in which groups of the same size were dealt out.
    strata : str
        The column whose values were spread evenly, "" if none.
    groups : int
        How many groups there were to deal out.
    leakage : Leakage
        What stands in several splits all the same.
    """

    of: pd.Series
    by: SplitBy
    shares: tuple[float, ...]
    seed: int
    strata: str
    groups: int
    leakage: Leakage

    def to_json(self) -> dict[str, Any]:
        """Give plain values: how it was made, what came out, and what the check found."""
        counts = self.of.value_counts().to_dict()
        return {
            "by": self.by,
            "shares": dict(zip(SPLITS, self.shares, strict=True)),
            "seed": self.seed,
            "stratified_by": self.strata,
            "groups": self.groups,
            "articles": {name: int(counts.get(name, 0)) for name in SPLITS},
            "in_more_than_one_split": self.leakage.to_json(),
        }


def split(
    articles: pd.DataFrame,
    by: SplitBy = "event",
    *,
    shares: Sequence[float] = SHARES,
    seed: int = 0,
    strata: str = "",
) -> Split:
    """Split articles without leakage.

    Parameters
    ----------
    articles : DataFrame
        With ``article_id``, ``event``, ``outlet``, ``published``, ``duplicate_of`` and
        ``text_sha256``, and the column that `strata` names.
    by : {"event", "outlet", "time"}
        Articles of one event or outlet stay together; by time, the earliest are for training and
        the latest for the test. Near duplicates always stay together. An article without an
        event or outlet stands by itself.
    shares : sequence of float
        Of train, validation and test; they add up to 1.
    seed : int
        Of the order in which groups of one size are dealt out.
    strata : str
        The column whose values are to be as common in each split as in all; "" for none.

    Raises
    ------
    ExportError
        If the shares make no sense, or articles lack a date where they are split by time.
    """
    wanted = _checked(shares)
    group = _groups(articles, by)
    if by == "time":
        place = _by_time(articles, group, wanted)
    else:
        place = _dealt(group, _strata(articles, strata), wanted, seed)
    of = pd.Series(np.array(SPLITS, dtype=object)[place], index=articles.index, dtype="str")
    found = leakage(articles, of)
    groups = len(np.unique(group))
    return Split(of, by, tuple(wanted.tolist()), seed, strata, groups, found)


def leakage(articles: pd.DataFrame, of: pd.Series) -> Leakage:
    """Count what stands in more than one split, from the columns alone.

    Parameters
    ----------
    articles : DataFrame
        As in `split`.
    of : Series
        The split of each.
    """

    def crossing(key: pd.Series) -> int:
        pairs = pd.DataFrame({"key": key.astype(str), "split": of}).drop_duplicates()
        return int((pairs[pairs["key"] != ""]["key"].value_counts() > 1).sum())

    ids = articles["article_id"]
    first = articles["duplicate_of"].where(articles["duplicate_of"] != "", ids)
    copies = crossing(articles["text_sha256"])
    return Leakage(
        articles=crossing(ids),
        near_duplicates=max(crossing(first), copies),
        events=crossing(articles["event"]),
        outlets=crossing(articles["outlet"]),
    )


def _checked(shares: Sequence[float]) -> NDArray[np.float64]:
    wanted = np.asarray(shares, dtype=np.float64)
    good = wanted.shape == (len(SPLITS),) and bool((wanted >= 0).all()) and bool(wanted[0] > 0)
    if not good or abs(wanted.sum() - 1) > 1e-9:  # noqa: PLR2004 - rounding
        msg = "Shares of train, validation and test must be three numbers that add up to 1"
        raise ExportError(msg)
    return wanted


def _groups(articles: pd.DataFrame, by: SplitBy) -> NDArray[np.int64]:
    """Give what must stay together one number: near duplicates, and what the split is by."""
    ids = articles["article_id"]
    keys = [
        articles["duplicate_of"].where(articles["duplicate_of"] != "", ids),
        articles["text_sha256"],
    ]
    if by != "time":
        keys.append(articles[by])
    size = len(articles)
    rows, columns, width = [], [], size
    for key in keys:
        codes, names = pd.factorize(key.astype(str))
        named = np.array([name != "" for name in names], dtype=np.bool_)
        there = np.flatnonzero(named[codes]) if size else np.zeros(0, dtype=np.intp)
        rows.append(there)
        columns.append(codes[there] + width)
        width += len(names)
    cells = (np.concatenate(rows), np.concatenate(columns))
    graph = sparse.coo_array((np.ones(len(cells[0])), cells), shape=(width, width))
    _, component = connected_components(graph.tocsr(), directed=False)
    _, group = np.unique(component[:size], return_inverse=True)
    return group.astype(np.int64)


def _strata(articles: pd.DataFrame, strata: str) -> NDArray[np.int64]:
    if not strata:
        return np.zeros(len(articles), dtype=np.int64)
    if strata not in articles:
        msg = f'Articles have no column "{strata}" to spread evenly'
        raise ExportError(msg)
    return pd.factorize(articles[strata].astype(str))[0].astype(np.int64)


def _dealt(
    group: NDArray[np.int64], strata: NDArray[np.int64], wanted: NDArray[np.float64], seed: int
) -> NDArray[np.int64]:
    """Deal groups out, the largest first, each to the split that then is nearest to its share."""
    groups, kinds = int(group.max(initial=-1)) + 1, int(strata.max(initial=-1)) + 1
    k = max(kinds, 1)
    counts = np.bincount(group * k + strata, minlength=groups * k)
    counts = counts.reshape(groups, k).astype(np.float64)
    # The number of articles counts as one more stratum, so that sizes come out as well.
    counts = np.column_stack([counts, counts.sum(axis=1)])
    target = wanted[:, None] * counts.sum(axis=0)
    scale = 1.0 / np.maximum(counts.sum(axis=0), 1.0)
    have = np.zeros_like(target)
    order = np.lexsort((np.random.default_rng(seed).permutation(groups), -counts[:, -1]))
    usable = np.flatnonzero(wanted > 0)
    place = np.zeros(groups, dtype=np.int64)
    for left, each in zip(range(groups, 0, -1), order.tolist(), strict=True):
        own = counts[each]
        # How much nearer each split comes to what it shall have, if it gets this group.
        gain = ((2 * (target - have) - own) * own * scale / _column(wanted)).sum(axis=1)
        # The last and smallest groups go where there is nothing yet.
        empty = usable[have[usable, -1] == 0]
        open_ = empty if left <= len(empty) else usable
        best = open_[np.argmax(gain[open_])]
        place[each] = best
        have[best] += own
    return place[group]


def _column(wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give shares as a column, so that a small split is filled as evenly as a large one."""
    return np.maximum(wanted, np.finfo(np.float64).tiny)[:, None]


def _by_time(
    articles: pd.DataFrame, group: NDArray[np.int64], wanted: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Cut the line of dates; a group goes where its latest article goes."""
    days = articles["published"].astype(str).str.slice(0, 10)
    undated = int((days == "").sum())
    if undated:
        msg = (
            f"{undated} articles have no date of publication, so that they cannot be split by "
            "time; give them one with `annotate edit`, or split by event or outlet"
        )
        raise ExportError(msg)
    # Of one day, the order of the names.
    latest = (days + " " + articles["article_id"].astype(str)).groupby(group).max()
    size = np.bincount(group)
    order = np.argsort(latest.to_numpy(dtype=object), kind="stable")
    # The middle of each group says on which side of a cut it lies.
    middle = (np.cumsum(size[order]) - size[order] / 2) / max(len(articles), 1)
    in_time = np.searchsorted(np.cumsum(wanted)[:-1], middle, side="right")
    # Few groups may leave a split without any: the latest are for the test, then validation.
    usable = np.flatnonzero(wanted > 0)
    for back, split_ in enumerate(usable[:0:-1].tolist(), start=1):
        if split_ not in in_time and len(size) >= len(usable):
            in_time[-back] = split_
    place = np.zeros(len(size), dtype=np.int64)
    place[order] = in_time
    return place[group]
