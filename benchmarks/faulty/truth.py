"""What a study and its server hold, beside what they must hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.errors import AnnotateError
from annotate.snapshots import read_snapshot
from faulty.world import PEOPLE, Work

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from annotate.tables import Tables
    from faulty.world import World

    Key = tuple[str, str]

__all__ = ["HARMLESS", "WRONGS", "Wrong", "unsafe_visits", "wrong_tasks", "wrong_visits"]

#: Everything that may be found wrong, in the order of the table of results.
WRONGS = (
    "task lost",
    "task doubled",
    "annotation lost",
    "annotation stale",
    "counted twice",
    "unreadable",
    "not mended",
    "traceback",
)
#: What is counted beside them: a second project of a desk, with nothing in it.
HARMLESS = "empty twin"


@dataclass(frozen=True)
class Wrong:
    """Something that is not as it must be.

    Parameters
    ----------
    kind : str
        One of `WRONGS`.
    what : str
        Where, for people.
    """

    kind: str
    what: str


def wrong_tasks(world: World) -> list[Wrong]:
    """Compare the server's own tasks with what is assigned: each article once on each desk."""
    desks = Counter(str(project["title"]) for project in world.projects())
    # Had a twin tasks in it, they would be found doubled below.
    wrong = [Wrong(HARMLESS, title) for title, number in desks.items() if number > 1]
    tasks = world.tasks()
    for article in world.study.articles()["article_id"]:
        for who in PEOPLE:
            there = tasks.pop((article, who), [])
            if len(there) > 1:
                wrong.append(Wrong("task doubled", f"{article} for {who}: tasks {there}"))
            elif not there:
                wrong.append(Wrong("task lost", f"{article} for {who}"))
    return wrong + [Wrong("task doubled", f"unknown {key}") for key in tasks]


def wrong_visits(world: World) -> list[Wrong]:
    """Compare the study's tables with the log of what annotators did."""
    return _compared(world, {key: {work} for key, work in world.log.items()}, exact=True)


def unsafe_visits(world: World) -> list[Wrong]:
    """Compare the tables after a broken pull: each visit as it was or as it is, nothing else."""
    logs = world.pulled, world.log
    keys = {*world.pulled, *world.log}
    either = {key: {found for log in logs if (found := log.get(key))} for key in keys}
    new = {key for key in keys if not all(key in log for log in logs)}
    return _compared(world, either, exact=False, optional=new)


def _compared(
    world: World,
    allowed: Mapping[Key, set[Work]],
    *,
    exact: bool,
    optional: Collection[Key] = (),
) -> list[Wrong]:
    try:
        tables = world.study.tables()
        for path in world.study.snapshots.glob("*"):
            read_snapshot(path)
    except AnnotateError as error:
        return [Wrong("unreadable", str(error))]
    wrong = list(_doubles(tables))
    visits = _visits(tables)
    for key, works in allowed.items():
        found = visits.get(key)
        if found is None and key not in optional:
            wrong.append(Wrong("annotation lost", f"{key}: {works}"))
        elif found is not None and found not in works:
            wrong.append(Wrong("annotation stale", f"{key}: {found}, not {works}"))
    ghosts = visits.keys() - allowed.keys()
    wrong += [Wrong("annotation stale", f"{key}: {visits[key]}, deleted") for key in ghosts]
    if exact:
        wrong += _unassigned(world, tables)
    return wrong


def _unassigned(world: World, tables: Tables) -> Iterator[Wrong]:
    """Every task is a visit, whether or not anybody was there."""
    seen = set(zip(tables.visits["article_id"], tables.visits["annotator"], strict=True))
    for key in world.tasks().keys() ^ seen:
        yield Wrong("annotation lost", f"{key} is {'no visit' if key not in seen else 'no task'}")


def _doubles(tables: Tables) -> Iterator[Wrong]:
    """Find what counts twice, and what was set aside though it was in order."""
    for name, columns in (
        ("visits", ["article_id", "annotator"]),
        ("spans", ["article_id", "annotator", "label", "start", "end"]),
        ("answers", ["article_id", "annotator", "question"]),
    ):
        frame = getattr(tables, name)
        for row in frame.loc[frame.duplicated(columns), columns].itertuples(index=False):
            yield Wrong("counted twice", f"{name}: {tuple(row)}")
    for fault in tables.faults.itertuples(index=False):
        yield Wrong("counted twice", f"faults: {tuple(fault)}")


def _visits(tables: Tables) -> dict[Key, Work]:
    """Give each visit that is more than an open task as the log would hold it."""
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for span in tables.spans.to_dict("records"):
        spans[span["visit_id"]].append((int(span["start"]), int(span["end"])))
    answers = tables.answers.query("state == 'answered'").to_dict("records")
    tones = {answer["visit_id"]: str(answer["value"]) for answer in answers}
    return {
        (visit["article_id"], visit["annotator"]): Work(
            int(visit["annotation_id"]),
            visit["status"],
            tuple(sorted(spans[visit["visit_id"]])),
            tones.get(visit["visit_id"], ""),
        )
        for visit in tables.visits.to_dict("records")
        if visit["annotation_id"]
    }
