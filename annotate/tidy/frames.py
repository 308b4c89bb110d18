"""Frames of pandas as rows: long ones, and wide ones with a column for each annotator."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from annotate.errors import TableError, UsageError
from annotate.tidy.coded import Coded, Rows, coded, joined, number_text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "ANNOTATOR",
    "LABEL",
    "UNIT",
    "declared_order",
    "ids",
    "long_rows",
    "spelled",
    "wide_rows",
]

ANNOTATOR, UNIT, LABEL = "annotator", "unit", "label"
_FEW_UNITS = 10  # the labels of so few may all be distinct by chance


def long_rows(frame: pd.DataFrame, names: Sequence[str], optional: Sequence[str] = ()) -> Rows:
    """Read some columns of a frame.

    Parameters
    ----------
    frame : DataFrame
        One row per annotator, unit and label.
    names, optional : sequence of str
        The columns that must be there, and those that are read where they are.

    Raises
    ------
    UsageError
        If it is no frame, or a column is not there or there twice.
    TableError
        If a column holds lists or records.
    """
    there = _columns(frame)
    wanted = [*names, *(name for name in optional if name in there)]
    columns = {name: coded(_arrow(_column(frame, name), name), name) for name in wanted}
    return Rows(columns, (("", len(frame), 0),))


def wide_rows(frame: pd.DataFrame, unit: str | None = None) -> Rows:
    """Read a frame with a row for each unit and a column for each annotator.

    An empty cell is no row: who gave no label may not have been asked.

    Parameters
    ----------
    frame : DataFrame
        Its columns are the annotators.
    unit : str or None
        The column that names the units, which is no annotator's; by default the index does.

    Raises
    ------
    UsageError
        If it is no frame, or a unit or an annotator is named twice.
    TableError
        If a unit has no name.
    """
    there = _columns(frame)
    units = _units(frame, there, unit)
    people = [name for name in there if name != unit]
    for what, names in (("annotator", people), ("unit", units)):
        _whole(names, what)
        again = pd.Index(names)[pd.Index(names).duplicated()]
        if len(again):
            msg = f'The {what} "{again[0]}" is there twice; in a wide frame each has one place'
            raise UsageError(msg)
    if not len(frame):
        msg = "The frame has no rows: there is nothing to score"
        raise TableError(msg)
    if not people:
        msg = "The frame has no column of an annotator; a wide one has a column for each"
        raise UsageError(msg)
    own = [coded(_arrow(_column(frame, name), name), name) for name in people]
    label = joined([Rows({LABEL: each}, (("", len(units), 0),)) for each in own])[LABEL]
    given = label.codes >= 0
    annotator, place = np.divmod(np.arange(len(label.codes)), max(len(units), 1))
    columns = {
        ANNOTATOR: Coded(annotator[given], pa.array(people, pa.string())),
        UNIT: Coded(place[given], pa.array(units, pa.string())),
        LABEL: Coded(label.codes[given], label.names),
    }
    return Rows(columns, (("", int(given.sum()), 0),))


def ids(frame: pd.DataFrame, unit: str | None = None) -> list[str]:
    """Give the columns of a wide frame that look like the names of units, not like labels.

    Their values are all distinct, and most of them stand in no other column.

    Parameters
    ----------
    frame : DataFrame
        With a column for each annotator.
    unit : str or None
        The column that is known to name the units.
    """
    people = [name for name in _columns(frame) if name != unit]
    columns = {name: coded(_arrow(_column(frame, name), name), name) for name in people}
    distinct = {name: set(column.spelled()) for name, column in columns.items()}
    holders = Counter(value for values in distinct.values() for value in values)
    odd = []
    for name, values in distinct.items():
        labels = int((columns[name].codes >= 0).sum())
        own = sum(holders[value] == 1 for value in values)
        if len(values) == labels > _FEW_UNITS and 2 * own > labels:
            odd.append(name)
    return odd if len(odd) < len(people) else []  # else labels are like that here


def spelled(value: object) -> str:
    """Spell one value as a column of its kind spells it; none is empty."""
    names = coded(_arrow(pd.Series([value]), "order"), "order").spelled()
    return names[0] if names else ""


def declared_order(frame: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """Give the order that the columns of the labels declare, spelled as the labels are.

    Parameters
    ----------
    frame : DataFrame
        A long or a wide one.
    names : sequence of str
        The column of the labels, or those of all annotators.

    Returns
    -------
    list of str
        Empty where no column has ordered categories.

    Raises
    ------
    UsageError
        If columns differ in their categories or the order of these.
    """
    kinds = [_column(frame, name).dtype for name in names]
    ordered = [
        (name, kind)
        for name, kind in zip(names, kinds, strict=True)
        if isinstance(kind, pd.CategoricalDtype) and kind.ordered
    ]
    if not ordered:
        return []
    first, kind = ordered[0]
    other = next((name for name, own in zip(names, kinds, strict=True) if own != kind), None)
    if other is not None:
        msg = (
            f'The columns "{first}" and "{other}" have not the same ordered categories; give all '
            "annotators the same ones, or say order=[…]"
        )
        raise UsageError(msg)
    return [spelled(value) for value in kind.categories]


def _units(frame: pd.DataFrame, there: Sequence[str], unit: str | None) -> list[str]:
    """Give the names of a wide frame's units."""
    if unit is None or (unit not in there and unit == frame.index.name):
        return [str(name) for name in frame.index]
    column = coded(_arrow(_column(frame, unit), unit), unit)
    if (column.codes < 0).any():
        number = int(np.flatnonzero(column.codes < 0)[0])
        msg = f'Row {number} has no "{unit}"; in a wide frame every row is a unit and has a name'
        raise TableError(msg)
    names = column.spelled()
    return [names[code] for code in column.codes]


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    """Give the one column of a name."""
    there = _columns(frame)
    if there.count(name) != 1:
        said = "twice" if name in there else "not there"
        listed = ", ".join(f'"{each}"' for each in there)
        msg = f'The column "{name}" is {said}; the frame has {listed or "none"}'
        raise UsageError(msg)
    return frame.iloc[:, there.index(name)]


def _columns(frame: pd.DataFrame) -> list[str]:
    if not isinstance(frame, pd.DataFrame):
        msg = f"Agreement is computed from a pandas DataFrame, not from a {type(frame).__name__}"
        raise UsageError(msg)
    return [str(name) for name in frame.columns]


def _arrow(column: pd.Series, name: str) -> Any:  # noqa: ANN401 - an Arrow array
    try:
        array = pa.array(column, from_pandas=True)
    except UnicodeEncodeError as error:
        raise TableError(_half(name)) from error
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        # Text and numbers in one column.
        if any(isinstance(value, list | dict | set | tuple) for value in column):
            msg = f'Column "{name}" holds lists or records; give each value a row of its own'
            raise TableError(msg) from None
        spelled = [None if pd.isna(value) else _spelled(value) for value in column]
        array = pa.array(spelled, pa.string())
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])


def _whole(names: Sequence[str], what: str) -> None:
    try:
        pa.array(names, pa.string())
    except UnicodeEncodeError as error:
        raise TableError(_half(what)) from error


def _half(name: str) -> str:
    return f'Column "{name}" holds half a character (a lone surrogate); read it again as UTF-8'


def _spelled(value: object) -> str:
    if isinstance(value, float | np.floating):
        return number_text(float(value)) or ""
    return str(value).lower() if isinstance(value, bool | np.bool_) else str(value)
