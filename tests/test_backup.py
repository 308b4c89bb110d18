"""A study goes into one file and comes out of it whole; a file that was altered writes nothing."""

import hashlib
import json
import os
import resource as limits
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import warnings
import zipfile
from contextlib import closing

import httpx
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from leaving import LEAVER, NAMES, REASON, files_with, lay_out
from personal_tokens import logged_in

from annotate import workflow
from annotate.articles import Metadata
from annotate.cli import main
from annotate.errors import BackupError, StudyError
from annotate.keeping import back_up, restore
from annotate.keeping.manifest import MANIFEST
from annotate.resources import resource
from annotate.studio.accounts import ensure_accounts, read_people
from annotate.studio.connection import open_connection
from annotate.studio.ledger import Desk, Ledger
from annotate.studio.server import running, start
from annotate.studio.upgrade import DATABASE
from annotate.study import Settings, Study
from annotate.workflow.rights import forget

CONFIG = b"""<View><Text name="text" value="$text"/>
<Labels name="span" toName="text"><Label value="Loaded"/></Labels></View>"""
SECRETS = {"token": "f00d" * 10, "password": "bado-kimu-reno", "email": "ada@desk.local"}


def run(*arguments, code=0):
    """Run a command in this process and give all it says."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


def contents(root, but=()):
    """Give every file's content under a folder, by its name."""
    names = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in names.items() if name not in but}


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def rows(path, query):
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def fill(study):
    """Put into a study what a used one holds, and what is of use to a running program only."""
    workflow.add(study, [resource("seeds")], Metadata())
    Ledger(study.ledger_path, "embedded").add_desk(Desk("ada", "main", 1))
    private = study.private
    (private / "label-studio" / "media").mkdir(parents=True)
    with closing(sqlite3.connect(private / DATABASE)) as database, database:
        database.execute("create table work (label text)")
        database.execute("insert into work values ('kept')")
    (private / "label-studio" / "media" / "Übung 1.txt").write_text("uploaded", encoding="utf-8")
    server = {"url": "http://127.0.0.1:5", "port": 5, "pid": 4711, "started": "now", **SECRETS}
    (private / "server.json").write_text(json.dumps(server))
    study.people_path.write_text(json.dumps({"ada": {"email": SECRETS["email"]}}))
    for name in ("server.lock", "study.lock", "label-studio.log"):
        (private / name).write_text("passing")
    (study.root / "notes.txt").write_text("my own")
    (study.root / "-wal").write_text("no database's")
    (private / "-shm").write_text("no database's")


@pytest.fixture
def study(tmp_path):
    made = Study.create(
        tmp_path / "study", Settings("Kept", ("ada",)), config=CONFIG, codebook=b"# Book"
    )
    fill(made)
    return made


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Give a small study's backup as bytes, and what should come out of it."""
    folder = tmp_path_factory.mktemp("small")
    made = Study.create(folder / "study", Settings("Small"), config=CONFIG, codebook=b"# Book")
    back_up(made, folder / "small.zip")
    restore(folder / "small.zip", folder / "again")
    return (folder / "small.zip").read_bytes(), contents(folder / "again")


# -- round trip --------------------------------------------------------------------------------


def test_what_goes_in_comes_out(study, tmp_path):
    archive, root = tmp_path / "kept.zip", tmp_path / "deep" / "down" / "again"
    left_out = {"private/server.lock", "private/study.lock", "private/label-studio.log"}
    said = run("backup", archive, "--study", study.root)
    assert "passwords and tokens" in said
    assert mode(archive) == 0o600
    assert "annotate doctor --study" in run("restore", archive, root)

    changing = {"private/server.json", "ledger.sqlite", f"private/{DATABASE}"}
    assert contents(root, changing) == contents(study.root, left_out | changing)
    assert rows(root / "private" / DATABASE, "select * from work") == [("kept",)]
    again = Study.open(root)
    assert Ledger(again.ledger_path, "embedded").desks() == [Desk("ada", "main", 1)]
    assert again.key() == study.key()
    assert again.articles().equals(study.articles())
    stored = json.loads((again.private / "server.json").read_text())
    assert {name: stored[name] for name in SECRETS} == SECRETS
    assert (stored["pid"], stored["started"]) == (None, None)
    for path in study.root.glob("*.parquet"):
        assert (root / path.name).stat().st_mtime_ns == path.stat().st_mtime_ns
    assert sorted(tmp_path.iterdir()) == sorted([archive, study.root, tmp_path / "deep"])


