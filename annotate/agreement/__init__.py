"""How far annotators agree. Knows tables and schemes, neither files nor Label Studio."""

from annotate.agreement.figures import Counts, Figure, verdict
from annotate.agreement.score import score

__all__ = ["Counts", "Figure", "score", "verdict"]
