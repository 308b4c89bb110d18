"""A folder that is made whole or not at all, with the sums of its files."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from annotate.errors import ExportError
from annotate.files import held

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

__all__ = ["Written", "files_in", "making", "written"]

_SUMS = "SHA256SUMS"
_ALWAYS = {_SUMS, "summary.json"}
_EARLIER = "earlier"
_LOCK = "lock"  # held while a dataset is in the making; the system frees it however that ends


@dataclass(frozen=True)
class Written:
    """A file of the dataset.

    Parameters
    ----------
    name : str
        Its place in the folder, with slashes.
    size : int
        In bytes.
    sha256 : str
        Of its bytes, in hexadecimal.
    columns, rows : Schema or None, int or None
        Of a table in Parquet.
    """

    name: str
    size: int
    sha256: str
    columns: pa.Schema | None = None
    rows: int | None = None


@contextmanager
def making(target: Path) -> Iterator[Path]:
    """Give an empty folder that takes the place of `target` once the block has filled it.

    Parameters
    ----------
    target : Path
        The folder; an earlier dataset there is replaced, anything else is refused.

    Yields
    ------
    Path
        Where to write. Whatever lies beside it is removed, and what an export that was killed
        left behind is removed before.

    Raises
    ------
    ExportError
        If the folder holds something else or cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _clear(target)
        _check_target(target)
        with (
            tempfile.TemporaryDirectory(dir=target.parent, prefix=_prefix(target)) as name,
            held(Path(name) / _LOCK, 0),
        ):
            part = Path(name) / target.name
            part.mkdir()
            yield part
            _write_sums(part)
            _put_in_place(part, target, Path(name) / _EARLIER)
    except OSError as error:
        msg = f"The dataset cannot be written to {target}: {error.strerror or error}"
        raise ExportError(msg) from error


def written(folder: Path) -> tuple[Written, ...]:
    """Say what lies in a folder, in order."""
    return tuple(_written(folder, path) for path in files_in(folder))


def _written(folder: Path, path: Path) -> Written:
    made = Written(path.relative_to(folder).as_posix(), path.stat().st_size, _sha256(path))
    if path.suffix != ".parquet":
        return made
    table = pq.read_metadata(path)
    return replace(made, columns=table.schema.to_arrow_schema(), rows=table.num_rows)


def files_in(folder: Path) -> list[Path]:
    """Give the files of a folder and of those in it, in order."""
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _prefix(target: Path) -> str:
    return f".{target.name}."


def _clear(target: Path) -> None:
    """Remove what exports to the same place left behind that were killed."""
    for left in target.parent.iterdir():
        ours = left.name.startswith(_prefix(target)) and (left / _LOCK).is_file()
        if ours and (left / target.name).is_dir():
            with held(left / _LOCK, 0) as dead:
                if not dead:
                    continue
                # Killed just when the earlier dataset had made room for the new one.
                if (left / _EARLIER).is_dir() and not target.exists():
                    (left / _EARLIER).rename(target)
                shutil.rmtree(left, ignore_errors=True)


def _put_in_place(part: Path, target: Path, earlier: Path) -> None:
    """Replace the earlier dataset; put it back if that fails."""
    if target.exists():
        target.rename(earlier)
    try:
        part.rename(target)
    except OSError:
        if earlier.exists():
            earlier.rename(target)
        raise


def _check_target(target: Path) -> None:
    """Refuse a folder that holds anything which an earlier export did not write."""
    if target.exists() and not target.is_dir():
        msg = f"{target} is a file; choose a folder"
        raise ExportError(msg)
    foreign = sorted(_foreign(target)) if target.is_dir() else []
    if foreign:
        msg = (
            f"{target} holds what no export of ours wrote ({foreign[0]}); "
            "choose an empty or new folder"
        )
        raise ExportError(msg)


def _foreign(target: Path) -> set[str]:
    try:
        lines = (target / _SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    ours = {_SUMS, *(line.partition("  ")[2] for line in lines)}
    if not ours >= _ALWAYS:
        ours = set()  # somebody else's list of sums
    there = {path.relative_to(target).as_posix() for path in files_in(target)}
    empty = {path.name for path in target.iterdir() if path.is_dir() and not files_in(path)}
    return (there - ours) | empty


def _write_sums(part: Path) -> None:
    lines = [f"{file.sha256}  {file.name}\n" for file in written(part)]
    (part / _SUMS).write_text("".join(lines), encoding="utf-8")
    part.chmod(0o755)
