"""Page furniture goes, every word of the article and every disclosure stays."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.articles.disclosure import is_notice_heading, mentions_sponsoring

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Cleaned", "clean"]

# Lines that are furniture whatever stands around them.
_FIXED = re.compile(
    r"""(?:
      leave\ a\ (?:comment|reply) | (?:add|post|write)\ a\ comment | cancel\ reply | post\ comment
    | (?:\d+|no)\ comments?(?:\ yet)? | comments\ are\ closed
    | (?:scroll|back)\ to\ top | skip\ to\ (?:main\ )?content
    | share | tweet | share\ (?:this|on|via|with)(?:\W+(?:article|story|post|page|facebook|twitter
      |x|linkedin|whatsapp|telegram|reddit|e-?mail|friends|link|news))*
    | (?:click\ to\ )?share\ on\ \w+\ \(opens\ in\ (?:a\ )?new\ window\)
    | your\ email\ address\ will\ not\ be\ published\.?(?:\ required\ fields\ are\ marked)?
    | required\ fields\ are\ marked | (?:name|email|website|comment)\ \*
    | save\ my\ name,\ email\b.{0,120}
    | key\ points | read\ more | related\ (?:articles|posts|stories)
    | (?:story|article)\ continues\ below(?:\ advertisement)?
    | advertisement\W+scroll\ to\ continue
    )[\s:.!*…»›>]*""",
    re.IGNORECASE | re.VERBOSE,
)
# Lines that are furniture unless they belong to a notice: they carry words of their own.
_OPEN = re.compile(
    r"""(?:
      (?:read\ (?:more|also|next)|also\ read|related|see\ also)\s*:\s*\S.*
    | (?:subscribe|sign\ up|signup)\b.*\b(?:newsletters?|inbox|e-?mail|mailing\ list|alerts)\b.*
    | subscribe(?:\ now|\ today)? | sign\ up(?:\ now|\ today|\ here)?
    | get\ (?:our|the|all|more|daily|breaking)\b.*\b(?:newsletter|(?:in|into|to)\ your\ inbox)\b.*
    | (?:we\ use|this\ (?:web)?site\ uses)\ cookies\b.*
    | (?:accept|reject|manage)\ (?:all\ )?cookies
    | by\ continuing\ to\ (?:use|browse)\ (?:this|our)\ (?:web)?site\b.*
    | (?:photo|photograph|image|picture)(?:\ (?:credits?|by|courtesy(?:\ of)?))?\s*:\s*\S.*
    )[.!]?""",
    re.IGNORECASE | re.VERBOSE,
)
_CREDIT = re.compile(
    r""".*\bby\ Shutterstock(?:\.com)?\ */\ *[\w\ .-]+
    | .*\((?:photo|image|picture)s?\ ?(?:by|via|:)[^()]+\)[.\s]*
    | (?:photo|image|picture)s?\ (?:by|courtesy\ of)\ [^.!?]{1,80}[.]?
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Only right after an image's description: elsewhere such a name may be a source.
_AGENCY_AT_END = re.compile(
    r".*(?:getty\ images|shutterstock|alamy|istock|unsplash|ap\ photo|wikimedia\ commons|©)"
    r"[\w\s/.()-]{0,60}"
    r"|.*[.!?]\ by\ [\w .&-]{1,40}\ ?/\ ?[\w .-]{1,40}",
    re.IGNORECASE,
)
_SHARE_SURE = re.compile(r"facebook|twitter|whatsapp|telegram|linkedin|reddit|tweet")
_SHARE_TOO = re.compile(
    r"x|pinterest|e-?mail|print|copy|link|share|pin|messenger|threads|bluesky|mastodon"
)
_SLOT = re.compile(r"advertisement", re.IGNORECASE)
_BULLET = re.compile(r"^[ \t]*•[ \t]+")
_SENTENCE_END = re.compile(r"[.!?…][”\"’)]*\s")
_BLANK_LINES = re.compile(r"\n{3,}")

# No furniture is longer; it also bounds what the patterns cost on a hostile line.
_LONGEST = 1000
_OPEN_WORDS = 60
_DOUBLED_WORDS = (6, 80)
_PARAGRAPH_WORDS = 12


