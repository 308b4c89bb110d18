"""One way to speak to Label Studio, the study's own or a team's, and clear words when it fails."""

from __future__ import annotations

import ipaddress
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from annotate.errors import NotThere, StudioError, Unauthorised, Unreachable
from annotate.studio.server import running
from annotate.studio.tokens import Renewing, remedy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from label_studio_sdk import LabelStudio
    from label_studio_sdk.core.api_error import ApiError
    from label_studio_sdk.core.request_options import RequestOptions
    from label_studio_sdk.types.lse_user_api import LseUserApi
    from label_studio_sdk.types.who_am_i_user import WhoAmIUser

__all__ = [
    "WRITE",
    "Connection",
    "Identity",
    "checked_url",
    "connect",
    "is_loopback",
    "open_connection",
    "translated",
]

#: For every call that writes. The SDK would repeat a POST whose answer got lost: it doubles tasks.
WRITE: RequestOptions = {"max_retries": 0, "timeout_in_seconds": 600}

_TIMEOUT = 60.0  # seconds
_LONGEST = 300  # characters of what the server says that are passed on


@dataclass(frozen=True)
class Identity:
    """Whom the server takes a token for."""

    user_id: int
    email: str


@dataclass(frozen=True)
class Connection:
    """A server and an account on it.

    Parameters
    ----------
    url : str
        The address without a slash at its end.
    sdk : LabelStudio
        The SDK's client; call it inside ``with connection.translated():``.
    api_key : str
        A legacy token or a personal access token.
    """

    url: str
    sdk: LabelStudio = field(repr=False, compare=False)
    api_key: str = field(repr=False)

    def translated(self) -> AbstractContextManager[None]:
        """Turn what the SDK and the network raise into our errors."""
        return translated(self.url, secret=self.api_key)

    def whoami(self) -> Identity:
        """Ask the server whose token this is.

        Raises
        ------
        Unreachable
            If nobody answers.
        Unauthorised
            If the token is refused.
        """
        with self.translated():
            return _identity(self.url, self.sdk.users.whoami(request_options={"max_retries": 0}))

    def users(self) -> dict[int, str]:
        """Give everybody's e-mail by the number that annotations are signed with."""
        with self.translated():
            people = [_identity(self.url, user) for user in self.sdk.users.list()]
        return {person.user_id: person.email for person in people}


def connect(private: Path, environ: Mapping[str, str] | None = None) -> Connection:
    """Connect to the server that the environment names, else to the study's own.

    Parameters
    ----------
    private : Path
        The study's private folder.
    environ : mapping of str to str, optional
        Where LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY are looked up; `os.environ` by default.

    Raises
    ------
    Unreachable
        If no server is named and the study's own is not running, or nobody answers.
    Unauthorised
        If the key is missing or refused.
    StudioError
        If the address cannot be used.
    """
    environ = os.environ if environ is None else environ
    url = environ.get("LABEL_STUDIO_URL", "").strip()
    key = environ.get("LABEL_STUDIO_API_KEY", "").strip()
    if url and key:
        connection = open_connection(url, key)
        connection.whoami()
        return connection
    if url:
        msg = "LABEL_STUDIO_URL is set, but LABEL_STUDIO_API_KEY is not; set both or neither"
        raise Unauthorised(msg)
    if key:
        msg = "LABEL_STUDIO_API_KEY is set, but LABEL_STUDIO_URL is not; set both or neither"
        raise Unreachable(msg)
    address = running(private)
    if address is None:
        msg = (
            "Label Studio is not running for this study. Start it with `annotate studio` in "
            "another terminal, or set LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY."
        )
        raise Unreachable(msg)
    return open_connection(address.url, address.token)


