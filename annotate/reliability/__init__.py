"""How far annotators agree. Knows tables and schemes, neither files nor Label Studio."""

from annotate.reliability.confusion import confusion
from annotate.reliability.evidence.gather import gather, in_round, restrict
from annotate.reliability.figures import Counts, Figure, verdict
from annotate.reliability.score import score

__all__ = [
    "Counts",
    "Figure",
    "confusion",
    "gather",
    "in_round",
    "restrict",
    "score",
    "verdict",
]
