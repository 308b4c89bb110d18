"""A round: who annotates what, with which scheme and codebook. A study may have several."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from annotate.errors import StudyError
from annotate.settings import ADJUDICATED, Assigning, check_pseudonyms
from annotate.tombstones import FORGOTTEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from annotate.tombstones import Tombstones

__all__ = [
    "ADJUDICATED",
    "ADJUDICATION",
    "ANNOTATION",
    "KINDS",
    "MAIN",
    "TRAINING",
    "Round",
    "check_name",
    "named",
    "read_rounds",
    "rounds_json",
    "without_forgotten",
]

_TO_THE_SECOND = len("2026-01-01T00:00:00")
MAIN = "main"  # the round of a study that names none
ANNOTATION, TRAINING, ADJUDICATION = KINDS = ("annotation", "training", "adjudication")


@dataclass(frozen=True)
class Round:
    """What was asked of whom.

    Parameters
    ----------
    name : str
        Its name, which is also where its desks are found in Label Studio.
    kind : {"annotation", "training", "adjudication"}
        Only rounds of annotation count in agreement.
    annotators : tuple of str
        Who takes part; of a round that grows, whoever the study names.
    assigning : Assigning
        How articles were assigned.
    grows : bool
        Whether articles and annotators that are added to the study later join it.
    schemes : mapping of str to str
        SHA-256 of the labeling config by topic; "" is that of all articles without one.
    codebook : str
        SHA-256 of the codebook.
    started, closed : str
        When, UTC; "" while it is open. Nothing is pushed to a round that is closed.
    reference : str
        Of training: the pseudonym whose labels feedback compares with, or "adjudicated".
    of : str
        Of adjudication: the round that is adjudicated.
    """

    name: str
    kind: str = ANNOTATION
    annotators: tuple[str, ...] = ()
    assigning: Assigning = field(default_factory=Assigning)
    grows: bool = False
    schemes: Mapping[str, str] = field(default_factory=dict)
    codebook: str = ""
    started: str = ""
    closed: str = ""
    reference: str = ""
    of: str = ""

    @property
    def open(self) -> bool:
        """Whether it still takes work."""
        return not self.closed


def check_name(name: str, rounds: Iterable[Round]) -> None:
    """See to it that a name can be a new round's.

    Raises
    ------
    StudyError
        If another round has it, or it will not do.
    """
    try:
        check_pseudonyms((name,))
    except StudyError as error:
        msg = f"{name!r} will not do as a round's name: use 1 to 40 letters, digits, dots or dashes"
        raise StudyError(msg) from error
    if name.casefold() in {each.name.casefold() for each in rounds}:
        msg = f'There is a round "{name}" already; give the new one another name'
        raise StudyError(msg)


def named(rounds: Sequence[Round], name: str) -> Round:
    """Give the round of a name.

    Raises
    ------
    StudyError
        If there is none.
    """
    for each in rounds:
        if each.name == name:
            return each
    there = ", ".join(each.name for each in rounds) or "none"
    msg = f'There is no round "{name}"; there are: {there}'
    raise StudyError(msg)


def read_rounds(path: Path) -> list[Round]:
    """Read the rounds of a study; none before the first.

    Raises
    ------
    StudyError
        If the file cannot be read.
    """
    try:
        return [_round(entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        msg = f"{path} cannot be read; restore it, since it says what was asked of whom"
        raise StudyError(msg) from error


def rounds_json(rounds: Iterable[Round]) -> bytes:
    """Write rounds as `read_rounds` reads them."""
    return json.dumps([asdict(each) for each in rounds], indent=1, ensure_ascii=False).encode()


def without_forgotten(each: Round, stones: Tombstones) -> Round:
    """Give a round without the pseudonyms of people who were forgotten since.

    A round of adjudication is one person's, and is closed when they are gone.
    """
    gone = [stone for name in each.annotators if (stone := stones.names(name))]
    annotators = tuple(name for name in each.annotators if not stones.names(name))
    closed = each.closed
    if each.kind == ADJUDICATION and each.open and stones.annotators and not annotators:
        closed = f"{(gone or stones.annotators)[-1].since[:_TO_THE_SECOND]}Z"
    return replace(
        each,
        annotators=annotators,
        reference=FORGOTTEN if stones.names(each.reference) else each.reference,
        closed=closed,
    )


def _round(entry: Mapping[str, object]) -> Round:
    made = Round(**entry)  # type: ignore[arg-type]
    if made.kind not in KINDS:
        raise ValueError(made.kind)
    return replace(
        made,
        annotators=tuple(made.annotators),
        assigning=Assigning(**made.assigning),  # type: ignore[arg-type]
    )
