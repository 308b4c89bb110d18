"""From the table of answers to votes: what was left empty, means nothing, or is a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from annotate.schema import Question

    _Coded = tuple[NDArray[np.int64], tuple[str, ...], tuple[frozenset[str], ...]]

__all__ = ["Answers", "Votes", "name_of_set", "votes_on"]

_MARKED, _NOTHING, _MISSING, _NOT_SHOWN = range(4)  # places in `OUTCOMES`
_BITS = 62  # of a whole number, so many options fit into one
_LARGEST = 1e100  # squares of larger numbers overflow
_WHOLE = 1e15  # up to here every whole number has a float of its own


@dataclass(frozen=True)
class Answers:
    """The answers of the visits that vote, as arrays.

    Parameters
    ----------
    visit, question, value, span : array of int, shape (R,)
        Places among the visits, the questions of the scheme, `vocabulary` and the span ids.
    empty, not_shown : array of bool, shape (R,)
        Left empty; not asked.
    vocabulary : sequence of str
        Every value that was given to any question.
    """

    visit: NDArray[np.int64]
    question: NDArray[np.int64]
    value: NDArray[np.int64]
    span: NDArray[np.int64]
    empty: NDArray[np.bool_]
    not_shown: NDArray[np.bool_]
    vocabulary: Sequence[str]

    @classmethod
    def of(
        cls,
        table: pd.DataFrame,
        visit: NDArray[np.int64],
        span: NDArray[np.int64],
        names: list[str],
    ) -> Answers:
        """Read the table.

        Parameters
        ----------
        table : DataFrame
            The answers.
        visit, span : array of int, shape (R,)
            Of each row; visits that do not vote are -1.
        names : list of str
            Of the questions.
        """
        question = pd.Index(names, dtype="str").get_indexer(pd.Index(table["question"]))
        kept = np.flatnonzero((visit >= 0) & (question >= 0))
        # Each question's rows stand together, in their order.
        kept = kept[np.argsort(question[kept], kind="stable")]
        value, values = pd.factorize(table["value"])
        state = table["state"]
        return cls(
            visit=visit[kept],
            question=question[kept],
            value=value[kept],
            span=span[kept],
            empty=(state == "empty").to_numpy(dtype=bool)[kept],
            not_shown=(state == "not_shown").to_numpy(dtype=bool)[kept],
            vocabulary=[str(each) for each in values],
        )

    def about(self, place: int) -> Answers:
        """Keep the rows of one question."""
        rows = slice(*np.searchsorted(self.question, [place, place + 1]))
        return Answers(
            self.visit[rows],
            self.question[rows],
            self.value[rows],
            self.span[rows],
            self.empty[rows],
            self.not_shown[rows],
            self.vocabulary,
        )


@dataclass(frozen=True)
class Votes:
    """What was said to one question by each visit, or of each span.

    Parameters
    ----------
    visit, span : array of int, shape (T,)
        Whose turn it was.
    outcome : array of int, shape (T,)
        What came of it, as a place in `OUTCOMES`.
    code : array of int, shape (T,)
        The place in `values`, -1 for no vote.
    absent : array of int, shape (T,)
        Whether it was the value that says there is nothing to rate: 1 or 0, -1 for no vote.
    values : tuple of str
        The values that are scored, in the order of the scale.
    sets : tuple of frozenset of str
        For a multiple choice, the options that each of the values stands for.
    unclear : array of bool, shape (T,)
        Whether it was one value that the scheme counts as no answer.
    """

    visit: NDArray[np.int64]
    span: NDArray[np.int64]
    outcome: NDArray[np.int64]
    code: NDArray[np.int64]
    absent: NDArray[np.int64]
    values: tuple[str, ...]
    sets: tuple[frozenset[str], ...] = ()
    unclear: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))


def votes_on(question: Question, answers: Answers) -> Votes:
    """Find the votes on one question.

    Parameters
    ----------
    question : Question
        With its kind and values.
    answers : Answers
        Those to it.
    """
    turns = _Turns.of(question, answers)
    outcome = turns.outcome(question)
    heard = (outcome != _MISSING) & ~turns.blank
    absent: NDArray[np.int64] = np.full(len(outcome), -1)
    if question.absent:
        mine = turns.said(np.array([value == question.absent for value in turns.vocabulary]))
        absent[heard] = mine[heard]
        heard &= ~mine
    coded = _sets if question.kind == "multiple" else _singles
    code, values, sets = coded(turns, heard, question)
    unseen = answers.not_shown
    unclear = turns.said(np.array([value in question.missing for value in turns.vocabulary]))
    unclear &= np.bincount(turns.turn, minlength=len(turns.visit)) == 1
    return Votes(
        visit=np.concatenate([turns.visit, answers.visit[unseen]]),
        span=np.concatenate([turns.span, answers.span[unseen]]),
        outcome=np.concatenate([outcome, np.full(int(unseen.sum()), _NOT_SHOWN)]),
        code=np.concatenate([code, np.full(int(unseen.sum()), -1)]),
        absent=np.concatenate([absent, np.full(int(unseen.sum()), -1)]),
        values=values,
        sets=sets,
        unclear=np.concatenate([unclear, np.zeros(int(unseen.sum()), dtype=np.bool_)]),
    )


@dataclass(frozen=True)
class _Turns:
    """The turns of those who were asked, with the distinct values that each gave.

    ``turn`` and ``value`` are pairs; ``vocabulary`` holds the values given to this question.
    """

    visit: NDArray[np.int64]
    span: NDArray[np.int64]
    turn: NDArray[np.int64]
    value: NDArray[np.int64]
    vocabulary: tuple[str, ...]

    @classmethod
    def of(cls, question: Question, answers: Answers) -> _Turns:
        asked = ~answers.not_shown
        visit, span = answers.visit[asked], answers.span[asked]
        spans = int(span.max(initial=0)) + 1
        _, first, turn = np.unique(visit * spans + span, return_index=True, return_inverse=True)
        # Nothing ticked is the empty set, whatever it stands for.
        given = ~answers.empty[asked] | (question.kind != "multiple")
        used, value = np.unique(answers.value[asked][given], return_inverse=True)
        k = max(len(used), 1)
        pairs = np.unique(turn[given] * k + value)
        vocabulary = tuple(answers.vocabulary[place] for place in used.tolist())
        return cls(visit[first], span[first], pairs // k, pairs % k, vocabulary)

    def said(self, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell of each turn whether one of some values was given."""
        found = np.zeros(len(self.visit), dtype=np.bool_)
        found[self.turn[among.astype(np.bool_)[self.value]]] = True
        return found

    @property
    def blank(self) -> NDArray[np.bool_]:
        """Tell of each turn whether nothing was said that the scheme gives a meaning."""
        return self.said(np.array([value == "" for value in self.vocabulary]))

    def outcome(self, question: Question) -> NDArray[np.int64]:
        """Tell what came of each turn; values the scheme does not know (any more) are missing."""
        times = np.bincount(self.turn, minlength=len(self.visit))
        strange = np.array([_is_strange(question, value) for value in self.vocabulary])
        missing = self.said(strange) | ((times != 1) & (question.kind != "multiple"))
        outcome = np.where(missing, _MISSING, _MARKED)
        return np.where(self.blank | (times == 0), _NOTHING, outcome)


