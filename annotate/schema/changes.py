"""What one scheme asks otherwise than another one did."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annotate.schema.model import Condition, Question, Schema

__all__ = ["ANY", "Renamed", "changed_controls", "values_of"]

ANY = "*"  # stands for the values of a question without choices
Pair = tuple[str, str]  # control and value
Renamed = dict[Pair, Pair | None]  # what a pair of then is today; None for what is dropped


def values_of(schema: Schema) -> dict[str, list[str]]:
    """Give the values of each control of a scheme; "*" where it has none to choose from."""
    values = {q.name: [option.value for option in q.options] or [ANY] for q in schema.questions}
    for label in schema.labels:
        values.setdefault(label.control, []).append(label.value)
    return values


def changed_controls(
    old: Schema, new: Schema, renamed: Mapping[Pair, Pair | None] | None = None
) -> dict[str, list[str]]:
    """Give the controls of a scheme that another one does not have in the same words.

    Parameters
    ----------
    old, new : Schema
        The schemes.
    renamed : mapping of (str, str) to (str, str) or None
        What is known of how values of the old one are called in the new one: a question that is
        shown under a condition has not changed where only the names in its condition did.

    Returns
    -------
    dict of str to list of str
        The values of each.
    """
    before, after = values_of(old), values_of(new)
    asked = {question.name: question for question in new.questions}
    same = {
        question.name
        for question in old.questions
        if question.name in asked and _same(question, asked[question.name], old, new, renamed or {})
    }
    same |= {
        control
        for control in old.span_controls & new.span_controls
        if set(before[control]) == set(after[control])
    }
    return {control: values for control, values in before.items() if control not in same}


def _same(
    then: Question,
    now: Question,
    old: Schema,
    new: Schema,
    renamed: Mapping[Pair, Pair | None],
) -> bool:
    words = [
        (q.kind, q.per_region, frozenset(option.value for option in q.options)) for q in (then, now)
    ]
    if words[0] != words[1] or len(then.conditions) != len(now.conditions):
        return False
    rules = _Rules(old, new, renamed)
    return all(
        any(rules.equal(condition, other) for other in now.conditions)
        for condition in then.conditions
    ) and all(
        any(rules.equal(condition, other) for condition in then.conditions)
        for other in now.conditions
    )


class _Rules:
    """Compares conditions that name values of two schemes."""

    def __init__(self, old: Schema, new: Schema, renamed: Mapping[Pair, Pair | None]) -> None:
        self._before, self._after = values_of(old), values_of(new)
        self._labels = old.span_controls
        self._renamed = renamed

    def equal(self, then: Condition, now: Condition) -> bool:
        """Tell whether both hold for the same of what could be said then."""
        if then.when != now.when:
            return False
        controls = [then.control] if then.control else sorted(self._labels)
        if any(self._open(control) for control in controls):
            return True  # that control is to be translated first; until then nobody knows
        pairs = [(c, v) for c in controls for v in self._before.get(c, ())]
        if (then.control, ANY) in pairs or not pairs:
            return (then.control, then.values) == (now.control, now.values)
        return all(
            _names(then, pair) == _names(now, today)
            for pair in pairs
            if (today := self._renamed.get(pair, pair)) is not None
        )

    def _open(self, control: str) -> bool:
        changed = set(self._before.get(control, ())) != set(self._after.get(control, ()))
        return changed and not any(pair[0] == control for pair in self._renamed)


def _names(condition: Condition, pair: Pair) -> bool:
    control, value = pair
    here = not condition.control or condition.control == control
    return here and (not condition.values or value in condition.values)
