"""The printed figures: what is read first, in words, in 120 columns, with the counts once."""

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.cli.figures import brief_text, figures_text, views_text
from annotate.cli.layout import Names, bullets, decimals, headline, number
from annotate.cli.shared import json_text, plain
from annotate.reliability import Counts, Figure
from annotate.selection import headlines, of_record, readable, reason_in_words, shown_names

NAN = float("nan")
COUNTS = Counts(saw=19, marked=18, marked_nothing=1, skipped=1, draft=2, unseen=7)
NAMES = Names({("q", "no_sign"): "No sign", ("loaded", "w"): "Wording"}, {"a1": "Headline"})
TABLE = Names({}, article_noun="unit")


def figure(question, label, measure, value=0.71, **other):
    """Make a figure of a question with 19 votes."""
    known = {
        "question": question,
        "title": {"q": "Sponsored", "loaded": "Loaded spans"}.get(question, question),
        "label": label,
        "measure": measure,
        "value": value,
        "low": value - 0.3,
        "high": min(1.0, value + 0.3),
        "units": 7,
        "articles": 7,
        "annotators": 3,
        "labels": 19,
        "reason": "",
        "counts": COUNTS,
        "below_667": 0.25,
        "below_800": 0.75,
    }
    return Figure(**known | other)


QUESTION = [
    figure("q", "", "alpha (nominal)", reason='all votes but one are "no_sign"'),
    figure("q", "", "observed agreement", 0.9),
    figure("q", "", "AC1", 0.85),
    figure("q", "", "Fleiss' kappa", 0.7),
    figure("q", "no_sign", "alpha (this value)", 0.4),
    figure("q", "no_sign", "share", 0.9),
    figure("q", "no", "alpha (this value)", 0.5),
    figure("q", "no", "share", 0.1),
]
SPANS = [
    figure("loaded", "", "|u-alpha", labels=120),
    figure("loaded", "", "disagreement: presence", 0.2, labels=120),
    figure("loaded", "", "overlap F1", 0.6, labels=120),
    figure(
        "loaded",
        "w",
        "|u-alpha",
        labels=14,
        counts=replace(COUNTS, marked=12, marked_nothing=7),
    ),
    figure("loaded", "w", "overlap F1", labels=14),
]


def rows(text, measure):
    """Give the lines of a measure or label."""
    return [line for line in text.splitlines() if line.strip().startswith(measure)]


def test_what_is_read_first_is_the_figure_of_record_and_a_few_beside_it():
    assert [(f.label, f.measure) for f in readable(QUESTION)] == [
        ("", "alpha (nominal)"),
        ("", "observed agreement"),
        ("", "AC1"),
        ("no_sign", "alpha (this value)"),
        ("no", "alpha (this value)"),
    ]
    assert [f.measure for f in readable(SPANS)] == [
        "|u-alpha",
        "disagreement: presence",
        "overlap F1",
        "|u-alpha",
    ]


def test_a_coefficient_that_was_asked_for_is_shown():
    others = [figure("q", "", "alpha (ratio)"), figure("q", "", "Brennan-Prediger (x weights)")]
    asked = frozenset({"fleiss", "ratio", "brennan-prediger"})

    assert len(readable([*QUESTION, *others], asked)) == len(readable(QUESTION)) + 3


def test_a_question_has_one_headline_whatever_else_is_an_alpha():
    beside = figure("q", "", "alpha (interval)")

    assert headlines([*QUESTION, beside, *SPANS]) == (QUESTION[0], SPANS[0])


def test_a_question_that_is_only_scored_by_value_has_that_value_as_its_headline():
    alone, other = figure("s", "strong", "alpha (nominal)"), figure("s", "weak", "alpha (nominal)")

    assert headlines([alone]) == (alone,)
    assert headlines([alone, other]) == ()


def test_the_counts_stand_once_under_the_title_and_add_up():
    lines = figures_text(QUESTION + SPANS, NAMES).splitlines()
    title = lines.index("Sponsored: 7 articles, 3 annotators, 19 votes compared")

    assert lines[title + 1] == (
        "  saw 19 = marked 18 + nothing 1 + missing 0; skipped 1; in draft 2; not begun 7"
    )
    assert sum(line.strip().startswith("saw ") for line in lines) == 2
    assert "Loaded spans: 7 articles, 3 annotators, 120 spans" in lines


