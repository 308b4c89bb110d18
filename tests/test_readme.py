"""Every command of the README works, and what it shows is what comes out."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from annotate.cli import main

TOP = Path(__file__).parent.parent
README = (TOP / "README.md").read_text(encoding="utf-8")
CHANGELOG = (TOP / "CHANGELOG.md").read_text(encoding="utf-8")
#: Commands that stay up, and what they say when they are.
STAYING = {"studio": "Label Studio is up at", "report": "The report is at"}


def commands():
    """Give the README's commands, in order."""
    blocks = re.findall(r"```console\n(.*?)```", README, flags=re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def start(arguments, folder):
    """Start a command that stays up, and wait until it says so."""
    running = subprocess.Popen(
        [sys.executable, "-m", *arguments, *(["--no-browser"] if "report" in arguments else [])],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    for line in running.stderr:
        if STAYING[arguments[1]] in line:
            return running
    pytest.fail(f"{arguments} ended by itself")


@pytest.mark.studio
def test_the_session_of_the_readme_runs(tmp_path):
    """Type the README, line by line, in a folder that holds our seeds and documents."""
    for folder in ("seeds", "docs"):
        shutil.copytree(TOP / folder, tmp_path / folder)
    up = []
    ran = 0
    try:
        for command in commands():
            arguments = shlex.split(command)
            if arguments[0] != "annotate":
                continue
            if arguments[1] in STAYING and "--html" not in arguments:
                up.append(start(arguments, tmp_path))
            else:
                subprocess.run(
                    [sys.executable, "-m", *arguments], cwd=tmp_path, check=True, timeout=300
                )
            ran += 1
    finally:
        for running in up:
            running.terminate()
            running.communicate(timeout=60)

    assert ran >= 10
    assert (tmp_path / "talks" / "dataset" / "README.md").exists()


@pytest.mark.parametrize("target", ["demo", "test"])
def test_make_does_what_the_readme_says(target):
    """The two commands themselves are run by hand on a clean clone; here, what they would run."""
    told = subprocess.run(
        ["make", "--dry-run", "--always-make", target],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert f"$ make {target}" in README
    assert {"demo": "annotate demo --study", "test": "-m pytest"}[target] in told
    assert "--require-hashes" in told


def test_ci_runs_the_readme_s_command():
    script = (TOP / ".ci" / "run").read_text().splitlines()

    assert "make test" in script


def test_every_command_is_in_readme_or_changelog():
    for name in main.commands:
        assert re.search(rf"annotate {name}\b|make {name}\b", README + CHANGELOG), name


def test_links_lead_somewhere():
    for page in [TOP / "README.md", *(TOP / "docs").glob("*.md")]:
        for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_a_table_gives_the_same_in_the_terminal_and_in_python(monkeypatch, capsys):
    """And it is the figure that was published for the data."""
    from click.testing import CliRunner

    monkeypatch.chdir(TOP)
    command = next(shlex.split(line) for line in commands() if "codes.csv" in line)
    printed = CliRunner().invoke(main, command[1:]).stdout
    rows = json.loads(CliRunner().invoke(main, [*command[1:], "--json"]).stdout)
    exec(re.search(r"```python\n(.*?)```", README, flags=re.DOTALL)[1], {})

    assert re.search(r"^  alpha \(ordinal\) +0\.815 ", printed, flags=re.MULTILINE)
    assert rows[0]["measure"] == "alpha (ordinal)"
    assert round(rows[0]["value"], 3) == 0.815
    assert capsys.readouterr().out.startswith("alpha (ordinal): 0.815")
    assert "Both give 0.815" in README


def test_the_readme_s_figures_are_the_demonstration_s(tmp_path):
    """Score the recorded labels without a server and compare with the printed table."""
    import click
    from click.testing import CliRunner
    from recorded_study import recorded_study

    from annotate.cli.printing import print_score
    from annotate.settings import Settings
    from annotate.summary import summarise

    articles, tables, schema = recorded_study()
    settings = Settings("Demonstration", demonstration=True)
    findings = summarise(settings, schema, articles, tables)

    @click.command()
    def printed():
        print_score(findings)

    lines = CliRunner().invoke(printed).stdout.splitlines()
    block = re.search(r"demonstration -->\n```text\n(.*?)```", README, flags=re.DOTALL)[1]
    shown = [line for line in block.splitlines() if line.strip() and line != "…"]

    assert len(shown) > 6
    squeezed = {" ".join(line.split()) for line in lines}
    for line in shown:
        assert " ".join(line.split()) in squeezed, line
