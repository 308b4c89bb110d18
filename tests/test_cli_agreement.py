"""The commands on agreement, run: options that fit, studies, tables and exports."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from annotate.cli import main


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
        (("--brief", "--all"), "--brief prints one line for each question; leave"),
        (("--brief", "--by", "pair"), "--brief prints one line for each question; leave"),
        (("--brief", "--json"), "--brief prints one line for each question; leave"),
        (("--brief", "--csv"), "--brief prints one line for each question; leave"),
        (("--brief", "--also", "fleiss"), "--brief prints one line for each question; leave"),
        (("--by", "pair", "--weights", "linear"), "leave --also and --weights out"),
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
    ("arguments", "says"),
    [
        (("compare", "pilot", "mian", "--study", "."), "say of what, as in --rounds pilot mian"),
        (("compare", "pilot"), "as in --rounds A B"),
        (("compare", __file__), "compare needs a study (--study FOLDER) and takes no"),
        (("triage", "--study", ".", "main"), "triage works on the study and takes no main"),
    ],
)
def test_words_that_a_command_on_a_study_does_not_take_get_the_right_sentence(arguments, says):
    told = run(*arguments)

    assert told.exit_code == 1
    assert says in told.stderr


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
        (("--rounds", "main", "main"), "Both sides are the same"),
        (("--rounds", "main", "pilot"), 'No visit has the round "pilot"; there are: main'),
        (("--schemes", "zz", "yy"), 'No scheme that was annotated with begins with "zz"'),
        (("--annotators", "ada,ben", "--with", "ada,nobody"), '"nobody"'),
        (("--annotators", "ada,ben", "--with", "ben,ada"), "Both sides are the same"),
        (("--annotators", "ada,ben", "--with", "cleo"), "A group needs two annotators or more"),
        (("--annotators", "ada,ada", "--with", "ben,cleo"), "A group needs two annotators"),
    ],
)
def test_a_comparison_needs_exactly_two_sides(study, options, says):
    told = run("compare", *options, "--study", study.root)

    assert told.exit_code == 1
    assert says in told.stderr


@pytest.mark.parametrize("command", ["triage", "confusion", "compare"])
def test_a_table_given_to_a_command_for_studies_gets_one_sentence(study, table, command):
    told, of_study = run(command, table), run(command, study.root)

    assert told.exit_code == of_study.exit_code == 1
    assert f"{command} needs a study (--study FOLDER)" in told.stderr
    assert "annotate score takes tables" in told.stderr
    assert f"annotate {command} --study {study.root}" in of_study.stderr


def test_all_that_can_be_computed_on_request_can_be_asked_for():
    from annotate.cli.agreement import _ALSO
    from annotate.reliability.choices.measures import ON_REQUEST

    assert set(_ALSO) == set(ON_REQUEST)


# --- the demonstration ---


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Make a study of the recorded labels."""
    from recorded_study import recorded_study

    from annotate.resources import resource
    from annotate.study import Settings, Study

    articles, tables, _ = recorded_study()
    study = Study.create(
        tmp_path_factory.mktemp("cli") / "study",
        Settings("Demonstration", ("ada", "ben", "cleo", "you"), demonstration=True),
        config=resource("label_config.xml").read_bytes(),
        codebook=b"# Codebook",
    )
    study.save_articles(articles)
    study.save_tables(tables)
    return study


def fitting(told):
    """Give the lines of a run that went well and fits the terminal."""
    assert told.exit_code == 0, told.stderr
    lines = told.stdout.splitlines()
    assert max(map(len, lines)) <= 120
    return lines


def test_the_score_of_a_study_shows_words_counts_and_caveats(study):
    lines = fitting(run("score", "--study", study.root))

    assert any("Suspected, not disclosed" in line for line in lines)
    assert not any("not_present" in line or "no_sign" in line for line in lines)
    assert "Visits: 19 submitted, 1 skipped, 1 in draft, 7 not begun." in lines
    assert any("speak of other articles, not of other annotators" in line for line in lines)


