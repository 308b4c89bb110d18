"""What a dataset is to hold, and in which form: what its user chose, and what the study is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annotate.dataset.splits import SPLITS

if TYPE_CHECKING:
    from annotate.schema import Schema

__all__ = ["LONGEST_QUOTE", "Choices", "Plan"]

LONGEST_QUOTE = 200  # characters of a span that are given without the articles' text


@dataclass(frozen=True)
class Choices:
    """What whoever exports a study lets out of it.

    Parameters
    ----------
    with_text : bool
        The articles' text, spans of any length, and the formats that need a text.
    with_notes : bool
        What annotators wrote in their own words.
    with_times : bool
        When they worked, to the second; else to the day.
    quote : int
        The longest span whose text is given without the articles' text, in characters.
    licence : str
        Of the labels, as an SPDX identifier; "" if nobody has chosen one.
    """

    with_text: bool = False
    with_notes: bool = False
    with_times: bool = False
    quote: int = LONGEST_QUOTE
    licence: str = ""


@dataclass(frozen=True)
class Plan:
    """What every format is told before the first article comes.

    Parameters
    ----------
    schema : Schema
        The scheme of the study.
    config : bytes
        The labeling config that it was read from.
    annotators : tuple of str
        All pseudonyms, sorted. A path is made from the place in here (``annotator_01``), never
        from a name.
    splits : tuple of str
        Those that there are: only the first of `SPLITS` in a dataset that is not split.
    choices : Choices
        What its user chose.
    """

    schema: Schema
    config: bytes
    annotators: tuple[str, ...]
    splits: tuple[str, ...] = SPLITS[:1]
    choices: Choices = field(default_factory=Choices)

    def number(self, annotator: str) -> str:
        """Give the name under which files and columns know an annotator.

        Examples
        --------
        >>> Plan(None, b"", ("ada", "ben")).number("ben")
        'annotator_02'
        """
        width = max(2, len(str(len(self.annotators))))
        return f"annotator_{self.annotators.index(annotator) + 1:0{width}}"
