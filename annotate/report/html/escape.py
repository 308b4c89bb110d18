"""Text from files and people, made safe for HTML."""

from __future__ import annotations

from html import escape

__all__ = ["attribute", "coded", "safe", "writable"]


def safe(text: str) -> str:
    """Escape for HTML, also inside attributes; NUL, which HTML lacks, becomes U+FFFD."""
    return escape(text).replace("\0", "\ufffd").replace("\r", "&#13;")


def attribute(text: str) -> str:
    """Escape for an attribute that keeps its line breaks."""
    return safe(text).replace("\n", "&#10;")


def coded(text: str) -> str:
    """Escape, and set what stands between backticks as code."""
    parts = safe(text).split("`")
    if len(parts) % 2 == 0:  # a backtick without its partner
        return safe(text)
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(parts))


def writable(page: str) -> str:
    """Replace half a surrogate pair, which JSON and a file's name may hold and no file can."""
    return page.encode("utf-8", "replace").decode("utf-8")