def test_in_brief_a_study_has_a_line_for_each_question(study):
    lines = fitting(run("score", "--study", study.root, "--brief", "--digits", 3))
    rows = json.loads(run("score", "--study", study.root, "--json").stdout)

    titles = list(dict.fromkeys(row["title"] for row in rows))
    start = next(n for n, line in enumerate(lines) if set(line) == {"-"}) + 1
    for line, title in zip(lines[start:], titles, strict=False):
        assert line.startswith(title)
    assert lines[start + len(titles)] == ""
    shown = next(row for row in rows if row["title"] == "Sponsored content")
    assert any(f"{shown['value']:.3f}" in line for line in lines)


def test_the_end_of_one_interval_can_contradict_that_of_another(study):
    """As docs/agreement.md explains with these figures."""
    from annotate.resources import resource

    rows = json.loads(run("score", "--study", study.root, "--json").stdout)
    ends = {
        row["measure"]: row["high"]
        for row in rows
        if row["title"] == "Stance toward Ukraine" and not row["label"]
    }

    assert ends["alpha (ordinal)"] == 1.0
    said = f"nominal alpha of the same votes ends at {ends['alpha (nominal)']:.2f}"
    page = resource("label_config.xml").parent / "docs" / "agreement.md"
    assert said.replace("0.", ".") in page.read_text(encoding="utf-8")


def test_json_has_everything_in_codes_and_all_prints_as_much(study):
    rows = json.loads(run("score", "--study", study.root, "--json").stdout)
    known = {"question", "label", "measure", "value", "low", "high", "units", "annotators"}

    assert set(rows[0]) >= known | {"labels", "reason", "below_667", "below_800", "saw", "skipped"}
    assert "no_sign" in {row["label"] for row in rows}
    assert len(rows) > len(readable_rows(study))
    everything = fitting(run("score", "--study", study.root, "--all"))
    assert not any("more figures" in line for line in everything)


def readable_rows(study):
    from annotate.workflow import summary

    return summary(study).readable


def test_csv_and_json_say_the_same(study):
    rows = json.loads(run("score", "--study", study.root, "--json").stdout)
    table = list(csv.DictReader(io.StringIO(run("score", "--study", study.root, "--csv").stdout)))

    assert [row["measure"].lstrip("'") for row in table] == [row["measure"] for row in rows]
    assert list(table[0]) == list(rows[0])
    assert [row["flags"] for row in table] == ["; ".join(row["flags"]) for row in rows]


@pytest.mark.parametrize("by", ["annotator", "pair", "article", "outlet", "event", "round"])
def test_every_view_prints_its_parts(study, by):
    lines = fitting(run("score", "--by", by, "--study", study.root))
    rows = json.loads(run("score", "--by", by, "--study", study.root, "--json").stdout)

    assert {row["view"] for row in rows} == {by}
    for part in {row["of"] for row in rows}:
        assert any(part[:20] in line for line in lines), part


def test_triage_says_who_said_what_and_what_alpha_would_gain(study):
    lines = fitting(run("triage", "--limit", 2, "--study", study.root))
    cases = json.loads(run("triage", "--limit", 2, "--study", study.root, "--json").stdout)

    assert sum(line.startswith(("  1. +", "  2. +")) for line in lines) == len(cases)
    text = " ".join(" ".join(lines).split())
    for case in cases:
        assert case["reason"][:40] in text
        assert f"+{case['rise']:.3f}" in text


def test_confusion_names_pairs_and_their_table(study):
    lines = fitting(run("confusion", "--study", study.root))
    rows = json.loads(run("confusion", "--study", study.root, "--json").stdout)

    place = lines.index("Kind of text")
    assert (
        " ".join(lines[place + 3].split())
        == "Reporting Analysis or opinion 2.0 100% 0.51 rarer than chance"
    )
    assert lines[place + 7].split() == ["1", "Reporting", "12.0", "2.0"]
    assert "  nothing is taken for anything else" in lines
    assert {"question", "values", "matrix", "pairs"} <= set(rows[0])


