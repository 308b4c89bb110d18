"""Labels that may not mean what they say: R's NA, two spellings of one value, swapped columns."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from annotate.errors import TableError
from annotate.tidy.wording import counted, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from annotate.tidy.columns import Columns

__all__ = ["alike", "refuse_blanks", "swapped", "unmet"]

_BLANKS = frozenset({"na", "n/a", "#n/a", "nan", "null"})


def refuse_blanks(where: str, labels: Iterable[str], columns: Columns) -> None:
    """Ask what a label means that programs write where there is none.

    Parameters
    ----------
    where : str
        The table.
    labels : iterable of str
        Its distinct labels, without those that were named missing.
    columns : Columns
        Which say what was named missing, and whether anything was said at all.

    Raises
    ------
    TableError
        If there is one and nobody said that it is a label.
    """
    odd = [name for name in labels if name.casefold() in _BLANKS]
    if not odd or columns.missing == ():
        return
    said = [*(columns.missing or ()), *odd]
    shell = ",".join(said)
    shell = f'"{shell}"' if " " in shell else shell
    python = ", ".join(f'"{name}"' for name in said)
    keep = (
        'if it is a label, --missing "" keeps it (missing=[])'
        if columns.missing is None
        else "if it is a label, give it another name in the table"
    )
    msg = (
        f"{where}: does the label {quoted(odd)} stand for no label? Then say --missing {shell} "
        f"(in Python missing=[{python}]); {keep}"
    )
    raise TableError(msg)


def unmet(columns: Columns, met: Collection[str]) -> list[str]:
    """Warn of names for missing labels that stand nowhere in the table."""
    strange = [name for name in columns.missing or () if name not in met]
    if not strange:
        return []
    return [f'{quoted(strange)} in the missing labels (--missing) matches no "{columns.label}"']


def alike(labels: Iterable[str], question: str) -> list[str]:
    """Warn of labels that differ in capital letters only."""
    spellings = defaultdict(list)
    for name in sorted(labels):
        spellings[name.casefold()].append(name)
    return [
        f'labels of "{question}" differ only by case and count as different ones: {quoted(names)}'
        for names in spellings.values()
        if len(names) > 1
    ]


def swapped(annotators: int, units: int, question: str) -> list[str]:
    """Warn of more annotators than units: the two columns may have been taken for each other."""
    if annotators <= units or not units:
        return []
    people, what = counted(annotators, "annotator"), counted(units, "unit")
    return [f'"{question}" has {people} on {what}: are the two columns swapped?']
