"""Keys of every kind on a real Label Studio, and a server that lies behind a path."""

import json
import threading
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest
from personal_tokens import allow, forged, personal_access_token, revoke
from prefix_proxy import PREFIX, behind_prefix

from annotate import workflow
from annotate.articles import Metadata
from annotate.errors import StudioError, Unauthorised
from annotate.studio.accounts import create_account, ensure_accounts
from annotate.studio.connection import WRITE, connect, open_connection
from annotate.studio.ledger import Ledger
from annotate.studio.tokens import read_key
from annotate.study import Settings, Study

LEGACY = "0123456789abcdef0123456789abcdef01234567"
CONFIG = b"""<View><Text name="text" value="$text"/>
<Labels name="span" toName="text"><Label value="Loaded"/></Labels></View>"""


@pytest.fixture(scope="module")
def lead(studio):
    """Connect as the server's owner."""
    return open_connection(studio.url, studio.token)


@pytest.fixture
def owner(lead, request):
    """Make an account for one test and give it with a personal access token of its own."""
    email = f"{request.node.originalname.replace('_', '-')[:40]}@desk.local"
    account = create_account(lead, email, "pw-12345")
    return account, personal_access_token(lead.url, account)


def tokens_of(connection):
    """Give the part of the SDK that keeps the access token."""
    return connection.sdk._client_wrapper._tokens_client


def lifetime(token):
    """Give how many seconds a token lives from when it was made."""
    claims = jwt.decode(token, options={"verify_signature": False})
    return claims["exp"] - claims["iat"]


# -- what a key is -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (LEGACY, "legacy token"),
        (forged("refresh", 60), "personal access token"),
        (forged("access", 5), "access token"),
        (forged("refresh", 60).rpartition(".")[0], "cut token"),
        ("a.b.c", "legacy token"),
        ("..", "legacy token"),
        ("a.Wzdd.c", "legacy token"),
        ("", "legacy token"),
    ],
)
def test_a_key_tells_its_kind(key, kind):
    assert read_key(key).kind == kind


def test_a_key_tells_when_it_expires():
    expires = read_key(forged("refresh", 60)).expires
    assert abs(expires - datetime.now(UTC) - timedelta(minutes=60)) < timedelta(seconds=5)
    assert read_key(LEGACY).expires is None
    claims = {"exp": 10**30, "token_type": "refresh"}
    assert read_key(jwt.encode(claims, "k" * 32, algorithm="HS256")).expires is None


# -- longer than an access token lives ---------------------------------------------------------


@pytest.mark.studio
def test_an_access_token_that_has_expired_is_renewed_before_the_next_call(studio, owner):
    """Access tokens live for five minutes, a pull may take longer."""
    account, key = owner
    connection = open_connection(studio.url, key)
    connection.whoami()
    first = tokens_of(connection)._access_token
    assert lifetime(first) == 300
    tokens_of(connection)._access_token = forged("access", -1)

    assert connection.whoami().user_id == account.user_id
    assert tokens_of(connection)._access_token != first


@pytest.mark.studio
def test_an_access_token_that_the_server_refuses_is_renewed_and_the_write_is_done_once(
    studio, owner
):
    """So it is where this machine's clock is behind: it thinks that the token still lives."""
    account, key = owner
    connection = open_connection(studio.url, key)
    refused = forged("access", 60)
    for number in (1, 2):  # the second call has the refused token still
        tokens_of(connection)._access_token = refused
        with connection.translated():
            made = connection.sdk.projects.create(
                title=f"renewed {number}", label_config=CONFIG.decode(), request_options=WRITE
            )
        assert made.created_by.id == account.user_id
    titles = [project.title for project in connection.sdk.projects.list()]
    assert sorted(title for title in titles if title.startswith("renewed")) == [
        "renewed 1",
        "renewed 2",
    ]


@pytest.mark.studio
def test_many_threads_renew_at_once(studio, owner):
    account, key = owner
    connection = open_connection(studio.url, key)
    tokens_of(connection)._access_token = forged("access", 60)
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(connection.whoami().user_id)) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [account.user_id] * 6


# -- refused -----------------------------------------------------------------------------------


@pytest.mark.studio
def test_a_revoked_token_is_named(studio, owner):
    account, key = owner
    connection = open_connection(studio.url, key)
    connection.whoami()
    revoke(studio.url, account, key)
    with pytest.raises(Unauthorised, match=r"blacklisted\); the token was revoked; make a new"):
        open_connection(studio.url, key).whoami()
    # The access token at hand would have worked on; the next renewal does not.
    tokens_of(connection)._access_token = forged("access", 60)
    with pytest.raises(Unauthorised, match="the token was revoked") as raised:
        connection.whoami()
    assert key not in str(raised.value)


