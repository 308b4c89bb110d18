"""Recorded labels, written by hand as quotes, turned into what Label Studio stores."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from annotate.errors import SnapshotError

if TYPE_CHECKING:
    from pathlib import Path

    from annotate.schema import Question, Schema

__all__ = ["Recorded", "read_recorded", "to_result"]

_ATTRIBUTES = {"quote", "occurrence", "label"}


@dataclass(frozen=True)
class Recorded:
    """One annotator's recorded work on one file.

    Parameters
    ----------
    file : str
        The file's name.
    annotator : str
        A pseudonym.
    status : str
        "submitted", "skipped" or "draft".
    seconds : float
        How long it took.
    answers : dict of str to str or list of str
        Stored values by question.
    spans : list of dict
        Each with quote, occurrence (from 1), label, and answers about the span by question.
    """

    file: str
    annotator: str
    status: str
    seconds: float
    answers: dict[str, Any]
    spans: list[dict[str, Any]]


def read_recorded(path: Path) -> list[Recorded]:
    """Read recorded labels, one JSON object to a line.

    Raises
    ------
    SnapshotError
        Naming the line that cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read: {error}"
        raise SnapshotError(msg) from error
    recorded = []
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip():
                recorded.append(Recorded(**json.loads(line)))
        except (ValueError, TypeError) as error:
            msg = f"{path}, line {number}: no recorded label ({error})"
            raise SnapshotError(msg) from error
    return recorded


def to_result(work: Recorded, text: str, schema: Schema) -> list[dict[str, Any]]:
    """Write recorded work as the `result` of a Label Studio annotation.

    Raises
    ------
    SnapshotError
        If a quote does not stand in the text, or a name is not in the scheme.
    """
    result = []
    for number, span in enumerate(work.spans):
        result += _region(work, number, span, text, schema)
    for name, value in work.answers.items():
        question = _question(schema, name, work)
        result.append(_item(question, f"{name}-0", _value(question, value), schema))
    return result


def _region(
    work: Recorded, number: int, span: dict[str, Any], text: str, schema: Schema
) -> list[dict[str, Any]]:
    quote, wanted = span.get("quote", ""), span.get("label", "")
    start = _find(work, text, quote, span.get("occurrence", 1))
    place = {"start": start, "end": start + len(quote), "text": quote}
    label = next((known for known in schema.labels if known.value == wanted), None)
    if label is None:
        msg = f'{work.file}, {work.annotator}: the scheme has no label "{wanted}"'
        raise SnapshotError(msg)
    region = f"span-{number}"
    marked = {
        "id": region,
        "from_name": label.control,
        "to_name": schema.text_name,
        "type": "labels",
        "value": {**place, "labels": [label.value]},
    }
    attributes = []
    for name, value in span.items():
        if name not in _ATTRIBUTES:
            question = _question(schema, name, work)
            attributes.append(_item(question, region, {**place, **_value(question, value)}, schema))
    return [marked, *attributes]


def _find(work: Recorded, text: str, quote: str, occurrence: int) -> int:
    start = -1
    for _ in range(occurrence):
        start = text.find(quote, start + 1)
        if start < 0:
            break
    if start < 0 or not quote:
        msg = f'{work.file}, {work.annotator}: "{quote}" does not stand there {occurrence} times'
        raise SnapshotError(msg)
    return start


def _question(schema: Schema, name: str, work: Recorded) -> Question:
    try:
        return schema.question(name)
    except KeyError:
        msg = f'{work.file}, {work.annotator}: the scheme asks no "{name}"'
        raise SnapshotError(msg) from None


def _value(question: Question, value: object) -> dict[str, Any]:
    listed = value if isinstance(value, list) else [value]
    if question.kind == "text":
        return {"text": listed}
    if question.kind in {"rating", "number"}:
        return {question.kind: value}
    return {"choices": listed}


def _item(question: Question, region: str, value: dict[str, Any], schema: Schema) -> dict[str, Any]:
    kinds = {"text": "textarea", "rating": "rating", "number": "number"}
    return {
        "id": region,
        "from_name": question.name,
        "to_name": schema.text_name,
        "type": kinds.get(question.kind, "choices"),
        "value": value,
    }
