"""What a row of a table or of a sidecar declares about an article."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annotate.articles.decode import normalise
from annotate.articles.model import Metadata
from annotate.errors import ArticleError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["COLUMNS", "Declared", "cell", "declared"]

_FIELDS = ("outlet", "event", "published", "url", "title", "language")
#: The columns that are read beside the text.
COLUMNS = ("id", *_FIELDS, "date")


@dataclass(frozen=True)
class Declared:
    """An id given by a person (or none) and the metadata beside it."""

    id: str = ""
    metadata: Metadata = field(default_factory=Metadata)

    def over(self, other: Declared) -> Declared:
        """Fill what is empty here from `other`."""
        return Declared(self.id or other.id, self.metadata.over(other.metadata))


def declared(row: Mapping[str, object]) -> Declared:
    """Read id and metadata from the known columns of a row; ignore the others.

    Parameters
    ----------
    row : mapping of str to object
        Column names in lower case; ``date`` is another name for ``published``.

    Raises
    ------
    ArticleError
        If a value is neither text nor number, or the date is no ISO date.
    """
    values = {name: _line(row, name) for name in _FIELDS}
    values["published"] = values["published"] or _line(row, "date")
    return Declared(_line(row, "id"), Metadata(**values))


def cell(row: Mapping[str, object], column: str) -> str:
    """Give a value of a row as text, empty where there is none.

    Raises
    ------
    ArticleError
        If it is a list, an object, a truth value or a number without end.
    """
    value = row.get(column)
    if value is None:
        return ""
    finite = not isinstance(value, float) or math.isfinite(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float) or not finite:
        msg = f'The value of "{column}" is neither text nor a number.'
        raise ArticleError(msg)
    return str(value)


def _line(row: Mapping[str, object], column: str) -> str:
    lines = normalise(cell(row, column)).split("\n")
    return " ".join(line.strip() for line in lines if line.strip())
