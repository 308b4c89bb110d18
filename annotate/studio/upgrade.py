"""Before another version of Label Studio touches a study's database, a copy of it is put aside.

The version is noted before the server starts and not after: a start that fails half-way through
its migrations has changed the database all the same.
"""

from __future__ import annotations

import importlib.metadata
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from annotate.databases import copy_database
from annotate.errors import StudioError, StudyError
from annotate.files import write_private

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["BACKUPS", "DATABASE", "UNKNOWN", "Versions", "drop_copies", "prepare", "versions"]

#: Where the database is and where its copies go, in a study's private folder.
DATABASE = "label-studio/label_studio.sqlite3"
BACKUPS = "label-studio-backups"

#: The version of a database from before versions were noted.
UNKNOWN = "unknown"

_RECORD = "label-studio-version"
_KEPT = 5


@dataclass(frozen=True)
class Versions:
    """The Label Studio that is installed, and the one that last ran on a database.

    Parameters
    ----------
    installed : str
        Empty if it is not installed.
    last : str
        Empty if there is no database yet; "unknown" for one from before versions were noted.
    """

    installed: str
    last: str

    @property
    def older(self) -> bool:
        """Whether the installed one is older than what last ran."""
        return bool(self.installed) and _numbers(self.installed) < _numbers(self.last)


def versions(private: Path) -> Versions:
    """Find out which Label Studio is installed and which one last ran for a study."""
    installed = last = ""
    with suppress(importlib.metadata.PackageNotFoundError):
        installed = importlib.metadata.version("label-studio")
    if (private / DATABASE).exists():
        last = UNKNOWN
        with suppress(OSError, UnicodeDecodeError):
            last = (private / _RECORD).read_text(encoding="ascii").strip() or UNKNOWN
    return Versions(installed, last)


def prepare(private: Path) -> Path | None:
    """Copy the database if another version last ran on it, and note the one that will run now.

    Parameters
    ----------
    private : Path
        The study's private folder; its server does not run.

    Returns
    -------
    Path or None
        The copy; None if none was needed.

    Raises
    ------
    StudioError
        If the installed version is older than the last one, or the copy cannot be made.
    """
    found = versions(private)
    if found.older:
        msg = (
            f"Label Studio {found.last} last ran on this study's database, and {found.installed} "
            f"may not understand it. Install it again (pip install 'label-studio=={found.last}'), "
            f"or put back an older copy from {private / BACKUPS} as docs/server.md says"
        )
        raise StudioError(msg)
    copy = None
    if found.last not in {"", found.installed}:
        copy = _put_aside(private, found.last)
    write_private(private / _RECORD, f"{found.installed}\n".encode())
    return copy


def drop_copies(private: Path) -> None:
    """Remove all copies: they hold what somebody asked to have deleted."""
    for path in (private / BACKUPS).glob("*.sqlite3"):
        path.unlink(missing_ok=True)


def _put_aside(private: Path, version: str) -> Path:
    folder = private / BACKUPS
    folder.mkdir(mode=0o700, exist_ok=True)
    # What the record says may have been edited; it becomes part of a name.
    label = version if re.fullmatch(r"[0-9][0-9A-Za-z.+-]{0,30}", version) else UNKNOWN
    copy = folder / f"{label}-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.sqlite3"
    try:
        copy_database(private / DATABASE, copy)
    except StudyError as error:
        msg = f"Label Studio was not started, since its database must be copied first: {error}"
        raise StudioError(msg) from error
    copies = sorted(folder.glob("*.sqlite3"), key=lambda path: path.stem.rpartition("-")[2])
    for old in copies[:-_KEPT]:
        old.unlink()
    return copy


def _numbers(version: str) -> tuple[int, ...]:
    """Give the numbers a version begins with; none for an unknown one, which is no newer."""
    leading = re.match(r"\d+(\.\d+)*", version)
    trimmed = re.sub(r"(\.0+)+$", "", leading[0]) if leading else ""
    return tuple(int(number) for number in trimmed.split(".") if number)
