"""A study that grows on a real server, and the log of what its annotators did there."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx

from annotate import workflow
from annotate.articles import Metadata
from annotate.snapshots import read_snapshot
from annotate.studio import pull as pull_module
from annotate.studio.accounts import ensure_accounts, read_people
from annotate.studio.connection import open_connection
from annotate.studio.ledger import Ledger
from annotate.study import Settings, Study

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

    from annotate.studio.server import ServerAddress

__all__ = ["PEOPLE", "Work", "World", "environment", "prepare_people", "young_changes"]

PEOPLE = ("ada", "ben")
_ARTICLES = 12
_NEW = 3  # articles that come in before a push, at most
_ACTS = 6  # things that annotators do before a pull, at most
_TONES = ("yes", "no")
_WORDS = ("talks", "“aid”", "naïve", "🙂🙂🙂🙂🙂", "truce")  # all as long as each other
_PLACES = [(start, start + 5) for start in range(16, 76, 6)]  # of the first of them in a text
_CONFIG = b"""<View><Text name="text" value="$text"/>
<Labels name="span" toName="text"><Label value="Loaded"/></Labels>
<Choices name="tone" toName="text"><Choice value="yes"/><Choice value="no"/></Choices></View>"""


@dataclass(frozen=True)
class Work:
    """What an annotator left on a task: the server's number of it, and what a pull should find.

    Parameters
    ----------
    number : int
        Of the annotation, or of the draft.
    status : str
        "submitted", "skipped" or "draft".
    spans : tuple of (int, int)
        What is marked, in order.
    tone : str
        What is answered.
    """

    number: int
    status: str
    spans: tuple[tuple[int, int], ...] = ()
    tone: str = ""


@dataclass
class World:
    """A study, its server, and what happened on it.

    Parameters
    ----------
    study : Study
        The study.
    server : ServerAddress
        Where the truth is: it is never asked through the proxy.
    address : str
        Where `annotate` believes the server to be.
    rng : random.Random
        What happens next.
    log : dict of (str, str) to Work
        What each annotator has left on each article.
    pulled : dict of (str, str) to Work
        The log as it was at the last pull that went well.
    """

    study: Study
    server: ServerAddress
    address: str
    rng: random.Random
    log: dict[tuple[str, str], Work] = field(default_factory=dict)
    pulled: dict[tuple[str, str], Work] = field(default_factory=dict)
    _written: int = 0
    _stranger: int = 0
    _rest: httpx.Client = field(init=False, repr=False)

    @classmethod
    def create(
        cls, root: Path, server: ServerAddress, address: str, people: Path, seed: random.Random
    ) -> World:
        """Make a study of a few articles; nothing is pushed yet."""
        study = Study.create(
            root, Settings(root.name, PEOPLE), config=_CONFIG, codebook=b"# Book\n\nRead it.\n"
        )
        study.people_path.write_bytes(people.read_bytes())
        world = cls(study, server, address, seed)
        world.grow(_ARTICLES)
        return world

    def __post_init__(self) -> None:
        self._rest = httpx.Client(base_url=self.server.url, timeout=120, trust_env=False)

    @property
    def ledger(self) -> Ledger:
        """What was pushed to the address."""
        return Ledger(self.study.ledger_path, self.address)

    def grow(self, most: int = 0) -> None:
        """Let articles come in, and now and then another sentence in the codebook."""
        number = most or self.rng.randint(1, _NEW)
        rows = [{"id": str(place), "text": self._text(place)} for place in self._next(number)]
        path = self.study.root / "incoming.jsonl"
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        workflow.add(self.study, [path], Metadata())
        if self.rng.random() < 0.25:  # noqa: PLR2004 - every fourth time
            with self.study.codebook_path.open("a", encoding="utf-8") as book:
                book.write(f"\nThere are {self._written} articles now.\n")

    def _next(self, number: int) -> range:
        self._written += number
        return range(self._written - number, self._written)

    def _text(self, place: int) -> str:
        words = self.rng.choices(_WORDS, k=60)
        return f"Article {place:06d}\n\n{' '.join(words)}"

    def annotate(self) -> None:
        """Let the annotators do a few things, each with their own account."""
        self._add_stranger()
        tasks = self.tasks()
        for _ in range(self.rng.randint(1, _ACTS)):
            key = self.rng.choice(sorted(tasks))
            self._act(key, tasks[key][0])

    def tasks(self) -> dict[tuple[str, str], list[int]]:
        """Ask the server itself which tasks there are for each article and desk."""
        found: dict[tuple[str, str], list[int]] = {}
        for project in self.projects():
            params: dict[str, Any] = {"project": project["id"], "page_size": 10_000}
            params["fields"], params["include"] = "all", "id,data"
            listed = self.ask("GET", "/api/tasks", params=params)["tasks"]
            for task in listed:
                key = (task["data"]["article_id"], _whose(project))
                found.setdefault(key, []).append(task["id"])
        return found

    def projects(self) -> list[dict[str, Any]]:
        """Ask the server for the study's projects; each study's title is its own."""
        params = {"title": self.study.root.name, "page_size": 100}
        answer = self.ask("GET", "/api/projects", params=params)
        return list(answer["results"])

    def _add_stranger(self) -> None:
        """Make somebody else's project, once: it pushes a desk to the next page of the list."""
        if not self._stranger:
            made = self.ask("POST", "/api/projects/", json={"title": "Not ours"})
            self._stranger = int(made["id"])

    def pulls_of_changes(self) -> int:
        """Count the snapshots that rest on one before."""
        snapshots = self.study.snapshots.glob("*.jsonl.gz")
        return sum(bool(read_snapshot(path).header.base) for path in snapshots)

    def end(self) -> None:
        """Take the projects from the server, which would grow slower with each."""
        for number in [*(project["id"] for project in self.projects()), self._stranger]:
            if number:
                self.ask("DELETE", f"/api/projects/{number}/")

    def ask(self, method: str, path: str, who: str = "", **options: Any) -> Any:  # noqa: ANN401
        """Ask the server itself, as an annotator or as its owner."""
        token = (read_people(self.study.people_path)[who].token if who else "") or self.server.token
        headers = {"Authorization": f"Token {token}"}
        answer = self._rest.request(method, path, headers=headers, **options)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def _act(self, key: tuple[str, str], task: int) -> None:
        """Do one thing to a task, whatever is possible."""
        have, who = self.log.get(key), key[1]
        if have is None:
            self.log[key] = self._begin(task, who)
        elif have.status == "draft":
            self.log[key] = self._submit(task, who, draft_id=have.number)
        elif self.rng.random() < 0.3:  # noqa: PLR2004
            self.ask("DELETE", f"/api/annotations/{have.number}/", who)
            del self.log[key]
        else:
            self.log[key] = self._change(have, who)

    def _begin(self, task: int, who: str) -> Work:
        chance = self.rng.random()
        if chance < 0.15:  # noqa: PLR2004
            return self._submit(task, who, skip=True)
        if chance < 0.3:  # noqa: PLR2004
            made = self.ask("POST", f"/api/tasks/{task}/drafts", who, json={"result": _span(0, 7)})
            return Work(made["id"], "draft")
        return self._submit(task, who)

    def _submit(self, task: int, who: str, *, skip: bool = False, draft_id: int = 0) -> Work:
        work = self._work(skip=skip)
        body = {**_body(work), "lead_time": 5.0}
        if draft_id:
            body["draft_id"] = draft_id
        made = self.ask("POST", f"/api/tasks/{task}/annotations/", who, json=body)
        return Work(made["id"], work.status, work.spans, work.tone)

    def _change(self, have: Work, who: str) -> Work:
        work = self._work(skip=self.rng.random() < 0.2)  # noqa: PLR2004
        self.ask("PATCH", f"/api/annotations/{have.number}/", who, json=_body(work))
        return Work(have.number, work.status, work.spans, work.tone)

    def _work(self, *, skip: bool) -> Work:
        if skip:
            return Work(0, "skipped")
        words = self.rng.sample(range(len(_PLACES)), self.rng.randint(0, 3))
        spans = tuple(_PLACES[word] for word in sorted(words))
        return Work(0, "submitted", spans, self.rng.choice(_TONES))


