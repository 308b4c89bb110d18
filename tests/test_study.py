"""A study's folder: laid out once, opened with one sentence where it is broken."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import AnnotateError, ConfigError, StudyError
from annotate.resources import resource
from annotate.study import Settings, Study
from annotate.tables import COLUMNS, Tables, frame

CONFIG = resource("label_config.xml").read_bytes()


def create(root, settings=None, config=CONFIG):
    return Study.create(root, settings or Settings("A study"), config=config, codebook=b"# Rules\n")


@pytest.fixture
def study(tmp_path):
    return create(tmp_path / "study", Settings("A study", ("ada", "ben")))


def refused(call, *args):
    with pytest.raises(StudyError) as told:
        call(*args)
    sentence = str(told.value)
    assert "\n" not in sentence
    return sentence


def test_what_is_created_can_be_opened(tmp_path):
    settings = Settings("Étude “x” \\ # 1", ("ada", "Ben C.", "李-2"), demonstration=True)
    made = create(tmp_path / "deep" / "study", settings)
    assert Study.open(made.root).settings() == settings
    assert made.config_path.read_bytes() == CONFIG
    assert made.codebook_path.read_bytes() == b"# Rules\n"
    assert len(made.schema().labels) == 9


def test_private_is_the_owners_alone_and_kept_out_of_version_control(study):
    assert study.private.stat().st_mode & 0o777 == 0o700
    assert (study.private / "key").stat().st_mode & 0o777 == 0o600
    assert "private/" in (study.root / ".gitignore").read_text().splitlines()
    assert study.private in study.people_path.parents


def test_each_study_has_a_key_of_its_own(study, tmp_path):
    assert len(study.key()) == 32
    assert study.key() == Study.open(study.root).key() != create(tmp_path / "other").key()


def test_no_secret_stands_outside_private(study):
    key = (study.private / "key").read_bytes()
    open_to_all = [p for p in study.root.rglob("*") if p.is_file() and "private" not in p.parts]
    assert len(open_to_all) == 4
    assert all(key not in path.read_bytes() for path in open_to_all)


def test_a_folder_with_a_study_is_refused(study):
    assert "already holds a study" in refused(create, study.root)


@pytest.mark.parametrize("name", ["label_config.xml", "codebook.md"])
def test_files_of_somebody_elses_are_not_overwritten(tmp_path, name):
    (tmp_path / name).write_bytes(b"mine")
    assert "is there already" in refused(create, tmp_path)
    assert (tmp_path / name).read_bytes() == b"mine"
    assert not (tmp_path / "study.toml").exists()


def test_a_git_ignore_file_is_added_to(tmp_path):
    (tmp_path / ".gitignore").write_bytes(b"*.pyc\n\xff")
    create(tmp_path)
    assert (tmp_path / ".gitignore").read_bytes() == b"*.pyc\n\xff\nprivate/\n"


def test_a_key_that_is_there_is_kept(study):
    key = study.key()
    (study.root / "study.toml").unlink()
    assert create(study.root).key() == key


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    assert "cannot be written to" in refused(create, tmp_path / "file")
    assert "cannot be written to" in refused(create, tmp_path / "file" / "study")
    assert "cannot be looked at" in refused(create, tmp_path / ("x" * 300))
    assert "cannot be looked at" in refused(Study.open, tmp_path / ("x" * 300))


def test_a_folder_without_a_study_is_named(tmp_path):
    assert "holds no study" in refused(Study.open, tmp_path)
    assert "annotate init" in refused(Study.open, tmp_path / "gone")


def test_a_config_that_cannot_be_used_makes_no_study(tmp_path):
    with pytest.raises(ConfigError):
        create(tmp_path / "study", config=b"<View/>")
    assert not (tmp_path / "study").exists()


@pytest.mark.parametrize(
    "name",
    [
        "ada@example.org",
        "",
        " ada",
        "ada ",
        "a\nb",
        "a/b",
        "..",
        "x" * 41,
        "a\x00",
        "<b>",
        "-a",
        "a|b",
    ],
)
def test_a_pseudonym_that_will_not_do_is_refused(tmp_path, study, name):
    sentence = refused(create, tmp_path / "new", Settings("S", ("ada", name)))
    assert "will not do as a pseudonym" in sentence
    assert not (tmp_path / "new").exists()
    refused(study.add_annotators, [name])
    assert study.settings().annotators == ("ada", "ben")


def test_the_names_of_strangers_are_taken(study):
    assert "people of unknown name" in refused(study.add_annotators, ["annotator-01"])


def test_two_annotators_of_one_name_are_refused(tmp_path, study):
    assert 'called "ada"' in refused(create, tmp_path / "new", Settings("S", ("ada", "Ada")))[:40]
    refused(study.add_annotators, ["ADA"])


COMMENTED = """# About this study
[study]
name = "S"  # the name
annotators = [
    "ada",  # the first
    # on leave: "zoe"
    "ben",
]
# the end
"""


def test_adding_annotators_keeps_every_comment(study):
    (study.root / "study.toml").write_text(COMMENTED)
    study.add_annotators(["cid", "ada", "cid"])
    assert study.settings().annotators == ("ada", "ben", "cid")
    text = (study.root / "study.toml").read_text()
    assert [line for line in COMMENTED.splitlines() if line not in text.splitlines()] == []


@pytest.mark.parametrize(
    "toml", ['[study]\nname = "S"\n', 'study.name = "S"\n', 'study = {name = "S"}\n']
)
def test_annotators_can_be_added_to_any_way_of_writing(study, toml):
    (study.root / "study.toml").write_text(toml)
    study.add_annotators(["cid"])
    study.add_annotators(["dan"])
    assert study.settings() == Settings("S", ("cid", "dan"))


@pytest.mark.parametrize(
    "toml",
    [
        "",
        "\x00",
        "x = [",
        "study = 3",
        'study = "S"',
        '[[study]]\nname = "S"',
        "[study]\n",
        '[study]\nname = ""',
        "[study]\nname = 3",
        '[study]\nname = "S"\nname = "T"',
        '[study]\nname = "S"\n[study.name]\nx = 1',
        '[study]\nname = "S"\n[study]\nround = "b"',
        '[study]\nname = "S"\nround = ""',
        '[study]\nname = "S"\nround = 2',
        '[study]\nname = "S"\nannotators = "ada"',
        '[study]\nname = "S"\nannotators = [1]',
        '[study]\nname = "S"\nannotators = ["ada@example.org"]',
        '[study]\nname = "S"\ndemonstration = "yes"',
        '[study]\nname = "S"\ntoken = "x"',
        '[study]\nname = "S"\nd = 2020-99-99',
    ],
)
def test_settings_that_cannot_be_understood_give_one_sentence(study, toml):
    (study.root / "study.toml").write_text(toml)
    refused(study.settings)
    refused(Study.open, study.root)
    refused(study.add_annotators, ["cid"])
    assert (study.root / "study.toml").read_text() == toml


def test_settings_that_are_no_text_give_one_sentence(study):
    (study.root / "study.toml").write_bytes(b"\xff\xfe")
    assert "cannot be read" in refused(study.settings)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_no_mutation_of_the_settings_gives_another_error(tmp_path_factory, data):
    root = tmp_path_factory.mktemp("study")
    start = data.draw(st.integers(0, len(COMMENTED)))
    end = data.draw(st.integers(start, min(len(COMMENTED), start + 8)))
    piece = data.draw(
        st.sampled_from(["", '"', "[", "]", "=", "\n", ".", "{", "study", "\x00", "é"])
    )
    (root / "study.toml").write_text(COMMENTED[:start] + piece + COMMENTED[end:])
    study = Study(root)
    try:
        before = study.settings().annotators
        study.add_annotators(["new one"])
    except AnnotateError:
        return
    assert study.settings().annotators == (*before, "new one")


@pytest.mark.parametrize("content", [b"", b"xyz", b"\xff", b"ab12"])
def test_a_broken_key_is_an_error_and_no_empty_key(study, content):
    (study.private / "key").write_bytes(content)
    assert "missing or broken" in refused(study.key)
    (study.private / "key").unlink()
    assert "missing or broken" in refused(study.key)


def test_a_new_study_has_empty_tables_and_articles(study):
    assert study.articles().empty
    assert study.texts() == {}
    assert study.tables_stamp == 0.0
    study.tables().check({})


def test_tables_are_read_as_they_were_written(study):
    row = ("v1", "a1", "ada", "main", 1, "blind", "submitted", "7", "", "", float("nan"), "x")
    tables = Tables(
        visits=frame("visits", [row]),
        answers=frame("answers", []),
        spans=frame("spans", [("s", "v1", "a1", "ada", "main", "g", "A", 0, 2, "é🙂")]),
        faults=frame("faults", [("a1", "ada", "main", "7", "trimmed", True, "x")]),
    )
    study.save_tables(tables)
    assert study.tables_stamp > 0
    for name in COLUMNS:
        pd.testing.assert_frame_equal(getattr(study.tables(), name), getattr(tables, name))


def test_broken_tables_give_one_sentence(study):
    study.save_tables(Tables.empty())
    (study.root / "tables" / "spans.parquet").write_bytes(b"x")
    assert "annotate pull" in refused(study.tables)
    (study.root / "tables" / "spans.parquet").unlink()
    assert "spans.parquet" in refused(study.tables)


def test_broken_articles_give_one_sentence(study):
    (study.root / "articles.parquet").write_bytes(b"PAR1")
    assert "articles.parquet" in refused(study.articles)


def test_a_config_is_replaced_only_by_one_that_can_be_used(study):
    with pytest.raises(ConfigError):
        study.replace_config(b"<View/>")
    assert study.config_path.read_bytes() == CONFIG
    study.replace_config(CONFIG + b"\n")
    assert study.config_path.read_bytes() == CONFIG + b"\n"
