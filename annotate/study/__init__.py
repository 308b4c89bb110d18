"""A study on disk: settings, rounds, tables, snapshots. The only place that knows file names."""

from annotate.settings import Assigning, Settings
from annotate.study.study import Study

__all__ = ["Assigning", "Settings", "Study"]