def _whose(project: dict[str, Any]) -> str:
    """Read off a title whose desk a project is."""
    return str(project["title"]).rpartition("·")[2].strip()


def _body(work: Work) -> dict[str, Any]:
    result = [item for span in work.spans for item in _span(*span)]
    if work.tone:
        result.append(_item("tone", "choices", {"choices": [work.tone]}))
    return {"result": result, "was_cancelled": work.status == "skipped"}


def _span(start: int, end: int) -> list[dict[str, Any]]:
    value = {"start": start, "end": end, "labels": ["Loaded"]}
    return [_item("span", "labels", value, f"s{start}")]


def _item(name: str, kind: str, value: dict[str, Any], number: str = "t") -> dict[str, Any]:
    return {"id": number, "from_name": name, "to_name": "text", "type": kind, "value": value}


def prepare_people(server: ServerAddress, path: Path) -> None:
    """Make the annotators' accounts on a server; studies on it share them."""
    ensure_accounts(open_connection(server.url, server.token), PEOPLE, path)


@contextmanager
def environment(address: str, token: str) -> Iterator[None]:
    """Let this process's commands work with a server, and with no other."""
    names = {"LABEL_STUDIO_URL": address, "LABEL_STUDIO_API_KEY": token}
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


@contextmanager
def young_changes() -> Iterator[None]:
    """Look for changes since the last one only.

    A pull looks two minutes further back. Here nothing is as old as that, so each pull would
    fetch everything, and one of the two ways would never be tried.
    """
    overlap = pull_module._OVERLAP  # noqa: SLF001 - nobody else needs to change it
    pull_module._OVERLAP = timedelta(0)  # noqa: SLF001
    try:
        yield
    finally:
        pull_module._OVERLAP = overlap  # noqa: SLF001
