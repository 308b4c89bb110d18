"""All texts of a study as numbered words, so that phrases are found in them at once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotate.findings.words import core, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from annotate.findings.words import Word

    Places = NDArray[np.int64]

__all__ = ["Cored", "Texts", "Wordings"]

_END = 0  # the number that ends each article and stands in no phrase
_AT_ONCE = 1 << 20  # words; what is looked at fits the memory of a small machine
_STOP = ""  # no word's form is empty


@dataclass(frozen=True)
class Cored:
    """A marked text as it counts.

    Parameters
    ----------
    wording : tuple of int
        The numbers of its words; empty if there is none.
    start, end : int
        Which part of it they take, in code points.
    """

    wording: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Texts:
    """Every word of every article.

    Parameters
    ----------
    number : array of int, shape (N,)
        Each word's form; after each article one 0.
    start, end : array of int, shape (N,)
        Where it stands in all texts laid end to end.
    article : array of int, shape (N,)
        The article's place.
    base : array of int, shape (G + 1,)
        Where each article begins in all texts laid end to end.
    forms : dict of str to int
        The number of each form.
    """

    number: NDArray[np.int32]
    start: NDArray[np.signedinteger]
    end: NDArray[np.signedinteger]
    article: NDArray[np.int32]
    base: Places
    forms: dict[str, int]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Texts:
        """Give the words of some texts their numbers."""
        # What stands between blanks is cut into words once, however often it is met.
        seen: defaultdict[str | None, int] = defaultdict()
        seen.default_factory = seen.__len__
        end = seen[None]
        pieces, base = [], [0]
        for text in texts:
            found = [seen[chunk] for chunk in text.replace("\n", " ").split(" ")]
            pieces.append(np.array([*found, end], dtype=np.int32))
            base.append(base[-1] + len(text) + 1)
        chunk = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int32)
        return _cut(chunk, [str(name) for name in list(seen)[1:]], np.array(base))

    def cored(self, text: str) -> Cored:
        """Give a marked text as it counts; words that are new get numbers."""
        return self._cored(core(words(text)))

    def _cored(self, found: Sequence[Word]) -> Cored:
        if not found:
            return Cored((), 0, 0)
        numbers = (self.forms.setdefault(word.form, len(self.forms)) for word in found)
        return Cored(tuple(numbers), found[0].start, found[-1].end)

    def touched(self, article: Places, start: Places, end: Places) -> tuple[Places, Places]:
        """Give the words that stretches of the articles touch: the first, and one past the last."""
        base = self.base[article]
        return (
            np.searchsorted(self.end, base + start, side="right"),
            np.searchsorted(self.start, base + end, side="left"),
        )

    def find(self, wording: Sequence[int]) -> Places:
        """Give the place of the first word wherever a wording stands."""
        if not wording:
            return np.zeros(0, dtype=np.int64)
        at = np.flatnonzero(self.number == wording[0])
        for further, number in enumerate(wording[1:], 1):
            at = at[self.number[at + further] == number]
        return at


def _cut(chunk: NDArray[np.int32], names: list[str], base: Places) -> Texts:
    """Lay the words of each chunk where the chunk stands."""
    forms = {_STOP: _END}
    cut = [words(name) for name in names]
    flat = [word for found in cut for word in found]
    times = np.array([1, *map(len, cut)])
    number = np.array([_END, *(forms.setdefault(w.form, len(forms)) for w in flat)], np.int32)
    inside = np.array([(0, 0), *((word.start, word.end) for word in flat)]).reshape(-1, 2)
    # The chunk that ends an article takes no room; every other one blank after it.
    room = np.array([0, *(len(name) + 1 for name in names)])[chunk]
    begins = np.cumsum(room) - room
    repeated = times[chunk]
    which = np.repeat((np.cumsum(times) - times)[chunk], repeated)
    which += np.arange(len(which)) - np.repeat(np.cumsum(repeated) - repeated, repeated)
    origin = np.repeat(begins, repeated)
    ends = np.repeat(np.cumsum(chunk == 0) - (chunk == 0), repeated)
    small = np.int32 if base[-1] <= np.iinfo(np.int32).max else np.int64
    return Texts(
        number=number[which],
        start=(origin + inside[which, 0]).astype(small),
        end=(origin + inside[which, 1]).astype(small),
        article=ends.astype(np.int32),
        base=base,
        forms=forms,
    )


@dataclass(frozen=True)
class Wordings:
    """Many wordings as one tree, to be looked up in all texts together.

    Parameters
    ----------
    levels : tuple of (array, array)
        For each further word the keys (place in the tree times `size`, plus the word's number),
        in ascending order, and the wording that ends there, -1 for none.
    size : int
        How many numbers there are.
    """

    levels: tuple[tuple[Places, Places], ...]
    size: int

    @classmethod
    def of(cls, wordings: Sequence[tuple[int, ...]], size: int) -> Wordings:
        """Grow the tree; wordings are distinct and not empty."""
        length = np.array([len(wording) for wording in wordings], dtype=np.int64)
        flat = np.array([number for w in wordings for number in w], dtype=np.int64)
        begins = np.cumsum(length) - length
        levels: list[tuple[Places, Places]] = []
        alive: Places = np.arange(len(wordings))
        node: Places = np.zeros(len(wordings), dtype=np.int64)
        while len(alive):
            wanted: Places = node * size + flat[begins[alive] + len(levels)]
            keys, which = np.unique(wanted, return_inverse=True)
            node = which.astype(np.int64)
            ends = np.full(len(keys), -1)
            done = length[alive] == len(levels) + 1
            ends[node[done]] = alive[done]
            levels.append((keys, ends))
            alive, node = alive[~done], node[~done]
        return cls(tuple(levels), size)

    def found(self, texts: Texts) -> Iterator[tuple[Places, Places, int]]:
        """Find every wording wherever it stands.

        Yields
        ------
        array of int, array of int, int
            Where it begins, in ascending order, which wording it is, and how many words it has.
        """
        if not self.levels:
            return
        first = np.full(self.size, -1, dtype=np.int64)
        first[self.levels[0][0]] = np.arange(len(self.levels[0][0]))
        for begin in range(0, len(texts.number), _AT_ONCE):
            node = first[texts.number[begin : begin + _AT_ONCE]]
            at = np.flatnonzero(node >= 0)
            node, at = node[at], at + begin
            for further, (keys, ends) in enumerate(self.levels):
                if further:
                    at, node = self._step(keys, node, at, texts.number[at + further])
                wording = ends[node]
                here = wording >= 0
                if here.any():
                    yield at[here], wording[here], further + 1
                if not len(at):
                    break

    def _step(
        self, keys: Places, node: Places, at: Places, number: NDArray[np.int32]
    ) -> tuple[Places, Places]:
        wanted = node * self.size + number
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        kept = keys[place] == wanted
        return at[kept], place[kept]
