"""A proxy on this machine between a client and Label Studio, which breaks what it is told to."""

from __future__ import annotations

import os
import select
import socket
import struct
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import httpx

from faulty.kinds import is_listing

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

    from faulty.kinds import Faults, Kind

__all__ = ["Proxy", "Seen"]

_PAGES = {"/api/tasks": 6, "/api/projects": 2}  # items: small corpora get several pages too
_WITHHELD = 30.0  # seconds after which a client that does not give up is cut off
_LATE = 0.4  # seconds by which the server may begin after its client was cut off
_SLOW = 0.5  # seconds that a slow answer may take
_OURS = {"connection", "content-length", "transfer-encoding", "content-encoding", "keep-alive"}


@dataclass(frozen=True)
class Seen:
    """A request that the proxy took."""

    method: str
    target: str


class Proxy:
    """A proxy in front of a server, to be used in a ``with`` block.

    Parameters
    ----------
    upstream : str
        The server's address.
    faults : Faults
        What befalls which request.
    """

    def __init__(self, upstream: str, faults: Faults) -> None:
        self.faults = faults
        # None is used twice: one that the server ended meanwhile would be a fault uncounted.
        fresh = httpx.Limits(max_keepalive_connections=0)
        self._upstream = httpx.Client(base_url=upstream, timeout=300, trust_env=False, limits=fresh)
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._lock = threading.Lock()
        self._seen: list[Seen] = []
        self._busy = 0

    @property
    def url(self) -> str:
        """The address to use instead of the server's."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._upstream.close()

    def seen(self) -> list[Seen]:
        """Give the requests that came in since the last call, and forget them."""
        with self._lock:
            seen, self._seen = self._seen, []
            return seen

    def settle(self) -> None:
        """Wait until the server has done all that it was asked for."""
        while self._busy:
            time.sleep(0.01)

    @contextmanager
    def taking(self, method: str, target: str) -> Iterator[None]:
        """Note a request while it is dealt with."""
        with self._lock:
            self._seen.append(Seen(method, target))
            self._busy += 1
        try:
            yield
        finally:
            with self._lock:
                self._busy -= 1

    def forward(self, method: str, target: str, headers: Any, body: bytes) -> httpx.Response:  # noqa: ANN401 - an e-mail message
        """Have the server carry a request out."""
        kept = {name: value for name, value in headers.items() if name.lower() not in _OURS}
        kept.pop("Host", None)
        kept["Accept-Encoding"] = "identity"
        return self._upstream.request(method, _in_small_pages(target), headers=kept, content=body)


def _in_small_pages(target: str) -> str:
    """Ask for fewer items a page than the client did, as servers with a limit of their own do."""
    parts = urlsplit(target)
    if not is_listing(target):
        return target
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    most = _PAGES[parts.path.rstrip("/")]
    query["page_size"] = str(min(most, int(query.get("page_size", most))))
    return urlunsplit(parts._replace(query=urlencode(query)))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    proxy: Proxy

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - the base class's signature
        """Close at once: a connection that is to be reset must not be ended politely first."""
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Say nothing: clients that were killed leave broken connections behind."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def _serve(self) -> None:
        proxy = self.server.proxy
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with proxy.taking(self.command, self.path):
            kind = proxy.faults.draw(self.command, self.path)
            if kind is None:
                self._pass(self._forwarded(body))
                return
            self._strike(kind, body)

    # The names are those of the base class.
    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815

    def _strike(self, kind: Kind, body: bytes) -> None:
        if kind.play == "cut early":
            self._cut()
            time.sleep(self._random.uniform(0, _LATE))
            self._forwarded(body)
            return
        answer = self._forwarded(body) if kind.done else None
        play: Callable[[httpx.Response], None] = getattr(self, f"_{kind.play.replace(' ', '_')}")
        play(answer or httpx.Response(200))

    @property
    def _random(self) -> random.Random:
        return self.server.proxy.faults.random

    def _forwarded(self, body: bytes) -> httpx.Response:
        return self.server.proxy.forward(self.command, self.path, self.headers, body)

    def _head(self, answer: httpx.Response, **extra: str) -> None:
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in {*_OURS, "date", "server"}:
                self.send_header(name, value)
        for name, value in extra.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def _pass(self, answer: httpx.Response) -> None:
        self._head(answer, Content_Length=str(len(answer.content)))
        self.wfile.write(answer.content)

    def _error(self, _answer: httpx.Response) -> None:
        status = self._random.choice([500, 502, 503, 504])
        page = "<html><body><h1>The server has a bad day</h1></body></html>"
        self._pass(httpx.Response(status, html=page))

    def _busy(self, _answer: httpx.Response) -> None:
        said = {"detail": "Request was throttled. Expected available in 1 second."}
        self._pass(httpx.Response(429, json=said, headers={"Retry-After": "1"}))

    def _not_found(self, _answer: httpx.Response) -> None:
        self._pass(httpx.Response(404, json={"detail": "Invalid page.", "status_code": 404}))

    def _empty(self, _answer: httpx.Response) -> None:
        self._pass(httpx.Response(200))

    def _half(self, answer: httpx.Response) -> None:
        part = self._part(answer)
        self._head(answer, Content_Length=str(len(part)))
        self.wfile.write(part)

    def _short(self, answer: httpx.Response) -> None:
        self._head(answer, Content_Length=str(max(1, len(answer.content))))
        self.wfile.write(self._part(answer))
        self._cut()

    def _half_chunked(self, answer: httpx.Response) -> None:
        part = self._part(answer)
        self._head(answer, Transfer_Encoding="chunked")
        self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part) if part else b"")
        self._cut()

    def _part(self, answer: httpx.Response) -> bytes:
        """Give the beginning of a body, cut anywhere."""
        return answer.content[: self._random.randrange(max(1, len(answer.content)))]

    def _slow(self, answer: httpx.Response) -> None:
        self._head(answer, Content_Length=str(len(answer.content)))
        step = max(1, len(answer.content) // 5)
        for start in range(0, len(answer.content), step):
            time.sleep(self._random.uniform(0, _SLOW / 5))
            self.wfile.write(answer.content[start : start + step])

    def _withhold(self, _answer: httpx.Response) -> None:
        select.select([self.connection], [], [], _WITHHELD)
        self._cut()

    def _cut(self, _answer: httpx.Response | None = None) -> None:
        """End the connection, politely or not."""
        self.close_connection = True
        with suppress(OSError):
            if self._random.random() < 0.5:  # noqa: PLR2004 - half of the time
                linger = struct.pack("ii", 1, 0)  # makes closing a reset
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            # The handler's own files would keep the socket open.
            os.close(self.connection.detach())
