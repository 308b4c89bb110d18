"""Work done with an earlier scheme, in the words of today's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from annotate.labels.results import Fault
from annotate.schema.changes import ANY

if TYPE_CHECKING:
    from annotate.schema.changes import Pair
    from annotate.schema.versions import Past

__all__ = ["Carried", "translated"]

OTHER_LABELS, OTHER_QUESTION = "other labels", "other question"
_SPANS = {"labels", "hypertextlabels"}
_RATING = "rating"  # the one answer with values to choose from that is stored as a number
_FOREIGN = "\0"


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
    wanted = past.kinds.get(into, "")
    said = [
        _as_asked(part, new, kind, wanted)
        for part in listed
        if (new := past.values.get((control, _stored(part)), (into, _FOREIGN))) is not None
    ]
    if not said:
        return None
    rest = {name: each for name, each in value.items() if name != kind}
    if _RATING in (kind, wanted) and kind != wanted:
        kind = _RATING if wanted == _RATING else "choices"
    new_value: object = said[0] if kind == _RATING and len(said) == 1 else said
    return {**item, "from_name": into, "type": kind, "value": {**rest, kind: new_value}}


def _as_asked(part: object, new: Pair, kind: str, wanted: str) -> object:
    """Write a value as the question of today takes it; what no scheme knows stays as it is."""
    if new[1] == _FOREIGN or (new[1] == _stored(part) and kind == wanted):
        return part
    return int(new[1]) if wanted == _RATING and new[1].isdecimal() else new[1]


def _stored(part: object) -> str:
    """Give a value as schemes write it."""
    if isinstance(part, list):
        return " > ".join(map(str, part))
    whole = isinstance(part, float) and part.is_integer()
    return str(int(part)) if whole else str(part)  # type: ignore[call-overload]
