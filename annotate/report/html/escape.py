"""Text from files and people, made safe for HTML."""

from __future__ import annotations

import re
from html import escape

__all__ = ["attribute", "coded", "safe", "writable"]

_COMMAND = re.compile(r"`((?:annotate|pip|python|make)(?: [^`]*)?|--[\w-]+[^`]*)`")


def safe(text: str) -> str:
    """Escape for HTML, also inside attributes; NUL, which HTML lacks, becomes U+FFFD."""
    return escape(text).replace("\0", "\ufffd").replace("\r", "&#13;")


def attribute(text: str) -> str:
    """Escape for an attribute that keeps its line breaks."""
    return safe(text).replace("\n", "&#10;")


def coded(text: str) -> str:
    """Escape, and set as code what stands between backticks and reads like a command.

    Words of an article or a label may stand in the same sentence, with backticks of their own.
    """
    return _COMMAND.sub(r"<code>\1</code>", safe(text))


def writable(page: str) -> str:
    """Replace half a surrogate pair, which JSON and a file's name may hold and no file can."""
    return page.encode("utf-8", "replace").decode("utf-8")
