"""Which rows of a table count: those of the questions asked for, with a value where one must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annotate.errors import UsageError
from annotate.tidy.wording import counted, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from annotate.tidy.coded import Rows
    from annotate.tidy.columns import Columns

__all__ = ["asked_for", "check_only", "refused"]


def asked_for(rows: Rows, columns: Columns) -> NDArray[np.bool_]:
    """Tell which rows belong to the questions that are to be scored."""
    if not columns.only:
        return np.ones(len(rows), dtype=np.bool_)
    question = rows[columns.question]
    wanted = [name in columns.only for name in question.spelled()]
    return np.append(np.array(wanted, dtype=np.bool_), values=False)[question.codes]


def check_only(columns: Columns, there: Iterable[str]) -> None:
    """See that every question that is asked for is there.

    Parameters
    ----------
    columns : Columns
        With the questions that are asked for.
    there : iterable of str
        The questions of the table.

    Raises
    ------
    UsageError
        Listing the questions there are.
    """
    names = list(there)
    strange = [name for name in columns.only if name not in names]
    if strange:
        msg = (
            f'The column "{columns.question}" has no question {quoted(strange)}; '
            f"it has {quoted(names) or 'none'}"
        )
        raise UsageError(msg)


def refused(
    rows: Rows, keys: Sequence[str], wanted: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], list[str]]:
    """Tell which rows have a value in every one of some columns, and list the others.

    Parameters
    ----------
    rows : Rows
        The table.
    keys : sequence of str
        The columns.
    wanted : array of bool, shape (R,)
        The rows that matter; all others count as unusable and are not listed.
    """
    usable = wanted.copy()
    warnings = []
    for name in keys:
        empty = rows[name].codes < 0
        if empty.any():
            numbers = np.flatnonzero(empty & wanted)
            usable &= ~empty
            if numbers.size:
                have = counted(numbers.size, "row has", "rows have")
                are = "is" if numbers.size == 1 else "are"
                listed = rows.listed(numbers)
                warnings.append(f'{have} no "{name}" and {are} left out: {listed}')
    return usable, warnings
