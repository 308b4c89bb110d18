"""Work done with an earlier scheme, in the words of today's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from annotate.labels.results import Fault

if TYPE_CHECKING:
    from annotate.schema.versions import Past

__all__ = ["Carried", "translated"]

OTHER_LABELS, OTHER_QUESTION = "other labels", "other question"
_SPANS = {"labels", "hypertextlabels"}
_ANY = "*"  # stands for the values of a question without choices


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
        Region and control of answers that the lead has dropped.
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
    dropped = set()
    for item in result:
        control = item.get("from_name") if isinstance(item, dict) else None
        if isinstance(control, str) and control in past.refused:
            kind = OTHER_LABELS if item.get("type") in _SPANS else OTHER_QUESTION
            said = f'"{control}" was asked in other words, and no migration says how to read it'
            faults.append(Fault(kind, kept=False, detail=said))
        elif isinstance(item, dict) and isinstance(control, str):
            kept = _carried(item, control, past)
            carried += kept
            dropped |= set() if kept else {(str(item.get("id")), control)}
        else:
            carried.append(item)
    return Carried(carried, faults, dropped)


def _carried(item: dict[str, Any], control: str, past: Past) -> list[object]:
    """Rename what a result says; nothing is left of it if the lead dropped all."""
    kind, value = str(item.get("type")), item.get("value")
    if (control, _ANY) in past.values:
        new = past.values[control, _ANY]
        return [] if new is None else [{**item, "from_name": new[0]}]
    given = value.get(kind) if isinstance(value, dict) else None
    if not isinstance(given, list) or not isinstance(value, dict):
        return [item]
    into, said = control, []
    for part in given:
        text = " > ".join(map(str, part)) if isinstance(part, list) else str(part)
        new = past.values.get((control, text), (control, text))
        if new is not None:
            into = new[0]
            said.append(part if new == (control, text) else new[1])
    return [{**item, "from_name": into, "value": {**value, kind: said}}] if said else []
