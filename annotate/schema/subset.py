"""A scheme with fewer questions: for articles about some targets only, for questions in dispute."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from lxml import etree

from annotate.errors import ConfigError
from annotate.schema.parse import PART_OF, parse_config
from annotate.schema.targets import STANCE, target_slug

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from annotate.schema.model import Question, Schema

__all__ = ["config_about", "config_for_topic", "config_without", "tags_of"]


def config_for_topic(config: bytes, targets: Sequence[str]) -> bytes:
    """Ask of some of the scheme's targets only.

    Parameters
    ----------
    config : bytes
        The whole scheme.
    targets : sequence of str
        As people call them.

    Raises
    ------
    ConfigError
        If the scheme does not ask of a target.
    """
    schema = parse_config(config)
    asked = {
        question.name.removeprefix(STANCE)
        for question in schema.questions
        if question.name.startswith(STANCE)
    }
    wanted = {target_slug(target): target for target in targets}
    unknown = [target for slug, target in wanted.items() if slug not in asked]
    if unknown:
        there = ", ".join(sorted(asked)) or "none"
        msg = f'The scheme does not ask of the target "{unknown[0]}"; its targets are: {there}'
        raise ConfigError(msg)
    out = asked - set(wanted)
    values = {
        (question.name, option.value)
        for question in schema.questions
        for option in question.options
        if ":" in option.value and option.value.split(":", 1)[0] in out
    }
    return config_without(config, {f"{STANCE}{slug}" for slug in out}, values)


def config_about(config: bytes, questions: Collection[str], groups: Collection[str]) -> bytes:
    """Ask some questions and mark some groups of labels only, with all that belongs to them.

    A question keeps those that it depends on and those that depend on it, a label its group and
    what is asked of the spans that it marks: whoever settles the one has to settle the other.

    Parameters
    ----------
    config : bytes
        The whole scheme.
    questions, groups : collection of str
        Names; those that the scheme does not know are left out.

    Raises
    ------
    ConfigError
        If nothing that can be asked is left.
    """
    schema = parse_config(config)
    asked, marked = set(questions), set(groups)
    size = -1
    while size != len(asked) + len(marked):
        size = len(asked) + len(marked)
        asked |= set(_belonging(schema, asked, marked))
        marked |= set(_needed(schema, asked))
    return config_without(
        config,
        {question.name for question in schema.questions} - asked,
        {(label.control, label.value) for label in schema.labels if label.group not in marked},
    )


def _belonging(schema: Schema, asked: set[str], marked: set[str]) -> Iterable[str]:
    """Name the questions that some depend on, or that depend on them."""
    labels = {(each.control, each.value) for each in schema.labels if each.group in marked}
    for question in schema.questions:
        on = [condition for condition in question.conditions if "region" not in condition.when]
        if question.name in asked:
            yield from (condition.control for condition in on if condition.control)
        elif any(condition.control in asked for condition in on) or any(
            label in labels for label in _labels_of(schema, question)
        ):
            yield question.name


def _needed(schema: Schema, asked: set[str]) -> Iterable[str]:
    """Name the groups whose labels some questions are about."""
    groups = {(each.control, each.value): each.group for each in schema.labels}
    for question in schema.questions:
        if question.name in asked:
            yield from (groups[label] for label in _labels_of(schema, question))


def _labels_of(schema: Schema, question: Question) -> list[tuple[str, str]]:
    """Give the labels that a question is shown for; none if it does not look at spans."""
    conditions = [each for each in question.conditions if each.when == "region-selected"]
    if not conditions and not question.per_region:
        return []
    return [
        (label.control, label.value)
        for label in schema.labels
        if all(
            each.control in {"", label.control} and (not each.values or label.value in each.values)
            for each in conditions
        )
    ]


def config_without(
    config: bytes, questions: Collection[str], values: Collection[tuple[str, str]] = ()
) -> bytes:
    """Take questions, values of them, or labels out of a scheme, with what lays them out.

    What is left names the whole scheme, so that work done with it can be read for ever.

    Raises
    ------
    ConfigError
        If nothing that can be asked is left.
    """
    if not questions and not values:
        return config
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(config, parser)
    boxes = [view for view in root.iter("View") if view is not root and _asks(view)]
    for control in [element for element in root.iter() if element.get("name") in questions]:
        header = next(control.itersiblings(etree.Element, preceding=True), None)
        if header is not None and header.tag == "Header":
            _remove(header)
        _remove(control)
    for part in list(root.iter("Choice", "Label")):
        control = next((each for each in part.iterancestors() if each.get("name")), None)
        stored = part.get("alias") or part.get("value")
        if control is not None and (control.get("name"), stored) in values:
            _remove(part)
    _tidy(root, boxes)
    if PART_OF not in root.attrib:
        root.set(PART_OF, hashlib.sha256(config).hexdigest())
    smaller = bytes(etree.tostring(root, encoding="utf-8")) + b"\n"
    parse_config(smaller, where="the smaller scheme")
    return smaller


def tags_of(config: bytes) -> Mapping[str, str]:
    """Give the element of each control: it decides how Label Studio writes an answer."""
    root = etree.fromstring(config, etree.XMLParser(resolve_entities=False, no_network=True))
    return {
        str(element.get("name")): str(element.tag)
        for element in root.iter(etree.Element)
        if element.get("name")
    }


def _tidy(root: etree._Element, boxes: Iterable[etree._Element]) -> None:
    """Take away controls without labels, and boxes in which nothing is asked any more."""
    for control in list(root.iter("Labels", "HyperTextLabels")):
        if control.find(".//Label") is None:
            _remove(control)
    for view in boxes:
        if not _asks(view):
            _remove(view)


def _asks(view: etree._Element) -> bool:
    return any(element.get("name") for element in view.iter(etree.Element))


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
