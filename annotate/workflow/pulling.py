"""From the annotators' desks back: what has changed, or everything."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from annotate.collecting import without_collecting
from annotate.errors import ConfigError, NotThere, StudioError, StudyError
from annotate.workflow.assigning import repeat_key
from annotate.workflow.desks import connection_of, ledger_of
from annotate.workflow.exclusive import exclusive
from annotate.workflow.looks import looked
from annotate.workflow.removal import drop_exports
from annotate.workflow.store import outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from annotate.schema.versions import Versions
    from annotate.snapshots import Header, State
    from annotate.studio.connection import Connection
    from annotate.studio.ledger import Desk, Ledger
    from annotate.studio.people import Pseudonyms
    from annotate.studio.pull import Pulled
    from annotate.study import Study
    from annotate.workflow.store import PullOutcome

__all__ = ["pull"]

_ANSWERED = 600.0  # seconds after which no export is still being sent


@looked
@exclusive
@without_collecting()
def pull(
    study: Study, on_desk: Callable[[str], None] = lambda _: None, *, full: bool = False
) -> PullOutcome:
    """Fetch what has changed in Label Studio and build the tables again.

    Parameters
    ----------
    study : Study
        The study.
    on_desk : callable
        Told whose desk is being fetched.
    full : bool
        Fetch everything, whatever the server says has changed.

    Raises
    ------
    StudioError
        If nothing was pushed yet, or Label Studio refuses or cannot be reached. What was fetched
        until then is kept; of the desk at hand everything stays as it was. A desk that is gone
        from the server is said at the end.
    """
    from annotate.snapshots import latest
    from annotate.studio.people import Pseudonyms

    connection = connection_of(study)
    ledger = ledger_of(study, connection)
    stones = study.tombstones()
    desks = [desk for desk in ledger.desks() if not stones.names(desk.annotator)]
    if not desks:
        msg = "Nothing was pushed to this server yet; run `annotate push` first"
        raise StudioError(msg)
    current = study.tables_are_current()
    before = latest(study.snapshots)
    pseudonyms = Pseudonyms(study.people_path, ledger.server, connection.users(), stones)
    visit = _Visit(study, connection, ledger, pseudonyms, dict(before), changed=set())
    gone = []
    for desk in desks:
        on_desk(desk.annotator or "everybody")
        try:
            current &= visit.fetch(desk, full=full)
        except NotThere:
            gone.append(f"{desk.annotator or 'everybody'} (project {desk.project})")
    # What brings nothing leaves the tables alone: whoever looks at them would look anew.
    if current and not visit.changed and study.tables_are_current():
        tables = study.tables()
    else:
        tables = study.build_tables(visit.state, visit.changed if current else None)
    drop_exports(study, older=_ANSWERED)
    if gone:
        msg = (
            f"Label Studio at {connection.url} has no such desk any more: {', '.join(gone)}. What "
            "was pulled from it before stays, and everything else was pulled now; `annotate push` "
            "makes a new desk"
        )
        raise NotThere(msg)
    return outcome(tables, before, visit.state)


@dataclass
class _Visit:
    """A visit to all desks: what is known of them, and the articles whose work has changed."""

    study: Study
    connection: Connection
    ledger: Ledger
    pseudonyms: Pseudonyms
    state: State
    changed: set[str]

    @cached_property
    def named(self) -> Mapping[str, tuple[str, int]]:
        """Article and occasion by what tasks call them."""
        return _named(self.study)

    @cached_property
    def people(self) -> str:
        """Who is known to be who."""
        return self.pseudonyms.stamp(self.study.key())

    @cached_property
    def versions(self) -> Versions:
        """The schemes that desks have."""
        return self.study.versions()

    def fetch(self, desk: Desk, *, full: bool) -> bool:
        """Fetch one desk; tell whether only the work of `changed` articles is other than before."""
        from annotate.snapshots import allowed, differing, write_snapshot
        from annotate.studio.pull import pull_desk

        header = _header(self.study, self.ledger, desk)
        known = self.state.get(header.section)
        # Strangers' work may be somebody's who was named since.
        full |= known is not None and known.header.people != self.people
        pulled = pull_desk(
            self.connection,
            desk,
            self.versions.of(header.schema_version).text_field,
            self.pseudonyms,
            self.named,
            known=None if known is None or full else known.tasks,
            cursor=known.header.cursor if known else "",
        )
        self.pseudonyms.save()
        header = replace(
            header,
            schema_version=_version(self.study, pulled, header.schema_version),
            cursor=pulled.cursor,
            people=self.people,
            base="" if pulled.whole or known is None else known.header.pulled_at,
        )
        tasks = allowed(pulled.tasks, self.pseudonyms.stones)
        written = write_snapshot(self.study.snapshots, header, tasks, known)
        if written is None:
            return True
        self.state[header.section] = written
        self.changed |= differing(known, written)
        return known is not None and _same_head(known.header, written.header)


def _same_head(one: Header, other: Header) -> bool:
    return (one.schema_version, one.roster) == (other.schema_version, other.roster)


def _header(study: Study, ledger: Ledger, desk: Desk) -> Header:
    from annotate.snapshots import Header

    own = {each.name: each for each in study.rounds()}.get(desk.round)
    everybody = own.annotators if own else study.settings().annotators
    return Header(
        source=f"server:{ledger.server}",
        pulled_at=datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        schema_version=own.schemes.get(desk.topic, "") if own else study.schema().sha256,
        round=desk.round,
        roster=[desk.annotator] if desk.annotator else list(everybody),
        desk=desk.annotator,
        topic=desk.topic,
    )


def _version(study: Study, pulled: Pulled, expected: str) -> str:
    """Give the scheme that the project really has: anybody may change it on the server."""
    from annotate.schema import parse_config
    from annotate.study.campaign import digest_of

    with suppress(StudyError):  # what was kept may be gone
        # Label Studio takes white space at the ends away.
        if study.kept_scheme(expected).decode().strip() == pulled.config.strip():
            return expected
    config = pulled.config.encode("utf-8", "surrogatepass")
    if digest_of(config) == expected:
        return expected
    try:
        parse_config(config)
    except ConfigError:
        return expected
    return study.keep_scheme(config)


def _named(study: Study) -> Mapping[str, tuple[str, int]]:
    """Give article and occasion by what tasks call them."""
    named = {article: (article, 1) for article in study.articles()["article_id"].tolist()}
    rows = study.assignment()
    again = rows[rows["occasion"] > 1][["article_id", "occasion"]].drop_duplicates()
    for article, occasion in again.itertuples(index=False):
        named[repeat_key(study.key(), article, occasion)] = (str(article), int(occasion))
    return named
