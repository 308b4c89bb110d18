"""Label Studio is reached with any key, accounts are made once, and failures are one sentence."""

import json
import sqlite3
import stat
from contextlib import closing

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from personal_tokens import forged, personal_access_token
from werkzeug import Response

from annotate.errors import StudioError, StudyError, Unauthorised, Unreachable
from annotate.studio.accounts import (
    Account,
    _free_email,
    _password,
    create_account,
    ensure_accounts,
    login_slips,
    read_people,
    write_people,
)
from annotate.studio.connection import WRITE, connect, is_loopback, open_connection, translated
from annotate.studio.ledger import Desk, Ledger
from annotate.studio.ports import url_for_others

TOKEN = "0123456789abcdef0123456789abcdef01234567"
DEAD = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def lead(studio):
    """Connect as the server's owner."""
    return open_connection(studio.url, studio.token)


def _sentence(raised):
    """Give the message of an error that carries nothing else into a traceback."""
    error = raised.value
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    return str(error)


# -- which server ------------------------------------------------------------------------------


@pytest.mark.studio
def test_the_studys_own_server_is_the_default(studio):
    connection = connect(studio.log.parent, {})
    assert connection.url == studio.url
    assert connection.whoami().email == studio.email


@pytest.mark.studio
def test_the_environment_names_another_server(studio, tmp_path):
    """The study needs no server of its own then."""
    environ = {"LABEL_STUDIO_URL": f" {studio.url}/ ", "LABEL_STUDIO_API_KEY": studio.token}
    connection = connect(tmp_path, environ)
    assert connection.url == studio.url
    assert connection.whoami().email == studio.email


@pytest.mark.studio
def test_a_personal_access_token_is_a_key(studio, lead, tmp_path):
    account = create_account(lead, "pat@desk.local", "pw-12345")
    key = personal_access_token(studio.url, account)
    assert key.count(".") == 2
    connection = connect(tmp_path, {"LABEL_STUDIO_URL": studio.url, "LABEL_STUDIO_API_KEY": key})
    assert connection.whoami().user_id == account.user_id
    assert connection.users()[account.user_id] == "pat@desk.local"


def test_no_server_is_said_with_what_to_do(tmp_path):
    with pytest.raises(Unreachable, match="Start it with `annotate studio` in another terminal"):
        connect(tmp_path, {})


@pytest.mark.parametrize(
    ("environ", "kind"),
    [
        ({"LABEL_STUDIO_URL": DEAD}, Unauthorised),
        ({"LABEL_STUDIO_API_KEY": TOKEN, "LABEL_STUDIO_URL": " "}, Unreachable),
    ],
)
def test_half_a_setting_is_refused(tmp_path, environ, kind):
    with pytest.raises(kind, match="set both or neither"):
        connect(tmp_path, environ)


@pytest.mark.parametrize(
    "url",
    [
        "labels.example.org",
        "ftp://labels.example.org",
        "http://",
        "http://lead:hunter2@labels.example.org",
        "http://labels.example.org/?token=hunter2",
        "http://labels.example.org:port",
        "http://[::1",
    ],
)
def test_an_address_that_is_none_is_refused_without_repeating_it(url):
    with pytest.raises(StudioError, match="cannot be used") as raised:
        open_connection(url, TOKEN)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("key", ["tökén", "two words", "line\nbreak"])
def test_a_key_that_is_none_is_refused_without_repeating_it(key):
    with pytest.raises(Unauthorised, match="copy it again") as raised:
        open_connection(DEAD, key)
    assert key not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://127.9.9.9", True),
        ("http://localhost:80/x", True),
        ("http://[::1]:8080", True),
        ("http://10.0.0.1", False),
        ("https://labels.example.org", False),
        ("http://localhost.example.org", False),
    ],
)
def test_loopback_addresses_are_told_from_others(url, loopback):
    assert is_loopback(url) is loopback


@pytest.mark.studio
def test_no_proxy_stands_between_us_and_this_machine(studio, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, DEAD)
    assert open_connection(studio.url, studio.token).whoami().email == studio.email
    assert connect(studio.log.parent, {}).url == studio.url


def test_a_path_before_the_api_is_kept_with_apersonal_access_token(httpserver):
    """The SDK alone would renew the token at the top of the host."""
    refresh, access = forged("refresh", 60), forged("access", 5)
    httpserver.expect_request("/ls/api/token/refresh/", method="POST").respond_with_json(
        {"access": access}
    )
    httpserver.expect_request(
        "/ls/api/current-user/whoami", headers={"Authorization": f"Bearer {access}"}
    ).respond_with_json({"id": 7, "email": "ada@desk.local"})
    connection = open_connection(httpserver.url_for("/ls/"), refresh)
    assert connection.url == httpserver.url_for("/ls")
    assert connection.whoami().user_id == 7


# -- failures ----------------------------------------------------------------------------------


def test_nobody_there(tmp_path):
    with pytest.raises(Unreachable, match=f"Nobody answers at {DEAD}") as raised:
        connect(tmp_path, {"LABEL_STUDIO_URL": DEAD, "LABEL_STUDIO_API_KEY": TOKEN})
    assert TOKEN not in _sentence(raised)


