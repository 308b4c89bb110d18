"""The command line: quick to answer, one sentence for what went wrong, data on stdout."""

import csv
import io
import json
import subprocess
import sys
import unicodedata

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from annotate.cli import main
from annotate.cli.shared import plain
from annotate.codebook import instructions
from annotate.resources import resource
from annotate.studio.accounts import read_people
from annotate.studio.connection import open_connection


def run(*arguments, fails=False):
    """Run a command in this process."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == (1 if fails else 0), result.output
    return result


@pytest.fixture
def study(tmp_path):
    """Lay out a study with our own articles."""
    root = tmp_path / "study"
    run("init", root, "--annotator", "ada", "--annotator", "ben")
    run("add", resource("seeds"), "--study", root)
    return root


def test_help_imports_nothing_heavy():
    """`annotate --help` answers at once because it loads neither pandas nor the SDK."""
    code = (
        "import sys; from annotate.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'pandas', 'label_studio_sdk', 'streamlit', 'numpy', 'scipy', 'httpx'}"
        " & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.endswith("[]\n")
    assert "Usage:" in told.stdout


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_has_help_and_takes_a_study(name):
    command = main.commands[name]
    parts = [[name, part] for part in getattr(command, "commands", {})] or [[name]]

    assert command.help
    for part in parts:
        assert "--study" in run(*part, "--help").stdout or name in {"init", "restore"}


def test_the_module_runs_too():
    told = subprocess.run(
        [sys.executable, "-m", "annotate", "--version"], capture_output=True, text=True, check=True
    )

    assert told.stdout.startswith("annotate, version ")


def test_targets_make_a_scheme_of_ones_own(tmp_path):
    run("init", tmp_path / "s", "--target", "The Union", "--target", "Nestlé")
    config = (tmp_path / "s" / "label_config.xml").read_text(encoding="utf-8")

    assert 'name="stance_the_union"' in config
    assert 'alias="nestle:unfavourable"' in config
    assert "stance_ukraine" not in config


def test_without_targets_the_default_scheme_is_copied(tmp_path):
    run("init", tmp_path / "s")

    assert (tmp_path / "s" / "label_config.xml").read_bytes() == resource(
        "label_config.xml"
    ).read_bytes()


def test_adding_twice_changes_nothing(study):
    told = run("add", resource("seeds"), "--study", study)

    assert "0 added, 0 updated, 7 unchanged, 0 refused" in told.stderr


def test_what_was_removed_is_shown(tmp_path):
    root = tmp_path / "study"
    run("init", root)
    told = run("add", resource("seeds"), "--study", root)

    assert "removed: Leave a Comment" in told.stderr
    assert "removed: This article is sponsored content." not in told.stderr
    assert told.stdout == ""


def test_bad_articles_are_listed_and_the_rest_goes_on(study, tmp_path):
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "good.txt").write_text("A good one.")
    (folder / "empty.txt").write_text("")
    (folder / "binary.txt").write_bytes(b"\x00\x01\x02")
    told = run("add", folder, "--study", study)

    assert "1 added" in told.stderr
    assert "2 refused" in told.stderr
    assert "empty.txt" in told.stderr


def test_articles_are_listed_for_programs(study):
    rows = json.loads(run("articles", "--json", "--study", study).stdout)

    assert len(rows) == 7
    assert {row["outlet"] for row in rows} >= {"Hornbeam Gazette"}
    assert "text" not in rows[0]


def test_metadata_is_corrected_by_the_beginning_of_an_id(study):
    (first, *_) = json.loads(run("articles", "--json", "--study", study).stdout)
    run("edit", first["article_id"][:8], "--outlet", "The Corrected", "--study", study)
    (now, *_) = json.loads(run("articles", "--json", "--study", study).stdout)

    assert now["outlet"] == "The Corrected"
    assert now["text_sha256"] == first["text_sha256"]


@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_scores_of_nothing_are_rows_with_reasons(study, form):
    told = run("score", form, "--study", study).stdout
    rows = json.loads(told) if form == "--json" else list(csv.DictReader(io.StringIO(told)))

    assert {row["measure"] for row in rows} >= {"alpha (ordinal)", "|u-alpha", "observed agreement"}
    assert all(row["reason"] for row in rows)
    assert not any(row["value"] for row in rows)


def test_annotators_are_added_and_listed(study):
    assert run("annotators", "cleo", "--study", study).stdout.split() == ["ada", "ben", "cleo"]


def test_who_has_no_account_yet_is_named_with_what_makes_one(study, monkeypatch):
    """An annotator who cannot log in is found out when the first task is due."""
    told = run("annotators", "cleo", "ada", "--study", study)
    known = run("annotators", "dan", "--email", "dan@example.org", "--study", study)
    listed = run("annotators", "--study", study)
    monkeypatch.setenv("LABEL_STUDIO_URL", "http://127.0.0.1:9")
    elsewhere = run("annotators", "eve", "--study", study)

    assert f"No account yet for cleo, ada: `annotate studio --study {study}`" in told.stderr
    assert known.stderr == listed.stderr == ""
    assert "for eve: name it with `annotate annotators NAME --email ADDRESS" in elsewhere.stderr


@pytest.mark.studio
def test_while_the_study_s_server_runs_an_annotator_gets_an_account_at_once(study, studio):
    folder = study / "private"
    (folder / "server.json").write_bytes((studio.log.parent / "server.json").read_bytes())
    name = f"eve {len(open_connection(studio.url, studio.token).users())}"
    told = run("annotators", name, "--study", study)
    again = run("annotators", name, "--study", study)
    person = read_people(folder / "people.json")[name]

    assert f"Password  {person.password}" in told.stderr
    assert person.password not in told.stdout
    assert person.email in open_connection(studio.url, studio.token).users().values()
    assert again.stderr == ""


def test_listing_annotators_writes_nothing(study):
    before = (study / "study.toml").stat()

    assert run("annotators", "--study", study).stdout.split() == ["ada", "ben"]
    after = (study / "study.toml").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@given(st.text(st.characters(codec=None)))
def test_what_others_wrote_cannot_steer_the_terminal(text):
    """Nor can it break a line or turn the direction of writing."""
    kinds = {unicodedata.category(character) for character in plain(text)}

    assert not kinds & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(plain(text)) & set("\u061c\u200e\u200f\u202a\u202e\u2066\u2069")


def test_headlines_and_names_are_printed_plainly(study):
    """An escape sequence in a headline or an option stays text, in tables and in errors."""
    (first, *_) = json.loads(run("articles", "--json", "--study", study).stdout)
    title = "red\x1b[31m\u202e\x9b1m\nline"
    run("edit", first["article_id"], "--title", title, "--study", study)
    listed = run("articles", "--study", study).stdout
    refused = run("edit", "no\x1b[2Jsuch", "--outlet", "x", "--study", study, fails=True).stderr

    assert "red[31m" in listed
    assert "no\\x1b[2Jsuch" in refused
    assert not set("\x1b\x9b\u202e") & set(listed + refused)


def test_an_option_that_is_no_text_gets_one_sentence(tmp_path):
    told = subprocess.run(
        [sys.executable, "-m", "annotate", "init", tmp_path / "s", "--name", b"\xff"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 1
    assert "no text" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_config_of_ones_own_gets_a_codebook_to_write(tmp_path):
    """The default codebook speaks of questions that this config does not ask."""
    own = tmp_path / "own.xml"
    own.write_text(
        '<View><Text name="t" value="$text"/><Header value="Tone [1]"/>'
        '<Choices name="tone" toName="t"><Choice value="warm"/><Choice value="cold"/></Choices>'
        '<Labels name="l" toName="t"><Label value="Irony"/></Labels></View>'
    )
    run("init", tmp_path / "s", "--config", own)
    codebook = tmp_path / "s" / "codebook.md"

    assert "- **Irony**: " in codebook.read_text()
    assert "Tone [1]" in instructions(codebook)
    assert "Sponsored" not in codebook.read_text()


def test_an_export_of_an_empty_study_says_so(study, tmp_path):
    told = run("export", tmp_path / "out", "--study", study)

    assert "articles.csv" in told.stdout
    assert "submitted" in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["score", "--study", "nowhere"], "holds no study"),
        (["score", "--json", "--csv"], "Choose one"),
        (["pull"], "annotate studio"),
        (["push"], "annotate studio"),
        (["edit", "nosuch", "--outlet", "x"], "nosuch"),
        (["edit", "a"], "Say what to change"),
        (["annotators", "me@example.org"], "pseudonym"),
        (["annotators", "--email", "a@b.org"], "one name"),
        (["pull", "--key", "id"], "--from-file"),
        (["pull", "--from-file", "nowhere.json"], "nowhere.json"),
        (["export", "study.toml"], "choose a folder"),
    ],
)
def test_a_mistake_gets_one_sentence(study, monkeypatch, arguments, sentence):
    """No traceback, exit code 1, and the sentence says what to do."""
    monkeypatch.chdir(study)
    told = run(*arguments, fails=True)

    assert told.stderr.startswith("Error: ")
    assert sentence in told.stderr
    assert told.stdout == ""


def test_a_second_study_in_the_same_folder_is_refused(study):
    assert "already holds a study" in run("init", study, fails=True).stderr


def test_all_faults_of_a_config_are_listed(tmp_path):
    bad = tmp_path / "bad.xml"
    bad.write_text('<View><Text name="t" value="x"/><Choices name="c" toName="u"/></View>')
    told = run("init", tmp_path / "s", "--config", bad, fails=True).stderr

    assert told.count("\n  - ") == 3
    assert not (tmp_path / "s" / "study.toml").exists()


def test_a_config_with_labels_cannot_be_swapped(study, tmp_path):
    """A foreign export is read with its own config only while the study is empty."""
    other = tmp_path / "other.xml"
    other.write_text(
        '<View><Text name="t" value="$body"/><Choices name="c" toName="t">'
        '<Choice value="a"/><Choice value="b"/></Choices></View>'
    )
    choice = {"from_name": "c", "to_name": "t", "type": "choices", "value": {"choices": ["a"]}}
    work = [
        {"id": 1, "completed_by": person, "result": [{**choice, "id": "x"}], "updated_at": "2026"}
        for person in (1, 2)
    ]
    export = tmp_path / "export.json"
    export.write_text(
        json.dumps([{"id": 5, "project": 3, "data": {"body": "A text."}, "annotations": work}])
    )
    told = run("pull", "--from-file", export, "--config", other, "--study", study)

    assert told.stdout.startswith("2 submitted")
    assert run("articles", "--json", "--study", study).stdout.count("article_id") == 8
    told = run(
        "pull",
        "--from-file",
        export,
        "--config",
        resource("label_config.xml"),
        "--study",
        study,
        fails=True,
    )
    assert "another scheme" in told.stderr


@pytest.mark.parametrize("name", ["score", "triage", "confusion"])
def test_before_anybody_has_annotated_there_is_nothing_to_score(study, name):
    told = run(name, "--study", study).stdout

    assert told == "Nobody has submitted anything yet: there is nothing to score.\n"


def test_before_anybody_has_annotated_no_annotator_is_said_to_be_unknown(study):
    groups = ("--annotators", "ada,ben", "--with", "ada,cleo")
    told = run("compare", *groups, "--study", study, fails=True).stderr

    assert told == "Error: nobody has submitted anything yet: there is nothing to compare\n"
