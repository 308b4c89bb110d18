"""Accounts for annotators: made through the invite link, kept in the study's private folder.

What a person will log in with is written down before the account is made, so that an interrupted
run leaves no account whose password nobody knows.
"""

from __future__ import annotations

import json
import re
import secrets
import unicodedata
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from lxml import html

from annotate.errors import StudioError, StudyError
from annotate.files import write_private
from annotate.studio.connection import is_loopback, open_connection, translated

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from annotate.studio.connection import Connection

__all__ = [
    "Account",
    "create_account",
    "ensure_accounts",
    "login_slips",
    "read_people",
    "write_people",
]

_DOMAIN = "desk.local"
_CONSONANTS = "bdfghjkmnprstvz"  # none that is mistaken for a figure
_VOWELS = "aeiou"
_TIMEOUT = 60.0  # seconds


@dataclass(frozen=True)
class Account:
    """A person's account on Label Studio.

    Parameters
    ----------
    email : str
        What they log in with, and how they are found again.
    user_id : int or None
        How their annotations are signed; None until the account is made.
    password : str or None
        None if they have chosen their own.
    token : str or None
        A legacy token, where the server hands them out.
    """

    email: str
    user_id: int | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)


def create_account(connection: Connection, email: str, password: str) -> Account:
    """Make an account, or log in to it if it is there already.

    Parameters
    ----------
    connection : Connection
        Anybody's who may invite; on the open-source server that is everybody.
    email, password : str
        What the person will log in with.

    Raises
    ------
    StudioError
        If the server refuses them, or the account has another password.
    """
    known = {address.casefold() for address in connection.users().values()}
    if email.casefold() in known:
        return _log_in(connection.url, email, password)
    return _sign_up(connection, email, password)


def ensure_accounts(
    connection: Connection, pseudonyms: Iterable[str], path: Path
) -> dict[str, Account]:
    """See to it that everybody has an account.

    Parameters
    ----------
    connection : Connection
        As in `create_account`.
    pseudonyms : iterable of str
        Who needs one.
    path : Path
        ``people.json``: the map from pseudonyms to accounts. A person entered there by hand, with
        an e-mail and no password, is looked up and never made.

    Returns
    -------
    dict of str to Account
        For each pseudonym, in the given order.

    Raises
    ------
    StudyError
        If ``people.json`` cannot be read.
    StudioError
        If an account cannot be made or found.
    """
    people = read_people(path)
    users = {email.casefold(): number for number, email in connection.users().items()}
    wanted = list(pseudonyms)
    for name in wanted:
        if name not in people:
            taken = {*users, *(person.email.casefold() for person in people.values())}
            people[name] = Account(_free_email(name, taken), password=_password())
    write_people(path, people)
    for name in wanted:
        found = _found(connection, name, people[name], users)
        if found != people[name]:
            people[name] = found
            write_people(path, people)
    return {name: people[name] for name in wanted}


