"""Snapshots to tables: a pure function, so that the tables can always be built again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from annotate.collecting import without_collecting
from annotate.labels.order import in_order
from annotate.labels.results import Fault, labels_by_control, read_result
from annotate.labels.translate import translated
from annotate.schema.versions import Versions
from annotate.tables import Tables, frame

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from annotate.labels.results import Marked, Reading
    from annotate.schema import Question, Schema
    from annotate.schema.versions import Past
    from annotate.snapshots import Header, Snapshot

__all__ = ["build_tables"]

_Work = dict[str, Any]
_Key = tuple[str, str, str, str]
_Answers = dict[str, frozenset[str]]
_SpanIds = dict[tuple[str, str, str], str]


def build_tables(
    snapshots: Iterable[Snapshot],
    schema: Schema,
    texts: Mapping[str, str],
    hashes: Mapping[str, str],
    *,
    versions: Versions | None = None,
    only: Collection[str] | None = None,
) -> Tables:
    """Build the tables from what is known of each section.

    Parameters
    ----------
    snapshots : iterable of Snapshot
        One for each desk or export.
    schema : Schema
        The scheme of today.
    texts, hashes : mapping of str to str
        The frozen text of each article, and its SHA-256.
    versions : Versions or None
        The schemes that were used before, if any were.
    only : collection of str or None
        The articles to build rows for; all by default.

    Returns
    -------
    Tables
        Checked against their contract; in order if they hold all articles (see `with_fresh`).
    """
    known = list(snapshots)
    with without_collecting():
        rows = _Rows(versions or Versions(schema), texts, hashes)
        for snapshot in known:
            for task in snapshot.tasks:
                if only is None or task["article_id"] in only:
                    rows.task(task, snapshot.header)
        rows.finish()
        tables = Tables(
            visits=frame("visits", rows.visits),
            answers=frame("answers", rows.answers),
            spans=frame("spans", rows.spans),
            faults=frame("faults", rows.faults),
        )
    tables.check(texts)
    return in_order(tables, known, texts) if only is None else tables


@dataclass
class _Visit:
    """All work of one annotator on one article in one round, from whatever task or source."""

    schema_version: str
    assigned: bool = False
    apart: bool = False
    work: list[_Work] = field(default_factory=list)


@dataclass
class _Rows:
    """The rows gathered so far, in the order of the tables' columns."""

    versions: Versions
    texts: Mapping[str, str]
    hashes: Mapping[str, str]
    visits: list[tuple[object, ...]] = field(default_factory=list)
    answers: list[tuple[object, ...]] = field(default_factory=list)
    spans: list[tuple[object, ...]] = field(default_factory=list)
    faults: list[tuple[object, ...]] = field(default_factory=list)
    gathered: dict[tuple[str, str, str, int], _Visit] = field(default_factory=dict)

    @property
    def schema(self) -> Schema:
        """The scheme of today."""
        return self.versions.current

    def task(self, task: _Work, header: Header) -> None:
        """Gather one task: every annotator of the roster gets a visit."""
        desk, article = task.get("desk") or "", task["article_id"]
        usable = self._usable(task)
        by_author = _by_author(task)
        expected = [desk] if desk else header.roster
        for annotator in dict.fromkeys([*expected, *by_author]):
            work = by_author.get(annotator, [])
            if desk and annotator != desk:
                self._set_aside(
                    task, header, work, f"the desk is {desk}'s; the work is {annotator}'s"
                )
                continue
            if header.ours and annotator not in expected:
                self._set_aside(task, header, work, f"{annotator} is no annotator of this study")
                continue
            if article not in self.texts:
                self._set_aside(task, header, work, "the study has no such article")
                continue
            if not usable:
                why = "the article's text is not the one that was frozen"
                self._set_aside(task, header, work, why)
                work = []
            visit = self.gathered.setdefault(
                (article, annotator, header.round, int(task.get("occasion", 1))),
                _Visit(header.schema_version),
            )
            visit.assigned |= bool(desk)
            for item in work:
                self._take(task, visit, item, header)

    def _take(self, task: _Work, visit: _Visit, item: _Work, header: Header) -> None:
        """Count a piece of work, unless somebody else may have made it."""
        meddled = _meddled(item) if header.ours and not item["draft"] else ""
        if meddled:
            visit.apart = True
            self._set_aside(task, header, [item], meddled)
        else:
            place = {"schema_version": header.schema_version, "ours": header.ours}
            visit.work.append({**item, **place})

    def _usable(self, task: _Work) -> bool:
        return bool(task["text_sha256"] == self.hashes.get(task["article_id"]))

    def _set_aside(self, task: _Work, header: Header, work: list[_Work], why: str) -> None:
        for item in work:
            place = (task["article_id"], item["annotator"], header.round, str(item["id"]))
            self.faults.append((*place, "set aside", False, why))

    def finish(self) -> None:
        """Make the rows of every visit."""
        for (article, annotator, round_, occasion), visit in self.gathered.items():
            key = (f"{article}/{annotator}/{round_}/{occasion}", article, annotator, round_)
            self._visit(key, occasion, visit)

    def _visit(self, key: _Key, occasion: int, visit: _Visit) -> None:
        latest, status = _latest(visit.work)
        for item in visit.work:
            # The same annotation may have come from two sources.
            if latest is not None and not item["draft"] and not _same(item, latest):
                why = f"a later annotation ({latest['id']}) of the same person counts"
                self.faults.append((*key[1:], item["id"], "superseded", False, why))
        if latest is None:
            status = "unseen" if visit.assigned else "unassigned"
            # Something is there, and it is not for the annotator to begin anew.
            status = "draft" if visit.apart else status
        version = visit.schema_version if latest is None else latest["schema_version"]
        if latest is not None and status == "submitted" and not isinstance(latest["result"], list):
            why = "the annotation's result cannot be read; it counts as not submitted"
            self.faults.append((*key[1:], latest["id"], "malformed", False, why))
            status = "draft"
        # Who shows a project that is not ours may have shown the outlet as well.
        ours = latest is None or latest["ours"]
        arm = "blind" if ours and visit.assigned else "unknown"
        self.visits.append((*key, occasion, arm, status, *_stamps(latest), version))
        if latest is not None and status == "submitted":
            self._submission(key, latest)

    def _submission(self, key: _Key, work: _Work) -> None:
        _, article, annotator, round_ = key
        past = self.versions.reading(work["schema_version"])
        carried = translated(work["result"], past)
        reading = read_result(carried.result, self.schema, self.texts[article])
        reading.faults += carried.faults
        for question in self.schema.questions:
            # An answer that the lead has dropped is none, and above all not one for "nothing".
            reading.refused |= {
                (region if question.per_region else "", name)
                for region, name in carried.dropped
                if name == question.name
            }
        ids = _span_ids(key[0], reading)
        for region in reading.regions.values():
            self._region(key, region, ids)
        self.answers += _answer_rows(key, reading, self.schema, ids, past)
        edited = () if work["ours"] else _edited(work, annotator)
        self.faults += [
            (article, annotator, round_, work["id"], fault.kind, fault.kept, fault.detail)
            for fault in [*edited, *reading.faults, *_unshown(reading, self.schema)]
        ]

    def _region(self, key: _Key, region: Marked, ids: _SpanIds) -> None:
        text = self.texts[key[1]][region.start : region.end]
        for control, value in region.labels:
            label = self.schema.by_pair[control, value]
            span_id = ids[region.region_id, control, value]
            self.spans.append((span_id, *key, label.group, value, region.start, region.end, text))


