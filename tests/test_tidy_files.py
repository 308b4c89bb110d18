"""Tables of any format are read alike; what cannot be read is told in one sentence."""

import csv
import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import AnnotateError, TableError, UsageError
from annotate.tidy.files import parquet_files, read_rows

ROWS = [("Ann", 1, "hot"), ("Bob", 1, ""), ("Ann", 2, "cold, wet"), ("Bob", 2, "“hot”")]


def as_csv(path, delimiter=",", encoding="utf-8"):
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows([("who", "unit", "label"), *ROWS])


def as_json(path):
    lines = [{"who": w, "unit": u, "label": v or None} for w, u, v in ROWS]
    path.write_text("\n".join(map(json.dumps, lines)) + "\n\n", encoding="utf-8")


def as_parquet(path):
    frame = pd.DataFrame(ROWS, columns=["who", "unit", "label"])
    frame.astype({"label": "category"}).to_parquet(path)


WRITERS = {
    "comma.csv": as_csv,
    "semicolon.csv": lambda path: as_csv(path, ";"),
    "bom.csv": lambda path: as_csv(path, encoding="utf-8-sig"),
    "tab.tsv": lambda path: as_csv(path, "\t"),
    "lines.jsonl": as_json,
    "table.parquet": as_parquet,
}


def cells(rows, name):
    names = [*rows[name].spelled(), ""]
    return [names[code] for code in rows[name].codes]


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_rows(tmp_path, name):
    WRITERS[name](tmp_path / name)
    rows = read_rows(tmp_path / name, ("who", "unit", "label"))

    assert list(zip(*(cells(rows, c) for c in ("who", "unit", "label")), strict=True)) == [
        (who, str(unit), label) for who, unit, label in ROWS
    ]


labels = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)


@settings(max_examples=200, deadline=None)
@given(st.lists(labels, min_size=1))
def test_whatever_a_label_says_comes_through_a_csv(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("table") / "t.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("u", "label"), *((1, value) for value in values)])

    assert cells(read_rows(path, ("label",)), "label") == [value.strip() for value in values]


def test_a_row_longer_than_a_block_is_read(tmp_path):
    path = tmp_path / "t.csv"
    article = "long\n" * 400_000
    path.write_text(f'text,label\n"{article}",yes\n', encoding="utf-8")

    assert cells(read_rows(path, ("label",)), "label") == ["yes"]


def test_numbers_are_spelled_as_people_do(tmp_path):
    path = tmp_path / "t.parquet"
    pd.DataFrame({"x": [1.0, 2.5, None, 1.0], "y": [True, False, None, True]}).to_parquet(path)
    rows = read_rows(path, ("x", "y"))

    assert cells(rows, "x") == ["1", "2.5", "", "1"]
    assert cells(rows, "y") == ["true", "false", "", "true"]


def test_a_folder_gives_its_parquet_files_by_name(tmp_path):
    for name in ("b.parquet", "a.parquet", "notes.txt"):
        (tmp_path / name).touch()

    assert [path.name for path in parquet_files([tmp_path])] == ["a.parquet", "b.parquet"]


MISUSE = {
    "no_column.csv": (b"a,b\n1,2\n", UsageError, 'has no column "label"; it has "a", "b"'),
    "no_column.jsonl": (b'{"a": 1}\n', UsageError, 'has no column "label"; it has "a"'),
    "twice.csv": (b"label,label\n1,2\n", TableError, 'the column "label" twice'),
    "latin.csv": ("label\ncaf\xe9\n".encode("latin-1"), TableError, "is not in UTF-8"),
    "latin_head.csv": ("label,caf\xe9\n1,2\n".encode("latin-1"), TableError, "is not in UTF-8"),
    "wide.csv": ("label\n1\n".encode("utf-16"), TableError, "is not in UTF-8"),
    "empty.csv": (b"", TableError, "is empty"),
    "uneven.csv": (b"label,b\n1,2\n1,2,3\n", TableError, "3 values: 1,2,3"),
    "quote.csv": (b'label,b\n1,"2\n3,4\n', TableError, "quotation mark that is never closed"),
    "broken.jsonl": (b'{"label": 1}\n{"label"\n', TableError, "line 2 is no proper JSON"),
    "latin.jsonl": ('{"label": "\xe9"}'.encode("latin-1"), TableError, "is not in UTF-8"),
    "list.jsonl": (b'{"label": [1]}\n', TableError, "holds a list or a record"),
    "number.jsonl": (b"3\n", TableError, "is no JSON object"),
    "broken.parquet": (b"PAR1....", TableError, "is no Parquet file"),
    "table.xlsx": (b"", UsageError, "a table ends in .csv, .tsv"),
}


@pytest.mark.parametrize("name", MISUSE)
def test_what_cannot_be_read_is_told_in_one_sentence(tmp_path, name):
    content, kind, sentence = MISUSE[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(kind) as caught:
        read_rows(path, ("label",))

    assert str(path) in str(caught.value)
    assert sentence in str(caught.value)


def test_lists_in_a_parquet_column_are_refused(tmp_path):
    path = tmp_path / "t.parquet"
    pd.DataFrame({"label": [["a"], ["b"]]}).to_parquet(path)
    with pytest.raises(TableError, match='Column "label" holds lists'):
        read_rows(path, ("label",))


def test_a_file_that_is_not_there_and_a_folder_without_tables(tmp_path):
    with pytest.raises(AnnotateError, match="cannot be read"):
        read_rows(tmp_path / "none.csv", ("label",))
    with pytest.raises(TableError, match=r"holds no \.parquet file"):
        parquet_files([tmp_path])
