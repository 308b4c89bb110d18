"""A study that somebody is about to leave, and a search through every byte of it."""

import gzip
import hashlib
import html
import io
import json
import sqlite3
import zipfile
import zlib
from contextlib import closing
from dataclasses import asdict

import pyarrow as pa
import pyarrow.parquet as pq
from click.testing import CliRunner

from annotate import workflow
from annotate.articles import Metadata
from annotate.cli import main
from annotate.dataset.plan import Choices
from annotate.rounds import Round
from annotate.settings import Assigning
from annotate.snapshots import Header, write_snapshot
from annotate.studio.accounts import Account, write_people
from annotate.studio.ledger import Desk, Ledger, Sent
from annotate.studio.tasks import text_hash
from annotate.study import Settings, Study
from annotate.workflow.assigning import repeat_key, rows_of

CONFIG = b"""<View><Text name="text" value="$text"/>
<Labels name="span" toName="text"><Label value="Loaded"/></Labels>
<Choices name="tone" toName="text"><Choice value="yes"/><Choice value="no"/></Choices>
<TextArea name="note" toName="text"/></View>"""
LEAVER, EMAIL, PASSWORD = "Quillón", "q.zander@newsroom.example", "bado-kimu-reno"
THEIR_NOTE, OTHERS_NOTE = "Written by the one who leaves.", "Written by one who stays."
SECRET = "Xylophonic embargo rumours"  # words that only one article has
REASON = "consent was withdrawn"
SERVER = "https://studio.example"
NAMES = (LEAVER, "Quill\\u00f3n", "quillón", EMAIL, PASSWORD, THEIR_NOTE)


def items(text, start, note):
    """Give a result with a span, an answer and a note."""
    value = {
        "start": start,
        "end": start + 9,
        "labels": ["Loaded"],
        "text": text[start : start + 9],
    }
    return [
        {"id": "r1", "from_name": "span", "to_name": "text", "type": "labels", "value": value},
        {
            "id": "x",
            "from_name": "tone",
            "to_name": "text",
            "type": "choices",
            "value": {"choices": ["yes"]},
        },
        {
            "id": "n",
            "from_name": "note",
            "to_name": "text",
            "type": "textarea",
            "value": {"text": [note]},
        },
    ]


def work(number, annotator, text, start, *, at="2026-01-01T09:00:00.{:06d}Z", **more):
    """Give an annotation as snapshots hold it."""
    note = THEIR_NOTE if annotator == LEAVER else OTHERS_NOTE
    stamp = at.format(number)
    return {
        "id": str(number),
        "annotator": annotator,
        "result": items(text, start, note),
        "created_at": stamp,
        "updated_at": stamp,
        "seconds": 9.5,
        "updated_by": annotator,
        "predicted": False,
        "skipped": False,
        "ground_truth": False,
        **more,
    }


def draft(item):
    """Give an annotation as a draft."""
    gone = ("updated_by", "predicted", "skipped", "ground_truth")
    return {name: value for name, value in item.items() if name not in gone}


def task(number, article, text, desk, *annotations, drafts=(), occasion=1):
    """Give a task as snapshots hold it."""
    return {
        "article_id": article,
        "occasion": occasion,
        "text_sha256": text_hash(text),
        "desk": desk,
        "task_id": number,
        "annotations": list(annotations),
        "drafts": list(drafts),
    }


def header(desk="", *, base="", at="2026-01-0{}T00:00:00.000000Z", day=2, **more):
    """Give the header of a snapshot of a desk."""
    given = {"source": f"server:{SERVER}", "round": "main", "roster": [desk], **more}
    version = hashlib.sha256(CONFIG).hexdigest()
    return Header(
        pulled_at=at.format(day), schema_version=version, desk=desk, base=base, cursor="", **given
    )


def add_articles(study, folder):
    """Add three articles; the second is nearly the first."""
    same = "The minister called the plan a reckless gamble with the harvest of the whole country"
    texts = [f"{same}. {SECRET}.", f"{same} again.", "Ferries were late because of the long storm."]
    rows = [{"text": text, "id": f"n{place}"} for place, text in enumerate(texts)]
    path = folder / "news.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    workflow.add(study, [path], Metadata())
    return path


