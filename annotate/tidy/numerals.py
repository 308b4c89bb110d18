"""Whole numbers as people write them, and nothing else: 1.0 is 1, 007 and 1.10 are names."""

from __future__ import annotations

import re

__all__ = ["PLAIN", "ZEROS", "short"]

#: Patterns for numbers without padding, and for decimals that say nothing. "1.10" may be a section,
#: so nothing else is taken off.
PLAIN = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"
ZEROS = r"\.0+$"


def short(name: str) -> str:
    """Write a whole number without decimals; anything else stays as it is.

    Examples
    --------
    >>> short("1.0"), short("007.0"), short("1.10")
    ('1', '007.0', '1.10')
    """
    return re.sub(ZEROS, "", name) if re.match(PLAIN, name) else name
