"""The embedded server starts, is found again, keeps to itself and leaves nothing behind."""

import importlib.metadata
import importlib.util
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from annotate.errors import StudioError
from annotate.studio.accounts import create_account
from annotate.studio.connection import open_connection
from annotate.studio.ports import choose_port, is_free
from annotate.studio.server import running, start

pytestmark = pytest.mark.studio

LEAKS = {
    "LABEL_STUDIO_API_KEY": "f" * 40,
    "LABEL_STUDIO_BASE_DATA_DIR": "/nonexistent/elsewhere",
    "LABEL_STUDIO_USERNAME": "somebody@example.org",
    "DATABASE_NAME": "/nonexistent/database",
    "DEBUG": "anything",
    "HOST": "http://example.org/prefix",
    "CI": "perhaps",
}
STARTER = """
import sys
from pathlib import Path
from annotate.studio.server import start
with start(Path(sys.argv[1]), on_wait=lambda waited: print("waiting", flush=True)) as server:
    server.wait()
"""


@pytest.fixture(scope="module")
def copy(studio, tmp_path_factory):
    """Add an account to the study of `studio`, move a copy elsewhere and start it there."""
    account = create_account(
        open_connection(studio.url, studio.token), "eve@desk.local", "pw-12345"
    )
    private = tmp_path_factory.mktemp("copy") / "private"
    shutil.copytree(studio.log.parent, private)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in LEAKS.items():
            patch.setenv(name, value)
        begun = time.monotonic()
        server = start(private, port=studio.port)
    yield server, account, time.monotonic() - begun
    server.stop()


def _heed_signals():
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@pytest.fixture
def started(tmp_path):
    """Another process that has begun to start a server, and the server's own process."""
    private = tmp_path / "private"
    parent = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(private)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
        # A test run in the background has these ignored, and would hand that on.
        preexec_fn=_heed_signals,  # noqa: PLW1509
    )
    assert parent.stdout.readline() == "waiting\n"
    pid = json.loads((private / "server.json").read_text())["pid"]
    yield parent, private, pid
    parent.kill()
    parent.communicate()
    if _group_lives(pid):
        os.killpg(pid, signal.SIGKILL)


def _group_lives(pid):
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _gone_soon(pid):
    """Wait for the group to go; an orphan is reaped by whoever adopts it."""
    until = time.monotonic() + 10
    while _group_lives(pid) and time.monotonic() < until:
        time.sleep(0.1)
    return not _group_lives(pid)


def _mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_it_answers(studio):
    assert httpx.get(f"{studio.url}/health", trust_env=False).json() == {"status": "UP"}
    assert studio.alive


def test_it_is_found_by_its_study(studio):
    """`running` gives the address and the account that opens it."""
    found = running(studio.log.parent)
    assert (found.url, found.port, found.pid) == (studio.url, studio.port, studio.pid)
    me = open_connection(found.url, found.token).whoami()
    assert me.email == found.email == studio.email


def test_it_listens_on_one_loopback_address_only(studio):
    """A server on 0.0.0.0 would answer at 127.0.0.2 as well."""
    for host, answers in (("127.0.0.1", True), ("127.0.0.2", False)):
        with socket.socket() as probe:
            probe.settimeout(2)
            assert (probe.connect_ex((host, studio.port)) == 0) is answers


def test_a_second_start_is_refused_and_named(studio):
    with pytest.raises(StudioError, match="already runs for this study at ") as refusal:
        start(studio.log.parent)
    assert studio.url in str(refusal.value)
    assert studio.alive


def test_secrets_are_the_owners_alone(studio):
    private = studio.log.parent
    assert _mode(private) == 0o700
    for name in ("server.json", "server.lock", "label-studio.log"):
        assert _mode(private / name) == 0o600
    stored = json.loads((private / "server.json").read_text())
    assert stored["token"] == studio.token
    assert studio.token not in repr(studio)
    assert studio.password not in repr(studio)
    assert studio.token not in (log := studio.log.read_text())
    assert studio.password not in log


def test_what_it_writes_at_home_lands_in_private(studio):
    home = studio.log.parent / "label-studio" / "home"
    assert (home / "config" / "label-studio" / "user_id").is_file()


def test_nobody_signs_up_without_the_link(studio):
    with httpx.Client(base_url=studio.url, trust_env=False) as browser:
        browser.get("/user/signup/")
        form = {"email": "mallory@example.org", "password": "pw-12345"}
        form["csrfmiddlewaretoken"] = browser.cookies["csrftoken"]
        assert browser.post("/user/signup/", data=form).status_code == 403
    emails = open_connection(studio.url, studio.token).users().values()
    assert "mallory@example.org" not in emails


