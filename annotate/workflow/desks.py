"""To the annotators' desks and back."""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from annotate.errors import ArticleError, ConfigError, NotThere, StudioError, StudyError
from annotate.workflow.assigning import topics_of
from annotate.workflow.exclusive import exclusive
from annotate.workflow.rounds import current_rounds, open_rounds
from annotate.workflow.store import outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pandas as pd

    from annotate.rounds import Round
    from annotate.snapshots import Header, Snapshot, State
    from annotate.studio.connection import Connection
    from annotate.studio.desks import Plan
    from annotate.studio.ledger import Desk, Ledger
    from annotate.studio.people import Pseudonyms
    from annotate.studio.pull import Pulled
    from annotate.studio.push import PushedDesk
    from annotate.studio.tasks import TaskData
    from annotate.study import Study
    from annotate.workflow.rounds import Current
    from annotate.workflow.store import PullOutcome

__all__ = ["connection_of", "ledger_of", "mark_of", "plan_of", "pull", "push", "repeat_key"]


def connection_of(study: Study) -> Connection:
    """Connect to the server the study works with.

    Raises
    ------
    Unreachable, Unauthorised
        If that cannot be done.
    """
    from annotate.studio.connection import connect

    return connect(study.private)


@exclusive
def push(
    study: Study,
    on_sent: Callable[[str, int, int], None] = lambda *_: None,
    *,
    dry: bool = False,
) -> list[PushedDesk]:
    """Bring every annotator's desk up to date.

    Parameters
    ----------
    study : Study
        The study.
    on_sent : callable
        Told whose desk, how many tasks lie on it, and how many there will be.
    dry : bool
        Only say what would be done; nothing is changed, here or on the server.

    Raises
    ------
    StudyError, ConfigError
        If the study has no annotators or no articles, or its scheme cannot be used.
    StudioError
        If Label Studio refuses or cannot be reached.
    """
    from annotate.studio.desks import check_scheme
    from annotate.studio.push import push_desk

    _check_pushable(study)
    connection = connection_of(study)
    ledger = ledger_of(study, connection)
    current = current_rounds(study, _begun(study, ledger))
    desks = list(_desks(study, current, ledger))
    if not desks:
        msg = "No round takes articles any more; begin one with `annotate round start NAME`"
        raise StudyError(msg)
    # Before the first desk is changed: one that holds work stops at another scheme.
    for plan, annotator, _ in desks:
        check_scheme(connection, ledger, plan, annotator)
    if not dry:
        current.save(study)
    pushed = []
    for plan, annotator, tasks in desks:

        def sent(number: int, whose: str = annotator, total: int = len(tasks)) -> None:
            on_sent(whose or "everybody", number, total)

        pushed.append(push_desk(connection, ledger, plan, annotator, tasks, sent, dry=dry))
    return pushed


@exclusive
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
    visit = _Round(study, connection, ledger, pseudonyms, dict(before), changed=set())
    gone = []
    for desk in desks:
        on_desk(desk.annotator or "everybody")
        try:
            current &= visit.fetch(desk, full=full)
        except NotThere:
            gone.append(f"{desk.annotator or 'everybody'} (project {desk.project})")
    study.build_tables(visit.state, visit.changed if current else None)
    if gone:
        msg = (
            f"Label Studio at {connection.url} has no such desk any more: {', '.join(gone)}. What "
            "was pulled from it before stays, and everything else was pulled now; `annotate push` "
            "makes a new desk"
        )
        raise NotThere(msg)
    return outcome(study, before, visit.state)


