"""`annotate demo`: everything at once, twice over, and nothing left running."""

import json
import os
import signal
import subprocess
import sys
import time

import httpx
import pytest

pytestmark = pytest.mark.studio

DEMO = [sys.executable, "-m", "annotate", "demo"]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Run the demonstration once; give its folder and what it printed."""
    root = tmp_path_factory.mktemp("demo") / "study"
    told = subprocess.run(
        [*DEMO, "--once", "--study", root], capture_output=True, text=True, timeout=500, check=True
    )
    return root, told


def test_the_demonstration_exits_with_everything_done(root):
    folder, told = root

    assert "21 recorded annotations stored" in told.stderr
    assert "19 submitted, 1 skipped, 1 in draft" in told.stderr
    assert "Report        http://127.0.0.1:" in told.stdout
    assert (folder / "dataset" / "README.md").exists()


def test_its_labels_are_called_a_demonstration(root):
    folder, told = root

    assert "These labels are a demonstration" in told.stdout
    assert "These labels are a demonstration" in (folder / "dataset" / "README.md").read_text()


def test_its_figures_are_the_printed_ones(root):
    folder, _ = root
    told = subprocess.run(
        [sys.executable, "-m", "annotate", "score", "--json", "--study", folder],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = {(row["question"], row["label"], row["measure"]): row for row in json.loads(told.stdout)}

    # Computed apart from this project, with the formula of the paper.
    assert round(rows["loaded", "", "|u-alpha"]["value"], 2) == 0.49
    assert round(rows["stance_ukraine", "", "alpha (ordinal)"]["value"], 2) == 0.72
    assert rows["loaded", "", "|u-alpha"]["marked_nothing"] == 1
    assert rows["loaded", "", "|u-alpha"]["skipped"] == 1


def test_again_it_stays_up_and_ctrl_c_ends_all_of_it(root):
    folder, _ = root
    running = subprocess.Popen(
        [*DEMO, "--study", folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A test run in the background has Ctrl-C ignored, and would hand that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    try:
        addresses = {}
        for line in running.stdout:
            for name in ("Label Studio", "Report"):
                if line.startswith(name + " "):
                    addresses[name] = line.removeprefix(name).split()[0]
            if len(addresses) == 2:
                break
        assert httpx.get(f"{addresses['Label Studio']}/health").status_code == 200
        assert httpx.get(f"{addresses['Report']}/_stcore/health").status_code == 200
        os.kill(running.pid, signal.SIGINT)
        _, said = running.communicate(timeout=60)
    finally:
        running.terminate()
        running.wait(60)

    assert running.returncode == 130
    assert "0 recorded annotations stored" in said
    assert "Traceback" not in said
    time.sleep(1)
    for address in addresses.values():
        with pytest.raises(httpx.ConnectError):
            httpx.get(address)


def test_a_study_of_ones_own_is_left_alone(tmp_path):
    subprocess.run([sys.executable, "-m", "annotate", "init", tmp_path / "mine"], check=True)
    told = subprocess.run(
        [*DEMO, "--once", "--study", tmp_path / "mine"], capture_output=True, text=True, check=False
    )

    assert told.returncode == 1
    assert "holds a study of yours" in told.stderr
