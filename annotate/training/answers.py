"""Answers to the questions about an article, beside those of the reference."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from annotate.reliability.evidence.turns import OUTCOMES
from annotate.reliability.scales import numbers_of
from annotate.training.compared import Answered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotate.findings.reading import Reading
    from annotate.reliability.evidence.gathered import Asked, Evidence
    from annotate.schema import Schema

    _Vote = tuple[bool, int]  # whether there is nothing to rate, and else the place of the value

__all__ = ["answers_beside"]

_NOT_SHOWN = OUTCOMES.index("not_shown")
_NONE = "none of these"


def answers_beside(
    evidence: Evidence, article: int, sides: tuple[int, int], reading: Reading, schema: Schema
) -> Iterator[Answered]:
    """Compare the answers to every question about one article.

    Parameters
    ----------
    evidence : Evidence
        The votes of the two.
    article : int
        Its place there.
    sides : (int, int)
        The places of the annotator and the reference.
    reading : Reading
        The same article, for the answers in words.
    schema : Schema
        The scheme; questions that are not scored are shown, and not compared.
    """
    votes = {asked.question.name: asked for asked in evidence.asked}
    people = [reading.annotators.index(evidence.annotators[side]) for side in sides]
    for question, row in zip(schema.document_questions, reading.answers, strict=True):
        own, reference = (row.answers[place] for place in people)
        asked = votes.get(question.name)
        if asked is None:
            yield Answered(question.name, question.title, own, reference, "not compared")
        else:
            yield _compared(asked, article, sides, own, reference)


def _compared(
    asked: Asked, article: int, sides: tuple[int, int], own: str, reference: str
) -> Answered:
    question = asked.question
    ours, theirs = (_vote(asked, article, side) for side in sides)
    if question.kind == "multiple":
        own, reference = (
            words or (_NONE if vote else "") for words, vote in ((own, ours), (reference, theirs))
        )
    both = (question.name, question.title, own, reference)
    if ours is None and _not_shown(asked, article, sides[0]):
        return Answered(*both, "not asked")
    if theirs is None:
        return Answered(*both, "open")
    if ours is None:
        return Answered(*both, "unanswered")
    if ours == theirs:
        return Answered(*both, "same")
    far, steps = _distance(asked, ours, theirs)
    return Answered(*both, "different", far, steps)


def _vote(asked: Asked, article: int, who: int) -> _Vote | None:
    """Give a vote as the rules of counting have it; None where there is none."""
    if asked.absence is not None:
        absence = asked.absence
        mine = (absence.article[absence.unit] == article) & (absence.annotator == who)
        if absence.value[mine].any():
            return True, -1
    ratings = asked.ratings
    mine = (ratings.article[ratings.unit] == article) & (ratings.annotator == who)
    return next(((False, int(value)) for value in ratings.value[mine]), None)


def _not_shown(asked: Asked, article: int, who: int) -> bool:
    turns = asked.turns
    if turns is None:
        return False
    mine = (turns.article == article) & (turns.annotator == who)
    return bool((turns.outcome[mine] == _NOT_SHOWN).any())


def _distance(asked: Asked, ours: _Vote, theirs: _Vote) -> tuple[float, bool]:
    """Give how far two values lie apart, and whether in steps; NaN if that means nothing."""
    question = asked.question
    numbers = numbers_of(question, asked.ratings.values)
    if ours[0] or theirs[0] or question.kind == "multiple":
        return math.nan, False
    if numbers is not None:
        return abs(numbers[ours[1]] - numbers[theirs[1]]), False
    if question.scale == "ordinal":
        return float(abs(ours[1] - theirs[1])), True
    return math.nan, False
