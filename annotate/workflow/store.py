"""What was pulled becomes a snapshot, and the tables follow from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from annotate.snapshots import Snapshot
    from annotate.studio.exports import RefusedTask
    from annotate.study import Study

__all__ = ["ROUND", "PullOutcome", "store"]

ROUND = "main"  # the tables have rounds; a study has one so far


@dataclass(frozen=True)
class PullOutcome:
    """What a pull brought.

    Parameters
    ----------
    sentence : str
        What came in, for people.
    changed : bool
        Whether anything was new.
    submitted, skipped, drafts, spans, set_aside : int
        What the tables hold now.
    gone : int
        Annotations that the last pull of the same source had and this one has not.
    refused : list of RefusedTask
        Tasks of a file that cannot be used.
    """

    sentence: str
    changed: bool
    submitted: int
    skipped: int
    drafts: int
    spans: int
    set_aside: int
    gone: int
    refused: list[RefusedTask] = field(default_factory=list)


def store(
    study: Study,
    source: str,
    tasks: list[dict[str, Any]],
    roster: list[str],
    refused: list[RefusedTask],
) -> PullOutcome:
    """Write the snapshot and the tables that follow from it."""
    from annotate.snapshots import Header, latest_of_each_source, write_snapshot

    header = Header(
        source=source,
        pulled_at=datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        schema_version=study.schema().sha256,
        round=ROUND,
        roster=roster,
    )
    before = latest_of_each_source(study.snapshots).get(source)
    gone = _work(before.tasks if before else []) - _work(tasks)
    written = write_snapshot(study.snapshots, header, tasks)
    tables = study.build_tables()
    status = tables.visits["status"].value_counts().to_dict()
    counts = {name: int(status.get(name, 0)) for name in ("submitted", "skipped", "draft")}
    set_aside = int((~tables.faults["kept"].astype(bool)).sum())
    news = "" if written else "Nothing new. "
    return PullOutcome(
        sentence=(
            f"{news}{counts['submitted']} submitted, {counts['skipped']} skipped, "
            f"{counts['draft']} in draft; {len(tables.spans)} spans; {set_aside} set aside."
            f"{_lost(len(gone), before)}"
        ),
        changed=written is not None,
        submitted=counts["submitted"],
        skipped=counts["skipped"],
        drafts=counts["draft"],
        spans=len(tables.spans),
        set_aside=set_aside,
        gone=len(gone),
        refused=refused,
    )


def _work(tasks: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    """Name every annotation."""
    return {
        (task["article_id"], item["annotator"], item["id"])
        for task in tasks
        for item in task["annotations"]
    }


def _lost(gone: int, before: Snapshot | None) -> str:
    """Say what the last pull had and this one has not: deleted, or not exported."""
    if not gone or before is None:
        return ""
    return (
        f" Attention: {gone} annotations of the last pull are gone from Label Studio and count no "
        f"more; snapshots/{before.name} still holds them."
    )
