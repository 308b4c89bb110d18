"""What came in since an earlier pull: the difference between two states of the tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    import pandas as pd

    from annotate.reliability import Figure
    from annotate.tables import Tables

__all__ = ["Came", "Changes", "Moved", "came", "moved"]

_KEY = ["round", "article_id", "annotator", "occasion"]
_SMALLEST = 0.005  # what two decimals can show


@dataclass(frozen=True)
class Came:
    """What came of one annotator in one round, in visits.

    Parameters
    ----------
    annotator, round : str
        Whose.
    submitted : int
        Now submitted, and not before.
    changed : int
        Submitted before and now, with other answers or marks.
    withdrawn : int
        Submitted before and no more: deleted, taken back, or set aside.
    skipped : int
        Now skipped, and not before.
    """

    annotator: str
    round: str
    submitted: int
    changed: int
    withdrawn: int
    skipped: int


@dataclass(frozen=True)
class Changes:
    """What came in with the last pull.

    Parameters
    ----------
    since : datetime or None
        When was pulled what had been known until then; None if nothing was.
    until : datetime
        When the newest of it was pulled.
    people : tuple of Came
        Those of whom anything came.
    """

    since: datetime | None
    until: datetime
    people: tuple[Came, ...]

    @property
    def several_rounds(self) -> bool:
        """Whether rounds need to be told apart."""
        return len({each.round for each in self.people}) > 1


@dataclass(frozen=True)
class Moved:
    """A figure of record before and now; one of both may be undefined."""

    before: Figure
    now: Figure


def came(before: Tables, now: Tables) -> tuple[Came, ...]:
    """Tell what is in one state of the tables and not in the other, by round and annotator."""
    columns = [*_KEY, "visit_id", "status", "annotation_id", "updated_at"]
    both = before.visits[columns].merge(
        now.visits[columns], on=_KEY, how="outer", suffixes=("_before", "_now"), sort=False
    )
    was, is_ = both["status_before"] == "submitted", both["status_now"] == "submitted"
    both["submitted"], both["withdrawn"] = is_ & ~was, was & ~is_
    both["skipped"] = (both["status_now"] == "skipped") & (both["status_before"] != "skipped")
    both["changed"] = was & is_ & _differing(both, before, now)
    names = ["submitted", "changed", "withdrawn", "skipped"]
    sums = both.groupby(["annotator", "round"], sort=True)[names].sum()
    return tuple(
        Came(str(annotator), str(name), *map(int, counts))
        for (annotator, name), *counts in sums[sums.any(axis=1)].itertuples(name=None)
    )


def moved(before: Collection[Figure], now: Collection[Figure]) -> tuple[Moved, ...]:
    """Pair figures of record, and give the pairs that differ as far as two decimals show."""
    earlier = {(figure.question, figure.measure): figure for figure in before}
    pairs = [
        Moved(earlier[figure.question, figure.measure], figure)
        for figure in now
        if (figure.question, figure.measure) in earlier
    ]
    return tuple(pair for pair in pairs if _moved(pair))


def _moved(pair: Moved) -> bool:
    if not (pair.before.defined and pair.now.defined):
        return pair.before.defined != pair.now.defined
    return abs(pair.now.value - pair.before.value) >= _SMALLEST


def _differing(both: pd.DataFrame, before: Tables, now: Tables) -> pd.Series:
    """Tell which visits say other things; one that was saved again may say the same."""
    import pandas as pd

    saved = (both["annotation_id_before"] != both["annotation_id_now"]) | (
        both["updated_at_before"] != both["updated_at_now"]
    )
    saved &= (both["status_before"] == "submitted") & (both["status_now"] == "submitted")
    was = _said(before, both.loc[saved, "visit_id_before"])
    is_ = _said(now, both.loc[saved, "visit_id_now"])
    pairs = zip(both["visit_id_before"], both["visit_id_now"], saved, strict=True)
    other = [bool(again) and was.get(old) != is_.get(new) for old, new, again in pairs]
    return pd.Series(other, index=both.index, dtype=bool)


def _said(tables: Tables, visits: pd.Series) -> dict[object, frozenset[tuple[object, ...]]]:
    """Give all that was said on some visits; marks by where they lie, not by their names."""
    wanted, found = set(visits), dict[object, set[tuple[object, ...]]]()
    spans = tables.spans[tables.spans["visit_id"].isin(wanted)]
    marks = {
        row.span_id: (row.group, row.label, row.start, row.end)
        for row in spans.itertuples(index=False)
    }
    for row in spans.itertuples(index=False):
        found.setdefault(row.visit_id, set()).add(marks[row.span_id])
    answers = tables.answers[tables.answers["visit_id"].isin(wanted)]
    for row in answers.itertuples(index=False):
        said = (row.question, row.state, row.value, marks.get(row.span_id))
        found.setdefault(row.visit_id, set()).add(said)
    return {visit: frozenset(said) for visit, said in found.items()}
