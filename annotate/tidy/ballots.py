"""From rows to votes: one vote of each annotator on each unit of a question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from annotate.errors import TableError
from annotate.reliability.evidence.ratings import Ratings
from annotate.reliability.evidence.turns import OUTCOMES, Turns
from annotate.tidy.oddities import refuse_blanks
from annotate.tidy.usable import asked_for, refused
from annotate.tidy.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from annotate.tidy.coded import Coded, Rows
    from annotate.tidy.columns import Columns
    from annotate.tidy.scales import Values

__all__ = ["Ballot", "Ballots"]

_SHOWN = 5
_MISSING = OUTCOMES.index("missing")


@dataclass(frozen=True)
class Ballot:
    """The rows of one question.

    Parameters
    ----------
    question : str
        Its name.
    row, unit, annotator, label : array of int, shape (R,)
        The number of the row, its unit, and codes of the table's columns; a label may be -1.
    article : array of int, shape (U,)
        The article of each unit.
    """

    question: str
    row: NDArray[np.intp]
    unit: NDArray[np.int64]
    annotator: NDArray[np.int64]
    label: NDArray[np.int64]
    article: NDArray[np.int64]


@dataclass(frozen=True)
class Ballots:
    """A table of choices, its unusable rows set aside.

    Parameters
    ----------
    rows : Rows
        The table.
    columns : Columns
        What its columns mean.
    usable : array of bool, shape (R,)
        The rows that say who judged what.
    met : frozenset of str
        The labels named missing that are there.
    """

    rows: Rows
    columns: Columns
    usable: NDArray[np.bool_]
    met: frozenset[str] = frozenset()

    @classmethod
    def of(cls, rows: Rows, columns: Columns) -> tuple[Ballots, list[str]]:
        """Set aside the rows that do not say who judged what, and say which.

        Raises
        ------
        TableError
            If no row is left, or nobody knows whether a label stands for none.
        """
        label, met = rows[columns.label], frozenset[str]()
        if columns.missing:
            met = frozenset(columns.missing).intersection(_met(label, label.codes))
            label = label.without(sorted(met))
            rows = replace(rows, columns={**rows.columns, columns.label: label})
        wanted = asked_for(rows, columns)
        usable, warnings = refused(rows, _keys(columns), wanted)
        if wanted.any() and not usable.any():
            msg = f"{rows.where}: no row says both who judged and what; check the columns"
            raise TableError(msg)
        codes = label.codes if usable.all() else label.codes[usable]
        refuse_blanks(rows.where, _met(label, codes), columns)
        return cls(rows, columns, usable, met), warnings

    @property
    def article(self) -> Coded:
        """The column over which intervals are taken."""
        return self.rows[self.columns.article or self.columns.unit]

    def used(self, ballot: Ballot) -> list[str]:
        """Give the distinct labels of a question."""
        return _met(self.rows[self.columns.label], ballot.label)

    def voters(self, ballot: Ballot) -> list[str]:
        """Give those who gave a question any label."""
        return _met(self.rows[self.columns.annotator], ballot.annotator[ballot.label >= 0])

    def each(self) -> Iterator[Ballot]:
        """Give the questions in the order in which they first appear."""
        columns = self.columns
        row = np.flatnonzero(self.usable)
        whole = row.size == len(self.rows)
        of = {name: self.rows[name].codes[... if whole else row] for name in columns.named}
        unit, article = _units(of[columns.unit], of.get(columns.article), self.article)
        annotator, label = of[columns.annotator], of[columns.label]
        if not columns.question:
            yield Ballot(columns.label, row, unit, annotator, label, article)
            return
        names = self.rows[columns.question].spelled()
        for question, own in _by_code(of[columns.question]):
            # Each question has its own units, few of all there are.
            met, place = np.unique(unit[own], return_inverse=True)
            yield Ballot(names[question], row[own], place, annotator[own], label[own], article[met])

    def count(
        self, ballot: Ballot, values: Values, articles: Sequence[str], people: Sequence[str]
    ) -> tuple[Ratings, Turns, list[str]]:
        """Count one vote of each annotator on each unit.

        Parameters
        ----------
        ballot : Ballot
            The question.
        values : Values
            Its values in order.
        articles, people : sequence of str
            What the codes of the articles and annotators stand for.

        Returns
        -------
        ratings : Ratings
            The votes.
        turns : Turns
            Those who gave a unit no label, and nothing else.
        warnings : list of str
            What was left out.

        Raises
        ------
        TableError
            If somebody gave one unit two labels.
        """
        names = self.rows[self.columns.label].spelled()
        value = np.array([*values.places(names), -1])[ballot.label]
        key = ballot.unit * len(people) + ballot.annotator
        blank = value < 0
        empty = key[blank]
        kept: NDArray[np.intp] | slice = np.flatnonzero(~blank) if empty.size else slice(None)
        first, again, of = _one_each(key[kept])
        if again.size:
            row = np.arange(key.size)[kept]
            clash = value[row[again]] != value[row[of]]
            if clash.any():
                self._contradiction(ballot, row[of][clash], row[again][clash])
            kept = row[first]
        ratings = Ratings(
            unit=ballot.unit[kept],
            annotator=ballot.annotator[kept],
            value=value[kept],
            article=ballot.article,
            articles=tuple(articles),
            annotators=tuple(people),
            values=values.names,
        )
        silent = np.setdiff1d(empty, key[kept]) if empty.size else empty
        turns = Turns(
            article=ballot.article[silent // len(people)],
            annotator=silent % len(people),
            outcome=np.full(silent.size, _MISSING),
        )
        return ratings, turns, self._warnings(ballot, empty.size, again.size)

    def _warnings(self, ballot: Ballot, empty: int, repeats: int) -> list[str]:
        said = []
        about = f' of "{ballot.question}"' if self.columns.question else ""
        if repeats:
            same = "another one of the same annotator, unit and label, and"
            one, many = f"row{about} repeats {same} counts", f"rows{about} repeat {same} count"
            said.append(f"{counted(repeats, one, many)} once")
        if empty:
            have = counted(empty, f"row{about} has", f"rows{about} have")
            said.append(f"{have} no label or a missing one: no votes")
        return said

    def _contradiction(
        self, ballot: Ballot, ours: NDArray[np.intp], theirs: NDArray[np.intp]
    ) -> None:
        listed = "\n".join(
            f"  - {self._said(ballot, int(one), int(other))}"
            for one, other in zip(ours[:_SHOWN], theirs[:_SHOWN], strict=True)
        )
        more = f"\n  - and {len(ours) - _SHOWN:,} more" if len(ours) > _SHOWN else ""
        msg = (
            f"{self.rows.where}: an annotator has one label for a unit, but "
            f"{counted(len(ours), 'row contradicts', 'rows contradict')} an earlier one; keep one "
            f"of each, or name the column of the question:\n{listed}{more}"
        )
        raise TableError(msg)

    def _said(self, ballot: Ballot, one: int, other: int) -> str:
        columns, rows = self.columns, self.rows
        first, second = int(ballot.row[one]), int(ballot.row[other])

        def cell(column: str, row: int) -> str:
            return str(rows[column].names[int(rows[column].codes[row])])

        article = f" of {cell(columns.article, first)}" if columns.article else ""
        question = f', "{ballot.question}"' if columns.question else ""
        return (
            f"{cell(columns.annotator, first)} on {cell(columns.unit, first)}{article}{question}: "
            f'"{cell(columns.label, first)}" ({rows.row(first)}), '
            f'"{cell(columns.label, second)}" ({rows.row(second)})'
        )


def _met(column: Coded, codes: NDArray[np.int64]) -> list[str]:
    """Give the names of a column that some codes stand for."""
    met = np.zeros(len(column.names) + 1, dtype=np.bool_)
    met[codes] = True
    return list(column.names.filter(pa.array(met[:-1])).to_pylist())


def _keys(columns: Columns) -> list[str]:
    every = (columns.annotator, columns.unit, columns.article, columns.question)
    return list(dict.fromkeys(filter(None, every)))


def _units(
    unit: NDArray[np.int64], article: NDArray[np.int64] | None, articles: Coded
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Tell units apart within their articles; without articles each unit is one."""
    if article is None:
        return unit, np.arange(len(articles.names))
    base = int(unit.max(initial=0)) + 1
    distinct, place = np.unique(article * base + unit, return_inverse=True)
    return place, distinct // base


def _by_code(codes: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Give the rows of each code, codes in the order of their first row."""
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    groups = [(int(codes[own[0]]), own) for own in np.split(order, starts[1:]) if own.size]
    yield from sorted(groups, key=lambda group: int(group[1][0]))


def _one_each(
    key: NDArray[np.int64],
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Give the first place of each key, the later places, and the first one of each of those.

    All are empty where no key comes twice.
    """
    none = np.zeros(0, dtype=np.intp)
    if (key[1:] > key[:-1]).all():  # most tables are sorted, and sorting costs most of all
        return none, none, none
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    fresh = np.ones(key.size, dtype=np.bool_)
    fresh[1:] = ordered[1:] != ordered[:-1]
    if fresh.all():
        return none, none, none
    first = order[fresh]
    group = np.cumsum(fresh) - 1
    return np.sort(first), order[~fresh], first[group][~fresh]
