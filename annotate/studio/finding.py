"""One check's outcome: what was looked at, what is so, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Finding"]


@dataclass(frozen=True)
class Finding:
    """What a check found.

    Parameters
    ----------
    check : str
        What was looked at, in a word or two.
    state : str
        "ok", "warning" or "failed".
    said : str
        What is so.
    remedy : str
        What to do; empty if all is well.
    """

    check: str
    state: Literal["ok", "warning", "failed"]
    said: str
    remedy: str = ""