@pytest.mark.studio
def test_an_access_token_is_no_key(studio, owner):
    _, key = owner
    connection = open_connection(studio.url, key)
    connection.whoami()
    with pytest.raises(Unauthorised, match="an access token, which lives for minutes; make"):
        open_connection(studio.url, tokens_of(connection)._access_token).whoami()


@pytest.mark.studio
def test_a_token_copied_from_the_list_lacks_its_last_part(studio, owner):
    _, key = owner
    with pytest.raises(Unauthorised, match="without its last part"):
        open_connection(studio.url, key.rpartition(".")[0]).whoami()


@pytest.mark.studio
def test_an_expired_token_says_what_to_do(studio):
    with pytest.raises(Unauthorised, match=r"has expired; make a new one in Label Studio \(Acc"):
        open_connection(studio.url, forged("refresh", -1))


@pytest.mark.studio
def test_kinds_of_tokens_that_the_organization_does_not_take_are_named(studio, owner):
    """Both switches are put back, since the other tests share the server."""
    _, key = owner
    legacy = f"Token {studio.token}"
    open_connection(studio.url, studio.token).whoami()
    allow(studio.url, legacy, personal=False)
    with pytest.raises(Unauthorised, match="may take no personal access tokens: have them"):
        open_connection(studio.url, key).whoami()
    allow(studio.url, legacy)
    connection = open_connection(studio.url, key)
    connection.whoami()
    allow(studio.url, legacy, legacy=False)
    try:
        with pytest.raises(
            Unauthorised,
            match=r"disabled for this organization\); its organization takes no legacy tokens: use",
        ):
            open_connection(studio.url, studio.token).whoami()
        assert connection.whoami()
    finally:
        allow(studio.url, f"Bearer {tokens_of(connection)._access_token}")
    open_connection(studio.url, studio.token).whoami()


# -- behind a path -----------------------------------------------------------------------------


@pytest.mark.studio
@pytest.mark.parametrize("personal", [False, True])
def test_a_study_goes_and_comes_back_through_a_path(studio, tmp_path, monkeypatch, personal):
    lead = open_connection(studio.url, studio.token)
    people = tmp_path / "people.json"
    ada = ensure_accounts(lead, ["ada"], people)["ada"]
    key = studio.token
    if personal:
        account = create_account(lead, "pathfinder@desk.local", "pw-12345")
        key = personal_access_token(studio.url, account)
    study = Study.create(
        tmp_path / "study", Settings("Path", ("ada",)), config=CONFIG, codebook=b"# Book"
    )
    study.people_path.write_bytes(people.read_bytes())
    source = tmp_path / "articles.jsonl"
    source.write_text("\n".join(json.dumps({"text": f"Article {n}.", "id": str(n)}) for n in "abc"))
    workflow.add(study, [source], Metadata())
    with behind_prefix(studio.url) as (url, asked):
        monkeypatch.setenv("LABEL_STUDIO_URL", f"{url}/")
        monkeypatch.setenv("LABEL_STUDIO_API_KEY", key)
        assert connect(study.private).whoami().email
        (pushed,) = workflow.push(study, lambda *_: None)
        assert (pushed.sent, pushed.url.startswith(f"{url}/projects/")) == (3, True)
        (desk,) = Ledger(study.ledger_path, url).desks()
        task = min(Ledger(study.ledger_path, url).tasks(desk.project).values())
        region = {"start": 0, "end": 7, "labels": ["Loaded"]}
        result = {"from_name": "span", "to_name": "text", "type": "labels", "value": region}
        httpx.post(
            f"{url}/api/tasks/{task}/annotations/",
            json={"result": [{**result, "id": "r1"}]},
            headers={"Authorization": f"Token {ada.token}"},
            timeout=60,
            trust_env=False,
        ).raise_for_status()
        outcome = workflow.pull(study)
        assert (outcome.submitted, outcome.spans) == (1, 1)
        assert list(study.tables().spans["text"]) == ["Article"]
        (again,) = workflow.push(study, lambda *_: None)
        assert (again.sent, again.there) == (0, 3)
    assert [path for path in asked if not path.startswith(f"{PREFIX}/api/")] == []


@pytest.mark.studio
def test_an_address_without_its_path_is_refused_with_what_to_check(studio):
    with behind_prefix(studio.url) as (url, _), pytest.raises(StudioError, match="no such page"):
        open_connection(url.removesuffix(PREFIX), studio.token).whoami()
