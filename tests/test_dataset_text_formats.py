"""spaCy documents and CoNLL files hold every span, or the loss report tells what became of it."""

import json
import os
import subprocess
import sys
import zlib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import spacy
from awkward_study import awkward_study, public_tables
from made_study import annotated, choose, ids, made_study, mark, pulled
from pieces import whole_piece
from spacy.training import Corpus
from text_formats import (
    check_conll,
    check_spacy,
    contents,
    cut,
    docs_of,
    documents_of,
    losses_of,
    piece_of,
    plan_of,
    written,
)

import annotate
from annotate.adjudication.settled import adjudicated
from annotate.consensus.decided import decided_of
from annotate.dataset import Choices
from annotate.dataset.formats.conll import read_conll
from annotate.dataset.formats.spacy import available
from annotate.rounds import ADJUDICATION, Round
from annotate.studio.people import claim_email
from annotate.workflow.findings import summary


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


AGAIN = """
import sys
import zlib
from pathlib import Path
from pieces import whole_piece
from text_formats import piece_of, plan_of, written
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


WITHOUT = """
import sys
sys.modules["spacy"] = None
from annotate.dataset.formats.spacy import available
assert not available()
"""


def test_without_spacy_nothing_but_its_format_is_missing():
    env = {**os.environ, "PYTHONPATH": str(Path(annotate.__file__).parents[1])}
    subprocess.run([sys.executable, "-c", WITHOUT], env=env, check=True)


def test_spacy_s_own_reader_takes_the_files_for_training(study, folder):
    language = spacy.blank("en")
    examples = list(Corpus(folder / "spacy" / "train-001.spacy")(language))
    assert len(examples) == len(study.articles())
    names = {label for _, label in study.schema().by_pair}
    held = [span for each in examples for span in each.reference.spans.get("annotator_01", ())]
    assert {span.label_ for span in held} <= names
    assert held


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


def test_what_was_decided_overrides(tmp_path):
    made = made_study(tmp_path)
    annotated(made)
    main = Round("main", "annotation", ("ada", "ben", "cleo"))
    made.save_rounds([main, Round("decided", ADJUDICATION, ("zoe",), of="main")])
    first, *_ = ids(made)
    text = made.texts()[first]
    decision = mark(text, "gamble", "Loaded", 1, "better") + choose("genre", "opinion")
    pulled(made, "decided", "zoe", {first: decision}, day=3)
    piece, plan = piece_of(made), plan_of(made)
    out = written(tmp_path / "out", plan, piece)
    check_spacy(out, piece, plan)
    check_conll(out, piece, plan)
    docs = {doc.user_data["article_id"]: doc for doc in docs_of(out)}
    for key in ("consensus", "consensus_weighted"):
        assert [s.text for s in docs[first].spans[key] if s.label_ == "Loaded"] == ["gamble"]
    assert documents_of(out)[first, "consensus"].answers["genre"] == {
        "status": "adjudicated",
        "values": ["opinion"],
    }


def test_no_byte_tells_who_annotated_or_when_to_the_second(tmp_path):
    made = made_study(tmp_path)
    annotated(made)
    claim_email(made.people_path, "ada", "ada.lovelace@newsroom.example")
    for with_notes in (False, True):
        choices = Choices(with_text=True, with_notes=with_notes)
        let_out = public_tables(made, choices)
        piece = whole_piece(let_out, summary(made).evidence, decided_of(adjudicated(made)))
        plan = replace(plan_of(made), choices=choices)
        out = written(tmp_path / f"out-{with_notes}", plan, piece)
        for name, content in contents(out).items():
            plain = zlib.decompress(content) if name.endswith(".spacy") else content
            for secret in (b"lovelace", b"newsroom", b"10:00:00", b"task_id", b"127.0.0.1"):
                assert secret not in plain, (name, secret)
            holds = name.endswith((".spacy", ".conll")) and "consensus" not in name
            assert (b"own words" in plain) == (with_notes and holds), name


def test_a_second_visit_has_a_place_of_its_own(tmp_path):
    made = made_study(tmp_path, people=("ada",))
    first, *_ = ids(made)
    text = made.texts()[first]
    once, again = mark(text, "gamble", "Loaded", 1), mark(text, "reckless", "Cue", 1)
    pulled(made, "main", "ada", {first: once}, again={first: again})
    piece, plan = piece_of(made), plan_of(made)
    out = written(tmp_path / "out", plan, piece)
    check_spacy(out, piece, plan)
    check_conll(out, piece, plan)
    (doc,) = [doc for doc in docs_of(out) if doc.user_data["article_id"] == first]
    assert [s.text for s in doc.spans["annotator_01"]] == ["gamble"]
    assert [s.text for s in doc.spans["annotator_01.2"]] == ["reckless"]
    assert doc.user_data["visits"]["annotator_01.2"]["occasion"] == 2
    blocks = list(read_conll(out / "conll" / "train" / "annotator_01.conll"))
    assert [(one.about["source"], one.about["occasion"]) for one in blocks] == [
        ("annotator_01", "1"),
        ("annotator_01.2", "2"),
    ]
    # Nobody has read the other articles.
    assert {key for doc in docs_of(out) for key in doc.spans} == {*doc.spans}
    assert len(docs_of(out)) == 6
    assert len(documents_of(out)) == 3
