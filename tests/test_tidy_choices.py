"""A table of choices: one vote of each annotator on each unit, and nothing dropped in silence."""

import itertools

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import annotate
from annotate.errors import TableError, UsageError
from annotate.tidy import Columns
from annotate.tidy.choices import choices
from annotate.tidy.frames import long_rows
from annotate.tidy.scales import Scaling
from annotate.workflow.anydata import score_table

PLAIN = Columns("annotator", "unit", "label")


def gathered(rows, scale="nominal", order=(), columns=PLAIN, names=("annotator", "unit", "label")):
    frame = pd.DataFrame(rows, columns=list(names))
    return choices(long_rows(frame, columns.named), columns, Scaling.of(scale, order))


def values(evidence):
    return evidence.asked[0].ratings.values  # noqa: PD011 - no frame


def scored(tmp_path, rows, columns=PLAIN, names=("annotator", "unit", "label"), **options):
    path = tmp_path / "table.csv"
    pd.DataFrame(rows, columns=list(names)).to_csv(path, index=False)
    return score_table([path], columns, **options)


def shown(found):
    return [figure.to_json() for figure in found.figures]


votes = st.dictionaries(
    st.tuples(st.sampled_from("ABCD"), st.integers(0, 9)), st.integers(1, 5), min_size=2
)


