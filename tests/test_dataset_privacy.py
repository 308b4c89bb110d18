"""However a study is exported, no byte of the dataset leads to a person or to Label Studio."""

import io
import itertools
import json
import re
import zipfile
from datetime import datetime

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from leaving import everything, inside
from made_study import CONFIG, PEOPLE, TEXTS, choose, ids, made_study, mark, pulled

from annotate import workflow
from annotate.dataset import Choices
from annotate.dataset.splits import Splitting
from annotate.rounds import ADJUDICATION, Round
from annotate.studio.accounts import Account, write_people
from annotate.studio.ledger import Desk, Ledger, Sent
from annotate.studio.tasks import text_hash

EMAIL, PASSWORD, TOKEN = "{}.zander@newsroom.example", "bado-kimu-{}", "f00dfeed{}" + 8 * "beef"
# Names and numbers are so long that no hash and no compressed byte holds them by chance.
NAME, STRANGER = "Th\u00e9odorine Quill\u00f3nez", "stranger.zander@outlandish.example"
REGION, LEAD = "LSregion", "lead.zander@newsroom.example"
USER, TASK = 654_321_654_000, 876_540_876_000
WORK, PROJECT = 987_650_987_000, 765_430_765_000
DAY, CLOCK = "2025-08-0{}", "09:41:27"
STAMP = f"{DAY}T{CLOCK}.123456Z"
QUOTE = 9  # "so-called" is quoted, "brutal winter" is not
NOTE, ABOUT = "A note in my own words", "My own words on \u00abone\u00bb span"
#: What is in no dataset, not even with notes.
UNSAID = {
    "draft": "Xylophonic first thoughts",
    "skipped": "Ytterbium skips this",
    "earlier": "Zirconium had said otherwise",
    "unread": "write to zander@outlandish.example",
    "decision": "Wolfram has settled it",
    "training": "Vanadium is in training",
}
WAYS = list(itertools.product((False, True), repeat=4))
_CONFIG_CHANGE = (
    b'<TextArea name="note"',
    b'<TextArea name="remark" toName="text" perRegion="true"/><TextArea name="note"',
)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Lay out a study in which everything that is private turns up wherever it can."""
    root = tmp_path_factory.mktemp("private-home-of-quillon")
    made = made_study(root, config=CONFIG.replace(*_CONFIG_CHANGE))
    accounts = {
        name: Account(EMAIL.format(name), USER + n, PASSWORD.format(name), TOKEN.format(n))
        for n, name in enumerate(PEOPLE)
    }
    write_people(made.people_path, accounts)
    first, *_ = articles = ids(made)
    made.save_rounds(
        [
            Round("main", annotators=PEOPLE),
            Round("decided", ADJUDICATION, ("zoe",), of="main"),
            Round("before", "training", PEOPLE, reference="ada"),
        ]
    )
    said = choose("genre", "opinion")
    pulled(made, "decided", "zoe", {first: said + choose("note", UNSAID["decision"])})
    pulled(made, "before", "ben", {first: said + choose("note", UNSAID["training"])})
    (root / "export.json").write_text(json.dumps(_tasks(articles)), encoding="utf-8")
    workflow.pull_file(made, root / "export.json")
    for number, article in enumerate(articles):
        about = {"published": STAMP.format(1 + number), "title": f"Headline {number}"}
        workflow.edit(made, article, about)
    (made.private / "token").write_text(TOKEN.format(9))
    ledger = Ledger(made.ledger_path, "https://studio.newsroom.example")
    for n, name in enumerate(PEOPLE):
        ledger.add_desk(Desk(name, "main", PROJECT + n))
        ledger.add_tasks(PROJECT + n, [Sent(a, a, 1, text_hash(a), TASK + n) for a in articles])
    return made


def _tasks(articles):
    """Give what Label Studio exports, with all that it tells of people and of itself."""
    tasks = []
    for number, (article, text) in enumerate(zip(articles, TEXTS, strict=True)):
        work = [_work(n, name, number, text) for n, name in enumerate(PEOPLE)]
        drafts = []
        if number == 1:
            work[0] |= {"was_cancelled": True, "result": _said(UNSAID["skipped"])}
        if number == 2:
            drafts = [{**work.pop(0), "user": EMAIL.format("ada")}]
            drafts[0]["result"] = _said(UNSAID["draft"])
        if number == 3:
            earlier = {**work[1], "id": WORK + 900, "result": _said(UNSAID["earlier"])}
            work.append(earlier | dict.fromkeys(("created_at", "updated_at"), STAMP.format(1)))
            work[2]["result"] += choose("frames", UNSAID["unread"])
        if number == 4:
            work[1]["updated_by"] = LEAD
            work.append(_work(7, "", number, text))
        tasks.append(
            {
                "id": TASK + number,
                "inner_id": number,
                "project": PROJECT,
                "data": {"text": text, "article_id": article},
                "annotations": work,
                "drafts": drafts,
                "created_at": STAMP.format(1),
                "updated_by": USER + 8,
            }
        )
    return tasks


def _said(words):
    return choose("genre", "report") + choose("note", words)


def _work(person, name, number, text):
    email = EMAIL.format(name) if name else STRANGER
    words = {0: "reckless", 1: "so-called", 4: "brutal winter"}.get(number, text.split()[1])
    marked = mark(text, words, "Loaded", number, "worse")
    place = {**marked[0]["value"], "text": [ABOUT]}
    marked.append({**marked[0], "from_name": "remark", "type": "textarea", "value": place})
    marked = [{**item, "id": f"{REGION}-{item['id']}"} for item in marked]
    return {
        "id": WORK + 10 * number + person,
        "completed_by": {"id": USER + person, "email": email, "first_name": NAME},
        "updated_by": email,
        "result": [*marked, *choose("genre", "report"), *choose("note", NOTE)],
        "was_cancelled": False,
        "created_at": STAMP.format(1 + person),
        "updated_at": STAMP.format(2 + person),
        "lead_time": 61.5,
    }


@pytest.fixture(scope="module", params=WAYS, ids=str)
def exported(request, study, tmp_path_factory):
    """Export it in one way; give what was chosen, and all that every file says by its name."""
    text, notes, times, split = request.param
    chosen = Choices(with_text=text, with_notes=notes, with_times=times, quote=QUOTE)
    folder = tmp_path_factory.mktemp("out") / "dataset"
    workflow.export(study, folder, chosen, Splitting("event") if split else None)
    return chosen, everything(folder), folder


def _secrets(study):
    numbers = range(10)
    yield from (EMAIL.format(name) for name in PEOPLE)
    yield from (PASSWORD.format(name) for name in PEOPLE)
    yield from (TOKEN.format(number) for number in numbers)
    yield from ("zander", "newsroom", "outlandish", NAME, *NAME.split(), REGION, LEAD, STRANGER)
    yield from (str(each)[:-3] for each in (USER, TASK, WORK, PROJECT))  # and a few digits more
    yield from (study.key().hex(), str(study.root), study.root.parent.name)
    yield from UNSAID.values()


def found(said, words):
    folded = {name: text.casefold() for name, text in said.items()}
    return {
        (name, word) for word in words for name, text in folded.items() if word.casefold() in text
    }


def test_nothing_leads_to_a_person_or_to_label_studio(study, exported):
    chosen, said, _ = exported
    kinds = {name.rpartition(".")[2] for name in said}
    assert kinds >= {"parquet", "csv", "jsonl", "json", "md", "cff", "xml"}
    assert kinds >= {"conll", "spacy"} or not chosen.with_text
    assert found(said, _secrets(study)) == set()
    addresses = {match for text in said.values() for match in re.findall(r"[\w.]+@\w+\.\w+", text)}
    assert addresses == set()


def test_notes_leave_only_when_asked(exported):
    chosen, said, _ = exported
    there = found(said, [NOTE, ABOUT])
    assert {name for name, _ in there} >= ({"articles.jsonl"} if chosen.with_notes else set())
    assert {word for _, word in there} == ({NOTE, ABOUT} if chosen.with_notes else set())


def test_times_leave_only_when_asked_and_to_the_second(exported):
    chosen, said, folder = exported
    clocks = {match for text in said.values() for match in re.findall(r"\d\d:\d\d(?::\d\d)?", text)}
    assert clocks == ({CLOCK} if chosen.with_times else set())
    moment = datetime.fromisoformat(STAMP.format(2)).timestamp()
    assert found(said, [str(int(moment)), DAY.format(2)[2:] + "T094127"]) == set()
    days = pd.read_parquet(folder / "tables" / "visits.parquet")["updated_at"].str[:10]
    assert set(days) >= {DAY.format(n) for n in (2, 3, 4)}
    published = pd.read_parquet(folder / "tables" / "articles.parquet")["published"].tolist()
    shown = STAMP if chosen.with_times else DAY
    assert sorted(published) == [shown.format(1 + number) for number in range(len(TEXTS))]
    for path in folder.rglob("*.parquet"):
        kinds = [field.type for field in pq.read_schema(path)]
        assert not any(pa.types.is_temporal(kind) for kind in kinds), path


def test_no_quote_is_longer_than_was_chosen(exported):
    chosen, said, _ = exported
    longer, much_longer = (
        {text[n : n + size] for text in TEXTS for n in range(len(text) - size + 1)}
        for size in (QUOTE + 1, 2 * QUOTE)  # other prose has a word in common with an article
    )
    assert min(len(longer), len(much_longer)) > 200
    data = {name: text for name, text in said.items() if not name.endswith(".md")}
    if chosen.with_text:
        assert len(found(said, TEXTS)) > len(TEXTS)
    else:
        assert found(data, longer) == found(said, much_longer) == set()
        assert {word for _, word in found(said, ["so-called", "reckless"])} == {
            "so-called",
            "reckless",
        }


@pytest.mark.parametrize("chosen", [Choices(), Choices(with_text=True, with_notes=True)])
def test_an_archive_says_no_more_than_the_folder(study, chosen):
    packed = workflow.dataset_archive(study, chosen)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        said = {"": packed.decode("latin-1")}
        for entry in archive.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert (entry.extra, entry.comment) == (b"", b"")
            said[entry.filename] = inside(entry.filename, archive.read(entry))
    assert len(said) > 20
    assert found(said, _secrets(study)) == set()
    assert found(said, [CLOCK]) == set()
    assert {word for _, word in found(said, [NOTE])} == ({NOTE} if chosen.with_notes else set())


def test_the_study_does_hold_what_the_dataset_leaves_out(study):
    said = everything(study.root)
    kept = [EMAIL.format("ada"), STRANGER, TOKEN.format(9), PASSWORD.format("ben"), CLOCK, REGION]
    kept += [str(USER), str(PROJECT), str(WORK)[:-3], *UNSAID.values(), NOTE, ABOUT]
    assert {word for _, word in found(said, kept)} == set(kept)
    assert set(study.counted_tables().visits["status"]) >= {"submitted", "skipped", "draft"}
    assert len(study.counted_tables().faults) > 2


def test_the_search_finds_what_lies_in_any_kind_of_file(tmp_path):
    word = "Quill\u00f3n"
    table = pa.table({"a": pa.array([{"b": [word]}, {"b": ["x"]}])})
    pq.write_table(table, tmp_path / "nested.parquet", compression="zstd")
    words = pa.DictionaryArray.from_arrays(pa.array([0]), pa.array(["x", word]))
    pq.write_table(pa.table({"a": words}), tmp_path / "unused.parquet", compression="zstd")
    told = pa.table({"a": ["x"]}).replace_schema_metadata({"by": word})
    pq.write_table(told, tmp_path / "metadata.parquet")
    (tmp_path / "escaped.json").write_text(json.dumps({"a": word}))
    (tmp_path / "lines.jsonl").write_text("{}\n" + json.dumps({word: 1}) + "\n")
    (tmp_path / "config.xml").write_text("<View><Header value='Quill&#243;n'/></View>")
    (tmp_path / "card.md").write_text("Quill&oacute;n")
    with zipfile.ZipFile(tmp_path / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", json.dumps({"a": word}))
    (tmp_path / f"{word}.txt").write_text("")
    kinds = {path.name for path in tmp_path.iterdir()}
    assert {name for name, _ in found(everything(tmp_path), [word])} == kinds
