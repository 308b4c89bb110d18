"""Addresses and ports of the study's own server."""

from __future__ import annotations

import errno
import socket

from annotate.errors import StudioError

__all__ = ["choose_port", "is_free", "url_for_others", "url_here"]

_ANYWHERE = "0.0.0.0"  # noqa: S104 (compared with, not listened on)


def url_here(host: str, port: int) -> str:
    """Give the address at which this machine reaches a server that listens on `host`."""
    return f"http://{'127.0.0.1' if host == _ANYWHERE else host}:{port}"


def url_for_others(host: str, port: int) -> str:
    """Give the address at which other machines reach a server that listens on `host`.

    Parameters
    ----------
    host : str
        The address it listens on; 0.0.0.0 stands for all of this machine's.
    port : int
        The port.
    """
    if host != _ANYWHERE:
        return url_here(host, port)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # for documentation (RFC 5737); this sends nothing
            return url_here(probe.getsockname()[0], port)
        except OSError:
            return url_here(socket.gethostname(), port)


def choose_port(host: str, wanted: tuple[int | None, ...]) -> int:
    """Choose a port: Label Studio itself would silently move to the next one.

    Parameters
    ----------
    host : str
        The IPv4 address to listen on.
    wanted : tuple of int or None
        Which ports to try first.

    Raises
    ------
    StudioError
        If nobody can listen there.
    """
    try:
        for port in wanted:
            if port and is_free(host, port):
                return port
        while True:
            with socket.socket() as probe:
                probe.bind((host, 0))
                port = int(probe.getsockname()[1])
            if is_free(host, port):
                return port
    except (OSError, OverflowError, UnicodeError) as error:
        where = " or ".join(str(port) for port in wanted if port) or "any"
        msg = f"Label Studio cannot listen on {host}, port {where}: {error}"
        raise StudioError(msg) from error


def is_free(host: str, port: int) -> bool:
    """Tell whether a server can listen on a port.

    Raises
    ------
    OSError
        If it cannot listen on the address at all.
    """
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:  # where Label Studio itself looks
            return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True
