"""Push, pull, and a pull of what has changed, each beside the bare request that does the same."""

from __future__ import annotations

import gc
import json
import shutil
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from claims.harness import Line
from faulty.world import environment

from annotate import workflow
from annotate.studio.accounts import ensure_accounts, read_people
from annotate.studio.connection import open_connection
from annotate.studio.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from annotate.study import Study
    from loads.corpus import Api, Corpus

__all__ = ["Loaded", "load", "pull_changes", "pull_whole", "push"]

_PUSH, _PULL = 1.2, 1.3  # times what the bare request takes
_CHANGED, _CHANGES_SECONDS = 10, 2.0
_YOUNG = 125.0  # seconds: a pull fetches again what was changed so long before the last change
_MEGABYTE = 1e6


@dataclass(frozen=True)
class Loaded:
    """A study whose annotators have done their work.

    Parameters
    ----------
    study : Study
        Nothing was pulled yet.
    project : int
        Where everybody works.
    loaded_at : float
        When the last annotation came in, on the monotonic clock.
    """

    study: Study
    project: int
    loaded_at: float


def push(corpus: Corpus, api: Api, repeats: int) -> Iterator[Line]:
    """Push to one desk, beside one import of the same tasks."""
    tasks = corpus.tasks()
    payload = json.dumps(tasks, ensure_ascii=False).encode()
    config = corpus.study.config_path.read_text(encoding="utf-8")
    _warm_up(corpus, api)
    bare: list[float] = []
    ours: list[float] = []
    for number in range(repeats):
        study, project = corpus.new_study(f"push {number}"), api.make_project(config)

        def importing(into: int = project) -> None:
            api.load(into, payload)

        def pushing(whose: Study = study) -> None:
            with environment(api.server.url, api.server.token):
                workflow.push(whose)

        _in_turn(number, (importing, bare), (pushing, ours))
        (desk,) = Ledger(study.ledger_path, api.server.url).desks()
        for each in (project, desk.project):
            _see(api.held(each) == len(tasks), "tasks are missing")
            api.drop(each)
    size = len(payload) / len(tasks) / 1000
    what = f"push of {len(tasks):,} tasks of {size:.1f} KB to one desk, and one bare import"
    yield _compared("push", what, ours, bare, _PUSH)


def load(corpus: Corpus, api: Api) -> Loaded:
    """Fill a project that everybody shares, as if the annotators had worked in it."""
    study = corpus.new_study("pulled", shared=True, articles=1)
    lead = open_connection(api.server.url, api.server.token)
    people = ensure_accounts(lead, study.settings().annotators, study.people_path)
    with environment(api.server.url, api.server.token):
        workflow.push(study)
        (desk,) = Ledger(study.ledger_path, api.server.url).desks()
        first = api.ask("GET", "/api/tasks", params={"project": desk.project}).json()["tasks"]
        api.load_all(desk.project, corpus.annotated(people))
        api.ask("DELETE", f"/api/tasks/{first[0]['id']}/")  # it is there again, annotated
        study.save_articles(corpus.study.articles())
        (pushed,) = workflow.push(study)
    _see(pushed.sent == 0, "the imported tasks are not taken for the study's")
    return Loaded(study, desk.project, time.monotonic())


def pull_whole(loaded: Loaded, api: Api, repeats: int) -> Iterator[Line]:
    """Pull for the first time, beside a raw export."""
    bare: list[float] = []
    ours: list[float] = []
    sizes = set()
    for number in range(repeats):
        for folder in ("snapshots", "tables"):
            shutil.rmtree(loaded.study.root / folder, ignore_errors=True)

        def exporting() -> None:
            sizes.add(api.export(loaded.project))

        _in_turn(number, (exporting, bare), (lambda: _pull(loaded.study, api), ours))
    visits = loaded.study.tables().visits
    done = int(visits["status"].isin(["submitted", "skipped"]).sum())
    what = (
        f"pull of {visits['article_id'].nunique():,} tasks with {done:,} annotations "
        f"({max(sizes) / _MEGABYTE:.0f} MB), tables built, and one bare export"
    )
    yield _compared("pull", what, ours, bare, _PULL)


def pull_changes(loaded: Loaded, api: Api, repeats: int, *, wait: bool) -> Iterator[Line]:
    """Pull after ten annotators' changes."""
    if wait:
        time.sleep(max(0.0, loaded.loaded_at + _YOUNG - time.monotonic()))
    study, taken = loaded.study, []
    # An import changes all tasks within minutes of the last change, as far as a pull looks back;
    # annotators do not. One change more, and the import is out of sight.
    _change(study, api, repeats)
    _pull(study, api)
    for number in range(repeats):
        changed = _change(study, api, number)
        before = len(list(study.snapshots.iterdir()))
        gc.collect()
        start = time.perf_counter()
        _pull(study, api)
        taken.append(time.perf_counter() - start)
        marked = set(study.tables().spans["visit_id"])
        _see(not changed & marked, "a change was not fetched")
        _see(len(list(study.snapshots.iterdir())) == before + 1, "nothing was kept")
    tasks = loaded.study.articles().shape[0]
    yield Line(
        "changes",
        f"pull of {_CHANGED} changed tasks of {tasks:,}",
        f"{statistics.median(taken):.2f} s (of {_range(taken, ' s')})",
        f"{_CHANGES_SECONDS:.0f} s",
        statistics.median(taken) <= _CHANGES_SECONDS,
    )


def _change(study: Study, api: Api, number: int) -> set[str]:
    """Let the authors of some annotations take all their marks away; give their visits."""
    tables, people = study.tables(), read_people(study.people_path)
    marked = tables.visits[tables.visits["visit_id"].isin(tables.spans["visit_id"])]
    some = marked.sample(_CHANGED, random_state=number)
    for visit in some.to_dict("records"):
        token = people[visit["annotator"]].token or ""
        path = f"/api/annotations/{visit['annotation_id']}/"
        api.ask("PATCH", path, token, json={"result": []})
    return set(some["visit_id"])


def _pull(study: Study, api: Api) -> None:
    with environment(api.server.url, api.server.token):
        workflow.pull(study)


def _warm_up(corpus: Corpus, api: Api) -> None:
    """Import what is imported at the first use."""
    study = corpus.new_study("warm-up", articles=3)
    with environment(api.server.url, api.server.token):
        workflow.push(study)
        workflow.pull(study)
    (desk,) = Ledger(study.ledger_path, api.server.url).desks()
    api.drop(desk.project)


def _in_turn(number: int, *tasks: tuple[Callable[[], None], list[float]]) -> None:
    """Time tasks one after the other, each time another one first."""
    first = number % len(tasks)
    for task, taken in (*tasks[first:], *tasks[:first]):
        gc.collect()
        start = time.perf_counter()
        task()
        taken.append(time.perf_counter() - start)


def _compared(claim: str, what: str, ours: list[float], bare: list[float], most: float) -> Line:
    ratios = [one / other for one, other in zip(ours, bare, strict=True)]
    ratio = statistics.median(ratios)
    return Line(
        claim,
        what,
        f"{statistics.median(ours):.2f} s and {statistics.median(bare):.2f} s, "
        f"{ratio:.2f} times (of {_range(ratios)})",
        f"{most} times",
        ratio <= most,
    )


def _range(numbers: list[float], unit: str = "") -> str:
    return f"{min(numbers):.2f} to {max(numbers):.2f}{unit} in {len(numbers)} repeats"


def _see(good: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as a sentence
    """Stop where what was measured is not what it should be."""
    if not good:
        raise RuntimeError(otherwise)