@dataclass
class _Round:
    """A round of all desks: what is known of them, and the articles whose work has changed."""

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
    def text_field(self) -> str:
        """Where the scheme expects the text."""
        return self.study.schema().text_field

    def fetch(self, desk: Desk, *, full: bool) -> bool:
        """Fetch one desk; tell whether only the work of `changed` articles is other than before."""
        from annotate.snapshots import allowed, write_snapshot
        from annotate.studio.pull import pull_desk

        header = _header(self.study, self.ledger, desk)
        known = self.state.get(header.section)
        # Strangers' work may be somebody's who was named since.
        full |= known is not None and known.header.people != self.people
        pulled = pull_desk(
            self.connection,
            desk,
            self.text_field,
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
        self.changed |= _differing(known, written)
        return known is not None and _same_head(known.header, written.header)


def _differing(known: Snapshot | None, written: Snapshot) -> set[str]:
    before = {task["task_id"]: task for task in known.tasks} if known else {}
    after = {task["task_id"]: task for task in written.tasks}
    return {
        str(task["article_id"])
        for number in before.keys() | after.keys()
        if before.get(number) != after.get(number)
        for task in (before.get(number), after.get(number))
        if task is not None
    }


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
    named = {str(article): (str(article), 1) for article in study.articles()["article_id"]}
    rows = study.assignment()
    again = rows[rows["occasion"] > 1][["article_id", "occasion"]].drop_duplicates()
    for article, occasion in again.itertuples(index=False):
        named[repeat_key(study.key(), article, occasion)] = (str(article), int(occasion))
    return named


def repeat_key(key: bytes, article: str, occasion: int) -> str:
    """Give what a task calls an article that its annotator had before: nothing like the first."""
    from annotate.articles.model import article_id

    return article_id(f"occasion:{occasion}/{article}", key=key)


def _check_pushable(study: Study) -> None:
    if not study.settings().annotators:
        msg = "The study has no annotators; name them with `annotate annotators NAME…`"
        raise StudyError(msg)
    if study.schema().hypertext:
        msg = "The scheme shows HTML, but articles are plain text; use <Text>, not <HyperText>"
        raise ConfigError(msg)
    if study.articles().empty:
        msg = "The study has no articles; add some with `annotate add PATH…`"
        raise ArticleError(msg)


def _desks(
    study: Study, current: Current, ledger: Ledger
) -> Iterator[tuple[Plan, str, list[TaskData]]]:
    """Give the desks of the open rounds, and what is to lie on each."""
    for each in current.rounds:
        own = current.rows[current.rows["round"] == each.name]
        topic = _topics(study, each, own, ledger)
        for annotator in dict.fromkeys([*each.annotators, *own["annotator"]]):
            for name in dict.fromkeys(topic[own["annotator"] == annotator]):
                mine = own[(own["annotator"] == annotator) & (topic == name)]
                config = current.config(study, each.schemes[name])
                yield plan_of(study, each, config, name), annotator, _tasks(study, mine)


def _topics(study: Study, each: Round, rows: pd.DataFrame, ledger: Ledger) -> pd.Series:
    """Say what each row is about; what lies on a desk stays there, whatever became of its event."""
    import pandas as pd

    topics, there = topics_of(study, each.schemes), ledger.topics(each.name)
    places = rows[["article_id", "annotator", "occasion"]].itertuples(index=False, name=None)
    found = [there.get(place, topics.get(place[0], "")) for place in places]
    return pd.Series(found, index=rows.index, dtype="str")


def _begun(study: Study, ledger: Ledger) -> list[tuple[str, str, str, int]]:
    return [
        (each.name, *place) for each in open_rounds(study) for place in ledger.topics(each.name)
    ]


def _tasks(study: Study, rows: pd.DataFrame) -> list[TaskData]:
    """Make the tasks of a desk: articles in their order, then those that come again."""
    from annotate.studio.tasks import TaskData

    articles = study.articles().set_index("article_id")
    key = study.key()
    first = set(rows[rows["occasion"] == 1]["article_id"])
    tasks = [
        TaskData(str(article), str(text), str(sha256))
        for article, text, sha256 in zip(
            articles.index, articles["text"], articles["text_sha256"], strict=True
        )
        if article in first
    ]
    for article, occasion in rows[rows["occasion"] > 1][["article_id", "occasion"]].itertuples(
        index=False
    ):
        text, sha256 = articles.loc[article, ["text", "text_sha256"]]
        name = repeat_key(key, article, occasion)
        tasks.append(TaskData(str(article), str(text), str(sha256), int(occasion), name))
    return tasks


def plan_of(study: Study, each: Round, config: bytes, topic: str) -> Plan:
    """Give what the desks of a round and a topic are made with."""
    from annotate.codebook import instructions
    from annotate.schema import parse_config
    from annotate.studio.desks import Plan

    shared = each.assigning.mode == "shared"
    codebook = study.kept_codebook(each.codebook) if each.codebook else study.codebook_path
    return Plan(
        study=study.settings().name,
        mark=_mark(study),
        round=each.name,
        config=config.decode(),
        instructions=instructions(codebook),
        text_field=parse_config(config).text_field,
        topic=topic,
        overlap=(each.assigning.per_article or len(each.annotators)) if shared else 1,
    )


def _mark(study: Study) -> str:
    return hmac.new(study.key(), b"study", hashlib.sha256).hexdigest()[:12]


def mark_of(study: Study, round_: str, annotator: str, topic: str) -> str:
    """Give the line that the description of a desk's project ends with."""
    from annotate.studio.desks import Plan

    plan = Plan(study.settings().name, _mark(study), round_, "", "", "", topic)
    return plan.mark_of(annotator)


def ledger_of(study: Study, connection: Connection) -> Ledger:
    """Give the ledger of the server that a connection leads to."""
    from annotate.studio.ledger import Ledger

    # The embedded server's port may change from day to day; it stays the same server.
    own = not os.environ.get("LABEL_STUDIO_URL", "").strip()
    return Ledger(study.ledger_path, "embedded" if own else connection.url)
