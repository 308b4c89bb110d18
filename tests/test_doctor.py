"""`annotate doctor` finds what is wrong, says what to do, and changes and repeats nothing."""

import json
import shutil
import socket
import sqlite3
import ssl
import threading
import tomllib
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from personal_tokens import allow, forged, personal_access_token, revoke
from prefix_proxy import PREFIX, behind_prefix
from werkzeug import Response

from annotate.cli import main
from annotate.studio import doctor, reach
from annotate.studio.accounts import create_account
from annotate.studio.connection import open_connection
from annotate.studio.doctor import (
    check_clock,
    check_config_there,
    check_sdk,
    check_server_version,
    check_token,
)
from annotate.studio.embedded import check_installed, check_port
from annotate.studio.reach import Answer, check_reach
from annotate.studio.tokens import read_key
from annotate.studio.upgrade import DATABASE
from annotate.study import Settings, Study
from annotate.workflow.checkup import _room, examine

CONFIG = b"""<View><Text name="text" value="$text"/>
<Choices name="tone" toName="text"><Choice value="yes"/><Choice value="no"/></Choices></View>"""
LEGACY = "0123456789abcdef0123456789abcdef01234567"
DEAD = "http://127.0.0.1:9"
VERSION = {"release": "1.23.2", "label-studio-os-package": {"version": "1.23.2"}}


@pytest.fixture
def study(tmp_path):
    return Study.create(
        tmp_path / "study", Settings("Well", ("ada",)), config=CONFIG, codebook=b"# Book"
    )


def states(findings):
    """Give each check's state; a failure or a warning has a remedy."""
    for finding in findings:
        assert bool(finding.remedy) is (finding.state != "ok"), finding
        assert finding.said.rstrip().endswith((".", ")")), finding
    return {finding.check: finding.state for finding in findings}


def bad(findings):
    """Give what is not well, by check."""
    return {check: state for check, state in states(findings).items() if state != "ok"}


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in ("doctor", *arguments)])


def team(url, key):
    return {"LABEL_STUDIO_URL": url, "LABEL_STUDIO_API_KEY": key}


# -- a real server -----------------------------------------------------------------------------


@pytest.mark.studio
@pytest.mark.parametrize("own", [True, False])
def test_all_is_well(studio, study, monkeypatch, own):
    if own:
        shutil.copy(studio.log.parent / "server.json", study.private)
    else:
        for name, value in team(studio.url, studio.token).items():
            monkeypatch.setenv(name, value)
    told = run("--study", study.root, "--json")
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert {one["state"] for one in found} == {"ok"}
    checks = {one["check"]: one["said"] for one in found}
    assert {"study", "private", "config", "disk", "SDK", "address", "clock", "token"} <= set(checks)
    assert ("own server" in checks) is own
    assert checks["server version"] == "Label Studio 1.23.2."
    assert studio.token not in told.output
    shown = run("--study", study.root)
    assert shown.exit_code == 0
    assert studio.token not in shown.output


@pytest.mark.studio
def test_a_config_that_label_studio_refuses_is_named_and_no_project_is_made(studio, tmp_path):
    lead = open_connection(studio.url, studio.token)
    before = len(list(lead.sdk.projects.list()))
    config = tmp_path / "label_config.xml"
    config.write_bytes(CONFIG)
    assert check_config_there(studio.url, config).state == "ok"
    config.write_text('<View><Choices name="a" toName="b"></Choices></View>')
    refused = check_config_there(studio.url, config)
    assert refused.state == "failed"
    assert "'Choice' is a required property" in refused.said
    assert len(list(lead.sdk.projects.list())) == before


@pytest.mark.studio
def test_a_personal_token_is_told_with_its_last_day(studio):
    account = create_account(
        open_connection(studio.url, studio.token), "doctor@desk.local", "pw-12345"
    )
    key = personal_access_token(studio.url, account)
    expires = read_key(key).expires
    well = check_token(studio.url, key)
    assert (well.state, f"expires on {expires:%Y-%m-%d}" in well.said) == ("ok", True)
    soon = check_token(studio.url, key, now=expires - timedelta(days=29, hours=1))
    assert (soon.state, "That is in 29 days." in soon.said) == ("warning", True)
    assert check_token(studio.url, key, now=expires - timedelta(days=31)).state == "ok"
    late = check_token(studio.url, key, now=expires + timedelta(seconds=1))
    assert (late.state, "expired on" in late.said) == ("failed", True)
    revoke(studio.url, account, key)
    gone = check_token(studio.url, key)
    assert gone.state == "failed"
    assert gone.remedy.startswith("The token was revoked; make a new one")
    for finding in (well, soon, late, gone):
        assert key not in str(finding)


