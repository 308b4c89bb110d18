"""spaCy documents and CoNLL files hold every span, or the loss report tells what became of it."""

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import fields, replace
from pathlib import Path

import pandas as pd
import pytest
import spacy
from adversarial_texts import TEXTS
from awkward_study import EVERYTHING, awkward_study, public_tables
from hypothesis import given, settings
from hypothesis import strategies as st
from made_study import annotated, choose, ids, made_study, mark, pulled
from pieces import whole_piece
from spacy.tokens import DocBin

import annotate
from annotate.adjudication.settled import adjudicated
from annotate.consensus.decided import decided_of
from annotate.dataset.columns import OF_ARTICLE, VISIT
from annotate.dataset.formats.conll import ConllWriter, read_conll
from annotate.dataset.formats.spacy import SpacyWriter, available, document, own_document
from annotate.dataset.piece import Piece
from annotate.dataset.plan import Plan
from annotate.dataset.tokens import tokens_of
from annotate.errors import TableError
from annotate.rounds import ADJUDICATION, Round
from annotate.workflow.findings import summary

PLACE = ["group", "label", "start", "end"]
EMPTY = spacy.blank("xx")


def piece_of(study):
    evidence = summary(study).evidence
    return whole_piece(public_tables(study), evidence, decided_of(adjudicated(study)))


def plan_of(study, splits=("train",)):
    names = tuple(sorted(study.counted_tables().visits["annotator"].unique()))
    return Plan(study.schema(), study.config_path.read_bytes(), names, splits, EVERYTHING)


def written(folder, plan, *pieces, **how):
    """Write pieces in both formats."""
    folder.mkdir(exist_ok=True)
    for writer in (SpacyWriter(folder, plan, **how), ConllWriter(folder, plan)):
        for piece in pieces:
            writer.write(piece)
        writer.close()
    return folder


@pytest.fixture(scope="module", params=["awkward", "made"])
def study(request, tmp_path_factory):
    """Annotate every awkward text, or six plain articles."""
    root = tmp_path_factory.mktemp(request.param)
    if request.param == "awkward":
        return awkward_study(root)
    made = made_study(root)
    annotated(made)
    return made


@pytest.fixture(scope="module")
def folder(study, tmp_path_factory):
    """Write its dataset in both formats."""
    return written(tmp_path_factory.mktemp("dataset") / "out", plan_of(study), piece_of(study))


def docs_of(folder, split="*"):
    """Read spaCy documents as a stranger would: with nothing but a blank vocabulary."""
    vocab = spacy.blank("xx").vocab
    paths = sorted((folder / "spacy").glob(f"{split}-*.spacy"))
    return [doc for path in paths for doc in DocBin().from_disk(path).get_docs(vocab)]


def documents_of(folder, split="train"):
    """Give the CoNLL documents by article and source."""
    found = [
        document for path in (folder / "conll" / split).iterdir() for document in read_conll(path)
    ]
    by_place = {(one.about["article_id"], one.about["source"]): one for one in found}
    assert len(by_place) == len(found)
    return by_place


