"""Tasks as Label Studio imports them: an annotator's work, or the consensus as a prediction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from annotate.dataset.columns import STANDS, VISIT
from annotate.labels.written import result_of
from annotate.schema.subset import tags_of
from annotate.studio.tasks import TaskData, text_hash

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from annotate.dataset.plan import Plan
    from annotate.schema import SpanLabel

__all__ = ["CONSENSUS", "Tasks"]

CONSENSUS = "consensus"  # what Label Studio calls the model whose prediction it is
_Row = dict[str, Any]
_META = ("article_id", *VISIT, "split", "event")
#: What a scheme may show beside the text: nothing that tells which outlet it is from.
_SHOWN = ("event", "published", "language", "title")


class Tasks:
    """Makes tasks from rows of the configurations ``annotations`` and ``consensus``.

    Parameters
    ----------
    plan : Plan
        What the dataset holds.
    """

    def __init__(self, plan: Plan) -> None:
        self._schema, self._tags = plan.schema, tags_of(plan.config)
        self._shown = sorted(_fields(plan.config) - {plan.schema.text_field})
        self._labels = {(each.group, each.value): each for each in plan.schema.labels}
        self._asked = [
            question
            for question in plan.schema.questions
            if question.kind != "text" or plan.choices.with_notes
        ]

    def of_visit(self, visit: _Row, article: Mapping[str, Any]) -> _Row:
        """Give the task that an annotator had, with what they made of it.

        Parameters
        ----------
        visit : dict
            A row of ``annotations``, with the text.
        article : mapping
            What else is known of the article, by column.
        """
        # Other than a later round, a later occasion never counts instead of the first.
        key = "" if visit["occasion"] == 1 else f"a{text_hash(visit['visit_id'])[:12]}"
        task = {
            "data": self._data(visit, article, occasion=visit["occasion"], key=key),
            "meta": {name: visit[name] for name in _META},
        }
        # The open-source server takes no drafts, and what they hold is in no dataset.
        if visit["status"] not in {"submitted", "skipped"}:
            return task
        skipped = visit["status"] == "skipped"
        work = {
            "result": [] if skipped else self._result(visit),
            "was_cancelled": skipped,
            "ground_truth": False,
            "lead_time": visit["seconds"],
        }
        return {**task, "annotations": [work]}

    def of_consensus(self, row: _Row, article: Mapping[str, Any]) -> _Row:
        """Give the task with what most annotators or an adjudicator said, as a prediction.

        Parameters
        ----------
        row : dict
            A row of ``consensus``, with the text.
        article : mapping
            What else is known of the article, by column.
        """
        spans = [
            {**span, "span_id": str(number), "text": row["text"][span["start"] : span["end"]]}
            for number, span in enumerate(row["spans"])
            if span["status"] in STANDS and span["kind"] != "weighted"
        ]
        answers = [
            (each["question"], "", each["values"])
            for each in row["answers"]
            if each["status"] in STANDS
        ]
        answers += [
            (each["question"], span["span_id"], self._chosen(each["question"], each["value"]))
            for span in spans
            for each in span["answers"]
        ]
        stored = [each for each in answers if self._is_stored(each[0], each[2])]
        result = result_of(stored, spans, self._schema, self._tags)
        task = {
            "data": self._data(row, article),
            "meta": {name: row[name] for name in ("split", "event")},
        }
        predicted = {"model_version": CONSENSUS, "result": result}
        return {**task, "predictions": [predicted]} if result else task

    def _chosen(self, name: str, value: str) -> list[str]:
        """Give the values that an answer about a span is made of; several have one name there."""
        question = self._schema.by_name.get(name)
        if question is None or question.kind != "multiple":
            return [value]
        return _options_in(value, [option.value for option in question.options])

    def _is_stored(self, name: str, values: Sequence[str]) -> bool:
        """Tell whether an answer is one that was given; a control left empty may stand for one."""
        question = self._schema.by_name.get(name)
        if question is None or not values:
            return False
        return not question.options or question.values.issuperset(values)

    def _data(
        self, row: _Row, article: Mapping[str, Any], *, occasion: int = 1, key: str = ""
    ) -> dict[str, str]:
        task = TaskData(row["article_id"], row["text"], row["text_sha256"], occasion, key)
        # Label Studio refuses a task without a field that its scheme shows.
        known = {name: str(article.get(name) or "") for name in _SHOWN}
        shown = {name: known.get(name, "") for name in self._shown}
        return {**shown, **task.to_json(self._schema.text_field)}

    def _result(self, visit: _Row) -> list[_Row]:
        answers = [
            (each["question"], span_id, each["values"])
            for span_id, said in _said(visit)
            for each in said
            if each["state"] == "answered"
        ]
        answers += [(question, span_id, ()) for question, span_id in self._unread(visit)]
        return result_of(answers, visit["spans"], self._schema, self._tags)

    def _unread(self, visit: _Row) -> Iterator[tuple[str, str]]:
        """Name what was asked and has no row: it could not be read, which is no empty answer.

        So have questions that an earlier scheme did not ask, and all but one of the labels of a
        region that had several.
        """
        there = {
            (span, each["question"]): each["state"] for span, said in _said(visit) for each in said
        }
        chosen = {
            each["question"]: frozenset(each["values"])
            for each in visit["answers"]
            if each["state"] == "answered"
        }
        marked = [self._labels.get((span["group"], span["label"])) for span in visit["spans"]]
        everywhere = _by_control([label for label in marked if label is not None])
        for question in self._asked:
            if question.per_region:
                about = zip(visit["spans"], marked, strict=True)
                shown = [
                    span["span_id"]
                    for span, label in about
                    if label is not None and question.shown(chosen, _by_control([label]))
                ]
            else:
                shown = [""] if question.shown(chosen, everywhere) else []
            for span_id in shown:
                if there.get((span_id, question.name), "not_shown") == "not_shown":
                    yield question.name, span_id


def _said(visit: _Row) -> Iterator[tuple[str, list[_Row]]]:
    """Give the answers about the article, then those about each span."""
    yield "", visit["answers"]
    for span in visit["spans"]:
        yield span["span_id"], span["answers"]


def _options_in(name: str, options: Sequence[str]) -> list[str]:
    """Take apart what `name_of_set` put together; nothing where it stands for no option."""
    if name in options:
        return [name]
    for place, option in enumerate(options, 1):
        if name.startswith(f"{option} + "):
            rest = _options_in(name[len(option) + 3 :], options[place:])
            if rest:
                return [option, *rest]
    return []


def _by_control(labels: Sequence[SpanLabel]) -> dict[str, frozenset[str]]:
    """Group labels by control, as conditions want them."""
    controls = {label.control for label in labels}
    return {
        control: frozenset(each.value for each in labels if each.control == control)
        for control in controls
    }


def _fields(config: bytes) -> set[str]:
    """Name the fields of a task's data that the scheme shows."""
    root = etree.fromstring(config, etree.XMLParser(resolve_entities=False, no_network=True))
    values = (str(element.get("value", "")) for element in root.iter(etree.Element))
    return {value[1:] for value in values if value.startswith("$") and len(value) > 1}
