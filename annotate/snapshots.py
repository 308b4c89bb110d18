"""What was pulled, kept for ever: JSON lines, gzip, named by their own hash.

A snapshot's first line is its header; each further line is one task with its annotations and
drafts, people replaced by pseudonyms. The tables are a pure function of the snapshots.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from annotate.errors import SnapshotError
from annotate.files import write_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["Header", "Snapshot", "latest_of_each_source", "read_snapshot", "write_snapshot"]

_FORMAT = 1
_BROKEN = (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError)
_SHOWN = 12  # hexadecimal digits of the hash in the file's name


@dataclass(frozen=True)
class Header:
    """Where a snapshot comes from.

    Parameters
    ----------
    source : str
        "server", or "file:" and the declared name of an export.
    pulled_at : str
        UTC, ISO 8601; it orders the snapshots of a source.
    schema_version : str
        The SHA-256 of the labeling config the annotators worked with.
    round : str
        The round the work belongs to.
    roster : list of str
        Everybody whose work was looked for.
    """

    source: str
    pulled_at: str
    schema_version: str
    round: str
    roster: list[str]


@dataclass(frozen=True)
class Snapshot:
    """A header and the tasks under it, as plain JSON values."""

    header: Header
    tasks: list[dict[str, Any]]
    name: str = ""


def write_snapshot(folder: Path, header: Header, tasks: Iterable[dict[str, Any]]) -> Path | None:
    """Write a snapshot, unless its tasks are just those of the newest one of its source.

    Returns
    -------
    Path or None
        The new file; None where nothing had changed.
    """
    body = _lines(tasks)
    # The name tells what was pulled, whenever that was: the same work has the same ending.
    ending = f"{_hash(replace(header, pulled_at=''), body)[:_SHOWN]}.jsonl.gz"
    folder.mkdir(parents=True, exist_ok=True)
    newest = latest_of_each_source(folder).get(header.source)
    if newest is not None and newest.name.endswith(ending):
        return None
    at = _moment(header.pulled_at)
    if newest is not None:
        # A clock that was set back must not make a pull older than the one before.
        at = max(at, _moment(newest.header.pulled_at) + timedelta(microseconds=1))
    header = replace(header, pulled_at=f"{at:%Y-%m-%dT%H:%M:%S.%fZ}")
    head = _dump({"format": _FORMAT, "sha256": _hash(header, body), **asdict(header)})
    path = folder / f"{at:%Y%m%dT%H%M%S.%fZ}-{ending}"
    # mtime=0: the same pull gives the same bytes.
    write_bytes(path, gzip.compress(head + body, mtime=0), mode=0o444)
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
        fields = json.loads(head)
        digest, form = fields.pop("sha256"), fields.pop("format")
        # Another format may have other fields.
        header = Header(**fields) if form == _FORMAT else None
        altered = header is not None and _hash(header, body) != digest
    except (*_BROKEN, zlib.error) as error:
        msg = f"{path} is no snapshot or is cut short; restore it, or move it away and pull again"
        raise SnapshotError(msg) from error
    if header is None:
        msg = f"{path} was written by a newer version (format {form}); upgrade this tool"
        raise SnapshotError(msg)
    if altered:
        msg = f"{path} was altered after it was written; restore it, or move it away and pull again"
        raise SnapshotError(msg)
    return Snapshot(header, [json.loads(line) for line in body.splitlines()], path.name)


def latest_of_each_source(folder: Path) -> dict[str, Snapshot]:
    """Read the newest snapshot of each source, in the order in which they were pulled."""
    newest: dict[str, Snapshot] = {}
    for path in sorted(folder.glob("*.jsonl.gz")):
        snapshot = read_snapshot(path)
        known = newest.get(snapshot.header.source)
        if known is None or _moment(known.header.pulled_at) <= _moment(snapshot.header.pulled_at):
            newest[snapshot.header.source] = snapshot
    return newest


def _hash(header: Header, body: bytes) -> str:
    return hashlib.sha256(_dump(asdict(header)) + body).hexdigest()


def _moment(stamp: str) -> datetime:
    at = datetime.fromisoformat(stamp)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _lines(tasks: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(_dump(task) for task in tasks)


def _dump(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=True).encode() + b"\n"
