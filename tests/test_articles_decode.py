"""Bytes become one form of text, and nothing that an annotator could mark is lost."""

from __future__ import annotations

import codecs
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.articles.decode import decode, is_blank, normalise
from annotate.errors import ArticleError

CURLY = "The minister said “we won’t stop” — and he didn’t. It’s naïve of the café’s señor."


@pytest.mark.parametrize(
    ("mark", "charset"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_names_the_encoding_and_is_no_text(mark, charset):
    assert decode(mark + f"{CURLY} 😀".encode(charset)) == f"{CURLY} 😀"


def test_windows_1252_is_not_taken_for_a_neighbour():
    assert decode(CURLY.encode("cp1252")) == CURLY


def test_other_code_pages_are_still_detected():
    polish = "Premier powiedział, że żółte światło świeci się nad Łodzią i że książę będzie zły."
    russian = "Министр заявил, что переговоры продолжатся на следующей неделе в Женеве."

    assert decode(polish.encode("cp1250")) == polish
    assert decode(russian.encode("cp1251")) == russian


def test_a_declared_charset_counts_only_in_pages():
    page = "<meta charset=windows-1251><p>Все</p>".encode("cp1251")

    assert "Все" in decode(page, declares=True)
    assert decode(b"charset=utf-16 in a plain text") == "charset=utf-16 in a plain text"


@pytest.mark.parametrize("charset", ["utf-16", "rot13", "unicode_escape", "utf-7", "nonsense", "é"])
def test_a_declared_charset_that_is_none_is_passed_over(charset):
    page = f'<meta charset="{charset}"><p>café \\u0041 +AGE-</p>'
    assert decode(page.encode(), declares=True) == page


def test_latin_1_declared_means_windows_1252():
    assert "“so”" in decode("<meta charset=iso-8859-1>“so”".encode("cp1252"), declares=True)


@pytest.mark.parametrize(
    "data",
    [
        b"a\0b",
        bytes(range(256)) * 4,
        b"%PDF-1.7 and so on",
        b"PK\x03\x04rest",
        codecs.BOM_UTF16_LE + "a\0b".encode("utf-16-le"),
        codecs.BOM_UTF16_LE + b"\x00\xd8\x41",
    ],
)
def test_what_is_no_text_is_refused(data):
    with pytest.raises(ArticleError):
        decode(data)


@pytest.mark.parametrize(
    "kept",
    [
        "“Curly” ‘quotes’ – and — dashes…",
        "ligature ﬁ and wide Ｗ",
        "non\u00a0breaking",
        "family 👩‍👩‍👧‍👦 and flag 🇺🇦",
        "zero\u200bwidth\u200cjoiner\u200d",
        "\u202bשלום עליכם\u202c and مرحبا",
        "<b>literal</b> &amp; &lt;markup&gt;",
        "tab\there",
    ],
)
def test_what_can_be_marked_stays(kept):
    assert normalise(kept) == kept


def test_lines_end_in_one_way():
    assert normalise("a\r\nb\rc\u2028d\u2029e\x0bf\x0cg\n") == "a\nb\nc\nd\ne\nf\ng\n"


def test_accents_are_composed():
    assert normalise("Orba\u0301n, Mu\u0308ller") == "Orbán, Müller"


def test_mojibake_is_repaired_without_straightening_quotes():
    assert normalise("the ministerâ€™s â€œplanâ€\x9d") == "the minister’s “plan”"


def test_controls_and_lone_surrogates_do_not_survive():
    assert normalise("a\x00b\x07c\x7f") == "abc"
    assert normalise("\ud83d\ude00") == "😀"
    normalise("x\ud83dy").encode("utf-8")


@given(st.text(st.characters()))
def test_any_text_comes_out_hashable_composed_and_without_controls(text):
    found = normalise(text)

    found.encode("utf-8")
    assert unicodedata.is_normalized("NFC", found)
    assert not {c for c in found if c < " " and c not in "\n\t"} & set(found)
    assert not set("\r\u2028\u2029") & set(found)


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u200d\ufeff", "\u00a0\n"])
def test_a_text_of_invisible_characters_is_blank(text):
    assert is_blank(text)
    assert not is_blank(f"{text}.")
