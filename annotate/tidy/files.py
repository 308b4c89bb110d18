"""Read tables from files: CSV, TSV, JSON Lines and Parquet, only the columns that are needed."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from annotate.errors import TableError, UsageError
from annotate.tidy import arrow
from annotate.tidy.coded import Rows, coded, number_text
from annotate.tidy.wording import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["SUFFIXES", "parquet_files", "read_rows"]

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
_DELIMITERS = ",;\t"
_SHOWN = 5
_LINE = 80
_BLOCK = 1 << 20
_LONGEST = 1 << 24  # bytes of a row: some tables hold whole articles


class _Absent(UsageError):
    """Columns that are not there."""

    def __init__(self, said: str, names: Sequence[str]) -> None:
        super().__init__(said)
        self.names = names


def read_rows(
    path: Path,
    names: Sequence[str],
    optional: Sequence[str] = (),
    advice: Mapping[str, str] | None = None,
) -> Rows:
    """Read some columns of a table.

    Parameters
    ----------
    path : Path
        By its ending CSV, TSV (both UTF-8), JSON Lines or Parquet.
    names, optional : sequence of str
        The columns that must be there, and those that are read where they are.
    advice : mapping of str to str, optional
        What to add to the message if a column is not there.

    Raises
    ------
    UsageError
        If the ending is another one, or a column is not there.
    TableError
        If the file cannot be read.
    """
    readers = {".parquet": _parquet, ".jsonl": _json_lines, ".ndjson": _json_lines}
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        msg = f"{path}: a table ends in {', '.join(SUFFIXES)}; save it as one of them"
        raise UsageError(msg)
    try:
        table = readers.get(suffix, _csv)(path, names, optional)
    except _Absent as absent:
        said = "".join(text for name, text in (advice or {}).items() if name in absent.names)
        msg = f"{absent}{said}"
        raise UsageError(msg) from absent
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror or error})"
        raise TableError(msg) from error
    first = 2 if suffix in {".csv", ".tsv"} else 1
    columns = {name: coded(table[name], name) for name in table.column_names}
    return Rows(columns, ((path.name, table.num_rows, first),))


def parquet_files(paths: Sequence[Path]) -> list[Path]:
    """Give the Parquet files that paths name, the files of a folder in the order of their names.

    Raises
    ------
    TableError
        If a folder holds none.
    """
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
        if not inside:
            msg = f"{path} holds no .parquet file; give a folder of Parquet files, or a table"
            raise TableError(msg)
        found += inside
    return found


def _there(
    path: Path, header: Sequence[str], names: Sequence[str], optional: Sequence[str]
) -> list[str]:
    """Give the columns to read, or say which there are."""
    wanted = [*names, *(name for name in optional if name in header and name not in names)]
    absent = [name for name in wanted if name not in header]
    if absent:
        listed = ", ".join(f'"{name}"' for name in header)
        lacking = ", ".join(f'"{name}"' for name in absent)
        msg = f"{path} has no column {lacking}; it has {listed or 'none'}"
        raise _Absent(msg, absent)
    twice = [name for name in wanted if list(header).count(name) > 1]
    if twice:
        msg = f'{path} has the column "{twice[0]}" twice; rename one of them'
        raise TableError(msg)
    return wanted


def _parquet(path: Path, names: Sequence[str], optional: Sequence[str]) -> Any:  # noqa: ANN401
    try:
        schema = arrow.parquet.read_schema(path)
        wanted = _there(path, schema.names, names, optional)
        text = [n for n in wanted if pa.types.is_string(schema.field(n).type)]
        return arrow.parquet.read_table(
            path, columns=wanted, read_dictionary=text, partitioning=None
        )
    except pa.ArrowException as error:
        msg = f"{path} is no Parquet file, or is cut short; write it again"
        raise TableError(msg) from error


def _csv(path: Path, names: Sequence[str], optional: Sequence[str]) -> Any:  # noqa: ANN401
    header, delimiter = _header(path, names)
    _closed(path)
    shown = [name.strip() for name in header]
    wanted = _there(path, shown, names, optional)
    raw = [header[shown.index(name)] for name in wanted]
    uneven: list[str] = []

    def refuse(row: Any) -> str:  # noqa: ANN401 - an Arrow row
        uneven.append(f"{row.actual_columns} values: {str(row.text)[:_LINE]}")
        return "skip"

    parsing = arrow.csv.ParseOptions(
        delimiter=delimiter, newlines_in_values=True, invalid_row_handler=refuse
    )
    converting = arrow.csv.ConvertOptions(
        include_columns=raw,
        column_types=dict.fromkeys(raw, pa.string()),
        null_values=[""],
        strings_can_be_null=True,
    )
    try:
        table = arrow.csv.read_csv(
            path,
            read_options=arrow.csv.ReadOptions(block_size=_LONGEST),
            parse_options=parsing,
            convert_options=converting,
        )
    except pa.ArrowException as error:
        msg = _not_text(path) if "UTF8" in str(error) else f"{path} is no proper CSV ({error})"
        raise TableError(msg) from error
    if uneven:
        listed = "\n".join(f"  - {row}" for row in uneven[:_SHOWN])
        rows = counted(len(uneven), "row does", "rows do")
        msg = f"{path}: {rows} not have the header's {len(header)} values:\n{listed}"
        raise TableError(msg)
    return table.rename_columns(wanted)


def _header(path: Path, names: Sequence[str]) -> tuple[list[str], str]:
    """Read the first row, with the separator under which most of the names are found."""
    headers = {delimiter: _first_row(path, delimiter) for delimiter in _DELIMITERS}
    if not any(name.strip() for header in headers.values() for name in header):
        msg = f"{path} is empty; its first row must name the columns"
        raise TableError(msg)
    best = max(
        _DELIMITERS,
        key=lambda d: (sum(name.strip() in names for name in headers[d]), len(headers[d])),
    )
    return headers[best], best


def _first_row(path: Path, delimiter: str) -> list[str]:
    # Lines may end as on any system, and a name in quotation marks may hold a line break.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        try:
            row = next(csv.reader(file, delimiter=delimiter), [])
        except csv.Error as error:
            msg = f"{path} is no proper CSV ({error}); its first row must name the columns"
            raise TableError(msg) from error
    read = "".join(row)
    if "\0" in read or any("\ud800" <= character <= "\udfff" for character in read):
        raise TableError(_not_text(path))
    return row


def _closed(path: Path) -> None:
    """Refuse a quotation mark that is never closed: all that follows would be one value."""
    with path.open("rb") as file:
        marks = sum(block.count(b'"') for block in iter(lambda: file.read(_BLOCK), b""))
    if marks % 2:
        msg = f"{path} has a quotation mark that is never closed; look for an odd one"
        raise TableError(msg)


def _not_text(path: Path) -> str:
    return f"{path} is not in UTF-8; save it again as CSV UTF-8"


def _json_lines(path: Path, names: Sequence[str], optional: Sequence[str]) -> Any:  # noqa: ANN401
    wanted = dict.fromkeys([*names, *optional])
    columns: dict[str, list[str | None]] = {name: [] for name in wanted}
    seen: dict[str, None] = {}
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                row = _json_row(path, number, line)
                seen.update(dict.fromkeys(row))
                for name, values in columns.items():
                    values.append(_plain(row.get(name), path, number, name))
    kept = _there(path, list(seen), names, optional)
    return pa.table({name: pa.chunked_array([columns[name]], pa.string()) for name in kept})


def _json_row(path: Path, number: int, line: bytes) -> dict[str, object]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        msg = f"{path} is not in UTF-8; save it again in UTF-8"
        raise TableError(msg) from error
    except (ValueError, RecursionError) as error:
        msg = f"{path}, line {number} is no proper JSON; every line must hold one object"
        raise TableError(msg) from error
    if not isinstance(row, dict):
        msg = f"{path}, line {number} is no JSON object with named values"
        raise TableError(msg)
    return row


def _plain(value: object, path: Path, number: int, name: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, str | int):
        # JSON may hold half of a surrogate pair, which Arrow cannot.
        return str(value).encode("utf-8", "replace").decode("utf-8")
    msg = f'{path}, line {number}: "{name}" holds a list or a record; give each value its own line'
    raise TableError(msg)
