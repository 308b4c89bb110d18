"""Label Studio as a part of the study: one server, its data in the study's private folder.

The server runs in a session of its own and is ended as a whole group. Its environment is built
from nothing, since Label Studio also reads variables as common as ``HOST``, ``DEBUG`` or ``CI``.
"""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import site
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

import httpx

from annotate.errors import StudioError
from annotate.files import write_private
from annotate.processes import end_group, last_words, leaving_on_signals, start_group
from annotate.studio.ports import choose_port, url_here
from annotate.studio.upgrade import prepare

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = [
    "RunningServer",
    "ServerAddress",
    "last_address",
    "running",
    "start",
]

_ADMIN = "lead@annotate.local"
_PATIENCE = 180.0  # seconds; a first start was measured at 28 to 50 on two cores
_KEPT = (
    *("PATH", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "SYSTEMROOT"),
)
# Label Studio fetches tips from GitHub whenever a page asks for them and has no switch for it:
# a proxy that nobody runs keeps every request of its own on this machine.
_NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True, kw_only=True)
class ServerAddress:
    """Where a study's own server is, and its first account.

    Parameters
    ----------
    url : str
        The address without a slash at its end; empty before the first start.
    port : int
        The port; 0 before the first start.
    pid : int or None
        The process, which leads its group; None while it is not running.
    email, password, token : str
        The account that owns the server.
    """

    url: str = ""
    port: int = 0
    pid: int | None = None
    email: str
    password: str = field(repr=False)
    token: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class RunningServer(ServerAddress):
    """A server that this process started, to be used in a ``with`` block.

    Parameters
    ----------
    requested_port : int or None
        The port that was asked for; `port` differs from it if that one was taken.
    log : Path
        What the server says.
    """

    requested_port: int | None
    log: Path
    _process: subprocess.Popen[bytes] = field(repr=False, compare=False)
    _cleanup: ExitStack = field(repr=False, compare=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server and all it started; doing it again does nothing."""
        self._cleanup.close()

    @property
    def alive(self) -> bool:
        """Whether the server still runs."""
        return self._process.poll() is None

    def wait(self) -> None:
        """Stay until the server ends by itself, which it should not.

        Raises
        ------
        StudioError
            When it has ended.
        """
        self._process.wait()
        msg = f"Label Studio ended by itself{last_words(self.log, self.password, self.token)}"
        raise StudioError(msg)


def start(
    private: Path,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    on_wait: Callable[[float], None] | None = None,
    on_copy: Callable[[Path], None] | None = None,
) -> RunningServer:
    """Start the study's own Label Studio and wait until it answers.

    Parameters
    ----------
    private : Path
        The study's private folder; all that the server writes stays in it.
    host : str
        The IPv4 address to listen on. Any but 127.0.0.1 lets other machines in.
    port : int, optional
        The port to listen on; a free one if it is taken. By default that of last time.
    on_wait : callable, optional
        Called about twice a second with the seconds waited so far.
    on_copy : callable, optional
        Told where the database was copied to, if another version of Label Studio last ran on it.

    Raises
    ------
    StudioError
        If Label Studio is not installed or is older than the one that last ran, already runs for
        this study, or does not come up.
    """
    if importlib.util.find_spec("label_studio") is None:
        msg = "Label Studio is not installed: pip install 'annotate-news[server]'"
        raise StudioError(msg)
    try:
        private.mkdir(parents=True, exist_ok=True, mode=0o700)
        with ExitStack() as cleanup:
            lock = cleanup.enter_context(_locked(private))
            cleanup.enter_context(leaving_on_signals())
            known = last_address(private) or _new_owner()
            free = choose_port(host, (port, known.port))
            address = replace(known, url=url_here(host, free), port=free, pid=None)
            copy = prepare(private)
            if copy is not None and on_copy is not None:
                on_copy(copy)
            _save(private, address)
            process = cleanup.enter_context(_process(private, host, address, lock))
            _await(process, address, private / "label-studio.log", on_wait)
            return RunningServer(
                **{**vars(address), "pid": process.pid},
                requested_port=port,
                log=private / "label-studio.log",
                _process=process,
                _cleanup=cleanup.pop_all(),
            )
    except OSError as error:
        msg = f"Label Studio cannot be started in {private}: {error.strerror or error}"
        raise StudioError(msg) from error


def running(private: Path) -> ServerAddress | None:
    """Find the study's own server, if it is up and accepts the study's own token.

    Raises
    ------
    StudioError
        If ``server.json`` cannot be read.
    """
    address = last_address(private)
    if address is None or address.pid is None or _owner(address) != address.email:
        return None
    return address


def _owner(address: ServerAddress) -> str | None:
    """Give the e-mail that the server knows the token by; empty if it refuses it, None if mute."""
    headers = {"Authorization": f"Token {address.token}"}
    url = f"{address.url}/api/current-user/whoami"
    try:
        answer = httpx.get(url, headers=headers, timeout=10, trust_env=False)
        return str(answer.json().get("email", ""))
    except httpx.HTTPError:
        return None
    except (ValueError, AttributeError, httpx.InvalidURL):
        return ""


def _is_up(address: ServerAddress) -> bool:
    with suppress(httpx.HTTPError):
        answer = httpx.get(f"{address.url}/health", timeout=10, trust_env=False)
        return answer.status_code == httpx.codes.OK
    return False


def _await(
    process: subprocess.Popen[bytes],
    address: ServerAddress,
    log: Path,
    on_wait: Callable[[float], None] | None,
) -> None:
    begun = time.monotonic()
    while not _is_up(address):
        waited = time.monotonic() - begun
        if process.poll() is not None:
            msg = f"Label Studio did not start{last_words(log, address.password, address.token)}"
            raise StudioError(msg)
        if waited > _PATIENCE:
            msg = (
                f"Label Studio did not answer within {_PATIENCE:.0f} s; start it again, it goes on "
                f"where it stopped{last_words(log, address.password, address.token)}"
            )
            raise StudioError(msg)
        if on_wait is not None:
            on_wait(waited)
        time.sleep(0.5)
    if _owner(address) != address.email:
        msg = (
            f"What answers at {address.url} does not accept this study's own account. Start again; "
            f"if that does not help, put back the server.json that belongs to {log.parent}"
        )
        raise StudioError(msg)


@contextmanager
def _process(
    private: Path, host: str, address: ServerAddress, lock: int
) -> Iterator[subprocess.Popen[bytes]]:
    """Run the server; what stays of it afterwards is its data, its account and its port."""
    data = private / "label-studio"
    data.mkdir(exist_ok=True, mode=0o700)
    command = [sys.executable, "-P", "-m", "label_studio.server", "start", "--no-browser"]
    command += ["--internal-host", host, "--port", str(address.port)]
    process = start_group(
        command,
        cwd=data,
        env=_environment(data.resolve(), address),
        log=private / "label-studio.log",
        # It holds the lock too: should this process be killed, the study stays taken.
        pass_fds=() if sys.platform == "win32" else (lock,),
    )
    try:
        _save(private, replace(address, pid=process.pid))
        yield process
    finally:
        end_group(process)
        if (private / "server.json").exists():  # not if the study was deleted meanwhile
            _save(private, replace(address, pid=None))


def _environment(data: Path, address: ServerAddress) -> dict[str, str]:
    home = data / "home"
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        "LABEL_STUDIO_BASE_DATA_DIR": str(data),
        "LABEL_STUDIO_USERNAME": address.email,
        "LABEL_STUDIO_PASSWORD": address.password,
        "LABEL_STUDIO_USER_TOKEN": address.token,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",  # only the first start heeds it
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "COLLECT_ANALYTICS": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "LATEST_VERSION_CHECK": "false",
        "HTTP_PROXY": _NOWHERE,
        "HTTPS_PROXY": _NOWHERE,
        "NO_PROXY": "localhost,127.0.0.1",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "PYTHONUSERBASE": site.getuserbase(),  # it would follow HOME
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }


@contextmanager
def _locked(private: Path) -> Iterator[int]:
    """Hold the study's server; the lock goes with its last holder, however that ends."""
    handle = os.open(private / "server.lock", os.O_RDWR | os.O_CREAT, mode=0o600)
    try:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StudioError(_taken(private)) from None
        yield handle
    finally:
        os.close(handle)


def _taken(private: Path) -> str:
    address = running(private)
    if address is not None:
        return (
            f"Label Studio already runs for this study at {address.url}; use that one, or end it "
            f"first (Ctrl-C in its terminal, or end process {address.pid})"
        )
    known = last_address(private)
    process = f" (process {known.pid})" if known is not None and known.pid else ""
    return f"Label Studio is being started or ended for this study{process}; try again in a minute"


def last_address(private: Path) -> ServerAddress | None:
    """Give where the study's own server was last; None before its first start.

    Raises
    ------
    StudioError
        If ``server.json`` cannot be read.
    """
    path = private / "server.json"
    try:
        stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return ServerAddress(**{name: stored[name] for name in ServerAddress.__annotations__})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        msg = f"{path} cannot be read; restore it, since it holds the account of Label Studio"
        raise StudioError(msg) from error


def _save(private: Path, address: ServerAddress) -> None:
    started = datetime.now(UTC).isoformat(timespec="seconds") if address.pid else None
    content = json.dumps({**vars(address), "started": started}, indent=2)
    write_private(private / "server.json", content.encode())


def _new_owner() -> ServerAddress:
    return ServerAddress(
        email=_ADMIN, password=secrets.token_urlsafe(18), token=secrets.token_hex(20)
    )