def test_a_comparison_shows_both_sides_and_the_difference(study):
    groups = ("--annotators", "ada,ben", "--with", "ada,cleo", "--study", study.root)
    lines = fitting(run("compare", *groups))
    rows = json.loads(run("compare", *groups, "--json").stdout)

    assert lines[0].startswith("First: ada, ben. Second: ada, cleo.")
    assert lines[1] == "On both sides, with votes in both figures: ada."
    row = next(row for row in rows if row["question"] == "genre" and not row["label"])
    line = lines[lines.index("Kind of text") + 1]
    assert f"{row['difference']:+.2f}" in line
    assert f"{row['first']['value']:.2f}" in line
    assert any("not comparable" in line for line in lines)


def test_nothing_submitted_is_said_by_every_command(tmp_path):
    run("init", tmp_path / "s", "--annotator", "ada")

    assert "Nobody has submitted" in run("score", "--study", tmp_path / "s").stdout
    for command in ("triage", "confusion"):
        told = run(command, "--study", tmp_path / "s")
        assert told.exit_code == 0, told.stderr
        assert told.stdout.strip()
    for by, why in (("pair", "votes of two"), ("outlet", "has one")):
        assert why in run("score", "--by", by, "--study", tmp_path / "s").stdout


# --- tables ---


def test_a_table_is_scored_in_the_words_of_a_table(table):
    lines = fitting(run("score", table, *COLUMNS))

    assert "code: 10 units, 2 annotators, 20 votes compared" in lines
    assert not any("submitted" in line for line in lines)


def test_the_warnings_of_a_table_do_not_spoil_its_json(table):
    told = run("score", table, *COLUMNS, "--json")

    assert json.loads(told.stdout)[0]["value"] == 1.0
    assert "Warning: " in told.stderr


@pytest.mark.parametrize("options", [(), ("--by", "pair"), ("--brief",)])
def test_what_was_left_out_of_a_table_is_said_before_its_figures(table, options):
    (warning,) = run("score", table, *COLUMNS, "--json").stderr.splitlines()
    lines = fitting(run("score", table, *COLUMNS, *options))

    rule = next(n for n, line in enumerate(lines) if set(line) == {"-"})
    above = " ".join(" ".join(line.split()) for line in lines[:rule])
    assert warning.removeprefix("Warning: ") in above
    assert lines[0].startswith("* ")
    assert [line[:12] for line in lines if line.startswith("* ")][-2:] == [
        "* Intervals ",
        "* The cut-of",
    ]


@pytest.mark.parametrize("digits", [2, 3])
def test_a_table_is_printed_with_the_decimals_that_were_asked_for(table, digits):
    lines = fitting(run("score", table, *COLUMNS, "--digits", digits))

    assert any(line.split()[2:3] == [f"{1:.{digits}f}"] for line in lines)


def test_a_table_has_views_of_its_own(table):
    rows = json.loads(run("score", table, *COLUMNS, "--by", "pair", "--json").stdout)

    assert {row["of"] for row in rows} == {"p & q"}


def test_coefficients_on_request_are_printed(table):
    lines = fitting(run("score", table, *COLUMNS, "--also", "fleiss,brennan-prediger"))

    assert sum(line.strip().startswith(("Fleiss", "Brennan")) for line in lines) == 2


def test_a_view_of_spans_needs_to_know_who_saw_what(tmp_path):
    path = tmp_path / "spans.csv"
    path.write_text("who,what,start,end\np,t,0,4\nq,t,1,4\n")
    columns = ("--annotator", "who", "--unit", "what", "--start", "start", "--end", "end")

    told = run("score", path, *columns).stdout
    assert "among those who marked" in told
    assert "  marked 2; who saw a text and marked nothing is not known" in told
    told = run("score", path, *columns, "--by", "pair")
    assert told.exit_code == 1
    assert "of spans who saw what" in told.stderr
