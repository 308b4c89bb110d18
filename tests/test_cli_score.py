"""The printed figures: what is read first, in words, in 120 columns, with the counts once."""

from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.cli import main
from annotate.cli.figures import Names, figures_text, views_text
from annotate.cli.layout import bullets, headline
from annotate.cli.shared import plain
from annotate.reliability import Counts, Figure
from annotate.selection import headlines, readable, reason_in_words, shown_names

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
    assert [f.measure for f in readable(SPANS)] == ["|u-alpha", "overlap F1", "|u-alpha"]


def test_a_coefficient_that_was_asked_for_is_shown():
    assert "Fleiss' kappa" in [f.measure for f in readable(QUESTION, frozenset({"fleiss"}))]


def test_a_question_has_one_headline_whatever_else_is_an_alpha():
    beside = figure("q", "", "alpha (interval)")

    assert headlines([*QUESTION, beside, *SPANS]) == (QUESTION[0], SPANS[0])


def test_a_question_that_is_only_scored_by_value_has_that_value_as_its_headline():
    alone, other = figure("s", "strong", "alpha (nominal)"), figure("s", "weak", "alpha (nominal)")

    assert headlines([alone]) == (alone,)
    assert headlines([alone, other]) == ()


def test_the_counts_stand_once_under_the_title_and_add_up():
    lines = figures_text(QUESTION + SPANS, NAMES).splitlines()
    title = lines.index("Sponsored: 7 articles, 3 annotators, 19 votes")

    assert lines[title + 1] == (
        "  saw 19 = marked 18 + nothing 1 + unclear 0; skipped 1; in draft 2; not begun 7"
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

    assert "strength: 7 articles, 3 annotators, 19 votes" in lines
    assert lines[-2].strip() == "alpha (nominal)"
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


def test_parts_of_the_data_have_a_line_each():
    parts = [replace(QUESTION[0], view="article", of=name) for name in ("a1", "a2")]
    text = views_text(parts, NAMES)

    assert "Sponsored: alpha (nominal)" in text
    assert rows(text, "a1 Headline")
    assert rows(text, "a2")


_ANY = st.text(max_size=150)


@settings(max_examples=60, deadline=None)
@given(_ANY, _ANY, _ANY, _ANY)
def test_nothing_is_wider_than_the_terminal_or_steers_it(title, label, measure, reason):
    odd = figure("q", label, f"alpha {measure}", title=title, reason=reason, of=title, view="pair")
    text = "\n".join(
        [
            figures_text([*QUESTION, odd], NAMES, everything=True),
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


# --- options ---


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Write ten units that two people labelled."""
    path = tmp_path_factory.mktemp("table") / "codes.csv"
    lines = [f"{who},u{n},{'ab'[n % 2]}" for n in range(10) for who in ("p", "q")]
    path.write_text("who,what,code\n" + "\n".join(lines) + "\n")
    return path


COLUMNS = ("--annotator", "who", "--unit", "what", "--label", "code")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--json", "--csv"), "Choose one of --json and --csv"),
        (("--by", "pair", "--also", "fleiss"), "leave --also and --weights out"),
        (("--also", "magic"), "there is no magic; choose from fleiss"),
        (("--annotator", "who"), "--annotator goes with a table or an export"),
        (("--all-saw-all",), "--all-saw-all goes with a table or an export"),
    ],
)
def test_options_that_contradict_each_other_get_one_sentence(options, says):
    told = run("score", *options)

    assert told.exit_code
    assert says in told.stderr
    assert "Traceback" not in told.output


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "give --annotator COLUMN --unit COLUMN --label COLUMN as well"),
        (COLUMNS[:4], "give --label COLUMN as well"),
        ((*COLUMNS, "--study", "."), "not both: leave one of them out"),
        ((*COLUMNS, "--by", "outlet"), "--by outlet needs a study"),
        ((*COLUMNS, "--config", __file__), "--config goes with an export"),
    ],
)
def test_a_table_with_the_wrong_options_gets_one_sentence(table, options, says):
    told = run("score", table, *options)

    assert told.exit_code == 1
    assert says in told.stderr


def test_an_export_with_columns_gets_one_sentence(tmp_path):
    (tmp_path / "export.json").write_text("[]")
    told = run("score", tmp_path / "export.json", *COLUMNS)

    assert told.exit_code == 1
    assert "--annotator goes with a table; an export" in told.stderr


def test_a_study_given_as_a_table_is_told_how_to_name_it(tmp_path):
    (tmp_path / "study.toml").write_text('[study]\nname = "s"\n')
    told = run("score", tmp_path, *COLUMNS)

    assert f"annotate score --study {tmp_path}" in told.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "Say what to compare"),
        (("--annotators", "ada,ben"), "--annotators and --with go together"),
        (("--rounds", "a", "b", "--schemes", "1", "2"), "Say what to compare"),
    ],
)
def test_a_comparison_needs_exactly_two_sides(tmp_path, options, says):
    run("init", tmp_path / "s", "--annotator", "ada")
    told = run("compare", *options, "--study", tmp_path / "s")

    assert told.exit_code == 1
    assert says in told.stderr
