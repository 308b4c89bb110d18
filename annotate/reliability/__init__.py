"""How far annotators agree. Knows tables and schemes, neither files nor Label Studio."""

from annotate.reliability.figures import Counts, Figure, verdict

__all__ = ["Counts", "Figure", "verdict"]
