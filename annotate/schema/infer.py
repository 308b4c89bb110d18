"""A scheme guessed from what an export holds, where its labeling config is not at hand."""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from annotate.errors import ConfigError
from annotate.schema.model import Option, Question, Schema, SpanLabel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from annotate.schema.model import Kind

__all__ = ["infer_schema"]

_SPANS = {"labels", "hypertextlabels"}
_KINDS: dict[str, Kind] = {
    "choices": "single",
    "taxonomy": "multiple",
    "rating": "rating",
    "number": "number",
    "textarea": "text",
}
_TWO = 2  # values are in no order but their own
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?(?!\w)")  # also "2 - rather positive"
_HALF = re.compile("[\ud800-\udfff]")  # of a character: JSON may hold it, no table can
_PATH = " > "  # as in the scheme: the path from a taxonomy's root


@dataclass
class _Control:
    """What was seen of one control."""

    kind: str
    values: dict[str, None] = field(default_factory=dict)
    texts: Counter[str] = field(default_factory=Counter)
    several: bool = False
    per_region: bool = False

    @property
    def options(self) -> tuple[Option, ...]:
        """The values seen, ratings in ascending order."""
        rated = self.kind == "rating"
        return tuple(Option(v, v) for v in sorted(self.values, key=float if rated else str))


def infer_schema(tasks: Sequence[Any]) -> tuple[Schema, list[str]]:
    """Guess the scheme of a Label Studio export from its results.

    Parameters
    ----------
    tasks : sequence
        The list that the file holds; anything may stand in it.

    Returns
    -------
    schema : Schema
        With the values seen, sorted; choices are nominal, ratings and numbers interval.
    warnings : list of str
        What cannot be known this way.

    Raises
    ------
    ConfigError
        If nothing in the export answers a question or marks a text.
    """
    reading = _Reading()
    for task in tasks:
        reading.task(task)
    if not reading.controls:
        msg = (
            "The export holds no answers and no marked text to guess a scheme from; give the "
            "project's labeling config with --config"
        )
        raise ConfigError(msg)
    schema = Schema(
        questions=tuple(reading.questions()),
        labels=tuple(reading.labels()),
        text_field=reading.text_field(),
        text_name=reading.names.most_common(1)[0][0] if reading.names else "",
        hypertext=any(control.kind == "hypertextlabels" for control in reading.controls.values()),
        sha256="",
        ignored=tuple(sorted(reading.others - reading.controls.keys())),
    )
    return schema, _warnings(schema) + _two_texts(reading.controls, schema.text_name)


def _warnings(schema: Schema) -> list[str]:
    guessed = (
        "the scheme is guessed from the export: values that nobody used, the order of values, "
        "which of them mean no answer, and when a question was shown are not known; give the "
        "project's labeling config with --config"
    )
    said = [guessed]
    said += [
        f"{question.title}: scale guessed: nominal; the values look like numbers"
        for question in schema.questions
        if question.kind == "single" and _numbers([option.value for option in question.options])
    ]
    if schema.ignored:
        said.append(f"controls that are no choice, rating or mark: {', '.join(schema.ignored)}")
    return said


def _two_texts(controls: Mapping[str, _Control], chosen: str) -> list[str]:
    """Warn of controls that were used on several text objects: marks in one of them count."""
    said = []
    for name, control in controls.items():
        texts = ", ".join(f'"{text}"' for text in sorted(control.texts))
        if control.kind in _SPANS and set(control.texts) - {chosen}:
            what = f'only marks in "{chosen}" count'
            said.append(f'the control "{name}" marks texts called {texts}; {what}')
        elif len(control.texts) > 1:
            what = "its answers are not told apart by text"
            said.append(f'the control "{name}" asks about texts called {texts}; {what}')
    return said


