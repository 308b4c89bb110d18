"""Evidence gathered in parts is the evidence of the whole: every figure, to the last bit."""

import itertools
import random
from collections import Counter
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_study import CONFIG, annotated, ids, made_study

from annotate.consensus.decided import Decided
from annotate.consensus.whole import Consensus
from annotate.errors import StudyError, TableError
from annotate.progress import Work
from annotate.reliability.evidence.gather import gather
from annotate.reliability.evidence.joined import joined
from annotate.reliability.score import score
from annotate.schema import parse_config
from annotate.tables import COLUMNS, Tables, frame

SCHEMA = parse_config(CONFIG)
PEOPLE = ("ada", "ben", "cleo", "dan")
STATUSES = ("submitted",) * 6 + ("skipped", "draft", "unseen")
LENGTH = 60


def random_tables(seed, articles):
    """Let people say anything that the scheme allows, and some things that it does not."""
    rnd = random.Random(seed)
    rows = {name: [] for name in COLUMNS}
    for number in range(articles):
        for person in PEOPLE:
            if rnd.random() < 0.2:
                continue
            _visit(rnd, f"a{number}", person, rows)
    return Tables(**{name: frame(name, own) for name, own in rows.items()})


def _visit(rnd, article, person, rows):
    status, visit = rnd.choice(STATUSES), f"{article}/{person}/main/1"
    key = (visit, article, person, "main")
    occasion = 2 if rnd.random() < 0.05 else 1
    stamp = f"2026-03-0{rnd.randint(1, 9)}T10:00:00Z"
    seconds = rnd.choice([60.0, 61.5, float("nan")])
    rows["visits"].append((*key, occasion, "blind", status, "1", stamp, stamp, seconds, "v"))
    if status != "submitted":
        return
    if rnd.random() < 0.1:
        lost = (article, person, "main", "1", "bad offsets", False, "")
        rows["faults"].append(lost)
    for question, values in (
        ("genre", ["report", "opinion", "poem"]),
        ("slant", ["1", "2", "2.0", "5", "x"]),
    ):
        if rnd.random() < 0.9:
            rows["answers"].append((*key, question, "answered", rnd.choice(values), ""))
    shown = rnd.random() < 0.5
    state, value = ("answered", rnd.choice(["before", "after"])) if shown else ("not_shown", "")
    rows["answers"].append((*key, "place", state, value, ""))
    frames = rnd.sample(["conflict", "morality", "else"], rnd.randint(0, 3))
    for each in frames or [""]:
        rows["answers"].append((*key, "frames", "answered" if each else "empty", each, ""))
    for n in range(rnd.randint(0, 3)):
        start = rnd.randint(0, LENGTH - 2)
        end = rnd.randint(start + 1, LENGTH)
        group, label = rnd.choice([("loaded", "Loaded"), ("loaded", "Cue"), ("source", "Relayed")])
        span = f"{visit}/{n}"
        rows["spans"].append((span, *key, group, label, start, end, "x" * (end - start)))
        if group == "loaded":
            said = rnd.choice(["better", "worse", ""])
            state = "answered" if said else "empty"
            rows["answers"].append((*key, "direction", state, said, span))


def _of(tables, articles):
    own = {
        name: getattr(tables, name)[getattr(tables, name)["article_id"].isin(articles)]
        for name in COLUMNS
    }
    return Tables(**{name: part.reset_index(drop=True) for name, part in own.items()})


def _parts(tables, texts, cuts):
    names = list(texts)
    limits = [0, *sorted(cuts), len(names)]
    for first, last in itertools.pairwise(limits):
        own = names[first:last]
        yield gather(
            _of(tables, own),
            SCHEMA,
            {name: texts[name] for name in own},
            events={name: f"e{len(name)}" for name in own},
        )


def _both(seed, articles, cuts):
    texts = {f"a{n}": "x" * LENGTH for n in range(articles)}
    tables = random_tables(seed, articles)
    whole = gather(tables, SCHEMA, texts, events={name: f"e{len(name)}" for name in texts})
    return whole, joined(_parts(tables, texts, cuts), texts)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**6), st.integers(1, 14), st.lists(st.integers(0, 14), max_size=4, unique=True)
)
def test_every_figure_and_count_is_that_of_the_whole(seed, articles, cuts):
    whole, parts = _both(seed, articles, [cut for cut in cuts if cut <= articles])
    assert parts.articles == whole.articles
    assert parts.annotators == whole.annotators
    assert parts.events == whole.events
    assert repr(score(parts)) == repr(score(whole))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(0, 9), max_size=4, unique=True))
def test_every_vote_is_that_of_the_whole(seed, cuts):
    whole, parts = _both(seed, 9, cuts)
    for one, other in zip(whole.asked, parts.asked, strict=True):
        assert (one.counts, one.sets) == (other.counts, other.sets)
        for name in ("ratings", "absence", "unclear"):
            assert _rows(getattr(one, name)) == _rows(getattr(other, name))
    for one, other in zip(whole.marked, parts.marked, strict=True):
        assert (one.counts, one.by_label) == (other.counts, other.by_label)
        names = ("article", "annotator", "label", "start", "end")
        assert _tuples(one.marks, names) == _tuples(other.marks, names)
        names = ("saw_article", "saw_annotator")
        assert _tuples(one.marks, names) == _tuples(other.marks, names)
        for asked, also in zip(whole.asked_of_spans, parts.asked_of_spans, strict=True):
            assert (asked.values, asked.counts) == (also.values, also.counts)
            assert _said(asked, one) == _said(also, other)


