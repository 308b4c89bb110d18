"""What was pulled becomes a snapshot, and the tables follow from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from annotate.rounds import MAIN
from annotate.tidy.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from annotate.snapshots import Snapshot, State
    from annotate.studio.exports import RefusedTask
    from annotate.study import Study
    from annotate.tables import Tables

__all__ = ["PullOutcome", "outcome", "store"]

_NAMED = 5  # pieces of work in a message


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
        Annotations that the last pull of the same desks had and this one has not.
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
    """Write the snapshot of an export and the tables that follow from it."""
    from annotate.snapshots import Header, latest, write_snapshot

    header = Header(
        source=source,
        pulled_at=datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        schema_version=study.schema().sha256,
        round=MAIN,
        roster=roster,
    )
    before = latest(study.snapshots)
    written = write_snapshot(study.snapshots, header, tasks, before.get(header.section))
    after = {**before, **({header.section: written} if written else {})}
    return outcome(study.build_tables(after), before, after, refused)


def outcome(
    tables: Tables, before: State, after: State, refused: Iterable[RefusedTask] = ()
) -> PullOutcome:
    """Say what a pull brought, from what was known before and is known now."""
    status = tables.visits["status"].value_counts().to_dict()
    counts = {name: int(status.get(name, 0)) for name in ("submitted", "skipped", "draft")}
    set_aside = int((~tables.faults["kept"].astype(bool)).sum())
    changed = any(after[section] is not before.get(section) for section in after)
    lost = {
        snapshot.name: _gone(snapshot, after[section])
        for section, snapshot in before.items()
        if after[section] is not snapshot
    }
    return PullOutcome(
        sentence=(
            f"{'' if changed else 'Nothing new. '}{counts['submitted']} submitted, "
            f"{counts['skipped']} skipped, {counts['draft']} in draft; {len(tables.spans)} spans; "
            f"{set_aside} set aside.{_lost(lost)}"
        ),
        changed=changed,
        submitted=counts["submitted"],
        skipped=counts["skipped"],
        drafts=counts["draft"],
        spans=len(tables.spans),
        set_aside=set_aside,
        gone=sum(map(len, lost.values())),
        refused=list(refused),
    )


def _gone(before: Snapshot, after: Snapshot) -> list[tuple[str, str, str]]:
    """Name the annotations that are not there any more: article, annotator, number."""
    held = {task["task_id"]: task for task in after.tasks if "task_id" in task}
    changed = [task for task in before.tasks if held.get(task.get("task_id")) is not task]
    # What came anew under another task, as after a desk was made again, is not gone.
    return sorted(_work(changed) - _work(after.tasks)) if changed else []


def _work(tasks: Iterable[dict[str, Any]]) -> set[tuple[str, str, str]]:
    """Name every annotation."""
    return {
        (task["article_id"], item["annotator"], item["id"])
        for task in tasks
        for item in task["annotations"]
    }


def _lost(lost: dict[str, list[tuple[str, str, str]]]) -> str:
    """Say what the last pull had and this one has not: deleted, or not exported."""
    gone = [each for listed in lost.values() for each in listed]
    if not gone:
        return ""
    where = ", ".join(f"snapshots/{name}" for name, listed in lost.items() if listed and name)
    shown = ", ".join(f"{who}'s of {article}" for article, who, _ in gone[:_NAMED])
    more = f" and {len(gone) - _NAMED} more" if len(gone) > _NAMED else ""
    what = counted(
        len(gone),
        "annotation of the last pull is gone from Label Studio and counts",
        "annotations of the last pull are gone from Label Studio and count",
    )
    return (
        f" Attention: {what} no more ({shown}{more}); {where} or what it rests on still holds them."
    )
