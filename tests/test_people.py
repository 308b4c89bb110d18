"""The same person has the same pseudonym; nothing but the private map knows who it is."""

import json

import pytest

from annotate.errors import StudyError
from annotate.studio.accounts import Account, read_people, write_people
from annotate.studio.people import Pseudonyms, claim_email


@pytest.fixture
def path(tmp_path):
    return tmp_path / "private" / "people.json"


def named(path, *users, source="server", emails=None):
    pseudonyms = Pseudonyms(path, source, emails or {})
    names = [pseudonyms(user) for user in users]
    pseudonyms.save()
    return names


def test_strangers_are_numbered_and_keep_their_numbers(path):
    assert named(path, "b@x.org", "a@x.org", "b@x.org") == [
        "annotator-01",
        "annotator-02",
        "annotator-01",
    ]
    assert named(path, "a@x.org", "c@x.org") == ["annotator-02", "annotator-03"]


def test_known_people_keep_their_pseudonyms_however_their_address_is_written(path):
    write_people(path, {"ada": Account("Ada@X.org", user_id=4, password="p", token="t")})
    users = ["ada@x.org", {"email": "ADA@x.org", "id": 99}, 4]
    assert named(path, *users, emails={4: "ada@x.org"}) == ["ada"] * 3
    assert read_people(path)["ada"].token == "t"


def test_numbers_mean_nothing_on_another_server(path):
    write_people(path, {"ada": Account("ada@x.org", user_id=4)})
    assert named(path, 4, source="file:1") == ["annotator-01"]
    assert named(path, 4, "4", {"id": 4}, source="file:2") == ["annotator-02"] * 3
    assert named(path, 4, source="file:1") == ["annotator-01"]


def test_user_names_are_no_addresses_and_mean_nothing_elsewhere_either(path):
    assert named(path, {"username": "kim"}, source="file:1") == ["annotator-01"]
    assert named(path, {"username": "kim"}, source="file:2") == ["annotator-02"]


@pytest.mark.parametrize("user", [None, "", 0.0, [], {}, {"email": None}])
def test_nobody_is_one_person_for_each_source(path, user):
    assert named(path, None, user) == ["annotator-01"] * 2
    assert named(path, user, source="file:1") == ["annotator-02"]


def test_an_address_that_no_file_can_hold_is_written_down_all_the_same(path):
    assert named(path, "\ud800@x.org", "\ud801@x.org") == ["annotator-01", "annotator-02"]
    assert named(path, "\ud801@x.org") == ["annotator-02"]


def test_nothing_is_written_before_saving_nor_without_news(path):
    Pseudonyms(path, "server")("a@x.org")
    assert not path.exists()
    named(path, "a@x.org")
    written = path.stat().st_mtime_ns
    named(path, "a@x.org")
    assert path.stat().st_mtime_ns == written


def test_the_map_is_the_owners_alone_and_the_only_file(path):
    named(path, "secret@x.org")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [item.name for item in path.parent.iterdir()] == ["people.json"]
    assert "secret@x.org" in json.loads(path.read_text())["annotator-01"]["email"]


def test_a_broken_map_is_named(path):
    path.parent.mkdir()
    path.write_text("{")
    with pytest.raises(StudyError, match=r"people\.json"):
        Pseudonyms(path, "server")


# --- saying who somebody is ---


def test_a_stranger_who_is_named_was_that_person_all_along(path):
    named(path, "a@x.org", "b@x.org")
    claim_email(path, "ada", "A@x.org")
    assert named(path, "a@x.org", "b@x.org") == ["ada", "annotator-02"]
    # The number is never given again: an old snapshot holds ada's work under it.
    assert named(path, "c@x.org") == ["annotator-03"]


def test_naming_somebody_again_keeps_their_account(path):
    write_people(path, {"ada": Account("ada@x.org", user_id=4, password="p")})
    claim_email(path, "ada", "ADA@x.org")
    assert read_people(path)["ada"].password == "p"


def test_an_address_that_is_another_annotators_is_refused(path):
    write_people(path, {"ada": Account("ada@x.org")})
    with pytest.raises(StudyError, match="ada's already"):
        claim_email(path, "ben", "ada@x.org")
    assert list(read_people(path)) == ["ada"]


@pytest.mark.parametrize("email", ["", "ada", "a b@x.org", "@", "a@b@c"])
def test_what_is_no_address_is_refused(path, email):
    with pytest.raises(StudyError, match="no e-mail address"):
        claim_email(path, "ada", email)
    assert not path.exists()
