"""What a user does, step by step: each step reads the study, works, and writes the study."""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import tempfile
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate.errors import ArticleError, StudioError, StudyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

    from annotate.articles import Article, DuplicatePair, Merge, Metadata, Refusal
    from annotate.studio.connection import Connection
    from annotate.studio.exports import ExportedTask, RefusedTask
    from annotate.studio.ledger import Ledger
    from annotate.studio.people import Pseudonyms
    from annotate.studio.push import Plan, PushedDesk
    from annotate.study import Study
    from annotate.summary import Summary
    from annotate.tables import Tables

__all__ = [
    "AddOutcome",
    "PullOutcome",
    "add",
    "adopt_config",
    "connection_of",
    "dataset_archive",
    "dataset_readme",
    "edit",
    "export",
    "pull",
    "pull_file",
    "push",
    "summary",
]


_ROUND = "main"  # the tables have rounds; a study has one so far


@dataclass(frozen=True)
class AddOutcome:
    """What became of articles that were to be added."""

    merge: Merge
    duplicates: list[DuplicatePair]
    refused: list[Refusal]


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


def add(study: Study, paths: Iterable[Path], metadata: Metadata) -> AddOutcome:
    """Add articles to a study.

    Raises
    ------
    ArticleError
        If the metadata cannot be understood.
    StudyError
        If the study cannot be read or written.
    """
    from annotate.articles import link_duplicates, merge_articles, read_articles

    intake = read_articles(paths, key=study.key(), metadata=metadata)
    merge = merge_articles(study.articles(), intake.articles, pushed=_pushed(study))
    articles, duplicates = link_duplicates(merge.frame)
    study.save_articles(articles)
    return AddOutcome(merge, duplicates, [*intake.refused, *merge.refused])


def edit(study: Study, article: str, changes: dict[str, str]) -> None:
    """Correct what is known about an article; its text and labels stay.

    Raises
    ------
    ArticleError
        If there is no such article, or a value cannot be used.
    """
    from annotate.articles import edit_article

    study.save_articles(edit_article(study.articles(), article, changes))


def adopt_config(study: Study, config: Path) -> None:
    """Give the study another scheme, while no work was done with the one it has.

    Raises
    ------
    ConfigError
        If the config cannot be used.
    StudyError
        If there are labels already, made with another scheme.
    """
    from annotate.schema import read_config

    wanted = read_config(config)
    if wanted.sha256 == study.schema().sha256:
        return
    if not study.tables().visits.empty or _pushed(study):
        msg = (
            "The study has been annotated or pushed with another scheme; make a study of its own "
            f"for this one: annotate init DIR --config {config}"
        )
        raise StudyError(msg)
    study.replace_config(config.read_bytes())


def connection_of(study: Study) -> Connection:
    """Connect to the server the study works with.

    Raises
    ------
    Unreachable, Unauthorised
        If that cannot be done.
    """
    from annotate.studio.connection import connect

    return connect(study.private)


def push(study: Study, on_sent: Callable[[str, int, int], None]) -> list[PushedDesk]:
    """Bring every annotator's desk up to date.

    Parameters
    ----------
    study : Study
        The study.
    on_sent : callable
        Told whose desk, how many tasks lie on it, and how many there will be.

    Raises
    ------
    StudyError, ConfigError
        If the study has no annotators or no articles, or its scheme cannot be used.
    StudioError
        If Label Studio refuses or cannot be reached.
    """
    from annotate.studio.push import push_desk
    from annotate.studio.tasks import TaskData

    settings, articles, plan = study.settings(), study.articles(), _plan(study)
    if not settings.annotators:
        msg = "The study has no annotators; name them with `annotate annotators NAME…`"
        raise StudyError(msg)
    if articles.empty:
        msg = "The study has no articles; add some with `annotate add PATH…`"
        raise ArticleError(msg)
    connection = connection_of(study)
    ledger = _ledger(study, connection)
    tasks = [
        TaskData(*row)
        for row in zip(
            articles["article_id"], articles["text"], articles["text_sha256"], strict=True
        )
    ]
    pushed = []
    for annotator in settings.annotators:

        def sent(number: int, whose: str = annotator) -> None:
            on_sent(whose, number, len(tasks))

        pushed.append(push_desk(connection, ledger, plan, annotator, tasks, sent))
    return pushed


def pull(study: Study, on_desk: Callable[[str], None] = lambda _: None) -> PullOutcome:
    """Fetch every annotation from Label Studio and build the tables again.

    Parameters
    ----------
    study : Study
        The study.
    on_desk : callable
        Told whose desk is being fetched.

    Raises
    ------
    StudioError
        If nothing was pushed yet, or Label Studio refuses or cannot be reached. The tables and
        snapshots stay as they were.
    """
    from annotate.studio.people import Pseudonyms
    from annotate.studio.pull import pull_desk

    connection = connection_of(study)
    desks = _ledger(study, connection).desks()
    if not desks:
        msg = "Nothing was pushed to this server yet; run `annotate push` first"
        raise StudioError(msg)
    schema = study.schema()
    pseudonyms = Pseudonyms(study.people_path, connection.url, connection.users())
    tasks: list[dict[str, Any]] = []
    for desk in desks:
        on_desk(desk.annotator)
        tasks += pull_desk(connection, desk, schema.text_field, pseudonyms)
    pseudonyms.save()
    return _store(study, "server", tasks, [desk.annotator for desk in desks], [])


