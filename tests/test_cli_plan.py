"""`annotate plan`: what a study lead reads before anyone starts."""

import json
import re
import subprocess
import sys

import pytest
from small_studies import tables, visits
from test_cli import run

from annotate.resources import resource
from annotate.study import Study

SIZE = ("--articles", 300, "--annotators", 3)


def planned(*arguments):
    return json.loads(run("plan", *arguments, "--json").stdout)


@pytest.fixture
def study(tmp_path):
    """Lay out the demonstration's articles for two annotators; nobody has begun."""
    root = tmp_path / "study"
    run("init", root, "--annotator", "ada", "--annotator", "ben")
    run("add", resource("seeds"), "--study", root)
    return root


@pytest.fixture
def begun(study):
    """Let five visits have begun: four were submitted, of which one does not say how long."""
    names = Study.open(study).articles()["article_id"].tolist()
    statuses = ("submitted", "submitted", "submitted", "submitted", "draft")
    seen = visits(*[(name, "ada", status) for name, status in zip(names, statuses, strict=False)])
    seen["seconds"] = [60.0, 300.0, 90.0, float("nan"), 6000.0]
    Study.open(study).save_tables(tables(seen))
    return study


def test_a_plan_prints_hours_loads_pairs_and_intervals():
    told = run("plan", *SIZE, "--per-article", 2, "--repeats", 10).stdout

    assert told.startswith("300 articles, 3 annotators: 630 readings, 30 of them hidden repeats\n")
    assert "63.0 hours in all, at 6 minutes an article (assumed; --minutes changes it)" in told
    assert re.search(r"^annotator 2 +200 +10 +21\.0$", told, re.MULTILINE)
    assert "Each pair of annotators shares 100 articles." in told
    assert re.search(r"^ 0\.80 +10 % +0\.6\d to 0\.9\d ", told, re.MULTILINE)
    assert "Simulated under the assumptions" in told
    assert max(map(len, told.splitlines())) <= 120


def test_json_holds_what_the_table_shows():
    told = run("plan", *SIZE, "--per-article", 2).stdout
    found = planned(*SIZE, "--per-article", 2)

    assert (found["articles"], found["annotators"], found["per_article"]) == (300, 3, 2)
    assert (found["readings"], found["hours"], found["minutes"]) == (600, 60, 6)
    assert found["work"][0] == {
        "annotator": "annotator 1",
        "articles": 200,
        "repeats": 0,
        "hours": 20,
    }
    shared = found["articles_per_pair"]
    assert (shared["fewest"], shared["median"], shared["most"], shared["parts"]) == (
        100,
        100,
        100,
        1,
    )
    assert len(shared["pairs"]) == 3
    assert [(e["alpha"], e["prevalence"]) for e in found["expected"]] == [
        (a, p) for a in (0.6, 0.8, 0.9) for p in (0.1, 0.3)
    ]
    for each in found["expected"]:
        assert each["low"] < each["alpha"] < each["high"]
        assert f"{each['low']:.2f} to {each['high']:.2f}" in told
        assert [needed["cut"] for needed in each["needed"]] == [0.667, 0.8]


def test_nothing_undefined_breaks_json():
    """Four articles have no interval: null, not NaN."""
    told = run("plan", "--articles", 4, "--annotators", 2, "--json").stdout

    assert "NaN" not in told
    assert json.loads(told)["expected"][0]["low"] is None


def test_assumptions_can_be_given():
    found = planned(*SIZE, "--alpha", 0.7, "--prevalence", 0.5, "--minutes", 3.5)

    assert [(e["alpha"], e["prevalence"]) for e in found["expected"]] == [(0.7, 0.5)]
    assert (found["hours"], found["minutes_source"]) == (52.5, "as given")


def test_without_a_number_everybody_reads_everything():
    found = planned(*SIZE)

    assert found["per_article"] == 3
    assert [each["articles"] for each in found["work"]] == [300] * 3


def test_the_same_seed_gives_the_same_plan():
    found = [planned(*SIZE, "--per-article", 2, "--seed", seed) for seed in (4, 4, 5)]

    assert found[0] == found[1]
    assert found[0]["expected"] != found[2]["expected"]


