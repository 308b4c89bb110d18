"""What a study's ``study.toml`` says, and what may stand there as a pseudonym."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from annotate.described import Described, read_described
from annotate.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tomlkit.items import Table

__all__ = [
    "ADJUDICATED",
    "MODES",
    "Assigning",
    "Settings",
    "Topic",
    "check_assigning",
    "check_pseudonyms",
    "read_settings",
    "to_toml",
]

#: Stands for the labels that an adjudicator settled on; nobody can be called so.
ADJUDICATED = "adjudicated"
MODES = ("desks", "shared")

_PSEUDONYM = re.compile(r"\w(?:[\w .-]{0,38}[\w.-])?")
_STRANGER = re.compile(r"annotator-\d+")  # what people of unknown name are called


@dataclass(frozen=True)
class Assigning:
    """Who gets what, unless a round says otherwise.

    Parameters
    ----------
    mode : {"desks", "shared"}
        A project for each annotator, or one for all of them, where the server hands articles out
        and annotators can see each other's work.
    per_article : int
        How many annotators each article gets; 0 for all of them.
    repeats : int
        How many articles each annotator gets a second time, unannounced.
    seed : int
        Of the draw.
    """

    mode: str = "desks"
    per_article: int = 0
    repeats: int = 0
    seed: int = 1


@dataclass(frozen=True)
class Topic:
    """An event whose articles are about some of the targets only."""

    event: str
    targets: tuple[str, ...]


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
    assignment : Assigning
        Who gets what.
    topics : tuple of Topic
        Events with targets of their own; articles of other events are about all.
    dataset : Described
        What whoever publishes the labels says of them.
    """

    name: str
    annotators: tuple[str, ...] = ()
    demonstration: bool = False
    assignment: Assigning = field(default_factory=Assigning)
    topics: tuple[Topic, ...] = ()
    dataset: Described = field(default_factory=Described)


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
        if name.casefold() == ADJUDICATED:
            msg = f'"{name}" is what settled labels are called; choose another pseudonym'
            raise StudyError(msg)
    folded = [name.casefold() for name in names]
    for name in names:
        if folded.count(name.casefold()) > 1:
            msg = f'Two annotators are called "{name}"; pseudonyms must differ'
            raise StudyError(msg)


def read_settings(document: Mapping[str, Any], where: object) -> Settings:
    """Read what stands in a ``study.toml``.

    Parameters
    ----------
    document : mapping
        Plain values.
    where : object
        The file, for the message.

    Raises
    ------
    StudyError
        If a setting is missing, not known, or of the wrong kind.
    """
    known = {"name": str, "annotators": list, "demonstration": bool}
    values = _section(document.get("study"), known, f"{where}: [study]")
    values["annotators"] = tuple(values.get("annotators", ()))
    check_pseudonyms(values["annotators"])
    if not values.get("name"):
        msg = f'{where}: [study] needs name = "…"'
        raise StudyError(msg)
    return Settings(
        **values,
        assignment=_assigning(document.get("assignment"), f"{where}: [assignment]"),
        topics=tuple(_topics(document.get("topic"), f"{where}: [[topic]]")),
        dataset=read_described(document.get("dataset"), f"{where}: [dataset]"),
    )


def _section(given: object, known: Mapping[str, type], where: str) -> dict[str, Any]:
    values: dict[str, Any] = dict(given) if isinstance(given, dict) else {}
    for name, value in values.items():
        if name not in known or type(value) is not known[name]:
            msg = f"{where} {name} = {value!r} is not understood"
            raise StudyError(msg)
    return values


def _assigning(given: object, where: str) -> Assigning:
    known = {"mode": str, "per_article": int, "repeats": int, "seed": int}
    made = Assigning(**_section(given, known, where))
    check_assigning(made, where)
    return made


def check_assigning(rules: Assigning, where: str) -> None:
    """See to it that rules of assignment can be kept.

    Parameters
    ----------
    rules : Assigning
        The rules.
    where : str
        Where they stand, for the message.

    Raises
    ------
    StudyError
        If a number or the mode cannot be, or one rules the other out.
    """
    if rules.mode not in MODES:
        msg = f'{where} mode = "{rules.mode}" is not known; choose "desks" or "shared"'
        raise StudyError(msg)
    for name in ("per_article", "repeats", "seed"):
        if getattr(rules, name) < 0:
            msg = f"{where} {name} = {getattr(rules, name)} cannot be: give 0 or more"
            raise StudyError(msg)
    if rules.mode == "shared" and rules.repeats:
        msg = (
            f'{where} repeats = {rules.repeats} cannot be with mode = "shared": an article comes '
            "again unannounced only at a desk of the annotator's own. Choose one of them"
        )
        raise StudyError(msg)


def _topics(given: object, where: str) -> Iterator[Topic]:
    known: set[str] = set()
    for each in given if isinstance(given, list) else []:
        values = _section(each, {"event": str, "targets": list}, where)
        targets = tuple(values.get("targets", ()))
        if not values.get("event") or not targets or not all(isinstance(t, str) for t in targets):
            msg = f'{where} needs event = "…" and targets = ["…"]'
            raise StudyError(msg)
        if values["event"] in known:
            msg = f'{where} names the event "{values["event"]}" twice; put its targets together'
            raise StudyError(msg)
        known.add(values["event"])
        yield Topic(values["event"], targets)


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
    document.add(tomlkit.nl())
    document["assignment"] = _assignment_table(settings.assignment)
    if settings.topics:
        topics = tomlkit.aot()
        for topic in settings.topics:
            topics.append(tomlkit.item({"event": topic.event, "targets": list(topic.targets)}))
        document["topic"] = topics
    said = {name: value for name, value in asdict(settings.dataset).items() if value}
    if said:
        document["dataset"] = {
            name: list(value) if isinstance(value, tuple) else value for name, value in said.items()
        }
    return tomlkit.dumps(document)


def _assignment_table(assigning: Assigning) -> Table:
    import tomlkit

    says = {
        "mode": '"shared" puts everybody into one project; docs/study.md says what that gives up',
        "per_article": "annotators for each article; 0 for all of them",
        "repeats": "articles that each annotator gets a second time, unannounced",
        "seed": "of the draw",
    }
    table = tomlkit.table()
    for name, comment in says.items():
        table.add(name, tomlkit.item(getattr(assigning, name)).comment(comment))
    return table