@pytest.mark.studio
def test_a_wrong_token(studio):
    with pytest.raises(Unauthorised, match="401: Invalid token") as raised:
        open_connection(studio.url, TOKEN).whoami()
    assert TOKEN not in _sentence(raised)


@pytest.mark.studio
def test_an_expiredpersonal_access_token(studio):
    with pytest.raises(Unauthorised, match="has expired") as raised:
        open_connection(studio.url, key := forged("refresh", -1))
    assert key not in _sentence(raised)


@pytest.mark.studio
def test_a_forgedpersonal_access_token(studio):
    with pytest.raises(Unauthorised, match="401") as raised:
        open_connection(studio.url, key := forged("refresh", 60)).whoami()
    assert key not in _sentence(raised)


@pytest.mark.studio
def test_a_page_made_for_a_browser_is_not_repeated(lead):
    """Enterprise calls answer with HTML on the open-source server."""
    with (
        pytest.raises(StudioError, match=r"no such page or object \(404\)") as raised,
        lead.translated(),
    ):
        lead.sdk.projects.stats.iaa(1)
    assert "<" not in _sentence(raised)


@pytest.mark.studio
def test_a_refusal_says_what_the_server_says(lead):
    with (
        pytest.raises(StudioError, match=r"refused \(400: .*at least 3 characters") as raised,
        lead.translated(),
    ):
        lead.sdk.projects.create(title="x", request_options=WRITE)
    assert "request_id" not in _sentence(raised)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (Response("<html>Welcome to the hotel</html>", 200), StudioError, "does not speak like"),
        (Response("{}", 200, mimetype="application/json"), StudioError, "does not speak like"),
        (Response("", 301, {"Location": "/x"}), StudioError, "sends us elsewhere"),
        (Response(f"no {TOKEN} here", 403), Unauthorised, "403: no … here"),
        (Response("x" * 5000, 500), StudioError, r"failed \(500: x{300}…\)"),
        (Response(f'{{"detail": "{TOKEN}"}}', 400), StudioError, "refused"),
    ],
)
def test_what_is_no_answer_of_label_studio_is_one_sentence(httpserver, answer, kind, says):
    httpserver.expect_request("/api/current-user/whoami").respond_with_response(answer)
    with pytest.raises(kind, match=says) as raised:
        open_connection(httpserver.url_for(""), TOKEN).whoami()
    assert TOKEN not in _sentence(raised)
    assert "\n" not in str(raised.value)


def test_a_write_is_sent_once(httpserver):
    """The SDK would send it three times and double what got stored."""
    httpserver.expect_request("/api/projects/").respond_with_data("oops", 502)
    connection = open_connection(httpserver.url_for(""), TOKEN)
    with pytest.raises(StudioError, match="502"), connection.translated():
        connection.sdk.projects.create(title="a desk", request_options=WRITE)
    assert [request.method for request, _ in httpserver.log] == ["POST"]


def test_a_lost_answer_says_that_the_data_may_be_stored():
    with pytest.raises(Unreachable, match="may have been stored"), translated("http://x.org"):
        raise httpx.ReadTimeout(DEAD)