def lay_out(folder):
    """Lay out a study by hand in which a person turns up wherever one can."""
    study = Study.create(
        folder / "study", Settings("Study", (LEAVER, "ben", "cleo")), config=CONFIG, codebook=b"# B"
    )
    add_articles(study, folder)
    ids, texts = list(study.articles()["article_id"]), study.texts()
    t0, t1, t2 = (texts[article] for article in ids)
    snapshots = study.snapshots
    whole = write_snapshot(
        snapshots,
        header(LEAVER),
        [
            task(1, ids[0], t0, LEAVER, work(11, LEAVER, t0, 4)),
            task(2, ids[1], t1, LEAVER, drafts=[draft(work(12, LEAVER, t1, 13))]),
            task(9, ids[0], t0, LEAVER, work(19, LEAVER, t0, 4), occasion=2),
        ],
    )
    change = header(LEAVER, base=whole.header.pulled_at, day=3)
    write_snapshot(
        snapshots, change, [task(2, ids[1], t1, LEAVER, work(13, LEAVER, t1, 13))], whole
    )
    ben = [
        task(3, ids[0], t0, "ben", work(21, "ben", t0, 20), work(22, LEAVER, t0, 30)),
        task(4, ids[1], t1, "ben", work(23, "ben", t1, 20, updated_by=LEAVER)),
        task(5, ids[2], t2, "ben", work(24, "ben", t2, 8)),
    ]
    first = write_snapshot(snapshots, header("ben"), ben, None)
    later = task(5, ids[2], t2, "ben", work(24, "ben", t2, 8), work(25, LEAVER, t2, 17))
    write_snapshot(snapshots, header("ben", base=first.header.pulled_at, day=3), [later], first)
    shared = task(6, ids[2], t2, "", work(31, "cleo", t2, 8), work(32, LEAVER, t2, 8))
    write_snapshot(
        snapshots, header("", source="file:7", roster=["cleo", LEAVER], day=4), [shared], None
    )
    everybody = header("", source=f"server:{SERVER}", roster=["ben", LEAVER], day=5, round="shared")
    write_snapshot(snapshots, everybody, [task(7, ids[2], t2, "", work(41, LEAVER, t2, 8))], None)
    old_format(snapshots, ids, texts)
    ledger = Ledger(study.ledger_path, SERVER)
    for number, name in enumerate((LEAVER, "ben", "cleo"), start=70):
        ledger.add_desk(Desk(name, "main", number))
        ledger.add_tasks(
            number,
            [Sent(a, a, 1, text_hash(texts[a]), number * 10 + n) for n, a in enumerate(ids)],
        )
    again_key = repeat_key(study.key(), ids[0], 2)
    ledger.add_tasks(70, [Sent(again_key, ids[0], 2, text_hash(t0), 709)])
    ledger.add_desk(Desk("", "shared", 75))
    write_people(
        study.people_path,
        {
            LEAVER: Account(EMAIL, 5, PASSWORD, "f00d" * 10),
            "ben": Account("ben@newsroom.example", 6, "other-pass-word", "beef" * 10),
            "annotator-01": Account(f"now {LEAVER}"),
        },
    )
    study.save_rounds(
        [
            Round("train", "training", (LEAVER, "ben"), reference=LEAVER),
            Round("main", annotators=(LEAVER, "ben", "cleo")),
            Round("shared", annotators=("ben", LEAVER), assigning=Assigning(mode="shared")),
        ]
    )
    places = [(article, name, 1) for article in ids for name in (LEAVER, "ben")]
    study.save_assignment(rows_of("main", [*places, (ids[0], LEAVER, 2)]))
    (study.root / "study.toml").write_text(
        (study.root / "study.toml").read_text() + "\n# a remark of mine\n"
    )
    study.build_tables()
    kept = study.private / "label-studio" / "export"
    kept.mkdir(parents=True)
    (kept / "project-70-at-2026-01-01.json").write_text(
        json.dumps({"user": EMAIL, "t": THEIR_NOTE})
    )
    (study.root / ".study.toml.x.part").write_text(LEAVER)
    (snapshots / ".y.part").write_text(LEAVER)
    return study


