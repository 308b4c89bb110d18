"""What was pulled becomes a snapshot, and the tables follow from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from annotate.studio.exports import RefusedTask
    from annotate.study import Study
    from annotate.tables import Tables

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
    refused: list[RefusedTask] = field(default_factory=list)


def store(
    study: Study,
    source: str,
    tasks: list[dict[str, Any]],
    roster: list[str],
    refused: list[RefusedTask],
) -> PullOutcome:
    """Write the snapshot and the tables that follow from it."""
    from annotate.snapshots import Header, write_snapshot

    header = Header(
        source=source,
        pulled_at=datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        schema_version=study.schema().sha256,
        round=ROUND,
        roster=roster,
    )
    written = write_snapshot(study.snapshots, header, tasks)
    tables = _rebuild(study)
    status = tables.visits["status"].value_counts().to_dict()
    counts = {name: int(status.get(name, 0)) for name in ("submitted", "skipped", "draft")}
    set_aside = int((~tables.faults["kept"].astype(bool)).sum())
    news = "" if written else "Nothing new. "
    return PullOutcome(
        sentence=(
            f"{news}{counts['submitted']} submitted, {counts['skipped']} skipped, "
            f"{counts['draft']} drafts; {len(tables.spans)} spans; {set_aside} set aside."
        ),
        changed=written is not None,
        submitted=counts["submitted"],
        skipped=counts["skipped"],
        drafts=counts["draft"],
        spans=len(tables.spans),
        set_aside=set_aside,
        refused=refused,
    )


def _rebuild(study: Study) -> Tables:
    from annotate.labels import build_tables
    from annotate.snapshots import latest_of_each_source

    articles = study.articles()
    hashes = dict(zip(articles["article_id"], articles["text_sha256"], strict=True))
    snapshots = latest_of_each_source(study.snapshots).values()
    tables = build_tables(snapshots, study.schema(), study.texts(), hashes)
    study.save_tables(tables)
    return tables
