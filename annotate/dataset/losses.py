"""What a format could not say: each span that tokens moved or dropped, and a count of the rest."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pandas as pd

from annotate.dataset.writers import csv_of

if TYPE_CHECKING:
    from pathlib import Path

    from annotate.dataset.tokens import Fit

__all__ = ["Losses"]

_PLACE = ("group", "label", "start", "end")
_COLUMNS = ("source", "article_id", *_PLACE, "token_start", "token_end", "what", "why")


class Losses:
    """Writes ``loss.csv`` row by row and, at the end, ``summary.json``.

    Parameters
    ----------
    folder : Path
        Of the format.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: list[tuple[Any, ...]] = []
        self._counts = Counter(dict.fromkeys(("documents", "spans", "moved", "dropped"), 0))
        self._file = (folder / "loss.csv").open("wb")
        self._write(header=True)

    def fitted(self, source: str, article_id: str, span: dict[str, Any], fit: Fit) -> None:
        """Note what became of a span."""
        self._counts["spans"] += 1
        if not fit.what:
            return
        self._counts[fit.what] += 1
        place = [span[name] for name in _PLACE]
        where = (fit.start, fit.end) if fit.what == "moved" else (None, None)
        self._rows.append((source, article_id, *place, *where, fit.what, fit.why))

    def count(self, **more: int) -> None:
        """Add to what is only counted."""
        self._counts.update(more)

    def flush(self) -> None:
        """Write what has been noted."""
        if self._rows:
            self._write(header=False)
            self._rows = []

    def close(self) -> None:
        """Finish the files."""
        self.flush()
        self._file.close()
        counts = json.dumps(dict(self._counts), indent=1)
        (self._folder / "summary.json").write_text(counts + "\n", encoding="utf-8")

    def _write(self, *, header: bool) -> None:
        table = pd.DataFrame(self._rows, columns=list(_COLUMNS))
        numbers = [name for name in _COLUMNS if name.endswith(("start", "end"))]
        self._file.write(csv_of(table.astype(dict.fromkeys(numbers, "Int64")), header=header))