def old_format(folder, ids, texts):
    """Write a snapshot as version 0.1 did: all desks in one file, fewer fields in its head."""
    old = header("", source="server:embedded", roster=[LEAVER, "cleo"], day=1)
    fields = {
        name: value
        for name, value in asdict(old).items()
        if name in {"source", "pulled_at", "schema_version", "round", "roster"}
    }
    tasks = [
        {k: v for k, v in made.items() if k != "occasion"}
        for made in (
            task(1, ids[0], texts[ids[0]], LEAVER, work(51, LEAVER, texts[ids[0]], 4)),
            task(2, ids[0], texts[ids[0]], "cleo", work(52, "cleo", texts[ids[0]], 4)),
        )
    ]
    body = b"".join(json.dumps(made, sort_keys=True).encode() + b"\n" for made in tasks)
    hashed = json.dumps(fields, sort_keys=True).encode() + b"\n" + body
    head = {"format": 1, "sha256": hashlib.sha256(hashed).hexdigest(), **fields}
    path = folder / "20260101T000000.000000Z-000000000000.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(head, sort_keys=True).encode() + b"\n" + body))


def everything(root):
    """Give all that every file says, by its name: as it lies there, and unpacked."""
    said = {}
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        name = str(path.relative_to(root))
        said[name] = "\n".join([name, inside(name, path.read_bytes())])
    return said


def inside(name, raw):
    """Give all that the bytes of a file say: as they are, and unpacked."""
    texts = [raw.decode("latin-1"), raw.decode("utf-8", "replace")]
    kind = name.rpartition(".")[2]
    if kind == "gz":
        texts += unpacked(gzip.decompress(raw).decode())
    elif kind == "parquet":
        texts += columns(raw)
    elif kind in {"json", "jsonl"}:
        texts += unpacked(raw.decode())
    elif kind == "zip":
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            texts += [inside(each, archive.read(each)) for each in archive.namelist()]
    elif kind in {"md", "xml"}:
        texts.append(html.unescape(raw.decode()))
    elif raw.startswith(b"SQLite"):
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(raw)
            texts += list(database.iterdump())
    else:
        texts += inflated(raw)
    return "\n".join(texts)


def columns(raw):
    """Give what a Parquet file says: of itself, in its cells, and in pages that no cell needs."""
    file = pq.ParquetFile(io.BytesIO(raw))
    metadata = {k.decode(): v.decode() for k, v in (file.metadata.metadata or {}).items()}
    yield json.dumps([file.metadata.to_dict(), metadata], ensure_ascii=False, default=str)
    table = file.read()
    yield json.dumps(table.to_pylist(), ensure_ascii=False, default=str)
    texts = [field.name for field in table.schema if pa.types.is_string(field.type)]
    encoded = pq.read_table(io.BytesIO(raw), read_dictionary=texts)
    for name in texts:
        for chunk in encoded[name].chunks:
            yield json.dumps(chunk.dictionary.to_pylist(), ensure_ascii=False)


def inflated(raw):
    """Give what bytes hold that are compressed as a whole, as spaCy's are."""
    try:
        return [zlib.decompress(raw).decode("utf-8", "replace")]
    except zlib.error:
        return []


def unpacked(text):
    """Give JSON, or lines of it, with every character written out."""
    try:
        values = [json.loads(text)]
    except ValueError:
        values = [json.loads(line) for line in text.splitlines()]
    return [text, *(json.dumps(value, ensure_ascii=False) for value in values)]


def files_with(root, *words):
    """Name the files in which a word stands."""
    return {name: word for name, text in everything(root).items() for word in words if word in text}


def run(*arguments, code=0, **more):
    """Run a command in this process."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], **more)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def exported(study, folder):
    """Export everything that can be."""
    workflow.export(study, folder, Choices(with_text=True, with_notes=True))
    return folder
