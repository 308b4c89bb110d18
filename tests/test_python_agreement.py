"""`annotate.agreement()` and `annotate.span_agreement()`, as one meets them in a notebook."""

import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import annotate
from annotate.errors import AnnotateError, TableError, UsageError

#: Krippendorff (2011, Computing Krippendorff's alpha-reliability, C).
CANONICAL = pd.DataFrame(
    {
        "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        "C": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    }
)


def long(frame):
    table = frame.rename_axis("unit").reset_index()
    return table.melt("unit", var_name="annotator", value_name="label")


@pytest.mark.parametrize(
    ("scale", "alpha"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_the_canonical_data_at_four_scales_long_and_wide(scale, alpha):
    wide = annotate.agreement(CANONICAL, scale, wide=True)
    tidy = annotate.agreement(long(CANONICAL), scale)

    assert round(wide.value, 3) == round(tidy.value, 3) == alpha
    assert (wide.low, wide.high) == (tidy.low, tidy.high)
    assert wide.low <= wide.value <= wide.high


def test_an_empty_cell_of_a_wide_frame_is_no_turn_an_empty_label_is_missing():
    assert annotate.agreement(CANONICAL, wide=True).counts.missing == 0
    assert annotate.agreement(long(CANONICAL)).counts.missing == 7


def test_importing_annotate_imports_nothing_heavy():
    code = (
        "import sys, annotate; heavy = {'pandas', 'numpy', 'scipy', 'pyarrow'} & set(sys.modules)\n"
        "assert not heavy, heavy; assert callable(annotate.agreement)\n"
        "from annotate import span_agreement\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_name_that_is_not_there_is_an_ordinary_error():
    with pytest.raises(AttributeError, match="has no attribute 'agreements'"):
        annotate.agreements  # noqa: B018


def test_the_figure_of_record_comes_first_and_all_are_in_the_frame():
    found = annotate.agreement(CANONICAL, "ordinal", wide=True, also=["fleiss"])
    frame = found.to_frame()

    assert frame["measure"][0] == found.measure == "alpha (ordinal)"
    assert frame["value"][0] == found.value
    assert any(frame["measure"].str.startswith("Fleiss"))
    assert list(frame)[:6] == ["question", "label", "measure", "value", "low", "high"]


def test_the_repr_says_value_interval_counts_and_warnings():
    text = repr(annotate.agreement(CANONICAL, wide=True))

    first = text.splitlines()[0]
    assert re.fullmatch(r"alpha \(nominal\): 0\.743 \[0\.\d{3}, 1\.000\], not reliable yet", first)
    assert "11 units in 11 articles, 4 annotators, 40 labels, 0 missing" in text
    assert "* intervals take each unit for an article of its own; if several" in text


def test_an_undefined_figure_says_why():
    frame = pd.DataFrame({"A": ["x", "x"], "B": ["x", "x"]})
    found = annotate.agreement(frame, wide=True)

    assert np.isnan(found.value)
    assert 'all votes are "x"' in found.reason
    assert repr(found).startswith('alpha (nominal): undefined: all votes are "x"')


def test_labels_are_escaped_in_a_notebook():
    frame = pd.DataFrame({"A": ["<script>", "y", "a"], "B": ["<script>", "y", "<b>"]})
    html = annotate.agreement(frame, wide=True)._repr_html_()

    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html


def test_ordered_categories_bring_their_order():
    order = ["low", "middle", "high"]
    frame = pd.DataFrame(
        {
            "annotator": list("ABABAB"),
            "unit": [1, 1, 2, 2, 3, 3],
            "label": pd.Categorical(
                ["low", "low", "high", "high", "low", "high"], order, ordered=True
            ),
        }
    )
    plain = frame.astype({"label": "str"})

    found = annotate.agreement(frame, "ordinal")
    assert found.evidence.asked[0].ratings.values == tuple(order)  # noqa: PD011 - no frame
    assert found.value == annotate.agreement(plain, "ordinal", order=order).value
    with pytest.raises(UsageError, match="the alphabet is no order"):
        annotate.agreement(plain, "ordinal")


def test_columns_may_have_other_names_types_and_an_article():
    frame = pd.DataFrame(
        {
            1: ["A", "B"] * 12,
            "sentence": np.repeat(range(12), 2) % 2,
            "text": np.repeat(range(6), 4),
            "tone": pd.Series([1, "x"] * 11 + [1, 1], dtype=object),
        }
    )
    found = annotate.agreement(frame, annotator="1", unit="sentence", label="tone", article="text")

    assert (found.figures[0].units, found.figures[0].articles) == (12, 6)
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("frame", "options", "sentence"),
    [
        ([1, 2], {}, "from a pandas DataFrame, not from a list"),
        (CANONICAL, {}, 'The column "annotator" is not there; the frame has "A", "B".*wide=True'),
        (CANONICAL, {"wide": True, "annotator": "A"}, "so annotator= has no meaning"),
        (CANONICAL, {"wide": True, "label": "A"}, "so label= has no meaning"),
        (CANONICAL, {"wide": True, "unit": "id"}, 'The column "id" is not there'),
        (CANONICAL, {"wide": True, "missing": "unclear"}, r'must be a list, such as \["unclear"\]'),
        (CANONICAL[["A"]], {"wide": True, "unit": "A"}, 'Row 9 has no "A"'),
        (CANONICAL, {"wide": True, "article": "A"}, "so article= has no meaning"),
        (CANONICAL[["A", "A"]], {"wide": True}, 'The annotator "A" is there twice'),
        (pd.concat([CANONICAL, CANONICAL]), {"wide": True}, 'The unit "0" is there twice'),
        (CANONICAL, {"wide": True, "scale": "metric"}, 'no scale "metric"'),
        (CANONICAL, {"wide": True, "also": ["kappa"]}, 'no "kappa"'),
    ],
)
def test_misuse_is_told_in_one_sentence(frame, options, sentence):
    with pytest.raises(AnnotateError, match=sentence):
        annotate.agreement(frame, **options)


NAMES = {
    "words": [f"art{n}" for n in range(12)],
    "numbers": range(1, 13),
    "large numbers": range(1000, 1012),
}


@pytest.mark.parametrize("kind", NAMES)
def test_the_column_of_units_of_a_wide_frame_is_no_coder(kind):
    named = CANONICAL.assign(article=NAMES[kind])[["article", *"ABCD"]]
    found = annotate.agreement(named, wide=True, unit="article")

    assert found.value == annotate.agreement(CANONICAL, wide=True).value
    assert found.figures[0].annotators == 4
    assert found.value == annotate.agreement(named.set_index("article"), wide=True).value
    with pytest.raises(
        UsageError, match=r'"article" looks like the names of units.*unit="article"'
    ):
        annotate.agreement(named, wide=True)


def test_measured_numbers_that_are_all_different_are_no_names():
    """They are only told of, since they may be just that."""
    rng = np.random.default_rng(3)
    truth = rng.normal(size=20)
    frame = pd.DataFrame({who: truth + rng.normal(scale=0.1, size=20) for who in "AB"})
    assert not any(
        "names of units" in s for s in annotate.agreement(frame, "interval", wide=True).warnings
    )
    odd = frame.assign(A=frame["A"].round(), C=frame["B"].round())
    found = annotate.agreement(odd, "interval", wide=True)

    assert found.warnings[0].startswith('The column "B" looks like the names of units')


def test_na_of_a_frame_is_asked_about_long_and_wide():
    wide = pd.DataFrame({"A": ["x", "y", "NA"], "B": ["x", "y", "x"]})
    for frame, shape in ((wide, True), (long(wide), False)):
        with pytest.raises(TableError, match=r'missing=\["NA"\]'):
            annotate.agreement(frame, wide=shape)
        assert annotate.agreement(frame, wide=shape, missing=["NA"]).value == 1
        assert annotate.agreement(frame, wide=shape, missing=[]).value < 1


def test_spans_with_and_without_who_saw_what():
    frame = pd.DataFrame(
        [("A", "t", 3, 9, "x"), ("B", "t", 3, 9, "x"), ("A", "u", 3, 9, "x")],
        columns=["annotator", "unit", "start", "end", "label"],
    )
    seen = pd.DataFrame(
        [(who, unit, 60) for who in "AB" for unit in "tu"], columns=["annotator", "unit", "length"]
    )
    known = annotate.span_agreement(frame, seen=seen)
    unknown = annotate.span_agreement(frame)

    assert (known.measure, unknown.measure) == ("|u-alpha", "overlap F1, among those who marked")
    assert known.value < unknown.value == 1
    assert known.counts.marked_nothing == 1
    unlabelled = annotate.span_agreement(frame, seen=seen, label=None)
    assert unlabelled.value == known.value
