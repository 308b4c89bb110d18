"""The contract of the tables that everything after Label Studio works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from annotate.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

__all__ = [
    "COLUMNS",
    "SPAN_FAULTS",
    "STATES",
    "STATUSES",
    "Tables",
    "Texts",
    "empty_table",
    "frame",
]

STATUSES = ("submitted", "skipped", "draft", "unseen", "unassigned")
STATES = ("answered", "empty", "not_shown")
#: Faults after which nobody knows what the annotator had marked: that is not silence.
SPAN_FAULTS = frozenset(
    {
        "bad offsets",
        "malformed",
        "other labels",
        "text differs",
        "unknown label",
        "unknown text",
        "unknown type",
    }
)

_KEY = {"visit_id": "str", "article_id": "str", "annotator": "str", "round": "str"}
COLUMNS: dict[str, dict[str, str]] = {
    "visits": {
        **_KEY,
        "occasion": "int64",
        "arm": "str",
        "status": "str",
        "annotation_id": "str",
        "created_at": "str",
        "updated_at": "str",
        "seconds": "float64",
        "schema_version": "str",
    },
    "answers": {**_KEY, "question": "str", "state": "str", "value": "str", "span_id": "str"},
    "spans": {
        "span_id": "str",
        **_KEY,
        "group": "str",
        "label": "str",
        "start": "int64",
        "end": "int64",
        "text": "str",
    },
    "faults": {
        "article_id": "str",
        "annotator": "str",
        "round": "str",
        "annotation_id": "str",
        "kind": "str",
        "kept": "bool",
        "detail": "str",
    },
}


@dataclass(frozen=True)
class Tables:
    """The tables built from the snapshots.

    Parameters
    ----------
    visits : DataFrame
        One row per annotator, article, round and occasion.
    answers : DataFrame
        One row per question shown in a submitted visit and value chosen.
    spans : DataFrame
        One row per marked span and label, offsets in code points, half-open.
    faults : DataFrame
        What was mended (``kept``) or set aside on the way, with the reason.
    """

    visits: pd.DataFrame
    answers: pd.DataFrame
    spans: pd.DataFrame
    faults: pd.DataFrame

    @classmethod
    def empty(cls) -> Tables:
        """Give the tables of a study that nobody has annotated yet."""
        return cls(**{name: empty_table(name) for name in COLUMNS})

    def of_rounds(self, *, without: Collection[str]) -> Tables:
        """Leave out all that was done in some rounds.

        Parameters
        ----------
        without : collection of str
            The rounds.
        """
        if not without:
            return self
        parts = {name: getattr(self, name) for name in COLUMNS}
        return Tables(
            **{
                name: part[~part["round"].isin(list(without))].reset_index(drop=True)
                for name, part in parts.items()
            }
        )

    def check(self, texts: Mapping[str, str]) -> None:
        """Prove the contract against the frozen texts.

        Parameters
        ----------
        texts : mapping of str to str
            The frozen text of each article.

        Raises
        ------
        TableError
            Naming every bad row.
        """
        faults = [
            *_foreign(self.visits["status"], STATUSES, "visits", "status"),
            *_foreign(self.answers["state"], STATES, "answers", "state"),
            *_repeated(self.visits["visit_id"], "visits"),
            *_bad_slices(self.spans, texts),
        ]
        if faults:
            listed = "\n".join(f"  - {fault}" for fault in faults)
            msg = f"The tables break their contract:\n{listed}"
            raise TableError(msg)


class Texts(Mapping[str, str]):
    """The text of each article, made a string when it is asked for.

    As strings, the texts of 100,000 articles would take as much memory as all that was said of
    them.

    Parameters
    ----------
    articles : DataFrame
        With ``article_id`` and ``text``.
    """

    def __init__(self, articles: pd.DataFrame) -> None:
        self._place = {name: place for place, name in enumerate(articles["article_id"])}
        self._texts = articles["text"].array

    def __getitem__(self, article: str) -> str:
        """Give the text of an article."""
        return str(self._texts[self._place[article]])

    def __iter__(self) -> Iterator[str]:
        """Go through the articles in their order."""
        return iter(self._place)

    def __len__(self) -> int:
        """Count the articles."""
        return len(self._place)


def empty_table(name: str) -> pd.DataFrame:
    """Give a table without rows."""
    return frame(name, [])


def frame(name: str, rows: Iterable[tuple[object, ...]]) -> pd.DataFrame:
    """Make a table with the columns and types of its contract.

    Half a surrogate pair, which JSON may hold and no file can, becomes a question mark.

    Parameters
    ----------
    name : str
        A key of `COLUMNS`.
    rows : iterable of tuple
        Values in the order of the columns.
    """
    columns = COLUMNS[name]
    values = list(zip(*rows, strict=True)) or [() for _ in columns]
    made = {
        column: pd.Series(_storable(each) if kind == "str" else each, dtype=kind)
        for (column, kind), each in zip(columns.items(), values, strict=True)
    }
    return pd.DataFrame(made)


def _storable(values: Sequence[Any]) -> Sequence[Any]:
    if "".join(values).isascii():
        return values
    return [value.encode("utf-8", "replace").decode("utf-8") for value in values]


def _foreign(values: pd.Series, known: tuple[str, ...], table: str, column: str) -> list[str]:
    bad = values[~values.isin(known)]
    return [f'{table} row {row}: {column} is "{value}"' for row, value in bad.items()]


def _repeated(values: pd.Series, table: str) -> list[str]:
    bad = values[values.duplicated()]
    return [f'{table} row {row}: "{value}" stands there twice' for row, value in bad.items()]


def _bad_slices(spans: pd.DataFrame, texts: Mapping[str, str]) -> list[str]:
    found = []
    for row, article, start, end, text in zip(
        spans.index, spans["article_id"], spans["start"], spans["end"], spans["text"], strict=True
    ):
        whole = texts.get(article)
        if whole is None:
            found.append(f'spans row {row}: there is no article "{article}"')
        elif not 0 <= start < end <= len(whole) or whole[start:end] != text:
            found.append(f'spans row {row}: article "{article}" reads otherwise at {start}-{end}')
    return found
