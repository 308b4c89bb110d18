"""What annotators should talk about first."""

from annotate.reliability.triage.case import Case
from annotate.reliability.triage.ranking import gains, triage

__all__ = ["Case", "gains", "triage"]