def _meddled(item: _Work) -> str:
    """Say whose hand was in a piece of work besides its author's; on a free server anybody's."""
    author, editor = item["annotator"], item.get("updated_by", "")
    if editor == author:
        return ""
    if not editor:
        return (
            f"the server does not say who stored it, so it may not be {author}'s own (imported "
            "annotations are like that); open it there as its author and press Update"
        )
    return (
        f"it was last changed by {editor} and not by {author}; kept apart until {author} opens it "
        "and presses Update"
    )


def _by_author(task: _Work) -> dict[str, list[_Work]]:
    """Group annotations and drafts by who made them, in an order of their own."""
    every = [{**item, "draft": False} for item in task.get("annotations", [])]
    every += [{**item, "draft": True} for item in task.get("drafts", [])]
    grouped: dict[str, list[_Work]] = defaultdict(list)
    for item in sorted(every, key=lambda item: (item["annotator"], _moment(item))):
        grouped[item["annotator"]].append(item)
    return grouped


def _moment(item: _Work) -> tuple[datetime, int, str]:
    """Order work by time; where that tells nothing, by the server's running number."""
    try:
        at = datetime.fromisoformat(item["updated_at"])
    except ValueError:
        at = datetime.min.replace(tzinfo=UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC), len(item["id"]), item["id"]


