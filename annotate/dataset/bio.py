r"""Columns that say of each token whether a span begins, goes on or is not there; their files.

Untrusted text stands in one field of one line: white space, control characters, ``#`` and the
backslash itself are written as ``\uXXXX``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from annotate.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["ConllDocument", "ConllSpan", "ConllToken", "escaped", "layered", "read_conll"]

_OUTSIDE = "O"
_FIRST = "# article_id = "  # of each block
_FIXED = 3  # columns before the first group: token, start, end
_COMMENT = re.compile("# ([^ ]+) = (.*)")
_SPECIAL = re.compile(r"[\\#\s\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")


@dataclass(frozen=True)
class ConllToken:
    """A token and the characters of the text that it is."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, order=True)
class ConllSpan:
    """A span as the tokens give it."""

    start: int
    end: int
    group: str
    label: str


@dataclass(frozen=True)
class ConllDocument:
    """An article as one annotator or the consensus sees it.

    Parameters
    ----------
    about : dict of str to str
        What the lines before the tokens say, by name: ``article_id``, ``source``, ``split`` ….
    tokens : list of ConllToken
        In the order of the text.
    sentences : list of int
        The number of the tokens up to the end of each sentence.
    spans : list of ConllSpan
        By place; overlapping ones and equal ones are all there.
    """

    about: dict[str, str]
    tokens: list[ConllToken]
    sentences: list[int]
    spans: list[ConllSpan]

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """What the source says of the article, by question."""
        said: dict[str, dict[str, Any]] = json.loads(self.about["answers"])
        return said


def escaped(text: str, plain: str = "") -> str:
    r"""Write a text in one field of one line.

    Examples
    --------
    >>> escaped("a\nb #"), escaped("a\nb #", " #")
    ('a\\u000ab\\u0020\\u0023', 'a\\u000ab #')
    """
    return _SPECIAL.sub(
        lambda found: found[0] if found[0] in plain else f"\\u{ord(found[0]):04x}", text
    )


def unescaped(text: str) -> str:
    r"""Give a text back.

    Examples
    --------
    >>> unescaped("a\\u0020b") == unescaped(escaped("a b")) == "a b"
    True
    """
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def layered(
    group: str, spans: Iterable[tuple[int, int, str]], size: int
) -> Iterator[tuple[str, list[str]]]:
    """Spread the spans of a group over as few columns as keep them apart.

    Parameters
    ----------
    group : str
        Of labels.
    spans : iterable of (int, int, str)
        The first token, the one after the last, and the label.
    size : int
        The number of tokens.

    Yields
    ------
    name : str
        Of the column: the group, then ``GROUP.2`` and so on.
    tags : list of str
        For each token one.

    Examples
    --------
    >>> list(layered("loaded", [(0, 2, "Cue"), (1, 2, "Cue"), (2, 3, "Cue")], 3))
    [('loaded', ['B-Cue', 'I-Cue', 'B-Cue']), ('loaded.2', ['O', 'B-Cue', 'O'])]
    """
    columns: list[list[str]] = [[_OUTSIDE] * size]
    taken = [0]
    for first, past, label in sorted(spans, key=lambda span: (span[0], -span[1], span[2])):
        depth = next((n for n, end in enumerate(taken) if end <= first), len(taken))
        if depth == len(taken):
            columns.append([_OUTSIDE] * size)
            taken.append(0)
        tag = escaped(label)
        columns[depth][first:past] = [f"B-{tag}", *[f"I-{tag}"] * (past - first - 1)]
        taken[depth] = past
    # No group has a stop in its name there, so that what follows one is a number.
    name = escaped(group).replace(".", f"\\u{ord('.'):04x}")
    for number, tags in enumerate(columns, start=1):
        yield (name if number == 1 else f"{name}.{number}"), tags


def read_conll(path: Path) -> Iterator[ConllDocument]:
    """Read a file of this format, document after document.

    Parameters
    ----------
    path : Path
        Such as ``conll/train/consensus.conll``.

    Yields
    ------
    ConllDocument
        For each block one.

    Raises
    ------
    TableError
        If a line is not of this format.
    """
    block = _Block()
    # Not by `splitlines`: only a line feed ends a line here.
    with path.open(encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file, start=1):
            if line.startswith(_FIRST) and block.about:
                yield block.document()
                block = _Block()
            try:
                block.take(line.removesuffix("\n"))
            except (ValueError, LookupError) as error:
                message = f'"{path}", line {number}: this is no line of a dataset\'s CoNLL file.'
                raise TableError(message) from error
    if block.about:
        yield block.document()


@dataclass
class _Block:
    """A document that is being read."""

    about: dict[str, str] = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)
    tokens: list[ConllToken] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    spans: list[ConllSpan] = field(default_factory=list)
    # By column: where the span at hand starts, and its label.
    at_hand: dict[int, tuple[int, str]] = field(default_factory=dict)

    def take(self, line: str) -> None:
        if not self.about and not line.startswith(_FIRST):
            raise ValueError(line)
        if line.startswith("#"):
            self._comment(line)
        elif line:
            self._token(line.split("\t"))
        elif self.tokens:
            self.sentences.append(len(self.tokens))

    def document(self) -> ConllDocument:
        for column in list(self.at_hand):
            self._end(column)
        return ConllDocument(self.about, self.tokens, self.sentences, sorted(self.spans))

    def _comment(self, line: str) -> None:
        found = _COMMENT.fullmatch(line)
        if found is None:
            raise ValueError(line)
        if found[1] == "columns":
            names = found[2].split("\t")[_FIXED:]
            self.groups = [unescaped(name.split(".")[0]) for name in names]
        else:
            self.about[found[1]] = unescaped(found[2])

    def _token(self, fields: list[str]) -> None:
        text, start, end, *tags = fields
        for column, (_, tag) in enumerate(zip(self.groups, tags, strict=True)):
            kind, _, label = tag.partition("-")
            if kind == "I" and self.at_hand[column][1] == label:
                continue
            self._end(column)
            if kind == "B":
                self.at_hand[column] = int(start), label
            elif tag != _OUTSIDE:
                raise ValueError(tag)
        self.tokens.append(ConllToken(unescaped(text), int(start), int(end)))

    def _end(self, column: int) -> None:
        """Keep the span at hand, which ended with the token before."""
        if column in self.at_hand:
            start, label = self.at_hand.pop(column)
            make = partial(ConllSpan, start, self.tokens[-1].end, self.groups[column])
            self.spans.append(make(unescaped(label)))
