"""The demonstration's tables, built from the recorded labels without a server."""

from pathlib import PurePosixPath

from annotate.articles import articles_frame, read_articles
from annotate.labels import build_tables
from annotate.recorded import read_recorded, to_result
from annotate.resources import resource
from annotate.schema import read_config
from annotate.snapshots import Header, Snapshot

YOU = "you"


def recorded_study():
    """Give the articles, the tables and the scheme."""
    seeds = resource("seeds")
    intake = read_articles([seeds], key=b"the demonstration's")
    articles = articles_frame(intake.articles)
    schema = read_config(resource("label_config.xml"))
    recorded = read_recorded(seeds / "labels.jsonl")
    people = [*dict.fromkeys(work.annotator for work in recorded), YOU]
    done = {(work.annotator, work.file): work for work in recorded}
    tasks = [
        _task(person, article, done, schema) for person in people for article in intake.articles
    ]
    header = Header("server", "2026-11-22T00:00:00Z", schema.sha256, "main", people)
    texts = dict(zip(articles["article_id"], articles["text"], strict=True))
    hashes = dict(zip(articles["article_id"], articles["text_sha256"], strict=True))
    return articles, build_tables([Snapshot(header, tasks)], schema, texts, hashes), schema


def _task(person, article, done, schema):
    work = done.get((person, PurePosixPath(article.source_file).name))
    task = {
        "article_id": article.article_id,
        "text_sha256": article.text_sha256,
        "desk": person,
        "annotations": [],
        "drafts": [],
    }
    if work:
        item = {
            "id": "1",
            "annotator": person,
            "result": to_result(work, article.text, schema),
            "created_at": "2026-11-22T00:00:00Z",
            "updated_at": "2026-11-22T00:00:00Z",
            "seconds": work.seconds,
            "skipped": work.status == "skipped",
            "updated_by": person,
        }
        task["drafts" if work.status == "draft" else "annotations"].append(item)
    return task
