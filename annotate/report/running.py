"""Start the report: Streamlit in a process group of its own, on this machine only."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import webbrowser
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import httpx

from annotate.errors import StudyError
from annotate.processes import end_group, last_words, start_group
from annotate.resources import resource
from annotate.study import Study

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["STUDY_VARIABLE", "WATCH_VARIABLE", "RunningReport", "asked_every", "run_report"]

STUDY_VARIABLE = "ANNOTATE_STUDY"
WATCH_VARIABLE = "ANNOTATE_WATCH"  # seconds; for the pages, which say so
_HOST = "127.0.0.1"
_PORT = 8501  # Streamlit's own, so that a bookmark goes on working
_PATIENCE = 120.0  # seconds; a first start takes 2 to 10 on two busy cores


@dataclass(frozen=True)
class RunningReport:
    """A report that this process started, to be used in a ``with`` block.

    Parameters
    ----------
    url : str
        Where it is.
    port : int
        Its port; another than the one asked for if that was taken.
    log : Path
        What Streamlit says; kept in the study's private folder.
    """

    url: str
    port: int
    log: Path
    _process: subprocess.Popen[bytes] = field(repr=False, compare=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process, which leads its group."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the report still runs."""
        return self._process.poll() is None

    def wait(self) -> None:
        """Stay until the report ends by itself, which it should not.

        Raises
        ------
        StudyError
            When it has ended.
        """
        self._process.wait()
        msg = f"The report ended by itself{last_words(self.log)}"
        raise StudyError(msg)

    def lasts(self, seconds: float) -> bool:
        """Stay for some time, and tell whether the report still runs."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self.alive

    def stop(self) -> None:
        """End the report and all it started; doing it again does nothing."""
        end_group(self._process)


def asked_every() -> float | None:
    """Give how often the program that started this report asks Label Studio; None if never."""
    try:
        return float(os.environ.get(WATCH_VARIABLE, "")) or None
    except ValueError:
        return None


def run_report(
    study_root: Path,
    *,
    port: int | None = None,
    open_browser: bool = False,
    watched: float | None = None,
) -> RunningReport:
    """Start the report on a study and wait until it answers.

    Parameters
    ----------
    study_root : Path
        The study's folder.
    port : int, optional
        The port to listen on, 8501 by default; a free one if it is taken.
    open_browser : bool
        Whether to show it in the browser as well.
    watched : float or None
        How often the caller is going to pull, in seconds; the pages say so.

    Raises
    ------
    StudyError
        If there is no study, or the report does not come up.
    """
    study = Study.open(study_root)
    pages = resource("reports")
    free = _choose_port(port or _PORT)
    log = study.private / "report.log"
    process = _start(pages, _environment(study_root, free, pages, watched), log)
    report = RunningReport(f"http://{_HOST}:{free}", free, log, process)
    try:
        _await(report)
    except BaseException:
        report.stop()
        raise
    if open_browser:
        webbrowser.open(report.url)
    return report


def _start(pages: Path, environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    try:
        return start_group(
            # -P: a file of the user's called pandas.py must not be imported instead of pandas.
            [sys.executable, "-P", "-m", "annotate.report.serving", str(pages)],
            cwd=pages,
            env=environment,
            log=log,
        )
    except OSError as error:
        msg = f"{log} cannot be written ({error.strerror}); the report keeps its log there"
        raise StudyError(msg) from error


def _environment(study_root: Path, port: int, pages: Path, watched: float | None) -> dict[str, str]:
    """Set every option in the environment: an older Streamlit passes over those it lacks."""
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("STREAMLIT_")},
        STUDY_VARIABLE: str(study_root.resolve()),
        WATCH_VARIABLE: "" if watched is None else f"{watched:g}",
        "PYTHONUTF8": "1",
        "STREAMLIT_SERVER_ADDRESS": _HOST,
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_HEADLESS": "true",
        "STREAMLIT_SERVER_SHOW_EMAIL_PROMPT": "false",
        "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none",
        "STREAMLIT_SERVER_RUN_ON_SAVE": "false",
        "STREAMLIT_SERVER_ENABLE_STATIC_SERVING": "false",
        "STREAMLIT_BROWSER_SERVER_ADDRESS": _HOST,
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
        "STREAMLIT_CLIENT_TOOLBAR_MODE": "minimal",
        "STREAMLIT_CLIENT_SHOW_ERROR_DETAILS": "none",
        "STREAMLIT_CLIENT_SHOW_ERROR_LINKS": "false",
        "STREAMLIT_THEME_BASE": str(pages / "theme.toml"),
    }


def _choose_port(wanted: int) -> int:
    """Choose here, since Streamlit would give up on a port that is taken."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            if sys.platform != "win32":  # there it would share the port with another program
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError, OverflowError):
                probe.bind((_HOST, port))
                return int(probe.getsockname()[1])
    msg = f"The report can listen on no port of {_HOST}; end a program that holds one"
    raise StudyError(msg)


def _await(report: RunningReport) -> None:
    begun = time.monotonic()
    while not _is_up(report.url):
        if not report.alive:
            msg = f"The report did not start{last_words(report.log)}"
            raise StudyError(msg)
        if time.monotonic() - begun > _PATIENCE:
            msg = f"The report did not answer within {_PATIENCE:.0f} s{last_words(report.log)}"
            raise StudyError(msg)
        time.sleep(0.2)


def _is_up(url: str) -> bool:
    with suppress(httpx.HTTPError):
        answer = httpx.get(f"{url}/_stcore/health", timeout=5, trust_env=False)
        return answer.status_code == httpx.codes.OK
    return False
