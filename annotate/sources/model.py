"""What is said of an outlet or an event, and what it rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

__all__ = ["FEWEST", "UNKNOWN", "Beside", "Estimate", "Key", "Kind", "Part", "Profile"]

#: How many articles (or events, where events are compared) it takes before a rate is given. Where
#: none of 15 articles shows something, up to a fifth of all may still do (Wilson 1927: 3.84 / 18.84
#: = .20); of 5 it were more than two fifths. Raters of outlets who name a minimum name about as
#: many: Media Bias/Fact Check ten headlines and five stories, Ad Fontes Media fifteen articles.
FEWEST = 15
UNKNOWN = ""

Kind = Literal["share", "mean", "rate", "share of marks"]
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Estimate:
    """One figure of one outlet or event, with its 95 % interval over articles.

    Parameters
    ----------
    question, title : str
        The question's or the span group's name, and what people call it.
    value, shown : str
        The answer or span label it is about, and what people read; "" for all of the question.
    kind : {"share", "mean", "rate", "share of marks"}
        A share of articles, each weighing one and shared out among its readers; the mean over
        articles of their readers' means; marks per 1,000 words and reader; a share of marks.
    amount, low, high : float
        The figure and its interval; NaN where there is none.
    articles : int
        How many articles it rests on.
    count, readings : int
        In how many readings the answer was given (or how many marks there are), of how many (for
        a share of marks: of how many marks).
    reason : str
        Why there is no figure or no interval.
    """

    question: str
    title: str
    value: str
    shown: str
    kind: Kind
    amount: float
    low: float
    high: float
    articles: int
    count: int
    readings: int
    reason: str = ""

    @property
    def key(self) -> Key:
        """What tells it from the other figures of its outlet."""
        return self.question, self.value, self.kind

    @property
    def defined(self) -> bool:
        """Whether there is a figure."""
        return math.isfinite(self.amount)


@dataclass(frozen=True)
class Beside:
    """How far an outlet lies from the other outlets on the same events.

    Parameters
    ----------
    amount, low, high : float
        The mean over events of its figure minus the mean of the other outlets', and the interval
        over events; NaN where there is none.
    events : int
        How many events it shares with another outlet.
    reason : str
        Why there is no figure or no interval.
    """

    amount: float
    low: float
    high: float
    events: int
    reason: str = ""


@dataclass(frozen=True)
class Part:
    """How much there is of an outlet or an event.

    Parameters
    ----------
    name : str
        Its name, "" for the articles of which it is not known.
    articles, labelled, readings, words : int
        Articles in the study, those with a submitted reading, such readings, and words in all the
        articles.
    """

    name: str
    articles: int
    labelled: int
    readings: int
    words: int

    @property
    def enough(self) -> bool:
        """Whether there are enough articles for rates."""
        return self.labelled >= FEWEST


@dataclass(frozen=True)
class Profile:
    """All that is said of an outlet or an event.

    Parameters
    ----------
    part : Part
        How much there is of it.
    estimates : tuple of Estimate
        In the order of the scheme, the same for every profile.
    """

    part: Part
    estimates: tuple[Estimate, ...]
