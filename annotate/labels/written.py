"""One person's answers and spans as Label Studio stores them: the way back from the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from annotate.schema import Question, Schema

__all__ = ["written"]

_PATH = " > "
_SPANS = {"HyperTextLabels": "hypertextlabels"}


def written(
    answers: pd.DataFrame,
    spans: pd.DataFrame,
    schema: Schema,
    tags: Mapping[str, str],
    note: str = "",
) -> list[dict[str, Any]]:
    """Write what one visit says as the `result` of an annotation.

    Parameters
    ----------
    answers, spans : DataFrame
        Rows of one visit.
    schema : Schema
        The scheme that is asked; what it does not ask is left out, and so is what annotators
        wrote in their own words.
    tags : mapping of str to str
        The element of each control.
    note : str
        What the editor shows with each piece.

    Returns
    -------
    list of dict
        Its ids say nothing of where the work is from.
    """
    meta = {"meta": {"text": [note]}} if note else {}
    controls = {(label.group, label.value): label.control for label in schema.labels}
    places: dict[str, tuple[str, dict[str, Any]]] = {}
    result: list[dict[str, Any]] = []
    for number, span in enumerate(spans.to_dict("records"), 1):
        control = controls.get((span["group"], span["label"]))
        if control is None:
            continue
        place = {"start": int(span["start"]), "end": int(span["end"]), "text": span["text"]}
        kind = _SPANS.get(tags.get(control, ""), "labels")
        places[span["span_id"]] = f"span{number}", place
        value = {**place, kind: [span["label"]]}
        result.append(_item(f"span{number}", control, kind, value, schema, meta))
    said = answers[answers["state"] == "answered"]
    for pair, rows in said.groupby(["question", "span_id"], sort=False):
        name, span_id = map(str, pair)
        question = next((each for each in schema.questions if each.name == name), None)
        if question is None or question.kind == "text" or (span_id and span_id not in places):
            continue
        region, place = places.get(span_id, (f"answer-{name}", {}))
        kind, stored = _stored(question, tags.get(question.name, ""), rows["value"].tolist())
        value = {**place, kind: stored}
        result.append(_item(region, question.name, kind, value, schema, meta))
    return result


def _item(
    number: str,
    control: str,
    kind: str,
    value: dict[str, Any],
    schema: Schema,
    meta: Mapping[str, Any],
) -> dict[str, Any]:
    about = {"from_name": control, "to_name": schema.text_name, "type": kind}
    return {"id": number, **about, "value": value, **meta}


def _stored(question: Question, tag: str, values: list[str]) -> tuple[str, Any]:
    if question.kind == "rating":
        return "rating", int(values[0])
    if question.kind == "number":
        number = float(values[0])
        return "number", int(number) if number.is_integer() else number
    if tag == "Taxonomy":
        return "taxonomy", [value.split(_PATH) for value in values]
    return "choices", values
