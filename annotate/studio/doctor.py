"""What can be wrong with a server that answers; each check is one finding with its remedy.

Nothing is changed anywhere. No finding repeats a token.
"""

from __future__ import annotations

import importlib.metadata
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpx

from annotate.errors import StudioError
from annotate.studio.connection import is_loopback, open_connection
from annotate.studio.finding import Finding
from annotate.studio.tokens import read_key

if TYPE_CHECKING:
    from pathlib import Path

    from annotate.studio.reach import Answer

__all__ = [
    "check_clock",
    "check_config_there",
    "check_sdk",
    "check_server_version",
    "check_token",
]

_TIMEOUT = 15.0  # seconds
_SKEW = 60.0  # seconds
_SOON = 30  # days
#: What the tests ran with; the same as in pyproject.toml.
_SERVERS = ((1, 23), (1, 24))
_SDKS = ((2, 1), (3,))


def check_server_version(answer: Answer) -> Finding:
    """Compare a server's version with those that this tool was tested with."""
    return _in_range("server version", "Label Studio", answer.version, _SERVERS)


def check_sdk() -> Finding:
    """Compare the SDK's version with those that this tool was tested with."""
    try:
        version = importlib.metadata.version("label-studio-sdk")
    except importlib.metadata.PackageNotFoundError:
        remedy = "Install this tool again: pip install annotate-news"
        return Finding("SDK", "failed", "label-studio-sdk is not installed.", remedy)
    return _in_range("SDK", "label-studio-sdk", version, _SDKS)


def check_clock(answer: Answer) -> Finding:
    """Compare a server's clock with this machine's."""
    try:
        theirs = parsedate_to_datetime(answer.date)
        skew = (answer.middle - theirs).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return Finding(
            "clock",
            "warning",
            "The server does not say what time it has.",
            "Compare the clocks by hand; they should differ by less than a minute.",
        )
    # The header has no fractions of a second.
    if abs(skew) <= _SKEW:
        said = f"This clock and the server's differ by {abs(skew):.0f} s."
        return Finding("clock", "ok", said)
    how = f"This clock is {abs(skew):,.0f} s {'ahead of' if skew > 0 else 'behind'} the server's"
    return Finding(
        "clock",
        "warning",
        f"{how}: what changed last is judged by it, and short-lived tokens too.",
        "Set the clock of this machine (and of the server) by NTP, e.g. timedatectl set-ntp true",
    )


def check_token(url: str, api_key: str, *, now: datetime | None = None) -> Finding:
    """See whether a server accepts a token, and for how long it will.

    Parameters
    ----------
    url : str
        A server that answers.
    api_key : str
        The token.
    now : datetime, optional
        The time; that of this machine by default.
    """
    key = read_key(api_key)
    now = now or datetime.now(UTC)
    if key.expires is not None and key.expires <= now:
        said = f"The {key.kind} expired on {key.expires:%Y-%m-%d %H:%M} UTC."
        remedy = "Make a new one in Label Studio (Account & Settings, Personal Access Token)."
        return Finding("token", "failed", said, remedy)
    try:
        owner = open_connection(url, api_key).whoami()
    except StudioError as error:
        # Refusals end with "(what the server said); what to do".
        said, _, what = str(error).partition("); ")
        if not what:
            return Finding("token", "failed", f"{said}.", "Check the key and the address.")
        return Finding("token", "failed", f"{said}).", f"{what[0].upper()}{what[1:]}.")
    said = f"The {key.kind} belongs to user {owner.user_id}"
    if key.expires is None:
        return Finding("token", "ok", f"{said}.")
    days = (key.expires - now).days
    said = f"{said} and expires on {key.expires:%Y-%m-%d}."
    if days < _SOON:
        remedy = "Make a new one before that day (Account & Settings, Personal Access Token)."
        return Finding("token", "warning", f"{said} That is in {days} days.", remedy)
    return Finding("token", "ok", said)


def check_config_there(url: str, config: Path) -> Finding:
    """Have a server validate a labeling config; it makes no project of it and needs no token."""
    name = "config there"
    try:
        with httpx.Client(timeout=_TIMEOUT, trust_env=not is_loopback(url)) as client:
            got = client.post(
                f"{url}/api/projects/validate/", json={"label_config": config.read_text("utf-8")}
            )
    except (httpx.HTTPError, OSError, ValueError) as error:
        remedy = "Run this again; if it stays so, see that the file can be read."
        return Finding(name, "warning", f"Label Studio could not be asked ({error}).", remedy)
    if got.is_success:
        return Finding(name, "ok", f"Label Studio accepts {config.name}.")
    if got.status_code == httpx.codes.BAD_REQUEST:
        remedy = (
            f"Mend {config.name}; Label Studio's own editor (Settings, Labeling Interface) helps."
        )
        return Finding(name, "failed", f"Label Studio refuses it: {_reason(got)}", remedy)
    remedy = "Nothing to do now: `annotate push` has it validated as well."
    said = f"Label Studio does not validate it without a project ({got.status_code})."
    return Finding(name, "warning", said, remedy)


def _reason(got: httpx.Response) -> str:
    try:
        return " ".join(" ".join(map(str, got.json()["label_config"])).split())[:300]
    except (ValueError, KeyError, TypeError):
        return f"status {got.status_code}"


def _in_range(
    check: str, what: str, version: str, tested: tuple[tuple[int, ...], tuple[int, ...]]
) -> Finding:
    lowest, above = (".".join(map(str, limit)) for limit in tested)
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
    if numbers and tested[0] <= numbers < tested[1]:
        return Finding(check, "ok", f"{what} {version}.")
    said = f"{what} {version or 'of unknown version'} is not one this tool was tested with."
    remedy = f"Prefer a version from {lowest} to below {above}; else try it on a study of no value."
    return Finding(check, "warning", said, remedy)
