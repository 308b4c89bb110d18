"""The consensus on marked spans as tables: soft labels by stretch, and consensus spans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from annotate.consensus.continuum import stretches_of
from annotate.consensus.spans import consensus_spans
from annotate.consensus.votes import plurality
from annotate.reliability.evidence.answers import name_of_set

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from annotate.consensus.spans import ConsensusSpans
    from annotate.reliability.evidence.gathered import AskedOfSpans, Evidence, Marked
    from annotate.reliability.evidence.marks import Marks
    from annotate.schema import Question

__all__ = ["column_of", "soft_spans_table", "spans_table"]

_SOFT = ["article_id", "group", "label", "start", "end", "marked_by", "readers", "share"]
_SPANS = [
    *("article_id", "group", "label", "start", "end", "kind", "status"),
    *("support", "least", "marked_by", "readers"),
]


def soft_spans_table(evidence: Evidence) -> pd.DataFrame:
    """Give how many of those who read an article marked each stretch of it.

    Returns
    -------
    DataFrame
        One row per article, label and stretch that somebody marked with it; nobody marked what is
        in no row.
    """
    names = _Names.of(evidence)
    frames = [
        _soft(names, marked.group, label, marked.marks.of_label(place))
        for marked in evidence.marked
        for place, label in enumerate(marked.marks.labels)
    ]
    return _joined(frames, _SOFT)


@dataclass(frozen=True)
class _Names:
    """What stands in the columns of text: a million rows hold each name once."""

    article_id: pd.CategoricalDtype
    group: pd.CategoricalDtype
    label: pd.CategoricalDtype
    kind: pd.CategoricalDtype
    status: pd.CategoricalDtype

    @classmethod
    def of(cls, evidence: Evidence) -> _Names:
        labels = dict.fromkeys(label for each in evidence.marked for label in each.marks.labels)
        columns = (
            evidence.articles,
            [marked.group for marked in evidence.marked],
            list(labels),
            ["plain", "weighted", "adjudicated"],
            ["agreed", "tied", "adjudicated", "overruled"],
        )
        return cls(*(pd.CategoricalDtype(list(each)) for each in columns))

    def articles(self, place: NDArray[np.int64]) -> pd.Categorical:
        return pd.Categorical.from_codes(place, dtype=self.article_id)


def _all(value: str, size: int, dtype: pd.CategoricalDtype) -> pd.Categorical:
    """Give a column that holds one text."""
    code = dtype.categories.get_loc(value)
    return pd.Categorical.from_codes(np.full(size, code), dtype=dtype)


def _soft(names: _Names, group: str, label: str, marks: Marks) -> pd.DataFrame:
    stretches = stretches_of(marks)
    votes = np.bincount(stretches.stretch, minlength=len(stretches.article))
    some = np.flatnonzero(votes)
    readers = marks.readers[stretches.article[some]]
    return pd.DataFrame(
        {
            "article_id": names.articles(stretches.article[some]),
            "group": _all(group, len(some), names.group),
            "label": _all(label, len(some), names.label),
            "start": stretches.start[some],
            "end": stretches.end[some],
            "marked_by": votes[some],
            "readers": readers,
            "share": votes[some] / readers,
        },
        columns=_SOFT,
    )


def spans_table(
    evidence: Evidence, decided: Mapping[str, Collection[str]], spans: pd.DataFrame
) -> pd.DataFrame:
    """Give the consensus spans, plain and weighted, and what was decided in their place.

    Parameters
    ----------
    evidence : Evidence
        What votes.
    decided : mapping of str to collection of str
        By article, the groups of labels that an adjudicator decided on: of these, the
        adjudicator's spans are all there are.
    spans : DataFrame
        The adjudicator's spans, with what was ``said`` of each where that is known.

    Returns
    -------
    DataFrame
        One row per span: its `kind` ("plain", "weighted" or "adjudicated"), its `status`
        ("agreed", "tied", "adjudicated", or "overruled" where an adjudicator has decided), and
        its support; and what most of those who marked it said of it, or the adjudicator, one
        column (see `column_of`) for each question about spans, missing where there is a tie or
        nobody said anything.
    """
    questions = [column_of(asked.question.name) for asked in evidence.asked_of_spans]
    names = _Names.of(evidence)
    frames = [
        _with_answers(
            _frame(names, marked.group, label, kind, found), evidence, marked, place, found
        )
        for marked in evidence.marked
        for place, label in enumerate(marked.marks.labels)
        for kind, found in _both(marked.marks.of_label(place))
    ]
    columns = [*_SPANS, *questions]
    table = _joined(frames, columns)
    if decided and len(table):
        over = [
            group in decided.get(article, ())
            for article, group in zip(table["article_id"], table["group"], strict=True)
        ]
        table["status"] = table["status"].mask(np.array(over), "overruled")
    asked = [each.question for each in evidence.asked_of_spans]
    ours = _adjudicated(decided, spans, asked, columns)
    return pd.concat([table, ours], ignore_index=True) if len(ours) else table


def column_of(question: str) -> str:
    """Name the column that tells what was said of spans; a question may be called "label"."""
    return f"answer_{question}"


def _both(marks: Marks) -> Iterator[tuple[Literal["plain", "weighted"], ConsensusSpans]]:
    yield "plain", consensus_spans(marks)
    yield "weighted", consensus_spans(marks, "weighted")


def _frame(names: _Names, group: str, label: str, kind: str, found: ConsensusSpans) -> pd.DataFrame:
    size = len(found.start)
    return pd.DataFrame(
        {
            "article_id": names.articles(found.article),
            "group": _all(group, size, names.group),
            "label": _all(label, size, names.label),
            "start": found.start,
            "end": found.end,
            "kind": _all(kind, size, names.kind),
            "status": pd.Categorical.from_codes(found.tied.astype(np.int8), dtype=names.status),
            "support": found.support,
            "least": found.least,
            "marked_by": found.marked_by,
            "readers": found.readers,
        },
        columns=_SPANS,
    )


def _with_answers(
    table: pd.DataFrame, evidence: Evidence, marked: Marked, label: int, found: ConsensusSpans
) -> pd.DataFrame:
    """Add what was said of the marks that share characters with each consensus span."""
    marks = marked.marks
    own = np.flatnonzero(marks.label == label)
    mark, span = _sharing(marks, own, found)
    for asked in evidence.asked_of_spans:
        table[column_of(asked.question.name)] = _said(
            asked, marked.group, mark, span, len(found.start)
        )
    return table


def _sharing(
    marks: Marks, own: NDArray[np.intp], found: ConsensusSpans
) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Pair marks with the consensus spans that they share characters with."""
    offset = np.concatenate([[0], np.cumsum(marks.length + 1)])
    begins = offset[found.article] + found.start
    ends = offset[found.article] + found.end
    first = np.searchsorted(ends, offset[marks.article[own]] + marks.start[own], side="right")
    last = np.searchsorted(begins, offset[marks.article[own]] + marks.end[own], side="left")
    number = np.maximum(last - first, 0)
    into = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
    return np.repeat(own, number), (np.repeat(first, number) + into).astype(np.int64)


