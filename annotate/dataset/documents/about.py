"""What documents tell beside the figures: where labels come from, and on what terms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annotate.dataset.plan import Choices
from annotate.described import Described

if TYPE_CHECKING:
    from annotate.dataset.splits import Split

__all__ = ["About", "Days", "RoundHeld"]


@dataclass(frozen=True)
class Days:
    """The first and the last day of something; "" where no day is known."""

    first: str = ""
    last: str = ""

    def __str__(self) -> str:
        return self.first if self.first == self.last else f"{self.first} to {self.last}"

    def and_(self, other: Days) -> Days:
        """Give the days from the first of both to the last of both."""
        known = [each for each in (self, other) if each.first]
        if not known:
            return self
        return Days(min(each.first for each in known), max(each.last for each in known))


@dataclass(frozen=True)
class RoundHeld:
    """What is known of a round.

    Parameters
    ----------
    name, kind : str
        Its name, and whether it was of annotation, training or adjudication.
    people, articles, submitted : int
        Who submitted work there, articles with submitted work, and submitted visits.
    schemes : tuple of str
        SHA-256 of the labeling configs that its work was done with.
    codebook : str
        SHA-256 of the codebook; "" if it was not recorded.
    reference : str
        Of training: whose labels the work can be compared with.
    compared : int
        Of training: submitted visits to articles that the reference has submitted, too.
    shared : bool
        Whether everybody worked in one project.
    """

    name: str
    kind: str
    people: int
    articles: int
    submitted: int
    schemes: tuple[str, ...] = ()
    codebook: str = ""
    reference: str = ""
    compared: int = 0
    shared: bool = False


@dataclass(frozen=True)
class About:
    """What is known of a study beside its figures.

    Parameters
    ----------
    said : Described
        What ``study.toml`` says of the dataset.
    choices : Choices
        What its user let out.
    split : Split or None
        How the articles are split, if they are.
    rounds : tuple of RoundHeld
        In the order in which they were started.
    trained : int
        How many of those who annotated had submitted work in training.
    visits : int
        Rows of the configuration that opens by default.
    per_article : tuple of (int, int)
        How many articles have how many annotators who submitted them, by that number.
    worked, published : Days
        When annotators submitted, and when the articles were published.
    languages, extractors : tuple of (str, int)
        Articles by declared language, and by what turned their source into text; "" if unknown.
    cleaned, lines : int
        Articles that page furniture was taken out of, and lines of it.
    decided : int
        Articles that an adjudicator decided something about.
    questions, scored, about_spans, labels : int
        Questions about an article, those of them that are scored, questions about spans, and
        labels of spans, in the scheme.
    plain_text : bool
        Whether the scheme shows articles as plain text, which some formats need.
    """

    said: Described = field(default_factory=Described)
    choices: Choices = field(default_factory=Choices)
    split: Split | None = None
    rounds: tuple[RoundHeld, ...] = ()
    trained: int = 0
    visits: int = 0
    per_article: tuple[tuple[int, int], ...] = ()
    worked: Days = field(default_factory=Days)
    published: Days = field(default_factory=Days)
    languages: tuple[tuple[str, int], ...] = ()
    extractors: tuple[tuple[str, int], ...] = ()
    cleaned: int = 0
    lines: int = 0
    decided: int = 0
    questions: int = 0
    scored: int = 0
    about_spans: int = 0
    labels: int = 0
    plain_text: bool = True

    @property
    def licence(self) -> str:
        """The licence of the labels: the one chosen for this export, else the study's."""
        return self.choices.licence or self.said.licence
