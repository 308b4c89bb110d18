"""Keep what people wrote from becoming Markdown, HTML or YAML."""

from __future__ import annotations

import re

import jinja2

__all__ = ["Markdown", "environment", "plain", "quoted"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~$&])")
_STARTS = re.compile(r"^(?:([-+=:])|(\d+)([.)]))")  # a list, a rule, an underlined heading
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Markdown(str):
    """Markdown of our own, or text that was made plain."""

    __slots__ = ()


def plain(text: str) -> Markdown:
    r"""Give text that Markdown shows as it is, on one line.

    Examples
    --------
    >>> plain("*a*\n# b"), plain("1. c"), plain("- d")
    ('\\*a\\* \\# b', '1\\. c', '\\- d')
    """
    line = _SPECIAL.sub(r"\\\1", " ".join(_CONTROLS.sub(" ", text).split()))
    return Markdown(_STARTS.sub(lambda it: f"\\{it[1]}" if it[1] else f"{it[2]}\\{it[3]}", line))


def quoted(text: str) -> str:
    r"""Give text as a double-quoted scalar of YAML, on one line.

    Examples
    --------
    >>> print(quoted('a: "b"\n- c'))
    "a: \"b\" - c"
    """
    line = " ".join(_CONTROLS.sub(" ", text).split())
    return '"' + "".join(map(_in_quotes, line)) + '"'


def _in_quotes(character: str) -> str:
    if character in {'"', "\\"}:
        return "\\" + character
    return character if character.isprintable() else f"\\U{ord(character):08X}"


def environment(loader: jinja2.BaseLoader) -> jinja2.Environment:
    """Give a place for templates of Markdown, where whatever is filled in is made plain."""
    # HTML's rules would be the wrong ones; `finalize` sees to everything that is filled in.
    return jinja2.Environment(
        loader=loader,
        autoescape=False,  # noqa: S701
        finalize=_finalize,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def _finalize(value: object) -> object:
    return plain(value) if isinstance(value, str) and not isinstance(value, Markdown) else value