def test_it_fetches_nothing_from_outside(studio):
    """The one page that makes Label Studio itself ask GitHub gets no answer."""
    assert httpx.get(f"{studio.url}/heidi-tips/", trust_env=False).status_code == 404


def test_a_proxy_with_tls_can_let_people_in_if_it_drops_origin(studio, copy):
    """What docs/server.md says about reverse proxies."""
    _, account, _ = copy
    seen = {"Host": "labels.example.org", "X-Forwarded-Proto": "https"}
    for origin, status in (({"Origin": "https://labels.example.org"}, 403), ({}, 302)):
        with httpx.Client(base_url=studio.url, trust_env=False) as browser:
            csrf = browser.get("/user/login/", headers=seen).cookies["csrftoken"]
            form = {"email": account.email, "password": account.password}
            form["csrfmiddlewaretoken"] = csrf
            headers = {**seen, **origin, "Cookie": f"csrftoken={csrf}"}
            assert browser.post("/user/login/", data=form, headers=headers).status_code == status


def test_a_restart_is_warm_and_keeps_accounts(copy):
    server, account, seconds = copy
    assert seconds < 25
    me = open_connection(server.url, account.token).whoami()
    assert (me.user_id, me.email) == (account.user_id, account.email)


def test_a_taken_port_gives_way_to_a_free_one(studio, copy):
    server, _, _ = copy
    assert server.requested_port == studio.port
    assert server.port != studio.port
    assert str(server.port) in server.url


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux shows it")
def test_the_callers_environment_does_not_leak(copy):
    server, _, _ = copy
    lines = Path(f"/proc/{server.pid}/environ").read_text().split("\0")
    given = dict(line.split("=", 1) for line in lines if line)
    assert not [name for name, value in LEAKS.items() if given.get(name) == value]
    assert given["LABEL_STUDIO_BASE_DATA_DIR"] == str(server.log.parent / "label-studio")


def test_a_stopped_server_leaves_no_process_and_can_be_stopped_twice(copy):
    """Comes last of those that need `copy`."""
    server, _, _ = copy
    private = server.log.parent
    assert _group_lives(server.pid)
    server.stop()
    server.stop()
    assert not server.alive
    assert not _group_lives(server.pid)
    assert running(private) is None
    stored = json.loads((private / "server.json").read_text())
    assert (stored["pid"], stored["port"]) == (None, server.port)
    assert stored["token"] == server.token


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_server_ends_with_the_one_who_started_it(started, number):
    parent, _, pid = started
    assert _group_lives(pid)
    parent.send_signal(number)
    parent.communicate(timeout=30)
    assert parent.returncode != 0
    assert _gone_soon(pid)


def test_an_orphaned_server_keeps_its_study(started):
    """No second server starts on the database after the first one's parent was killed."""
    parent, private, pid = started
    parent.kill()
    parent.wait()
    with pytest.raises(
        StudioError, match=rf"being started or ended for this study \(process {pid}"
    ):
        start(private)


def test_a_server_that_dies_says_why_and_where(tmp_path):
    data = tmp_path / "private" / "label-studio"
    data.mkdir(parents=True)
    (data / "label_studio.sqlite3").write_bytes(b"this is no database " * 100)
    # As if this version had run before; else the database would have to be copied first.
    (data.parent / "label-studio-version").write_text(importlib.metadata.version("label-studio"))
    with pytest.raises(StudioError, match=r"did not start.*file is not a database") as death:
        start(tmp_path / "private")
    stored = json.loads((tmp_path / "private" / "server.json").read_text())
    assert str(tmp_path / "private" / "label-studio.log") in str(death.value)
    assert stored["token"] not in str(death.value)
    assert stored["password"] not in str(death.value)
    assert stored["pid"] is None


def test_a_missing_label_studio_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(StudioError, match=r"pip install 'annotate-news\[server\]'"):
        start(tmp_path / "private")
    assert not (tmp_path / "private").exists()


def test_an_address_of_another_machine_is_refused(tmp_path):
    with pytest.raises(StudioError, match=r"cannot listen on 203\.0\.113\.7"):
        start(tmp_path / "private", host="203.0.113.7")


@pytest.mark.parametrize("content", ["", "[]", '{"url": "http://127.0.0.1:1"}', "\x00"])
def test_a_broken_server_json_is_named(tmp_path, content):
    (tmp_path / "server.json").write_text(content)
    with pytest.raises(StudioError, match=r"server\.json cannot be read"):
        running(tmp_path)


def test_a_study_without_a_server_has_none(tmp_path):
    assert running(tmp_path) is None


def test_the_last_port_is_kept_while_itis_free():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not is_free("127.0.0.1", port)
        assert choose_port("127.0.0.1", (None, port)) != port
    assert choose_port("127.0.0.1", (None, port)) == port
