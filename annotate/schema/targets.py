"""The default scheme with a study's own targets in place of the default ones."""

from __future__ import annotations

import copy
import unicodedata

from lxml import etree

from annotate.errors import ConfigError

__all__ = ["STANCE", "config_for_targets", "target_slug"]

STANCE = "stance_"
_MOST = 12
_HOTKEYS = "uirtasedfghjklzcvbmpoy"


def target_slug(target: str) -> str:
    """Make the part of control names and values that stands for a target.

    Examples
    --------
    >>> target_slug("Société générale (CEO)")
    'societe_generale_ceo'
    """
    plain = unicodedata.normalize("NFKD", target).encode("ascii", "ignore").decode().lower()
    return "_".join("".join(c if c.isalnum() else " " for c in plain).split())


def config_for_targets(template: bytes, targets: list[str]) -> bytes:
    """Give the scheme with one stance question and two directions for each target.

    Parameters
    ----------
    template : bytes
        The default ``label_config.xml``.
    targets : list of str
        As people call them, in the order in which they are asked.

    Raises
    ------
    ConfigError
        If a target is empty, has no letters for a name or a character that the scheme cannot
        hold, or two give the same name.
    """
    slugs = _slugs(targets)
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(template, parser)
    _replace_stances(root, dict(zip(slugs, targets, strict=True)))
    _replace_directions(root, dict(zip(slugs, targets, strict=True)))
    return bytes(etree.tostring(root, encoding="utf-8")) + b"\n"


def _slugs(targets: list[str]) -> list[str]:
    slugs = [target_slug(target) for target in targets]
    for target, slug in zip(targets, slugs, strict=True):
        if not slug:
            msg = f'The target "{target}" has no Latin letter or digit to name it by; add one'
            raise ConfigError(msg)
        if slugs.count(slug) > 1:
            msg = f'Two targets would both be called "{slug}"; rename one of them'
            raise ConfigError(msg)
        if not target.isprintable():
            msg = f"The target {target!r} holds a character that cannot be shown; leave it out"
            raise ConfigError(msg)
        if target.startswith("$"):
            msg = f'The target "{target}" begins with $, which Label Studio takes for a field'
            raise ConfigError(msg)
        if "," in target:
            msg = f'The target "{target}" holds a comma, which Label Studio takes for a list'
            raise ConfigError(msg)
    if not 1 <= len(targets) <= _MOST:
        msg = f"A study has 1 to {_MOST} targets, not {len(targets)}"
        raise ConfigError(msg)
    return slugs


def _replace_stances(root: etree._Element, targets: dict[str, str]) -> None:
    """Copy the first stance question, with its header, once for each target."""
    stances = [c for c in root.iter("Choices") if c.get("name", "").startswith(STANCE)]
    first = stances[0]
    header, box = first.getprevious(), first.getparent()
    place = box.index(header)
    pairs = []
    for slug, target in targets.items():
        title, question = copy.deepcopy(header), copy.deepcopy(first)
        title.set("value", target)
        question.set("name", f"{STANCE}{slug}")
        question.set("title", f"Stance toward {target}")
        question.set("requiredMessage", f"Stance toward {target}")
        pairs += [title, question]
    for stance in stances:
        box.remove(stance.getprevious())
        box.remove(stance)
    box[place:place] = pairs


def _replace_directions(root: etree._Element, targets: dict[str, str]) -> None:
    """Offer "worse" and "better" for each target, before the choice that takes no side."""
    direction = next(c for c in root.iter("Choices") if c.get("name") == "direction")
    sided = [choice for choice in direction if ":" in choice.get("alias", "")]
    tail = sided[0].tail
    for choice in sided:
        direction.remove(choice)
    hotkeys = iter(_HOTKEYS)
    for place, (slug, target, side, alias) in enumerate(
        (slug, target, side, alias)
        for slug, target in targets.items()
        for side, alias in (("worse", "unfavourable"), ("better", "favourable"))
    ):
        choice = etree.Element("Choice", value=f"{target} {side}", alias=f"{slug}:{alias}")
        if hotkey := next(hotkeys, ""):
            choice.set("hotkey", hotkey)
        choice.tail = tail
        direction.insert(place, choice)
