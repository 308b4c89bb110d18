"""Schemes that were used before: how work that was done with them is read today.

What both schemes ask in the same words is carried over. Whatever changed is carried over by a
table that the lead of the study wrote, value by value, and never by a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annotate.schema.migration import Migration
    from annotate.schema.model import Question, Schema

__all__ = ["Past", "Versions", "changed_controls"]

_UNCHANGED: Mapping[Any, Any] = {}


@dataclass(frozen=True)
class Past:
    """How work done with one scheme is read with today's.

    Parameters
    ----------
    unasked : frozenset of str
        Questions of today that were not asked then: no votes.
    unmarkable : tuple of str
        Labels of today that nobody could mark then: their absence says nothing.
    values : mapping of (str, str) to (str, str) or None
        Control and value of today by those of then; None where the lead dropped them.
    refused : frozenset of str
        Controls that have changed and that no table speaks of.
    """

    unasked: frozenset[str] = frozenset()
    unmarkable: tuple[str, ...] = ()
    values: Mapping[tuple[str, str], tuple[str, str] | None] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Versions:
    """Today's scheme and those before it.

    Parameters
    ----------
    current : Schema
        Today's.
    past : mapping of str to Schema
        By SHA-256, every scheme that was asked at a desk.
    parents : mapping of str to str
        Of a scheme that asks of fewer targets, the whole one, both by SHA-256.
    migrations : tuple of Migration
        The tables of the lead.
    """

    current: Schema
    past: Mapping[str, Schema] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    migrations: tuple[Migration, ...] = ()

    @cached_property
    def _known(self) -> dict[str, Past]:
        return {}

    def reading(self, sha256: str) -> Past:
        """Say how to read what was done with a scheme; one that is not known is today's."""
        if sha256 not in self._known:
            self._known[sha256] = self._reading(sha256)
        return self._known[sha256]

    def lacking(self, sha256: str) -> list[tuple[str, str]]:
        """List control and value of then that have changed and that no table speaks of."""
        old = self.past.get(self.parents.get(sha256, sha256))
        if old is None:
            return []
        table = self._table(old)
        return [
            (control, value)
            for control, values in changed_controls(old, self.current).items()
            for value in values
            if (control, value) not in table
        ]

    def _reading(self, sha256: str) -> Past:
        own = self.past.get(sha256)
        if own is None or own.asks == self.current.asks:
            return Past()
        whole = self.past.get(self.parents.get(sha256, sha256), own)
        table = self._table(whole)
        changed = changed_controls(whole, self.current)
        refused = {
            control
            for control, values in changed.items()
            if any((control, value) not in table for value in values)
        }
        asked = _today(own, whole, changed, table)
        return Past(
            unasked=frozenset(q.name for q in self.current.questions if q.name not in asked),
            unmarkable=tuple(
                label.value
                for label in self.current.labels
                if label.scored
                and not _could_mark(label.control, label.value, whole, changed, table)
            ),
            values={pair: new for pair, new in table.items() if pair[0] not in refused},
            refused=frozenset(refused),
        )

    def _table(self, old: Schema) -> dict[tuple[str, str], tuple[str, str] | None]:
        """Put together the tables that lead from a scheme to today's, one after the other."""
        steps = {each.old: each for each in self.migrations}
        first = next((s for sha, s in steps.items() if old.sha256.startswith(sha)), None)
        if first is None:
            return {}
        table, sha, seen = dict(first.renamed), first.new, {first.old}
        while not self.current.sha256.startswith(sha) and sha not in seen:
            seen.add(sha)
            step = next((s for known, s in steps.items() if known.startswith(sha)), None)
            if step is None:
                break
            table = {
                pair: step.renamed.get(new, new) if new is not None else None
                for pair, new in table.items()
            }
            table |= {pair: new for pair, new in step.renamed.items() if pair not in table}
            sha = step.new
        return table


def changed_controls(old: Schema, new: Schema) -> dict[str, list[str]]:
    """Give the controls of a scheme that another one does not have in the same words.

    Returns
    -------
    dict of str to list of str
        The values of each; "*" stands for those of a question without choices.
    """
    asked = {question.name: _words(question) for question in new.questions}
    changed = {
        question.name: [option.value for option in question.options] or ["*"]
        for question in old.questions
        if asked.get(question.name) != _words(question)
    }
    for control in dict.fromkeys(label.control for label in old.labels):
        values = [label.value for label in old.labels if label.control == control]
        if set(values) != {label.value for label in new.labels if label.control == control}:
            changed[control] = values
    return changed


def _words(question: Question) -> tuple[object, ...]:
    options = frozenset(option.value for option in question.options)
    return question.kind, question.per_region, options, question.conditions


def _today(
    own: Schema,
    whole: Schema,
    changed: Mapping[str, list[str]],
    table: Mapping[tuple[str, str], tuple[str, str] | None],
) -> set[str]:
    """Name the questions of today that a scheme asked."""
    asked = {question.name for question in own.questions}
    names = {name for name in asked if name not in changed}
    for (control, _), new in table.items():
        if new is not None and control in asked & {q.name for q in whole.questions}:
            names.add(new[0])
    return names


def _could_mark(
    control: str,
    value: str,
    old: Schema,
    changed: Mapping[str, list[str]],
    table: Mapping[tuple[str, str], tuple[str, str] | None],
) -> bool:
    if (control, value) in table.values():
        return True
    there = (control, value) in {(label.control, label.value) for label in old.labels}
    return there and control not in changed
