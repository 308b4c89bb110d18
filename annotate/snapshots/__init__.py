"""What was pulled, kept for ever. The tables are a pure function of it."""

from annotate.snapshots.files import Header, Section, Snapshot, read_header, read_snapshot
from annotate.snapshots.pulls import LastPull, last_pull, pulled_at
from annotate.snapshots.rewrite import allowed, allowed_state, counted, rewrite
from annotate.snapshots.state import State, differing, latest, write_snapshot

__all__ = [
    "Header",
    "LastPull",
    "Section",
    "Snapshot",
    "State",
    "allowed",
    "allowed_state",
    "counted",
    "differing",
    "last_pull",
    "latest",
    "pulled_at",
    "read_header",
    "read_snapshot",
    "rewrite",
    "write_snapshot",
]
