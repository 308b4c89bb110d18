"""Texts that nobody has written yet, and names that nobody should have, in the formats of texts."""

import pytest
import spacy
from adversarial_texts import TEXTS
from awkward_study import EVERYTHING
from hypothesis import given, settings
from hypothesis import strategies as st
from made_study import made_study
from spacy.tokens import Doc
from text_formats import (
    check_conll,
    check_spacy,
    contents,
    cut,
    docs_of,
    documents_of,
    losses_of,
    piece_from,
    written,
)

from annotate.dataset.formats.conll import read_conll
from annotate.dataset.formats.spacy import document, own_document
from annotate.dataset.plan import Plan
from annotate.dataset.tokens import tokens_of
from annotate.errors import TableError

EMPTY = spacy.blank("xx")
LABELS = (
    ("loaded", "Loaded"),
    ("loaded", "Cue"),
    ("source", "Relayed"),
    ("loaded.2", "O"),
    ("a\tb #\n= c", "B-x\\u0041 \ty"),
)
AWKWARD = st.sampled_from(
    [*"aB1 .!?”)#\\-_'\n\r\t\u3002", *sorted(set("".join(t.text for t in TEXTS)))]
)
CHARACTERS = st.characters(exclude_categories=["Cs"])
WORDS = st.lists(st.one_of(AWKWARD, AWKWARD, CHARACTERS), max_size=40).map("".join)
LANGUAGES = ("en", "de-AT", "zh", "ja", "", None, "../x", "lex_attrs", "xx")


@st.composite
def _articles(draw):
    text = draw(WORDS)
    places = st.tuples(st.integers(0, max(len(text) - 1, 0)), st.integers(1, 12))
    spans = draw(st.lists(st.tuples(places, st.sampled_from(LABELS)), max_size=8))
    marks = [
        (*label, start, min(start + size, len(text)))
        for (start, size), label in spans
        if start < len(text)
    ]
    return text, draw(st.sampled_from(LANGUAGES)), marks


@pytest.fixture(scope="module")
def scheme(tmp_path_factory):
    return made_study(tmp_path_factory.mktemp("scheme"), texts=()).schema()


@settings(max_examples=150, deadline=None)
@given(articles=st.lists(_articles(), min_size=1, max_size=4))
def test_any_text_with_any_spans(scheme, tmp_path_factory, articles):
    plan = Plan(scheme, b"", ("ada",), choices=EVERYTHING)
    piece = piece_from(articles)
    out = written(tmp_path_factory.mktemp("any") / "out", plan, piece)
    check_spacy(out, piece, plan)
    check_conll(out, piece, plan)
    other = written(out.parent / "other", plan, *cut(piece, 1))
    assert contents(other) == contents(out)


@settings(max_examples=300, deadline=None)
@given(text=WORDS)
def test_any_text_comes_back_from_tokens_of_our_own(text):
    doc = own_document(EMPTY, text)
    assert doc.text == text
    assert "".join(text[start:end] for start, end in tokens_of(text)) == "".join(text.split())


@pytest.mark.parametrize("each", TEXTS, ids=lambda each: each.name)
def test_awkward_texts_come_back_in_every_language_that_has_rules(each):
    for language in ("xx", "en", "de", "es", "fa", "he", "ar", "hi", "zh"):
        assert document(spacy.blank(language), each.text).text == each.text
    assert own_document(EMPTY, each.text).text == each.text


def test_a_tokenizer_that_does_not_give_the_text_back_is_not_used():
    class Forgetful:
        def __call__(self, text):
            return Doc(language.vocab, words=text.split())

    language = spacy.blank("xx")
    language.tokenizer = Forgetful()
    assert document(language, "  a\n b. ").text == "  a\n b. "


def test_a_long_run_without_a_space_is_not_given_to_spacy_s_rules():
    def minutes(_):
        pytest.fail("spaCy's rules are quadratic in a run of brackets")

    language = spacy.blank("en")
    language.tokenizer = minutes
    text = "He said " + "(" * 20_000 + " and left."
    assert document(language, text).text == text


def test_a_text_that_looks_like_the_file_around_it(scheme, tmp_path):
    text = "# article_id = a\n\n# columns = x\t#tag\n#\t0\t1\tB-Cue \\u0041 \\\\ \\"
    marks = [("loaded", "Cue", start, start + 1) for start in range(0, len(text), 3)]
    plan = Plan(scheme, b"", ("ada",), choices=EVERYTHING)
    piece = piece_from([(text, "en", marks), (text, "", [])])
    out = written(tmp_path / "out", plan, piece)
    check_conll(out, piece, plan)
    check_spacy(out, piece, plan)


