"""Time things in turn, measure the memory they take, and say what came out."""

from __future__ import annotations

import gc
import multiprocessing
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Tasks = Mapping[str, Callable[[], Any]]

__all__ = [
    "Line",
    "Options",
    "Ran",
    "Taken",
    "extra_memory",
    "high_water",
    "in_turn",
    "machine",
    "run",
]

_STATUS = Path("/proc/self/status")
_REFS = Path("/proc/self/clear_refs")
_FROM_KB = 1000 / 1024  # the kernel's "kB" are 1,024 bytes; ours are 1e6 bytes to the MB
_PAUSE = 0.02  # seconds between two looks at other processes


@dataclass(frozen=True)
class Options:
    """How to measure.

    Parameters
    ----------
    repeats : int
        How often each thing is timed; the median counts.
    share : float
        Of the full sizes; targets hold at 1 only.
    data : Path
        Where generated files are kept.
    profile : bool
        Whether to say where the time of `annotate score` goes.
    """

    repeats: int
    share: float
    data: Path
    profile: bool = False

    def size(self, full: int) -> int:
        """Give the size to use instead of the full one."""
        return max(10, round(full * self.share))


@dataclass(frozen=True)
class Line:
    """One claim as measured.

    Parameters
    ----------
    claim : str
        Its letter.
    what, measured, target : str
        What was done, what it took, and what it may take.
    met : bool or None
        Whether the target was met; None where there is none.
    """

    claim: str
    what: str
    measured: str
    target: str = ""
    met: bool | None = None

    def shown(self, *, judged: bool) -> str:
        """Give it as it is printed, with the verdict if it is to be judged."""
        verdict = {True: "PASS", False: "short", None: ""}[self.met if judged else None]
        target = f" (target: {self.target})" if self.target else ""
        return f"{self.claim}  {self.what}: {self.measured}{target}  {verdict}".rstrip()


class Taken(NamedTuple):
    """How long a task takes, and how much of that it has a processor."""

    seconds: float
    computing: float

    def __str__(self) -> str:
        """Give both; on a machine that does nothing else they are the same."""
        return f"{self.seconds:,.2f} s ({self.computing:,.2f} s of processor)"


@dataclass(frozen=True)
class Ran:
    """What a command printed, how long it took, and its highest memory.

    Parameters
    ----------
    output : str
        What it wrote to stdout.
    seconds, computing : float
        From start to end, and of processor time: its own and that of the processes it ended.
    peak : float
        Of the process itself, in MB.
    others : list of float
        Of the processes it started, in MB, the largest first; where the system tells.
    """

    output: str
    seconds: float
    computing: float
    peak: float
    others: list[float]


def machine() -> str:
    """Say what else the times depend on."""
    threads = os.environ.get("OMP_NUM_THREADS", "not set")
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return (
        f"Python {platform.python_version()}, NumPy {version('numpy')}, {os.cpu_count()} cores, "
        f"load {load}, OMP_NUM_THREADS {threads}"
    )


def in_turn(tasks: Tasks, repeats: int) -> tuple[dict[str, Taken], dict[str, Any]]:
    """Time tasks one after the other, again and again, so that a slow minute hits them all.

    Returns
    -------
    taken : dict of str to Taken
        The medians of each.
    results : dict of str to object
        What each gave in the end.
    """
    taken: dict[str, list[Taken]] = {name: [] for name in tasks}
    results: dict[str, Any] = {}
    for _ in range(repeats):
        for name, task in tasks.items():
            gc.collect()
            start, before = time.perf_counter(), time.process_time()
            results[name] = task()
            taken[name].append(Taken(time.perf_counter() - start, time.process_time() - before))
    return {name: _medians(runs) for name, runs in taken.items()}, results


def _medians(runs: Sequence[Taken]) -> Taken:
    return Taken(*map(statistics.median, zip(*runs, strict=True)))


def extra_memory(make: Callable[[], Any], task: Callable[[Any], Any]) -> float:
    """Give the MB that a task takes above what its input takes, in a process of its own.

    Parameters
    ----------
    make, task : callable
        Top-level functions (or partials of such): what makes the input, what is measured.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(_extra, make, task).result()


def _extra(make: Callable[[], Any], task: Callable[[Any], Any]) -> float:
    given = make()
    gc.collect()
    if _REFS.exists():
        _REFS.write_text("5")  # the high-water mark starts again from here
    before = high_water("self")
    task(given)
    return max(high_water("self") - before, 0.0)


def high_water(process: int | str) -> float:
    """Give the highest resident memory of a process so far, in MB; 0 where it is gone."""
    try:
        lines = (_STATUS.parent.parent / str(process) / "status").read_text().splitlines()
    except OSError:
        return _own_peak() if process == "self" else 0.0
    found = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return int(found[0]) / 1000 / _FROM_KB if found else 0.0


def _own_peak() -> float:
    import resource

    unit = 1e6 if sys.platform == "darwin" else 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def run(command: Sequence[str], *, watched: Sequence[int] = ()) -> Ran:
    """Run a command and say what it took.

    Parameters
    ----------
    command : sequence of str
        Program and arguments.
    watched : sequence of int
        Other processes that work for it, whose memory counts as that of `Ran.others`.

    Raises
    ------
    subprocess.CalledProcessError
        If it fails; what it said on stderr is kept there only.
    """
    start, before = time.perf_counter(), _computing_of_children()
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True) as process,
    ):
        watch = _Watch(process.pid, watched)
        watch.start()
        output = process.stdout.read() if process.stdout else ""
        process.wait()
        seconds = time.perf_counter() - start
        watch.join()
        if process.returncode:
            said.seek(0)
            raise subprocess.CalledProcessError(process.returncode, command, output, said.read())
    own = watch.peaks.pop(process.pid, 0.0)
    computing = _computing_of_children() - before
    return Ran(output, seconds, computing, own, sorted(watch.peaks.values(), reverse=True))


def _computing_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


class _Watch(threading.Thread):
    """Looks at the high-water marks of a process and those it started until it ends."""

    def __init__(self, pid: int, others: Sequence[int]) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.others = others
        self.peaks: dict[int, float] = {}

    def run(self) -> None:
        """Look every now and then; a process that has ended has no memory any more."""
        while mark := high_water(self.pid):
            self.peaks[self.pid] = mark
            for other in [*self.others, *_started_by(self.pid)]:
                if seen := high_water(other):
                    self.peaks[other] = seen
            time.sleep(_PAUSE)


def _started_by(pid: int) -> list[int]:
    """Give the processes that a process started, and those that they started."""
    found = []
    try:
        for task in os.scandir(f"/proc/{pid}/task"):
            children = (Path(task.path) / "children").read_text().split()
            found += [int(child) for child in children]
    except OSError:
        return []
    return [*found, *(below for child in found for below in _started_by(child))]
