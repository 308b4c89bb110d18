"""What the last pull brought, and what was known before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from annotate.findings.changes import Changes
    from annotate.snapshots import Snapshot, State
    from annotate.study import Study
    from annotate.summary import Summary
    from annotate.tables import Tables

__all__ = ["news", "summary_before"]


def news(study: Study) -> Changes | None:
    """Tell what the last pull that brought anything brought; None before the first.

    Only the desks that it brought something of are read.

    Raises
    ------
    StudyError, SnapshotError, ConfigError
        If something that it is told from cannot be read.
    """
    from annotate.findings.changes import Changes, came
    from annotate.snapshots import last_pull, latest
    from annotate.tables import Tables

    pulled = last_pull(study.snapshots)
    if pulled is None:
        return None
    if pulled.since is None:
        return Changes(None, pulled.until, came(Tables.empty(), study.tables()))
    now = latest(study.snapshots, only=pulled.sections)
    before = latest(study.snapshots, until=pulled.since, only=pulled.sections)
    articles = _articles(before, now)
    tables = [_built(study, state, articles) for state in (before, now)]
    return Changes(pulled.since, pulled.until, came(*tables))


def summary_before(study: Study, since: datetime) -> Summary:
    """Gather the findings from what was known at some time, with the study as it is now otherwise.

    Raises
    ------
    StudyError, SnapshotError, ConfigError
        If something that it is told from cannot be read.
    """
    from annotate.labels import with_fresh
    from annotate.snapshots import latest
    from annotate.summary import summarise

    now, before = latest(study.snapshots), latest(study.snapshots, until=since)
    articles = _articles(before, now)
    fresh = _built(study, before, articles)
    tables = with_fresh(study.tables(), fresh, articles, before.values(), study.texts())
    counted = tables.of_rounds(without=study.uncounted_rounds())
    return summarise(study.settings(), study.schema(), study.articles(), counted)


def _articles(before: State, now: State) -> set[str]:
    """Name the articles whose work is other now."""
    from annotate.snapshots import differing

    found: set[str] = set()
    for section, snapshot in now.items():
        found |= differing(before.get(section), snapshot)
    return found


def _built(study: Study, state: State, articles: set[str]) -> Tables:
    """Build the tables of some articles from what is known, as the study is now."""
    from annotate.labels import build_tables
    from annotate.snapshots import allowed_state

    known: list[Snapshot] = list(allowed_state(state, study.tombstones()).values())
    frame, versions = study.articles(), study.versions()
    texts, hashes = (
        dict(zip(frame["article_id"], frame[name], strict=True)) for name in ("text", "text_sha256")
    )
    return build_tables(known, versions.current, texts, hashes, versions=versions, only=articles)