def test_a_text_longer_than_spacy_s_limit(scheme, tmp_path):
    text = "The mayor said no. " * 60_000
    plan = Plan(scheme, b"", ("ada",), choices=EVERYTHING)
    out = written(tmp_path / "out", plan, piece_from([(text, "en", [("loaded", "Cue", 4, 9)])]))
    (doc,) = docs_of(out)
    assert doc.text == text
    assert losses_of(out, "spacy") == losses_of(out, "conll") == []


@pytest.mark.parametrize(
    "name", ["../x", "a\nb", "/etc/passwd", "<b>&amp;", "# columns = x", "\u2028"]
)
def test_names_with_tricks_are_in_no_path_and_break_nothing(scheme, tmp_path, name):
    articles = [("Mayor calls it.", "en", [("loaded", "Cue", 1, 8)]), ("He left.", "en", [])]
    piece = piece_from(articles, annotator=name, names=[name, "=1+1"])
    plan = Plan(scheme, b"", (name,), choices=EVERYTHING)
    out = written(tmp_path / "out", plan, piece)
    assert sorted(contents(out)) == [
        "conll/loss.csv",
        "conll/summary.json",
        "conll/train/annotator_01.conll",
        "conll/train/consensus.conll",
        "spacy/loss.csv",
        "spacy/summary.json",
        "spacy/train-001.spacy",
    ]
    assert list(tmp_path.iterdir()) == [out]
    check_spacy(out, piece, plan)
    check_conll(out, piece, plan)
    assert documents_of(out)[name, "annotator_01"].about["annotator"] == name


def test_formulas_in_the_loss_report_are_guarded_and_it_has_a_header_when_empty(scheme, tmp_path):
    plan = Plan(scheme, b"", ("ada",), choices=EVERYTHING)
    marked = [("Mayor", "en", [("loaded", "Cue", 1, 3), ("loaded", "Cue", 0, 5)])]
    out = written(tmp_path / "one", plan, piece_from(marked, names=["=1+1"]))
    for name in ("spacy", "conll"):
        (row,) = losses_of(out, name)
        assert row == {
            "source": "annotator_01",
            "article_id": "'=1+1",
            "group": "loaded",
            "label": "Cue",
            "start": "1",
            "end": "3",
            "token_start": "0",
            "token_end": "5",
            "what": "moved",
            "why": "begins inside a token and ends inside a token",
        }
    out = written(tmp_path / "none", plan)
    for name in ("spacy", "conll"):
        assert (out / name / "loss.csv").read_text("utf-8").count("\n") == 1
    assert docs_of(out) == []


def test_overlapping_and_adjacent_spans_of_a_group_are_told_apart(scheme, tmp_path):
    text = "So reckless a gamble, said the mayor. Nobody asked."
    marks = [
        ("loaded", "Cue", 0, 20),
        ("loaded", "Cue", 3, 11),
        ("loaded", "Cue", 3, 11),
        ("loaded", "Cue", 20, 21),
        ("source", "Relayed", 22, 44),
    ]
    plan = Plan(scheme, b"", ("ada",), choices=EVERYTHING)
    out = written(tmp_path / "out", plan, piece_from([(text, "en", marks)]))
    lines = (out / "conll" / "train" / "annotator_01.conll").read_text("utf-8").split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("# columns = "))
    rows = [line.split("\t") for line in lines[at + 1 :]]
    named = lines[at].removeprefix("# columns = ").split("\t")
    assert named == ["token", "start", "end", "loaded", "loaded.2", "loaded.3", "source", "span"]
    assert rows[1] == ["reckless", "3", "11", "I-Cue", "B-Cue", "B-Cue", "O", "O"]
    assert rows[4] == [",", "20", "21", "B-Cue", "O", "O", "O", "O"]
    assert rows[9] == [""]
    assert rows[10] == ["Nobody", "38", "44", "O", "O", "O", "I-Relayed", "O"]


@pytest.mark.parametrize(
    "change", [("B-Cue", "X-Cue"), ("\tB-Cue", ""), ("# article_id", "# id"), ("B-Cue", "I-Cue")]
)
def test_what_is_no_file_of_ours_is_one_sentence(scheme, tmp_path, change):
    plan = Plan(scheme, b"", ("ada",), choices=EVERYTHING)
    marks = [("Mayor left", "en", [("loaded", "Cue", 0, 5)])]
    out = written(tmp_path / "out", plan, piece_from(marks))
    path = out / "conll" / "train" / "annotator_01.conll"
    path.write_text(path.read_text("utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(TableError, match=r"line \d+: this is no line of a dataset's CoNLL file"):
        list(read_conll(path))