@pytest.mark.studio
def test_a_legacy_token_is_accepted_or_refused_with_the_reason(studio):
    assert check_token(studio.url, studio.token).said == "The legacy token belongs to user 1."
    wrong = check_token(studio.url, LEGACY)
    assert (wrong.state, wrong.remedy) == ("failed", "Check the key and what its owner may do.")
    account = create_account(
        open_connection(studio.url, studio.token), "switch@desk.local", "pw-12345"
    )
    connection = open_connection(studio.url, personal_access_token(studio.url, account))
    connection.whoami()
    allow(studio.url, f"Token {studio.token}", legacy=False)
    try:
        disabled = check_token(studio.url, studio.token)
    finally:
        access = connection.sdk._client_wrapper._tokens_client._access_token
        allow(studio.url, f"Bearer {access}")
    assert disabled.state == "failed"
    assert disabled.said.endswith(
        "(401: Authentication token no longer valid: legacy token authentication has been "
        "disabled for this organization)."
    )
    assert disabled.remedy.startswith("Its organization takes no legacy tokens: use a personal")


@pytest.mark.studio
def test_a_path_that_is_missing_or_too_long_is_named(studio):
    with behind_prefix(studio.url) as (url, _):
        reached, answer = check_reach(url)
        assert (reached.state, check_clock(answer).state) == ("ok", "ok")
        for wrong in (url.removesuffix(PREFIX), f"{url}/projects"):
            finding, answer = check_reach(wrong)
            assert (finding.state, answer) == ("failed", None)
            assert "shows a web page where Label Studio has its API" in finding.said
            assert "the path that Label Studio lies under" in finding.remedy


# -- the way there -----------------------------------------------------------------------------


