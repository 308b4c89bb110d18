"""The table of results: how often each thing was done to a command, and what was wrong after it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from faulty.truth import HARMLESS, WRONGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from faulty.truth import Wrong

__all__ = ["Tally"]

_EXAMPLES = 10


class Tally:
    """Counts by what was done.

    Parameters
    ----------
    title : str
        Heads the table.
    counts : sequence of str
        The columns before those of what went wrong.
    """

    def __init__(self, title: str, counts: Sequence[str]) -> None:
        self.title, self.counts = title, tuple(counts)
        self.rows: dict[str, Counter[str]] = {}
        self.wrongs: Counter[str] = Counter()
        self.examples: list[str] = []

    def add(self, rows: Iterable[str], count: str, wrong: Sequence[Wrong]) -> None:
        """Count a command.

        Parameters
        ----------
        rows : iterable of str
            What was done to it, once for each time.
        count : str
            The column that it counts in, beside the first.
        wrong : sequence of Wrong
            What it left; a command that met with several things counts it under each.
        """
        rows = list(rows)
        kinds = Counter(one.kind for one in wrong)
        for row in rows:
            self.rows.setdefault(row, Counter())[self.counts[0]] += 1
        for row in dict.fromkeys(rows):
            self.rows[row].update({count: 1} if count != self.counts[0] else {})
            self.rows[row].update(kinds)
        self.wrongs.update(kinds)
        met = ", ".join(dict.fromkeys(rows))
        self.examples += [f"{one.kind} after {met}: {one.what}" for one in wrong]

    @property
    def good(self) -> bool:
        """Whether nothing went wrong."""
        return not any(self.wrongs[kind] for kind in WRONGS)

    @property
    def number(self) -> int:
        """How many things were done."""
        return sum(row[self.counts[0]] for row in self.rows.values())

    def lines(self) -> list[str]:
        """Lay the table out, with a few examples of what went wrong under it."""
        columns = (*self.counts, *WRONGS, HARMLESS)
        width = max(map(len, [self.title, *self.rows]))
        lines = [f"{self.title:{width}}  {'  '.join(columns)}"]
        total: Counter[str] = Counter()
        for name in sorted(self.rows):
            lines.append(f"{name:{width}}  {_cells(self.rows[name], columns)}")
            total.update({self.counts[0]: self.rows[name][self.counts[0]]})
        total.update(self.wrongs)
        lines.append(f"{'together':{width}}  {_cells(total, columns, self.counts[1:])}")
        return lines + [f"  {said[:300]}" for said in self.examples[:_EXAMPLES]]


def _cells(row: Counter[str], columns: Sequence[str], blank: Sequence[str] = ()) -> str:
    cells = ("" if name in blank else str(row[name]) for name in columns)
    return "  ".join(f"{cell:>{len(name)}}" for cell, name in zip(cells, columns, strict=True))
