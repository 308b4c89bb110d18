"""Where a text says that somebody paid for it. Such lines are never removed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["disclosing", "disclosures", "is_bare_label", "is_notice_heading", "mentions_sponsoring"]

_LABEL_WORDS = 14
_PHRASE = (
    r"(?:sponsored|paid|promoted|branded|partner(?:ed)?)[ -]"
    r"(?:content|post|article|story|feature|message|partnership|placement|promotion)"
    r"|paid[ -]partner[ -](?:content|post)"
    r"|paid[ -]advertis(?:ement|ing)|advertis(?:ement|ing)[ -]feature|ad[ -]feature"
    r"|advertorial|promotional content"
)
_LABEL = rf"{_PHRASE}|sponsored|promoted"
_BY = (
    r"(?:sponsored|presented|promoted|paid for|brought to you) by"
    r"|in (?:paid |commercial )?(?:partnership|association|collaboration) with"
)
# Unmistakable wherever they stand.
_ANYWHERE = re.compile(
    r"\b(?:sponsored (?:content|post|article)|paid[ -](?:post|partner content)|advertorial"
    r"|partner content|branded content|brought to you by)\b"
    r"|\bthis (?:article|post|story|content|page|piece|report|feature|video|series)\b[^.!?]{0,80}"
    rf"\b(?:paid|sponsored|sponsors?|advertis\w+|commissioned|promot\w+|funded by|{_BY})\b",
    re.IGNORECASE,
)
# Labels: in a short line, at its beginning.
_AT_START = re.compile(
    rf"^\W*(?:(?:an?|{_LABEL})\W+)?"
    rf"(?:(?:{_LABEL})\s*(?:$|[:|.!*\])–—-])|(?:produced |created )?(?:{_BY})\b)",
    re.IGNORECASE,
)
_BARE = re.compile(rf"^\W*(?:{_LABEL})\s*(?:$|[:|.!*\])–—-])", re.IGNORECASE)
_NOTICE = re.compile(
    r"^\W*(?:please note|important (?:notice|information|disclosure)"
    r"|(?:legal |advertis\w+ )?(?:disclaimer|disclosure)|sponsor(?:ship)? (?:notice|disclosure))"
    r"\s*(?:$|[:.–—-]\W*$)",
    re.IGNORECASE,
)
_NOTICE_INLINE = re.compile(
    r"^\W*(?:important notice|(?:advertis\w+ )?(?:disclaimer|disclosure))\s*[:–—-]\s*\S",
    re.IGNORECASE,
)
# Looser than a disclosure: a line that only might be one is kept too. The price is that
# "Read more: the bill sponsored by …" stays. "State-sponsored" is another matter.
_MENTION = re.compile(rf"(?<![\w-])(?:sponsored|{_PHRASE}|{_BY})\b", re.IGNORECASE)


def disclosures(text: str) -> list[str]:
    """List the lines of a text that disclose payment or partnership.

    Parameters
    ----------
    text : str
        An article.

    Returns
    -------
    list of str
        The lines as they stand, in order: labels such as "Paid post", sentences such as
        "This article is sponsored content.", and notices with what follows their heading.
    """
    lines = text.split("\n")
    return [line.strip() for line, found in zip(lines, disclosing(lines), strict=True) if found]


def disclosing(lines: Sequence[str]) -> list[bool]:
    """Tell for each line whether it discloses; after a notice's heading the next one does."""
    found = []
    after_heading = False
    for line in lines:
        heading = is_notice_heading(line)
        found.append(bool(line.strip()) and (heading or after_heading or _discloses(line)))
        after_heading = heading or (after_heading and not line.strip())
    return found


def is_notice_heading(line: str) -> bool:
    """Tell whether a line only announces a notice, such as "IMPORTANT NOTICE"."""
    return bool(_NOTICE.match(line))


def is_bare_label(line: str) -> bool:
    """Tell whether a line begins with a label such as "Sponsored" that stands alone."""
    return bool(_BARE.match(line))


def mentions_sponsoring(line: str) -> bool:
    """Tell whether a line speaks of sponsoring at all, even where it need not disclose any."""
    return _discloses(line) or bool(_MENTION.search(line))


def _discloses(line: str) -> bool:
    if _ANYWHERE.search(line) or _NOTICE_INLINE.match(line):
        return True
    return len(line.split()) <= _LABEL_WORDS and bool(_AT_START.match(line))