@contextmanager
def over_tls(folder):
    """Serve an empty answer with a certificate that nobody trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    private = key.private_bytes(
        form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "tls.pem").write_bytes(private + certificate.public_bytes(form))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls.pem")
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.handle_error = lambda *_: None  # clients that hang up are what is tested
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_certificate_that_is_not_trusted_and_a_scheme_that_is_not_spoken(tmp_path, httpserver):
    with over_tls(tmp_path) as port:
        untrusted, _ = check_reach(f"https://127.0.0.1:{port}")
        assert "certificate of 127.0.0.1 is not trusted" in untrusted.said
        assert "SSL_CERT_FILE" in untrusted.remedy
        plain, _ = check_reach(f"http://127.0.0.1:{port}")
        assert "does not speak HTTP" in plain.said
        assert "https://" in plain.remedy
    no_tls, _ = check_reach(httpserver.url_for("").replace("http:", "https:"))
    assert "does not speak TLS" in no_tls.said
    assert "http://" in no_tls.remedy
    states([untrusted, plain, no_tls])


def test_nobody_there_an_unknown_name_and_silence(monkeypatch):
    assert check_reach(DEAD)[0].said == f"Nobody listens at {DEAD}."
    monkeypatch.setenv("NO_PROXY", "*")
    unknown, _ = check_reach("http://labels.invalid")
    assert "name labels.invalid is not known" in unknown.said
    monkeypatch.setattr(reach, "_TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mute, _ = check_reach(f"http://127.0.0.1:{silent.getsockname()[1]}")
    assert "did not answer within" in mute.said
    states([unknown, mute])


@pytest.mark.parametrize(
    ("answer", "says", "remedy"),
    [
        (
            Response("", 301, {"Location": "https://labels.example.org/api/version/"}),
            "sends us to https://labels.example.org, and",
            "LABEL_STUDIO_URL=https://labels.example.org",
        ),
        (
            Response("", 308, {"Location": "/under/here/api/version/"}),
            "/under/here, and a redirect",
            "/under/here",
        ),
        (
            Response("", 302, {"Location": "https://u:pw@sso.example.org/login?next=secret"}),
            "sends us to https://sso.example.org/login, and",
            "an address for programs",
        ),
        (
            Response("<html>Hotel</html>", 200, mimetype="text/html"),
            "shows a web page",
            "/projects",
        ),
        (Response("<html>Gone</html>", 404, mimetype="text/html"), "shows a web page", "the path"),
        (Response("[]", 200, mimetype="application/json"), "is not Label Studio", "the browser"),
        (Response("{", 200, mimetype="application/json"), "is not Label Studio", "the browser"),
        (Response("", 401), "lets nobody in", "let /api through"),
        (Response("", 502), "answers with an error (status 502)", "log"),
    ],
)
def test_what_is_no_label_studio_is_told_from_it(httpserver, answer, says, remedy):
    httpserver.expect_request("/api/version/").respond_with_response(answer)
    finding, found = check_reach(httpserver.url_for("").rstrip("/"))
    assert (finding.check, finding.state, found) == ("address", "failed", None)
    assert says in finding.said
    assert remedy in finding.remedy
    assert "pw" not in finding.said
    assert "secret" not in finding.said
    states([finding])


def test_a_token_is_not_sent_before_it_is_known_who_answers(httpserver, study):
    httpserver.expect_request("/api/version/").respond_with_data("<html>", 200)
    findings = examine(study.root, team(httpserver.url_for(""), LEGACY))
    assert states(findings)["address"] == "failed"
    assert httpserver.log
    for request, _ in httpserver.log:
        assert "Authorization" not in request.headers
        assert LEGACY not in request.get_data(as_text=True)


@pytest.mark.parametrize(
    ("release", "state"),
    [
        *(("1.23.0", "ok"), ("1.23.9rc1", "ok"), ("1.24.0", "warning"), ("1.9.2", "warning")),
        *(("2.0", "warning"), ("", "warning"), ("enterprise", "warning")),
    ],
)
def test_a_version_that_was_not_tested_is_a_warning(httpserver, release, state):
    httpserver.expect_request("/api/version/").respond_with_json({**VERSION, "release": release})
    _, answer = check_reach(httpserver.url_for("").rstrip("/"))
    finding = check_server_version(answer)
    assert finding.state == state
    states([finding])


def test_the_tested_versions_are_those_of_the_package():
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    lowest, above = (".".join(map(str, limit)) for limit in doctor._SERVERS)
    assert project["optional-dependencies"]["server"] == [f"label-studio>={lowest},<{above}"]
    lowest, above = (".".join(map(str, limit)) for limit in doctor._SDKS)
    assert f"label-studio-sdk>={lowest},<{above}" in project["dependencies"]
    assert check_sdk().state == "ok"


@contextmanager
def serving(timestamp):
    """Serve Label Studio's version at a time of its own."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            content = json.dumps(VERSION).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def date_time_string(self, _timestamp=None):
            return super().date_time_string(timestamp)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("seconds", "state", "says"),
    [
        (0, "ok", "differ by"),
        (55, "ok", "differ by"),
        (-55, "ok", "differ by"),
        (90, "warning", "ahead of"),
        (-3600, "warning", " s behind the"),
    ],
)
def test_clocks_that_differ_are_noticed(seconds, state, says):
    theirs = datetime.now(UTC).timestamp() - seconds
    with serving(theirs) as url:
        _, answer = check_reach(url)
    finding = check_clock(answer)
    assert (finding.state, says in finding.said) == (state, True), finding
    states([finding])


@given(st.text(max_size=40))
def test_any_date_header_gives_a_finding(date):
    states([check_clock(Answer("1.23.2", date, datetime.now(UTC)))])


# -- the study and the machine -----------------------------------------------------------------


def test_a_study_without_a_server_yet_is_well(study):
    findings = examine(study.root, {})
    assert bad(findings) == {}
    assert "`annotate studio` does" in findings[-1].said


