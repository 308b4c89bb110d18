"""What scoring a table or an export gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotate.reliability.evidence.gathered import Evidence
    from annotate.reliability.figures import Figure

__all__ = ["Scored"]


@dataclass(frozen=True)
class Scored:
    """The figures, what they rest on, and what to know before quoting them.

    Parameters
    ----------
    figures : list of Figure
        In the order of the questions.
    evidence : Evidence or None
        The votes and marks, for views and triage; None where they were never in memory at once,
        or where nobody knows who saw what.
    warnings : tuple of str
        One sentence each: what was left out, what was taken for granted.
    """

    figures: list[Figure]
    evidence: Evidence | None
    warnings: tuple[str, ...] = ()