def _rows(ratings):
    if ratings is None:
        return None
    rows = zip(ratings.unit, ratings.annotator, ratings.value, strict=True)
    return Counter(tuple(map(int, row)) for row in rows), ratings.values


def _tuples(marks, names):
    return Counter(zip(*(getattr(marks, name).tolist() for name in names), strict=True))


def _said(asked, marked):
    marks, codes = marked.marks, asked.codes[marked.group]
    places = zip(marks.article, marks.annotator, marks.start, marks.end, marks.label, strict=True)
    return Counter(zip(places, codes.tolist(), strict=True))


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Let three people annotate six articles."""
    made = made_study(tmp_path_factory.mktemp("parted"))
    annotated(made)
    made.tables()
    return made


@pytest.mark.parametrize("size", [1, 2, 4, 6, 100])
def test_tables_cut_on_disk_hold_every_row_once_in_its_order(study, size, monkeypatch):
    monkeypatch.setattr("annotate.study.parted.PART", size)
    whole = study.counted_tables()
    order = study.articles()["article_id"].tolist()
    with study.counted_parts() as parted:
        assert [name for n in range(len(parted)) for name in order[parted.limits(n)]] == order
        for number in range(len(parted)):
            own, part = order[parted.limits(number)], parted.tables(number)
            for name in COLUMNS:
                known = _of(whole, own)
                assert getattr(part, name).equals(getattr(known, name))
                assert (getattr(part, name).dtypes == getattr(known, name).dtypes).all()
        folder = parted.folder
    assert not folder.exists()


def test_rounds_that_do_not_count_are_in_no_part(study, monkeypatch):
    monkeypatch.setattr(type(study), "uncounted_rounds", lambda _: frozenset({"main"}))
    with study.counted_parts() as parted:
        assert parted.tables(0).visits.empty
        assert parted.tables(0).spans.empty


def test_a_table_that_cannot_be_read_is_named(tmp_path):
    made = made_study(tmp_path)
    annotated(made)
    made.tables()
    (made.root / "tables" / "answers.parquet").write_bytes(b"PAR1 no table")
    with pytest.raises(StudyError, match=r"answers\.parquet cannot be read"), made.counted_parts():
        pytest.fail("nothing to work with")


def test_work_on_an_article_that_is_gone_is_found(study, monkeypatch):
    articles = study.articles()
    monkeypatch.setattr(type(study), "articles", lambda _: articles.iloc[1:])
    with study.counted_parts() as parted:
        texts = dict(zip(articles["article_id"][1:], articles["text"][1:], strict=True))
        with pytest.raises(TableError, match=articles["article_id"][0]):
            gather(parted.tables(0), study.schema(), texts)


def test_what_a_summary_tells_of_the_tables_is_joined():
    tables = random_tables(3, 8)
    names = [f"a{n}" for n in range(8)]
    whole = Work.of(tables)
    parts = Work.joined([Work.of(_of(tables, names[:3])), Work.of(_of(tables, names[3:]))])
    assert parts.spans == whole.spans
    for field in fields(Work):
        if field.name != "spans":
            one, other = getattr(parts, field.name), getattr(whole, field.name)
            assert sorted(map(str, one.to_numpy())) == sorted(map(str, other.to_numpy()))


@pytest.mark.parametrize("cuts", [[], [3], [1, 2, 8]])
def test_the_consensus_of_parts_laid_together_is_that_of_the_whole(cuts):
    texts = {f"a{n}": "x" * LENGTH for n in range(9)}
    evidence = gather(random_tables(5, 9), SCHEMA, texts)
    decided = Decided(answers={("a0", "genre"): ("opinion",), ("a8", "genre"): ()})
    consensus = Consensus.of(evidence, decided)
    every = consensus.tables(slice(0, 9))
    limits = [0, *cuts, 9]
    parts = [consensus.tables(slice(a, b)) for a, b in itertools.pairwise(limits)]
    for name in ("soft", "soft_spans", "consensus", "consensus_spans"):
        rows = [
            row for part in parts for row in getattr(part, name).astype(str).to_numpy().tolist()
        ]
        assert rows == getattr(every, name).astype(str).to_numpy().tolist()
        assert rows
    named = every.consensus.set_index(["article_id", "question"])["status"]
    assert named["a0", "genre"] == named["a8", "genre"] == "adjudicated"
    assert consensus.choices_on("genre")[0] == "opinion"


def test_ids_of_spans_are_not_kept():
    whole, parts = _both(1, 5, [2])
    assert whole.marked[0].marks.span_ids
    assert all(each.marks.span_ids == () for each in parts.marked)


def test_articles_come_in_the_order_of_the_study(study):
    with study.counted_parts() as parted:
        assert list(parted.articles) == study.articles()["article_id"].tolist()
        assert set(ids(study)) == set(parted.articles)
    assert np.array_equal(np.arange(6)[parted.limits(0)], np.arange(6))