def test_what_is_private_stays_the_owners(study, tmp_path):
    (study.private / "people.json").chmod(0o644)
    back_up(study, tmp_path / "kept.zip")
    before = os.umask(0)
    try:
        restore(tmp_path / "kept.zip", tmp_path / "again")
    finally:
        os.umask(before)
    for path in (tmp_path / "again" / "private").rglob("*"):
        assert mode(path) == (0o700 if path.is_dir() else 0o600)
    assert mode(tmp_path / "again" / "private") == 0o700


def test_tables_need_not_be_built_again(tmp_path):
    """They know by the articles' time that they are up to date."""
    study = lay_out(tmp_path)
    tables = study.tables()
    back_up(study, tmp_path / "kept.zip")
    again = Study(restore(tmp_path / "kept.zip", tmp_path / "again").root)
    assert again.tables_are_current()
    assert again.tables().visits.equals(tables.visits)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=20),
        st.binary(max_size=300),
        max_size=6,
    )
)
def test_files_of_any_name_and_content_come_out_or_are_named(tmp_path_factory, files):
    folder = tmp_path_factory.mktemp("any")
    study = Study.create(folder / "study", Settings("Any"), config=CONFIG, codebook=b"")
    (study.root / "dataset").mkdir()
    made = {}
    for name, content in files.items():
        path = study.root / "dataset" / name
        if not path.exists():
            path.write_bytes(content)
            made[f"dataset/{name}"] = content
    done = back_up(study, folder / "any.zip")
    restore(folder / "any.zip", folder / "again")
    found = contents(folder / "again")
    for name, content in made.items():
        passing = name.startswith("dataset/.") and name.endswith(".part")
        refused = any(what.startswith(f"{name}: ") for what in done.left_out)
        assert (name in found) is not (passing or refused)
        assert found.get(name, content) == content
        assert refused is ("\\" in name)


# -- what does not belong in it ----------------------------------------------------------------


def test_links_and_tools_are_left_out_and_named(study, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.txt").write_text("not the study's")
    (study.root / "linked").symlink_to(tmp_path / "elsewhere")
    (study.root / "secret.txt").symlink_to(tmp_path / "elsewhere" / "secret.txt")
    os.mkfifo(study.root / "pipe")
    (study.root / ".git").mkdir()
    (study.root / ".git" / "HEAD").write_text("x")
    (study.private / "label-studio-backups").mkdir()
    (study.private / "label-studio-backups" / "1.0-x.sqlite3").write_text("x")
    said = run("backup", tmp_path / "kept.zip", "--study", study.root)
    for name in ("linked: ", "secret.txt: ", "pipe: ", ".git/: "):
        assert f"left out: {name}" in said
    with zipfile.ZipFile(tmp_path / "kept.zip") as zipped:
        names = zipped.namelist()
        assert not [
            name for name in names if "secret" in name or ".git/" in name or "1.0-x" in name
        ]
        assert b"not the study's" not in b"".join(map(zipped.read, names))


def test_without_private_no_person_and_no_key_is_in_it(study, tmp_path):
    key = study.key().hex().encode()
    said = run("backup", tmp_path / "open.zip", "--without-private", "--study", study.root)
    assert "nobody's login works" in said
    with zipfile.ZipFile(tmp_path / "open.zip") as zipped:
        assert not [name for name in zipped.namelist() if name.startswith("private")]
        everything = b"".join(map(zipped.read, zipped.namelist()))
    for secret in (*(value.encode() for value in SECRETS.values()), key):
        assert secret not in everything
    assert "It came without private/" in run("restore", tmp_path / "open.zip", tmp_path / "again")
    assert mode(tmp_path / "again" / "private") == 0o700
    assert len(Study.open(tmp_path / "again").articles()) == len(study.articles())
    said = run("add", resource("seeds"), "--study", tmp_path / "again", code=1)
    assert "key is missing" in said


def test_without_private_who_was_forgotten_stays_gone_and_the_rest_can_be_read(tmp_path):
    """Tombstones cannot be read without the key; all that they name is gone from the files."""
    study = lay_out(tmp_path)
    forget(study, LEAVER, REASON)
    tables = study.tables()
    # As if it had been cut off: whatever is not done yet is done before anything is handed on.
    study.save_tombstones(study.tombstones().marked(done=False))
    (study.root / ".half.part").write_text(LEAVER)
    done = back_up(study, tmp_path / "open.zip", private=False)
    assert not study.tombstones().pending
    assert any(what.startswith("tombstones.json: ") for what in done.left_out)
    again = Study.open(restore(tmp_path / "open.zip", tmp_path / "again").root)
    assert files_with(again.root, *NAMES) == {}
    assert again.tables().visits.equals(tables.visits)
    assert again.tables().spans.equals(tables.spans)
    back_up(study, tmp_path / "whole.zip")
    whole = Study.open(restore(tmp_path / "whole.zip", tmp_path / "whole").root)
    assert len(whole.tombstones().annotators) == 1


# -- refused before anything is written --------------------------------------------------------


def test_a_backup_goes_to_a_new_place_outside_of_the_study(study, tmp_path):
    with pytest.raises(BackupError, match="lies in the study itself"):
        back_up(study, study.root / "dataset" / ".." / "kept.zip")
    (tmp_path / "kept.zip").write_text("precious")
    with pytest.raises(BackupError, match="is there already"):
        back_up(study, tmp_path / "kept.zip")
    assert (tmp_path / "kept.zip").read_text() == "precious"
    with pytest.raises(BackupError, match="is no folder"):
        back_up(study, tmp_path / "nowhere" / "kept.zip")


def test_a_damaged_database_is_named_and_no_archive_is_left(study, tmp_path):
    whole = (study.private / DATABASE).read_bytes()
    (study.private / DATABASE).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StudyError, match=r"label_studio\.sqlite3 cannot be copied"):
        back_up(study, tmp_path / "kept.zip")
    assert list(tmp_path.iterdir()) == [study.root]


