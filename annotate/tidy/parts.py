"""What the files of a large table hold: looked at one by one, before anything is counted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from annotate.errors import TableError
from annotate.tidy.arrow import compute
from annotate.tidy.ballots import Ballots
from annotate.tidy.files import read_rows
from annotate.tidy.spelling import (
    keys,
    prove_lines,
    spelled_alike,
    taken_for_one,
    uneven,
    used_names,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from annotate.tidy.coded import Rows
    from annotate.tidy.columns import Columns
    from annotate.tidy.executors import Mapper

__all__ = ["Part", "Survey", "prove_apart", "spellings", "survey", "survey_all"]


@dataclass(frozen=True)
class Part:
    """One file of a table.

    Parameters
    ----------
    number : int
        Its place among the files.
    path : Path
        The file; absolute, since a worker may stand in another folder.
    columns : Columns
        What its columns mean.
    odd : frozenset of str
        The columns in which "1" and "1.0" are two names, since some file holds words there.
    """

    number: int
    path: Path
    columns: Columns
    odd: frozenset[str] = frozenset()

    def rows(self) -> Rows:
        """Read it, numbers spelled alike."""
        rows = read_rows(self.path, self.columns.named)
        names = [name for name in keys(self.columns) if name not in self.odd]
        return spelled_alike(rows, names, self.columns.missing or ())[0]

    @property
    def article(self) -> str:
        """The column over which intervals are taken, which no two files may share."""
        return self.columns.article or self.columns.unit


@dataclass(frozen=True)
class Survey:
    """What one file holds.

    Parameters
    ----------
    part : Part
        The file.
    labels, voters : dict of str to list of str
        The distinct labels of each question, and who gave any.
    numbered : bool
        Whether the articles are named by whole numbers.
    low, high : int or str or None
        The first and the last of their names, None where there are none.
    questions : list of str
        What was asked in it, where a column says so.
    met : frozenset of str
        The labels named missing that are there.
    odd, changed : frozenset of str
        The columns that hold more than numbers, and those in which numbers were spelled anew.
    names : dict of str to list of str
        Labels and annotators as the file spells them.
    warnings : list of str
        What is odd about its units.
    """

    part: Part
    labels: dict[str, list[str]]
    voters: dict[str, list[str]]
    numbered: bool
    low: Any = field(default=None)
    high: Any = field(default=None)
    questions: list[str] = field(default_factory=list)
    met: frozenset[str] = frozenset()
    odd: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    names: dict[str, list[str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def survey_all(parts: Sequence[Part], mapper: Mapper) -> list[Survey]:
    """Look at all files, numbers spelled alike in the columns that hold nothing else anywhere."""
    surveys = list(mapper(survey, parts))
    odd = frozenset().union(*(each.odd for each in surveys))
    surveys = [replace(each, part=replace(each.part, odd=odd)) for each in surveys]
    # A file alone may look as if it had nothing but numbers.
    wrong = [place for place, each in enumerate(surveys) if each.changed & odd]
    again = mapper(survey, [surveys[place].part for place in wrong])
    for place, each in zip(wrong, again, strict=True):
        surveys[place] = each
    return surveys


def spellings(surveys: Sequence[Survey]) -> list[str]:
    """Warn of numbers that are spelled in two ways, in one file or in several."""
    odd = surveys[0].part.odd
    found: dict[str, dict[str, None]] = {}
    for each in surveys:
        for column, names in each.names.items():
            found.setdefault(column, {}).update(dict.fromkeys(names))
    twice = [taken_for_one(column, names) for column, names in found.items() if column not in odd]
    return [said for each in twice for said in each]


def survey(part: Part) -> Survey:
    """Look at one file.

    Raises
    ------
    UsageError, TableError
        If it cannot be used.
    """
    columns = part.columns
    raw = read_rows(part.path, columns.named)
    warnings = prove_lines(raw, columns)
    odd = part.odd | uneven(raw, columns)
    few = (columns.label, columns.annotator)
    many = [name for name in keys(columns) if name not in {*odd, *few}]
    rows, said = spelled_alike(raw, many)
    rows, _ = spelled_alike(rows, set(few) - odd, columns.missing or ())
    ballots, _ = Ballots.of(rows, columns)
    names, numbered = _numbered(ballots.article.names)
    reach = compute.min_max(names).as_py()
    asked = list(ballots.each())
    return Survey(
        part=part,
        labels={ballot.question: ballots.used(ballot) for ballot in asked},
        voters={ballot.question: ballots.voters(ballot) for ballot in asked},
        numbered=numbered,
        low=reach["min"],
        high=reach["max"],
        questions=rows[part.columns.question].spelled() if part.columns.question else [],
        met=ballots.met,
        odd=odd,
        changed=frozenset(name for name in rows.columns if rows[name] is not raw[name]),
        names={name: used_names(raw[name]).to_pylist() for name in few},
        warnings=[f"{part.path.name}: {each}" for each in warnings + said],
    )


def prove_apart(surveys: Sequence[Survey], mapper: Mapper) -> None:
    """Prove that no article lies in two files: its rows would be counted as two articles.

    Files whose first and last names do not overlap are apart. Of the others the hashes of all
    names are compared: 8 bytes for each article.

    Parameters
    ----------
    surveys : sequence of Survey
        Of all the files.
    mapper : Mapper
        Where to look at them again.

    Raises
    ------
    TableError
        Naming an article that lies in two files.
    """
    numbered = all(each.numbered for each in surveys)
    if not numbered and any(each.numbered for each in surveys):
        touching = [each.part for each in surveys]
    else:
        touching = _touching(surveys)
    # Two names may have one hash, so what is found is looked up by name.
    hashes = list(mapper(_hashes, touching))
    if not hashes:
        return
    every = np.concatenate(hashes)
    owner = np.repeat(np.arange(len(hashes)), [len(each) for each in hashes])
    order = np.argsort(every, kind="stable")
    same = np.flatnonzero(every[order][1:] == every[order][:-1])
    for place in same.tolist():
        one, other = (touching[int(owner[order[at]])] for at in (place, place + 1))
        _look_up(one, other)


def _touching(surveys: Sequence[Survey]) -> list[Part]:
    """Give the files whose ranges of names overlap another one's."""
    found = sorted(
        (each for each in surveys if each.low is not None), key=lambda each: (each.low, each.high)
    )
    touching: dict[int, Part] = {}
    for place, each in enumerate(found[1:], start=1):
        farthest = max(found[:place], key=lambda other: other.high)
        if each.low <= farthest.high:
            touching |= {other.part.number: other.part for other in (farthest, each)}
    return [touching[number] for number in sorted(touching)]


def _hashes(part: Part) -> NDArray[np.uint64]:
    """Hash the names of a file's articles, each once."""
    from pandas.util import hash_array

    names = _article_names(part)
    return np.asarray(hash_array(names.to_numpy(zero_copy_only=False), categorize=False))


def _look_up(one: Part, other: Part) -> None:
    """Refuse two files that share an article, by its name."""
    names, others = _article_names(one), _article_names(other)
    shared = names.filter(compute.is_in(names, value_set=others))
    if len(shared):
        msg = (
            f'"{shared[0]}" (column "{one.article}") lies in {one.path.name} and in '
            f"{other.path.name}, with {len(shared):,} such names in all; write all rows of an "
            "article to one file"
        )
        raise TableError(msg)


def _article_names(part: Part) -> Any:  # noqa: ANN401 - an Arrow array
    rows = read_rows(part.path, (part.article,))
    rows, _ = spelled_alike(rows, {part.article} - part.odd)
    return rows[part.article].names


def _numbered(names: Any) -> tuple[Any, bool]:  # noqa: ANN401 - Arrow arrays
    try:
        return names.cast(pa.int64()), True
    except pa.ArrowInvalid:
        return names, False
