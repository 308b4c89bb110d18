"""What was done in training or adjudicated is in no figure of agreement, whoever asks for one."""

import json

import pytest
from click.testing import CliRunner
from made_study import TEXTS, annotated, choose, ids, made_study, mark, pulled

from annotate import workflow
from annotate.cli import main
from annotate.errors import UsageError
from annotate.rounds import ADJUDICATION, ANNOTATION, TRAINING, Round
from annotate.snapshots.files import read_header
from annotate.workflow.planning import median_minutes

#: Documents that tell of all rounds; `articles.jsonl` has the consensus in it.
TELLING = (
    "README.md",
    "DATASHEET.md",
    "DATA_STATEMENT.md",
    "croissant.json",
    "SHA256SUMS",
    "articles.jsonl",
)
FIGURES = (
    ("score", "--json"),
    ("score", "--all"),
    ("score", "--csv"),
    *(
        ("score", "--by", by, "--json")
        for by in ("annotator", "pair", "article", "outlet", "event")
    ),
    ("score", "--by", "round", "--json"),
    ("triage", "--json"),
    ("confusion", "--json"),
    ("compare", "--annotators", "ada,ben", "--with", "ada,cleo", "--json"),
)


@pytest.fixture
def study(tmp_path):
    """Give a study that three people annotated."""
    made = made_study(tmp_path)
    annotated(made)
    made.save_rounds([Round("main", ANNOTATION, ("ada", "ben", "cleo"))])
    return made


def printed(study, command):
    """Run a command on the study."""
    ran = CliRunner().invoke(main, [*command, "--study", str(study.root)], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.output


def more_rounds(study):
    """Add a round of training and one of adjudication, of people old and new, with all faults."""
    first, second, *_ = ids(study)
    study.save_rounds(
        [
            *study.rounds(),
            Round("trial", TRAINING, ("ada", "dora")),
            Round("adjudication of main", ADJUDICATION, ("zoe",), of="main"),
            Round("adjudication of main 2", ADJUDICATION, ("ada",), of="main"),
        ]
    )
    other = mark(TEXTS[0], "mayor", "Cue", 1, "better") + choose("genre", "opinion")
    broken = [{**item, "value": {"start": 9999, "end": 10000, "labels": ["Cue"]}} for item in other]
    for day, (name, person) in enumerate(
        [("trial", "ada"), ("trial", "dora"), ("adjudication of main", "zoe")], start=2
    ):
        pulled(study, name, person, {first: other, second: broken[:1]}, day=day)
    # Of the same annotation number as in round "main", later, and nothing of it can be read.
    pulled(study, "adjudication of main 2", "ada", {first: broken, second: broken}, day=9)


@pytest.mark.parametrize("command", FIGURES, ids=" ".join)
def test_no_command_counts_them(study, command):
    before = printed(study, command)
    assert len(before) > 20
    more_rounds(study)

    assert printed(study, command) == before
    assert set(study.tables().visits["annotator"]) == {"ada", "ben", "cleo", "dora", "zoe"}
    assert len(study.tables().faults) > 3


def test_they_are_nobody_s_progress_and_in_no_dataset(study, tmp_path):
    before = workflow.summary(study).to_json()
    workflow.export(study, tmp_path / "before")
    more_rounds(study)
    workflow.export(study, tmp_path / "after")

    assert workflow.summary(study).to_json() == before
    for path in sorted((tmp_path / "before").rglob("*.*")):
        name = path.relative_to(tmp_path / "before").as_posix()
        if name not in TELLING and "consensus" not in name:  # where a decision is marked as one
            assert (tmp_path / "after" / name).read_bytes() == path.read_bytes(), name
    cards = [(tmp_path / when / "README.md").read_text() for when in ("before", "after")]
    figures = [card[card.index("## Who did what") : card.index("## Annotators")] for card in cards]
    assert figures[0] == figures[1]
    assert "is not among them and counts in no figure" in cards[1]
    assert "| trial | training |" in cards[1]
    for name in TELLING:
        assert "zoe" not in (tmp_path / "after" / name).read_text()


def test_an_adjudicator_is_no_part_of_the_status_and_no_stranger(study):
    before = printed(study, ("status", "--json"))
    more_rounds(study)
    study.save_rounds([each for each in study.rounds() if each.kind != TRAINING])
    for path in study.snapshots.iterdir():
        if read_header(path).round == "trial":
            path.unlink()

    assert printed(study, ("status", "--json")) == before


def test_a_plan_goes_by_the_pace_of_annotation(study):
    before = median_minutes(study)
    more_rounds(study)

    assert median_minutes(study) == before


def test_a_round_that_does_not_count_cannot_be_compared(study):
    more_rounds(study)
    for name, kind in (("trial", TRAINING), ("adjudication of main", ADJUDICATION)):
        with pytest.raises(UsageError, match=f'"{name}" is one of {kind}'):
            workflow.compare_rounds(study, "main", name)


def test_faults_say_in_which_round(study):
    more_rounds(study)
    rows = json.loads(printed(study, ("faults", "--json")))

    assert {row["round"] for row in rows} == {
        "trial",
        "adjudication of main",
        "adjudication of main 2",
    }
