"""Columns as codes and names: what a million rows repeat is kept once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from annotate.errors import TableError
from annotate.tidy.arrow import compute

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["Coded", "Rows", "coded", "joined", "number_text"]

_LISTED = 5
_EXACT = 1e15  # above, whole numbers are no longer exact as floats


@dataclass(frozen=True)
class Coded:
    """One column.

    Parameters
    ----------
    codes : array of int, shape (R,)
        The place in `names` of each row's value, -1 where it has none.
    names : pyarrow.StringArray
        The distinct values as text without white space around it; none is empty.
    """

    codes: NDArray[np.int64]
    names: Any

    def spelled(self) -> list[str]:
        """Give the names as Python strings."""
        # Ten times as fast as to_pylist.
        return list(self.names.to_numpy(zero_copy_only=False).tolist())

    def among(self, order: Sequence[str]) -> Coded:
        """Give the same values as codes of another list of names, which has them all."""
        return Coded(self.placed(order), pa.array(order, pa.string()))

    def placed(self, order: Sequence[str]) -> NDArray[np.int64]:
        """Give the place of each row's value in another list of names, -1 where it has none."""
        place = {name: number for number, name in enumerate(order)}
        return self.recoded([place.get(name, -1) for name in self.spelled()])

    def without(self, names: Sequence[str]) -> Coded:
        """Empty the rows that hold one of some names."""
        kept = [-1 if name in names else place for place, name in enumerate(self.spelled())]
        return Coded(self.recoded(kept), self.names)

    def recoded(self, place: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        """Give each name another number; -1 stays -1."""
        return np.append(np.asarray(place, dtype=np.int64), -1)[self.codes]


@dataclass(frozen=True)
class Rows:
    """The columns that were asked for.

    Parameters
    ----------
    columns : mapping of str to Coded
        By name, all of one length.
    parts : tuple of (str, int, int)
        Of each file: its name ("" for a frame), how many rows it has, and the number that its
        first row has for people (a spreadsheet's header is row 1).
    """

    columns: Mapping[str, Coded]
    parts: tuple[tuple[str, int, int], ...]

    def __getitem__(self, name: str) -> Coded:
        return self.columns[name]

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def __len__(self) -> int:
        return sum(count for _, count, _ in self.parts)

    @property
    def where(self) -> str:
        """What to call the table at the beginning of a message."""
        names = ", ".join(name for name, _, _ in self.parts[:_LISTED] if name)
        return names or "The frame"

    def row(self, number: int) -> str:
        """Name a row so that people find it."""
        for name, count, first in self.parts:
            if number < count:
                return f"row {number + first}" + (f" of {name}" if len(self.parts) > 1 else "")
            number -= count
        return ""

    def listed(self, numbers: NDArray[np.intp]) -> str:
        """Name the first of some rows, and say how many more there are."""
        shown = ", ".join(self.row(int(number)) for number in numbers[:_LISTED])
        more = len(numbers) - _LISTED
        return f"{shown} and {more:,} more" if more > 0 else shown


def coded(column: Any, name: str) -> Coded:  # noqa: ANN401 - an Arrow column
    """Turn an Arrow column into codes and names.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        Text, numbers, booleans or dates.
    name : str
        Of the column, for the message.

    Raises
    ------
    TableError
        If it holds lists or records.
    """
    if pa.types.is_nested(column.type):
        msg = f'Column "{name}" holds lists or records; give each value a row of its own'
        raise TableError(msg)
    try:
        in_pieces = pa.types.is_dictionary(column.type)
        column = column.unify_dictionaries() if in_pieces else column.dictionary_encode()
    except pa.ArrowNotImplementedError as error:
        raise TableError(_odd(name, column.type)) from error
    if column.num_chunks == 0:
        return Coded(np.zeros(0, dtype=np.int64), pa.array([], pa.string()))
    whole = pa.concat_arrays(column.chunks)
    codes = compute.fill_null(whole.indices.cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
    if pa.types.is_integer(whole.dictionary.type):
        return Coded(codes, whole.dictionary.cast(pa.string()))
    names = compute.utf8_trim_whitespace(_text(whole.dictionary, name))
    names = compute.if_else(compute.equal(names, ""), pa.scalar(None, pa.string()), names)
    # Two spellings of one value, and values that are empty once trimmed, get one code or none.
    again = names.dictionary_encode()
    if len(again.dictionary) == len(names):
        return Coded(codes, names)
    place = compute.fill_null(again.indices.cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
    return Coded(np.append(place, -1)[codes], again.dictionary)


def _text(values: Any, name: str) -> Any:  # noqa: ANN401 - Arrow arrays
    """Spell distinct values as people write them: 3, not 3.0."""
    kind = values.type
    if pa.types.is_floating(kind):
        return pa.array([number_text(value) for value in values.to_pylist()], pa.string())
    try:
        return values.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise TableError(_odd(name, kind)) from error


def _odd(name: str, kind: object) -> str:
    return f'Column "{name}" holds neither text nor numbers ({kind}); convert it'


def number_text(value: float | None) -> str | None:
    """Write a number as people do: 3, not 3.0; what is no number is None.

    Examples
    --------
    >>> number_text(3.0), number_text(0.1), number_text(float("nan"))
    ('3', '0.1', None)
    """
    if value is None or math.isnan(value):
        return None
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)


def joined(tables: Sequence[Rows]) -> Rows:
    """Put tables of the same columns one below the other."""
    if len(tables) == 1:
        return tables[0]
    columns = {name: _joined([rows[name] for rows in tables]) for name in tables[0].columns}
    return Rows(columns, tuple(part for rows in tables for part in rows.parts))


def _joined(columns: Sequence[Coded]) -> Coded:
    order = list(dict.fromkeys(name for column in columns for name in column.spelled()))
    codes = np.concatenate([column.placed(order) for column in columns])
    return Coded(codes, pa.array(order, pa.string()))