def test_a_full_disk_leaves_nothing(study, tmp_path):
    """A limit on the size of a file is met like a full disk."""
    told = subprocess.run(
        [sys.executable, "-m", "annotate", "backup", tmp_path / "x.zip", "--study", study.root],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: limits.setrlimit(limits.RLIMIT_FSIZE, (9000, 9000)),
    )
    assert told.returncode == 1
    assert "Traceback" not in told.stderr
    assert "cannot be" in told.stderr
    assert list(tmp_path.iterdir()) == [study.root]


def test_a_folder_with_something_in_it_is_refused(small, tmp_path):
    archive = tmp_path / "small.zip"
    archive.write_bytes(small[0])
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    for name in ("full", "link", "small.zip"):
        with pytest.raises(BackupError, match="is there already and not empty"):
            restore(archive, tmp_path / name)
    assert contents(tmp_path / "full") == {"mine": b"mine"}
    restore(archive, tmp_path / "empty")
    assert contents(tmp_path / "empty") == small[1]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_backup_cut_short_leaves_nothing(small, tmp_path_factory, share):
    folder = tmp_path_factory.mktemp("cut")
    (folder / "cut.zip").write_bytes(small[0][: int(len(small[0]) * share)])
    with pytest.raises(BackupError, match="cut short"):
        restore(folder / "cut.zip", folder / "again")
    assert [path.name for path in folder.iterdir()] == ["cut.zip"]


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_an_altered_byte_is_refused_or_changes_nothing(small, tmp_path_factory, data):
    """Some bytes of a zip say nothing of the content, such as its dates."""
    whole, expected = small
    folder = tmp_path_factory.mktemp("altered")
    place = data.draw(st.integers(0, len(whole) - 1))
    altered = bytearray(whole)
    altered[place] ^= data.draw(st.integers(1, 255))
    (folder / "altered.zip").write_bytes(altered)
    refused = False
    try:
        restore(folder / "altered.zip", folder / "again")
    except BackupError:
        refused = True
    assert contents(folder) == {
        "altered.zip": bytes(altered),
        **({} if refused else {f"again/{name}": content for name, content in expected.items()}),
    }


