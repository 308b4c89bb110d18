"""How far annotators agree. Knows tables and schemes, neither files nor Label Studio."""

from annotate.reliability.figures import Counts, Figure, verdict
from annotate.reliability.score import score

__all__ = ["Counts", "Figure", "score", "verdict"]