def test_a_row_says_only_what_differs_from_its_title():
    (line,) = rows(figures_text(SPANS[:1] + SPANS[3:4], NAMES), "Wording")

    assert line.endswith("not reliable yet; 14 spans, marked by 12 of 19")


def test_people_read_words_where_programs_read_codes():
    text = figures_text(QUESTION, NAMES)

    assert 'all votes but one are "No sign"' in text
    assert "no_sign" not in text
    assert reason_in_words('"no_sign"', "other", NAMES.shown) == '"no_sign"'
    swapped = {("q", "1"): "5", ("q", "5"): "1"}
    assert reason_in_words('all votes are "1", none "5"', "q", swapped) == (
        'all votes are "5", none "1"'
    )


def test_what_is_invisible_reaches_no_terminal_through_json():
    text = json_text([{"label": "a\x1b[31m\u202eb\ud800 é"}])

    assert "\\u001b[31m\\u202eb\\ud800 é" in text
    assert json.loads(text) == [{"label": "a\x1b[31m\u202eb\ud800 é"}]


def test_a_label_that_begins_or_ends_like_another_keeps_its_name():
    """Else its figures would be read as the other label's."""
    labels = ("wording", "Loaded wording", "wording and more")
    figures = [figure("loaded", label, "|u-alpha") for label in labels]
    lines = figures_text([SPANS[0], *figures], NAMES).splitlines()

    assert [line.split("  0.71")[0].strip() for line in lines[-3:]] == list(labels)


def test_a_label_with_several_figures_is_named_over_them():
    lines = figures_text(QUESTION, NAMES).splitlines()
    place = lines.index("  No sign")

    assert lines[place + 1].startswith("    alpha (this value)")
    assert lines[place + 2].startswith("    share")


def test_a_question_that_is_only_scored_by_value_is_named_over_it():
    """Else it would seem to belong to the question above."""
    alone = figure("strength", "strong", "alpha (nominal)")
    lines = figures_text([*QUESTION[:3], alone], NAMES).splitlines()

    assert "strength: 7 articles, 3 annotators, 19 votes compared" in lines
    assert lines[-2].strip() == "alpha (nominal), value by value"
    assert lines[-1].strip().startswith("strong ")


def test_only_what_the_cut_offs_were_proposed_for_gets_a_verdict():
    text = figures_text(QUESTION, NAMES, everything=True)

    assert "not reliable yet" in rows(text, "alpha")[0]
    assert rows(text, "alpha")[0].split()[6:8] == ["0.25", "0.75"]
    assert rows(text, "observed agreement")[0].endswith("0.60 to 1.00")


def test_an_undefined_figure_has_a_dash_and_its_reason_once():
    gone = {"value": NAN, "low": NAN, "high": NAN, "reason": "undefined: nobody marked anything"}
    figures = [replace(f, **gone) for f in SPANS[:3]]
    text = figures_text(figures, NAMES)

    assert text.count("nobody marked anything") == 1
    assert text.count("as above") == 2
    assert rows(text, "|u-alpha")[0].split()[1:3] == ["–", "–"]


def test_parts_of_the_data_have_a_line_each_under_their_measure():
    alphas = [replace(QUESTION[0], view="article", of=name) for name in ("a1", "a2")]
    shares = [replace(QUESTION[1], view="article", of=name) for name in ("a1", "a2")]
    mixed = [alphas[0], shares[0], alphas[1], shares[1]]
    lines = [line.split("  0.")[0].rstrip() for line in views_text(mixed, NAMES).splitlines()[3:]]

    assert [line for line in lines if not line.startswith(" " * 8)] == [
        "Sponsored",
        "  alpha (nominal)",
        "    a1 Headline",
        "    a2",
        "  observed agreement",
        "    a1 Headline",
        "    a2",
    ]


def test_a_table_without_articles_speaks_of_units():
    assert "Sponsored: 7 units, 3 annotators, 19 votes compared" in figures_text(QUESTION, TABLE)


