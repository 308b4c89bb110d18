"""Tokens and sentences by a small rule of Unicode, and how spans of characters lie on tokens."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Fit", "Grid", "sentence_ends", "tokens_of"]

# Each character has one letter, and the rule is a pattern of these letters.
# w letter or digit, c of a script without spaces, m mark, f invisible, j joiner, t skin tone,
# r half a flag, s anything else; a blank is white space.
_TOKEN = re.compile(
    r"w(?:[wm]|[fj]+w)*"  # a word goes on behind what is invisible within it
    r"|cm*"
    r"|rr"
    r"|[rst][mt]*(?:j[rst][mt]*)*"  # an emoji of several code points is one token
    r"|m+|[fj]"
)
_WITHOUT_SPACES = re.compile(
    "CJK|HIRAGANA|KATAKANA|BOPOMOFO|IDEOGRAPHIC|THAI|LAO|KHMER|MYANMAR|TIBETAN"
)
_JOINER = "\u200d"
_BREAK = re.compile("[\n\r\x0b\x0c\x85\u2028\u2029]")
_ENDS_WITHOUT_SPACE = frozenset("。！？｡")
_ENDS = frozenset(".!?…؟۔।॥։።") | _ENDS_WITHOUT_SPACE
_CLOSES = frozenset("\"'”’»›)]}」』）】＂＇")


def tokens_of(text: str) -> list[tuple[int, int]]:
    """Give where each token starts and ends; white space belongs to none.

    Words, digits and marks stay together, whatever else is visible is a token of its own. Scripts
    that are written without spaces have a token for each character.

    Examples
    --------
    >>> [("No, 12\u202f345.")[start:end] for start, end in tokens_of("No, 12\u202f345.")]
    ['No', ',', '12', '345', '.']
    """
    kinds = "".join(map(_kind, text))
    return [found.span() for found in _TOKEN.finditer(kinds)]


@lru_cache(maxsize=100_000)
def _kind(character: str) -> str:
    category = unicodedata.category(character)
    if character.isspace():
        kind = " "
    elif category[0] == "M":
        kind = "m"
    elif character.isalnum() or character == "_":
        kind = "c" if _WITHOUT_SPACES.match(unicodedata.name(character, "")) else "w"
    elif category == "Cf":
        kind = "j" if character == _JOINER else "f"
    elif "\U0001f1e6" <= character <= "\U0001f1ff":
        kind = "r"
    else:
        kind = "t" if "\U0001f3fb" <= character <= "\U0001f3ff" else "s"
    return kind


def sentence_ends(text: str, tokens: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Give for each sentence the number of the tokens up to its end.

    A sentence ends at a line break, and with a full stop and the like before white space, unless a
    small letter follows or a single capital precedes. Abbreviations are not known.

    Examples
    --------
    >>> text = "She, M. Ruiz, left. “No!” he said. They"
    >>> list(sentence_ends(text, tokens_of(text)))
    [8, 15, 16]
    """
    ended = False
    for number, ((start, end), (begins, past)) in enumerate(pairwise(tokens), start=1):
        word, gap, then = text[start:end], text[end:begins], text[begins:past]
        if word in _ENDS:
            ended = word != "." or not _is_initial(text, start)
        elif word not in _CLOSES:
            ended = False
        told = ended and not then[0].islower() and then not in _CLOSES | _ENDS
        apart = bool(gap) or bool(_ENDS_WITHOUT_SPACE.intersection(text[max(0, end - 2) : end]))
        if _BREAK.search(gap) or (told and apart):
            yield number
    if tokens:
        yield len(tokens)


def _is_initial(text: str, stop: int) -> bool:
    before = text[max(0, stop - 2) : stop]
    return before[-1:].isupper() and not before[:-1].isalnum()


@dataclass(frozen=True)
class Fit:
    """Where a span lies on tokens.

    Parameters
    ----------
    first, past : int
        The first of its tokens, and the one after the last; the same if there is none.
    start, end : int
        The characters that these cover.
    what : {"", "moved", "dropped"}
        What became of it.
    why : str
        And why, "" if nothing did.
    """

    first: int
    past: int
    start: int
    end: int
    what: str = ""
    why: str = ""


class Grid:
    """The tokens of a text, onto which spans are fitted.

    Parameters
    ----------
    tokens : sequence of (int, int)
        Where each starts and ends, in order.
    """

    def __init__(self, tokens: Sequence[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in tokens]
        self._ends = [end for _, end in tokens]

    def fit(self, start: int, end: int) -> Fit:
        """Widen a span to all tokens that it has a character of.

        Examples
        --------
        >>> Grid([(0, 4), (5, 9)]).fit(0, 4).what
        ''
        >>> Grid([(0, 4), (5, 9)]).fit(2, 9)
        Fit(first=0, past=2, start=0, end=9, what='moved', why='begins inside a token')
        """
        first, past = bisect_right(self._ends, start), bisect_left(self._starts, end)
        if start >= end or first >= past:
            return Fit(first, first, start, start, "dropped", "holds no part of a token")
        fitted = self._starts[first], self._ends[past - 1]
        why = [_side("begins", fitted[0] - start), _side("ends", end - fitted[1])]
        told = " and ".join(filter(None, why))
        return Fit(first, past, *fitted, "moved" if told else "", told)


def _side(verb: str, beyond: int) -> str:
    """Tell why an edge moved, if it did; it goes inwards only over white space."""
    if not beyond:
        return ""
    return f"{verb} {'between tokens' if beyond > 0 else 'inside a token'}"
