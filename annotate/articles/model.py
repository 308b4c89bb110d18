"""What an article is once it has been read, and what is known about it."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field, fields
from datetime import datetime

from annotate.errors import ArticleError

__all__ = [
    "ARTICLE_COLUMNS",
    "Article",
    "Intake",
    "Metadata",
    "Refusal",
    "article_id",
    "text_sha256",
]

_ISO_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_ID_DIGITS = 12


@dataclass(frozen=True)
class Article:
    """One article with its frozen text; an empty string stands for "unknown".

    Parameters
    ----------
    article_id : str
        Opaque and stable, see `article_id`.
    text : str
        What annotators see: headline, blank line, body. Never changes once pushed.
    text_sha256 : str
        Hash of `text`.
    duplicate_of : str
        The first article of its group of duplicates, set by `link_duplicates`.
    extractor : str
        What turned the source into text, e.g. ``trafilatura 2.2.0``, ``text`` or ``csv``.
    removed : str
        The lines of page furniture that were taken out, one per line.
    """

    article_id: str
    outlet: str
    title: str
    text: str
    text_sha256: str
    published: str
    url: str
    event: str
    duplicate_of: str
    language: str
    n_words: int
    source_file: str
    extractor: str
    removed: str = ""


ARTICLE_COLUMNS = tuple(column.name for column in fields(Article))


@dataclass(frozen=True)
class Metadata:
    """What somebody says about an article; an empty string says nothing.

    Raises
    ------
    ArticleError
        If `published` is no ISO date.
    """

    outlet: str = ""
    event: str = ""
    published: str = ""
    url: str = ""
    title: str = ""
    language: str = ""

    def __post_init__(self) -> None:
        """Refuse a date that could be read in two ways."""
        if self.published and not _is_iso(self.published):
            msg = (
                f'The date "{self.published}" is not an ISO date: write it as 2025-08-13, '
                "or with a time as 2025-08-13T09:30:00Z."
            )
            raise ArticleError(msg)

    def over(self, other: Metadata) -> Metadata:
        """Fill what is empty here from `other`."""
        names = (column.name for column in fields(self))
        return Metadata(**{name: getattr(self, name) or getattr(other, name) for name in names})


@dataclass(frozen=True)
class Refusal:
    """A source that was not taken, and why."""

    source: str
    reason: str


@dataclass(frozen=True)
class Intake:
    """What was read and what was refused, in the order of the sources."""

    articles: list[Article] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def article_id(source: str, *, key: bytes) -> str:
    """Give the opaque id of a source.

    Parameters
    ----------
    source : str
        Where the article comes from, with its kind in front (``id:…``, ``url:…``, ``file:…``).
    key : bytes
        The study's secret: without it an id tells nothing about its source.

    Returns
    -------
    str
        ``a`` and twelve hexadecimal digits.
    """
    digest = hmac.new(key, source.encode("utf-8", "surrogateescape"), hashlib.sha256)
    return "a" + digest.hexdigest()[:_ID_DIGITS]


def text_sha256(text: str) -> str:
    """Hash a text by its UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _is_iso(value: str) -> bool:
    if not _ISO_DATE.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
