"""Programs that this one starts: each in a group of its own, ended as a whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["end_group", "last_words", "leaving_on_signals", "start_group"]

_GRACE = 10.0  # seconds between asking a group to end and ending it


def start_group(
    command: Sequence[str],
    *,
    cwd: Path,
    env: dict[str, str],
    log: Path,
    pass_fds: tuple[int, ...] = (),
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, its output in a log that only the owner reads.

    Raises
    ------
    OSError
        If the log cannot be written or the program not be started.
    """
    log.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode=0o600)
    try:
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=handle,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=pass_fds,
        )
    finally:
        os.close(handle)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Ask a program and all it started to end, and see to it, also when interrupted meanwhile."""
    if process.poll() is not None:  # its number may belong to another group by now
        return
    try:
        _signal_group(process, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
    finally:
        if sys.platform != "win32":
            _signal_group(process, signal.SIGKILL)
        process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    if sys.platform == "win32":
        process.terminate()
        return
    # macOS says "not permitted" where Linux says "no such group".
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def last_words(log: Path, *secrets: str) -> str:
    """Give the end of a message: what a log says last, without secrets, and where it is."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    last = next((line.strip() for line in reversed(lines) if line.strip()), "nothing")
    for secret in secrets:
        last = last.replace(secret, "…")
    return f'; its log says last: "{last[:200]}" (all of it: {log})'


@contextmanager
def leaving_on_signals() -> Iterator[None]:
    """Turn a signal that would end this process at once into an exception, so `with` works."""

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    numbers = [signal.SIGTERM] if sys.platform == "win32" else [signal.SIGTERM, signal.SIGHUP]
    ours = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    if threading.current_thread() is not threading.main_thread():
        ours = []
    for number in ours:
        signal.signal(number, leave)
    try:
        yield
    finally:
        for number in ours:
            with suppress(ValueError):  # stopped from another thread
                signal.signal(number, signal.SIG_DFL)
