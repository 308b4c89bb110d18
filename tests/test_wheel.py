"""The wheel holds all it needs and works without the source tree."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from the source tree."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, TOP],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Install the wheel in an environment that has our dependencies, but not our source."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    # A .pth file adds a folder without reading the .pth files in it, so that the editable
    # install of the source tree stays out.
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    Path(site, "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall", wheel],
        check=True,
        cwd=folder,
    )
    return python, folder


def test_the_wheel_holds_scheme_seeds_and_report(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())

    for name in (
        "label_config.xml",
        "codebook.md",
        "seeds/articles.csv",
        "seeds/labels.jsonl",
        "seeds/seed-05.html",
        "reports/app.py",
        "reports/theme.toml",
    ):
        assert f"annotate/resources/{name}" in names
    assert "annotate/py.typed" in names
    assert "annotate/report/styles/base.css" in names
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]


def test_the_wheel_works_without_the_source_tree(installed):
    python, folder = installed
    where = subprocess.run(
        [python, "-c", "import annotate; print(annotate.__file__)"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert str(TOP) not in where
    for arguments in (
        ["init", "study", "--annotator", "ada"],
        ["add", "annotate-seeds", "--study", "study"],
        ["score", "--study", "study"],
        ["export", "out", "--study", "study"],
    ):
        if arguments[0] == "add":
            code = "from annotate.resources import resource; print(resource('seeds'))"
            seeds = subprocess.run(
                [python, "-c", code], cwd=folder, capture_output=True, text=True, check=True
            ).stdout.strip()
            arguments[1] = seeds
        subprocess.run([python, "-m", "annotate", *arguments], cwd=folder, check=True)


def test_the_wheel_s_report_starts(installed):
    python, folder = installed
    code = (
        "from pathlib import Path; from annotate.report.running import run_report; import httpx\n"
        "with run_report(Path('study')) as report:\n"
        "    print(httpx.get(report.url + '/_stcore/health').text)"
    )
    told = subprocess.run(
        [python, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )

    assert told.stdout.strip() == "ok"


def test_both_requirements_files_name_no_index():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (TOP / name).read_text()

        assert "://" not in text
        assert text.count("--hash=sha256:") > 200
