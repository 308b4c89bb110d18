"""A scheme with fewer questions: for articles about some targets only, for questions in dispute."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from lxml import etree

from annotate.errors import ConfigError
from annotate.schema.parse import PART_OF, parse_config
from annotate.schema.targets import STANCE, target_slug

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["config_for_topic", "config_without"]


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


def config_without(
    config: bytes, questions: Collection[str], values: Collection[tuple[str, str]] = ()
) -> bytes:
    """Take questions, or values of them, out of a scheme, with the headers above them.

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
    for control in [element for element in root.iter() if element.get("name") in questions]:
        header = next(control.itersiblings(etree.Element, preceding=True), None)
        if header is not None and header.tag == "Header":
            _remove(header)
        _remove(control)
    for control in root.iter("Choices"):
        for choice in list(control.iter("Choice")):
            stored = choice.get("alias") or choice.get("value")
            if (control.get("name"), stored) in values:
                _remove(choice)
    if PART_OF not in root.attrib:
        root.set(PART_OF, hashlib.sha256(config).hexdigest())
    smaller = bytes(etree.tostring(root, encoding="utf-8")) + b"\n"
    parse_config(smaller, where="the smaller scheme")
    return smaller


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
