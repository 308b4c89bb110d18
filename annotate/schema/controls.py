"""Read one control of a labeling config: its values, scale and conditions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast, get_args

from annotate.schema.model import Condition, Option, Question, Scale, SpanLabel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from annotate.schema.model import Kind

__all__ = ["Faults", "read_labels", "read_question"]

_CHOICE = {"": "single", "single": "single", "single-radio": "single", "multiple": "multiple"}
_WHEN = ("choice-selected", "choice-unselected", "region-selected", "no-region-selected")
_RATINGS = tuple(map(str, range(1, 101)))
_PATH = " > "  # Label Studio stores a taxonomy's answer as the path from its root


@dataclass
class Faults:
    """The faults found in one config, in reading order."""

    found: dict[str, None] = field(default_factory=dict)

    def add(self, element: etree._Element, fault: str) -> None:
        """Note a fault with the line it stands on."""
        self.note(f"line {element.sourceline}: {fault}")

    def note(self, fault: str) -> None:
        """Note a fault of the config as a whole, once."""
        self.found.setdefault(fault)


def read_labels(element: etree._Element, faults: Faults) -> list[SpanLabel]:
    """Read the labels of a ``Labels`` or ``HyperTextLabels`` control."""
    name = element.get("name", "")
    parts = list(_parts(element, "Label"))
    if not parts:
        faults.add(element, f'"{name}" has no <Label>')
    labels = [_label(part, name, faults) for part in parts]
    _no_repeats([label.value for label in labels], element, faults)
    return labels


def _parts(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Give the labels or choices of a control, also those that a <View> inside it lays out."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag == "View":
            yield from _parts(child, tag)


def _label(part: etree._Element, control: str, faults: Faults) -> SpanLabel:
    shown, value = part.get("value", ""), part.get("alias") or part.get("value", "")
    if not shown or shown.startswith("$"):
        faults.add(part, f'a <Label> of "{control}" has no fixed value')
    return SpanLabel(
        value=value,
        shown=shown,
        control=control,
        group=part.get("group", "").strip() or control,
        color=part.get("background", ""),
        scored=_yes(part, "scored", faults, default=True),
    )


def read_question(
    element: etree._Element, names: dict[str, etree._Element], faults: Faults
) -> Question:
    """Read a ``Choices``, ``Rating``, ``Number``, ``Taxonomy`` or ``TextArea`` control."""
    kind = _kind(element, faults)
    options = _options(element, faults)
    missing = frozenset(_listed(element.get("missing", "")))
    absent = element.get("absent", "").strip()
    scale, ordered = _scale(element, kind, options, {*missing, absent}, faults)
    question = Question(
        name=element.get("name", ""),
        title=_title(element),
        kind=kind,
        scale=scale,
        options=ordered,
        missing=missing,
        absent=absent,
        empty=element.get("empty", "").strip(),
        scored=kind != "text" and _yes(element, "scored", faults, default=True),
        per_region=_yes(element, "perRegion", faults, default=False),
        required=_yes(element, "required", faults, default=False),
        conditions=tuple(dict.fromkeys(_conditions(element, names, faults))),
    )
    _known_values(element, question, faults)
    return question


def _kind(element: etree._Element, faults: Faults) -> Kind:
    if element.tag == "Choices":
        choice = element.get("choice", "")
        if choice not in _CHOICE:
            faults.add(element, f'"{element.get("name")}": choice="{choice}" is not known')
        return cast("Kind", _CHOICE.get(choice, "single"))
    kinds = {"Rating": "rating", "Number": "number", "Taxonomy": "multiple", "TextArea": "text"}
    return cast("Kind", kinds[str(element.tag)])


def _options(element: etree._Element, faults: Faults) -> tuple[Option, ...]:
    name, tag = element.get("name", ""), element.tag
    if tag == "Rating":
        text = element.get("maxRating", "5")
        if text not in _RATINGS:
            faults.add(element, f'"{name}": maxRating="{text}" is no number from 1 to 100')
            return ()
        return tuple(Option(n, n) for n in _RATINGS[: int(text)])
    if tag not in {"Choices", "Taxonomy"}:
        return ()
    if element.get("value", "").startswith("$"):
        faults.add(element, f'"{name}" takes its values from the task; list them in the config')
    options = tuple(_choices(element, faults))
    if not options:
        faults.add(element, f'"{name}" has no <Choice>')
    _no_repeats([option.value for option in options], element, faults)
    return options


def _choices(element: etree._Element, faults: Faults) -> Iterator[Option]:
    for path, part in _paths(element):
        own = part.get("alias") or part.get("value", "")
        if not own or own.startswith("$"):
            faults.add(part, "a <Choice> has no fixed value")
        yield Option(path, part.get("value", ""), part.get("background", ""))
        if element.tag == "Choices" and part.find("Choice") is not None:
            faults.add(part, "a <Choice> inside a <Choice> is only read in a <Taxonomy>")


def _scale(
    element: etree._Element,
    kind: Kind,
    options: tuple[Option, ...],
    aside: set[str],
    faults: Faults,
) -> tuple[Scale, tuple[Option, ...]]:
    """Give the scale and the options in its order."""
    given = element.get("scale", "").strip()
    scored = [option.value for option in options if option.value not in aside]
    numeric = bool(scored) and all(_is_number(value) for value in scored)
    if given and given not in get_args(Scale):
        faults.add(element, f'"{element.get("name")}": scale="{given}" is not known')
        return "nominal", options
    if kind == "multiple" and given not in {"", "nominal"}:
        faults.add(
            element, f'"{element.get("name")}" takes several values: it has no {given} scale'
        )
        return "nominal", options
    if given in {"interval", "ratio"} and kind == "single" and not numeric:
        faults.add(element, f'"{element.get("name")}": scale="{given}" needs numbers as values')
    if given:
        return cast("Scale", given), options
    if kind in {"rating", "number"}:
        return "interval", options
    if kind == "single" and numeric:
        by_number = sorted(
            options, key=lambda o: float(o.value) if o.value not in aside else float("inf")
        )
        return "ordinal", tuple(by_number)
    return "nominal", options


def _title(element: etree._Element) -> str:
    if title := str(element.get("title", "")).strip():
        return title
    above = element.getprevious()
    if above is not None and above.tag == "Header":
        header = str(above.get("value", "")).strip()
        if header and not header.startswith("$"):
            return header
    return str(element.get("name", "")).replace("_", " ").strip().capitalize()


def _conditions(
    element: etree._Element, names: dict[str, etree._Element], faults: Faults
) -> Iterator[Condition]:
    for holder in [element, *element.iterancestors()]:
        when = holder.get("visibleWhen", "")
        if not when:
            continue
        control = holder.get("whenTagName", "").strip()
        if when not in _WHEN:
            faults.add(holder, f'visibleWhen="{when}" is not known')
            continue
        if control and control not in names:
            faults.add(holder, f'whenTagName="{control}": no such control')
            continue
        if holder.get("whenChoiceIndex"):
            faults.add(holder, "whenChoiceIndex is not read; use whenChoiceValue")
        attribute = "whenLabelValue" if "region" in when else "whenChoiceValue"
        values = _stored(holder, attribute, names.get(control), faults)
        yield Condition(when, control, values)


def _stored(
    holder: etree._Element, attribute: str, control: etree._Element | None, faults: Faults
) -> frozenset[str]:
    """Turn the shown values of a condition into stored ones."""
    wanted = dict.fromkeys(_listed(holder.get(attribute, "")))
    if control is None:
        return frozenset(wanted)
    stored = [
        (name, path)
        for path, part in _paths(control)
        for name in (part.get("value", ""), part.get("alias") or part.get("value", ""), path)
    ]
    offered = {name for name, _ in stored}
    for value in wanted:
        if value not in offered:
            faults.add(holder, f'{attribute}="{value}": "{control.get("name")}" has no such value')
    return frozenset(path for name, path in stored if name in wanted)


def _paths(
    element: etree._Element, above: tuple[str, ...] = ()
) -> Iterator[tuple[str, etree._Element]]:
    """Give each value of a control as it is stored: of a taxonomy, the path from its root."""
    for tag in ("Label", "Choice"):
        for part in _parts(element, tag):
            here = (*above, part.get("alias") or part.get("value", ""))
            yield _PATH.join(here), part
            yield from _paths(part, here)


def _known_values(element: etree._Element, question: Question, faults: Faults) -> None:
    offered = {option.value for option in question.options}
    for attribute, values in (
        ("missing", question.missing),
        ("absent", {question.absent} - {""}),
    ):
        for value in sorted(values - offered):
            faults.add(element, f'"{question.name}": {attribute}="{value}" is none of its values')
    if question.absent in question.missing:
        faults.add(element, f'"{question.name}": "{question.absent}" is both missing and absent')
    if question.absent and question.kind != "single":
        faults.add(element, f'"{question.name}": absent needs a single choice')
    if question.required and question.empty:
        faults.add(element, f'"{question.name}" is required, so empty="{question.empty}" cannot be')
    if question.empty and question.scale != "nominal" and question.empty not in offered:
        said = f'empty="{question.empty}" has no place in the order of its values'
        faults.add(element, f'"{question.name}": {said}')
    if question.empty in question.missing | ({question.absent} - {""}):
        faults.add(element, f'"{question.name}": empty="{question.empty}" is set aside already')


def _no_repeats(values: list[str], element: etree._Element, faults: Faults) -> None:
    for value in sorted(value for value, times in Counter(values).items() if times > 1):
        faults.add(element, f'"{element.get("name")}" has the value "{value}" twice')


def _yes(element: etree._Element, attribute: str, faults: Faults, *, default: bool) -> bool:
    text = element.get(attribute, "").strip().lower()
    if text not in {"", "yes", "no", "true", "false"}:
        faults.add(element, f'{attribute}="{text}" is neither yes nor no')
    return default if text == "" else text in {"yes", "true"}


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False
