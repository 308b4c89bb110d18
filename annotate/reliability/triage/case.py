"""One thing to talk about: where annotators disagree, and what it costs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Places = NDArray[np.int64]

__all__ = ["CASE_KINDS", "Candidates", "Case", "CaseKind"]

CaseKind = Literal["article", "labels", "phrase"]
#: In the order in which equal cases are ranked.
CASE_KINDS: tuple[CaseKind, ...] = ("article", "labels", "phrase")


@dataclass(frozen=True)
class Case:
    """A disagreement, with what agreement would gain if it were resolved.

    Parameters
    ----------
    kind : {"article", "labels", "phrase"}
        An article with different values, two values or labels that are taken for each other, or
        a phrase that not all marked alike.
    question, title, label : str
        The question or span group, what people call it, and the option or the absent value it
        is about where it is about one.
    measure : str
        The coefficient that would rise.
    now, then, rise : float
        Its value, its value with this case resolved, and the difference.
    reason : str
        Who said what, in words.
    said : tuple of (str, str)
        Each annotator, and what they said.
    article : str
        Its name; "" for two labels.
    start, end : int or None
        Where the phrase lies in the text.
    quote : str
        The words of the phrase, as they stand in the text: untrusted.
    disagreement : tuple of str
        For a phrase, some of `annotate.reliability.spans.disagreement.KINDS`.
    """

    kind: CaseKind
    question: str
    title: str
    label: str
    measure: str
    now: float
    then: float
    rise: float
    reason: str
    said: tuple[tuple[str, str], ...]
    article: str = ""
    start: int | None = None
    end: int | None = None
    quote: str = ""
    disagreement: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give plain values."""
        values = asdict(self)
        values["said"] = [{"annotator": who, "said": what} for who, what in self.said]
        values["disagreement"] = list(self.disagreement)
        return values


@dataclass(frozen=True)
class Candidates:
    """Cases of one kind and question, told in words only when they are wanted.

    What only a filter asks for is found when it is asked for.

    Parameters
    ----------
    kind : {"article", "labels", "phrase"}
        What they are.
    question : str
        The question or span group.
    rise : array of float, shape (C,)
        What agreement would gain.
    tell : callable
        From the place of a case to the case.
    involved : callable
        Gives cases and annotators, each as their place, for everybody who is in `Case.said`.
    articles : tuple of str
        The article of each; none for two labels.
    quotes : callable or None
        Gives the words of each phrase.
    disagreement : callable or None
        Gives which of `annotate.reliability.spans.disagreement.KINDS` each phrase has, shape
        (C, 4).
    """

    kind: CaseKind
    question: str
    rise: NDArray[np.float64]
    tell: Callable[[int], Case]
    involved: Callable[[], tuple[Places, Places]]
    articles: tuple[str, ...] = ()
    quotes: Callable[[], list[str]] | None = None
    disagreement: Callable[[], NDArray[np.bool_]] | None = None
