"""What was pulled, kept for ever. The tables are a pure function of it."""

from annotate.snapshots.files import Header, Section, Snapshot, read_header, read_snapshot
from annotate.snapshots.state import State, latest, write_snapshot

__all__ = [
    "Header",
    "Section",
    "Snapshot",
    "State",
    "latest",
    "read_header",
    "read_snapshot",
    "write_snapshot",
]
