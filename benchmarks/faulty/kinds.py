"""The kinds of fault that can befall a request, and when each one strikes."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["BY_NAME", "KINDS", "Faults", "Kind", "is_listing"]

_LISTINGS = ("/api/tasks", "/api/projects")


@dataclass(frozen=True)
class Kind:
    """A kind of fault.

    Parameters
    ----------
    name : str
        What the table of results calls it; what is after the comma tells kinds of a play apart.
    play : str
        What the proxy does with the answer.
    done : bool
        Whether the server carries the request out all the same.
    only : str
        "listing" for pages after the first, "write" for requests that change something.
    """

    name: str
    play: str
    done: bool
    only: str = ""


KINDS = (
    Kind("5xx, not done", "error", done=False),
    Kind("5xx, done", "error", done=True),
    Kind("429 with Retry-After", "busy", done=False),
    Kind("404 within a listing", "not found", done=False, only="listing"),
    Kind("cut, not done", "cut", done=False),
    Kind("cut, done", "cut", done=True),
    Kind("cut, done later", "cut early", done=True, only="write"),
    Kind("time-out, not done", "withhold", done=False),
    Kind("time-out, done", "withhold", done=True),
    Kind("body shorter than said", "short", done=True),
    Kind("chunks cut off", "half chunked", done=True),
    Kind("JSON cut off", "half", done=True),
    Kind("empty 200, not done", "empty", done=False),
    Kind("empty 200, done", "empty", done=True),
    Kind("slow", "slow", done=True),
)
BY_NAME = {kind.name: kind for kind in KINDS}


class Faults:
    """Says for each request whether a fault befalls it: none until it is told to.

    Parameters
    ----------
    seed : int
        Of the draws. Times are the machine's own, so two runs with a seed are alike, not equal.
    kinds : sequence of Kind
        What may happen.
    """

    def __init__(self, seed: int, kinds: Sequence[Kind] = KINDS) -> None:
        self.kinds = tuple(kinds)
        self.random = random.Random(seed)  # noqa: S311 - a seed, not a secret
        self.hits: list[Kind] = []
        self._lock = threading.Lock()
        self._able = self.kinds
        self._chance = 0.0
        self._most = 0
        self._skip = 0
        self._writes_only = False

    def calm(self) -> list[Kind]:
        """Let everything pass from now on, and give what was done since the last call."""
        with self._lock:
            self._most = 0
            hits, self.hits = self.hits, []
            return hits

    def one(self, among: int) -> None:
        """Strike once with a kind drawn now: any of the next `among` requests that it can befall.

        Kinds that befall few requests strike an early one of these.
        """
        with self._lock:
            kind = self.random.choice(self.kinds)
            self._able, self._most, self._writes_only = (kind,), 1, False
            self._skip = 0 if kind.only else self.random.randrange(among)
            self._chance = 0.5 if kind.only else 1.0

    def one_write(self) -> None:
        """Strike one of the next requests that change something, the first most likely."""
        with self._lock:
            self._able, self._most, self._writes_only = self.kinds, 1, True
            self._skip, self._chance = 0, 0.6

    def many(self, chance: float) -> None:
        """Strike each request with this chance."""
        with self._lock:
            self._able, self._most, self._writes_only = self.kinds, 1_000, False
            self._skip, self._chance = 0, chance

    def draw(self, method: str, target: str) -> Kind | None:
        """Choose what befalls a request.

        Parameters
        ----------
        method, target : str
            Of the request, as ``GET`` and ``/api/tasks?page=2``.
        """
        with self._lock:
            able = [kind for kind in self._able if _can(kind, method, target)]
            if not able or len(self.hits) >= self._most:
                return None
            if self._writes_only and method == "GET":
                return None
            if self._skip:
                self._skip -= 1
                return None
            if self.random.random() >= self._chance:
                return None
            kind = self.random.choice(able)
            self.hits.append(kind)
            return kind


def _can(kind: Kind, method: str, target: str) -> bool:
    if kind.only == "listing":
        page = parse_qs(urlsplit(target).query).get("page", ["1"])[0]
        return method == "GET" and is_listing(target) and page != "1"
    return not kind.only or method != "GET"


def is_listing(target: str) -> bool:
    """Tell whether a request's target is a list that comes in pages."""
    return urlsplit(target).path.rstrip("/") in _LISTINGS
