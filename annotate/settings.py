"""What a study's ``study.toml`` says, and what may stand there as a pseudonym."""

from __future__ import annotations

import re
from dataclasses import dataclass

from annotate.errors import StudyError

__all__ = ["Settings", "check_pseudonyms", "to_toml"]

_PSEUDONYM = re.compile(r"\w(?:[\w .-]{0,38}[\w.-])?")
_STRANGER = re.compile(r"annotator-\d+")  # what people of unknown name are called


@dataclass(frozen=True)
class Settings:
    """What ``study.toml`` says.

    Parameters
    ----------
    name : str
        The study's name; it heads the projects in Label Studio and the report.
    annotators : tuple of str
        Pseudonyms, in the order of the desks.
    demonstration : bool
        Whether the labels were made up to show the tool.
    """

    name: str
    annotators: tuple[str, ...] = ()
    demonstration: bool = False


def check_pseudonyms(names: tuple[str, ...]) -> None:
    """See to it that names tell annotators apart and tell nothing else.

    Raises
    ------
    StudyError
        Naming the first that will not do.
    """
    for name in names:
        if not isinstance(name, str) or not _PSEUDONYM.fullmatch(name):
            msg = (
                f"{name!r} will not do as a pseudonym: use 1 to 40 letters, digits, spaces, "
                "dots or dashes, and no e-mail address"
            )
            raise StudyError(msg)
        if _STRANGER.fullmatch(name):
            msg = f'"{name}" is what people of unknown name are called; choose another pseudonym'
            raise StudyError(msg)
    folded = [name.casefold() for name in names]
    for name in names:
        if folded.count(name.casefold()) > 1:
            msg = f'Two annotators are called "{name}"; pseudonyms must differ'
            raise StudyError(msg)


def to_toml(settings: Settings) -> str:
    """Write settings as a new ``study.toml``."""
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment("Pseudonyms only. People and tokens are kept in private/."))
    table = tomlkit.table()
    table.update(
        name=settings.name,
        annotators=list(settings.annotators),
        demonstration=settings.demonstration,
    )
    document["study"] = table
    return tomlkit.dumps(document)