def losses_of(folder, name):
    with (folder / name / "loss.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def contents(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


def known_spans(piece, plan, *, weighted=True):
    """Give what is marked, by article and source, straight from the flat tables."""
    done = piece.visits[piece.visits["status"] == "submitted"]
    names, turns = {}, Counter()
    for visit in done.to_dict("records"):
        who = plan.number(visit["annotator"])
        turns[visit["article_id"], who] += 1
        turn = turns[visit["article_id"], who]
        name = who if turn == 1 else f"{who}.{turn}"
        names[visit["visit_id"]] = (visit["article_id"], name)
    found = {key: [] for key in names.values()}
    for row in piece.spans.to_dict("records"):
        if row["visit_id"] in names:
            found[names[row["visit_id"]]].append(tuple(row[name] for name in PLACE))
    kinds = {"consensus": "plain", "consensus_weighted": "weighted"}
    stands = piece.consensus_spans[
        piece.consensus_spans["status"].isin(["agreed", "adjudicated"])
    ].to_dict("records")
    for name, kind in list(kinds.items())[: 1 + weighted]:
        for article in dict.fromkeys(article for article, _ in names.values()):
            found[article, name] = [
                tuple(row[column] for column in PLACE)
                for row in stands
                if row["article_id"] == article and row["kind"] in {kind, "adjudicated"}
            ]
    return {key: Counter(spans) for key, spans in found.items()}


def on_tokens(span, tokens):
    """Give where a span comes to lie, by looking at every token; None if it has none."""
    group, label, start, end = span
    own = [token for token in tokens if token[0] < end and token[1] > start]
    return (group, label, own[0][0], own[-1][1]) if own else None


def fitted(known, tokens):
    """Give where spans come to lie, and what the loss report has to say of them."""
    kept, lost = Counter(), Counter()
    for (article, source), spans in known.items():
        for span in spans.elements():
            there = on_tokens(span, tokens[article])
            if there is not None:
                kept[article, source, *there] += 1
            if there != span:
                where = there[2:] if there else ("", "")
                what = "moved" if there else "dropped"
                lost[tuple(map(str, (source, article, *span, *where, what)))] += 1
    return kept, lost


def reported(folder, name):
    rows = losses_of(folder, name)
    assert all(row["why"] for row in rows)
    return Counter(tuple(row.values())[:-1] for row in rows)


def check_spacy(folder, piece, plan):
    docs = {doc.user_data["article_id"]: doc for doc in docs_of(folder)}
    texts = piece.articles.set_index("article_id")["text"].to_dict()
    assert {name: doc.text for name, doc in docs.items()} == texts
    known = known_spans(piece, plan)
    exact = {
        (name, key): Counter(tuple(span[column] for column in PLACE) for span in spans)
        for name, doc in docs.items()
        for key, spans in doc.user_data["spans"].items()
    }
    assert exact == known
    tokens = {
        name: [(token.idx, token.idx + len(token)) for token in doc] for name, doc in docs.items()
    }
    kept, lost = fitted(known, tokens)
    found = Counter()
    for name, doc in docs.items():
        assert list(doc.spans) == list(doc.user_data["spans"])
        for key, group in doc.spans.items():
            held = [each for each in doc.user_data["spans"][key] if each["tokens"]]
            assert [(s.start, s.end) for s in group] == [each["tokens"] for each in held]
            for span, each in zip(group, held, strict=True):
                found[name, key, each["group"], span.label_, span.start_char, span.end_char] += 1
        json.dumps(doc.user_data)
    assert found == kept
    assert reported(folder, "spacy") == lost


def check_conll(folder, piece, plan):
    known = known_spans(piece, plan, weighted=False)
    documents = documents_of(folder)
    assert set(documents) == set(known)
    texts = piece.articles.set_index("article_id")["text"].to_dict()
    tokens = {}
    for (article, _), one in documents.items():
        text = texts[article]
        assert [text[t.start : t.end] for t in one.tokens] == [t.text for t in one.tokens]
        assert "".join(t.text for t in one.tokens) == "".join(text.split())
        assert one.sentences == sorted(set(one.sentences))
        assert one.sentences[-1:] == [len(one.tokens)][: len(one.tokens)]
        tokens[article] = [(token.start, token.end) for token in one.tokens]
    kept, lost = fitted(known, tokens)
    found = Counter(
        (*place, span.group, span.label, span.start, span.end)
        for place, one in documents.items()
        for span in one.spans
    )
    assert found == kept
    assert reported(folder, "conll") == lost


def test_every_span_is_there_exactly_and_on_whole_tokens(study, folder):
    assert available()
    check_spacy(folder, piece_of(study), plan_of(study))


def test_what_is_read_back_from_conll_is_what_was_marked_but_for_the_losses(study, folder):
    check_conll(folder, piece_of(study), plan_of(study))


def test_what_was_answered_stands_beside_the_text(study, folder):
    piece = piece_of(study)
    done = piece.visits[piece.visits["status"] == "submitted"]
    said = piece.answers[piece.answers["visit_id"].isin(done["visit_id"])]
    said = said[(said["state"] == "answered")]
    known = Counter(
        map(tuple, said[said["span_id"] == ""][["visit_id", "question", "value"]].to_numpy())
    )
    visits = [visit for doc in docs_of(folder) for visit in doc.user_data["visits"].values()]
    assert known == Counter(
        (visit["visit_id"], answer["question"], value)
        for visit in visits
        for answer in visit["answers"]
        if answer["state"] == "answered"
        for value in answer["values"]
    )
    blocks = [one for one in documents_of(folder).values() if "visit_id" in one.about]
    assert known == Counter(
        (one.about["visit_id"], question, value)
        for one in blocks
        for question, answer in one.answers.items()
        if answer["state"] == "answered"
        for value in answer["values"]
    )
    # What was said of spans has a place in one of the formats, and is counted in the other.
    about = said[said["span_id"] != ""].groupby(["span_id", "question"]).ngroups
    spans = [
        span
        for doc in docs_of(folder)
        for key, spans in doc.user_data["spans"].items()
        for span in spans
        if key.startswith("annotator")
    ]
    assert about == sum(a["state"] == "answered" for span in spans for a in span["answers"])
    counts = json.loads((folder / "conll" / "summary.json").read_text("utf-8"))
    of_consensus = [
        answer
        for doc in docs_of(folder)
        for span in doc.user_data["spans"].get("consensus", ())
        for answer in span["answers"]
    ]
    assert counts["answers_about_spans"] == about + len(of_consensus) > 0
    assert counts["moved"] + counts["dropped"] == len(losses_of(folder, "conll"))
    assert counts["documents"] == len(documents_of(folder))


def test_only_what_was_submitted_is_there_and_who_marked_nothing_has_an_empty_place(study, folder):
    piece, plan = piece_of(study), plan_of(study)
    documents = documents_of(folder)
    docs = {doc.user_data["article_id"]: doc for doc in docs_of(folder)}
    empty, absent = 0, 0
    for visit in piece.visits.to_dict("records"):
        doc, who = docs[visit["article_id"]], plan.number(visit["annotator"])
        done = visit["status"] == "submitted"
        absent += not done
        assert (who in doc.spans, (visit["article_id"], who) in documents) == (done, done)
        if done and visit["visit_id"] not in set(piece.spans["visit_id"]):
            empty += 1
            assert len(doc.spans[who]) == 0
            block = documents[visit["article_id"], who]
            assert (block.spans, bool(block.tokens)) == ([], True)
    assert empty or absent


def test_the_same_pieces_give_the_same_bytes_whatever_a_piece_holds(study, folder, tmp_path):
    plan, piece = plan_of(study), piece_of(study)
    assert contents(written(tmp_path / "again", plan, piece)) == contents(folder)
    parts = cut(piece, 1, 4)
    assert len(parts) == 3
    assert contents(written(tmp_path / "parts", plan, *parts)) == contents(folder)
    small = written(tmp_path / "small", plan, *parts, shard=2)
    assert [doc.user_data for doc in docs_of(small)] == [doc.user_data for doc in docs_of(folder)]
    assert len(list((small / "spacy").glob("train-*.spacy"))) == -(-len(piece.articles) // 2)


def cut(piece, *at):
    names = piece.articles["article_id"].tolist()
    limits = [0, *at, len(names)]
    return [
        replace(
            piece,
            **{
                field.name: part[part["article_id"].isin(names[first:last])]
                for field in fields(piece)
                if isinstance(part := getattr(piece, field.name), pd.DataFrame)
            },
        )
        for first, last in zip(limits, limits[1:], strict=False)
    ]


AGAIN = """
import sys
from pathlib import Path
from test_dataset_text_formats import piece_of, plan_of, written
from annotate.study import Study
study = Study(Path(sys.argv[1]))
written(Path(sys.argv[2]), plan_of(study), piece_of(study))
"""


def test_another_process_writes_the_same_bytes(study, folder, tmp_path):
    root = Path(annotate.__file__).parents[1]
    for seed in ("1", "77"):
        env = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": f"{root}{os.pathsep}{root / 'tests'}",
        }
        command = [sys.executable, "-c", AGAIN, str(study.root), str(tmp_path / seed)]
        subprocess.run(command, env=env, check=True)
        assert contents(tmp_path / seed) == contents(folder)


def test_each_split_has_files_of_its_own(tmp_path):
    made = made_study(tmp_path)
    annotated(made)
    piece = piece_of(made)
    of = ["train", "test", "train", "train", "test", "train"]
    piece = replace(piece, articles=piece.articles.assign(split=of))
    out = written(tmp_path / "out", plan_of(made, ("train", "validation", "test")), piece)
    names = piece.articles["article_id"].tolist()
    for split in ("train", "validation", "test"):
        own = [name for name, where in zip(names, of, strict=True) if where == split]
        assert [doc.user_data["article_id"] for doc in docs_of(out, split)] == own
    assert sorted(p.name for p in (out / "spacy").glob("*.spacy")) == [
        "test-001.spacy",
        "train-001.spacy",
        "validation-001.spacy",
    ]
    people = [*(f"annotator_{number:02}.conll" for number in (1, 2, 3)), "consensus.conll"]
    for split in ("train", "test"):
        assert sorted(p.name for p in (out / "conll" / split).iterdir()) == people
        assert {one.about["split"] for one in documents_of(out, split).values()} == {split}
    assert not (out / "conll" / "validation").exists()


def test_what_was_decided_overrides_and_a_second_visit_has_a_place_of_its_own(tmp_path):
    made = made_study(tmp_path)
    annotated(made)
    main = Round("main", "annotation", ("ada", "ben", "cleo"))
    made.save_rounds([main, Round("decided", ADJUDICATION, ("zoe",), of="main")])
    first, second, *_ = ids(made)
    text = made.texts()[first]
    decision = mark(text, "gamble", "Loaded", 1, "better") + choose("genre", "opinion")
    pulled(made, "decided", "zoe", {first: decision}, day=3)
    again = mark(made.texts()[second], "reform", "Loaded", 1) + choose("genre", "report")
    pulled(made, "main", "ben", {}, again={second: again})
    piece, plan = piece_of(made), plan_of(made)
    out = written(tmp_path / "out", plan, piece)
    check_spacy(out, piece, plan)
    check_conll(out, piece, plan)
    docs = {doc.user_data["article_id"]: doc for doc in docs_of(out)}
    for key in ("consensus", "consensus_weighted"):
        assert [s.text for s in docs[first].spans[key] if s.label_ == "Loaded"] == ["gamble"]
    assert [s.text for s in docs[second].spans["annotator_02.2"]] == ["reform"]
    assert docs[second].user_data["visits"]["annotator_02.2"]["occasion"] == 2
    block = documents_of(out)[second, "annotator_02.2"]
    assert block.about["occasion"] == "2"
    assert documents_of(out)[first, "consensus"].answers["genre"] == {
        "status": "adjudicated",
        "values": ["opinion"],
    }


# Texts that nobody has written yet.

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


def piece_from(articles, annotator="ada", names=None):
    """Make a piece in which one person has read everything."""
    names = names or [f"a{number}" for number in range(len(articles))]
    told = pd.DataFrame(
        [
            {
                **dict.fromkeys(OF_ARTICLE, ""),
                "article_id": name,
                "split": "train",
                "language": language,
                "text": text,
            }
            for name, (text, language, _) in zip(names, articles, strict=True)
        ]
    )
    visits = pd.DataFrame(
        [
            {
                **dict.fromkeys(VISIT, ""),
                "article_id": name,
                "visit_id": f"v/{name}",
                "annotator": annotator,
                "status": "submitted",
                "occasion": 1,
                "seconds": None,
            }
            for name in names
        ]
    )
    spans = pd.DataFrame(
        [
            {
                "article_id": name,
                "visit_id": f"v/{name}",
                "span_id": f"v/{name}/{number}",
                **dict(zip(PLACE, mark_, strict=True)),
                "text": articles[place][0][mark_[2] : mark_[3]],
            }
            for place, name in enumerate(names)
            for number, mark_ in enumerate(articles[place][2])
        ],
        columns=["article_id", "visit_id", "span_id", *PLACE, "text"],
    )
    columns = {
        "answers": ["article_id", "visit_id", "span_id", "question", "state", "value"],
        "soft": ["article_id"],
        "soft_spans": ["article_id"],
        "consensus": ["article_id"],
        "consensus_spans": ["article_id", "kind", "status", *PLACE],
    }
    others = {name: pd.DataFrame(columns=each) for name, each in columns.items()}
    others["consensus"] = pd.DataFrame(columns=_all_columns("CONSENSUS"))
    others["consensus_spans"] = pd.DataFrame(columns=_all_columns("CONSENSUS_SPANS"))
    return Piece(articles=told, visits=visits, spans=spans, **others)


def _all_columns(name):
    from annotate.dataset import columns

    return ["article_id", *getattr(columns, name)]


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
            return language.vocab and spacy.tokens.Doc(language.vocab, words=text.split())

    language = spacy.blank("xx")
    language.tokenizer = Forgetful()
    assert document(language, "  a\n b. ").text == "  a\n b. "


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
