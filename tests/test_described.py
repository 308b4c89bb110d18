"""What a study says of its dataset is read whole or refused with a sentence; so is a licence."""

import pytest
import yaml
from click.testing import CliRunner
from made_study import annotated, made_study
from trained_study import DESCRIBED

from annotate.cli import main
from annotate.described import Described
from annotate.errors import StudyError
from annotate.settings import Settings, to_toml
from annotate.study import Study
from annotate.summary import CAVEATS


@pytest.fixture
def study(tmp_path):
    made = made_study(tmp_path)
    annotated(made)
    return made


def say(study, text):
    path = study.root / "study.toml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_everything_is_read(study):
    assert study.settings().dataset == Described()
    say(study, DESCRIBED)
    said = study.settings().dataset
    assert said.creators == ("Lovelace, Ada", "Harbour Institute")
    assert (said.licence, said.published) == ("CC-BY-4.0", "2026-05-01")
    assert all(vars(said).values())


def test_what_is_written_is_read_back(tmp_path):
    said = Described(title='A "b" \\ c', creators=("A, B", "C"), published="2026-05-01")
    settings = Settings("S", ("ada",), dataset=said)
    (tmp_path / "study.toml").write_text(to_toml(settings), encoding="utf-8")
    assert Study(tmp_path).settings() == settings


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('license = "MIT"', "known are title, description, creators, licence, text_rights"),
        ('licence = "Creative Commons 4.0"', "is no SPDX identifier: write it as CC-BY-4.0"),
        ("licence = 4", 'write licence = "…"'),
        ('creators = "Ada"', 'write ["Family, Given"]'),
        ("creators = [1]", 'write ["Family, Given"]'),
        ('creators = ["Lovelace,"]', "lacks a name"),
        ('contact = "ada"', "an e-mail address or a web address"),
        ('url = "javascript:alert(1)"', "a web address, such as"),
        ('version = "one"', "three numbers"),
        ('published = "May"', "a day, such as 2026-05-01"),
        ("published = 2026-05-01T10:00:00", 'write published = "…"'),
        ('title = "a\\u0007b"', "cannot be shown"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(study, line, says):
    say(study, f"\n[dataset]\n{line}\n")
    with pytest.raises(StudyError) as refused:
        study.settings()
    assert says in str(refused.value)
    assert "study.toml: [dataset]" in str(refused.value)


def test_a_value_in_the_place_of_the_table_is_refused(study):
    path = study.root / "study.toml"
    path.write_text('dataset = "x"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(StudyError, match=r"write it as a table, \[dataset\]"):
        study.settings()


def _export(study, folder, *options):
    return CliRunner().invoke(main, ["export", str(folder), "--study", str(study.root), *options])


def _licence(folder):
    front = (folder / "README.md").read_text(encoding="utf-8").split("---\n")[1]
    return yaml.safe_load(front).get("license")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "cc-by-4.0"),
        (("--licence", "cc0-1.0"), "cc0-1.0"),
        (("--licence", "ODbL-1.0"), "odbl"),
        (("--licence", "LicenseRef-Ours"), "other"),
    ],
)
def test_the_licence_of_the_command_stands_before_that_of_the_study(study, tmp_path, options, told):
    say(study, DESCRIBED)
    done = _export(study, tmp_path / "out", *options)
    assert done.exit_code == 0, done.output
    assert _licence(tmp_path / "out") == told
    cited = yaml.safe_load((tmp_path / "out" / "CITATION.cff").read_text(encoding="utf-8"))
    assert ("license" in cited) is (told != "other")
    assert CAVEATS[0] in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")


def test_a_licence_that_is_none_is_refused_and_nothing_is_written(study, tmp_path):
    done = _export(study, tmp_path / "out", "--licence", "do what you like")
    assert done.exit_code == 1
    assert "no SPDX identifier" in done.stderr
    assert not (tmp_path / "out").exists()
    assert _export(study, tmp_path / "out").exit_code == 0
    assert _licence(tmp_path / "out") is None