def _said(
    asked: AskedOfSpans,
    group: str,
    mark: NDArray[np.intp],
    span: NDArray[np.int64],
    spans: int,
) -> pd.Categorical[Any]:
    codes, values = asked.codes[group], list(asked.values)
    if asked.absence:
        codes = np.where(asked.absence[group] == 1, len(values), codes)
        values.append(asked.question.absent)
    heard = codes[mark] >= 0
    k = max(len(values), 1)
    cells = np.bincount(span[heard] * k + codes[mark][heard], minlength=spans * k)
    chosen = plurality(cells.reshape(spans, k).astype(np.float64)).value
    return pd.Categorical.from_codes(chosen, dtype=pd.CategoricalDtype(values))


def _adjudicated(
    decided: Mapping[str, Collection[str]],
    spans: pd.DataFrame,
    asked: Sequence[Question],
    columns: list[str],
) -> pd.DataFrame:
    rows: list[dict[str, Any]] = [
        {
            **{name: row[name] for name in ("article_id", "group", "label", "start", "end")},
            "kind": "adjudicated",
            "status": "adjudicated",
            **{
                column_of(each.name): _one(row["said"][each.name], each)
                for each in asked
                if each.name in row.get("said", {})
            },
        }
        for row in spans.to_dict("records")
        if row["group"] in decided.get(row["article_id"], ())
    ]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(**{name: table[name].fillna(0) for name in ("marked_by", "readers")})


def _one(values: tuple[str, ...], question: Question) -> str | None:
    """Give an answer as votes are given: options that were chosen together have one name."""
    if question.kind == "multiple":
        return name_of_set(frozenset(values), question)
    return values[0] if values else None


def _joined(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    some = [frame for frame in frames if len(frame)]
    return pd.concat(some, ignore_index=True) if some else pd.DataFrame(columns=columns)
