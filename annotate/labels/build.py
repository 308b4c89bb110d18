"""Snapshots to tables: a pure function, so that the tables can always be built again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from annotate.labels.results import Fault, labels_by_control, read_result
from annotate.tables import Tables, frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from annotate.labels.results import Marked, Reading
    from annotate.schema import Schema
    from annotate.snapshots import Header, Snapshot

__all__ = ["build_tables"]

_Work = dict[str, Any]


def build_tables(
    snapshots: Iterable[Snapshot],
    schema: Schema,
    texts: Mapping[str, str],
    hashes: Mapping[str, str],
) -> Tables:
    """Build the tables from the newest snapshot of each source.

    Parameters
    ----------
    snapshots : iterable of Snapshot
        One for each source.
    schema : Schema
        The scheme.
    texts, hashes : mapping of str to str
        The frozen text of each article, and its SHA-256.

    Returns
    -------
    Tables
        Checked against their contract.
    """
    rows = _Rows(schema, texts, hashes)
    for snapshot in snapshots:
        for task in snapshot.tasks:
            rows.task(task, snapshot.header)
    tables = Tables(
        visits=frame("visits", rows.visits),
        answers=frame("answers", rows.answers),
        spans=frame("spans", rows.spans),
        faults=frame("faults", rows.faults),
    )
    tables.check(texts)
    return tables


@dataclass
class _Rows:
    """The rows gathered so far, in the order of the tables' columns."""

    schema: Schema
    texts: Mapping[str, str]
    hashes: Mapping[str, str]
    visits: list[tuple[object, ...]] = field(default_factory=list)
    answers: list[tuple[object, ...]] = field(default_factory=list)
    spans: list[tuple[object, ...]] = field(default_factory=list)
    faults: list[tuple[object, ...]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def task(self, task: _Work, header: Header) -> None:
        """Add one task: every annotator of the roster gets a visit."""
        desk, article = task.get("desk") or "", task["article_id"]
        usable = self._usable(task)
        by_author = _by_author(task)
        expected = [desk] if desk else header.roster
        for annotator in dict.fromkeys([*expected, *by_author]):
            work = by_author.get(annotator, [])
            if desk and annotator != desk:
                self._set_aside(task, work, f"the desk is {desk}'s; the work is {annotator}'s")
                continue
            if not usable:
                self._set_aside(task, work, "the article's text is not the one that was frozen")
                work = []
            self._visit(article, annotator, work, header, assigned=bool(desk))

    def _usable(self, task: _Work) -> bool:
        article = task["article_id"]
        return article in self.texts and task["text_sha256"] == self.hashes.get(article)

    def _set_aside(self, task: _Work, work: list[_Work], why: str) -> None:
        for item in work:
            self.faults.append(
                (task["article_id"], item["annotator"], str(item["id"]), "set aside", False, why)
            )

    def _visit(
        self, article: str, annotator: str, work: list[_Work], header: Header, *, assigned: bool
    ) -> None:
        visit_id = f"{article}/{annotator}/{header.round}/1"
        if visit_id in self.seen:
            for item in work:
                why = "another source holds work of the same annotator on this article"
                self.faults.append((article, annotator, str(item["id"]), "repeated", False, why))
            return
        self.seen.add(visit_id)
        key = (visit_id, article, annotator, header.round)
        latest, status = _latest(work)
        for item in work:
            if latest is not None and item is not latest and not item["draft"]:
                why = f"a later annotation ({latest['id']}) of the same person counts"
                self.faults.append((article, annotator, str(item["id"]), "superseded", False, why))
        if latest is None:
            status = "unseen" if assigned else "unassigned"
        self.visits.append((*key, 1, "blind", status, *_stamps(latest), header.schema_version))
        if latest is not None and status == "submitted":
            self._submission(key, latest)

    def _submission(self, key: tuple[str, str, str, str], work: _Work) -> None:
        _, article, annotator, _ = key
        reading = read_result(work["result"], self.schema, self.texts[article])
        for region in reading.regions.values():
            self._region(key, region)
        self.answers += _answer_rows(key, reading, self.schema)
        self.faults += [
            (article, annotator, str(work["id"]), fault.kind, fault.kept, fault.detail)
            for fault in [*reading.faults, *_unshown(reading, self.schema)]
        ]

    def _region(self, key: tuple[str, str, str, str], region: Marked) -> None:
        text = self.texts[key[1]][region.start : region.end]
        for place, (control, value) in enumerate(region.labels):
            label = next(
                known
                for known in self.schema.labels
                if (known.control, known.value) == (control, value)
            )
            span_id = _span_id(key[0], region) + (f".{place + 1}" if place else "")
            self.spans.append((span_id, *key, label.group, value, region.start, region.end, text))


def _by_author(task: _Work) -> dict[str, list[_Work]]:
    """Group annotations and drafts by who made them."""
    grouped: dict[str, list[_Work]] = defaultdict(list)
    for kind, draft in (("annotations", False), ("drafts", True)):
        for item in task.get(kind, []):
            grouped[item["annotator"]].append({**item, "draft": draft})
    return grouped


def _latest(work: list[_Work]) -> tuple[_Work | None, str]:
    """Give what counts: the latest annotation; a draft only where there is none."""
    done = [item for item in work if not item["draft"]]
    if done:
        latest = max(done, key=lambda item: (item["updated_at"], item["id"]))
        return latest, "skipped" if latest["skipped"] else "submitted"
    if work:
        return max(work, key=lambda item: (item["updated_at"], item["id"])), "draft"
    return None, "unseen"


def _stamps(work: _Work | None) -> tuple[object, ...]:
    if work is None:
        return "", "", "", float("nan")
    seconds = work["seconds"]
    seconds = float("nan") if seconds is None else float(seconds)
    return str(work["id"]), work["created_at"], work["updated_at"], seconds


def _span_id(visit_id: str, region: Marked) -> str:
    return f"{visit_id}/{region.region_id}"


def _answer_rows(
    key: tuple[str, str, str, str], reading: Reading, schema: Schema
) -> Iterable[tuple[object, ...]]:
    answers = {name: frozenset(values) for name, values in reading.answers.items()}
    everywhere = labels_by_control(*reading.regions.values())
    for question in schema.document_questions:
        if not question.shown(answers, everywhere):
            yield (*key, question.name, "not_shown", "", "")
        elif values := reading.answers.get(question.name, ()):
            yield from ((*key, question.name, "answered", value, "") for value in values)
        elif ("", question.name) not in reading.refused:
            yield (*key, question.name, "empty", question.empty, "")
    for region in reading.regions.values():
        own, span_id = labels_by_control(region), _span_id(key[0], region)
        for question in schema.region_questions:
            if not question.shown(answers, own):
                continue
            if values := reading.region_answers.get((region.region_id, question.name), ()):
                yield from ((*key, question.name, "answered", value, span_id) for value in values)
            elif (region.region_id, question.name) not in reading.refused:
                yield (*key, question.name, "empty", question.empty, span_id)


def _unshown(reading: Reading, schema: Schema) -> Iterable[Fault]:
    """List answers that stayed behind when the question they belong to was hidden again."""
    answers = {name: frozenset(values) for name, values in reading.answers.items()}
    everywhere = labels_by_control(*reading.regions.values())
    for question in schema.document_questions:
        if question.name in reading.answers and not question.shown(answers, everywhere):
            said = f'an answer to "{question.name}", which was not shown any more'
            yield Fault("not shown", kept=False, detail=said)
