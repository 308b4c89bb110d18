"""Schemes that were used before: how work that was done with them is read today.

What both schemes ask in the same words is carried over. Whatever changed is carried over by a
table that the lead of the study wrote, value by value, and never by a guess.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from annotate.schema.changes import changed_controls, values_of
from annotate.schema.migration import Migration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from annotate.schema.changes import Pair
    from annotate.schema.model import Schema

__all__ = ["Past", "Versions"]


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
        Controls that have changed and that no table speaks of in full.
    kinds : mapping of str to str
        How questions of today are answered.
    """

    unasked: frozenset[str] = frozenset()
    unmarkable: tuple[str, ...] = ()
    values: Mapping[Pair, Pair | None] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    kinds: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def controls(self) -> dict[str, str]:
        """The control of today by that of then, where a table speaks of it."""
        return {old[0]: new[0] for old, new in self.values.items() if new is not None}


@dataclass(frozen=True)
class Versions:
    """Today's scheme and those before it.

    Parameters
    ----------
    current : Schema
        Today's.
    past : mapping of str to Schema
        By SHA-256, every scheme that was asked at a desk.
    migrations : tuple of Migration
        The tables of the lead.
    """

    current: Schema
    past: Mapping[str, Schema] = field(default_factory=dict)
    migrations: tuple[Migration, ...] = ()

    @cached_property
    def _known(self) -> dict[str, Past]:
        return {}

    def reading(self, sha256: str) -> Past:
        """Say how to read what was done with a scheme; one that is not known is today's."""
        if sha256 not in self._known:
            self._known[sha256] = self._reading(sha256)
        return self._known[sha256]

    def of(self, sha256: str) -> Schema:
        """Give a scheme by its SHA-256; today's, if it is not known."""
        return self._all.get(sha256, self.current)

    def whole(self, sha256: str) -> Schema | None:
        """Give a scheme; of one that asks a part of another's questions, the other one."""
        own = self.past.get(sha256)
        return None if own is None else self._all.get(own.part_of, own)

    def lacking(self, sha256: str) -> list[Pair]:
        """List control and value of then that have changed and that no table speaks of."""
        old = self.whole(sha256)
        if old is None:
            return []
        known = self.table(old).renamed
        changed = changed_controls(old, self.current, known)
        pairs = [(control, value) for control, values in changed.items() for value in values]
        return [pair for pair in pairs if pair not in known]

    def table(self, old: Schema) -> Migration:
        """Put the tables together that lead from a scheme to today's, by the shortest way."""
        here = Migration(old.sha256, old.sha256, {})
        ways, seen = deque([here]), {old.sha256}
        while ways:
            way = ways.popleft()
            if way.new == self.current.sha256:
                return way
            for step in self._steps(self._all[way.new]):
                if step.new not in seen:
                    seen.add(step.new)
                    ways.append(_joined(way, step, old))
        return here

    @cached_property
    def _all(self) -> dict[str, Schema]:
        return {**self.past, self.current.sha256: self.current}

    def _steps(self, old: Schema) -> Iterator[Migration]:
        """Give the steps from a scheme to others: tables first, then to those in the same words."""
        for each in self.migrations:
            for sha in self._all:
                if old.sha256.startswith(each.old) and sha.startswith(each.new):
                    yield Migration(old.sha256, sha, each.renamed, each.looked_for)
        for sha, other in self._all.items():
            if not other.part_of and not changed_controls(old, other):
                yield Migration(old.sha256, sha, {})

    def _reading(self, sha256: str) -> Past:
        own, whole = self.past.get(sha256), self.whole(sha256)
        if own is None or whole is None or own.asks == self.current.asks:
            return Past()
        table = self.table(whole)
        changed = changed_controls(whole, self.current, table.renamed)
        refused = frozenset(
            control
            for control, values in changed.items()
            if any((control, value) not in table.renamed for value in values)
        )
        usable = {pair: new for pair, new in table.renamed.items() if pair[0] not in refused}
        return Past(
            unasked=self._unasked(own, changed, usable) - refused,
            unmarkable=tuple(
                self._unmarkable(whole, changed, {*usable.values()} | table.looked_for)
            ),
            values=usable,
            refused=refused,
            kinds={question.name: question.kind for question in self.current.questions},
        )

    def _unasked(
        self, own: Schema, changed: Mapping[str, Any], usable: Mapping[Pair, Pair | None]
    ) -> frozenset[str]:
        """Name the questions of today that a scheme did not ask."""
        asked = {question.name for question in own.questions}
        today = {name for name in asked if name not in changed}
        today |= {new[0] for old, new in usable.items() if new is not None and old[0] in asked}
        return frozenset(question.name for question in self.current.questions) - today

    def _unmarkable(
        self, old: Schema, changed: Mapping[str, Any], told: set[Pair | None]
    ) -> Iterator[str]:
        """Name the labels of today that nobody could mark then."""
        there = {(label.control, label.value) for label in old.labels}
        for label in self.current.labels:
            pair = (label.control, label.value)
            kept = pair in there and label.control not in changed
            if label.scored and pair not in told and not kept:
                yield label.value


def _joined(way: Migration, step: Migration, old: Schema) -> Migration:
    """Go one step further: what the step says of values that the way has left as they were, too."""
    there = {(control, value) for control, values in values_of(old).items() for value in values}
    renamed = {
        pair: step.renamed.get(new, new) if new is not None else None
        for pair, new in way.renamed.items()
    }
    renamed |= {
        pair: new for pair, new in step.renamed.items() if pair in there and pair not in way.renamed
    }
    still = (step.renamed.get(pair, pair) for pair in way.looked_for)
    # What was looked for in the scheme between says nothing of the one before it.
    first = step.looked_for if way.old == way.new else frozenset()
    return Migration(
        way.old, step.new, renamed, first | frozenset(pair for pair in still if pair is not None)
    )
