"""Copy an SQLite database as it is at one moment, also while others write to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from annotate.errors import StudyError
from annotate.files import replacing

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["copy_database"]

_PATIENCE = 30.0  # seconds to wait for a writer


def copy_database(source: Path, target: Path) -> None:
    """Copy an SQLite database, whole or not at all, readable by its owner only.

    Writers wait while it is copied, which takes about a second for each few hundred megabytes:
    copying piece by piece would begin again whenever somebody saves.

    Parameters
    ----------
    source : Path
        The database.
    target : Path
        The copy; its folder must exist.

    Raises
    ------
    StudyError
        If the source is no database, is damaged, or the copy does not fit on the disk.
    """
    try:
        with (
            replacing(target, mode=0o600) as part,
            # mode=rw: a source that is not there is an error, not a new database.
            closing(sqlite3.connect(_address(source), timeout=_PATIENCE, uri=True)) as old,
            closing(sqlite3.connect(part)) as new,
        ):
            old.execute("pragma schema_version")  # fails here if it is none
            old.backup(new)
            found = str(new.execute("pragma quick_check(1)").fetchone()[0])
            if found != "ok":
                raise sqlite3.DatabaseError(found.splitlines()[0])
    except (sqlite3.Error, OSError) as error:
        msg = (
            f"{source} cannot be copied ({error}); if the disk is full, make room, and if the "
            "database is damaged, put a backup of it in its place"
        )
        raise StudyError(msg) from error


def _address(path: Path) -> str:
    return f"{path.resolve().as_uri()}?mode=rw"