def pull_file(study: Study, path: Path, *, key: str = "", source: str = "") -> PullOutcome:
    """Read an export made in Label Studio by hand, adding its articles where they are new.

    Parameters
    ----------
    study : Study
        The study; its scheme must be the exported project's.
    path : Path
        A JSON export.
    key : str
        The field of the tasks' data that tells articles apart across projects.
    source : str
        A name for the project, where its number would be another one's too.

    Raises
    ------
    SnapshotError
        If the file cannot be used.
    ArticleError
        If it holds another text under the id of a known article.
    """
    from annotate.studio.exports import read_export
    from annotate.studio.people import Pseudonyms

    schema, articles = study.schema(), study.articles()
    known = set(articles["article_id"])
    exported, refused, project = read_export(path, schema, known, key=key)
    name = f"file:{source or project}"
    ids = _add_exported(study, articles, exported, name)
    pseudonyms = Pseudonyms(study.people_path, name)
    tasks = [_from_file(task, ids[place], pseudonyms) for place, task in enumerate(exported)]
    pseudonyms.save()
    people = {item["annotator"] for task in tasks for item in task["annotations"] + task["drafts"]}
    return _store(study, name, tasks, sorted(people), refused)


def _from_file(task: ExportedTask, article_id: str, pseudonyms: Pseudonyms) -> dict[str, Any]:
    from annotate.studio.tasks import normalise

    return normalise(task.raw, article_id=article_id, text=task.text, desk="", pseudonym=pseudonyms)


def _add_exported(
    study: Study, articles: pd.DataFrame, exported: list[ExportedTask], source: str
) -> list[str]:
    """Freeze the texts of strangers' articles as annotators saw them, uncleaned."""
    from annotate.articles import link_duplicates, merge_articles
    from annotate.articles.model import article_id

    texts, key = study.texts(), study.key()
    ids, fresh, clashes = [], [], []
    for task in exported:
        # A declared key names the article wherever it is exported from; a task number does not.
        declared = task.declared if task.declared.startswith("id:") else f"{source}/{task.declared}"
        ids.append(task.article_id or article_id(declared, key=key))
        if not task.article_id and texts.setdefault(ids[-1], task.text) != task.text:
            clashes.append(f"  - task {task.raw['id']}")
        elif not task.article_id:
            fresh.append(_article(task, ids[-1]))
    if clashes:
        listed = "\n".join(clashes)
        msg = f"The export's texts are not those the study knows (give --source NAME):\n{listed}"
        raise ArticleError(msg)
    # What is known of an article stays: it may have been corrected since.
    known = set(articles["article_id"])
    new = {article.article_id: article for article in fresh if article.article_id not in known}
    merge = merge_articles(articles, new.values(), pushed=known)
    study.save_articles(link_duplicates(merge.frame)[0])
    return ids


def _article(task: ExportedTask, article_id: str) -> Article:
    from annotate.articles import Article, text_sha256

    said = task.metadata
    return Article(
        article_id=article_id,
        text=task.text,
        text_sha256=text_sha256(task.text),
        outlet=said.get("outlet", ""),
        title=said.get("title", ""),
        published=said.get("published", ""),
        url=said.get("url", ""),
        event=said.get("event", ""),
        language=said.get("language", ""),
        duplicate_of="",
        n_words=len(task.text.split()),
        source_file="",
        extractor="label studio export",
    )


def _store(
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
        round=_ROUND,
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


def summary(study: Study) -> Summary:
    """Gather every finding of a study.

    Raises
    ------
    StudyError, ConfigError
        If the study cannot be read.
    """
    from annotate.summary import summarise

    settings = study.settings()
    return summarise(
        settings.name,
        study.schema(),
        study.articles(),
        study.tables(),
        settings.annotators,
        demonstration=settings.demonstration,
    )


def export(
    study: Study, target: Path, *, with_text: bool = False, with_notes: bool = False
) -> list[Path]:
    """Write the labels as a dataset.

    Raises
    ------
    ExportError
        If the folder holds something else or cannot be written.
    """
    from annotate.dataset import export_dataset, public

    choice = {"with_text": with_text, "with_notes": with_notes}
    tables = public(study.articles(), study.tables(), study.schema(), **choice)
    documents = {path.name: path.read_bytes() for path in (study.config_path, study.codebook_path)}
    return export_dataset(target, tables, summary(study), documents, **choice)


def dataset_readme(study: Study) -> str:
    """Give the README that an export would hold, in Markdown."""
    from annotate.dataset import dataset_card

    return dataset_card(summary(study))


def dataset_archive(study: Study, *, with_text: bool = False) -> bytes:
    """Give the dataset as a ZIP file; the same study gives the same bytes."""
    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(buffer, "w") as archive:
        for path in export(study, Path(folder) / "dataset", with_text=with_text):
            entry = zipfile.ZipInfo(f"dataset/{path.name}")
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _plan(study: Study) -> Plan:
    from annotate.codebook import instructions
    from annotate.studio.push import Plan

    settings, schema = study.settings(), study.schema()
    return Plan(
        study=settings.name,
        mark=hmac.new(study.key(), b"study", hashlib.sha256).hexdigest()[:12],
        round=_ROUND,
        config=study.config_path.read_text(encoding="utf-8"),
        instructions=instructions(study.codebook_path),
        text_field=schema.text_field,
    )


def _ledger(study: Study, connection: Connection) -> Ledger:
    from annotate.studio.ledger import Ledger

    # The embedded server's port may change from day to day; it stays the same server.
    own = not os.environ.get("LABEL_STUDIO_URL", "").strip()
    return Ledger(study.ledger_path, "embedded" if own else connection.url)


def _pushed(study: Study) -> set[str]:
    from annotate.studio.ledger import Ledger

    annotated = set(study.tables().visits["article_id"])
    return Ledger(study.ledger_path, "").pushed() | annotated
