"""Read one annotation's result: spans proven against the frozen text, answers against the scheme.

The server accepts any result (unknown labels, offsets past the end, start after end), so nothing
is believed here. What cannot be used is set aside with its reason; what was mended is said.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from annotate.schema import Question, Schema

__all__ = ["Fault", "Marked", "Reading", "labels_by_control", "read_result"]

_VALUE_KEYS = {"choices", "taxonomy", "rating", "number", "textarea"}
_SPAN_KEYS = {"labels", "hypertextlabels"}
_LINE = 80  # characters of a value shown in a message


@dataclass(frozen=True)
class Fault:
    """Something that was mended (`kept`) or set aside."""

    kind: str
    kept: bool
    detail: str


@dataclass
class Marked:
    """One region: code-point offsets, half-open, and its labels as (control, label)."""

    region_id: str
    start: int
    end: int
    labels: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Reading:
    """What one annotation says.

    Parameters
    ----------
    regions : dict of str to Marked
        By region id.
    answers : dict of str to tuple of str
        Stored values, by document question.
    region_answers : dict of (str, str) to tuple of str
        Stored values, by region id and question.
    refused : set of (str, str)
        Answers that could not be read, by region id ("" for the document) and question: they
        are no votes, and above all not votes for "nothing".
    faults : list of Fault
        What was mended or set aside.
    """

    regions: dict[str, Marked] = field(default_factory=dict)
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    region_answers: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    refused: set[tuple[str, str]] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def set_aside(self, kind: str, detail: str) -> None:
        """Note something that cannot be used."""
        self.faults.append(Fault(kind, kept=False, detail=detail))


def read_result(result: object, schema: Schema, text: str) -> Reading:
    """Read the `result` list of an annotation.

    Parameters
    ----------
    result : object
        As Label Studio gave it; anything may stand in it.
    schema : Schema
        The scheme the annotator worked with.
    text : str
        The frozen text.
    """
    reading = Reading()
    if not isinstance(result, list):
        reading.set_aside("malformed", "the annotation's result is no list")
        return reading
    answers: list[dict[str, Any]] = []
    for item in result:
        kind = str(item.get("type")) if isinstance(item, dict) else ""
        if kind == "relation" or (kind and item.get("from_name") in schema.ignored):
            continue
        if not isinstance(item, dict) or not isinstance(item.get("value"), dict):
            reading.set_aside("malformed", f"a result without a value: {_brief(item)}")
            _refuse(item, schema, reading)
        elif kind in _SPAN_KEYS:
            _read_span(item, schema, text, reading)
        elif kind in _VALUE_KEYS:
            answers.append(item)
        else:
            reading.set_aside("unknown type", f"a result of type {_brief(kind)}")
            _refuse(item, schema, reading)
    # Answers come after all spans: a region's answer may stand before its region.
    for item in answers:
        _read_answer(item, schema, reading)
    _require_answers(schema, reading)
    return reading


def _refuse(item: object, schema: Schema, reading: Reading) -> None:
    """Note whose answer could not be read, where that can be told."""
    name = item.get("from_name") if isinstance(item, dict) else None
    question = schema.by_name.get(name) if isinstance(name, str) else None
    if question is not None and isinstance(item, dict):
        reading.refused.add((_region_of(item, question), question.name))


def _region_of(item: dict[str, Any], question: Question) -> str:
    return str(item.get("id")) if question.per_region else ""


def _read_span(item: dict[str, Any], schema: Schema, text: str, reading: Reading) -> None:
    value, control = item["value"], item.get("from_name")
    offsets = _offsets(value)
    labels = value.get(str(item["type"]), [])
    if offsets is None or not isinstance(labels, list):
        reading.set_aside("malformed", f"a span without whole-number offsets: {_brief(value)}")
        return
    if item.get("to_name") not in (schema.text_name, None):
        reading.set_aside("unknown text", f"a span in {_brief(item.get('to_name'))}")
        return
    if not labels:
        reading.set_aside("unknown label", f"a span of control {_brief(control)} without a label")
    known = [label for label in labels if _is_label(schema, control, label)]
    for label in labels:
        if label not in known:
            reading.set_aside("unknown label", f"{_brief(label)} of control {_brief(control)}")
    span = _prove(offsets, value.get("text"), text, reading)
    if not known or span is None:
        return
    region_id = str(item.get("id") or f"{control}-{offsets[0]}-{offsets[1]}")
    region = reading.regions.setdefault(region_id, Marked(region_id, *span))
    if (region.start, region.end) != span:
        reading.set_aside("malformed", f'region "{region_id}" has two places; the first counts')
        return
    for label in known:
        if (str(control), label) not in region.labels:
            region.labels.append((str(control), label))


def _offsets(value: dict[str, Any]) -> tuple[int, int] | None:
    """Give code-point offsets; HyperText keeps them apart from its XPaths."""
    place = value.get("globalOffsets", value)
    if not isinstance(place, dict):
        return None
    start, end = place.get("start"), place.get("end")
    if isinstance(start, bool) or isinstance(end, bool):
        return None
    if isinstance(start, int) and isinstance(end, int):
        return start, end
    return None


def _is_label(schema: Schema, control: object, label: object) -> bool:
    return (
        isinstance(control, str) and isinstance(label, str) and (control, label) in schema.by_pair
    )


def _prove(
    offsets: tuple[int, int], quoted: object, text: str, reading: Reading
) -> tuple[int, int] | None:
    """Give the span without white space at its ends, or None where it cannot be right."""
    start, end = offsets
    if not 0 <= start < end <= len(text):
        where = f"offsets {start}-{end} in a text of {len(text)} characters"
        reading.set_aside("bad offsets", where)
        return None
    piece = text[start:end]
    if isinstance(quoted, str) and _folded(quoted) != _folded(piece):
        said = f"{start}-{end} reads {_brief(piece)} but was marked as {_brief(quoted)}"
        reading.set_aside("text differs", said)
        return None
    trimmed = (start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip())))
    if trimmed[0] >= trimmed[1]:
        reading.set_aside("blank span", f"{start}-{end} holds only white space")
        return None
    if trimmed != offsets:
        said = f"{start}-{end} trimmed to {trimmed[0]}-{trimmed[1]}: {_brief(piece)}"
        reading.faults.append(Fault("trimmed", kept=True, detail=said))
    return trimmed


def _folded(text: str) -> str:
    # The editor writes each \r and each \n of a quote as a backslash and an n, and between the
    # blocks of a page line breaks that offsets do not count: only what is printed is compared.
    return "".join(text.replace("\\n", " ").split())


def _read_answer(item: dict[str, Any], schema: Schema, reading: Reading) -> None:
    name = item.get("from_name")
    question = schema.by_name.get(name) if isinstance(name, str) else None
    if question is None:
        reading.set_aside("unknown control", f"an answer to {_brief(name)}")
        return
    region_id = _region_of(item, question)
    if question.per_region and region_id not in reading.regions:
        reading.set_aside("no region", f'an answer to "{name}" for a span that is not there')
        return
    values = _values(question, item["value"], str(item["type"]), reading)
    store: dict[Any, tuple[str, ...]] = (
        reading.region_answers if question.per_region else reading.answers
    )
    place = (region_id, question.name) if question.per_region else question.name
    if values and store.get(place, values) != values:
        reading.set_aside("several answers", f'two answers to "{question.name}"')
        values = None
    if values is None:
        reading.refused.add((region_id, question.name))
        store.pop(place, None)
    elif values and (region_id, question.name) not in reading.refused:
        store[place] = values


def _values(
    question: Question, value: dict[str, Any], kind: str, reading: Reading
) -> tuple[str, ...] | None:
    """Give the stored values, none for an empty answer; None where it cannot be read."""
    key = "text" if kind == "textarea" else kind
    given = value.get(key)
    if kind == "choices" and isinstance(given, list) and len(given) == 1:
        (only,) = given
        if isinstance(only, str) and only in question.values:  # as nearly all answers are
            return (only,)
    listed = given if isinstance(given, list) else [given]
    stored = [_stored(question, part) for part in listed if part not in (None, "", [])]
    if None in stored or key not in value:
        reading.set_aside("unknown value", f'{_brief(given)} for "{question.name}"')
        return None
    said = [value for value in stored if value is not None]
    if question.kind == "text":
        joined = "\n".join(said).strip()
        return (joined,) if joined else ()
    values = tuple(dict.fromkeys(said))
    if question.kind != "multiple" and len(values) > 1:
        reading.set_aside(
            "several values", f'{_brief(given)} for "{question.name}", which takes one'
        )
        return None
    return values


def _stored(question: Question, part: object) -> str | None:
    """Give the value as the scheme writes it; None if the scheme does not know it."""
    if question.kind == "text":
        return part if isinstance(part, str) else None
    if question.kind in {"rating", "number"}:
        if isinstance(part, bool) or not isinstance(part, int | float):
            return None
        if not abs(part) <= sys.float_info.max:  # too large, infinite, or no number at all
            return None
        text = str(int(part)) if part == int(part) else repr(float(part))
    elif isinstance(part, list):
        text = " > ".join(str(step) for step in part)
    else:
        text = str(part)
    return text if not question.values or text in question.values else None


def _require_answers(schema: Schema, reading: Reading) -> None:
    """Say where a required answer about a span is missing: the editor enforces only one of them."""
    answers = {name: frozenset(values) for name, values in reading.answers.items()}
    for question in schema.region_questions:
        if not question.required:
            continue
        for region in reading.regions.values():
            shown = question.shown(answers, labels_by_control(region))
            if shown and (region.region_id, question.name) not in reading.region_answers:
                said = f'"{question.name}" for the span at {region.start}-{region.end}'
                reading.faults.append(Fault("unanswered", kept=True, detail=said))


def labels_by_control(*regions: Marked) -> dict[str, frozenset[str]]:
    """Group the labels of regions by control, as conditions want them."""
    grouped: dict[str, frozenset[str]] = {}
    for region in regions:
        for control, label in region.labels:
            grouped[control] = grouped.get(control, frozenset()) | {label}
    return grouped


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LINE else f"{text[: _LINE - 1]}…"
