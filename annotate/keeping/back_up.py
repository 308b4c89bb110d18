"""Write a study into one file."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from annotate import __version__
from annotate.databases import copy_database
from annotate.errors import BackupError
from annotate.files import replacing
from annotate.keeping.contents import at_rest, contents, is_database
from annotate.keeping.manifest import MANIFEST, FileEntry, Manifest
from annotate.keeping.prove import proven
from annotate.studio.upgrade import versions
from annotate.workflow.exclusive import exclusive

if TYPE_CHECKING:
    from annotate.study import Study

__all__ = ["BackedUp", "back_up"]

_CHUNK = 1 << 20


@dataclass(frozen=True)
class BackedUp:
    """What a backup holds.

    Parameters
    ----------
    manifest : Manifest
        Its files.
    left_out : list of str
        What was found and left out, with the reason.
    """

    manifest: Manifest
    left_out: list[str]


@exclusive
def back_up(study: Study, archive: Path, *, private: bool = True) -> BackedUp:
    """Write a study into one file, also while its server runs.

    A removal that was cut off is finished first. Each database is copied as it is at one moment;
    the archive is read back and proven before it gets its name.

    Parameters
    ----------
    study : Study
        The study; other commands wait meanwhile.
    archive : Path
        The file to write, outside of the study's folder; only its owner may read it.
    private : bool
        Whether to include people, tokens and the embedded server.

    Raises
    ------
    BackupError
        If the file is there already, lies in the study, or cannot be written.
    StudyError
        If another command is at work on the study, or a database is damaged.
    """
    if archive.resolve().is_relative_to(study.root.resolve()):
        msg = f"{archive} lies in the study itself; choose a place outside of {study.root}"
        raise BackupError(msg)
    if not archive.absolute().parent.is_dir():
        msg = f"{archive.parent} is no folder; make it first, or choose another place"
        raise BackupError(msg)
    if archive.exists() or archive.is_symlink():
        msg = f"{archive} is there already; choose another name, or move it away"
        raise BackupError(msg)
    try:
        with replacing(archive, mode=0o600) as part:
            done = _write(study, part, private=private)
            proven(part)
    except OSError as error:
        where = error.filename or archive
        msg = f"The backup cannot be written: {where}: {error.strerror or error}"
        raise BackupError(msg) from error
    return done


def _write(study: Study, part: Path, *, private: bool) -> BackedUp:
    listed = contents(study, private=private)
    entries: list[FileEntry] = []
    with (
        zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as zipped,
        tempfile.TemporaryDirectory(dir=part.parent, prefix=f"{part.name}.") as staging,
    ):
        for name, path in listed.files.items():
            source = _steady(study, path, Path(staging) / "copy")
            entries.append(_add(zipped, name, source, path.stat().st_mtime_ns))
        manifest = Manifest(
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            tool=__version__,
            label_studio=versions(study.private).last if private else "",
            private=private,
            files=entries,
        )
        zipped.writestr(_member(MANIFEST), manifest.to_json())
    return BackedUp(manifest, listed.left_out)


def _steady(study: Study, path: Path, copy: Path) -> Path:
    """Give a file that nobody changes meanwhile and that tells of nothing that runs now."""
    if is_database(study, path):
        copy_database(path, copy)
    elif path == study.private / "server.json":
        copy.write_bytes(at_rest(path.read_bytes()))
    else:
        return path
    return copy


def _add(zipped: zipfile.ZipFile, name: str, path: Path, changed: int) -> FileEntry:
    size, digest = 0, hashlib.sha256()
    with path.open("rb") as source, zipped.open(_member(name), "w", force_zip64=True) as target:
        while chunk := source.read(_CHUNK):
            target.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return FileEntry(name, size, digest.hexdigest(), changed)


def _member(name: str) -> zipfile.ZipInfo:
    """Describe a member: an ordinary file of its owner, whatever else unpacks it."""
    member = zipfile.ZipInfo(name)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o100600 << 16
    return member