def checked_url(url: str) -> str:
    """Give the address of a server as the ledger knows it: no spaces, no slash at its end.

    Raises
    ------
    StudioError
        If it is no address, or holds a name, a password or a question.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    good = parts.scheme in {"http", "https"} and parts.hostname and port != 0
    if not good or parts.username is not None or parts.query or parts.fragment:
        msg = (
            "The address of Label Studio cannot be used; it looks like https://labels.example.org "
            "or http://127.0.0.1:8080, without user, password or question mark"
        )
        raise StudioError(msg)
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def open_connection(url: str, api_key: str) -> Connection:
    """Make a connection with any account's token; nothing is sent yet.

    Parameters
    ----------
    url : str
        The server's address; a path before ``/api`` is kept.
    api_key : str
        A legacy token or a personal access token.

    Raises
    ------
    StudioError
        If the address is none.
    Unauthorised
        If the key cannot be one, or has expired.
    """
    from label_studio_sdk import LabelStudio

    url = checked_url(url)
    if not api_key.isascii() or not api_key.isprintable() or " " in api_key:
        msg = "The API key holds characters that no API key has; copy it again"
        raise Unauthorised(msg)
    with translated(url, secret=api_key):
        client = httpx.Client(
            timeout=_TIMEOUT, trust_env=not is_loopback(url), auth=Renewing(url, api_key)
        )
        # Without the slash the SDK drops a path when it renews a personal access token.
        sdk = LabelStudio(  # type: ignore[no-untyped-call]
            base_url=f"{url}/", api_key=api_key, timeout=_TIMEOUT, httpx_client=client
        )
    return Connection(url, sdk, api_key)


@contextmanager
def translated(url: str, *, secret: str = "") -> Iterator[None]:
    """Turn what the SDK and the network raise inside the block into one clear sentence.

    Parameters
    ----------
    url : str
        The server's address, for the sentence.
    secret : str
        A token that must not show up in it.

    Raises
    ------
    Unreachable
        If nobody answers, or the connection breaks.
    Unauthorised
        If the token is missing, wrong or not allowed.
    StudioError
        If Label Studio refuses for another reason, something else answers, or the address or a
        proxy variable cannot be used.
    """
    from label_studio_sdk.core.api_error import ApiError
    from label_studio_sdk.core.parse_error import ParsingError

    # `from None`: the originals carry headers, and with them the token, into any traceback.
    try:
        yield
    except httpx.HTTPError as error:
        raise Unreachable(_network_sentence(url, error)) from None
    except ApiError as error:
        raise _refusal(url, error, secret) from None
    except (ParsingError, json.JSONDecodeError):
        raise _stranger(url) from None
    # httpx and the name look-up raise these for a bad proxy variable and a bad host name.
    except (httpx.InvalidURL, ValueError, ImportError) as error:
        said = str(error).replace(secret, "…") if secret else str(error)
        msg = (
            f"{url} cannot be asked ({said}); check the address and the proxy variables "
            "(HTTP_PROXY, HTTPS_PROXY, ALL_PROXY)"
        )
        raise StudioError(msg) from None


def is_loopback(url: str) -> bool:
    """Tell whether an address is on this machine, where no proxy belongs in between."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _identity(url: str, user: WhoAmIUser | LseUserApi) -> Identity:
    """Read an account; the SDK does not check what it was sent."""
    number, email = getattr(user, "id", None), getattr(user, "email", None)
    if not isinstance(number, int) or not isinstance(email, str):
        raise _stranger(url)
    return Identity(number, email)


def _stranger(url: str) -> StudioError:
    return StudioError(f"What answers at {url} does not speak like Label Studio; check the address")


def _network_sentence(url: str, error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return (
            f"Nobody answers at {url} ({error}); check the address and that Label Studio is running"
        )
    if isinstance(error, httpx.TimeoutException):
        how = "took too long to answer"
    else:
        how = "broke off the connection"
    return (
        f"Label Studio at {url} {how}; what was sent may have been stored all the same. "
        "Run the command again: it goes on where it stopped"
    )


def _refusal(url: str, error: ApiError, secret: str) -> StudioError:
    """Choose the error for a status."""
    codes, status = httpx.codes, error.status_code or 0
    gist = _gist(error.body)
    if secret:
        gist = gist.replace(secret, "…")
    said = f"{status}: {gist}" if gist else str(status)
    if status in {codes.UNAUTHORIZED, codes.FORBIDDEN}:
        msg = (
            f"Label Studio at {url} does not accept the API key for this ({said}); "
            f"{remedy(gist, secret)}"
        )
        return Unauthorised(msg)
    if codes.is_success(status):
        return _stranger(url)
    if codes.is_redirect(status):
        msg = f"{url} sends us elsewhere ({said}); give the address that it leads to"
    elif status == codes.NOT_FOUND:
        msg = f"Label Studio at {url} has no such page or object ({said}); check the address"
        return NotThere(msg)
    elif codes.is_server_error(status):
        msg = f"Label Studio at {url} failed ({said}); its log says why"
    else:
        msg = f"Label Studio at {url} refused ({said})"
    return StudioError(msg)


def _gist(body: object) -> str:
    """Say in a line what an error's body says; pages made for a browser say nothing."""
    if isinstance(body, str):
        text = "" if body.lstrip().startswith("<") else body
    else:
        text = "; ".join(dict.fromkeys(_strings(body)))
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _strings(body: object) -> Iterator[str]:
    if isinstance(body, str):
        yield body
    elif isinstance(body, dict):
        # Label Studio puts what it means under these two, beside version and request numbers.
        meant = [body[key] for key in ("detail", "validation_errors") if body.get(key)]
        for value in meant or body.values():
            yield from _strings(value)
    elif isinstance(body, list):
        for value in body:
            yield from _strings(value)
