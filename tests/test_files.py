"""A file is written whole or not at all."""

import pytest

from annotate.files import replacing, write_bytes, write_private


class Halted(Exception):
    """The machine stops in the middle."""


def test_nothing_changes_if_the_writing_stops_half_way(tmp_path):
    path = tmp_path / "kept.txt"
    path.write_bytes(b"before")

    def halted():
        with replacing(path) as part:
            part.write_bytes(b"half")
            raise Halted

    with pytest.raises(Halted):
        halted()
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_the_old_content_stays_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "kept.txt"
    path.write_bytes(b"before")
    with replacing(path) as part:
        part.write_bytes(b"after")
        assert part.parent == path.parent
        assert path.read_bytes() == b"before"
    assert path.read_bytes() == b"after"


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o444])
def test_the_file_has_the_permissions_asked_for(tmp_path, mode):
    write_bytes(tmp_path / "x", b"1", mode=mode)
    assert (tmp_path / "x").stat().st_mode & 0o777 == mode


def test_a_read_only_file_can_be_replaced(tmp_path):
    write_bytes(tmp_path / "x", b"1", mode=0o444)
    write_bytes(tmp_path / "x", b"2", mode=0o444)
    assert (tmp_path / "x").read_bytes() == b"2"


def test_private_files_and_their_folder_are_the_owners_alone(tmp_path):
    (tmp_path / "private").mkdir(mode=0o755)
    write_private(tmp_path / "private" / "key", b"secret")
    assert (tmp_path / "private").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "private" / "key").stat().st_mode & 0o777 == 0o600


def test_a_private_folder_is_made(tmp_path):
    write_private(tmp_path / "a" / "b" / "key", b"secret")
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