def _latest(work: list[_Work]) -> tuple[_Work | None, str]:
    """Give what counts: the latest annotation; a draft only where there is none."""
    done = [item for item in work if not item["draft"]]
    if done:
        latest = max(done, key=_moment)
        return latest, "skipped" if latest["skipped"] else "submitted"
    if work:
        return max(work, key=_moment), "draft"
    return None, "unseen"


def _same(item: _Work, other: _Work) -> bool:
    return all(item[name] == other[name] for name in ("id", "updated_at", "result", "skipped"))


def _edited(work: _Work, annotator: str) -> Iterable[Fault]:
    """Say where somebody else changed the work: on the open-source server anybody can."""
    editor = work.get("updated_by") or annotator
    if editor != annotator:
        yield Fault("edited", kept=True, detail=f"last changed by {editor}")


def _stamps(work: _Work | None) -> tuple[object, ...]:
    if work is None:
        return "", "", "", float("nan")
    seconds = work["seconds"]
    seconds = float("nan") if seconds is None else float(seconds)
    return work["id"], work["created_at"], work["updated_at"], seconds


def _span_ids(visit_id: str, reading: Reading) -> _SpanIds:
    """Give each span of a visit a number; a region with several labels is as many spans."""
    marked = [
        (region.region_id, control, value)
        for region in reading.regions.values()
        for control, value in region.labels
    ]
    return {span: f"{visit_id}/{number}" for number, span in enumerate(marked, start=1)}


def _asked(
    question: Question, region: Marked, answers: _Answers, labels: _Answers
) -> tuple[str, str] | None:
    """Give the label of a region that a question is about: the first under which it is shown."""
    if not question.shown(answers, labels):
        return None
    if len(region.labels) == 1:
        return region.labels[0]
    for control, value in region.labels:
        if question.shown(answers, {control: frozenset({value})}):
            return control, value
    return region.labels[0]


def _answer_rows(
    key: _Key, reading: Reading, schema: Schema, ids: _SpanIds, past: Past
) -> Iterable[tuple[object, ...]]:
    answers = {name: frozenset(values) for name, values in reading.answers.items()}
    everywhere = labels_by_control(*reading.regions.values())
    for question in schema.document_questions:
        if question.name in past.unasked or not question.shown(answers, everywhere):
            yield (*key, question.name, "not_shown", "", "")
        elif values := reading.answers.get(question.name, ()):
            yield from ((*key, question.name, "answered", value, "") for value in values)
        elif ("", question.name) not in reading.refused and question.name not in past.refused:
            yield (*key, question.name, "empty", question.empty, "")
    of_regions = schema.region_questions
    for region in reading.regions.values():
        labels = labels_by_control(region)
        for question in of_regions:
            about = _asked(question, region, answers, labels)
            if about is None or question.name in past.unasked:
                continue
            span_id = ids[(region.region_id, *about)]
            if values := reading.region_answers.get((region.region_id, question.name), ()):
                yield from ((*key, question.name, "answered", value, span_id) for value in values)
            elif (
                region.region_id,
                question.name,
            ) not in reading.refused and question.name not in past.refused:
                yield (*key, question.name, "empty", question.empty, span_id)


def _unshown(reading: Reading, schema: Schema) -> Iterable[Fault]:
    """List answers that stayed behind when the question they belong to was hidden again."""
    answers = {name: frozenset(values) for name, values in reading.answers.items()}
    everywhere = labels_by_control(*reading.regions.values())
    for question in schema.document_questions:
        if question.name in reading.answers and not question.shown(answers, everywhere):
            said = f'an answer to "{question.name}", which was not shown any more'
            yield Fault("not shown", kept=False, detail=said)
    for region_id, name in reading.region_answers:
        region = reading.regions[region_id]
        if not schema.question(name).shown(answers, labels_by_control(region)):
            where = f'"{name}" for the span at {region.start}-{region.end}'
            said = f"an answer to {where}, which was not shown any more"
            yield Fault("not shown", kept=False, detail=said)
