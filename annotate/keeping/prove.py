"""Prove that a backup is whole, before anything is done with it."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from annotate.errors import BackupError
from annotate.keeping.manifest import MANIFEST, read_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from annotate.keeping.manifest import FileEntry, Manifest

__all__ = ["opened", "pieces", "proven"]

_CHUNK = 1 << 20
_LARGEST_MANIFEST = 1 << 28
# What zipfile raises, also for passwords, unknown ways to compress, and offsets that lead nowhere.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError),
    *(ValueError, KeyError, OverflowError),
)


def proven(archive: Path) -> Manifest:
    """Read a whole backup and compare every file with its hash.

    Raises
    ------
    BackupError
        If it is no backup, was cut short, or was altered.
    """
    with opened(archive) as (zipped, manifest):
        for entry in manifest.files:
            for _ in pieces(zipped, entry, archive):
                pass
    return manifest


@contextmanager
def opened(archive: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Open a backup whose list of files and manifest agree.

    Raises
    ------
    BackupError
        Also for what is broken about the archive inside the block.
    """
    try:
        with zipfile.ZipFile(archive) as zipped:
            listed = [member.filename for member in zipped.infolist()]
            if listed.count(MANIFEST) != 1:
                msg = f"{archive} is no backup of a study; give a file that `annotate backup` wrote"
                raise BackupError(msg)
            with zipped.open(MANIFEST) as file:
                manifest = read_manifest(file.read(_LARGEST_MANIFEST), archive)
            promised = [MANIFEST, *(entry.name for entry in manifest.files)]
            if sorted(listed) != sorted(promised):
                raise _altered(archive, "its list of files")
            yield zipped, manifest
    except _BROKEN as error:
        msg = f"{archive} is no backup, was cut short or altered ({error}); take another copy of it"
        raise BackupError(msg) from error


def pieces(zipped: zipfile.ZipFile, entry: FileEntry, archive: Path) -> Iterator[bytes]:
    """Give a file's content in pieces, and prove it at the end.

    Raises
    ------
    BackupError
        If it is not what the manifest says; no more is read than that promises.
    """
    digest, left = hashlib.sha256(), entry.size
    with zipped.open(entry.name) as file:
        while chunk := file.read(min(_CHUNK, left + 1)):
            left -= len(chunk)
            if left < 0:
                raise _altered(archive, entry.name)
            digest.update(chunk)
            yield chunk
    if left or digest.hexdigest() != entry.sha256:
        raise _altered(archive, entry.name)


def _altered(archive: Path, what: str) -> BackupError:
    return BackupError(f"{archive} was altered or cut short ({what}); take another copy of it")
