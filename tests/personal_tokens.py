"""Personal access tokens, as a person gets them in the browser."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import jwt


@contextmanager
def logged_in(url, account):
    """Log in as in a browser."""
    with httpx.Client(base_url=url, trust_env=False) as browser:
        browser.get("/user/login/")
        form = {"email": account.email, "password": account.password}
        form["csrfmiddlewaretoken"] = browser.cookies["csrftoken"]
        assert browser.post("/user/login/", data=form).status_code == 302
        yield browser


def personal_access_token(url, account):
    """Ask for a personal access token, which is shown only once."""
    with logged_in(url, account) as browser:
        return browser.post("/api/token/").json()["token"]


def revoke(url, account, key):
    """Revoke a personal access token."""
    with logged_in(url, account) as browser:
        answer = browser.post("/api/token/blacklist/", json={"refresh": key})
        assert answer.status_code == 204


def allow(url, token, *, legacy=True, personal=True):
    """Say which kinds of tokens the organization takes; `token` is one that it takes now."""
    settings = {"legacy_api_tokens_enabled": legacy, "api_tokens_enabled": personal}
    headers = {"Authorization": token}
    answer = httpx.post(f"{url}/api/jwt/settings", json=settings, headers=headers, trust_env=False)
    assert answer.json() == settings


def forged(kind, minutes):
    """Make a token that no server has signed and that lives for so many minutes."""
    until = datetime.now(UTC) + timedelta(minutes=minutes)
    return jwt.encode({"exp": until, "token_type": kind}, "k" * 32, algorithm="HS256")
