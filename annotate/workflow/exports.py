"""An export made in Label Studio by hand, into a study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from annotate.errors import ArticleError, SnapshotError
from annotate.workflow.exclusive import exclusive
from annotate.workflow.store import store

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from annotate.articles.model import Article
    from annotate.studio.exports import ExportedTask, RefusedTask
    from annotate.studio.people import Pseudonyms
    from annotate.study import Study
    from annotate.workflow.store import PullOutcome

__all__ = ["pull_file"]


@exclusive
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
    from annotate.snapshots import allowed
    from annotate.studio.exports import emails_of, read_export
    from annotate.studio.people import Pseudonyms

    schema, articles = study.schema(), study.articles()
    known = set(articles["article_id"])
    exported, refused, project = read_export(path, schema, known, key=key)
    stones = study.tombstones()
    own = _own(study, exported)
    if own:
        msg = (
            f"{path} is an export of this study's own desks ({len(own)} tasks); fetch them with "
            "`annotate pull`, which knows whose they are"
        )
        raise SnapshotError(msg)
    name = f"file:{source or project}"
    exported, withdrawn = _kept_out(study, exported, name)
    ids = _add_exported(study, articles, exported, name)
    pseudonyms = Pseudonyms(study.people_path, name, emails_of(exported), stones)
    tasks = allowed(
        (_from_file(task, ids[place], pseudonyms) for place, task in enumerate(exported)), stones
    )
    pseudonyms.save()
    people = {item["annotator"] for task in tasks for item in task["annotations"] + task["drafts"]}
    return store(study, name, tasks, sorted(people), [*refused, *withdrawn])


def _kept_out(
    study: Study, exported: list[ExportedTask], source: str
) -> tuple[list[ExportedTask], list[RefusedTask]]:
    """Part tasks of articles that were withdrawn from the others."""
    from annotate.studio.exports import RefusedTask
    from annotate.studio.tasks import ARTICLE_ID

    stones, kept, refused = study.tombstones(), [], []
    for task in exported:
        called = (str(task.raw["data"].get(ARTICLE_ID)), _id_of(study, task, source))
        stone = stones.keeps_out(called[0]) or stones.keeps_out(called[1])
        if stone:
            why = f"its article was withdrawn {stone.told}"
            refused.append(RefusedTask(f"task {task.raw['id']}", why))
        else:
            kept.append(task)
    return kept, refused


def _id_of(study: Study, task: ExportedTask, source: str) -> str:
    from annotate.articles.model import article_id

    # A declared key names the article wherever it is exported from; a task number does not.
    declared = task.declared if task.declared.startswith("id:") else f"{source}/{task.declared}"
    return task.article_id or article_id(declared, key=study.key())


def _own(study: Study, exported: list[ExportedTask]) -> list[ExportedTask]:
    """Give the tasks that this study pushed itself."""
    from annotate.studio.ledger import Ledger
    from annotate.studio.tasks import ARTICLE_ID

    pushed = Ledger(study.ledger_path, "").everywhere()
    return [
        task
        for task in exported
        if (task.raw.get("project"), task.raw["data"].get(ARTICLE_ID), task.raw["id"]) in pushed
    ]


def _from_file(task: ExportedTask, article_id: str, pseudonyms: Pseudonyms) -> dict[str, Any]:
    from annotate.studio.tasks import normalise

    return normalise(task.raw, article_id=article_id, text=task.text, desk="", pseudonym=pseudonyms)


def _add_exported(
    study: Study, articles: pd.DataFrame, exported: list[ExportedTask], source: str
) -> list[str]:
    """Freeze the texts of strangers' articles as annotators saw them, uncleaned."""
    from annotate.articles import link_duplicates, merge_articles

    texts = study.texts()
    ids, fresh, clashes = [], [], []
    for task in exported:
        ids.append(_id_of(study, task, source))
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
