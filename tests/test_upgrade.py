"""Another version of Label Studio gets a study's database only after a copy was put aside."""

import hashlib
import importlib.metadata
import json
import shutil
import sqlite3
import stat
import threading
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.databases import copy_database
from annotate.errors import StudioError, StudyError
from annotate.studio.connection import open_connection
from annotate.studio.server import start
from annotate.studio.upgrade import BACKUPS, DATABASE, _numbers, prepare, versions

INSTALLED = importlib.metadata.version("label-studio")
RECORD = "label-studio-version"


def note_version(private, version):
    """Pretend that another version ran last."""
    (private / RECORD).write_text(f"{version}\n")


def rows(path, table):
    """Read a table."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute(f"select * from {table} order by 1").fetchall()


@pytest.fixture
def private(tmp_path):
    """Give a private folder with a small database and nothing else."""
    folder = tmp_path / "private"
    (folder / "label-studio").mkdir(parents=True)
    with closing(sqlite3.connect(folder / DATABASE)) as database, database:
        database.execute("create table work (label text)")
        database.execute("insert into work values ('kept')")
    return folder


@pytest.fixture(scope="module")
def moved(studio, tmp_path_factory):
    """Copy the private folder of the shared server, to be started by itself."""
    private = tmp_path_factory.mktemp("moved") / "private"
    shutil.copytree(studio.log.parent, private)
    return private


@pytest.mark.studio
def test_a_first_start_notes_the_version_and_copies_nothing(studio):
    assert versions(studio.log.parent).last == INSTALLED
    assert not (studio.log.parent / BACKUPS).exists()


@pytest.mark.studio
def test_a_newer_label_studio_starts_on_a_database_that_was_copied_first(studio, moved):
    before = rows(moved / DATABASE, "htx_user")
    note_version(moved, "1.20.0")
    said = []
    with start(moved, on_copy=said.append) as server:
        assert open_connection(server.url, server.token).whoami().email == studio.email
    (copy,) = said
    assert list((moved / BACKUPS).iterdir()) == [copy]
    assert copy.name.startswith("1.20.0-")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    assert [row[0] for row in rows(copy, "htx_user")] == [row[0] for row in before]
    assert versions(moved).last == INSTALLED
    with start(moved, on_copy=said.append):
        assert said == [copy]


@pytest.mark.studio
def test_an_older_label_studio_is_refused_and_touches_nothing(moved):
    note_version(moved, "99.1")
    before = hashlib.sha256((moved / DATABASE).read_bytes()).hexdigest()
    with pytest.raises(
        StudioError, match=rf"99\.1 last ran .* {INSTALLED} may not .*'label-studio==99\.1'"
    ):
        start(moved)
    assert hashlib.sha256((moved / DATABASE).read_bytes()).hexdigest() == before
    assert json.loads((moved / "server.json").read_text())["pid"] is None
    assert versions(moved).last == "99.1"


def test_a_database_from_before_versions_were_noted_is_copied(private):
    assert versions(private).last == "unknown"
    copy = prepare(private)
    assert copy.name.startswith("unknown-")
    assert rows(copy, "work") == [("kept",)]
    assert prepare(private) is None


def test_the_newest_five_copies_are_kept(private):
    made = []
    for number in (9, 8, 20, 3, 4, 5, 6):
        note_version(private, f"0.{number}")
        made.append(prepare(private))
    assert sorted((private / BACKUPS).iterdir()) == sorted(made[-5:])


def test_a_start_that_failed_is_not_copied_over_again(private):
    """The version is noted before the start, so a half-done migration pushes no copy out."""
    note_version(private, "1.20.0")
    assert prepare(private) is not None
    assert prepare(private) is None


@pytest.mark.parametrize("record", ["../../escape", "1.0/../../x", "\n", "\x00", "1" + "x" * 400])
def test_a_record_that_was_tampered_with_names_no_path(private, record):
    note_version(private, record)
    copy = prepare(private)
    assert copy.parent == private / BACKUPS
    assert copy.name.startswith("unknown-")


def test_a_broken_database_is_named_and_nothing_is_left(private):
    (private / DATABASE).write_bytes(b"this is no database " * 100)
    with pytest.raises(StudioError, match=r"must be copied first.*file is not a database"):
        prepare(private)
    assert list((private / BACKUPS).iterdir()) == []
    assert versions(private).last == "unknown"


def test_a_database_cut_short_is_named(private, tmp_path):
    with closing(sqlite3.connect(private / DATABASE)) as database, database:
        database.executemany("insert into work values (?)", [("x" * 900,)] * 200)
    whole = (private / DATABASE).read_bytes()
    (private / DATABASE).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StudyError, match="cannot be copied"):
        copy_database(private / DATABASE, tmp_path / "copy.sqlite3")
    assert not (tmp_path / "copy.sqlite3").exists()


def test_a_database_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(StudyError, match="cannot be copied"):
        copy_database(tmp_path / "none.sqlite3", tmp_path / "copy.sqlite3")
    assert list(tmp_path.iterdir()) == []


def test_a_copy_taken_while_others_write_is_of_one_moment(tmp_path):
    """Each transaction writes two rows: a copy with an odd number would be torn."""
    source = tmp_path / "busy %20?#.sqlite3"
    with closing(sqlite3.connect(source)) as database, database:
        database.execute("create table pairs (number integer, filler text)")
    begun, stop = threading.Event(), threading.Event()

    def write():
        with closing(sqlite3.connect(source, timeout=30)) as database:
            number = 0
            while not stop.wait(0.01):
                number += 1
                with database:
                    database.execute("insert into pairs values (?, ?)", (number, "x" * 4000))
                    database.execute("insert into pairs values (?, ?)", (number, "y" * 4000))
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    counts = []
    assert begun.wait(30)
    try:
        for attempt in range(8):
            copy = tmp_path / f"copy-{attempt}.sqlite3"
            copy_database(source, copy)
            with closing(sqlite3.connect(copy)) as database:
                counts.append(database.execute("select count(*) from pairs").fetchone()[0])
    finally:
        stop.set()
        writer.join()
    assert counts[-1] > 0
    assert [count for count in counts if count % 2] == []


def test_a_copy_waits_for_a_writer_and_holds_only_what_was_kept(tmp_path):
    """What a transaction has put into the file so far is taken back when it is given up."""
    source = tmp_path / "busy.sqlite3"
    with closing(sqlite3.connect(source, check_same_thread=False, isolation_level=None)) as busy:
        busy.execute("create table work (filler text)")
        busy.execute("insert into work values ('kept')")
        busy.execute("pragma cache_size = 1")
        busy.execute("begin exclusive")
        busy.executemany("insert into work values (?)", [("x" * 4000,)] * 200)
        given_up = threading.Timer(0.5, lambda: busy.execute("rollback"))
        given_up.start()
        copy_database(source, tmp_path / "copy.sqlite3")
        given_up.join()
    assert rows(tmp_path / "copy.sqlite3", "work") == [("kept",)]


def test_a_copy_holds_what_is_still_in_the_write_ahead_log(tmp_path):
    source = tmp_path / "log.sqlite3"
    with closing(sqlite3.connect(source)) as database:
        database.execute("pragma journal_mode = wal")
        with database:
            database.execute("create table work (label text)")
            database.execute("insert into work values ('kept')")
        copy_database(source, tmp_path / "copy.sqlite3")
    assert rows(tmp_path / "copy.sqlite3", "work") == [("kept",)]


@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=4), st.lists(st.integers(0, 40), max_size=4)
)
def test_versions_are_ordered_by_their_numbers(first, more):
    """1.23 is 1.23.0, and whatever is appended makes a version no older."""
    short = ".".join(map(str, first))
    long = ".".join(map(str, [*first, *more]))
    assert _numbers(f"{short}.0.0") == _numbers(short)
    assert _numbers(short) <= _numbers(long)
    assert (_numbers(short) == _numbers(long)) is not any(more)