def test_spans_of_nobody_knows_who_saw_them_do_not_claim_that_nobody_was_silent():
    seen = Counts(saw=3517, marked=3517)
    odd = figure("loaded", "", "overlap F1, among those who marked", 0.6, counts=seen)
    text = figures_text([odd], NAMES)

    assert "  marked 3,517; who saw a text and marked nothing is not known" in text.splitlines()
    assert "nothing 0" not in text


def test_in_brief_each_question_has_one_line_with_what_it_rests_on_and_its_verdict():
    unseen = figure("kinds", "", "overlap F1, among those who marked", 0.6)
    matched = figure("words", "", "alpha (nominal), on matched spans", 0.6, units=69)
    gone = figure("x" * 60, "", "alpha (nominal)", NAN)
    figures = [*QUESTION, *SPANS, unseen, matched, gone]
    lines = brief_text(figures, NAMES).splitlines()[2:]

    assert [" ".join(line.split()) for line in lines] == [
        "Sponsored 0.71 0.41 to 1.00 alpha (nominal); 7 articles; not reliable yet",
        "Loaded spans 0.71 0.41 to 1.00 |u-alpha; 7 articles; not reliable yet",
        "kinds 0.60 0.30 to 0.90 overlap F1, among those who marked; 7 articles",
        "words 0.60 0.30 to 0.90 alpha (nominal), on 69 pairs of spans; not reliable yet",
        f"{'x' * 35}… – – alpha (nominal); 7 articles; undefined",
    ]
    assert of_record(figures)[:4] == (QUESTION[0], SPANS[0], unseen, matched)


def test_a_rating_s_mean_difference_is_read_first():
    rating = [figure("r", "", m) for m in ("alpha (interval)", "mean absolute difference", "x")]

    assert readable(rating) == tuple(rating[:2])


@given(st.floats(allow_nan=True), st.sampled_from([2, 3]))
def test_no_zero_has_a_minus_and_nothing_stands_where_nothing_is(value, digits):
    said = decimals(value, digits)

    assert (said == "") == (value != value or abs(value) == float("inf"))  # noqa: PLR0124 - NaN
    assert not said or float(said) or not said.startswith("-")
    assert not said or len(said.split(".")[1]) == digits


def test_the_first_word_of_a_noun_takes_the_plural():
    assert number(2, "pair of matched spans") == "2 pairs of matched spans"
    assert number(1, "vote compared") == "1 vote compared"
    assert number(1200, "vote compared") == "1,200 votes compared"


def test_where_the_reason_says_that_there_is_no_interval_no_verdict_repeats_it():
    odd = replace(QUESTION[0], low=NAN, high=NAN, reason="no interval: 3 articles")

    assert "too few articles" not in figures_text([odd], NAMES)


_ANY = st.text(max_size=150)


@settings(max_examples=60, deadline=None)
@given(_ANY, _ANY, _ANY, _ANY)
def test_nothing_is_wider_than_the_terminal_or_steers_it(title, label, measure, reason):
    odd = figure("q", label, f"alpha {measure}", title=title, reason=reason, of=title, view="pair")
    text = "\n".join(
        [
            figures_text([*QUESTION, odd], NAMES, everything=True, digits=3),
            brief_text([*QUESTION, odd], NAMES, digits=3),
            views_text([odd], NAMES, everything=True),
            bullets([reason]),
        ]
    )

    assert max(map(len, text.split("\n"))) <= 120
    assert plain(text.replace("\n", "")) == text.replace("\n", "")


def test_the_words_of_a_scheme_are_those_that_annotators_read():
    from annotate.schema import parse_config

    schema = parse_config(
        b"""<View><Text name="t" value="$text"/><Labels name="l" toName="t"><Label value="A"/>
        </Labels><Choices name="q" toName="t"><Choice value="Shown" alias="code"/></Choices>
        </View>"""
    )

    shown = shown_names(schema.questions, schema.labels)
    assert shown["q", "code"] == "Shown"
    assert "A" in shown.values()


def test_a_headline_is_cut_at_a_word():
    assert headline("A long headline that goes on and on and on") == "A long headline that goes on…"
