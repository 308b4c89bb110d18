"""What a study was asked to give up: whom it forgot, which articles were withdrawn, and why.

A tombstone names nobody. It holds hashes under the study's own key, so that a person who comes back
in a later pull or with a restored backup is recognised and kept out, and nobody without the key
can tell who it was.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from annotate.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = [
    "FORGOTTEN",
    "Counts",
    "Forgotten",
    "Project",
    "Tombstones",
    "Withdrawn",
    "read_tombstones",
    "tombstones_json",
]

FORGOTTEN = "(forgotten)"  # no pseudonym: those begin with a letter or a digit
_FORMAT = 1
_DIGITS = 32  # hexadecimal; of so many no two people share a mark


@dataclass(frozen=True)
class Counts:
    """What was taken out, as far as it counted when it was."""

    annotations: int = 0
    drafts: int = 0
    spans: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.annotations + other.annotations,
            self.drafts + other.drafts,
            self.spans + other.spans,
        )

    def __sub__(self, other: Counts) -> Counts:
        return Counts(
            self.annotations - other.annotations,
            self.drafts - other.drafts,
            self.spans - other.spans,
        )


@dataclass(frozen=True)
class Project:
    """A project that was somebody's desk, and lies on its server until it is deleted there."""

    server: str
    project: int
    round: str
    topic: str = ""


@dataclass(frozen=True)
class Forgotten:
    """The tombstone of an annotator.

    Parameters
    ----------
    since : str
        When, UTC.
    reason : str
        Why.
    marks : tuple of str
        Keyed hashes of their pseudonyms, their accounts and each piece of their work.
    removed : Counts
        What was taken out.
    projects : tuple of Project
        Their desks.
    done : bool
        Whether nothing of them is left in the study.
    """

    since: str
    reason: str
    marks: tuple[str, ...]
    removed: Counts = field(default_factory=Counts)
    projects: tuple[Project, ...] = ()
    done: bool = False

    @property
    def told(self) -> str:
        """When and why, for a sentence."""
        return f"on {self.since[:10]} ({self.reason})"


@dataclass(frozen=True)
class Withdrawn:
    """The tombstone of an article.

    Parameters
    ----------
    article_id : str
        The article; its id tells nothing without the study's key.
    since, reason, removed, done
        As in `Forgotten`.
    keys : tuple of str
        What tasks call it: its id, and what a second occasion goes by.
    returned : str
        When it was added again, "" if it was not.
    """

    article_id: str
    since: str
    reason: str
    keys: tuple[str, ...]
    removed: Counts = field(default_factory=Counts)
    done: bool = False
    returned: str = ""

    @property
    def told(self) -> str:
        """When and why, for a sentence."""
        return f"on {self.since[:10]} ({self.reason})"