@settings(max_examples=60, deadline=None)
@given(votes, st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_alpha_of_a_table_is_that_of_the_reference_package(tmp_path_factory, given_votes, scale):
    """In whatever order the rows stand, at every scale."""
    rows = [(who, unit, label) for (who, unit), label in given_votes.items()]
    matrix = np.full((4, 10), np.nan)
    for who, unit, label in rows:
        matrix["ABCD".index(who), unit] = label
    (figure, *_) = scored(tmp_path_factory.mktemp("t"), rows, scale=scale).figures
    try:
        expected = krippendorff.alpha(matrix, level_of_measurement=scale)
    except ValueError:
        expected = np.nan

    if figure.defined:
        assert figure.value == pytest.approx(expected, abs=1e-12)
    else:
        assert (
            np.isnan(expected)
            or len({label for _, _, label in rows}) == 1
            or "no " in (figure.reason)
        )


def test_an_empty_label_is_missing_and_counted(tmp_path):
    rows = [("A", 1, "x"), ("B", 1, ""), ("A", 2, "x"), ("B", 2, "y")]
    found = scored(tmp_path, rows)

    counts = found.figures[0].counts
    assert (counts.saw, counts.marked, counts.missing) == (4, 3, 1)
    assert "1 rows have no label or a missing one: no votes" in found.warnings


def test_a_blank_beside_a_label_is_no_second_turn():
    evidence, _ = gathered([("A", 1, "x"), ("A", 1, None), ("B", 1, "x")])

    counts = evidence.asked[0].counts
    assert (counts.saw, counts.marked, counts.missing) == (2, 2, 0)


def test_the_same_row_twice_counts_once_and_is_said(tmp_path):
    once = [("A", 1, "x"), ("B", 1, "y"), ("A", 2, "x"), ("B", 2, "x")]
    single, double = scored(tmp_path, once), scored(tmp_path, once[:1] + once)

    assert shown(single) == shown(double)
    assert any("1 rows repeat another one" in said for said in double.warnings)


def test_two_labels_by_one_annotator_for_one_unit_are_refused_with_their_rows(tmp_path):
    rows = [("A", 7, "yes"), ("B", 7, "no"), ("A", 7, "no")]
    with pytest.raises(TableError) as caught:
        scored(tmp_path, rows)

    assert 'A on 7: "yes" (row 2), "no" (row 4)' in str(caught.value)


def test_2_and_2_0_are_one_number_but_two_names():
    rows = [("A", 1, "2"), ("A", 1, "2.0"), ("B", 1, "3")]
    evidence, warnings = gathered(rows, "interval")

    assert values(evidence) == ("2", "3")
    assert any("repeat" in said for said in warnings)
    with pytest.raises(TableError, match="one label for a unit"):
        gathered(rows, "nominal")


def test_words_on_an_ordinal_scale_need_an_order_and_unused_ones_are_kept():
    rows = [("A", 1, "low"), ("B", 1, "high")]
    evidence, _ = gathered(rows, "ordinal", ("low", "middle", "high"))

    assert values(evidence) == ("low", "middle", "high")
    with pytest.raises(UsageError, match=r"the alphabet is no order.*--order"):
        gathered(rows, "ordinal")
    with pytest.raises(UsageError, match='leaves out labels of "label": "high"'):
        gathered(rows, "ordinal", ("low", "middle"))


def test_numbers_on_an_ordinal_scale_are_ordered_as_numbers():
    evidence, _ = gathered([("A", 1, "10"), ("B", 1, "9"), ("A", 2, "-1")], "ordinal")

    assert values(evidence) == ("-1", "9", "10")


@pytest.mark.parametrize(
    ("scale", "order", "label", "kind", "sentence"),
    [
        ("interval", (), "high", TableError, '1 labels of "label" are no numbers ("high")'),
        ("interval", (), "1_000", TableError, "are no numbers"),
        ("interval", (), "inf", TableError, "are no numbers"),
        ("ratio", (), "-1", TableError, "has negative numbers"),
        ("metric", (), "1", UsageError, 'There is no scale "metric"'),
        ("nominal", ("1",), "1", UsageError, "belongs to the ordinal scale"),
        ("ordinal", ("1", "1"), "1", UsageError, "every value once"),
        ("ordinal", "abc", "1", UsageError, "must be a list"),
    ],
)
def test_a_scale_that_does_not_fit_is_told_in_one_sentence(scale, order, label, kind, sentence):
    with pytest.raises(kind) as caught:
        gathered([("A", 1, label), ("B", 1, "1")], scale, order)

    assert sentence in str(caught.value)


def test_rows_without_annotator_or_unit_are_left_out_and_listed(tmp_path):
    rows = [("A", 1, "x"), ("", 1, "y"), ("B", 1, "x"), ("B", "", "x"), ("B", 2, "y")]
    found = scored(tmp_path, rows)

    assert '1 rows have no "annotator" and are left out: row 3' in found.warnings
    assert '1 rows have no "unit" and are left out: row 5' in found.warnings
    assert found.figures[0].counts.saw == 3


def test_a_table_of_several_questions_scores_each_by_itself(tmp_path):
    """In the order in which they first appear, with their own values."""
    rows = [
        (who, unit, question, label)
        for question, labels in (("tone", ("hot", "cold")), ("is_ad", ("yes", "no")))
        for unit, who in itertools.product(range(6), "AB")
        for label in [labels[(unit + (who == "B")) // 3 % 2]]
    ]
    names = ("annotator", "unit", "question", "label")
    columns = Columns("annotator", "unit", "label", question="question")
    found = scored(tmp_path, rows, columns, names)
    alone = scored(tmp_path, [(w, u, v) for w, u, q, v in rows if q == "is_ad"])

    assert list(dict.fromkeys(figure.question for figure in found.figures)) == ["tone", "is_ad"]
    value = next(f.value for f in found.figures if f.question == "is_ad")
    assert value == alone.figures[0].value


def test_intervals_are_over_articles_and_units_are_told_apart_within_them(tmp_path):
    """Every article may have a sentence 1."""
    rng = np.random.default_rng(1)
    rows = [
        (who, sentence, article, "xy"[int(rng.random() < 0.5)])
        for article, sentence, who in itertools.product(range(8), range(3), "AB")
    ]
    names = ("annotator", "unit", "article", "label")
    columns = Columns("annotator", "unit", "label", article="article")
    found = scored(tmp_path, rows, columns, names)

    assert (found.figures[0].units, found.figures[0].articles) == (24, 8)
    assert not any("article of its own" in said for said in found.warnings)


def test_without_an_article_column_a_warning_says_what_the_interval_means(tmp_path):
    found = scored(tmp_path, [("A", 1, "x"), ("B", 1, "y")])

    assert any("take each unit for an article of its own" in said for said in found.warnings)


def test_a_label_that_looks_like_none_is_a_label_with_a_warning(tmp_path):
    found = scored(tmp_path, [("A", 1, "NA"), ("B", 1, "x")])

    assert found.figures[0].labels == 2
    assert '"NA" is a label like any other here' in found.warnings[0]


def test_several_csv_files_are_one_table(tmp_path):
    """One file of each annotator is what people have."""
    rows = [(who, unit, "xyz"[(unit + (who == "B")) % 3]) for who in "AB" for unit in range(9)]
    for who in "AB":
        part = [row for row in rows if row[0] == who]
        frame = pd.DataFrame(part, columns=["annotator", "unit", "label"])
        frame.to_csv(tmp_path / f"{who}.csv", index=False)
    together = score_table([tmp_path / "A.csv", tmp_path / "B.csv"], PLAIN)

    assert shown(together) == shown(scored(tmp_path, rows))
    (tmp_path / "B.csv").write_text("annotator,unit,label\nB,1,z\nA,1,z\n")
    with pytest.raises(TableError, match=r"row 3 of A\.csv.*row 3 of B\.csv"):
        score_table([tmp_path / "A.csv", tmp_path / "B.csv"], PLAIN)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"annotator": "", "unit": "u", "label": "l"}, "annotator and the unit"),
        ({"annotator": "a", "unit": "u"}, "holds the label"),
        ({"annotator": "a", "unit": "u", "label": "l", "start": "s"}, "both a start and an end"),
        (
            {"annotator": "a", "unit": "u", "start": "s", "end": "e", "article": "x"},
            "An article column is for choices",
        ),
        (
            {"annotator": "a", "unit": "u", "label": "l", "length": "n"},
            "length column is for spans",
        ),
    ],
)
def test_columns_that_make_no_sense_together_are_refused(fields, sentence):
    with pytest.raises(UsageError, match=sentence):
        Columns(**fields)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"all_saw_all": True}, "matters for spans only"),
        ({"jobs": 2}, "work on choices in several Parquet files"),
        ({"cluster": "tcp://localhost:1"}, "work on choices in several Parquet files"),
        ({"jobs": 0}, "several Parquet files"),
    ],
)
def test_options_that_do_nothing_for_a_table_are_refused(tmp_path, options, sentence):
    with pytest.raises(UsageError, match=sentence):
        scored(tmp_path, [("A", 1, "x")], **options)


