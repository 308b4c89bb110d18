"""One person's answers and spans as Label Studio stores them: the way back from the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from annotate.schema import Question, Schema

__all__ = ["result_of", "written"]

_PATH = " > "
_SPANS = {"HyperTextLabels": "hypertextlabels"}
_KINDS = {"rating": "rating", "number": "number", "text": "textarea"}


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
    free = [question.name for question in schema.questions if question.kind == "text"]
    said = answers[(answers["state"] == "answered") & ~answers["question"].isin(free)]
    rows = [
        (str(question), str(span), own["value"].tolist())
        for (question, span), own in said.groupby(["question", "span_id"], sort=False)
    ]
    result = result_of(rows, spans.to_dict("records"), schema, tags)
    meta = {"meta": {"text": [note]}} if note else {}
    return [{**item, **meta} for item in result]


def result_of(
    answers: Iterable[tuple[str, str, Sequence[str]]],
    spans: Iterable[Mapping[Any, Any]],
    schema: Schema,
    tags: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Write answers and spans as the `result` of an annotation.

    Parameters
    ----------
    answers : iterable of (str, str, sequence of str)
        Question, span ("" for the article) and the values chosen. Without any value it is an
        answer that nobody can read: other than one that is not there, it is no vote for "nothing".
    spans : iterable of mapping
        Each with span_id, group, label, start, end and text.
    schema : Schema
        The scheme that is asked; what it does not ask is left out.
    tags : mapping of str to str
        The element of each control.
    """
    controls = {(label.group, label.value): label.control for label in schema.labels}
    places: dict[str, tuple[str, dict[str, Any]]] = {}
    result: list[dict[str, Any]] = []
    for number, span in enumerate(spans, 1):
        control = controls.get((span["group"], span["label"]))
        if control is None:
            continue
        place = {"start": int(span["start"]), "end": int(span["end"]), "text": span["text"]}
        kind = _SPANS.get(tags.get(control, ""), "labels")
        places[span["span_id"]] = f"span{number}", place
        result.append(
            _item(f"span{number}", control, kind, {**place, kind: [span["label"]]}, schema)
        )
    for name, span_id, values in answers:
        question = schema.by_name.get(name)
        if question is None or (span_id and span_id not in places):
            continue
        region, place = places.get(span_id, (f"answer-{name}", {}))
        kind = _kind(question, tags)
        said = {kind if kind != "textarea" else "text": _stored(kind, values)} if values else {}
        result.append(_item(region, name, kind, {**place, **said}, schema))
    return result


def _item(
    number: str, control: str, kind: str, value: dict[str, Any], schema: Schema
) -> dict[str, Any]:
    about = {"from_name": control, "to_name": schema.text_name, "type": kind}
    return {"id": number, **about, "value": value}


def _kind(question: Question, tags: Mapping[str, str]) -> str:
    choice = "taxonomy" if tags.get(question.name) == "Taxonomy" else "choices"
    return _KINDS.get(question.kind, choice)


def _stored(kind: str, values: Sequence[str]) -> Any:  # noqa: ANN401 - JSON
    if kind == "rating":
        return int(values[0])
    if kind == "number":
        try:
            return int(values[0])  # to the last digit, however long
        except ValueError:
            return float(values[0])
    if kind == "taxonomy":
        return [value.split(_PATH) for value in values]
    return list(values)
