"""A table of spans as evidence, once it is known who saw what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.evidence.gathered import Evidence, Marked
from annotate.reliability.evidence.marks import Marks
from annotate.reliability.evidence.turns import OUTCOMES, Turns, counts_of_marks
from annotate.reliability.spans.overlaps import in_order
from annotate.tidy.seen import NO_NUMBER, whole_numbers
from annotate.tidy.usable import asked_for, check_only, refused
from annotate.tidy.wording import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.tidy.coded import Rows
    from annotate.tidy.columns import Columns
    from annotate.tidy.seen import Seen

__all__ = ["spans"]

_ONE_GROUP = "spans"
_ONE_LABEL = "span"
_MARKED, _NOTHING, _MISSING = map(OUTCOMES.index, ("marked", "marked_nothing", "missing"))


@dataclass(frozen=True)
class _Spans:
    """The rows that say who marked something where, as codes; label -1 where there is none."""

    row: NDArray[np.intp]
    article: NDArray[np.int64]
    annotator: NDArray[np.int64]
    group: NDArray[np.int64]
    label: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    groups: tuple[str, ...]
    labels: tuple[str, ...]

    def only(self, kept: NDArray[np.bool_] | NDArray[np.intp]) -> _Spans:
        if kept.dtype == np.bool_ and kept.all():
            return self
        return replace(
            self,
            row=self.row[kept],
            article=self.article[kept],
            annotator=self.annotator[kept],
            group=self.group[kept],
            label=self.label[kept],
            start=self.start[kept],
            end=self.end[kept],
        )


def spans(rows: Rows, columns: Columns, seen: Seen) -> tuple[Evidence, list[str]]:
    """Turn a table of spans into evidence.

    Who saw a text and has a span there that cannot be used is missing there: nobody knows what
    was marked. Who saw it and has no span at all marked nothing.

    Parameters
    ----------
    rows : Rows
        With the named columns.
    columns : Columns
        What they mean.
    seen : Seen
        Who saw what.

    Returns
    -------
    evidence : Evidence
        One group of labels, or as many as the column of questions names.
    warnings : list of str
        What was left out.
    """
    found, warnings = _read(rows, columns, seen)
    broken, said = _faults(rows, found, seen)
    check_only(columns, found.groups)
    groups = [
        _group(found, broken, place, seen)
        for place, name in enumerate(found.groups)
        if not columns.only or name in columns.only
    ]
    twice = sum(repeats for _, repeats in groups)
    if twice:
        same = "another one of the same annotator and"
        one, many = f"span repeats {same} counts", f"spans repeat {same} count"
        said.append(f"{counted(twice, one, many)} once")
    marked = tuple(marked for marked, _ in groups)
    return Evidence(seen.articles, seen.annotators, marked=marked), [*warnings, *said]


def _read(rows: Rows, columns: Columns, seen: Seen) -> tuple[_Spans, list[str]]:
    """Read the rows that say whose span they are and in what it lies."""
    keys = (columns.annotator, columns.unit, *filter(None, [columns.question]))
    usable, warnings = refused(rows, keys, asked_for(rows, columns))
    none = np.zeros(len(rows), dtype=np.int64)
    found = _Spans(
        row=np.arange(len(rows)),
        article=rows[columns.unit].placed(seen.articles),
        annotator=rows[columns.annotator].placed(seen.annotators),
        group=rows[columns.question].codes if columns.question else none,
        label=rows[columns.label].codes if columns.label else none,
        start=whole_numbers(rows[columns.start]),
        end=whole_numbers(rows[columns.end]),
        groups=tuple(rows[columns.question].spelled()) if columns.question else (_ONE_GROUP,),
        labels=tuple(rows[columns.label].spelled()) if columns.label else (_ONE_LABEL,),
    ).only(usable)
    people = len(seen.annotators)
    visit = seen.article * people + seen.annotator
    saw = (found.annotator >= 0) & np.isin(found.article * people + found.annotator, visit)
    checks = {
        ("lies", "lie", "in a unit of which nobody says who saw it"): found.article < 0,
        ("is", "are", "of people who did not see the unit"): (found.article >= 0) & ~saw,
    }
    for (one, many, why), hit in checks.items():
        if hit.any():
            at = found.row[hit]
            said = counted(at.size, f"span {one} {why}, and is", f"spans {many} {why}, and are")
            warnings.append(f"{said} left out: {rows.listed(at)}")
    return found.only((found.article >= 0) & saw), warnings


def _faults(rows: Rows, found: _Spans, seen: Seen) -> tuple[NDArray[np.bool_], list[str]]:
    """Tell which spans cannot be used, and why."""
    checks = {
        ("has no whole numbers as start and end", "have no whole numbers as start and end"): (
            found.start == NO_NUMBER
        )
        | (found.end == NO_NUMBER),
        ("has no label", "have no label"): found.label < 0,
        ("is zero characters long", "are zero characters long"): found.start == found.end,
        ("ends before it starts", "end before they start"): found.end < found.start,
        ("lies outside its text", "lie outside their text"): (found.start < 0)
        | (found.end > seen.length[found.article]),
    }
    broken = np.zeros(len(found.row), dtype=np.bool_)
    said = []
    for (one, many), hit in checks.items():
        at = found.row[hit & ~broken]
        if at.size:
            said.append(
                f"{counted(at.size, f'span {one}', f'spans {many}')}; the annotator is missing for "
                f"that unit, since nobody knows what was marked: {rows.listed(at)}"
            )
        broken |= hit
    return broken, said


def _group(found: _Spans, broken: NDArray[np.bool_], place: int, seen: Seen) -> tuple[Marked, int]:
    """Give the marks of one group, and how many of its spans repeat another one."""
    here = found.group == place
    found, broken = found.only(here), broken[here]
    people = len(seen.annotators)
    visit = seen.article * people + seen.annotator
    own = found.article * people + found.annotator
    lost = np.isin(visit, own[broken])
    heard = found.only(~np.isin(own, own[broken]))
    kept = _once(heard)
    marks = _marks(kept, np.unique(found.label[found.label >= 0]), seen, ~lost)
    marking = np.isin(visit, kept.article * people + kept.annotator)
    outcome = np.where(lost, _MISSING, np.where(marking, _MARKED, _NOTHING))
    turns = Turns(seen.article, seen.annotator, outcome)
    counts, by_label = counts_of_marks(marks, turns.counts)
    group = found.groups[place]
    title = group.capitalize() if group == _ONE_GROUP else f"{group} spans"
    repeats = len(heard.row) - len(kept.row)
    return Marked(group, title, marks, counts, by_label, turns), repeats


def _marks(kept: _Spans, used: NDArray[np.int64], seen: Seen, readable: NDArray[np.bool_]) -> Marks:
    return Marks(
        saw_article=seen.article[readable],
        saw_annotator=seen.annotator[readable],
        article=kept.article,
        annotator=kept.annotator,
        label=np.searchsorted(used, kept.label),
        start=kept.start,
        end=kept.end,
        length=seen.length,
        articles=seen.articles,
        annotators=seen.annotators,
        labels=tuple(kept.labels[code] for code in used),
        span_ids=(),
        texts={},
    )


def _once(found: _Spans) -> _Spans:
    """Sort spans by place, and let what one person marked twice count once."""
    visit = found.article * (found.annotator.max(initial=0) + 1) + found.annotator
    place = visit * (found.end.max(initial=0) + 1) + found.start
    order = in_order(place, found.end - found.start, found.label)
    again = np.zeros(len(order), dtype=np.bool_)
    again[1:] = True
    for values in (place[order], found.end[order], found.label[order]):
        again[1:] &= values[1:] == values[:-1]
    return found.only(order[~again])
