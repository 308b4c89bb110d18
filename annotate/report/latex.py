"""Text from files and people, made safe for LaTeX."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["latex_measure", "latex_text"]

# Brackets and asterisks too: right after the \\ of a row they would be taken for its options.
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "'": r"{'}",
    "`": r"{`}",
    "-": r"{-}",
    "[": r"{[}",
    "]": r"{]}",
    "*": r"{*}",
    "\u2212": r"$-$",
    "\u00a0": "~",
    "\u2026": r"\ldots{}",
    "\u2013": r"\textendash{}",
    "\u2014": r"\textemdash{}",
    "\u2018": r"\textquoteleft{}",
    "\u2019": r"\textquoteright{}",
    "\u201c": r"\textquotedblleft{}",
    "\u201d": r"\textquotedblright{}",
}
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn")  # controls, turns of direction, and what is no character
_SYMBOLS = (
    (re.compile(r"^\|u-alpha"), r"${}_{|u}\alpha$"),
    (re.compile(r"^cu-alpha"), r"${}_{cu}\alpha$"),
    (re.compile(r"^u-alpha"), r"${}_{u}\alpha$"),
    (re.compile(r"^\(k\)u-alpha"), r"${}_{(k)u}\alpha$"),
    (re.compile(r"^alpha"), r"$\alpha$"),
)


def latex_text(text: str) -> str:
    r"""Escape for a line of LaTeX: nothing in it acts, everything is printed.

    Line breaks become spaces; control characters and turns of direction are left out.

    Examples
    --------
    >>> latex_text(r"50% & \input{x}")
    '50\\% \\& \\textbackslash{}input\\{x\\}'
    """
    line = " ".join(text.split())
    return "".join(
        _SPECIAL.get(sign, sign) for sign in line if unicodedata.category(sign) not in _HIDDEN
    )


def latex_measure(measure: str) -> str:
    """Write a measure's name with its Greek letter."""
    for pattern, symbol in _SYMBOLS:
        found = pattern.match(measure)
        if found:
            rest = measure[found.end() :]
            return symbol + (" " if rest.startswith(" ") else "") + latex_text(rest)
    return latex_text(measure)
