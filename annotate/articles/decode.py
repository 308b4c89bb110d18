"""Bytes become text: decoded, repaired and normalised once, before the text is frozen."""

from __future__ import annotations

import codecs
import re
import unicodedata

from annotate.errors import ArticleError

__all__ = ["decode", "is_blank", "normalise"]

# The longer marks first: UTF-32's little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARATION = re.compile(
    rb"""<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4096
# Pages that declare Latin-1 or ASCII are Windows-1252 (https://encoding.spec.whatwg.org/#names).
_LATIN_1 = frozenset({"iso8859-1", "ascii"})
# Codecs that are no character sets of files, or that contradict having been read as ASCII.
_NO_CHARSET = re.compile(r"utf-?_?(?:7|16|32)|escape|punycode|idna|undefined|mbcs|oem")
_SIGNATURES = {b"%PDF-": "a PDF", b"PK\x03\x04": "a ZIP or office file", b"{\\rtf": "an RTF file"}
_LINE_ENDS = re.compile("\r\n|[\r\v\f\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
# More control characters than this share mean that the bytes were never text.
_CONTROL_SHARE = 0.01


def decode(data: bytes, *, declares: bool = False) -> str:
    """Turn the bytes of a file into text.

    A byte-order mark counts first, then the charset that a page declares, then UTF-8, then
    detection. Mis-decoded text is repaired later, by `normalise`.

    Parameters
    ----------
    data : bytes
        The whole file.
    declares : bool
        Whether to look for a declared charset (HTML).

    Raises
    ------
    ArticleError
        If the bytes are no text.
    """
    text = _decoded(data, declares=declares)
    found = len(_CONTROLS.findall(_LINE_ENDS.sub("\n", text)))
    if "\0" in text or found > _CONTROL_SHARE * len(text):
        msg = "It is a binary file, not text."
        raise ArticleError(msg)
    return text


def normalise(text: str) -> str:
    r"""Repair a decoded text and bring it into the one form that is hashed.

    Mojibake and surrogates are repaired, the form is NFC, lines end with ``\n`` alone, and
    control characters other than tab go. Quotes, dashes, ligatures, wide and invisible
    characters and anything that looks like HTML stay as they are.

    Parameters
    ----------
    text : str
        Text in any state.
    """
    import ftfy

    # ftfy's own defaults straighten quotes and split ligatures: evidence lost, offsets moved.
    repaired = ftfy.fix_text(
        _LINE_ENDS.sub("\n", text),
        uncurl_quotes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        unescape_html=False,
        normalization="NFC",
    )
    plain = _CONTROLS.sub("", _LINE_ENDS.sub("\n", repaired))
    return unicodedata.normalize("NFC", plain.encode("utf-8", "replace").decode("utf-8"))


def is_blank(text: str) -> bool:
    """Tell whether nothing in a text can be seen."""
    return all(unicodedata.category(character)[0] in "CZ" for character in text)


def _decoded(data: bytes, *, declares: bool) -> str:
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], charset)
    _refuse_binary(data)
    declared = _declared_charset(data) if declares else None
    for charset in filter(None, (declared, "utf-8")):
        try:
            return data.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return _detected(data)


def _strictly(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset)
    except UnicodeDecodeError as error:
        msg = (
            f"It begins like {charset.upper()} text but cannot be read as such "
            f"(byte {error.start}); save it again as UTF-8."
        )
        raise ArticleError(msg) from error


def _refuse_binary(data: bytes) -> None:
    for signature, name in _SIGNATURES.items():
        if data.startswith(signature):
            msg = f"It is {name}, not text; save its text as .txt and add that."
            raise ArticleError(msg)
    if b"\0" in data:
        msg = "It is a binary file, not text."
        raise ArticleError(msg)


def _declared_charset(page: bytes) -> str | None:
    found = _DECLARATION.search(page[:_DECLARED_WITHIN])
    if not found:
        return None
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except (LookupError, UnicodeDecodeError):
        return None
    if _NO_CHARSET.search(name):
        return None
    return "cp1252" if name in _LATIN_1 else name


def _detected(data: bytes) -> str:
    from charset_normalizer import from_bytes

    matches = from_bytes(data)
    best = matches.best()
    if best is None:
        msg = "Its encoding cannot be recognised; save it again as UTF-8."
        raise ArticleError(msg)
    # Short texts in Windows-1252 are taken for its neighbours, which read as cleanly: then
    # the commoner one is the better guess.
    western = next((match for match in matches if match.encoding == "cp1252"), None)
    if western is not None and western.chaos <= best.chaos:
        best = western
    return str(best)