def forge(path, files, /, *, link="", more=(), **changes):
    """Write an archive by hand, its manifest true unless something is changed."""
    entries = [
        {
            "name": name,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "changed": 0,
        }
        for name, content in files.items()
    ]
    manifest = {"format": 1, "made": "now", "tool": "0", "label_studio": "", "private": True}
    manifest = {**manifest, "files": entries, **changes}
    with (
        warnings.catch_warnings(action="ignore"),  # of a name used twice
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped,
    ):
        for name, content in files.items():
            member = zipfile.ZipInfo(name)
            if name == link:
                member.external_attr = (stat.S_IFLNK | 0o777) << 16
            zipped.writestr(member, content)
        for name in more:
            zipped.writestr(name, b"another")
        zipped.writestr(MANIFEST, json.dumps(manifest))


TOML = {"study.toml": b'[study]\nname = "x"\n'}


@pytest.mark.parametrize(
    "name",
    [
        *("../escape", "/tmp/escape", "a/../../escape", "a//b", "./a", "..", "a/", "a\\b", ""),
        *("study.toml/inside", "x" * 2000),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path, name):
    forge(tmp_path / "evil.zip", {**TOML, name: b"evil"})
    with pytest.raises(BackupError, match=r"lead elsewhere or clash|was altered"):
        restore(tmp_path / "evil.zip", tmp_path / "again")
    assert [path.name for path in tmp_path.iterdir()] == ["evil.zip"]


def test_a_link_comes_out_as_the_file_that_it_is_in_the_archive(tmp_path):
    forge(tmp_path / "link.zip", {**TOML, "key": b"/etc/passwd"}, link="key")
    root = restore(tmp_path / "link.zip", tmp_path / "again").root
    assert not (root / "key").is_symlink()
    assert (root / "key").read_bytes() == b"/etc/passwd"


@pytest.mark.parametrize(
    ("files", "changes", "says"),
    [
        (TOML, {"files": []}, "its list of files"),
        (TOML, {"more": ["study.toml"]}, "its list of files"),
        (TOML, {"more": ["unlisted"]}, "its list of files"),
        (TOML, {"more": [MANIFEST]}, "no backup of a study"),
        (TOML, {"format": 2}, "written by a newer version"),
        (TOML, {"files": [{"name": "study.toml"}]}, "no backup of a study"),
        (TOML, {"files": "study.toml"}, "no backup of a study"),
        (TOML, {"surplus": 1}, "no backup of a study"),
        ({"a.txt": b"x"}, {}, r"holds no study\.toml"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(tmp_path, files, changes, says):
    forge(tmp_path / "odd.zip", files, **changes)
    with pytest.raises(BackupError, match=says):
        restore(tmp_path / "odd.zip", tmp_path / "again")
    assert [path.name for path in tmp_path.iterdir()] == ["odd.zip"]


@pytest.mark.parametrize("content", [b"Not as it was", b"not as", b"not as it was", b""])
def test_a_file_that_was_exchanged_is_named(small, tmp_path, content):
    """The archive itself is sound: somebody unpacked it, changed a file, and packed it again."""
    (tmp_path / "small.zip").write_bytes(small[0])
    with zipfile.ZipFile(tmp_path / "small.zip") as zipped:
        files = {name: zipped.read(name) for name in zipped.namelist()}
    manifest = json.loads(files.pop(MANIFEST))
    same_size = content.ljust(len(files["codebook.md"]), b".")
    for exchanged in (content, same_size):
        forge(tmp_path / "x.zip", {**files, "codebook.md": exchanged}, files=manifest["files"])
        with pytest.raises(BackupError, match=r"altered or cut short \(codebook\.md\)"):
            restore(tmp_path / "x.zip", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_no_more_is_unpacked_than_was_promised(tmp_path):
    """A megabyte of zeros packs into a kilobyte."""
    forge(tmp_path / "bomb.zip", {**TOML, "zeros": bytes(1 << 20)})
    with zipfile.ZipFile(tmp_path / "bomb.zip") as zipped:
        manifest = json.loads(zipped.read(MANIFEST))
    manifest["files"][1]["size"] = 10
    forge(tmp_path / "bomb.zip", {**TOML, "zeros": bytes(1 << 20)}, files=manifest["files"])
    with pytest.raises(BackupError, match=r"altered or cut short \(zeros\)"):
        restore(tmp_path / "bomb.zip", tmp_path / "again")


def test_a_study_that_does_not_fit_is_refused_before_it_is_unpacked(tmp_path):
    huge = {"name": "study.toml", "size": 0, "sha256": hashlib.sha256().hexdigest(), "changed": 0}
    forge(tmp_path / "huge.zip", {"study.toml": b""}, files=[huge])
    restore(tmp_path / "huge.zip", tmp_path / "fits")
    forge(tmp_path / "huge.zip", {"study.toml": b""}, files=[{**huge, "size": 10**18}])
    with pytest.raises(BackupError, match=r"has [\d,]+ MB free; make room"):
        restore(tmp_path / "huge.zip", tmp_path / "again")
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("content", [b"", b"PK", b"text\n" * 99, b"\x1f\x8b\x08\x00" * 9])
def test_what_is_no_backup_is_named_in_one_sentence(tmp_path, content):
    (tmp_path / "other.zip").write_bytes(content)
    said = run("restore", tmp_path / "other.zip", tmp_path / "again", code=1)
    assert said.startswith(f"Error: {tmp_path / 'other.zip'} is no backup")
    assert said.count("\n") == 1
    assert not (tmp_path / "again").exists()


# -- with a real Label Studio ------------------------------------------------------------------


@pytest.fixture
def beside_private(studio):
    """Give the folder around the shared server's private one, for one study only."""
    root = studio.log.parent.parent

    def clear():
        for path in root.iterdir():
            if path.is_dir() and path != studio.log.parent:
                shutil.rmtree(path)
            elif path.is_file():
                path.unlink()
        for name in ("key", "people.json"):
            (studio.log.parent / name).unlink(missing_ok=True)

    clear()
    yield root
    clear()


@pytest.mark.studio
def test_a_study_moves_while_its_annotators_work_and_their_logins_go_with_it(
    studio, beside_private, tmp_path
):
    """The copy is of one moment: every annotation that it holds can be pulled from it."""
    study = Study.create(
        beside_private, Settings("Moving", ("mona",)), config=CONFIG, codebook=b"# Book"
    )
    lead = open_connection(studio.url, studio.token)
    mona = ensure_accounts(lead, ["mona"], study.people_path)["mona"]
    workflow.add(study, [resource("seeds")], Metadata())
    workflow.push(study, lambda *_: None)
    (desk,) = Ledger(study.ledger_path, "embedded").desks()
    tasks = Ledger(study.ledger_path, "embedded").tasks(desk.project)
    stop, stored = threading.Event(), []

    def annotate():
        headers = {"Authorization": f"Token {mona.token}"}
        with httpx.Client(headers=headers, timeout=60, trust_env=False) as client:
            while not stop.is_set():
                task = list(tasks.values())[len(stored) % len(tasks)]
                address = f"{studio.url}/api/tasks/{task}/annotations/"
                stored.append(client.post(address, json={"result": []}).status_code)

    annotator = threading.Thread(target=annotate)
    annotator.start()
    try:
        while len(stored) < len(tasks):
            stop.wait(0.1)
        before = len(stored)
        back_up(study, tmp_path / "moving.zip")
        after = len(stored)
    finally:
        stop.set()
        annotator.join()
    assert set(stored) == {201}

    again = Study.open(restore(tmp_path / "moving.zip", tmp_path / "elsewhere" / "study").root)
    # Other tests have worked on this server too.
    ours = f"select count(*) from task_completion where project_id = {desk.project}"
    ((count,),) = rows(again.private / DATABASE, ours)
    assert before <= count <= after + 1
    assert running(again.private) is None
    with start(again.private) as server:
        assert server.url != studio.url
        moved = read_people(again.people_path)["mona"]
        with logged_in(server.url, moved) as browser:
            assert browser.get("/api/current-user/whoami").json()["email"] == mona.email
        assert open_connection(server.url, mona.token).whoami().user_id == mona.user_id
        (pushed,) = workflow.push(again, lambda *_: None)
        assert (pushed.sent, pushed.there) == (0, len(tasks))
        workflow.pull(again)
        visits = again.tables().visits
        assert set(visits["status"]) == {"submitted"}
        assert set(visits["article_id"]) == set(study.articles()["article_id"])
    assert studio.alive
