"""What a text gives away about its outlet to annotators who should not know it."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["outlet_mentions"]


def outlet_mentions(text: str, outlet: str) -> int:
    """Count how often an article names its own outlet.

    Parameters
    ----------
    text : str
        The article.
    outlet : str
        The outlet's name; whole words count, in any case and across line ends.

    Returns
    -------
    int
        Zero where the outlet is unknown.
    """
    words = unicodedata.normalize("NFC", outlet).split()
    if not words:
        return 0
    name = r"\s+".join(re.escape(word) for word in words)
    return len(re.findall(rf"(?<!\w){name}(?!\w)", text, re.IGNORECASE))
