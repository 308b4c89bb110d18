"""Raw annotations to tidy tables."""

from annotate.labels.build import build_tables
from annotate.labels.order import with_fresh
from annotate.labels.results import Fault, Marked, Reading, read_result
from annotate.labels.written import written

__all__ = ["Fault", "Marked", "Reading", "build_tables", "read_result", "with_fresh", "written"]