@dataclass(frozen=True)
class Tombstones:
    """All tombstones of a study.

    Parameters
    ----------
    key : bytes
        The study's secret; may be empty where there are no tombstones.
    annotators : tuple of Forgotten
    articles : tuple of Withdrawn
    """

    key: bytes = field(default=b"", repr=False)
    annotators: tuple[Forgotten, ...] = ()
    articles: tuple[Withdrawn, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.annotators or self.articles)

    @property
    def pending(self) -> bool:
        """Whether a removal was begun and not finished."""
        done = [each.done for each in self.annotators] + [each.done for each in self.articles]
        return not all(done)

    @property
    def left(self) -> tuple[int, int]:
        """How many annotators and articles were taken out of the study."""
        return len(self.annotators), len(self.withdrawn)

    @property
    def withdrawn(self) -> tuple[Withdrawn, ...]:
        """The articles that are kept out now."""
        return tuple(stone for stone in self.articles if not stone.returned)

    def name_mark(self, name: str) -> str:
        """Give what a pseudonym is recognised by."""
        return _remembered(self.key, f"name/{name.casefold()}")

    def account_mark(self, who: str) -> str:
        """Give what an account is recognised by: its e-mail, or "user 7 of …"."""
        return _remembered(self.key, f"account/{who.casefold()}")

    def work_marks(self, item: Mapping[str, Any]) -> tuple[str, ...]:
        """Give what a piece of work is recognised by after its author's account was deleted.

        Servers give numbers again; the time of making, to the microsecond, tells them apart.
        """
        made = str(item.get("created_at") or "")
        return (_mark(self.key, f"work/{item.get('id')} {made}"),) if made else ()

    def names(self, name: str) -> Forgotten | None:
        """Find whom a pseudonym stood for; None if they were not forgotten."""
        return self._marked(self.name_mark(name)) if self.annotators else None

    def knows(self, who: str) -> Forgotten | None:
        """Find whose account it is; None if they were not forgotten."""
        return self._marked(self.account_mark(who)) if self.annotators else None

    def made(self, item: Mapping[str, Any]) -> bool:
        """Tell whether somebody made a piece of work who was forgotten since."""
        if not self.annotators:
            return False
        author = str(item.get("annotator", ""))
        return (
            author == FORGOTTEN
            or self.names(author) is not None
            or any(mark in self._stones for mark in self.work_marks(item))
        )

    def keeps_out(self, article: str) -> Withdrawn | None:
        """Find the tombstone of an article, by its id or what a task calls it."""
        return self._articles.get(article)

    def with_annotator(self, stone: Forgotten) -> Tombstones:
        """Add a tombstone, or what it says to that of the same person."""
        own = set(stone.marks)
        same = [each for each in self.annotators if own & set(each.marks)]
        others = tuple(each for each in self.annotators if not own & set(each.marks))
        return replace(self, annotators=(*others, _joined([*same, stone])))

    def with_article(self, stone: Withdrawn) -> Tombstones:
        """Add a tombstone; one that the same article had stays if the article was back since."""
        others = [
            each for each in self.articles if each.article_id != stone.article_id or each.returned
        ]
        return replace(self, articles=(*others, stone))

    def owning(self, desks: Iterable[tuple[str, Project]]) -> Tombstones:
        """Note projects, each with whose desk it was, with the tombstones of these people."""
        theirs: dict[tuple[str, ...], list[Project]] = {}
        for name, project in desks:
            if stone := self.names(name):
                theirs.setdefault(stone.marks, list(stone.projects)).append(project)
        return replace(
            self,
            annotators=tuple(
                replace(each, projects=tuple(dict.fromkeys(theirs.get(each.marks, each.projects))))
                for each in self.annotators
            ),
        )

    def returning(self, articles: Iterable[str], at: str) -> Tombstones:
        """Let articles in again; their tombstones stay and say since when."""
        back = set(articles)
        return replace(
            self,
            articles=tuple(
                replace(each, returned=at)
                if each.article_id in back and not each.returned
                else each
                for each in self.articles
            ),
        )

    def marked(self, *, done: bool) -> Tombstones:
        """Give them with nothing, or everything, left to do."""
        return replace(
            self,
            annotators=tuple(replace(each, done=done) for each in self.annotators),
            articles=tuple(replace(each, done=done) for each in self.articles),
        )

    def _marked(self, mark: str) -> Forgotten | None:
        return self._stones.get(mark)

    @cached_property
    def _stones(self) -> Mapping[str, Forgotten]:
        return {mark: each for each in self.annotators for mark in each.marks}

    @cached_property
    def _articles(self) -> Mapping[str, Withdrawn]:
        return {key: each for each in self.withdrawn for key in (each.article_id, *each.keys)}


def _mark(key: bytes, text: str) -> str:
    said = f"forgotten/{text}".encode("utf-8", "surrogatepass")
    return hmac.digest(key, said, "sha256").hex()[:_DIGITS]


@lru_cache(maxsize=1024)
def _remembered(key: bytes, text: str) -> str:
    """Give the mark of a name or an account, which is asked for with every annotation."""
    return _mark(key, text)


def _joined(stones: list[Forgotten]) -> Forgotten:
    """Make one tombstone of those of one person: the first reason, all marks."""
    first, *later = stones
    for each in later:
        first = replace(
            first,
            marks=tuple(dict.fromkeys((*first.marks, *each.marks))),
            removed=first.removed + each.removed,
            projects=tuple(dict.fromkeys((*first.projects, *each.projects))),
            done=False,
        )
    return first


def read_tombstones(path: Path, key: bytes) -> Tombstones:
    """Read the tombstones of a study.

    Raises
    ------
    StudyError
        If the file cannot be read: without it, whoever was forgotten could come back.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return _from_json(stored, key)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        msg = f"{path} cannot be read; restore it, since it says what must not come back"
        raise StudyError(msg) from error


def tombstones_json(stones: Tombstones) -> bytes:
    """Write tombstones as `read_tombstones` reads them."""
    content = {
        "format": _FORMAT,
        "annotators": [asdict(each) for each in stones.annotators],
        "articles": [asdict(each) for each in stones.articles],
    }
    return json.dumps(content, indent=1, ensure_ascii=False).encode()


def _from_json(stored: Mapping[str, Any], key: bytes) -> Tombstones:
    if stored["format"] != _FORMAT:
        raise ValueError(stored["format"])
    return Tombstones(
        key,
        tuple(
            Forgotten(
                **{
                    **each,
                    "marks": tuple(each["marks"]),
                    "removed": Counts(**each["removed"]),
                    "projects": tuple(Project(**project) for project in each["projects"]),
                }
            )
            for each in stored["annotators"]
        ),
        tuple(
            Withdrawn(**{**each, "keys": tuple(each["keys"]), "removed": Counts(**each["removed"])})
            for each in stored["articles"]
        ),
    )
