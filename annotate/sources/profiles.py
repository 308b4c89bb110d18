"""Outlets and events: every figure with its interval, or with why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.evidence.turns import OUTCOMES
from annotate.reliability.inference.intervals import interval_of
from annotate.reliability.inference.tally import Tally
from annotate.sources.events import beside_others
from annotate.sources.model import FEWEST, UNKNOWN, Estimate, Part, Profile
from annotate.sources.traits import traits_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from annotate.reliability.evidence.gathered import Evidence
    from annotate.sources.model import Beside, Key
    from annotate.sources.traits import Trait

    Places = NDArray[np.int64]

__all__ = ["Sources", "sources_of"]

_SUBMITTED = OUTCOMES.index("not_shown")  # the last of those that were
_WHOLE = "all articles"


@dataclass(frozen=True, eq=False)
class Sources:
    """All outlets and events; figures are computed when they are asked for.

    Parameters
    ----------
    outlets, events : tuple of Part
        By name; the unknown last.
    whole : Part
        All articles together.
    traits : tuple of Trait
        What can be said of articles, in the order of the scheme.
    outlet, event : array of int, shape (A,)
        Of each article, as a place in `outlets` and `events`.
    sizes : tuple of array of int, shape (A,)
        Of each article: 1, whether it has a submitted reading, how many, its words.

    Notes
    -----
    Articles are what is sampled: a share lets each article weigh one, shared out among those who
    read it, and intervals leave out one article after the other. Rates are ratios of sums, so that
    a long article weighs as much as it has words.
    """

    outlets: tuple[Part, ...]
    events: tuple[Part, ...]
    whole: Part
    traits: tuple[Trait, ...]
    outlet: Places
    event: Places
    sizes: tuple[Places, ...]

    @property
    def comparable(self) -> tuple[str, ...]:
        """The events that two outlets or more wrote about, those of most outlets first."""
        known = self._known(self.outlet, self.outlets) & self._known(self.event, self.events)
        pairs = np.unique(np.column_stack([self.event, self.outlet])[known], axis=0)
        times = np.bincount(pairs[:, 0], minlength=len(self.events))
        order = sorted(np.flatnonzero(times > 1).tolist(), key=lambda n: (-times[n], n))
        return tuple(self.events[n].name for n in order)

    def across(self, key: Key) -> tuple[tuple[Estimate, ...], Estimate]:
        """Give one figure of every outlet, in their order, and that of all articles."""
        trait = self._trait(key)
        return (
            tuple(_estimates(trait, self.outlet, len(self.outlets))),
            _estimates(trait, np.zeros_like(self.outlet), 1)[0],
        )

    def beside(self, key: Key) -> tuple[Beside, ...]:
        """Compare every outlet, in their order, with the others on the same events."""
        outlet = np.where(self._known(self.outlet, self.outlets), self.outlet, -1)
        event = np.where(self._known(self.event, self.events), self.event, -1)
        return tuple(beside_others(self._trait(key), outlet, event, len(self.outlets)))

    def profile(self, outlet: str) -> Profile:
        """Give all that is said of an outlet.

        Raises
        ------
        KeyError
            If there is none of that name.
        """
        return self._profile(self.outlets, self.outlet, outlet)

    def of_event(self, event: str) -> Profile:
        """Give all that is said of an event.

        Raises
        ------
        KeyError
            If there is none of that name.
        """
        return self._profile(self.events, self.event, event)

    def side_by_side(self, event: str) -> tuple[Profile, ...]:
        """Give all that is said of each outlet's articles about one event.

        Raises
        ------
        KeyError
            If there is none of that name.
        """
        inside = self.event == _place(self.events, event)
        used = np.unique(self.outlet[inside])
        place = np.full(len(self.outlets), -1)
        place[used] = np.arange(len(used))
        own = np.where(inside, place[self.outlet], -1)
        parts = _counted([self.outlets[n].name for n in used.tolist()], own, self.sizes)
        found = [_estimates(trait, own, len(used)) for trait in self.traits]
        return tuple(
            Profile(part, tuple(each[n] for each in found)) for n, part in enumerate(parts)
        )

    def _profile(self, parts: tuple[Part, ...], of: Places, name: str) -> Profile:
        place = _place(parts, name)
        own = np.where(of == place, 0, -1)
        found = tuple(_estimates(trait, own, 1)[0] for trait in self.traits)
        return Profile(parts[place], found)

    def _trait(self, key: Key) -> Trait:
        return next(trait for trait in self.traits if trait.key == key)

    @staticmethod
    def _known(of: Places, parts: tuple[Part, ...]) -> NDArray[np.bool_]:
        named = np.array([part.name != UNKNOWN for part in parts], dtype=np.bool_)
        return np.asarray(named[of]) if len(named) else np.zeros(0, dtype=np.bool_)


def sources_of(
    evidence: Evidence, words: Mapping[str, int], shown: Mapping[tuple[str, str], str]
) -> Sources:
    """Lay out what the labels say of every outlet and event.

    Parameters
    ----------
    evidence : Evidence
        What votes, with the outlet and event of each article.
    words : mapping of str to int
        How many words each article has.
    shown : mapping of (str, str) to str
        What annotators read, by question or span group and stored value.
    """
    length = np.array([words.get(a, 0) for a in evidence.articles], dtype=np.int64)
    readings = _readings(evidence)
    one = np.ones_like(length)
    sizes = (one, (readings > 0).astype(np.int64), readings, length)
    outlets, outlet = _parts(evidence, evidence.outlets)
    events, event = _parts(evidence, evidence.events)
    return Sources(
        outlets=_counted(outlets, outlet, sizes),
        events=_counted(events, event, sizes),
        whole=_counted([_WHOLE], np.zeros_like(length), sizes)[0],
        traits=tuple(traits_of(evidence, length.tolist(), shown)),
        outlet=outlet,
        event=event,
        sizes=sizes,
    )


def _place(parts: tuple[Part, ...], name: str) -> int:
    found = next((n for n, part in enumerate(parts) if part.name == name), None)
    if found is None:
        raise KeyError(name)
    return found


def _counted(names: list[str], part: Places, sizes: tuple[Places, ...]) -> tuple[Part, ...]:
    """Count what there is of each part; a part of -1 is left out."""
    inside = part >= 0
    columns = [
        np.bincount(part[inside], weights=size[inside], minlength=len(names)) for size in sizes
    ]
    return tuple(
        Part(name, *(int(column[place]) for column in columns)) for place, name in enumerate(names)
    )


def _readings(evidence: Evidence) -> Places:
    """Count who submitted each article."""
    size, people = len(evidence.articles), len(evidence.annotators)
    seen = [
        marked.marks.saw_article * people + marked.marks.saw_annotator for marked in evidence.marked
    ]
    for asked in evidence.asked:
        ratings = asked.ratings
        seen.append(ratings.article[ratings.unit] * people + ratings.annotator)
        if asked.turns is not None:
            there = asked.turns.outcome <= _SUBMITTED
            seen.append(asked.turns.article[there] * people + asked.turns.annotator[there])
    visits = np.unique(np.concatenate(seen)) if seen else np.zeros(0, dtype=np.int64)
    return np.bincount(visits // max(people, 1), minlength=size).astype(np.int64)


def _parts(evidence: Evidence, part_of: Mapping[str, str]) -> tuple[list[str], Places]:
    """Give the parts by name, the unknown last, and the part of each article."""
    named = [part_of.get(article, "") for article in evidence.articles]
    names = sorted({*named} - {UNKNOWN})
    if UNKNOWN in named:
        names.append(UNKNOWN)
    place = {name: number for number, name in enumerate(names)}
    return names, np.array([place[name] for name in named], dtype=np.int64)


def _estimates(trait: Trait, part: Places, size: int) -> list[Estimate]:
    """Give a figure of each part of the articles; a part of -1 is left out."""
    own = part[trait.article]
    order = np.argsort(own, kind="stable")
    edges = np.searchsorted(own[order], np.arange(size + 1))
    return [_estimate(trait, order[edges[n] : edges[n + 1]]) for n in range(size)]


def _estimate(trait: Trait, rows: Places) -> Estimate:
    n = len(rows)
    amount = low = high = math.nan
    reason = f"not enough articles ({n} of at least {FEWEST})"
    if n >= FEWEST:
        tally = Tally.of(trait.rows[rows])
        amount = float(trait.coefficient(tally.total))
        interval = interval_of(tally, trait.coefficient)
        low, high = max(interval.low, trait.least), min(interval.high, trait.most)
        reason = interval.reason
    return Estimate(
        question=trait.question,
        title=trait.title,
        value=trait.value,
        shown=trait.shown,
        kind=trait.kind,
        amount=amount,
        low=low,
        high=high,
        articles=n,
        count=int(trait.count[rows].sum()),
        readings=int(trait.readings[rows].sum()),
        reason=reason,
    )
