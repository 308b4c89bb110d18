"""Who is behind a pseudonym. The map stays in the study's private folder."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annotate.errors import StudyError
from annotate.studio.accounts import Account, read_people, write_people
from annotate.tombstones import FORGOTTEN, Tombstones

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Pseudonyms", "claim_email", "is_stranger", "once_stranger"]

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_DIGITS = 16
_PREFIX = "annotator-"
_NOW = "now "  # before the pseudonym of a stranger who has become known
_STRANGER = re.compile(rf"{_PREFIX}\d+")


@dataclass
class Pseudonyms:
    """Turns users, as Label Studio writes them, into pseudonyms, the same ones every time.

    Parameters
    ----------
    path : Path
        The private map.
    source : str
        Where the user numbers are from; a number means nothing on another server.
    emails : dict of int to str
        The server's users.
    stones : Tombstones
        Whom the study forgot: they get no pseudonym any more.
    """

    path: Path
    source: str
    emails: dict[int, str] = field(default_factory=dict)
    stones: Tombstones = field(default_factory=Tombstones)
    _known: dict[str, Account] = field(init=False)
    _fresh: bool = field(init=False, default=False)
    _named: dict[int, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Read the map."""
        self._known = dict(read_people(self.path))

    def __call__(self, user: object) -> str:
        """Give a user's pseudonym; a stranger gets a new one, whoever was forgotten none.

        Parameters
        ----------
        user : object
            A number, an e-mail, or an object that holds one of them.
        """
        if not isinstance(user, int):
            return self._name(user)
        if user not in self._named:
            self._named[user] = self._name(user)
        return self._named[user]

    def _name(self, user: object) -> str:
        who = self._who(user)
        if self.stones.knows(who):
            return FORGOTTEN
        for name, account in self._known.items():
            if account.email.casefold() == who.casefold():
                return name
        return self._stranger(who)

    def _who(self, user: object) -> str:
        if isinstance(user, dict):
            user = user.get("email") or user.get("id") or user.get("username")
        if isinstance(user, int):
            user = self.emails.get(user, user)
        if not user:
            return f"nobody of {self.source}"
        # Only an e-mail means the same person everywhere.
        who = str(user) if _EMAIL.fullmatch(str(user)) else f"user {user} of {self.source}"
        return who.encode("utf-8", "backslashreplace").decode("utf-8")

    def _stranger(self, who: str) -> str:
        # Above every number ever given: an old snapshot may hold it, for somebody else.
        given = [int(name[len(_PREFIX) :]) for name in self._known if _STRANGER.fullmatch(name)]
        number = max(given, default=0) + 1
        while self.stones.names(_numbered(number)):
            number += 1
        name = _numbered(number)
        self._known[name] = Account(email=who)
        self._fresh = True
        return name

    def stamp(self, key: bytes) -> str:
        """Give a keyed hash of who is who, strangers apart: it tells that somebody was named."""
        named = sorted(
            f"{name}\0{account.email.casefold()}"
            for name, account in self._known.items()
            if not _STRANGER.fullmatch(name)
        )
        return hmac.new(key, "\n".join(named).encode(), hashlib.sha256).hexdigest()[:_DIGITS]

    def save(self) -> None:
        """Write the map, if somebody new turned up; what others wrote meanwhile stays."""
        if self._fresh:
            write_people(self.path, {**self._known, **read_people(self.path)})
            self._fresh = False


def is_stranger(name: str) -> bool:
    """Tell whether a pseudonym is the kind that people get whom nobody named."""
    return _STRANGER.fullmatch(name) is not None


def once_stranger(account: Account) -> str:
    """Give the pseudonym of whom a stranger turned out to be; "" if they are strange still."""
    return account.email.removeprefix(_NOW) if account.email.startswith(_NOW) else ""


def _numbered(number: int) -> str:
    return f"{_PREFIX}{number:02d}"


def claim_email(path: Path, pseudonym: str, email: str, stones: Tombstones | None = None) -> None:
    """Say whose account an e-mail is; a stranger of that e-mail was that person all along.

    Parameters
    ----------
    path : Path
        The private map.
    pseudonym, email : str
        Who, and what they log in to Label Studio with.
    stones : Tombstones or None
        Whom the study forgot.

    Raises
    ------
    StudyError
        If the e-mail is none, another annotator's, or that of somebody who was forgotten.
    """
    if not _EMAIL.fullmatch(email):
        msg = f'"{email}" is no e-mail address; give the one the annotator logs in with'
        raise StudyError(msg)
    stone = stones.knows(email) if stones else None
    if stone:
        msg = (
            f"That account is of somebody who was forgotten {stone.told}: "
            "its work is kept out. Give the e-mail of another account"
        )
        raise StudyError(msg)
    known = read_people(path)
    for name, account in list(known.items()):
        if account.email.casefold() == email.casefold() and name != pseudonym:
            if not _STRANGER.fullmatch(name):
                msg = f"{email} is {name}'s already"
                raise StudyError(msg)
            # The number stays taken: snapshots hold the person's work under it until the next
            # pull.
            known[name] = Account(email=f"{_NOW}{pseudonym}")
    own = known.get(pseudonym)
    if own is not None and own.password and own.email.casefold() != email.casefold():
        msg = (
            f"{pseudonym} has an account on the study's own server ({own.email}); name the "
            "person on the other server by another pseudonym"
        )
        raise StudyError(msg)
    if own is None or own.email.casefold() != email.casefold():
        known[pseudonym] = Account(email=email)
    write_people(path, known)
