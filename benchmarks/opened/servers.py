"""The report and the bare app, each as a server of its own."""

from __future__ import annotations

import os
import socket
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from annotate.processes import end_group, last_words, start_group

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

__all__ = ["bare", "highest", "resident"]

_SCRIPT = Path(__file__).with_name("peer.py")
_PATIENCE = 120.0  # seconds
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6 if hasattr(os, "sysconf") else 0.004096


@contextmanager
def bare(log: Path) -> Iterator[str]:
    """Start the bare app and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {
        "SERVER_ADDRESS": "127.0.0.1",
        "SERVER_PORT": str(port),
        "SERVER_HEADLESS": "true",
        "SERVER_FILE_WATCHER_TYPE": "none",
        "BROWSER_GATHER_USAGE_STATS": "false",
    }
    process = start_group(
        [sys.executable, "-P", "-m", "streamlit", "run", str(_SCRIPT)],
        cwd=_SCRIPT.parent,
        env={**os.environ, **{f"STREAMLIT_{name}": value for name, value in options.items()}},
        log=log,
    )
    try:
        _await(f"http://127.0.0.1:{port}", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        end_group(process)


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    begun = time.monotonic()
    while time.monotonic() < begun + _PATIENCE and process.poll() is None:
        with suppress(httpx.HTTPError):
            if httpx.get(f"{url}/_stcore/health", trust_env=False).is_success:
                return
        time.sleep(0.1)
    raise RuntimeError(last_words(log))


def resident(leader: int) -> float:
    """Give the MB that the processes of a group hold now; 0 where the system does not tell."""
    return sum(_resident(pid) for pid in _group(leader))


def highest(leader: int) -> float:
    """Give the sum of the most that each process of a group has held, in MB."""
    from claims.harness import high_water

    return sum(high_water(pid) for pid in _group(leader))


def _group(leader: int) -> list[int]:
    members = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it may end meanwhile
            if int(path.read_text().rpartition(")")[2].split()[2]) == leader:
                members.append(int(path.parent.name))
    return members


def _resident(pid: int) -> float:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_MB
    return 0.0
