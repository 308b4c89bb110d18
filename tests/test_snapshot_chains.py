"""What changed since the last pull is kept as just that, and read as if all had been pulled."""

import gzip
import hashlib
import json
from dataclasses import asdict, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import SnapshotError
from annotate.snapshots import Header, Section, latest, read_snapshot, write_snapshot

HEADER = Header(
    "server:embedded", "2026-01-02T03:04:05.678Z", "abc", "main", ["ada"], "ada", cursor="c1"
)
CHANGE = replace(HEADER, base="whatever came before")


def task(number, said="", article=""):
    """Make a task as a snapshot holds it."""
    article = article or f"a{number}"
    return {"task_id": number, "article_id": article, "annotations": [{"result": said}]}


def known(folder):
    """Give what is known of ada's desk."""
    return latest(folder).get(HEADER.section)


def write(folder, header, tasks):
    """Write a snapshot as a pull does."""
    return write_snapshot(folder, header, tasks, known(folder))


def test_a_change_puts_tasks_in_the_place_of_their_old_ones(tmp_path):
    write(tmp_path, HEADER, [task(1), task(2), task(3)])
    write(tmp_path, CHANGE, [task(2, "new"), task(4)])
    assert known(tmp_path).tasks == [task(1), task(2, "new"), task(3), task(4)]
    _, change = sorted(tmp_path.iterdir())
    assert read_snapshot(change).tasks == [task(2, "new"), task(4)]


def test_a_change_keeps_only_what_differs_and_nothing_if_nothing_does(tmp_path):
    write(tmp_path, HEADER, [task(1), task(2)])
    assert write(tmp_path, replace(CHANGE, cursor="c2"), [task(1), task(2)]) is None
    write(tmp_path, CHANGE, [task(1), task(2, "new")])
    assert read_snapshot(max(tmp_path.iterdir())).tasks == [task(2, "new")]


def test_a_cursor_that_went_back_is_kept(tmp_path):
    write(tmp_path, HEADER, [task(1)])
    write(tmp_path, replace(HEADER, cursor="c0"), [task(1)])
    assert known(tmp_path).header.cursor == "c0"


def test_a_whole_pull_after_changes_starts_anew(tmp_path):
    write(tmp_path, HEADER, [task(1), task(2)])
    write(tmp_path, CHANGE, [task(2, "new")])
    write(tmp_path, HEADER, [task(1)])
    assert known(tmp_path).tasks == [task(1)]
    for old in sorted(tmp_path.iterdir())[:2]:
        old.unlink()
    assert known(tmp_path).tasks == [task(1)]


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.tuples(
            st.booleans(),
            st.dictionaries(st.integers(1, 6), st.sampled_from("xyz"), max_size=6),
        ),
        max_size=6,
    )
)
def test_what_a_pull_knows_is_what_the_next_one_reads(tmp_path_factory, pulls):
    folder = tmp_path_factory.mktemp("s")
    truth: dict[int, dict] = {}
    in_memory = None
    for whole, said in pulls:
        tasks = [task(number, word) for number, word in sorted(said.items())]
        whole = whole or in_memory is None  # noqa: PLW2901
        truth = ({} if whole else truth) | {each["task_id"]: each for each in tasks}
        written = write_snapshot(folder, HEADER if whole else CHANGE, tasks, in_memory)
        in_memory = written or in_memory
        assert in_memory.tasks == [truth[number] for number in sorted(truth)]
        assert known(folder) == in_memory


@pytest.mark.parametrize("lost", [0, 1])
def test_a_snapshot_lost_in_between_is_noticed(tmp_path, lost):
    for said in ("one", "two", "three"):
        write(tmp_path, CHANGE, [task(1, said)])
    sorted(tmp_path.iterdir())[lost].unlink()
    with pytest.raises(SnapshotError, match="pull --full"):
        latest(tmp_path)


def test_desks_rounds_and_topics_are_apart(tmp_path):
    places = [("ada", "main", ""), ("ben", "main", ""), ("ada", "pilot", ""), ("ada", "main", "x")]
    for number, (desk, name, topic) in enumerate(places):
        header = replace(HEADER, desk=desk, round=name, topic=topic)
        write_snapshot(tmp_path, header, [task(number)])
    assert {
        (s.desk, s.round, s.topic): [t["task_id"] for t in each.tasks]
        for s, each in latest(tmp_path).items()
    } == {place: [n] for n, place in enumerate(places)}


def older(folder, tasks, stamp="20260101T000000.000000Z"):
    """Write a snapshot as version 0.1 did: all desks of a server in one, fewer fields."""
    fields = {
        "source": "server:embedded",
        "pulled_at": "2026-01-01T00:00:00.000000Z",
        "schema_version": "abc",
        "round": "main",
        "roster": ["ben", "ada"],
    }
    dump = lambda value: json.dumps(value, sort_keys=True).encode() + b"\n"  # noqa: E731
    body = b"".join(map(dump, tasks))
    digest = hashlib.sha256(dump(fields) + body).hexdigest()
    head = dump({"format": 1, "sha256": digest, **fields})
    folder.mkdir(exist_ok=True)
    path = folder / f"{stamp}-{digest[:12]}.jsonl.gz"
    path.write_bytes(gzip.compress(head + body))
    return path


def test_what_version_0_1_pulled_is_read_desk_by_desk(tmp_path):
    tasks = [{**task(1), "desk": "ada"}, {**task(2), "desk": "ben"}]
    older(tmp_path, tasks)
    read = latest(tmp_path)
    assert [section.desk for section in read] == ["ben", "ada"]
    assert read[HEADER.section].tasks == tasks[:1]


def test_a_new_pull_of_one_desk_leaves_the_others_as_version_0_1_knew_them(tmp_path):
    older(tmp_path, [{**task(1), "desk": "ada"}, {**task(2), "desk": "ben"}])
    write(tmp_path, HEADER, [task(1, "new")])
    read = latest(tmp_path)
    ben = Section("server:embedded", "main", "ben", "")
    assert read[HEADER.section].tasks == [task(1, "new")]
    assert read[ben].tasks == [{**task(2), "desk": "ben"}]


def test_an_altered_snapshot_of_version_0_1_is_noticed(tmp_path):
    path = older(tmp_path, [{**task(1), "desk": "ada"}])
    content = gzip.decompress(path.read_bytes()).replace(b'"task_id": 1', b'"task_id": 2')
    path.write_bytes(gzip.compress(content))
    with pytest.raises(SnapshotError, match="was altered"):
        latest(tmp_path)


def test_every_field_of_a_header_is_kept(tmp_path):
    header = Header("s", "2026-01-02T03:04:05Z", "v", "r", ["p"], "d", "t", "", "c", "p")
    written = write_snapshot(tmp_path, header, [task(1)])
    (path,) = tmp_path.iterdir()
    assert asdict(read_snapshot(path).header) == asdict(written.header)
