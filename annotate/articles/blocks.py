"""The blocks of text of an HTML page, in reading order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from lxml import etree
from lxml import html as lxml_html

from annotate.errors import ArticleError

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Block", "blocks_of"]


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_UNREAD = _names(
    "script style noscript template head nav iframe object svg math canvas audio video form "
    "button select option textarea input"
)
_INLINE = _names(
    "a abbr b bdi bdo cite code data del dfn em font i img ins kbd label mark q s samp small span "
    "strike strong sub sup time tt u var wbr"
)
_LABEL_TAGS = _names("a label mark small span")
# Their classes describe the layout of the page, not one part of it.
_FRAMES = frozenset({"html", "body", "main", "article"})
_MARGINAL_TAGS = frozenset({"aside", "footer"})
_MARGINAL_CLASS = re.compile(
    r"(?:^|[\s_-])(?:related|sidebar|recirc\w*|teasers?|widget|outbrain|taboola|promos?|share\w*"
    r"|social|recommend\w*|trending|newsletter)(?:$|[\s_-])",
    re.IGNORECASE,
)
_READERS_CLASS = re.compile(
    r"(?:^|\s)(?:comments?|comment-?list|respond|disqus\S*)(?:$|\s)", re.IGNORECASE
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")


@dataclass(frozen=True)
class Block:
    """A run of text between two borders of blocks.

    Parameters
    ----------
    text : str
        Its words, blanks collapsed as a browser does.
    labels : tuple of str
        The texts of the small elements in it, each of which may be a label of its own.
    headline : bool
        Whether it is a first-level heading.
    item : bool
        Whether it stands in a list that is more than a menu of links.
    goes_on : bool
        Whether it goes on a paragraph after a line break.
    marginal : bool
        Whether it stands beside or below the article (sidebar, teasers, foot of the page).
    """

    text: str
    labels: tuple[str, ...]
    headline: bool
    item: bool
    goes_on: bool
    marginal: bool


def blocks_of(html: str) -> list[Block]:
    """List the blocks that a reader of the page sees.

    Scripts, styles, menus, forms, hidden parts and readers' comments are left out. Nothing is
    fetched and no entity is resolved but HTML's own.

    Parameters
    ----------
    html : str
        The page, decoded.

    Raises
    ------
    ArticleError
        If it cannot be parsed at all.
    """
    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = lxml_html.document_fromstring(html.encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        msg = "The page cannot be parsed; save its text as .txt and add that."
        raise ArticleError(msg) from error
    return _Collector().collect(root)


class _Collector:
    """Walks the tree and cuts its text at the borders of blocks."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._run: list[str] = []
        self._lists: dict[_Element, bool] = {}
        self._labels: list[str] = []
        self._broken = False

    def collect(self, root: _Element) -> list[Block]:
        """Collect the blocks below `root`."""
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            if event == "start":
                if _is_unread(element):
                    walker.skip_subtree()
                else:
                    self._enter(element)
            else:
                self._leave(element)
        self._cut(root)
        return self._blocks

    def _enter(self, element: _Element) -> None:
        if element.tag not in _INLINE:
            self._cut(element.getparent())
            self._broken = element.tag == "br"
        self._run.append(element.text or "")

    def _leave(self, element: _Element) -> None:
        if element.tag not in _INLINE:
            if not _is_unread(element):
                self._cut(element)
        elif element.tag in _LABEL_TAGS and not _is_unread(element):
            self._labels.append(_words("".join(element.itertext())))
        self._run.append(element.tail or "")

    def _cut(self, owner: _Element | None) -> None:
        text = _words("".join(self._run))
        if text and owner is not None:
            self._blocks.append(self._block(text, owner))
        self._run, self._labels = [], []

    def _block(self, text: str, owner: _Element) -> Block:
        above = [owner, *owner.iterancestors()]
        tags = {element.tag for element in above}
        within = takewhile(lambda element: element.tag not in _FRAMES, above)
        marginal = not tags.isdisjoint(_MARGINAL_TAGS) or any(
            _MARGINAL_CLASS.search(_marks(element)) for element in within
        )
        return Block(
            text=text,
            labels=tuple(self._labels),
            headline="h1" in tags,
            goes_on=self._broken and owner.tag == "p",
            item=not marginal and self._is_in_text_list(above),
            marginal=marginal,
        )

    def _is_in_text_list(self, above: list[_Element]) -> bool:
        found = next((element for element in above if element.tag in {"ul", "ol"}), None)
        if found is None:
            return False
        if found not in self._lists:
            self._lists[found] = any(item.find(".//a") is None for item in found.iter("li"))
        return self._lists[found]


def _is_unread(element: _Element) -> bool:
    return element.tag in _UNREAD or (element.tag not in _FRAMES and _is_out_of_sight(element))


def _is_out_of_sight(element: _Element) -> bool:
    return (
        "hidden" in element.attrib
        or bool(_HIDDEN.search(element.get("style", "")))
        or bool(_READERS_CLASS.search(_marks(element)))
    )


def _marks(element: _Element) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}"


def _words(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
