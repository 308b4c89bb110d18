"""Unpack a backup of a study, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.errors import BackupError
from annotate.keeping.prove import opened, pieces, proven
from annotate.study import Study

if TYPE_CHECKING:
    from annotate.keeping.manifest import Manifest

__all__ = ["Restored", "restore"]


@dataclass(frozen=True)
class Restored:
    """A study that was unpacked.

    Parameters
    ----------
    root : Path
        Its folder.
    manifest : Manifest
        What the backup holds.
    """

    root: Path
    manifest: Manifest


def restore(archive: Path, root: Path) -> Restored:
    """Unpack a backup into a new folder; nothing is written before all of it was proven.

    Parameters
    ----------
    archive : Path
        What `back_up` wrote.
    root : Path
        The study's new folder; not there yet, or empty.

    Raises
    ------
    BackupError
        If the archive is no backup, was cut short or altered, the folder is not empty, or there is
        no room. Nothing is left behind.
    """
    try:
        if root.is_symlink() or (root.exists() and not root.is_dir()) or _is_filled(root):
            msg = f"{root} is there already and not empty; choose another folder"
            raise BackupError(msg)
        with opened(archive) as (_, manifest):
            _see_to_room(root, manifest)
        proven(archive)
        if "study.toml" not in {entry.name for entry in manifest.files}:
            msg = f"{archive} holds no study.toml; it is no backup of a study"
            raise BackupError(msg)
        parent = root.resolve().parent
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=parent, prefix=".restore.") as part:
            study = Path(part) / "study"
            _unpack(archive, study)
            if root.exists():
                root.rmdir()
            study.rename(root)
    except OSError as error:
        where = error.filename or archive
        msg = f"The backup cannot be restored: {where}: {error.strerror or error}"
        raise BackupError(msg) from error
    return Restored(root, manifest)


def _is_filled(root: Path) -> bool:
    return root.is_dir() and any(root.iterdir())


def _see_to_room(root: Path, manifest: Manifest) -> None:
    there = next(folder for folder in root.resolve().parents if folder.is_dir())
    free = shutil.disk_usage(there).free
    if manifest.size > free:
        msg = (
            f"The study needs {manifest.size / 1e6:,.0f} MB and {there} has {free / 1e6:,.0f} MB "
            "free; make room or choose another disk"
        )
        raise BackupError(msg)


def _unpack(archive: Path, root: Path) -> None:
    private = Study(root).private
    private.mkdir(parents=True)  # commands lock the study in it, even without anything private
    with opened(archive) as (zipped, manifest):
        for entry in manifest.files:
            path = root.joinpath(*entry.name.split("/"))
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                for piece in pieces(zipped, entry, archive):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            os.utime(path, ns=(entry.changed, entry.changed))
    for folder, _, files in os.walk(private):
        Path(folder).chmod(0o700)
        for name in files:
            (Path(folder) / name).chmod(0o600)
    for path in Study(root).snapshots.glob("*"):
        path.chmod(0o444)  # they are never written to again
