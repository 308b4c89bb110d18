"""Which column of a table says what."""

from __future__ import annotations

from dataclasses import dataclass

from annotate.errors import UsageError

__all__ = ["Columns"]


@dataclass(frozen=True)
class Columns:
    """The names of the columns of a tidy table, one row per annotator, unit and label.

    Parameters
    ----------
    annotator, unit : str
        Who, and what was judged; of spans, the unit is the text in which they lie.
    label : str
        The value given; may be left out of a table of spans that have one label only.
    question : str
        What was asked, where a table holds several questions or groups of span labels.
    article : str
        The article a unit lies in; intervals are over articles. Units are told apart within
        their article, so that every article may have a first sentence.
    start, end : str
        Of spans: offsets in characters, half-open.
    length : str
        Of spans: the length of the unit in characters.
    missing : tuple of str or None
        Labels that stand for none, such as "unclear"; an empty tuple says that there are none,
        not even "NA", and None says nothing.
    only : tuple of str
        Of the column of questions: those to score; all if empty.

    Raises
    ------
    UsageError
        If a necessary one is missing, or two contradict each other.
    """

    annotator: str
    unit: str
    label: str = ""
    question: str = ""
    article: str = ""
    start: str = ""
    end: str = ""
    length: str = ""
    missing: tuple[str, ...] | None = None
    only: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Prove that the columns make sense together."""
        if not (self.annotator and self.unit):
            msg = "Name the columns that hold the annotator and the unit"
            raise UsageError(msg)
        if bool(self.start) != bool(self.end):
            msg = "Spans need both a start and an end column; only one of them is named"
            raise UsageError(msg)
        if not (self.label or self.of_spans):
            msg = "Name the column that holds the label"
            raise UsageError(msg)
        if self.article and self.of_spans:
            msg = "An article column is for choices; the unit of spans is the text they lie in"
            raise UsageError(msg)
        if self.missing and self.of_spans:
            msg = "Missing labels are for choices; a span has a label or is not in the table"
            raise UsageError(msg)
        if self.only and not self.question:
            msg = (
                "Some questions can be chosen (--only, in Python only=) where a column says what "
                "was asked: name it as well (--question, in Python question=)"
            )
            raise UsageError(msg)
        if self.length and not self.of_spans:
            msg = "A length column is for spans; name their start and end columns as well"
            raise UsageError(msg)

    @property
    def of_spans(self) -> bool:
        """Whether the table holds spans."""
        return bool(self.start)

    @property
    def of_several(self) -> bool:
        """Whether several questions may be scored at once."""
        return bool(self.question) and len(self.only) != 1

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that is named, each once."""
        every = (
            self.annotator,
            self.unit,
            self.label,
            self.question,
            self.article,
            self.start,
            self.end,
            self.length,
        )
        return tuple(dict.fromkeys(filter(None, every)))
