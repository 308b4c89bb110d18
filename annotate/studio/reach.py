"""Whether a Label Studio answers at an address, and if not, why not."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from annotate.studio.connection import is_loopback
from annotate.studio.finding import Finding

__all__ = ["Answer", "check_reach"]

_TIMEOUT = 15.0  # seconds
_VERSION_PAGE = "/api/version/"
_OWNER_PAGE = "/api/current-user/whoami"


@dataclass(frozen=True)
class Answer:
    """What a Label Studio told about itself.

    Parameters
    ----------
    version : str
        Its version; empty if it does not say.
    date : str
        The Date header of its answer.
    middle : datetime
        This machine's time when half of the waiting was over.
    """

    version: str
    date: str
    middle: datetime


def check_reach(url: str) -> tuple[Finding, Answer | None]:
    """Ask a server for its version, without a token and without following it elsewhere."""
    begun = datetime.now(UTC)
    try:
        with httpx.Client(timeout=_TIMEOUT, trust_env=not is_loopback(url)) as client:
            got = client.get(f"{url}{_VERSION_PAGE}")
            ended = datetime.now(UTC)
            # Label Studio shows its version under any path, so that proves little.
            whoami = client.get(f"{url}{_OWNER_PAGE}")
    except httpx.HTTPError as error:
        return _unreached(url, error), None
    except (httpx.InvalidURL, ValueError, ImportError) as error:
        remedy = "Check the address and the proxy variables (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY)."
        return Finding("address", "failed", f"{url} cannot be asked ({error}).", remedy), None
    version = _version_in(got)
    if version is None:
        return _no_label_studio(url, got), None
    if whoami.status_code == httpx.codes.NOT_FOUND:
        return _no_label_studio(url, whoami), None
    date = next(iter(got.headers.get_list("Date")), "")  # a proxy may have added another
    answer = Answer(version, date, begun + (ended - begun) / 2)
    seconds = (ended - begun).total_seconds()
    return Finding("address", "ok", f"Label Studio answers at {url} ({seconds:.2f} s)."), answer


def _version_in(got: httpx.Response) -> str | None:
    """Give the version of what answered; None if it is no Label Studio."""
    try:
        told: Any = got.json() if got.is_success else None
    except ValueError:
        return None
    if not isinstance(told, dict) or not {"release", "label-studio-os-package"} & told.keys():
        return None
    return str(told.get("release", ""))[:40]


def _unreached(url: str, error: httpx.HTTPError) -> Finding:
    """Say why a server cannot be reached, by what lies under the error."""
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in causes:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    host = urlsplit(url).hostname
    if any(isinstance(one, socket.gaierror) for one in causes):
        said, remedy = f"The name {host} is not known.", "Check its spelling, and the network."
    elif any(isinstance(one, ssl.SSLCertVerificationError) for one in causes):
        said = f"The certificate of {host} is not trusted ({error})."
        remedy = (
            "Have its owner mend it, or name the certificate of your own authority in "
            "SSL_CERT_FILE; the check cannot be switched off."
        )
    elif any(isinstance(one, ssl.SSLError) for one in causes):
        said = f"{url} does not speak TLS ({error})."
        remedy = "If the server has no certificate, give its address with http://"
    elif any(isinstance(one, ConnectionRefusedError) for one in causes):
        said, remedy = f"Nobody listens at {url}.", "Start Label Studio, or check host and port."
    elif isinstance(error, httpx.TimeoutException):
        said = f"{url} did not answer within {_TIMEOUT:.0f} s."
        remedy = "Check host and port; a firewall or a proxy may stand in between."
    elif isinstance(error, httpx.RemoteProtocolError | httpx.ReadError):
        said = f"What listens at {url} does not speak HTTP as expected ({error})."
        remedy = "Check the port; a server with TLS needs an address with https://"
    else:
        said, remedy = f"{url} cannot be reached ({error}).", "Check the address and the network."
    return Finding("address", "failed", said, remedy)


def _no_label_studio(url: str, got: httpx.Response) -> Finding:
    status, codes = got.status_code, httpx.codes
    said = f"What answers at {url} is not Label Studio (status {status})."
    remedy = "Check the address: the one under which the browser shows Label Studio's projects."
    if got.is_redirect:
        target = urlsplit(str(got.url.join(got.headers.get("Location", ""))))
        path = target.path.removesuffix(_VERSION_PAGE).rstrip("/")
        there = f"{target.scheme}://{target.netloc.rpartition('@')[2]}{path}"
        said = f"{url} sends us to {there}, and a redirect is not followed with a token."
        if target.path.endswith(_VERSION_PAGE):
            remedy = f"Give that address: LABEL_STUDIO_URL={there}"
        else:
            remedy = (
                "If that is a login page of your organization, ask for an address for programs."
            )
    elif codes.is_server_error(status):
        said = f"{url} answers with an error (status {status})."
        remedy = "Label Studio may be starting or ended; its log, or that of the proxy, says why."
    elif status in {codes.UNAUTHORIZED, codes.FORBIDDEN}:
        said = f"{url} lets nobody in without a login of its own (status {status})."
        remedy = "Have the proxy in front of Label Studio let /api through."
    elif status == codes.NOT_FOUND or "text/html" in got.headers.get("Content-Type", ""):
        said = f"{url} shows a web page where Label Studio has its API (status {status})."
        remedy = (
            "Give the address without what the browser adds (/projects, /user/login), and with "
            "the path that Label Studio lies under, if there is one."
        )
    return Finding("address", "failed", said, remedy)