@pytest.mark.parametrize(
    ("name", "value"), [("HTTPS_PROXY", "foo://x"), ("ALL_PROXY", "socks5://127.0.0.1:9")]
)
def test_a_proxy_that_cannot_be_used_is_one_sentence(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(StudioError, match="check the address and the proxy") as raised:
        open_connection("https://labels.example.org", TOKEN)
    assert TOKEN not in _sentence(raised)


@pytest.mark.parametrize("url", ["http://a..b", f"http://{'a' * 64}.org", "http://\x7f.org"])
def test_a_host_that_cannot_be_one_is_one_sentence(monkeypatch, url):
    for name in ("HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with pytest.raises(StudioError) as raised:
        open_connection(url, TOKEN).whoami()
    assert TOKEN not in _sentence(raised)


def test_a_ledger_that_breaks_is_named(tmp_path):
    """Also when only the query notices, not the opening."""
    ledger = Ledger(tmp_path / "ledger.sqlite", "embedded")
    with closing(sqlite3.connect(ledger.path)) as database, database:
        database.execute("create table desk (other text)")
    with pytest.raises(StudyError, match=r"ledger\.sqlite cannot be used"):
        ledger.desks()
    with pytest.raises(StudyError, match=r"ledger\.sqlite cannot be used"):
        ledger.add_desk(Desk("ada", "1", 1))


def test_slips_show_an_address_that_others_reach():
    assert url_for_others("127.0.0.1", 80) == "http://127.0.0.1:80"
    assert url_for_others("10.0.0.5", 80) == "http://10.0.0.5:80"
    assert "0.0.0.0" not in url_for_others("0.0.0.0", 80)
    assert url_for_others("0.0.0.0", 80).endswith(":80")


def test_our_own_mistakes_are_not_translated():
    with pytest.raises(KeyError), translated("http://x.org"):
        raise KeyError


# -- accounts ----------------------------------------------------------------------------------


@pytest.mark.studio
def test_an_account_is_made_once(lead):
    first = create_account(lead, "Twice@desk.local", "pw-12345")
    again = create_account(lead, "twice@desk.local", "pw-12345")
    assert (first.user_id, first.token) == (again.user_id, again.token)
    assert list(lead.users().values()).count("twice@desk.local") == 1
    assert open_connection(lead.url, first.token).whoami().user_id == first.user_id
    with pytest.raises(StudioError, match="don't match"):
        create_account(lead, "twice@desk.local", "another password")


@pytest.mark.studio
def test_anybody_may_invite(lead):
    """What docs/server.md says about accounts: the open-source server has no roles."""
    first = create_account(lead, "first@desk.local", "pw-12345")
    second = create_account(open_connection(lead.url, first.token), "second@desk.local", "pw-12345")
    assert lead.users()[second.user_id] == "second@desk.local"


@pytest.mark.studio
def test_a_password_that_will_not_do_is_refused_with_the_servers_reason(lead):
    with pytest.raises(StudioError, match=r"short@desk\.local: .*8–128 characters"):
        create_account(lead, "short@desk.local", "1234567")
    assert "short@desk.local" not in lead.users().values()


@pytest.mark.studio
def test_everybody_gets_an_account_and_keeps_it(lead, tmp_path):
    path = tmp_path / "people.json"
    people = ensure_accounts(lead, ["Xoë", "xoe.", "日本"], path)
    assert list(people) == ["Xoë", "xoe.", "日本"]
    assert [person.email for person in people.values()] == [
        "xoe@desk.local",
        "xoe-2@desk.local",
        "annotator@desk.local",
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ensure_accounts(lead, ["日本", "Xoë"], path) == {
        "日本": people["日本"],
        "Xoë": people["Xoë"],
    }
    assert read_people(path) == people
    for person in people.values():
        me = open_connection(lead.url, person.token).whoami()
        assert (me.user_id, me.email) == (person.user_id, person.email)


@pytest.mark.studio
@pytest.mark.parametrize("lost", ["before", "after"])
def test_an_interrupted_run_is_taken_up(lead, tmp_path, lost):
    """Whether it was interrupted before or after the server stored the account."""
    name, path = f"cut {lost}", tmp_path / "people.json"
    planned = Account(f"cut-{lost}@desk.local", password="pw-12345")
    write_people(path, {name: planned})
    if lost == "after":
        create_account(lead, planned.email, planned.password)
    person = ensure_accounts(lead, [name], path)[name]
    assert lead.users()[person.user_id] == planned.email
    assert open_connection(lead.url, person.token).whoami().user_id == person.user_id


@pytest.mark.studio
def test_a_person_with_an_account_of_their_own_is_looked_up(studio, lead, tmp_path):
    path = tmp_path / "people.json"
    path.write_text(json.dumps({"P1": {"email": studio.email.upper()}}))
    person = ensure_accounts(lead, ["P1"], path)["P1"]
    assert person.user_id == lead.whoami().user_id
    assert person.password is None
    path.write_text(json.dumps({"P1": {"email": "nobody@example.org"}}))
    with pytest.raises(StudioError, match=r"no account nobody@example\.org for P1"):
        ensure_accounts(lead, ["P1"], path)
    assert "nobody@example.org" not in lead.users().values()


@pytest.mark.parametrize(
    "content",
    ["{", "[]", '{"P1": {}}', '{"P1": {"email": 5}}', '{"P1": "a@b.org"}', '{"P1": {"e": 1}}'],
)
def test_a_broken_people_json_is_named(tmp_path, content):
    path = tmp_path / "people.json"
    path.write_text(content)
    with pytest.raises(StudyError, match=r"people\.json cannot be read"):
        read_people(path)


def test_two_annotators_with_one_account_are_refused(tmp_path):
    path = tmp_path / "people.json"
    write_people(path, {"P1": Account("a@b.org"), "P2": Account("A@b.org")})
    with pytest.raises(StudyError, match=r"same e-mail \(a@b\.org\)"):
        read_people(path)


@given(st.lists(st.text(min_size=1, max_size=40), max_size=8))
def test_every_pseudonym_gets_an_email_of_its_own(names):
    taken = set()
    for name in names:
        email = _free_email(name, taken)
        local, domain = email.split("@")
        assert email not in taken
        assert email.isascii()
        assert email == email.lower()
        assert domain == "desk.local"
        assert local == local.strip("-") != ""
        taken.add(email)


def test_passwords_are_long_and_not_repeated():
    made = {_password() for _ in range(500)}
    assert len(made) == 500
    assert {len(password) for password in made} == {14}


def test_a_slip_holds_what_its_annotator_needs_and_nothing_of_others():
    people = {
        "Ada": Account("ada@desk.local", 2, "bado-kimu-reno", TOKEN),
        "Ben": Account("ben@example.org", 3),
    }
    first, second = login_slips(people, DEAD).split("--- Ben")
    assert all(part in first for part in (DEAD, "ada@desk.local", "bado-kimu-reno"))
    assert '"Select regions after creating"' in first
    assert "ben@example.org" not in first
    assert "(the one you chose)" in second
    assert "bado" not in second
    assert TOKEN not in first + second
