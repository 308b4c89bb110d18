"""How many of those who saw an article marked each stretch of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from annotate.findings.layers import Segment
    from annotate.schema import Schema

__all__ = ["Heat", "Stretch", "heats_of"]


@dataclass(frozen=True)
class Stretch:
    """Characters that the same annotators marked.

    Parameters
    ----------
    start, end : int
        Code points, half-open.
    who : tuple of str
        Who marked them, in the order of `Reading.annotators`; at least one.
    """

    start: int
    end: int
    who: tuple[str, ...]


@dataclass(frozen=True)
class Heat:
    """Where the annotators of an article marked the same, for one group of labels.

    Parameters
    ----------
    group, title : str
        Its name in the scheme, and what people call it.
    saw : int
        How many saw the article: with or without a mark, as the agreement counts them.
    stretches : tuple of Stretch
        What was marked, in the order of the text; they do not overlap.
    """

    group: str
    title: str
    saw: int
    stretches: tuple[Stretch, ...]


def heats_of(segments: Sequence[Segment], saw: Sequence[str], schema: Schema) -> tuple[Heat, ...]:
    """Count who marked what, for each scored group of labels.

    Parameters
    ----------
    segments : sequence of Segment
        The text.
    saw : sequence of str
        Whose marks count.
    schema : Schema
        The scheme.
    """
    counting = frozenset(saw)
    return tuple(
        Heat(
            group,
            group.replace("_", " ").capitalize(),
            len(saw),
            _stretches(segments, group, saw, counting),
        )
        for group in schema.groups
    )


def _stretches(
    segments: Sequence[Segment], group: str, order: Sequence[str], counting: Collection[str]
) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    for segment in segments:
        here = {m.annotator for m in segment.marks if m.group == group and m.annotator in counting}
        if not here:
            continue
        who = tuple(person for person in order if person in here)
        if found and (found[-1].end, found[-1].who) == (segment.start, who):
            found[-1] = replace(found[-1], end=segment.end)
        else:
            found.append(Stretch(segment.start, segment.end, who))
    return tuple(found)
