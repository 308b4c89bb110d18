"""What a labeling config says: questions, scales, span labels and when each is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

__all__ = ["Condition", "Kind", "Option", "Question", "Scale", "Schema", "SpanLabel"]

Kind = Literal["single", "multiple", "rating", "number", "text"]
Scale = Literal["nominal", "ordinal", "interval", "ratio"]


@dataclass(frozen=True)
class Option:
    """One value that a question offers.

    Parameters
    ----------
    value : str
        What Label Studio stores: the ``alias`` where there is one, else the shown text.
    shown : str
        What the annotator reads.
    color : str
        The background colour of the config, "" where it names none.
    """

    value: str
    shown: str
    color: str = ""


@dataclass(frozen=True)
class Condition:
    """One ``visibleWhen`` of a control or of a view around it.

    ``values`` holds stored values (or span labels); empty means "any".
    """

    when: Literal["choice-selected", "choice-unselected", "region-selected", "no-region-selected"]
    control: str = ""
    values: frozenset[str] = frozenset()

    def holds(self, answers: dict[str, frozenset[str]], labels: dict[str, frozenset[str]]) -> bool:
        """Tell whether the condition holds.

        Parameters
        ----------
        answers : dict of str to frozenset of str
            Stored values chosen, by question.
        labels : dict of str to frozenset of str
            Labels of the region at hand (of all regions for a document question), by control.
        """
        if self.when == "no-region-selected":
            return True
        chosen = self._chosen(labels if self.when == "region-selected" else answers)
        hit = bool(chosen & self.values) if self.values else bool(chosen)
        return not hit if self.when == "choice-unselected" else hit

    def _chosen(self, by_control: dict[str, frozenset[str]]) -> frozenset[str]:
        if self.control:
            return by_control.get(self.control, frozenset())
        return frozenset().union(*by_control.values())


@dataclass(frozen=True)
class Question:
    """One control that asks something of the article or of a marked span.

    Parameters
    ----------
    name : str
        The control's name in the config.
    title : str
        What people call it: our ``title`` attribute, else the header above, else the name.
    kind : Kind
        How it is answered; a Taxonomy is ``multiple`` with paths as values.
    scale : Scale
        The scale at which agreement is scored.
    options : tuple of Option
        The values offered, in the scale's order (empty for numbers and free text).
    missing : frozenset of str
        Values that count as no answer.
    absent : str
        The value that is scored as a yes/no question of its own, "" if none.
    empty : str
        The value that leaving the question empty stands for, "" if none.
    scored, per_region, required : bool
        Whether it is scored, asked of each span, and enforced by the editor.
    conditions : tuple of Condition
        All must hold for the question to be shown.
    """

    name: str
    title: str
    kind: Kind
    scale: Scale
    options: tuple[Option, ...] = ()
    missing: frozenset[str] = frozenset()
    absent: str = ""
    empty: str = ""
    scored: bool = True
    per_region: bool = False
    required: bool = False
    conditions: tuple[Condition, ...] = ()

    @property
    def ranks(self) -> tuple[str, ...]:
        """The values that are scored, in the scale's order."""
        out = self.missing | ({self.absent} if self.absent else set())
        values = [option.value for option in self.options if option.value not in out]
        if self.empty and self.empty not in values:
            values.append(self.empty)
        return tuple(values)

    @cached_property
    def values(self) -> frozenset[str]:
        """The values offered, as they are stored."""
        return frozenset(option.value for option in self.options)

    def shown(self, answers: dict[str, frozenset[str]], labels: dict[str, frozenset[str]]) -> bool:
        """Tell whether the question was shown, given the other answers and the span's labels."""
        return not self.conditions or all(
            condition.holds(answers, labels) for condition in self.conditions
        )

    def label_of(self, value: str) -> str:
        """Give what the annotator reads for a stored value."""
        return next((o.shown for o in self.options if o.value == value), value)


@dataclass(frozen=True)
class SpanLabel:
    """One label that spans are marked with; labels of a group share one continuum."""

    value: str
    shown: str
    control: str
    group: str
    color: str = ""
    scored: bool = True


@dataclass(frozen=True)
class Schema:
    """Everything a labeling config says.

    Parameters
    ----------
    questions : tuple of Question
        In the order of the config.
    labels : tuple of SpanLabel
        In the order of the config.
    text_field : str
        The field of the task's data that holds the text, without ``$``.
    text_name : str
        The name of the text object, which regions refer to as ``to_name``.
    hypertext : bool
        Whether the text is shown as HTML.
    ignored : tuple of str
        Controls that the config has but that are neither scored nor exported.
    sha256 : str
        Of the config's bytes: the version of the scheme.
    part_of : str
        The version of the scheme that this one asks only a part of, "" if it is a whole one.
    """

    questions: tuple[Question, ...]
    labels: tuple[SpanLabel, ...]
    text_field: str
    text_name: str
    hypertext: bool
    sha256: str
    ignored: tuple[str, ...] = field(default=())
    part_of: str = ""

    @property
    def asks(self) -> frozenset[object]:
        """Everything that decides what an annotation can say; not how it is shown or scored."""
        questions = (
            (q.name, q.kind, q.per_region, frozenset(o.value for o in q.options), q.conditions)
            for q in self.questions
        )
        labels = ((label.control, label.value) for label in self.labels)
        return frozenset([*questions, *labels, (self.text_field, self.hypertext)])

    def question(self, name: str) -> Question:
        """Give the question of that name.

        Raises
        ------
        KeyError
            If there is none.
        """
        return self.by_name[name]

    @cached_property
    def by_name(self) -> dict[str, Question]:
        """The questions by name."""
        return {question.name: question for question in self.questions}

    @cached_property
    def by_pair(self) -> dict[tuple[str, str], SpanLabel]:
        """The labels by control and value."""
        return {(label.control, label.value): label for label in self.labels}

    @cached_property
    def document_questions(self) -> tuple[Question, ...]:
        """The questions asked once per article."""
        return tuple(q for q in self.questions if not q.per_region)

    @cached_property
    def region_questions(self) -> tuple[Question, ...]:
        """The questions asked of each marked span."""
        return tuple(q for q in self.questions if q.per_region)

    @property
    def groups(self) -> tuple[str, ...]:
        """The scored groups of span labels, in the order of the config."""
        return tuple(dict.fromkeys(label.group for label in self.labels if label.scored))

    def labels_of(self, group: str) -> tuple[SpanLabel, ...]:
        """Give the scored labels of a group, in the order of the config."""
        return tuple(label for label in self.labels if label.group == group and label.scored)

    @property
    def span_controls(self) -> frozenset[str]:
        """The names of the controls that mark spans."""
        return frozenset(label.control for label in self.labels)