def _is_strange(question: Question, value: str) -> bool:
    if value in question.missing:
        return True
    if question.options:
        return value != question.empty and all(o.value != value for o in question.options)
    return question.kind == "number" and _number(value) is None


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number + 0.0 if abs(number) < _LARGEST else None  # both zeros are one number


def _singles(turns: _Turns, heard: NDArray[np.bool_], question: Question) -> _Coded:
    """Give each turn the place of its one value."""
    only = np.full(len(turns.visit), -1)
    only[turns.turn] = turns.value
    if question.kind not in {"rating", "number"}:
        place = {value: place for place, value in enumerate(question.ranks)}
        places = np.array([place.get(value, -1) for value in turns.vocabulary] or [-1])
        return np.where(heard, places[only], -1), question.ranks, ()
    numbers = np.array([_number(value) or 0.0 for value in turns.vocabulary])
    code = np.full(len(only), -1)
    distinct, code[heard] = np.unique(numbers[only[heard]], return_inverse=True)
    return code, tuple(_written(number) for number in distinct.tolist()), ()


def _written(number: float) -> str:
    whole = number.is_integer() and abs(number) < _WHOLE
    return str(int(number)) if whole else repr(number)


def _sets(turns: _Turns, heard: NDArray[np.bool_], question: Question) -> _Coded:
    """Give each turn the place of the set of its values."""
    words = np.zeros((len(turns.visit), len(turns.vocabulary) // _BITS + 1), dtype=np.int64)
    np.add.at(words, (turns.turn, turns.value // _BITS), 1 << (turns.value % _BITS))
    place = np.zeros(int(heard.sum()), dtype=np.int64)
    for word in words[heard].T:
        distinct, more = np.unique(word, return_inverse=True)
        place = np.unique(place * len(distinct) + more, return_inverse=True)[1]
    _, example = np.unique(place, return_index=True)
    sets = [
        frozenset(
            value
            for n, value in enumerate(turns.vocabulary)
            if int(pattern[n // _BITS]) >> (n % _BITS) & 1
        )
        for pattern in words[heard][example]
    ]
    order = sorted(range(len(sets)), key=lambda n: (len(sets[n]), sorted(sets[n])))
    code = np.full(len(turns.visit), -1)
    code[heard] = np.argsort(order)[place] if order else -1
    ordered = tuple(sets[n] for n in order)
    return code, tuple(name_of_set(chosen, question) for chosen in ordered), ordered


def name_of_set(chosen: frozenset[str], question: Question) -> str:
    """Name options that were chosen together, in the order of the scheme."""
    listed = [option.value for option in question.options if option.value in chosen]
    return " + ".join([*listed, *sorted(chosen - set(listed))]) or "(nothing)"
