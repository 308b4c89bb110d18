"""Read a Label Studio labeling config for text; refuse it with all its faults at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from annotate.errors import ConfigError
from annotate.schema.controls import Faults, read_labels, read_question
from annotate.schema.model import Schema

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PART_OF", "parse_config", "read_config"]

#: Where a smaller scheme names the one it was made from; Label Studio keeps it and ignores it.
PART_OF = "partOf"

_TEXTS = {"Text", "HyperText"}
_QUESTIONS = {"Choices", "Rating", "Number", "Taxonomy", "TextArea"}
_LABELS = {"Labels", "HyperTextLabels"}
_PARTS = {"Choice", "Label"}
_LAYOUT = {"View", "Header", "Style", "Collapse", "Panel", "Filter", "Shortcut", "Relation"}
_IGNORED = {"Relations"}
_LARGEST = 1_000_000  # bytes; the largest configs in the wild hold a few hundred kilobytes


def read_config(path: Path) -> Schema:
    """Read a labeling config from a file.

    Raises
    ------
    ConfigError
        If the file cannot be read or used.
    """
    try:
        xml = path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror or error}); give a labeling config"
        raise ConfigError(msg) from error
    return parse_config(xml, where=str(path))


def parse_config(xml: str | bytes, *, where: str = "labeling config") -> Schema:
    """Turn a labeling config into a schema.

    Parameters
    ----------
    xml : str or bytes
        The config.
    where : str
        Named in the message.

    Raises
    ------
    ConfigError
        With every fault, one to a line.

    Examples
    --------
    >>> xml = '''<View><Text name="t" value="$text"/>
    ... <Choices name="tone" toName="t"><Choice value="1"/><Choice value="2"/></Choices></View>'''
    >>> parse_config(xml).question("tone").scale
    'ordinal'
    """
    raw = xml.encode(errors="surrogatepass") if isinstance(xml, str) else xml
    root = _tree(raw, where)
    faults = Faults()
    reading = _Reading(faults)
    reading.collect(root)
    schema = reading.schema(hashlib.sha256(raw).hexdigest(), root.get(PART_OF, ""))
    if faults.found:
        listed = "\n".join(f"  - {fault}" for fault in faults.found)
        msg = f"{where} cannot be used. Mend:\n{listed}"
        raise ConfigError(msg)
    return schema


def _tree(raw: bytes, where: str) -> etree._Element:
    if len(raw) > _LARGEST:
        msg = f"{where} is larger than {_LARGEST:,} bytes; that is no labeling config"
        raise ConfigError(msg)
    # News studies exchange configs: no entities, no network, no document type.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        msg = f"{where} is not well-formed XML: {error}"
        raise ConfigError(msg) from error
    if root.getroottree().docinfo.doctype:
        msg = f"{where} declares a document type; remove the <!DOCTYPE …> line"
        raise ConfigError(msg)
    return root


@dataclass
class _Reading:
    """One pass over the tree."""

    faults: Faults
    texts: dict[str, etree._Element] = field(default_factory=dict)
    controls: list[etree._Element] = field(default_factory=list)
    names: dict[str, etree._Element] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)

    def collect(self, root: etree._Element) -> None:
        if root.tag != "View":
            self.faults.add(root, "the outermost element must be <View>")
        for element in root.iter(etree.Element):
            tag = str(element.tag)
            if tag in _TEXTS:
                self._text(element)
            elif tag in _QUESTIONS | _LABELS:
                self._control(element)
            elif tag in _IGNORED:
                self.ignored.append(element.get("name", tag))
            elif tag not in _LAYOUT | _PARTS:
                self.faults.add(element, f"<{tag}> is no element of a scheme for text")

    def _name(self, element: etree._Element) -> str | None:
        name = str(element.get("name", ""))
        if not name.strip():
            self.faults.add(element, f"<{element.tag}> has no name")
            return None
        if name != name.strip():
            self.faults.add(element, f'the name "{name}" begins or ends with a space')
        if name in self.names:
            self.faults.add(element, f'the name "{name}" is used twice')
            return None
        self.names[name] = element
        return name

    def _text(self, element: etree._Element) -> None:
        if (name := self._name(element)) is None:
            return
        value = element.get("value", "")
        if not value.startswith("$") or len(value) == 1:
            self.faults.add(element, f'<{element.tag} name="{name}"> needs value="$field"')
        self.texts[name] = element

    def _control(self, element: etree._Element) -> None:
        if self._name(element) is not None:
            self.controls.append(element)

    def _target(self) -> etree._Element | None:
        """Give the one text that the controls are about."""
        for element in self.controls:
            if (to := element.get("toName", "")) not in self.texts:
                shown = f'"{to}"' if to else "nothing"
                self.faults.add(element, f'"{element.get("name")}" points to {shown}: no such text')
        aims = {element.get("toName", "") for element in self.controls} & set(self.texts)
        if len(aims) > 1:
            self.faults.note(f"the controls are about several texts: {', '.join(sorted(aims))}")
        if not self.controls:
            self.faults.note("there is no control: nothing can be annotated")
        if not self.texts:
            self.faults.note("there is no <Text> or <HyperText>")
        return self.texts[min(aims)] if aims else None

    def schema(self, sha256: str, part_of: str) -> Schema:
        text = self._target()
        asking = [c for c in self.controls if c.tag in _QUESTIONS]
        marking = [c for c in self.controls if c.tag in _LABELS]
        return Schema(
            questions=tuple(read_question(c, self.names, self.faults) for c in asking),
            labels=tuple(label for c in marking for label in read_labels(c, self.faults)),
            text_field=text.get("value", "$")[1:] if text is not None else "",
            text_name=text.get("name", "") if text is not None else "",
            hypertext=text is not None and text.tag == "HyperText",
            ignored=tuple(self.ignored),
            sha256=sha256,
            part_of=part_of,
        )
