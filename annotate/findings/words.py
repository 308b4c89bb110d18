"""Words of any language, so that a phrase is the same phrase however it was written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Word", "core", "normalised", "words"]

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″＂", '"'),
        **dict.fromkeys("‘’‚‛‹›′`´＇", "'"),
        **dict.fromkeys("‐‑", "-"),
    }
)
_ASCII = re.compile(r"[0-9A-Za-z]+|[!-/:-@\[-`{-~]")
_QUOTES = frozenset("\"'")
_CARRIES_MEANING = frozenset("%#@&")  # punctuation to Unicode, words to a reader
# Scripts that put no space between words: there each letter counts as a word.
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x312F),  # Han radicals, kana, bopomofo
    (0x31A0, 0x9FFF),  # kana extensions, Han
    (0xF900, 0xFAFF),  # Han compatibility
    (0xFF66, 0xFF9D),  # halfwidth kana
    (0x1B000, 0x1B16F),  # kana supplements
    (0x20000, 0x3FFFF),  # Han extensions
)
_ROUNDS = 8  # folding is stable after two; the rest is for what Unicode may add


@dataclass(frozen=True)
class Word:
    """A word or sign of a text.

    Parameters
    ----------
    form : str
        As it counts: without case, in one Unicode form, quotation marks and hyphens as ASCII.
    start, end : int
        Where it stands, in code points, half-open.
    """

    form: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """Split a text into words and signs; white space and invisible characters are neither.

    A word is a run of letters, digits and marks, one letter in scripts without spaces.

    Parameters
    ----------
    text : str
        Any.

    Examples
    --------
    >>> [word.form for word in words("Russia’s “so-called” vote")]
    ['russia', "'", 's', '"', 'so', '-', 'called', '"', 'vote']
    """
    if text.isascii():  # what `_limits` says of these, ten times as fast
        found = _ASCII.finditer(text)
        return [Word(_form(each[0]), each.start(), each.end()) for each in found]
    return [Word(_form(text[start:end]), start, end) for start, end in _limits(text)]


def core(found: Sequence[Word]) -> Sequence[Word]:
    """Take punctuation off both ends, but not the quotation marks that a phrase stands in.

    Parameters
    ----------
    found : sequence of Word
        As `words` gives them. If there is nothing but punctuation, all of it stays.
    """
    inner = [place for place, word in enumerate(found) if not _is_loose(word.form)]
    if not inner:
        return found
    first, last = inner[0], inner[-1]
    if first > 0 and last + 1 < len(found):
        before, after = found[first - 1].form, found[last + 1].form
        if before == after and before in _QUOTES:
            first, last = first - 1, last + 1
    return found[first : last + 1]


def normalised(text: str) -> str:
    r"""Give a phrase as it counts: its words with a space between them.

    Parameters
    ----------
    text : str
        As it was marked.

    Examples
    --------
    >>> normalised("  The Regime’s\nend, "), normalised("“Peace”")
    ("the regime ' s end", '" peace "')
    """
    return " ".join(word.form for word in core(words(text)))


def _limits(text: str) -> list[tuple[int, int]]:
    """Find where words and signs stand."""
    found: list[list[int]] = []
    is_open = takes_letters = False
    for place, character in enumerate(text):
        kind = _kind(character)
        if kind == "nothing":
            continue
        if (kind == "mark" and is_open) or (kind == "letter" and takes_letters):
            found[-1][1] = place + 1
            continue
        is_open = kind != "space"
        takes_letters = kind in {"letter", "mark"}
        if is_open:
            found.append([place, place + 1])
    return [(start, end) for start, end in found]


@cache
def _kind(character: str) -> str:
    category = unicodedata.category(character)
    if character.isspace() or category == "Cc" or character == "\u200b":
        return "space"
    if category == "Cf":  # soft hyphens, joiners, turns of the reading direction
        return "nothing"
    if category[0] == "M":
        return "mark"
    if not character.isalnum():
        return "sign"
    point = ord(character)
    return "alone" if any(low <= point <= high for low, high in _UNSPACED) else "letter"


def _form(word: str) -> str:
    """Fold one word; where that would break it into several it is folded less."""
    if word.isascii():
        return word.lower() if word != "`" else "'"
    plain = "".join(c for c in word if _kind(c) != "nothing").translate(_ALIKE)
    for shape in ("NFKC", "NFC"):
        folded = _folded(plain, shape)
        if _limits(folded) == [(0, len(folded))]:
            return folded
    return plain


def _folded(word: str, shape: str) -> str:
    for _ in range(_ROUNDS):
        known = word
        word = unicodedata.normalize(
            shape,  # type: ignore[arg-type]
            unicodedata.normalize(shape, word).translate(_ALIKE).casefold(),  # type: ignore[arg-type]
        )
        if word == known:
            break
    return word


@cache
def _is_loose(form: str) -> bool:
    return unicodedata.category(form[0])[0] == "P" and form not in _CARRIES_MEANING
