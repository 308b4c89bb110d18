"""Any table of labels: read, proven, and turned into the evidence that agreement rests on."""

from annotate.tidy.columns import Columns
from annotate.tidy.scored import Scored

__all__ = ["Columns", "Scored"]
