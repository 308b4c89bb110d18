"""Rows out are submissions in: every format gives back what the study holds, cell by cell."""

from collections import Counter

import pytest
from dataset_reader import READERS, TABLES, VOTED, cells, flat_parquet, unguarded
from hypothesis import given
from hypothesis import strategies as st
from nasty_study import nasty_study

from annotate import workflow
from annotate.dataset import Choices
from annotate.dataset.splits import Splitting
from annotate.dataset.writers import guarded

QUOTE = 12
_WAYS = {
    (text, split): (
        Choices(with_text=text, with_notes=text, quote=QUOTE),
        Splitting("event") if split else None,
    )
    for text in (False, True)
    for split in (False, True)
}
_PUBLIC = ("article_id", "outlet", "title", "published", "url", "event", "duplicate_of")
_PUBLIC += ("language", "n_words", "text_sha256", "extractor")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Annotate every awkward text, with nasty words."""
    return nasty_study(tmp_path_factory.mktemp("nasty"))


@pytest.fixture(scope="module", params=_WAYS, ids=lambda way: f"text {way[0]}, split {way[1]}")
def exported(request, study, tmp_path_factory):
    """Export it in one way; give the folder and whether texts and notes are in it."""
    folder = tmp_path_factory.mktemp("exported") / "dataset"
    with pytest.MonkeyPatch.context() as patch:
        if request.param[1]:
            patch.setattr("annotate.study.parted.PART", 3)  # articles in memory at once
        workflow.export(study, folder, *_WAYS[request.param])
    return folder, request.param[0]


@pytest.fixture(scope="module")
def expected(study, exported):
    """Say what a dataset holds of the study, by its documentation and in plain Python."""
    return let_out(study, with_text=exported[1])


def let_out(study, *, with_text):
    articles = study.articles().to_dict("records")
    place = {article["article_id"]: number for number, article in enumerate(articles)}
    tables = study.counted_tables()
    visits, answers, spans = (
        sorted(getattr(tables, name).to_dict("records"), key=lambda row: place[row["article_id"]])
        for name in TABLES[1:]
    )
    numbers, counted = {}, Counter()
    for span in sorted(spans, key=_place):
        counted[span["visit_id"]] += 1
        numbers[span["span_id"]] = f"{span['visit_id']}/{counted[span['visit_id']]}"
    free = {question.name for question in study.schema().questions if question.kind == "text"}
    shown = (*_PUBLIC, "text") if with_text else _PUBLIC
    return {
        "articles": [
            {**{n: article[n] for n in shown}, "published": article["published"][:10]}
            for article in articles
        ],
        "visits": cells(
            {
                **{name: cell for name, cell in visit.items() if name != "annotation_id"},
                "created_at": visit["created_at"][:10],
                "updated_at": visit["updated_at"][:10],
            }
            for visit in visits
        ),
        "answers": [
            {**answer, "span_id": answer["span_id"] and numbers[answer["span_id"]]}
            for answer in answers
            if with_text or answer["question"] not in free
        ],
        "spans": [
            {
                **span,
                "span_id": numbers[span["span_id"]],
                "text": span["text"] if with_text or len(span["text"]) <= QUOTE else "",
            }
            for span in spans
        ],
    }


def _place(span):
    return tuple(span[name] for name in ("visit_id", "start", "end", "label", "span_id"))


def in_some_order(rows):
    return sorted(rows, key=lambda row: repr(sorted(row.items())))


def only(rows, columns):
    return [{name: row[name] for name in columns} for row in rows]


def test_the_study_is_nasty_enough(study):
    tables = study.counted_tables()
    assert set(tables.visits["status"]) == {"submitted", "skipped", "draft", "unseen"}
    assert set(tables.visits["occasion"]) == {1, 2}
    assert set(tables.answers["state"]) == {"answered", "empty", "not_shown"}
    assert len(set(tables.visits["round"])) == 2
    several = tables.answers[tables.answers["state"] == "answered"]
    assert several.duplicated(["visit_id", "question", "span_id"]).any()
    lengths = tables.spans["text"].str.len()
    assert (lengths > QUOTE).sum() > len(lengths) / 10


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("table", TABLES)
def test_what_comes_out_is_what_went_in(exported, expected, name, table):
    rows = READERS[name](exported[0])[table]
    known = expected[table]
    assert len(rows) == len(known) > 0
    columns = set(rows[0])
    if table == "articles":
        assert columns >= {"split"}
        columns -= {"split"}
    if (name, table) == ("nested Parquet", "articles"):
        assert columns < set(known[0])
        known = only(known, sorted(columns))
    assert columns == set(known[0])
    assert in_some_order(only(rows, sorted(columns))) == in_some_order(known)


@pytest.mark.parametrize("name", ["flat Parquet", "CSV", "CSV in pandas"])
@pytest.mark.parametrize("table", TABLES)
def test_flat_tables_keep_the_order_of_the_study(exported, expected, name, table):
    rows = READERS[name](exported[0])[table]
    assert only(rows, expected[table][0]) == expected[table]


@pytest.mark.parametrize("name", [name for name in READERS if name != "flat Parquet"])
@pytest.mark.parametrize("table", VOTED)
def test_votes_and_consensus_are_the_same_in_every_format(exported, name, table):
    known = flat_parquet(exported[0], VOTED)[table]
    rows = READERS[name](exported[0], VOTED)[table]
    assert len(rows) == len(known) > 0
    kept = [_told(row) for row in known]
    assert in_some_order([_told(row) for row in rows]) == in_some_order(kept)
    if table == "consensus":
        assert {row["status"] for row in known} == {"agreed", "tied", "adjudicated"}
    if table == "consensus_spans":
        assert {row["status"] for row in known} == {"agreed", "tied", "adjudicated", "overruled"}


def _told(row):
    """Leave out of a row what is empty: CSV does not tell nothing from no list at all."""
    return {name: cell for name, cell in row.items() if cell not in (None, [], "")}


@given(st.text(st.sampled_from("'=+-@\t\r\n＝1.ae") | st.characters(exclude_categories=["Cs"])))
def test_whoever_takes_the_apostrophe_off_has_the_text_as_it_was(cell):
    assert unguarded(guarded(cell)) == cell


def test_nothing_is_in_two_splits_and_nothing_in_none(exported, study):
    rows = READERS["nested Parquet"](exported[0], ("articles",))["articles"]
    flat = flat_parquet(exported[0], ("articles",))["articles"]
    split = {row["article_id"]: row["split"] for row in flat}
    assert {row["article_id"]: row["split"] for row in rows} == split
    assert len(rows) == len(split) == len(study.articles())
