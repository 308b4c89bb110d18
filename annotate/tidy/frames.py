"""Frames of pandas as rows: long ones, and wide ones with a column for each annotator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from annotate.errors import TableError, UsageError
from annotate.tidy.coded import Coded, Rows, coded, joined

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ANNOTATOR", "LABEL", "UNIT", "long_rows", "wide_rows"]

ANNOTATOR, UNIT, LABEL = "annotator", "unit", "label"


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
    for name in wanted:
        if there.count(name) != 1:
            said = "twice" if name in there else "not there"
            listed = ", ".join(f'"{each}"' for each in there)
            msg = f'The column "{name}" is {said}; the frame has {listed or "none"}'
            raise UsageError(msg)
    columns = {name: coded(_arrow(frame.iloc[:, there.index(name)], name), name) for name in wanted}
    return Rows(columns, (("", len(frame), 0),))


def wide_rows(frame: pd.DataFrame) -> Rows:
    """Read a frame with a row for each unit and a column for each annotator.

    An empty cell is no row: who gave no label may not have been asked.

    Parameters
    ----------
    frame : DataFrame
        Its index names the units, its columns the annotators.

    Raises
    ------
    UsageError
        If it is no frame, or a unit or an annotator is named twice.
    """
    people = _columns(frame)
    units = [str(name) for name in frame.index]
    for what, names in (("annotator", people), ("unit", units)):
        again = pd.Index(names)[pd.Index(names).duplicated()]
        if len(again):
            msg = f'The {what} "{again[0]}" is there twice; in a wide frame each has one place'
            raise UsageError(msg)
    label = joined(
        [
            Rows({LABEL: coded(_arrow(frame.iloc[:, place], name), name)}, (("", len(units), 0),))
            for place, name in enumerate(people)
        ]
    )[LABEL]
    given = label.codes >= 0
    annotator, unit = np.divmod(np.arange(len(label.codes)), max(len(units), 1))
    columns = {
        ANNOTATOR: Coded(annotator[given], pa.array(people, pa.string())),
        UNIT: Coded(unit[given], pa.array(units, pa.string())),
        LABEL: Coded(label.codes[given], label.names),
    }
    return Rows(columns, (("", int(given.sum()), 0),))


def _columns(frame: pd.DataFrame) -> list[str]:
    if not isinstance(frame, pd.DataFrame):
        msg = f"Agreement is computed from a pandas DataFrame, not from a {type(frame).__name__}"
        raise UsageError(msg)
    return [str(name) for name in frame.columns]


def _arrow(column: pd.Series, name: str) -> Any:  # noqa: ANN401 - an Arrow array
    try:
        array = pa.array(column, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        # Text and numbers in one column.
        if any(isinstance(value, list | dict | set | tuple) for value in column):
            msg = f'Column "{name}" holds lists or records; give each value a row of its own'
            raise TableError(msg) from None
        spelled = [None if pd.isna(value) else _spelled(value) for value in column]
        array = pa.array(spelled, pa.string())
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])


def _spelled(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).lower() if isinstance(value, bool) else str(value)
