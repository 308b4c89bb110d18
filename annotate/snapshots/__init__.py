"""What was pulled, kept for ever. The tables are a pure function of it."""

from annotate.snapshots.files import Header, Section, Snapshot, read_header, read_snapshot
from annotate.snapshots.rewrite import allowed, allowed_state, counted, rewrite
from annotate.snapshots.state import State, latest, write_snapshot

__all__ = [
    "Header",
    "Section",
    "Snapshot",
    "State",
    "allowed",
    "allowed_state",
    "counted",
    "latest",
    "read_header",
    "read_snapshot",
    "rewrite",
    "write_snapshot",
]
