"""The one model of all findings: its counts, its warnings and its JSON."""

import json
from dataclasses import fields

import pandas as pd
import pytest

from annotate.schema import parse_config
from annotate.settings import Settings
from annotate.summary import CAVEATS, DEMONSTRATION, Summary, summarise
from annotate.tables import Tables, frame

SCHEMA = parse_config(b"""<View>
  <Labels name="span" toName="text"><Label value="Loaded"/></Labels>
  <Text name="text" value="$text"/>
  <Choices name="genre" toName="text" choice="single-radio">
    <Choice value="report"/><Choice value="opinion"/>
  </Choices>
  <Choices name="frames" toName="text" choice="multiple">
    <Choice value="conflict"/><Choice value="morality"/>
  </Choices>
  <Choices name="strong" toName="text" perRegion="true" choice="multiple">
    <Choice value="strong"/>
  </Choices>
</View>""")


def articles(n, **columns):
    """Make articles of ten words."""
    table = {
        "article_id": [f"a{i}" for i in range(n)],
        "text": ["x" * 50] * n,
        "n_words": [10] * n,
        "outlet": ["one", "two", ""] * n,
        "event": ["e"] * n,
        "duplicate_of": [""] * n,
    }
    return pd.DataFrame({name: columns.get(name, values)[:n] for name, values in table.items()})


def work(*rows, faults=()):
    """Make tables of (article, annotator, status, genre)."""
    visits, answers = [], []
    for article, annotator, status, genre in rows:
        key = (f"{article}/{annotator}/main/1", article, annotator, "main")
        seconds = 60.0 if annotator == "p" else float("nan")
        visits.append((*key, 1, "blind", status, "", "", "", seconds, ""))
        if genre:
            answers.append((*key, "genre", "answered", genre, ""))
    return Tables(
        frame("visits", visits),
        frame("answers", answers),
        frame("spans", [("s", "a0/p/main/1", "a0", "p", "main", "span", "Loaded", 0, 5, "xxxxx")]),
        frame("faults", faults),
    )


TWO = [
    (f"a{n}", person, "submitted", "report" if n % 2 else "opinion") for n in range(6)
    for person in "pq"
]  # fmt: skip


def summary(n=6, tables=None, annotators=("p", "q"), *, demonstration=False, **rest):
    """Summarise a study."""
    tables = work(*TWO) if tables is None else tables
    says = Settings("study", annotators, demonstration)
    return summarise(says, SCHEMA, articles(n), tables, **rest)


def test_corpus_is_counted():
    """Unknown outlets are no outlet; linked articles are counted."""
    table = articles(3, duplicate_of=["", "", "a0"])
    found = summarise(Settings("study"), SCHEMA, table, Tables.empty())
    corpus = found.corpus
    assert (corpus.articles, corpus.words, corpus.outlets, corpus.events) == (3, 30, 2, 1)
    assert corpus.duplicates == 1
    assert any("repeat the text" in warning for warning in found.warnings)


def test_progress_by_annotator():
    """Everybody with a desk has a row, also before the first pull; others are added."""
    rows = [
        ("a0", "p", "submitted", "report"),
        ("a1", "p", "skipped", ""),
        ("a2", "p", "unseen", ""),
    ]
    rows += [("a0", "guest", "draft", ""), ("a1", "guest", "unassigned", "")]
    found = {p.annotator: p for p in summary(tables=work(*rows)).progress}
    assert list(found) == ["p", "q", "guest"]
    p, q, guest = found.values()
    assert (p.assigned, p.submitted, p.skipped, p.unseen, p.spans, p.seconds) == (3, 1, 1, 1, 1, 60)
    assert (q.assigned, q.submitted, q.unseen) == (6, 0, 6)
    assert (guest.assigned, guest.draft, guest.submitted) == (1, 1, 0)


def test_headlines_are_one_per_question_and_group():
    """Also a question that offers one value to tick has one; F1 is never one."""
    found = summary().headlines
    assert [(f.question, f.label) for f in found] == [
        ("genre", ""), ("frames", ""), ("span", ""), ("strong", "strong"),
    ]  # fmt: skip
    assert all("alpha" in f.measure for f in found)


