"""What was pulled is kept for ever, and proves that nobody changed it."""

import gzip
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import SnapshotError
from annotate.snapshots import Header, latest, read_snapshot
from annotate.snapshots import write_snapshot as write_next

HEADER = Header("server", "2026-01-02T03:04:05.678Z", "abc", "main", ["ada"])
TASKS = [{"task_id": 1, "article_id": "a1", "annotations": [{"result": "é\u2028\r\n🙂"}]}]


def write_snapshot(folder, header, tasks):
    """Write a snapshot as a pull does, knowing those before it; give its path."""
    written = write_next(folder, header, tasks, latest(folder).get(header.section))
    return written and folder / written.name


def newest(folder):
    """Give the tasks that are known of each source."""
    return {section.source: snapshot.tasks for section, snapshot in latest(folder).items()}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.dictionaries(st.text(), json_values, max_size=3), max_size=3),
    st.text(max_size=10),
    st.lists(st.text(max_size=5), max_size=3),
)
def test_what_is_written_is_read(tmp_path_factory, tasks, source, roster):
    header = replace(HEADER, source=source, roster=roster)
    snapshot = read_snapshot(write_snapshot(tmp_path_factory.mktemp("s"), header, tasks))
    assert snapshot.tasks == tasks
    assert snapshot.header == replace(header, pulled_at="2026-01-02T03:04:05.678000Z")


def test_a_snapshot_is_read_only_and_named_by_time_and_hash(tmp_path):
    path = write_snapshot(tmp_path / "new", HEADER, TASKS)
    assert path.stat().st_mode & 0o777 == 0o444
    assert path.name.startswith("20260102T030405.678000Z-")
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_the_same_work_pulled_again_makes_no_second_file(tmp_path):
    assert write_snapshot(tmp_path, HEADER, TASKS)
    assert (
        write_snapshot(tmp_path, replace(HEADER, pulled_at="2026-02-01T00:00:00Z"), TASKS) is None
    )
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "changes", [{"round": "second"}, {"schema_version": "d"}, {"roster": ["ada", "ben"]}]
)
def test_the_same_work_under_another_head_is_news(tmp_path, changes):
    write_snapshot(tmp_path, HEADER, TASKS)
    assert write_snapshot(tmp_path, replace(HEADER, **changes), TASKS)


def test_pulls_within_one_second_do_not_collide_and_the_last_one_counts(tmp_path):
    written = {write_snapshot(tmp_path, HEADER, [{"n": n % 2}]) for n in range(6)}
    assert len(written) == len(list(tmp_path.iterdir())) == 6
    assert newest(tmp_path)["server"] == [{"n": 1}]


@pytest.mark.parametrize(
    "later", ["2026-01-02T03:04:05Z", "2020-01-01T00:00:00Z", "2026-01-02T03:04:06Z"]
)
def test_a_later_pull_counts_even_if_the_clock_was_set_back(tmp_path, later):
    write_snapshot(tmp_path, HEADER, TASKS)
    write_snapshot(tmp_path, replace(HEADER, pulled_at=later), [{"new": True}])
    assert newest(tmp_path)["server"] == [{"new": True}]


def test_each_source_has_its_newest(tmp_path):
    write_snapshot(tmp_path, replace(HEADER, source="file:b"), [{"n": 1}])
    write_snapshot(tmp_path, HEADER, TASKS)
    write_snapshot(tmp_path, replace(HEADER, source="file:b"), [{"n": 2}])
    assert newest(tmp_path) == {"server": TASKS, "file:b": [{"n": 2}]}
    assert latest(tmp_path / "none") == {}


def test_any_changed_byte_is_noticed_or_means_nothing(tmp_path):
    path = write_snapshot(tmp_path, HEADER, TASKS)
    raw, whole = path.read_bytes(), read_snapshot(path)
    refused = 0
    for place in range(len(raw)):
        for changed in (raw[place] ^ 1, raw[place] ^ 0x80):
            broken = tmp_path / "broken"
            broken.write_bytes(raw[:place] + bytes([changed]) + raw[place + 1 :])
            try:
                assert replace(read_snapshot(broken), name=whole.name) == whole
            except SnapshotError as error:
                assert "broken" in str(error)  # noqa: PT017 - both outcomes are right
                refused += 1
    assert refused > 1.8 * (len(raw) - 10)  # only the head of a gzip file may change unnoticed


def test_any_truncation_is_noticed(tmp_path):
    raw = write_snapshot(tmp_path, HEADER, TASKS).read_bytes()
    for end in range(len(raw)):
        (tmp_path / "cut").write_bytes(raw[:end])
        with pytest.raises(SnapshotError, match="is cut short"):
            read_snapshot(tmp_path / "cut")


@pytest.mark.parametrize("name", ["pulled_at", "round", "source", "schema_version"])
def test_a_changed_head_is_noticed(tmp_path, name):
    path = write_snapshot(tmp_path, HEADER, TASKS)
    head, _, body = gzip.decompress(path.read_bytes()).partition(b"\n")
    altered = json.dumps({**json.loads(head), name: "2027-01-01T00:00:00Z"}).encode()
    (tmp_path / "x").write_bytes(gzip.compress(altered + b"\n" + body))
    with pytest.raises(SnapshotError, match="was altered"):
        read_snapshot(tmp_path / "x")


@pytest.mark.parametrize("added", [b'{"article_id": "a2"}\n', b"\n"])
def test_a_line_too_many_is_noticed(tmp_path, added):
    path = write_snapshot(tmp_path, HEADER, TASKS)
    (tmp_path / "x").write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + added))
    with pytest.raises(SnapshotError, match="was altered"):
        read_snapshot(tmp_path / "x")


def test_a_newer_format_asks_for_an_upgrade(tmp_path):
    head = json.dumps({"format": 99, "sha256": "", "unheard": "of"}).encode()
    (tmp_path / "x").write_bytes(gzip.compress(head + b"\n"))
    with pytest.raises(SnapshotError, match="newer version"):
        read_snapshot(tmp_path / "x")


@pytest.mark.parametrize(
    "content", [b"", b"x", gzip.compress(b"[]"), gzip.compress(b"{}"), b"\x1f\x8b"]
)
def test_what_is_no_snapshot_is_refused(tmp_path, content):
    (tmp_path / "x.jsonl.gz").write_bytes(content)
    with pytest.raises(SnapshotError, match="no snapshot"):
        latest(tmp_path)


def test_a_missing_snapshot_is_refused(tmp_path):
    with pytest.raises(SnapshotError):
        read_snapshot(tmp_path / "gone")
