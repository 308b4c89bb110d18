"""Write a file whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["held", "replacing", "write_bytes", "write_private"]


@contextmanager
def replacing(path: Path, *, mode: int = 0o644) -> Iterator[Path]:
    """Give a temporary path beside `path` that takes its place once it is written and synced.

    Parameters
    ----------
    path : Path
        The file to write; its folder must exist.
    mode : int
        Its permissions.

    Yields
    ------
    Path
        Where to write. Nothing changes at `path` if the block raises.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.chmod(mode)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def held(path: Path, patience: float) -> Iterator[bool]:
    """Hold a lock file while the block runs; the system frees it however the program ends.

    Parameters
    ----------
    path : Path
        The lock file; made if need be.
    patience : float
        How many seconds to wait for whoever holds it.

    Yields
    ------
    bool
        Whether the lock was had. Windows has no such lock: there it always is.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, mode=0o600)
    try:
        yield _lock(handle, time.monotonic() + patience)
    finally:
        os.close(handle)


def _lock(handle: int, until: float) -> bool:
    if sys.platform == "win32":
        return True
    import fcntl

    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(0.1)
        else:
            return True


def write_bytes(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write `content` to `path`, whole or not at all."""
    with replacing(path, mode=mode) as part:
        part.write_bytes(content)


def write_private(path: Path, content: bytes) -> None:
    """Write what only the owner may read; its folder becomes the owner's too."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    write_bytes(path, content, mode=0o600)
