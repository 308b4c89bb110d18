"""Pseudonyms for work that is looked at once and kept nowhere."""

from __future__ import annotations

from pathlib import Path

from annotate.studio.people import Pseudonyms

__all__ = ["PassingPseudonyms"]


class PassingPseudonyms(Pseudonyms):
    """Numbers people in the order in which they turn up, and forgets them.

    Parameters
    ----------
    emails : dict of int to str
        The users whom the export names in full somewhere.
    """

    def __init__(self, emails: dict[int, str]) -> None:
        super().__init__(Path(), "this file", emails)

    def __post_init__(self) -> None:
        """Begin with nobody: there is no map to read."""
        self._known = {}

    def save(self) -> None:
        """Write nothing."""
