"""A reverse proxy on real sockets: a Label Studio at the top is reached under a path."""

import threading
from contextlib import contextmanager
from http.cookiejar import CookieJar
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

PREFIX = "/labels"
_HOP = {"connection", "transfer-encoding", "content-length", "content-encoding", "host"}


class _Forgetful(CookieJar):
    """Cookies are the browser's: a proxy keeps none."""

    def set_cookie(self, cookie):
        pass


@contextmanager
def behind_prefix(upstream):
    """Put `upstream` under /labels; whatever is asked outside of it is 404 and noted.

    Yields the address, and the list of paths that were asked for. Like some proxies, this one adds
    a Date of its own.
    """
    asked = []
    client = httpx.Client(base_url=upstream, timeout=120, trust_env=False, cookies=_Forgetful())

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append(self.path)
            if not self.path.startswith(f"{PREFIX}/"):
                self._answer(404, {}, b"<html>no such page here</html>")
                return
            headers = {k: v for k, v in self.headers.items() if k.lower() not in _HOP}
            answer = client.request(
                self.command, self.path.removeprefix(PREFIX), content=body, headers=headers
            )
            self._answer(answer.status_code, answer.headers, answer.content)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _pass_on  # noqa: N815

        def _answer(self, status, headers, content):
            self.send_response(status)
            for name, value in httpx.Headers(headers).multi_items():
                if name.lower() not in _HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{PREFIX}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        client.close()
