"""What sidecars say about the files beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.articles.declared import Declared, cell, declared
from annotate.articles.decode import decode
from annotate.articles.model import Refusal
from annotate.articles.rows import csv_columns, csv_rows, json_row
from annotate.articles.walk import SIDECAR, SINGLE_LIMIT, shown
from annotate.errors import ArticleError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = ["Sidecars", "is_sidecar"]

_Row = Declared | ArticleError


class Sidecars:
    """Reads each folder's sidecars once.

    ``articles.csv`` has one row per file of its own folder (column ``file``);
    ``NAME.meta.json`` speaks of the file ``NAME``, with or without its suffix, and counts first.

    Parameters
    ----------
    refuse : callable
        Takes each refused row.
    """

    def __init__(self, refuse: Callable[[Refusal], None]) -> None:
        self._refuse = refuse
        self._tables: dict[Path, dict[str, _Row]] = {}

    def of(self, path: Path) -> Declared:
        """Give what the sidecars declare about a file.

        Raises
        ------
        ArticleError
            If they say something that cannot be used: with the wrong id or date the article
            would be another one.
        """
        folder = path.parent
        if folder not in self._tables:
            self._tables[folder] = self._table(folder)
        row = self._tables[folder].get(path.name, Declared())
        if isinstance(row, ArticleError):
            raise row
        return _beside(path).over(row)

    def _table(self, folder: Path) -> dict[str, _Row]:
        sidecar = folder / SIDECAR
        if not is_sidecar(sidecar):
            return {}
        rows: dict[str, _Row] = {}
        try:
            for number, row in csv_rows(decode(sidecar.read_bytes())):
                reason = self._take(row, folder, rows)
                if reason:
                    self._refuse(Refusal(f"{shown(str(sidecar))}, row {number}", reason))
        except (ArticleError, OSError) as error:
            self._refuse(Refusal(shown(str(sidecar)), _reason(error)))
        return rows

    def _take(
        self, row: Mapping[str, str] | ArticleError, folder: Path, rows: dict[str, _Row]
    ) -> str:
        """Take one row of a sidecar; give the reason if it is refused."""
        if isinstance(row, ArticleError):
            return str(row)
        name = cell(row, "file").strip()
        if not name or name in {".", ".."} or "/" in name or "\\" in name or "\0" in name:
            return f'"{name}" is not the plain name of a file in the folder of the sidecar.'
        if not _is_there(folder / name):
            return f'There is no file "{name}" beside the sidecar.'
        if name in rows:
            return f'The file "{name}" has a row already; the first one counts.'
        try:
            rows[name] = declared(row)
        except ArticleError as error:
            rows[name] = ArticleError(f"{SIDECAR} beside it: {error}")
        return ""


def is_sidecar(path: Path) -> bool:
    """Tell whether a file is a sidecar: it is named so, names files and holds no texts."""
    if path.name != SIDECAR or not path.is_file() or path.stat().st_size >= SINGLE_LIMIT:
        return False
    try:
        names = set(csv_columns(decode(path.read_bytes())))
    except (ArticleError, OSError):
        return False
    return "file" in names and names.isdisjoint({"text", "body", "html"})


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name longer than any file's, to begin with
        return False


def _beside(path: Path) -> Declared:
    for sidecar in (path.with_name(f"{path.name}.meta.json"), path.with_suffix(".meta.json")):
        if _is_there(sidecar):
            return _from_json(sidecar)
    return Declared()


def _from_json(sidecar: Path) -> Declared:
    try:
        return declared(json_row(decode(sidecar.read_bytes())))
    except (ArticleError, OSError) as error:
        msg = f"{sidecar.name} beside it: {_reason(error)}"
        raise ArticleError(msg) from error


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, ArticleError) else "It cannot be read."
