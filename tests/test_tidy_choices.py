"""A table of choices: one vote of each annotator on each unit, and nothing dropped in silence."""

import itertools
from dataclasses import replace

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import annotate
from annotate.errors import AnnotateError, TableError, UsageError
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
            or "no " in figure.reason
            or figure.units == 1
        )


def test_an_empty_label_is_missing_and_counted(tmp_path):
    rows = [("A", 1, "x"), ("B", 1, ""), ("A", 2, "x"), ("B", 2, "y")]
    found = scored(tmp_path, rows)

    counts = found.figures[0].counts
    assert (counts.saw, counts.marked, counts.missing) == (4, 3, 1)
    assert "1 row has no label or a missing one: no votes" in found.warnings


def test_a_blank_beside_a_label_is_no_second_turn():
    evidence, _ = gathered([("A", 1, "x"), ("A", 1, None), ("B", 1, "x")])

    counts = evidence.asked[0].counts
    assert (counts.saw, counts.marked, counts.missing) == (2, 2, 0)


def test_the_same_row_twice_counts_once_and_is_said(tmp_path):
    once = [("A", 1, "x"), ("B", 1, "y"), ("A", 2, "x"), ("B", 2, "x")]
    single, double = scored(tmp_path, once), scored(tmp_path, once[:1] + once)

    assert shown(single) == shown(double)
    assert any("1 row repeats another one" in said for said in double.warnings)


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
        ("interval", (), "high", TableError, '1 label of "label" is no number ("high")'),
        ("interval", (), "1_000", TableError, "is no number"),
        ("interval", (), "inf", TableError, "is no number"),
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

    assert '1 row has no "annotator" and is left out: row 3' in found.warnings
    assert '1 row has no "unit" and is left out: row 5' in found.warnings
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


@pytest.mark.parametrize("name", ["NA", "n/a", "#N/A", "NaN", "null"])
def test_what_programs_write_for_no_label_is_asked_about(tmp_path, name):
    """R writes NA: silently a label of its own, it would make people agree or disagree."""
    rows = [("A", 1, name), ("B", 1, "x"), ("A", 2, "x"), ("B", 2, "y")]
    with pytest.raises(TableError) as caught:
        scored(tmp_path, rows)
    assert str(caught.value) == (
        f'table.csv: does the label "{name}" stand for no label? Then say --missing {name} (in '
        f'Python missing=["{name}"]); if it is a label, --missing "" keeps it (missing=[])'
    )
    absent = scored(tmp_path, rows, replace(PLAIN, missing=(name,)))
    label = scored(tmp_path, rows, replace(PLAIN, missing=()))

    assert (absent.figures[0].counts.missing, absent.figures[0].labels) == (1, 2)
    assert (label.figures[0].counts.missing, label.figures[0].labels) == (0, 4)


def test_other_missing_labels_do_not_answer_for_na(tmp_path):
    rows = [("A", 1, "NA"), ("B", 1, "not clear"), ("A", 2, "none"), ("B", 2, "none")]
    with pytest.raises(TableError, match='say --missing "not clear,NA"'):
        scored(tmp_path, rows, replace(PLAIN, missing=("not clear",)))
    found = scored(tmp_path, rows, replace(PLAIN, missing=("not clear", "NA")))

    assert found.figures[0].counts.marked == 2


def test_a_missing_label_that_stands_nowhere_is_told(tmp_path):
    rows = [("A", 1, "x"), ("B", 1, "y"), ("A", 2, "x"), ("B", 2, "x")]
    found = scored(tmp_path, rows, replace(PLAIN, missing=("unclear", "y")))

    assert found.warnings[0] == '"unclear" in the missing labels (--missing) matches no "label"'


def test_an_order_that_misses_its_labels_names_what_matches_nothing():
    rows = [("A", 1, "positive"), ("B", 1, "negative")]
    with pytest.raises(UsageError) as caught:
        gathered(rows, "ordinal", ("negative", "positiv"))

    said = str(caught.value)
    assert '"positiv" in the order matches nothing' in said
    assert "--missing" in said


def test_a_decimal_comma_is_recognised():
    with pytest.raises(TableError, match=r"decimals with a point, 2.5 instead of 2,5.*--missing"):
        gathered([("A", 1, "2,5"), ("B", 1, "3")], "interval")


def test_labels_that_differ_only_by_case_are_told(tmp_path):
    found = scored(tmp_path, [("A", 1, "yes"), ("B", 1, "Yes"), ("A", 2, "no"), ("B", 2, "no")])

    assert any(
        'differ only by case and count as different ones: "Yes", "yes"' in said
        for said in found.warnings
    )


def test_swapped_columns_are_suspected(tmp_path):
    rows = [(who, unit, "xy"[(who + unit) % 2]) for who in range(40) for unit in range(3)]
    columns = Columns("annotator", "unit", "label")
    found = scored(tmp_path, rows, columns)
    back = scored(tmp_path, rows, Columns("unit", "annotator", "label"))

    told = '"label" has 40 annotators on 3 units: are the two columns swapped?'
    assert told in found.warnings
    assert not any("swapped" in said for said in back.warnings)


MIXED = [
    (who, unit, question, label)
    for question, labels in (("tone", "123"), ("frame", ["war", "tax", "war"]))
    for unit, label in enumerate(labels)
    for who in "AB"
]
MIXED_NAMES = ("annotator", "unit", "question", "label")
OF_QUESTIONS = Columns("annotator", "unit", "label", question="question")


def test_questions_of_one_scale_are_scored_out_of_a_table(tmp_path):
    columns = replace(OF_QUESTIONS, only=("tone",))
    found = scored(tmp_path, MIXED, columns, MIXED_NAMES, scale="interval")
    tone = [(who, unit, label) for who, unit, question, label in MIXED if question == "tone"]

    assert {figure.question for figure in found.figures} == {"tone"}
    assert found.figures[0].value == scored(tmp_path, tone, scale="interval").figures[0].value
    frame = pd.DataFrame(MIXED, columns=list(MIXED_NAMES))
    python = annotate.agreement(frame, "interval", question="question", only=["tone"])
    assert python.value == found.figures[0].value


@pytest.mark.parametrize("scale", ["interval", "ordinal"])
def test_a_scale_that_another_question_breaks_names_only(tmp_path, scale):
    with pytest.raises(
        AnnotateError, match=r'"frame".*score the questions of one scale at a time.*--only'
    ):
        scored(tmp_path, MIXED, OF_QUESTIONS, MIXED_NAMES, scale=scale)


def test_a_question_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    columns = replace(OF_QUESTIONS, only=("tome",))
    with pytest.raises(UsageError, match='no question "tome"; it has "tone", "frame"'):
        scored(tmp_path, MIXED, columns, MIXED_NAMES)
    with pytest.raises(UsageError, match="--question"):
        Columns("annotator", "unit", "label", only=("tone",))


def test_a_wide_table_is_recognised_by_its_missing_column(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text("id,ann,bob\n1,x,y\n")
    with pytest.raises(UsageError, match=r"column for each coder it is a wide table.*wide=True"):
        score_table([path], Columns("coder", "id", "ann"))
    with pytest.raises(UsageError, match=r'no column "text"; it has "id", "ann", "bob"$'):
        score_table([path], Columns("ann", "text", "bob"))


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