@dataclass
class _Reading:
    """One pass over the export."""

    controls: dict[str, _Control] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    names: Counter[str] = field(default_factory=Counter)
    #: For each field of the tasks' data, how many quotes it proves, and how much text it holds.
    proofs: Counter[str] = field(default_factory=Counter)
    sizes: Counter[str] = field(default_factory=Counter)

    def task(self, task: object) -> None:
        if not isinstance(task, dict):
            return
        data = task.get("data")
        held = data.items() if isinstance(data, dict) else ()
        fields = {name: text for name, text in held if isinstance(text, str)}
        self.sizes.update({name: len(text) for name, text in fields.items()})
        for work in _dicts(task.get("annotations")):
            items = list(_items(work.get("result")))
            regions = {str(item.get("id")) for item in items if item["type"] in _SPANS}
            for item in items:
                self._item(item, regions, fields)

    def _item(self, item: dict[str, Any], regions: set[str], fields: dict[str, str]) -> None:
        kind, name, value = item["type"], item["from_name"], item["value"]
        if kind not in _SPANS and kind not in _KINDS:
            self.others.add(name)
            return
        control = self.controls.setdefault(name, _Control(kind))
        _prove_one_kind(name, control.kind, kind)
        given = value.get("text" if kind == "textarea" else kind)
        listed = given if isinstance(given, list) else [given]
        said = [text for part in listed if (text := _spelled(part, kind))]
        control.values.update(dict.fromkeys(said))
        control.several |= len(set(said)) > 1
        control.per_region |= kind in _KINDS and str(item.get("id")) in regions
        if isinstance(item.get("to_name"), str):
            self.names[item["to_name"]] += 1
            control.texts[item["to_name"]] += 1
        if kind in _SPANS:
            self._prove(value, fields)

    def _prove(self, value: dict[str, Any], fields: dict[str, str]) -> None:
        """See in which field of the data the marked words stand."""
        start, end, quote = value.get("start"), value.get("end"), value.get("text")
        if isinstance(quote, str) and quote and isinstance(start, int) and isinstance(end, int):
            self.proofs.update(name for name, text in fields.items() if text[start:end] == quote)

    def text_field(self) -> str:
        """Give the field that holds the marked words most often, else the one with most text."""
        votes = self.proofs or self.sizes
        return votes.most_common(1)[0][0] if votes else "text"

    def questions(self) -> Iterator[Question]:
        for name, control in self.controls.items():
            if control.kind in _SPANS:
                continue
            kind = _KINDS[control.kind]
            if kind == "single" and control.several:
                kind = "multiple"
            listed = kind not in {"number", "text"}
            yield Question(
                name=name,
                title=name.replace("_", " ").strip().capitalize(),
                kind=kind,
                scale="interval" if kind in {"rating", "number"} else "nominal",
                options=control.options if listed else (),
                scored=kind != "text",
                per_region=control.per_region,
            )

    def labels(self) -> Iterator[SpanLabel]:
        for name, control in self.controls.items():
            if control.kind in _SPANS:
                for value in sorted(control.values):
                    yield SpanLabel(value=value, shown=value, control=name, group=name)


def _numbers(values: Sequence[str]) -> bool:
    """Tell whether values may be steps of a scale: several, and all of them begin with a number."""
    return len(values) > _TWO and all(_NUMBER.match(value) for value in values)


def _prove_one_kind(name: str, first: str, kind: str) -> None:
    if first != kind and not {first, kind} <= _SPANS:
        msg = (
            f'The control "{name}" is of two kinds in the export, {first} and {kind}; score the '
            "projects one by one, or rename the control in one of them"
        )
        raise ConfigError(msg)


def _spelled(part: object, kind: str) -> str:
    """Write a value as the tables do; "" where it is none."""
    if isinstance(part, bool):
        return ""
    if kind in {"rating", "number"} or isinstance(part, int | float):
        if not isinstance(part, int | float) or not abs(part) <= sys.float_info.max:
            return ""
        return str(int(part)) if part == part // 1 else repr(float(part))
    if isinstance(part, list):
        part = _PATH.join(str(step) for step in part)
    return part if isinstance(part, str) and not _HALF.search(part) else ""


def _items(result: object) -> Iterator[dict[str, Any]]:
    for item in _dicts(result):
        name = item.get("from_name")
        named = isinstance(name, str) and not _HALF.search(name)
        if (
            named
            and isinstance(item.get("type"), str)
            and isinstance(item.get("value"), dict)
            and item["type"] != "relation"
        ):
            yield item


def _dicts(items: object) -> Iterable[dict[str, Any]]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
