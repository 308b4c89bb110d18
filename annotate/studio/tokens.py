"""API keys: what kind one is, how long it lives, why it was refused, how it is renewed."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["Key", "Renewing", "read_key", "remedy"]

_NEW = "make a new one in Label Studio (Account & Settings, Personal Access Token)"
# What Label Studio 1.23 says with 401, and what that means for the owner of the key.
_REMEDIES = {
    "legacy token authentication has been disabled": (
        "its organization takes no legacy tokens: use a personal access token (Account & "
        "Settings), or have them allowed again (Organization, API Tokens Settings)"
    ),
    "blacklisted": f"the token was revoked; {_NEW}",
    "expired": f"the token has expired; {_NEW}",
    "wrong type": f"this is an access token, which lives for minutes; {_NEW}",
}
_CUT = (
    "the key is a personal access token without its last part, as lists show it; the whole token "
    f"is shown once, when it is made: revoke this one and {_NEW}"
)
_NO_PERSONAL = (
    "its organization may take no personal access tokens: have them allowed (Organization, API "
    "Tokens Settings) or use a legacy token"
)
_OTHER = "check the key and what its owner may do"


@dataclass(frozen=True)
class Key:
    """What can be told from an API key without asking the server.

    Parameters
    ----------
    kind : str
        "personal access token", "legacy token", "access token", or "cut token" for a personal
        access token without its signature.
    expires : datetime or None
        When it stops working; None where the key does not say.
    """

    kind: str
    expires: datetime | None = None


def read_key(api_key: str) -> Key:
    """Tell what kind of key this is; whether it is genuine, only the server knows.

    Examples
    --------
    >>> read_key("0123456789abcdef0123456789abcdef01234567").kind
    'legacy token'
    """
    parts = api_key.split(".")
    claims = _claims(parts[1]) if len(parts) in {2, 3} else None
    if claims is None:
        return Key("legacy token")
    try:
        expires = datetime.fromtimestamp(claims["exp"], UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        expires = None
    if len(parts) == 2:  # noqa: PLR2004 (header and claims, no signature)
        return Key("cut token", expires)
    access = claims.get("token_type") == "access"
    return Key("access token" if access else "personal access token", expires)


def remedy(said: str, api_key: str) -> str:
    """Say what to do about a key that was refused.

    Parameters
    ----------
    said : str
        What the server said.
    api_key : str
        The key; only its kind is made use of.
    """
    kind = read_key(api_key).kind if api_key else ""
    if kind == "cut token":
        return _CUT
    for part, what in _REMEDIES.items():
        if part in said:
            return what
    if kind == "personal access token" and "credentials were not provided" in said:
        return _NO_PERSONAL
    return _OTHER


class Renewing(httpx.Auth):
    """Renew an access token that the server refuses, and ask once more.

    The SDK renews by this machine's clock and to the last second. A clock that is behind, or a
    request under way at that second, would end a long pull; a refused request stored nothing, so
    it may be sent again.

    Parameters
    ----------
    url : str
        The server's address without a slash at its end.
    api_key : str
        A personal access token.
    """

    def __init__(self, url: str, api_key: str) -> None:
        self._url = url
        self._api_key = api_key
        self._refused = ""
        self._renewed = ""

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Send a request; if its access token is refused, renew that and send it again."""
        sent = request.headers.get("Authorization", "")
        if self._refused and sent == self._refused:
            request.headers["Authorization"] = self._renewed
        answer = yield request
        if answer.status_code != httpx.codes.UNAUTHORIZED or not sent.startswith("Bearer "):
            return
        renewal = httpx.Request(
            "POST", f"{self._url}/api/token/refresh/", json={"refresh": self._api_key}
        )
        answer = yield renewal
        answer.read()
        if answer.is_success:
            self._refused, self._renewed = sent, f"Bearer {answer.json().get('access', '')}"
            request.headers["Authorization"] = self._renewed
            yield request


def _claims(part: str) -> dict[str, Any] | None:
    """Read a JSON web token's claims; None if that is not what it is."""
    try:
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error):
        return None
    return claims if isinstance(claims, dict) else None
