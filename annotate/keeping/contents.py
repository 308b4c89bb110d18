"""Which of a study's files belong in a backup.

Whatever lies in the folder does, also what this tool did not put there, save for what is only of
use to a program that runs now, what can be fetched again, and what is no file.
"""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.keeping.manifest import MANIFEST, is_plain
from annotate.studio.upgrade import BACKUPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotate.study import Study

__all__ = ["Contents", "at_rest", "contents", "is_database"]

_TOOLS = {".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__"}
_SIDE_FILES = ("-journal", "-wal", "-shm")
_MAGIC = b"SQLite format 3\0"


@dataclass
class Contents:
    """What to put into a backup.

    Parameters
    ----------
    files : dict of str to Path
        By their names in the archive: relative, with slashes.
    left_out : list of str
        What is neither kept nor expected to be left out, with the reason.
    """

    files: dict[str, Path] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def contents(study: Study, *, private: bool) -> Contents:
    """List the files of a study.

    Parameters
    ----------
    study : Study
        The study.
    private : bool
        Whether people, tokens and the embedded server belong to it.

    Raises
    ------
    OSError
        If a folder cannot be read.
    """
    found = Contents()
    for path in _walk(study.root, found):
        name = path.relative_to(study.root).as_posix()
        secret = path.is_relative_to(study.private)
        if secret and (not private or _is_passing(path.relative_to(study.private))):
            continue
        if path == study.tombstones_path and not private:
            found.left_out.append(f"{name}: it cannot be read without private/key")
            continue
        if path.name.startswith(".") and path.name.endswith(".part"):
            continue  # a file that was being written
        if path.is_symlink() or not stat.S_ISREG(path.lstat().st_mode):
            found.left_out.append(f"{name}: a link or no file")
        elif not is_plain(name) or name == MANIFEST:
            found.left_out.append(f"{name}: its name cannot be used in a backup")
        elif not _is_side_file(study, path):
            found.files[name] = path
    return found


def _walk(root: Path, found: Contents) -> Iterator[Path]:
    """Go through the folder in order; links are not followed."""

    def stop(error: OSError) -> None:
        raise error

    for folder, folders, files in os.walk(root, onerror=stop):
        here = Path(folder)
        for name in sorted(folders):
            if (here / name).is_symlink():
                yield here / name
            elif name in _TOOLS:
                found.left_out.append(f"{(here / name).relative_to(root).as_posix()}/: a tool's")
        folders[:] = sorted(name for name in folders if name not in _TOOLS)
        for name in sorted(files):
            yield here / name


def _is_passing(path: Path) -> bool:
    """Tell what in ``private/`` is of no use elsewhere."""
    return path.suffix in {".lock", ".log"} or path.parts[0] == BACKUPS


def _is_side_file(study: Study, path: Path) -> bool:
    """Tell what a running SQLite keeps beside a database; the copy of the database holds it."""
    for ending in _SIDE_FILES:
        if path.name.endswith(ending):
            return is_database(study, path.parent / path.name.removesuffix(ending))
    return False


def is_database(study: Study, path: Path) -> bool:
    """Tell whether a file is a database of the study or its server, which may be written to now.

    What else lies in the folder is copied as it is, whatever it is.
    """
    if path != study.ledger_path and not path.is_relative_to(study.private):
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except (FileNotFoundError, IsADirectoryError):
        return False


def at_rest(server: bytes) -> bytes:
    """Give ``server.json`` as it is while the server does not run.

    Parameters
    ----------
    server : bytes
        Its content; if it is broken, it is given back as it is.
    """
    try:
        stored = {**json.loads(server), "pid": None, "started": None}
    except (ValueError, TypeError):
        return server
    return json.dumps(stored, indent=2).encode()