def test_what_is_read_first_is_part_of_all_and_holds_the_headlines():
    found = summary()

    assert set(found.headlines) <= set(found.readable) < set(found.figures)
    assert [f for f in found.figures if f in found.readable] == list(found.readable)


def test_the_evidence_is_that_of_the_figures():
    """So that another view of it needs no second reading of the tables."""
    from annotate.reliability.score import score

    found = summary()
    again = score(found.evidence)
    assert [f.to_json() for f in again] == [f.to_json() for f in found.figures]
    assert found.evidence.outlets["a0"] == "one"
    assert found.evidence.events["a1"] == "e"


def test_coefficients_on_request_are_among_the_figures():
    more = summary(also=frozenset({"fleiss"})).figures

    assert {f.measure for f in more} > {f.measure for f in summary().figures}


def test_json_is_plain_and_complete():
    """Undefined is null, never NaN; each chance-corrected figure has its verdict."""
    for found in (summary(), summary(0, Tables.empty()), summary(0, Tables.empty(), ())):
        plain = json.loads(json.dumps(found.to_json(), allow_nan=False))
        apart = {"figures", "evidence", "shown"}
        assert set(plain) == {f.name for f in fields(Summary)} - apart | {"agreement", "caveats"}
        assert plain["caveats"] == list(CAVEATS)
        for figure in plain["agreement"]:
            assert (figure["verdict"] is None) == ("alpha" not in figure["measure"])
            assert figure["value"] is not None or figure["reason"].startswith("undefined")
    genre = next(f for f in summary().to_json()["agreement"] if f["measure"] == "alpha (nominal)")
    assert genre["value"] == pytest.approx(1.0)
    assert (genre["saw"], genre["marked"], genre["verdict"]) == (12, 12, "not reliable yet")


def test_started_means_submitted():
    """Drafts and skips are no start."""
    assert not summary(tables=work(("a0", "p", "draft", ""), ("a1", "p", "skipped", ""))).started
    assert summary().started


def test_warnings():
    """A lone annotator, few shared articles and work set aside are said aloud."""
    lone = summary(tables=work(*[row for row in TWO if row[1] == "p"]))
    assert any("One annotator" in warning for warning in lone.warnings)
    assert any("or more: 6." in warning for warning in summary().warnings)
    assert not summary(0, Tables.empty()).warnings
    fault = ("a0", "p", "main", "1", "superseded", False, "a later one counts")
    aside = summary(tables=work(*TWO, faults=[fault, fault]))
    assert any("set aside: 2;" in warning for warning in aside.warnings)
    assert [(f.kind, f.kept, f.times) for f in aside.faults] == [("superseded", False, 2)]


def test_two_rounds_of_one_person_share_no_article():
    """An article that one person submitted twice is not one that two submitted."""
    tables = work(("a0", "p", "submitted", "report"), ("a0", "q", "submitted", "report"))
    again = tables.visits.iloc[[0]].assign(visit_id="a1/p/second/1", article_id="a1")
    other = again.assign(visit_id="a1/p/main/1")
    tables = Tables(
        pd.concat([tables.visits, again, other]), tables.answers, tables.spans, tables.faults
    )
    assert any("or more: 1." in warning for warning in summary(tables=tables).warnings)


def test_a_demonstration_says_so_first():
    """Made-up labels are announced before anything else."""
    assert summary(demonstration=True).warnings[0] == DEMONSTRATION
    assert DEMONSTRATION not in summary().warnings


def test_whoever_was_assigned_nothing_owes_nothing():
    found = summary(6, annotators=("p", "q", "r", "s"), assigned={"p": 6, "q": 6, "s": 2})
    owes = {person.annotator: (person.assigned, person.unseen) for person in found.progress}
    assert owes == {"p": (6, 0), "q": (6, 0), "r": (0, 0), "s": (2, 2)}


def test_a_second_reading_is_no_second_reader():
    tables = work(("a0", "p", "submitted", "report"), ("a1", "q", "submitted", "report"))
    again = tables.visits.iloc[[0]].assign(visit_id="a0/q/main/2", annotator="q", occasion=2)
    visits = pd.concat([tables.visits, again], ignore_index=True)
    found = summary(2, Tables(visits, tables.answers, tables.spans, tables.faults))
    assert "submitted by two annotators or more: 0" in " ".join(found.warnings)
