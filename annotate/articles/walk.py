"""Which files stand behind the paths that somebody names."""

from __future__ import annotations

import errno
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.articles.model import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "SIDECAR",
    "SINGLES",
    "SINGLE_LIMIT",
    "TABLES",
    "TABLE_LIMIT",
    "SourceFile",
    "shown",
    "source_files",
]

SIDECAR = "articles.csv"
SINGLES = frozenset({".txt", ".md", ".html", ".htm"})
TABLES = frozenset({".jsonl", ".csv"})
SINGLE_LIMIT = 10_000_000
"""Bytes from which one article is refused: no news article is as long."""
TABLE_LIMIT = 1_000_000_000
"""Bytes from which a table of articles is refused: it is read whole."""

_COMPANION = re.compile(r"readme.*|label_config\.xml|labels\.jsonl|.*\.meta\.json", re.IGNORECASE)
# A path of which these are said is no file; of any other error the path is told.
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR})
_KINDS = ".txt, .md, .html, .htm, .jsonl or .csv"


@dataclass(frozen=True)
class SourceFile:
    """A file to read and the name that its articles are identified by.

    Parameters
    ----------
    path : Path
        Where it lies.
    name : str
        Its path below the root (POSIX, NFC); outside of it, below the folder that holds the
        named one, so that it reads the same on another machine.
    """

    path: Path
    name: str

    @property
    def kind(self) -> str:
        """The suffix in lower case."""
        return self.path.suffix.lower()


def source_files(paths: Iterable[Path], root: Path | None) -> Iterator[SourceFile | Refusal]:
    """List the files behind files and folders, each once.

    Folders are read with all below them, sorted; hidden files, README files, sidecars and
    ``label_config.xml`` are passed over, links to folders not followed.

    Parameters
    ----------
    paths : iterable of Path
        Files and folders.
    root : Path or None
        The folder that names are relative to.
    """
    seen: set[str] = set()
    for named in paths:
        if reason := _blocked(named):
            yield Refusal(shown(str(named)), reason)
            continue
        for path in _below(named) if named.is_dir() else [named]:
            whole = os.path.realpath(path)  # `resolve` raises on links in a circle
            if whole not in seen and not _is_companion(path):
                seen.add(whole)
                yield _checked(path, _name(path, named, root))


def _below(folder: Path) -> Iterator[Path]:
    found = [
        Path(parent, name)
        for parent, names in _walk(folder)
        for name in names
        if not name.startswith(".")
    ]
    return iter(sorted(found, key=lambda path: path.relative_to(folder).parts))


def _walk(folder: Path) -> Iterator[tuple[str, list[str]]]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield parent, names


def _is_companion(path: Path) -> bool:
    return bool(_COMPANION.fullmatch(path.name))


def _checked(path: Path, name: str) -> SourceFile | Refusal:
    file = SourceFile(path, name)
    reason = _fault(file)
    return Refusal(shown(str(path)), reason) if reason else file


def _blocked(path: Path) -> str:
    """Say why a path cannot be looked at, "" if it can or nothing is there."""
    try:
        path.stat()
    except ValueError:
        return "Its name holds a character that no file's name can hold."
    except OSError as error:
        return "" if error.errno in _ABSENT else f"It cannot be read ({error.strerror})."
    return ""


def _fault(file: SourceFile) -> str:
    path = file.path
    if reason := _blocked(path):
        return reason
    if file.kind not in SINGLES | TABLES:
        known = path.exists() or path.is_symlink()
        return f"Only {_KINDS} files are read." if known else "There is no such file or folder."
    if not path.is_file():
        return "It is no regular file." if path.exists() else "There is no such file or folder."
    size = path.stat().st_size
    limit = TABLE_LIMIT if file.kind in TABLES else SINGLE_LIMIT
    if size >= limit:
        return (
            f"It has {size / 1e6:,.0f} MB, more than {limit / 1e6:,.0f} MB; "
            "is it the file you mean? Split it."
        )
    return "" if size else "It is empty."


def _name(path: Path, named: Path, root: Path | None) -> str:
    whole = path.absolute()
    if root is not None and whole.is_relative_to(root.absolute()):
        name = whole.relative_to(root.absolute())
    else:
        top = named.absolute() if named.is_dir() else named.absolute().parent
        name = whole.relative_to(top.parent)
    return shown(unicodedata.normalize("NFC", name.as_posix()))


def shown(name: str) -> str:
    """Give a path as it can be printed and written, whatever bytes it is made of."""
    try:
        return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return name.encode("utf-8", "replace").decode("utf-8")
