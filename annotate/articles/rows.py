"""Tables of articles, JSON Lines and CSV, row by row; a bad row does not stop the rest."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from annotate.errors import ArticleError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["csv_columns", "csv_rows", "json_row", "jsonl_rows"]

_DELIMITERS = ",;\t"
# The csv module's own limit of 131,072 characters is shorter than some articles.
_FIELD_LIMIT = 2**30


def jsonl_rows(text: str) -> Iterator[tuple[int, dict[str, object] | ArticleError]]:
    """Read JSON Lines.

    Parameters
    ----------
    text : str
        The decoded file.

    Yields
    ------
    tuple of int and (dict or ArticleError)
        The number of the line, from 1, and its values by column in lower case, or what is
        wrong with it.
    """
    # Not `splitlines`: JSON may hold U+2028 inside a string.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield number, json_row(line)
            except ArticleError as error:
                yield number, error


def json_row(text: str) -> dict[str, object]:
    """Read one JSON object.

    Parameters
    ----------
    text : str
        A line of JSON Lines, or a whole file.

    Returns
    -------
    dict
        Its values by name in lower case.

    Raises
    ------
    ArticleError
        If it is no JSON or no object, or a name stands in it twice.
    """
    try:
        row = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        msg = f"It is no proper JSON ({error})."
        raise ArticleError(msg) from error
    if not isinstance(row, dict):
        msg = "It is no JSON object with named values."
        raise ArticleError(msg)
    named = {str(name).strip().casefold(): value for name, value in row.items()}
    if len(named) < len(row):
        msg = "Two of its names differ in nothing but capitals or blanks; name each value once."
        raise ArticleError(msg)
    return named


def csv_rows(text: str) -> Iterator[tuple[int, dict[str, str] | ArticleError]]:
    """Read a CSV table with a header, separated by commas, semicolons or tabs.

    Parameters
    ----------
    text : str
        The decoded file.

    Yields
    ------
    tuple of int and (dict or ArticleError)
        The number of the row as a spreadsheet counts (the header is row 1), and its values by
        column in lower case, or what is wrong with it.

    Raises
    ------
    ArticleError
        If the header cannot be used.
    """
    header = csv_columns(text)
    reader = _reader(text)
    next(reader)
    number = 1
    while True:
        number += 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, ArticleError(f"The row is no proper CSV ({error}); check its quotes.")
            continue
        if any(value.strip() for value in values):
            yield number, _csv_row(header, values)


def csv_columns(text: str) -> list[str]:
    """Read the names of the columns, in lower case.

    Raises
    ------
    ArticleError
        If there is no header or a name stands in it twice.
    """
    try:
        header = [name.strip().casefold() for name in next(_reader(text), [])]
    except csv.Error as error:
        msg = f"The header is no proper CSV ({error})."
        raise ArticleError(msg) from error
    named = [name for name in header if name]
    if not named or len(set(named)) < len(named):
        msg = "The first row must name the columns, each once."
        raise ArticleError(msg)
    return header


def _reader(text: str) -> Iterator[list[str]]:
    csv.field_size_limit(_FIELD_LIMIT)
    head = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=head.count)
    # Strict: otherwise a quotation mark never closed turns the rest of the file into one text.
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _csv_row(header: list[str], values: list[str]) -> dict[str, str] | ArticleError:
    if len(values) != len(header):
        return ArticleError(
            f"The row has {len(values)} values where the header names {len(header)} columns."
        )
    return {name: value for name, value in zip(header, values, strict=True) if name}


def _refuse_constant(name: str) -> None:
    msg = f"{name} is no JSON"
    raise ValueError(msg)
