"""What a backup says it holds: each file with its size and hash, and who wrote it."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import Any

from annotate.errors import BackupError

__all__ = ["MANIFEST", "FileEntry", "Manifest", "is_plain", "read_manifest"]

#: The manifest's name in the archive; a study has no file of this name.
MANIFEST = "annotate-backup.json"
_FORMAT = 1
_LONGEST = 1000  # characters of a name


@dataclass(frozen=True)
class FileEntry:
    """One file of a backup.

    Parameters
    ----------
    name : str
        Relative to the study's folder, with slashes.
    size : int
        In bytes.
    sha256 : str
        Of the content, hexadecimal.
    changed : int
        When it was changed last, in nanoseconds since 1970: what was built from the articles knows
        by it that it is up to date.
    """

    name: str
    size: int
    sha256: str
    changed: int


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    Parameters
    ----------
    made : str
        When, UTC, ISO 8601.
    tool : str
        The version of this tool.
    label_studio : str
        The version that last ran on the embedded server's database; empty if there is none.
    private : bool
        Whether people, tokens and the embedded server are in it.
    files : list of FileEntry
        In the order in which they are stored.
    """

    made: str
    tool: str
    label_studio: str
    private: bool
    files: list[FileEntry] = field(default_factory=list)

    def to_json(self) -> bytes:
        """Write it out."""
        return json.dumps({"format": _FORMAT, **asdict(self)}, indent=1).encode()

    @property
    def size(self) -> int:
        """How many bytes the files have together."""
        return sum(entry.size for entry in self.files)


def read_manifest(content: bytes, where: object) -> Manifest:
    """Read a manifest and see to it that its names can do no harm.

    Raises
    ------
    BackupError
        If it cannot be read, or a name would lead out of the folder.
    """
    try:
        fields: dict[str, Any] = json.loads(content)
        form = fields.pop("format")
        known = form == _FORMAT
        entries = [_entry(entry) for entry in fields.pop("files")] if known else []
        manifest = Manifest(**fields, files=entries) if known else None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        msg = f"{where} is no backup of a study, or was altered; take another copy of it"
        raise BackupError(msg) from error
    if manifest is None:
        msg = f"{where} was written by a newer version (format {form!r}); upgrade this tool"
        raise BackupError(msg)
    names = [entry.name for entry in manifest.files]
    folders = {str(parent) for name in names for parent in PurePosixPath(name).parents}
    if len({*names, *folders}) != len(names) + len(folders) or not all(map(is_plain, names)):
        msg = f"{where} holds names that lead elsewhere or clash; it was altered, do not use it"
        raise BackupError(msg)
    return manifest


def is_plain(name: str) -> bool:
    r"""Tell whether a name stays inside the folder, on this system and on others.

    Examples
    --------
    >>> [is_plain(name) for name in ("tables/a.parquet", "../a", "/a", "a//b", "a\\b")]
    [True, False, False, False, False]
    """
    parts = name.split("/")
    forbidden = "\\\0:" if sys.platform == "win32" else "\\\0"
    return (
        0 < len(name) <= _LONGEST
        and not {"", ".", ".."} & set(parts)
        and not any(mark in name for mark in forbidden)
        and not any("\ud800" <= mark <= "\udfff" for mark in name)
    )


def _entry(stored: dict[str, Any]) -> FileEntry:
    entry = FileEntry(**stored)
    kinds = {"name": str, "size": int, "sha256": str, "changed": int}
    for name, kind in kinds.items():
        if not isinstance(getattr(entry, name), kind):
            raise TypeError(name)
    if entry.size < 0:
        msg = "size"
        raise ValueError(msg)
    return entry
