"""What was marked in a text, cut into stretches under which the marks do not change."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from annotate.schema import Schema

__all__ = ["Mark", "Segment", "details_of", "segments_of"]


@dataclass(frozen=True)
class Mark:
    """One annotator's label on a stretch of text.

    Parameters
    ----------
    annotator : str
        Who.
    label, color : str
        As the annotator read it, and its colour in the config ("" if it has none).
    details : str
        What was said of the span, e.g. "Russia worse; Direct quotation".
    begins : bool
        Whether the span begins with this segment.
    span_id : str
        The span.
    group : str
        The group of the label.
    """

    annotator: str
    label: str
    color: str
    details: str
    begins: bool
    span_id: str
    group: str = ""

    @property
    def going_on(self) -> Mark:
        """The same mark further on in the text."""
        return replace(self, begins=False) if self.begins else self


@dataclass(frozen=True)
class Segment:
    """A stretch of text under which the marks do not change."""

    start: int
    end: int
    text: str
    marks: tuple[Mark, ...]


def segments_of(
    text: str, spans: pd.DataFrame, details: dict[str, str], schema: Schema
) -> tuple[Segment, ...]:
    """Cut a text where a span begins or ends.

    Parameters
    ----------
    text : str
        The frozen text.
    spans : DataFrame
        What was marked in it.
    details : dict of str to str
        What was said of each span.
    schema : Schema
        The scheme, for what labels are called and coloured.
    """
    begin: dict[int, list[tuple[int, Mark]]] = defaultdict(list)
    end: dict[int, list[int]] = defaultdict(list)
    for number, (start, stop, mark) in enumerate(_marks(spans, details, schema)):
        begin[start].append((number, mark))
        end[stop].append(number)
    held: dict[int, Mark] = {}
    segments = []
    for start, stop in pairwise(sorted({0, len(text), *begin, *end})):
        for number in end.get(start, ()):
            held.pop(number, None)
        new = begin.get(start, ())
        held.update((number, replace(mark, begins=True)) for number, mark in new)
        segments.append(Segment(start, stop, text[start:stop], tuple(held.values())))
        held.update(new)
    return tuple(segments)


def _marks(
    spans: pd.DataFrame, details: dict[str, str], schema: Schema
) -> Iterator[tuple[int, int, Mark]]:
    known = {(label.group, label.value): (label.shown, label.color) for label in schema.labels}
    columns = ("start", "end", "annotator", "group", "label", "span_id")
    for start, end, person, group, label, span in zip(*(spans[n] for n in columns), strict=True):
        shown, color = known.get((group, label), (str(label), ""))
        said = details.get(span, "")
        yield (
            int(start),
            int(end),
            Mark(str(person), shown, color, said, begins=False, span_id=str(span), group=group),
        )


def details_of(answers: pd.DataFrame, schema: Schema) -> dict[str, str]:
    """Join what was said of each span."""
    said: dict[str, list[str]] = {}
    kinds = {question.name: question for question in schema.region_questions}
    ticked = answers[(answers["state"] == "answered") & answers["question"].isin(kinds)]
    for span_id, name, value in zip(
        ticked["span_id"], ticked["question"], ticked["value"], strict=True
    ):
        said.setdefault(span_id, []).append(kinds[name].label_of(value))
    return {span_id: "; ".join(parts) for span_id, parts in said.items()}