@dataclass(frozen=True)
class Cleaned:
    """A text without page furniture, and the lines that were taken out, in order."""

    text: str
    removed: tuple[str, ...]


def clean(text: str) -> Cleaned:
    r"""Remove the lines that belong to the page and not to the article.

    No line that may disclose sponsoring is removed, nor what stands in a notice. Kept lines stay
    as they are but for blanks at their end and before a bullet; paragraphs are neither joined
    nor split; three or more ``\n`` become two. Cleaning a clean text changes nothing.

    Parameters
    ----------
    text : str
        A normalised text.
    """
    lines = list(enumerate(_BULLET.sub("• ", line.rstrip()) for line in text.split("\n")))
    removed: list[tuple[int, str]] = []
    # A removal can bring lines together, so until nothing more is found: idempotent by design.
    while doomed := _furniture([line for _, line in lines]):
        removed += [lines[place] for place in doomed]
        lines = [line for place, line in enumerate(lines) if place not in doomed]
    kept = _BLANK_LINES.sub("\n\n", "\n".join(line for _, line in lines)).strip("\n")
    return Cleaned(kept, tuple(line for _, line in sorted(removed)))


def _furniture(lines: Sequence[str]) -> set[int]:
    """Find the places of furniture lines."""
    notice = _in_notice(lines)
    doubled = _doubled(lines)
    slots = _between_paragraphs(lines)
    return {
        place
        for place, line in enumerate(lines)
        if 0 < len(line) <= _LONGEST
        and not is_notice_heading(line)
        and not mentions_sponsoring(line)
        and (
            _is_fixed(line)
            or (place in slots and _SLOT.fullmatch(line.strip()))
            or (place not in notice and (place in doubled or _is_open(line)))
        )
    }


def _is_fixed(line: str) -> bool:
    return bool(_FIXED.fullmatch(line.strip())) or _is_share_row(line)


def _is_open(line: str) -> bool:
    bare = line.strip()
    return len(bare.split()) <= _OPEN_WORDS and bool(
        _OPEN.fullmatch(bare) or _CREDIT.fullmatch(bare)
    )


def _is_share_row(line: str) -> bool:
    words = [word for word in re.split(r"[\s|·•/,]+", line.casefold()) if word]
    sure = [word for word in words if _SHARE_SURE.fullmatch(word)]
    return (
        len(words) > 1 and bool(sure) and all(w in sure or _SHARE_TOO.fullmatch(w) for w in words)
    )


def _in_notice(lines: Sequence[str]) -> set[int]:
    """Find the lines of notices: from the heading to the end of the paragraph after it."""
    places = set()
    inside = begun = False
    for place, line in enumerate(lines):
        if is_notice_heading(line):
            inside, begun = True, False
        elif inside and ((not line and begun) or _is_fixed(line)):
            inside = False
        elif inside and line:
            places.add(place)
            begun = True
    return places


def _doubled(lines: Sequence[str]) -> set[int]:
    """Find image descriptions that stand twice on a line, and the credited caption after each."""
    places = set()
    after_description = False
    for place, line in enumerate(lines):
        if not line:
            continue
        twice = len(line) <= _LONGEST and _says_twice(line.strip())
        credited = after_description and _AGENCY_AT_END.fullmatch(line.strip()[:_LONGEST])
        if twice or credited:
            places.add(place)
        after_description = twice
    return places


def _says_twice(line: str) -> bool:
    """Tell whether a line is one sentence and the same again."""
    half = (len(line) + 1) // 2
    once = line[:half].rstrip()
    least, most = _DOUBLED_WORDS
    return (
        least <= len(once.split()) <= most
        and once == line[len(line) - half :].lstrip()
        and not _SENTENCE_END.search(once)
    )


def _between_paragraphs(lines: Sequence[str]) -> range:
    """Give the places that have a paragraph somewhere before and after them."""
    places = [place for place, line in enumerate(lines) if len(line.split()) >= _PARAGRAPH_WORDS]
    return range(places[0], places[-1]) if places else range(0)
