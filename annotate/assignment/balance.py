"""How evenly an assignment spreads articles over annotators and over pairs of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["Balance", "balance"]


@dataclass(frozen=True)
class Balance:
    """What an assignment gives each annotator and each pair of annotators.

    Parameters
    ----------
    loads : mapping of str to int
        Articles of each annotator.
    shared : mapping of (str, str) to int
        Articles that two annotators both have, for every pair.
    parts : tuple of tuple of str
        Annotators that articles link, directly or through others; one part is a connected
        design.
    """

    loads: Mapping[str, int]
    shared: Mapping[tuple[str, str], int]
    parts: tuple[tuple[str, ...], ...]

    @property
    def fewest(self) -> int:
        """The fewest articles that two annotators share; 0 without a pair."""
        return min(self.shared.values(), default=0)

    @property
    def median(self) -> float:
        """The median of the articles that two annotators share; 0 without a pair."""
        return float(median(self.shared.values())) if self.shared else 0.0

    @property
    def most(self) -> int:
        """The most articles that two annotators share; 0 without a pair."""
        return max(self.shared.values(), default=0)

    @property
    def unconnected(self) -> tuple[tuple[str, str], ...]:
        """The pairs that share no article: their agreement cannot be measured."""
        return tuple(pair for pair, articles in self.shared.items() if not articles)


def balance(pairs: Collection[tuple[str, str]], annotators: Sequence[str]) -> Balance:
    """Count what an assignment gives each annotator and each pair of annotators.

    Parameters
    ----------
    pairs : collection of (str, str)
        Article and annotator.
    annotators : sequence of str
        Whom to count; others in `pairs` are passed over.

    Examples
    --------
    >>> found = balance([("a1", "ada"), ("a1", "ben"), ("a2", "ada")], ["ada", "ben", "cyd"])
    >>> found.loads
    {'ada': 2, 'ben': 1, 'cyd': 0}
    >>> found.unconnected
    (('ada', 'cyd'), ('ben', 'cyd'))
    """
    people = list(dict.fromkeys(annotators))
    place = {name: number for number, name in enumerate(people)}
    readers: defaultdict[str, set[str]] = defaultdict(set)
    for article, annotator in pairs:
        if annotator in place:
            readers[article].add(annotator)
    # Few sets of people recur over many articles.
    sets = Counter(frozenset(people) for people in readers.values())
    loads = dict.fromkeys(people, 0)
    shared = dict.fromkeys(combinations(people, 2), 0)
    for who, articles in sets.items():
        in_order = sorted(who, key=place.__getitem__)
        for name in in_order:
            loads[name] += articles
        for pair in combinations(in_order, 2):
            shared[pair] += articles
    return Balance(loads, shared, _parts(people, sets))


def _parts(people: list[str], sets: Collection[frozenset[str]]) -> tuple[tuple[str, ...], ...]:
    """Join the annotators that any article links."""
    part = {name: name for name in people}

    def head(name: str) -> str:
        while part[name] != name:
            name = part[name]
        return name

    for who in sets:
        first, *others = who
        for other in others:
            part[head(other)] = head(first)
    joined: defaultdict[str, list[str]] = defaultdict(list)
    for name in people:
        joined[head(name)].append(name)
    return tuple(tuple(names) for names in joined.values())
