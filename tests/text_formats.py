"""Write datasets in the formats that hold a text, and compare them with flat tables."""

import csv
import json
from collections import Counter
from dataclasses import fields, replace
from itertools import pairwise

import pandas as pd
import spacy
from awkward_study import EVERYTHING, public_tables
from pieces import whole_piece
from spacy.tokens import DocBin

from annotate.adjudication.settled import adjudicated
from annotate.consensus.decided import decided_of
from annotate.dataset.columns import CONSENSUS, CONSENSUS_SPANS, OF_ARTICLE, SOFT, SOFT_SPANS, VISIT
from annotate.dataset.formats.conll import ConllWriter, read_conll
from annotate.dataset.formats.spacy import SpacyWriter
from annotate.dataset.piece import Piece
from annotate.dataset.plan import Plan
from annotate.workflow.findings import summary

PLACE = ["group", "label", "start", "end"]
ANSWERS = ["visit_id", "span_id", "question", "state", "value"]


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
        for first, last in pairwise(limits)
    ]


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
        "answers": ANSWERS,
        "soft": SOFT,
        "soft_spans": SOFT_SPANS,
        "consensus": CONSENSUS,
        "consensus_spans": CONSENSUS_SPANS,
    }
    others = {name: pd.DataFrame(columns=["article_id", *each]) for name, each in columns.items()}
    return Piece(articles=told, visits=visits, spans=spans, **others)
