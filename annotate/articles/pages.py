"""The article of an HTML page, with the disclosures that an extractor takes for furniture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING

from annotate.articles.blocks import blocks_of
from annotate.articles.disclosure import disclosing, is_bare_label, is_notice_heading
from annotate.errors import ArticleError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annotate.articles.blocks import Block

__all__ = ["Page", "extractor_name", "read_page"]

_LIST_MARK = re.compile(r"^(?:[-*•–]|\d+[.)])\s+")
_SPACES = re.compile(r"[ \t]+")
_SENTENCES = re.compile(r"(?<=[.!?])\s+")
_SURE_WORDS = 4
_NOTICE_WORDS = 250
_HEADLINE_WITHIN = 6


@dataclass(frozen=True)
class Page:
    """The headline (empty if none was found) and the lines of an article, headline included."""

    title: str
    text: str


@cache
def extractor_name() -> str:
    """Name the extractor and its version: another version may extract another text."""
    from importlib.metadata import version

    return f"trafilatura {version('trafilatura')}"


def read_page(html: str) -> Page:
    """Extract headline and body of an HTML page.

    Trafilatura decides what the article is. Disclosures and list items of the body that it
    leaves out are put back where they stand in the page. Outlet, address and date are not read.

    Parameters
    ----------
    html : str
        The page, decoded.

    Raises
    ------
    ArticleError
        If no article can be found in it.
    """
    title, lines = _extracted(html)
    blocks = blocks_of(html)
    title = _headline(title, blocks)
    if title and _squeezed(title) not in [_squeezed(line) for line in lines[:_HEADLINE_WITHIN]]:
        lines = [title, *lines]
    return Page(title, "\n".join(_restored(lines, blocks)))


def _extracted(html: str) -> tuple[str, list[str]]:
    import trafilatura

    try:
        found = trafilatura.bare_extraction(
            html, include_comments=False, deduplicate=False, with_metadata=True
        )
    except Exception as error:
        # A page is hostile input to somebody else's parser: whatever it trips on, the rest of
        # the intake goes on.
        msg = f"The page cannot be parsed ({type(error).__name__}); save its text as .txt."
        raise ArticleError(msg) from error
    text = (getattr(found, "text", None) or "").strip()
    if not text:
        msg = "No article text was found in the page; save its text as .txt and add that."
        raise ArticleError(msg)
    title = _SPACES.sub(" ", getattr(found, "title", None) or "").strip()
    return _without_site(title, getattr(found, "sitename", None) or ""), [
        _SPACES.sub(" ", line) for line in text.split("\n")
    ]


def _headline(title: str, blocks: Sequence[Block]) -> str:
    """Prefer the page's own headline to a title that has the outlet's name behind it."""
    for block in blocks:
        if block.headline and block.text and _squeezed(block.text) in _squeezed(title):
            return block.text
    return title


def _without_site(title: str, site: str) -> str:
    """Cut the site's name off a title: annotators must not learn the outlet from it."""
    head = title.removesuffix(site).rstrip() if site else title
    bare = head.rstrip("-–—|·:»").rstrip()
    return bare if bare and bare != head else title


def _restored(lines: list[str], blocks: Sequence[Block]) -> list[str]:
    known = [_squeezed(line) for line in lines]
    places = _places(blocks, known)
    last = max((place for place, aligned in places if aligned), default=0)
    missing: dict[int, list[str]] = {}
    whole = "\n".join(known)
    for (place, _), text in _candidates(blocks, places, last):
        new = _squeezed(text)
        if not _stands_in(new, known, whole):
            missing.setdefault(place, []).append(text)
            known.append(new)
    return [
        line
        for place in range(len(lines) + 1)
        for line in (*missing.get(place, []), *lines[place : place + 1])
    ]


def _places(blocks: Sequence[Block], known: Sequence[str]) -> list[tuple[int, bool]]:
    """Give for each block the line it would stand before, and whether it is in the text."""
    # With difflib's "autojunk", or a page of one line repeated takes minutes.
    matcher = SequenceMatcher(None, [_squeezed(block.text) for block in blocks], known)
    line_of = {
        match.a + step: match.b + step
        for match in matcher.get_matching_blocks()
        for step in range(match.size)
    }
    places, following = [], 0
    for number in range(len(blocks)):
        following = line_of.get(number, following - 1) + 1
        places.append((following, number in line_of))
    return places


def _candidates(
    blocks: Sequence[Block], places: Sequence[tuple[int, bool]], last: int
) -> Iterator[tuple[tuple[int, bool], str]]:
    found = _disclosing_blocks(blocks)
    for block, place, discloses in zip(blocks, places, found, strict=True):
        if place[1]:
            continue
        label = _label(block)
        if label:
            yield place, label
        elif discloses:
            yield place, _notice(block.text)
        elif block.item and 0 < place[0] < last:
            yield place, f"- {block.text}"


def _label(block: Block) -> str:
    """Find a label that shares its block with a byline or the like, but not with a sentence."""
    if block.marginal or block.text.endswith((".", "!")):
        return ""
    return next((label for label in block.labels if is_bare_label(label)), "")


def _disclosing_blocks(blocks: Sequence[Block]) -> list[bool]:
    """Tell which blocks disclose.

    In the margin a bare "Sponsored" labels somebody else's teaser, and a heading such as
    "Disclaimer" counts only before words that disclose: every page has small print.
    """
    found = disclosing([block.text for block in blocks])
    alone = [disclosing([block.text])[0] and not _begins_with_label(block) for block in blocks]
    words = [
        is_it and not is_notice_heading(b.text) for b, is_it in zip(blocks, alone, strict=True)
    ]
    disclose: list[bool] = []
    for block, any_way, own, heads, follows in zip(
        blocks, found, words, alone, [*words, False][1:], strict=True
    ):
        itself = (own or (heads and follows)) if block.marginal else any_way
        disclose.append(itself or (block.goes_on and disclose[-1]))
    return disclose


def _begins_with_label(block: Block) -> bool:
    return is_bare_label(block.text) or any(
        is_bare_label(label) and block.text.startswith(label) for label in block.labels
    )


def _notice(text: str) -> str:
    """Keep a notice whole; of legal small print only the sentences that disclose."""
    if len(text.split()) <= _NOTICE_WORDS:
        return text
    sentences = _SENTENCES.split(text)
    return " ".join(
        sentence for sentence, found in zip(sentences, disclosing(sentences), strict=True) if found
    )


def _stands_in(text: str, known: Sequence[str], whole: str) -> bool:
    return text in known or (len(text.split()) >= _SURE_WORDS and text in whole)


def _squeezed(text: str) -> str:
    return " ".join(_LIST_MARK.sub("", text.strip()).split()).casefold()