def test_no_study_is_a_failure_and_the_rest_is_checked(tmp_path):
    told = run("--study", tmp_path, "--json")
    assert told.exit_code == 1
    found = {one["check"]: one["state"] for one in json.loads(told.stdout)}
    assert found == {
        "study": "failed",
        "disk": "ok",
        "Label Studio": "ok",
        "SDK": "ok",
        "own server": "ok",
    }
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "check"),
    [
        ("study.toml", "[study\n", "study"),
        ("study.toml", "[study]\nannotators = []\n", "study"),
        ("label_config.xml", "<View>", "config"),
        ("private/people.json", "{", "people"),
        ("private/key", "short", "private"),
        ("private/server.json", "{", "own server"),
    ],
)
def test_a_broken_file_is_named(study, name, content, check):
    (study.root / name).write_text(content)
    findings = examine(study.root, {})
    assert bad(findings) == {check: "failed"}
    (failed,) = [one for one in findings if one.state == "failed"]
    assert Path(name).name in failed.said
    shown = run("--study", study.root)
    assert shown.exit_code == 1
    assert failed.remedy in shown.stdout


def test_a_lost_private_folder_is_named(study):
    shutil.rmtree(study.private)
    assert bad(examine(study.root, {})) == {"private": "failed"}


def test_secrets_that_others_can_read_are_a_failure(study):
    study.private.chmod(0o750)
    (study.private / "key").chmod(0o640)
    (finding,) = [one for one in examine(study.root, {}) if one.state != "ok"]
    assert (finding.check, finding.state) == ("private", "failed")
    assert str(study.private / "key") in finding.said
    assert finding.remedy == f"chmod -R go= {study.private}"
    study.private.chmod(0o700)  # nobody gets to the key through it
    assert bad(examine(study.root, {})) == {}


def test_a_full_disk_is_noticed_before_it_is_full():
    assert [_room(free) for free in (0, 99e6, 100e6, 999e6, 1e9, 1e12)] == [
        *("failed", "failed", "warning", "warning", "ok", "ok")
    ]


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"LABEL_STUDIO_URL": DEAD}, "LABEL_STUDIO_API_KEY is not"),
        ({"LABEL_STUDIO_API_KEY": LEGACY}, "LABEL_STUDIO_URL is not"),
        (team("labels.example.org", LEGACY), "cannot be used"),
        (team(DEAD, LEGACY), "Nobody listens"),
    ],
)
def test_a_setting_that_leads_nowhere_is_a_failure(study, environ, says):
    findings = examine(study.root, environ)
    assert bad(findings) == {"address": "failed"}
    assert says in findings[-1].said
    assert LEGACY not in str(findings)


def test_a_token_of_the_wrong_form_is_named_and_not_repeated(httpserver, study):
    httpserver.expect_request("/api/version/").respond_with_json(VERSION)
    httpserver.expect_request("/api/projects/validate/").respond_with_data("", 204)
    for key in (forged("refresh", -5), "tökén", "two words"):
        findings = examine(study.root, team(httpserver.url_for(""), key))
        assert bad(findings) == {"token": "failed"}
        assert key not in str(findings)


def test_the_port_of_the_own_server_is_free_or_taken(study):
    server = {"url": "", "port": 0, "pid": None, "email": "a", "password": "b", "token": LEGACY}
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server |= {"url": f"http://127.0.0.1:{port}", "port": port}
        threading.Thread(target=lambda: [other.accept()[0].close() for _ in range(2)]).start()
        (study.private / "server.json").write_text(json.dumps(server))
        taken = check_port(study.private)
        (study.private / "server.json").write_text(json.dumps({**server, "pid": 4711}))
        hung = check_port(study.private)
    assert (taken.state, f"another program listens on its port {port}" in taken.said) == (
        *("warning", True),
    )
    assert (hung.state, "end process 4711" in hung.remedy) == ("warning", True)
    free = check_port(study.private)
    assert (free.state, f"its port {port} is free" in free.said) == ("ok", True)
    states([taken, hung, free])


def test_a_database_of_another_version_is_noticed(study):
    (study.private / "label-studio").mkdir()
    with closing(sqlite3.connect(study.private / DATABASE)) as database, database:
        database.execute("create table work (label text)")
    found = check_installed(study.private, needed=True)
    assert (found.state, "was not noted" in found.said) == ("ok", True)
    (study.private / "label-studio-version").write_text("99.0\n")
    found = check_installed(study.private, needed=True)
    assert (found.state, "the newer 99.0 last ran" in found.said) == ("failed", True)
    assert "pip install 'label-studio==99.0'" in found.remedy
