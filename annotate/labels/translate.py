"""Work done with an earlier scheme, in the words of today's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from annotate.labels.results import Fault
from annotate.schema.changes import ANY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotate.schema.versions import Past

__all__ = ["Carried", "translated"]

OTHER_LABELS, OTHER_QUESTION = "other labels", "other question"
_SPANS = {"labels", "hypertextlabels"}
_NUMBERS = {"rating": int, "number": float}


@dataclass
class Carried:
    """A result in the words of today.

    Parameters
    ----------
    result : object
        What can be read with today's scheme.
    faults : list of Fault
        What cannot be carried over, and why.
    dropped : set of (str, str)
        Region and today's control of answers that the lead has dropped.
    """

    result: object
    faults: list[Fault] = field(default_factory=list)
    dropped: set[tuple[str, str]] = field(default_factory=set)


def translated(result: object, past: Past) -> Carried:
    """Put a result into the words of today's scheme.

    Parameters
    ----------
    result : object
        As Label Studio gave it; anything may stand in it.
    past : Past
        How to read what was done with the scheme of then.
    """
    faults = [
        Fault(OTHER_LABELS, kept=False, detail=f'"{label}" could not be marked with that scheme')
        for label in past.unmarkable
    ]
    if not isinstance(result, list) or not (past.values or past.refused):
        return Carried(result, faults)
    carried: list[object] = []
    dropped, bare = set(), set()
    for item in result:
        control = item.get("from_name") if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(control, str):
            carried.append(item)
        elif control in past.refused:
            kind = OTHER_LABELS if item.get("type") in _SPANS else OTHER_QUESTION
            said = f'"{control}" was asked in other words, and no migration says how to read it'
            faults.append(Fault(kind, kept=False, detail=said))
        elif (kept := _carried(item, control, past)) is not None:
            carried.append(kept)
        elif item.get("type") in _SPANS:
            bare.add(str(item.get("id")))
        else:
            dropped.add((str(item.get("id")), past.controls.get(control, control)))
    return Carried(_without(carried, bare), faults, dropped)


def _without(items: list[object], regions: set[str]) -> list[object]:
    """Leave out what was said of spans that nothing is left of."""
    marked = {
        str(item.get("id"))
        for item in items
        if isinstance(item, dict) and item.get("type") in _SPANS
    }
    gone = regions - marked
    return [item for item in items if not (isinstance(item, dict) and str(item.get("id")) in gone)]


def _carried(item: dict[str, Any], control: str, past: Past) -> dict[str, Any] | None:
    """Rename what a result says; None if the lead dropped all of it."""
    kind, value = str(item.get("type")), item.get("value")
    into = past.controls.get(control, control)
    if (control, ANY) in past.values:
        return None if past.values[control, ANY] is None else {**item, "from_name": into}
    if not isinstance(value, dict) or not any(pair[0] == control for pair in past.values):
        return item
    given = value.get(kind)
    listed = given if isinstance(given, list) else [given]
    if given is None or not listed:
        return {**item, "from_name": into}
    said = list(_said(listed, control, past))
    if not said:
        return None
    rest = {name: each for name, each in value.items() if name != kind}
    if kind not in _SPANS:
        kind, said = _typed(said, past.kinds.get(into, ""), kind)
    return {**item, "from_name": into, "type": kind, "value": {**rest, kind: said}}


def _said(parts: list[Any], control: str, past: Past) -> Iterator[Any]:
    """Rename the parts of an answer; what no table knows, today's scheme will not know either."""
    for part in parts:
        pair = (control, _stored(part))
        new = past.values.get(pair, pair)
        if new is not None:
            yield part if new == pair else new[1]


def _typed(said: list[Any], wanted: str, kind: str) -> tuple[str, Any]:
    """Write an answer as the question of today takes it."""
    if wanted not in _NUMBERS:
        return ("choices" if kind in _NUMBERS else kind), said
    try:
        numbers = [_NUMBERS[wanted](part) for part in said]
    except (TypeError, ValueError, OverflowError):
        return kind, said
    return wanted, numbers[0] if len(numbers) == 1 else numbers


def _stored(part: object) -> str:
    """Give a value as schemes write it."""
    if isinstance(part, list):
        return " > ".join(map(str, part))
    whole = isinstance(part, float) and part.is_integer()
    return str(int(part)) if whole else str(part)  # type: ignore[call-overload]
