"""What lies on the desks: generated articles, and what two annotators made of them."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
from generate import generate

from annotate.settings import Assigning
from annotate.snapshots import latest
from annotate.studio.tasks import TaskData
from annotate.study import Settings, Study

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from annotate.studio.accounts import Account
    from annotate.studio.server import ServerAddress

__all__ = ["PEOPLE", "Api", "Corpus", "sign_imported"]

PEOPLE = ("coder 1", "coder 2")
_AT_ONCE = 2_500  # tasks with their annotations in one request


@dataclass(frozen=True)
class Corpus:
    """Generated articles and annotations.

    Parameters
    ----------
    study : Study
        As `generate` makes it.
    scratch : Path
        Where studies are laid out.
    """

    study: Study
    scratch: Path

    @classmethod
    def create(cls, scratch: Path, articles: int) -> Corpus:
        """Generate it."""
        return cls(generate(scratch / "made", articles=articles, annotators=len(PEOPLE)), scratch)

    def new_study(self, name: str, *, shared: bool = False, articles: int | None = None) -> Study:
        """Lay out a study with the first articles: one desk, or one project for all."""
        people, mode = (PEOPLE, "shared") if shared else (PEOPLE[:1], "desks")
        made = Study.create(
            self.scratch / name,
            Settings(name, people, assignment=Assigning(mode=mode)),
            config=self.study.config_path.read_bytes(),
            codebook=self.study.codebook_path.read_bytes(),
        )
        made.save_articles(self.study.articles()[:articles])
        return made

    def tasks(self) -> list[dict[str, Any]]:
        """Give the tasks as a push sends them."""
        articles, field = self.study.articles(), self.study.schema().text_field
        columns = ("article_id", "text", "text_sha256")
        rows = zip(*(articles[name] for name in columns), strict=True)
        return [{"data": TaskData(*row).to_json(field)} for row in rows]

    def annotated(self, people: Mapping[str, Account]) -> list[dict[str, Any]]:
        """Give the tasks with the annotations of everybody, for an import."""
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for snapshot in latest(self.study.snapshots).values():
            for task in snapshot.tasks:
                found[task["article_id"]] += [
                    _annotation(item, people) for item in task["annotations"]
                ]
        return [{**task, "annotations": found[task["data"]["article_id"]]} for task in self.tasks()]


def _annotation(item: dict[str, Any], people: Mapping[str, Account]) -> dict[str, Any]:
    return {
        "completed_by": people[item["annotator"]].user_id,
        "result": item["result"],
        "was_cancelled": item["skipped"],
        "lead_time": item["seconds"],
        "ground_truth": False,
    }


class Api:
    """Label Studio's interface without anything around it.

    Parameters
    ----------
    server : ServerAddress
        The server.
    """

    def __init__(self, server: ServerAddress) -> None:
        self.server = server
        self._client = httpx.Client(base_url=server.url, timeout=1800, trust_env=False)

    def ask(self, method: str, path: str, token: str = "", **options: Any) -> httpx.Response:  # noqa: ANN401
        """Send a request as somebody, by default as the server's owner."""
        headers = {"Authorization": f"Token {token or self.server.token}"}
        headers["Content-Type"] = "application/json"
        answer = self._client.request(method, path, headers=headers, **options)
        answer.raise_for_status()
        return answer

    def make_project(self, config: str) -> int:
        """Make a project."""
        made = {"title": "Bare", "label_config": config}
        return int(self.ask("POST", "/api/projects/", json=made).json()["id"])

    def load(self, project: int, payload: bytes) -> None:
        """Import tasks that are JSON already, as a push does: with the numbers they got."""
        self.ask("POST", f"/api/projects/{project}/import?return_task_ids=true", content=payload)

    def load_all(self, project: int, tasks: list[dict[str, Any]]) -> None:
        """Import tasks, a few thousand at a time."""
        for start in range(0, len(tasks), _AT_ONCE):
            self.load(project, json.dumps(tasks[start : start + _AT_ONCE]).encode())

    def export(self, project: int) -> int:
        """Fetch everything and give its size in bytes."""
        params = {"exportType": "JSON", "download_all_tasks": "true"}
        return len(self.ask("GET", f"/api/projects/{project}/export", params=params).content)

    def held(self, project: int) -> int:
        """Count the tasks of a project."""
        return int(self.ask("GET", f"/api/projects/{project}/").json()["task_number"])

    def drop(self, project: int) -> None:
        """Delete a project."""
        self.ask("DELETE", f"/api/projects/{project}/")


def sign_imported(private: Path) -> None:
    """Make imported annotations look as if their authors had stored them; the server is down.

    An import leaves open who changed an annotation last, and what nobody signed is set aside.
    """
    path = private / "label-studio" / "label_studio.sqlite3"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "update task_completion set updated_by_id = completed_by_id where updated_by_id is null"
        )
