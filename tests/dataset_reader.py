"""Read a dataset as a stranger would, from each of its formats: tables as lists of rows."""

import csv
import json
import math

import pandas as pd
import pyarrow.parquet as pq

__all__ = [
    "READERS",
    "TABLES",
    "VOTED",
    "cells",
    "flat_csv",
    "flat_parquet",
    "json_lines",
    "nested",
    "unguarded",
]

TABLES = ("articles", "visits", "answers", "spans")
VOTED = ("soft", "soft_spans", "consensus", "consensus_spans")
_NUMBERS = {"start", "end", "occasion", "seconds", "n_words", "votes", "of", "share"}
_NUMBERS |= {"marked_by", "readers", "support", "least"}
_LISTS = {"values", "tied", "voted"}
_MODELS = {"dawid_skene", "dawid_skene_smoothed", "mace"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_OF_ARTICLE = ("outlet", "event", "published", "language", "text_sha256", "split")
_OF_VISIT = ("visit_id", "article_id", "annotator", "round")


def cells(rows):
    """Give rows as they are compared: what is missing is None."""
    return [{name: _bare(cell) for name, cell in row.items()} for row in rows]


def _bare(cell):
    return None if isinstance(cell, float) and math.isnan(cell) else cell


def flat_parquet(folder, names=TABLES):
    """Read ``tables/*.parquet``."""
    return {
        name: cells(pq.read_table(folder / "tables" / f"{name}.parquet").to_pylist())
        for name in names
    }


def flat_csv(folder, names=TABLES):
    """Read ``tables/*.csv`` with Python's own reader."""
    read = {}
    for name in names:
        with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            read[name] = [_typed(name, row) for row in csv.DictReader(file, strict=True)]
    return read


def pandas_csv(folder, names=TABLES):
    """Read ``tables/*.csv`` with pandas."""
    read = {}
    for name in names:
        path = folder / "tables" / f"{name}.csv"
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
        read[name] = [_typed(name, row) for row in table.to_dict("records")]
    return read


def _typed(table, row):
    numbers = _NUMBERS | (_MODELS if table == "soft" else set())
    lists = _LISTS | (_MODELS if table == "consensus" else set())
    return {name: _cell(cell, name in numbers, name in lists) for name, cell in row.items()}


def _cell(cell, number, several):
    if number:
        return float(cell) if cell else None
    cell = unguarded(cell)
    return (cell.split(" | ") if cell else []) if several else cell


def unguarded(cell):
    """Take off the apostrophe, as the documentation says."""
    rest = cell.lstrip("'")
    return cell[1:] if rest != cell and rest.startswith(_FORMULA) else cell


def nested(folder, names=TABLES):
    """Read ``data/*/*.parquet``, flattened again."""
    rows = {
        name: [
            row for path in sorted((folder / "data" / name).iterdir())
            for row in pq.read_table(path).to_pylist()
        ]
        for name in ("annotations", "soft", "consensus")
    }  # fmt: skip
    for part in sorted((folder / "data").glob("*/*.parquet")):
        assert {row["split"] for row in pq.read_table(part).to_pylist()} <= {part.stem}
    for name in ("annotations", "consensus"):  # each says the same of its articles
        of = {row["article_id"]: _article(row) for row in rows["soft"]}
        assert all(_article(row) == of[row["article_id"]] for row in rows[name])
    read = _visited(rows["annotations"])
    read["articles"] = [_article(row) for row in rows["soft"]]
    read |= _voted(rows["soft"], rows["consensus"])
    return {name: read[name] for name in names}


def json_lines(folder, names=TABLES):
    """Read ``articles.jsonl``, flattened again."""
    lines = (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    every = [json.loads(line) for line in lines]
    visits, soft, consensus, articles = [], [], [], []
    for line in every:
        own = {"article_id": line["article_id"]}
        visits += [{**own, **visit} for visit in line.pop("visits")]
        soft.append({**own, **line.pop("soft")})
        consensus.append({**own, **line.pop("consensus")})
        articles.append(line)
    read = {"articles": articles, **_visited(visits), **_voted(soft, consensus)}
    return {name: read[name] for name in names}


def _article(row):
    return {name: row[name] for name in ("article_id", *_OF_ARTICLE, "text") if name in row}


def _visited(rows):
    visits, answers, spans = [], [], []
    for row in rows:
        own = {name: row[name] for name in _OF_VISIT}
        inside = {*_OF_ARTICLE, "text", "answers", "spans"}
        visits.append({name: cell for name, cell in row.items() if name not in inside})
        said = [("", row["answers"])]
        for span in row["spans"]:
            spans.append({**own, **{n: cell for n, cell in span.items() if n != "answers"}})
            said.append((span["span_id"], span["answers"]))
        answers += [
            {**own, "question": a["question"], "state": a["state"], "value": v, "span_id": span}
            for span, given in said
            for a in given
            for v in a["values"] or [""]
        ]
    return {"visits": visits, "answers": answers, "spans": spans}


def _voted(soft, consensus):
    read = {name: [] for name in VOTED}
    for table, rows in (("soft", soft), ("consensus", consensus)):
        for row in rows:
            own = {"article_id": row["article_id"]}
            read[table] += [{**own, **answer} for answer in row["answers"]]
            for span in row["spans"]:
                said = {f"answer_{a['question']}": a["value"] for a in span.pop("answers", ())}
                read[f"{table}_spans"].append({**own, **span, **said})
    return read


READERS = {
    "flat Parquet": flat_parquet,
    "CSV": flat_csv,
    "CSV in pandas": pandas_csv,
    "nested Parquet": nested,
    "JSON Lines": json_lines,
}