def test_a_study_brings_its_articles_and_annotators(study):
    found = planned("--study", study)
    more = planned("--study", study, "--articles", 50)

    assert [each["annotator"] for each in found["work"]] == ["ada", "ben"]
    assert found["articles"] == len(Study.open(study).articles()) == 7
    assert found["minutes_source"] == "assumed; --minutes changes it"
    assert (more["articles"], more["annotators"]) == (50, 2)


def test_a_study_brings_its_own_rules(study):
    """Those of [assignment]; as in a push, nobody is asked for who is not there."""
    settings = study / "study.toml"
    text = settings.read_text(encoding="utf-8")
    for name, value in (("per_article", 5), ("repeats", 2), ("seed", 7)):
        text = re.sub(rf"^{name} = \d+", f"{name} = {value}", text, flags=re.MULTILINE)
    settings.write_text(text, encoding="utf-8")
    found = planned("--study", study)
    given = planned("--study", study, "--per-article", 1, "--repeats", 0, "--seed", 3)

    assert (found["per_article"], found["readings"], found["seed"]) == (2, 18, 7)
    assert (given["per_article"], given["readings"], given["seed"]) == (1, 7, 3)


def test_the_folder_one_is_in_is_the_study(study, monkeypatch):
    monkeypatch.chdir(study)

    assert planned()["articles"] == 7
    assert planned(*SIZE)["articles"] == 300


def test_a_study_that_has_begun_brings_its_own_time(begun):
    """The median of what was submitted: neither drafts nor unknown times count."""
    found = planned("--study", begun)
    given = planned("--study", begun, "--minutes", 2)

    assert found["minutes"] == 1.5
    assert found["minutes_source"] == "the median of 3 visits submitted"
    assert found["hours"] == 14 * 1.5 / 60
    assert (given["minutes"], given["minutes_source"]) == (2, "as given")


def test_one_annotator_an_article_is_planned_and_what_it_lacks_is_said():
    told = run("plan", *SIZE, "--per-article", 1)
    for_programs = run("plan", *SIZE, "--per-article", 1, "--json")

    assert "30.0 hours in all" in told.stdout
    assert "no agreement can be measured" in told.stdout
    assert "no agreement can be measured" in for_programs.stderr
    assert json.loads(for_programs.stdout)["expected"] == []


def test_pairs_that_share_nothing_are_named():
    told = run("plan", "--articles", 3, "--annotators", 6, "--per-article", 2).stdout

    assert "A pair of annotators shares 0 to 1 articles, the median 0." in told
    assert "These share none: annotator" in " ".join(told.split())
    assert "and 2 more." in " ".join(told.split())
    assert "No article links the 3 parts" in " ".join(told.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Say how large the study will be with --articles and --annotators"),
        (["--articles", 5], "Say how large"),
        (["--articles", 0, "--annotators", 3], "There are no articles to plan for"),
        (["--articles", 5, "--annotators", 0], "there are none"),
        (["--articles", 5, "--annotators", 1], "there is 1"),
        (["--articles", 5, "--annotators", 2, "--per-article", 3], "3 annotators of 2"),
        (["--articles", 5, "--annotators", 2, "--study", "nowhere"], "nowhere holds no study"),
    ],
)
def test_what_cannot_be_planned_is_said_in_a_sentence(arguments, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = run("plan", *arguments, fails=True)

    assert words in told.stderr
    assert told.stderr.startswith("Error: ")
    assert not told.stdout


def test_an_empty_study_is_refused(tmp_path):
    run("init", tmp_path / "empty")
    told = run("plan", "--study", tmp_path / "empty", fails=True)

    assert "There are no articles to plan for" in told.stderr


@pytest.mark.parametrize(
    "wrong",
    [("--minutes", 0), ("--alpha", 1), ("--prevalence", 0), ("--seed", -1), ("--articles", -1)],
)
def test_numbers_that_mean_nothing_are_wrong_usage(wrong):
    command = [sys.executable, "-m", "annotate", "plan", *map(str, (*SIZE, *wrong))]
    told = subprocess.run(command, capture_output=True, text=True, check=False)

    assert told.returncode == 2
    assert wrong[0] in told.stderr
