"""One pull in one file: JSON lines, gzip, named by time and hash, never changed.

A snapshot's first line is its header; each further line is one task with its annotations and
drafts, people replaced by pseudonyms. If somebody asks that their data be taken out, a new file
takes the old one's place, and its header says what is missing and why.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from annotate.collecting import without_collecting
from annotate.errors import SnapshotError
from annotate.files import write_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["Header", "Section", "Snapshot", "moment", "read_header", "read_snapshot", "save"]

_FORMAT = 2
_OLDER = 1  # one file for all desks of a server
_ENCODED = json.JSONEncoder(sort_keys=True, ensure_ascii=True).encode
_BROKEN = (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError)
_SHOWN = 12  # hexadecimal digits of the hash in the file's name
_LEVEL = 2  # of gzip: level 9 takes eight times as long for a third less


class Section(NamedTuple):
    """What a snapshot is a picture of: one desk in one round, or one export."""

    source: str
    round: str
    desk: str
    topic: str


@dataclass(frozen=True)
class Header:
    """Where a snapshot comes from.

    Parameters
    ----------
    source : str
        "server:" and which one, or "file:" and the declared name of an export.
    pulled_at : str
        UTC, ISO 8601; it orders the snapshots of a section.
    schema_version : str
        The SHA-256 of the labeling config the annotators worked with.
    round : str
        The round the work belongs to.
    roster : list of str
        Everybody whose work was looked for.
    desk, topic : str
        Whose desk it is ("" if everybody works in one project) and what its articles are about
        ("" if the study does not tell).
    base : str
        `pulled_at` of the snapshot that this one changes; "" if it is whole.
    cursor : str
        When the server last changed a task, as far as this pull saw.
    people : str
        A keyed hash of who was known to be who: where that changes, all work is looked at again.
    removed : list of dict
        What was taken out of this file after it was first written, when and why.
    """

    source: str
    pulled_at: str
    schema_version: str
    round: str
    roster: list[str]
    desk: str = ""
    topic: str = ""
    base: str = ""
    cursor: str = ""
    people: str = ""
    removed: list[dict[str, Any]] = field(default_factory=list)

    @property
    def section(self) -> Section:
        """What this is a picture of."""
        return Section(self.source, self.round, self.desk, self.topic)

    @property
    def ours(self) -> bool:
        """Whether it was pulled from a project that this tool made."""
        return not self.source.startswith("file")


@dataclass(frozen=True)
class Snapshot:
    """A header and the tasks under it, as plain JSON values."""

    header: Header
    tasks: list[dict[str, Any]]
    name: str = ""


def save(folder: Path, header: Header, tasks: Iterable[dict[str, Any]]) -> Path:
    """Write a snapshot.

    Returns
    -------
    Path
        The new file, which only its owner may replace.
    """
    body = b"".join(map(_dump, tasks))
    digest = _hash(header, body)
    at = moment(header.pulled_at)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{at:%Y%m%dT%H%M%S.%fZ}-{digest[:_SHOWN]}.jsonl.gz"
    head = _dump({"format": _FORMAT, "sha256": digest, **asdict(header)})
    # mtime=0: the same pull gives the same bytes.
    write_bytes(path, gzip.compress(head + body, _LEVEL, mtime=0), mode=0o444)
    return path


def read_snapshot(path: Path) -> Snapshot:
    """Read a snapshot and prove that it was not altered.

    Raises
    ------
    SnapshotError
        If it cannot be read, is cut short, or does not match its own hash.
    """
    try:
        head, _, body = gzip.decompress(path.read_bytes()).partition(b"\n")
        header, fields, digest = _header(path, head)
        # Older headers had fewer fields, and were hashed as they stood.
        found = hashlib.sha256(_dump(fields))
        found.update(body)
        altered = found.hexdigest() != digest
    except (*_BROKEN, zlib.error) as error:
        raise _no_snapshot(path) from error
    if altered:
        msg = f"{path} was altered after it was written; restore it, or move it away and pull again"
        raise SnapshotError(msg)
    with without_collecting():
        return Snapshot(header, [json.loads(line) for line in body.splitlines()], path.name)


def read_header(path: Path) -> Header:
    """Read a snapshot's first line only; what stands below it is not proven.

    Raises
    ------
    SnapshotError
        If there is none.
    """
    try:
        with gzip.open(path) as lines:
            return _header(path, lines.readline())[0]
    except (*_BROKEN, zlib.error) as error:
        raise _no_snapshot(path) from error


def moment(stamp: str) -> datetime:
    """Read a time; without a zone it is UTC.

    Raises
    ------
    ValueError
        If it is none.
    """
    at = datetime.fromisoformat(stamp)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _header(path: Path, line: bytes) -> tuple[Header, dict[str, Any], str]:
    fields: dict[str, Any] = json.loads(line)
    digest, form = fields.pop("sha256"), fields.pop("format")
    if form not in (_OLDER, _FORMAT):
        msg = f"{path} was written by a newer version (format {form}); upgrade this tool"
        raise SnapshotError(msg)
    header = Header(**fields)
    moment(header.pulled_at)
    return header, fields, digest


def _no_snapshot(path: Path) -> SnapshotError:
    return SnapshotError(
        f"{path} is no snapshot or is cut short; restore it, or move it away and pull again"
    )


def _hash(header: Header, body: bytes) -> str:
    return hashlib.sha256(_dump(asdict(header)) + body).hexdigest()


def _dump(value: dict[str, Any]) -> bytes:
    return _ENCODED(value).encode() + b"\n"