def read_people(path: Path) -> dict[str, Account]:
    """Read ``people.json``; nobody before the first account.

    Raises
    ------
    StudyError
        If it cannot be read, or two people share an account.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        people = {str(name): Account(**entry) for name, entry in stored.items()}
        owners = Counter(person.email.casefold() for person in people.values())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        msg = f"{path} cannot be read; restore it, since it says who the annotators are"
        raise StudyError(msg) from error
    shared = sorted(email for email, number in owners.items() if number > 1)
    if shared:
        msg = f"{path}: two annotators have the same e-mail ({', '.join(shared)})"
        raise StudyError(msg)
    return people


def write_people(path: Path, people: Mapping[str, Account]) -> None:
    """Write ``people.json``, readable by its owner only."""
    content = {name: asdict(person) for name, person in people.items()}
    write_private(path, json.dumps(content, indent=2, ensure_ascii=False).encode())


def login_slips(people: Mapping[str, Account], url: str) -> str:
    """Lay out what each annotator needs to begin, one block each, to print and cut.

    Parameters
    ----------
    people : mapping of str to Account
        Whom the slips are for.
    url : str
        The address as the annotators' browsers reach it.
    """
    return "\n".join(
        f"--- {name} {'-' * max(3, 60 - len(name))}\n"
        f"Open      {url}\n"
        f"E-mail    {person.email}\n"
        f"Password  {person.password or '(the one you chose)'}\n"
        'Once      in the editor\'s settings, turn on "Select regions after creating"\n'
        for name, person in people.items()
    )


def _found(connection: Connection, name: str, person: Account, users: Mapping[str, int]) -> Account:
    """Give the account as it is on this server, made if need be."""
    number = users.get(person.email.casefold())
    if person.password is None:
        if number is None:
            msg = (
                f"{connection.url} has no account {person.email} for {name}; invite them there "
                "(Organization, Add People), then try again"
            )
            raise StudioError(msg)
        return replace(person, user_id=number)
    if number is None:
        return _sign_up(connection, person.email, person.password)
    if person.user_id == number and person.token and _accepts(connection.url, person):
        return person
    return _log_in(connection.url, person.email, person.password)


def _accepts(url: str, person: Account) -> bool:
    """Tell whether the server (perhaps another one than last time) knows this person's token."""
    try:
        return open_connection(url, person.token or "").whoami().user_id == person.user_id
    except StudioError:
        return False


def _sign_up(connection: Connection, email: str, password: str) -> Account:
    with connection.translated():
        link = connection.sdk.organizations.invites.get_invite_link().invite_url
    # The link may name another host than the one that reaches the server from here.
    invited = parse_qs(urlsplit(str(link)).query).get("token", [""])[0]
    path = f"/user/signup/?{urlencode({'token': invited})}"
    return _through_form(connection.url, path, email, password)


def _log_in(url: str, email: str, password: str) -> Account:
    return _through_form(url, "/user/login/", email, password)


def _through_form(url: str, path: str, email: str, password: str) -> Account:
    """Sign up or log in as a browser does, and ask whose session it has become."""
    trust = not is_loopback(url)
    with (
        translated(url, secret=password),
        httpx.Client(base_url=url, timeout=_TIMEOUT, trust_env=trust) as browser,
    ):
        page = browser.get(path)
        fields = {"email": email, "password": password, "allow_newsletters": "false"}
        fields["csrfmiddlewaretoken"] = _text(page, "//input[@name='csrfmiddlewaretoken']/@value")
        answer = browser.post(path, data=fields, headers={"Referer": f"{url}{path}"})
        if not answer.is_redirect:
            why = _text(answer, "//*[contains(@class, 'error')]") or f"status {answer.status_code}"
            msg = f"Label Studio at {url} refuses the account {email}: {why}"
            raise StudioError(msg)
        me = browser.get("/api/current-user/whoami")
        token = browser.get("/api/current-user/token")
        if not me.is_success:
            msg = f"Label Studio at {url} does not keep the session; give its https address"
            raise StudioError(msg)
        legacy = token.json().get("token") if token.is_success else None
        return Account(email, int(me.json()["id"]), password, legacy)


def _text(page: httpx.Response, xpath: str) -> str:
    """Give the first text found in a page."""
    try:
        found = html.document_fromstring(page.content).xpath(f"string({xpath})")
    except (ValueError, html.etree.ParserError):
        return ""
    return " ".join(str(found).split())


def _free_email(name: str, taken: Collection[str]) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "annotator"
    email, number = f"{slug}@{_DOMAIN}", 1
    while email in taken:
        number += 1
        email = f"{slug}-{number}@{_DOMAIN}"
    return email


def _password() -> str:
    """Make a password that is easily read out and typed: 37 bits, such as "bado-kimu-reno"."""
    letters = (_CONSONANTS, _VOWELS) * 2
    return "-".join("".join(secrets.choice(kind) for kind in letters) for _ in range(3))
