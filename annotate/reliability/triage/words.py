"""Who said what, as a clause of a sentence."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["by_saying", "how_often", "names", "quoted", "resting", "times"]

_LONGEST = 80  # characters of a quotation
_NAMED = 4  # annotators; more are counted


def quoted(text: str) -> str:
    r"""Quote words from a text on one line, without characters that steer a terminal.

    Parameters
    ----------
    text : str
        Untrusted.

    Examples
    --------
    >>> quoted("radical\n regime\x1b[2J")
    '"radical regime [2J"'
    """
    clean = "".join(c if c.isprintable() else " " for c in text[: 4 * _LONGEST])
    words = " ".join(clean.split())
    if len(words) > _LONGEST or len(text) > 4 * _LONGEST:
        words = words[:_LONGEST].rstrip() + "…"
    return f'"{words}"'


def names(people: Sequence[str]) -> str:
    """Name a few people, count many.

    Parameters
    ----------
    people : sequence of str
        Names.

    Examples
    --------
    >>> names(["ada", "ben", "cem"]), names("abcdef")
    ('ada, ben and cem', '6 annotators')
    """
    if len(people) > _NAMED:
        return f"{len(people)} annotators"
    *rest, last = people
    return f"{', '.join(rest)} and {last}" if rest else last


def by_saying(said: Iterable[tuple[str, str]]) -> list[tuple[list[str], str]]:
    """Put together who said the same, the most first.

    Parameters
    ----------
    said : iterable of (str, str)
        Annotators, and what they said.
    """
    groups: dict[str, list[str]] = {}
    for who, what in said:
        groups.setdefault(what, []).append(who)
    return [(who, what) for what, who in sorted(groups.items(), key=lambda g: -len(g[1]))]


def how_often(given: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Say how often each annotator gave which value, annotators by name.

    Parameters
    ----------
    given : iterable of (str, str)
        Annotators and values.

    Examples
    --------
    >>> how_often([("ben", "worse"), ("ada", "better"), ("ben", "worse")])
    (('ada', 'better: 1'), ('ben', 'worse: 2'))
    """
    said: dict[str, list[str]] = {}
    for (who, value), number in sorted(Counter(given).items()):
        said.setdefault(who, []).append(f"{value}: {number}")
    return tuple((who, ", ".join(counts)) for who, counts in said.items())


def resting(number: int, thing: str, articles: int) -> str:
    """Warn of a case that one vote makes, or one article; "" if several do.

    Parameters
    ----------
    number : int
        How many things.
    thing : str
        What it rests on.
    articles : int
        In how many articles.

    Examples
    --------
    >>> resting(1, "vote", 1), resting(3, "vote", 1), resting(3, "vote", 2)
    ('; rests on 1 vote', '; rests on 1 article', '')
    """
    if number == 1:
        return f"; rests on 1 {thing}"
    return "; rests on 1 article" if articles == 1 else ""


def times(number: int, thing: str) -> str:
    """Count things.

    Examples
    --------
    >>> times(1, "article"), times(2, "article")
    ('1 article', '2 articles')
    """
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
