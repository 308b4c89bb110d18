"""What a study says of the dataset that comes of it: the table ``[dataset]`` of ``study.toml``."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from annotate.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Described", "check_licence", "read_described"]

_LICENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,99}")
_URL = re.compile(r"https?://[^\s<>\"'`{}|\\^]+")
_EMAIL = re.compile(r"[^\s@<>\"'`\\]+@[^\s@<>\"'`\\]+\.[^\s@<>\"'`\\]{2,}")
_VERSION = re.compile(r"\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?")


@dataclass(frozen=True)
class Described:
    """What whoever publishes a dataset says of it; "" where nothing was said.

    Parameters
    ----------
    title : str
        What the dataset is called, if not like the study.
    description : str
        What it is, in a sentence or two.
    creators : tuple of str
        Who made it: "Family, Given" for a person; without a comma, an organisation.
    licence : str
        Of the labels, as an SPDX identifier. It says nothing of the articles' texts.
    text_rights : str
        Whose the articles' texts are, and what may be done with them.
    contact : str
        An e-mail address or a web address.
    url : str
        Where the dataset is, or will be, found.
    version : str
        Its version, such as "1.0.0".
    published : str
        The day of its publication, such as "2026-05-01".
    """

    title: str = ""
    description: str = ""
    creators: tuple[str, ...] = ()
    licence: str = ""
    text_rights: str = ""
    contact: str = ""
    url: str = ""
    version: str = ""
    published: str = ""


def read_described(given: object, where: str) -> Described:
    """Read the table ``[dataset]``.

    Parameters
    ----------
    given : object
        Its plain values, None if there is no such table.
    where : str
        Where it stands, for the message.

    Raises
    ------
    StudyError
        If something is not known, of the wrong kind, or cannot be.
    """
    if given is not None and not isinstance(given, dict):
        msg = f"{where} is not understood: write it as a table, [dataset], with one line for each"
        raise StudyError(msg)
    values = {name: _value(name, value, where) for name, value in (given or {}).items()}
    _check(values, where)
    return Described(**values)


def check_licence(licence: str, where: str) -> None:
    """See to it that a licence is written as programs know it.

    Parameters
    ----------
    licence : str
        What was chosen; "" for none.
    where : str
        Where it stands, for the message.

    Raises
    ------
    StudyError
        If it is no SPDX identifier.
    """
    if licence and not _LICENCE.fullmatch(licence):
        msg = (
            f"{where} {licence!r} is no SPDX identifier: write it as CC-BY-4.0, or as "
            "LicenseRef-Name if it is a licence of your own"
        )
        raise StudyError(msg)


def _value(name: str, value: object, where: str) -> Any:  # noqa: ANN401 - as the field has it
    known = [each.name for each in fields(Described)]
    if name not in known:
        msg = f"{where} {name} = {value!r} is not understood; known are {', '.join(known)}"
        raise StudyError(msg)
    if name == "published" and type(value) is date:  # TOML knows days
        return value.isoformat()
    if name == "creators":
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            msg = f'{where} creators = {value!r} is not understood: write ["Family, Given"]'
            raise StudyError(msg)
        return tuple(_line(each, name, where) for each in value)
    if not isinstance(value, str):
        msg = f'{where} {name} = {value!r} is not understood: write {name} = "…"'
        raise StudyError(msg)
    return _line(value, name, where)


def _line(text: str, name: str, where: str) -> str:
    line = " ".join(text.split())
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in line):
        msg = f"{where} {name} holds a character that cannot be shown; take it out"
        raise StudyError(msg)
    return line


def _check(values: Mapping[str, Any], where: str) -> None:
    check_licence(values.get("licence", ""), f"{where} licence =")
    forms: dict[str, tuple[Callable[[str], object], str]] = {
        "url": (_URL.fullmatch, "a web address, such as https://example.org/data"),
        "contact": (
            lambda it: _URL.fullmatch(it) or _EMAIL.fullmatch(it),
            "an e-mail address or a web address",
        ),
        "version": (_VERSION.fullmatch, "three numbers, such as 1.0.0"),
        "published": (_is_day, "a day, such as 2026-05-01"),
    }
    for name, (fits, form) in forms.items():
        if values.get(name) and not fits(values[name]):
            msg = f'{where} {name} = "{values[name]}" cannot be: give {form}'
            raise StudyError(msg)
    for creator in values.get("creators", ()):
        if not all(part.strip() for part in creator.split(",", 1)):
            msg = (
                f'{where} creators = ["{creator}"] lacks a name: write "Family, Given" for a '
                "person, and the bare name of an organisation"
            )
            raise StudyError(msg)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
