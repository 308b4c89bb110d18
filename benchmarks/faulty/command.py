"""`annotate push` and `annotate pull` as processes that can be killed at any moment."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = ["Ended", "Moment", "run_and_kill"]

_PATIENCE = 300.0  # seconds for a command that nobody kills
_LOOK = 0.001  # seconds between two looks at a command
_HEAVY = (
    *("pandas", "pyarrow.parquet", "tomlkit", "label_studio_sdk.users.client"),
    *("label_studio_sdk.projects.client_ext", "label_studio_sdk.projects.exports.client_ext"),
    *("label_studio_sdk.tasks.client_ext", "label_studio_sdk.label_interface"),
    *("annotate.cli", "annotate.workflow", "annotate.articles", "annotate.codebook"),
    *("annotate.labels", "annotate.snapshots", "annotate.studio.push", "annotate.studio.pull"),
    *(
        "annotate.studio.people",
        "annotate.studio.tasks",
        "annotate.studio.ledger",
        "annotate.study",
    ),
)


@dataclass(frozen=True)
class Moment:
    """When to kill a command.

    Parameters
    ----------
    after : float
        Seconds.
    since : callable, optional
        From when they count: the first time that it gives True; from the start without it.
    """

    after: float = _PATIENCE
    since: Callable[[], bool] | None = None


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Parameters
    ----------
    status : int
        Its exit status; negative for a signal.
    whole, tail : float
        Seconds that it ran, in all and since the moment began to count.
    said : str
        On stdout and stderr.
    """

    status: int
    whole: float
    tail: float
    said: str

    @property
    def killed(self) -> bool:
        """Whether it was still running when its moment came."""
        return self.status == -signal.SIGKILL


def run_and_kill(
    arguments: list[str],
    environ: Mapping[str, str],
    log: Path,
    moment: Moment,
    *,
    cold: bool = False,
) -> Ended:
    """Run ``annotate`` in a process of its own and end it with SIGKILL.

    Parameters
    ----------
    arguments : list of str
        After ``annotate``.
    environ : mapping of str to str
        Environment variables on top of this process's own.
    log : Path
        Where the output goes.
    moment : Moment
        When it is killed.
    cold : bool
        Whether to start Python anew. Otherwise the process is forked from one that has the heavy
        packages imported already, so that the moment falls into the command's own work.
    """
    started = time.monotonic()
    log.touch()
    process = (_Cold if cold else _Warm)(arguments, environ, log)
    counted = None if moment.since else started
    while process.status() is None:
        now = time.monotonic()
        if counted is None and moment.since and moment.since():
            counted = now
        if counted is not None and now >= counted + moment.after:
            process.kill()
        time.sleep(_LOOK)
    ended = time.monotonic()
    said = log.read_text(encoding="utf-8", errors="replace")
    return Ended(process.status() or 0, ended - started, ended - (counted or ended), said)


class _Cold:
    """A process that starts Python anew."""

    def __init__(self, arguments: list[str], environ: Mapping[str, str], log: Path) -> None:
        command = [sys.executable, "-m", "annotate", *arguments]
        with log.open("wb") as said:
            self._process = subprocess.Popen(
                command, env={**os.environ, **environ}, stdout=said, stderr=subprocess.STDOUT
            )
        self.kill = self._process.kill
        self.status = self._process.poll


class _Warm:
    """A process forked from one that has imported the heavy packages."""

    def __init__(self, arguments: list[str], environ: Mapping[str, str], log: Path) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(_HEAVY))
        self._process = context.Process(target=_annotate, args=(arguments, dict(environ), str(log)))
        self._process.start()
        self.kill = self._process.kill

    def status(self) -> int | None:
        """Give the exit status, None while it runs."""
        return self._process.exitcode


def _annotate(arguments: list[str], environ: dict[str, str], log: str) -> None:
    os.environ.update(environ)
    said = os.open(log, os.O_WRONLY | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    from annotate.cli import main
    from faulty.world import young_changes

    with young_changes():
        main(arguments, prog_name="annotate")
