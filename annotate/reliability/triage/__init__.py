"""What annotators should talk about first."""

from annotate.reliability.triage.case import CASE_KINDS, Case
from annotate.reliability.triage.ordered import Ranked
from annotate.reliability.triage.ranking import gains, ranked, triage

__all__ = ["CASE_KINDS", "Case", "Ranked", "gains", "ranked", "triage"]