def test_tables_with_nothing_in_them(tmp_path):
    with pytest.raises(TableError, match="has no rows"):
        scored(tmp_path, [])
    with pytest.raises(TableError, match="no row says both who judged and what"):
        scored(tmp_path, [("", 1, "x"), ("A", "", "y")])
    with pytest.raises(TableError, match="There is no file"):
        score_table([tmp_path / "none.csv"], PLAIN)
    with pytest.raises(UsageError, match="Name at least one table"):
        score_table([], PLAIN)
    (figure, *_) = scored(tmp_path, [("A", 1, ""), ("B", 1, "")]).figures

    assert not figure.defined


def test_labels_that_are_named_missing_are_no_votes_and_are_counted():
    frame = pd.DataFrame(
        [("a", 1, "yes"), ("b", 1, "unclear"), ("a", 2, "no"), ("b", 2, "no"), ("a", 3, "n/a")],
        columns=["annotator", "unit", "label"],
    )
    found = annotate.agreement(frame, missing=["unclear", "n/a"])

    assert (found.counts.saw, found.counts.marked, found.counts.missing) == (5, 3, 2)
    assert found.figures[0].units == 1
    assert "n/a" not in " ".join(found.warnings)


def test_missing_labels_of_spans_are_refused():
    with pytest.raises(UsageError, match="Missing labels are for choices"):
        Columns("annotator", "unit", "label", start="start", end="end", missing=("x",))
