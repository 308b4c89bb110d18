"""A malformed export is tables in which all work is accounted for, or a clear refusal."""

import gzip
import json
import re
from collections import Counter

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st
from malformed import fuzz, hurt_bytes, junk, mutated, nested, written

from annotate.cli import main
from annotate.errors import AnnotateError, ConfigError
from annotate.labels import build_tables
from annotate.resources import resource
from annotate.schema import parse_config
from annotate.schema.infer import infer_schema
from annotate.snapshots import Header, Snapshot
from annotate.studio.exports import emails_of, read_export
from annotate.studio.tasks import normalise, text_hash
from annotate.study import Settings, Study
from annotate.workflow import pull_file
from annotate.workflow.anydata import score_export
from annotate.workflow.passing import PassingPseudonyms

SMALL = b"""<View><Text name="story" value="$body"/>
<Labels name="tag" toName="story"><Label value="Bias"/><Label value="Fact"/></Labels>
<Choices name="tone" toName="story" required="true"><Choice value="hot"/><Choice value="cold"/>
</Choices><Choices name="about" toName="story" choice="multiple"><Choice value="war"/>
<Choice value="tax"/></Choices><Rating name="stars" toName="story" maxRating="5"/>
<Number name="words" toName="story"/><Taxonomy name="topic" toName="story"><Choice value="War">
<Choice value="Talks"/></Choice></Taxonomy><TextArea name="note" toName="story"/>
<Choices name="voice" toName="story" perRegion="true" required="true"><Choice value="own"/>
<Choice value="quoted"/></Choices><Relations name="links"><Relation value="r"/></Relations>
</View>"""
PAGE = b"""<View><HyperText name="story" value="$body"/><HyperTextLabels name="tag" toName="story">
<Label value="Bias"/></HyperTextLabels></View>"""
DEFAULT = resource("label_config.xml").read_bytes()
TEXT = "🙂 They said he lied.\r\nNobody knows."


def item(name, kind, number="x", to="story", **value):
    return {"id": number, "from_name": name, "to_name": to, "type": kind, "value": value}


def work(by, *result, number, **more):
    at = f"2025-08-01T10:00:0{number % 10}.000000Z"
    times = {"created_at": at, "updated_at": at, "lead_time": 4.5, "draft_created_at": None}
    flags = {"was_cancelled": False, "ground_truth": False, "updated_by": None}
    return {"id": number, "completed_by": by, "result": list(result), **times, **flags, **more}


def task(number, *annotations, text=TEXT, field="body", **data):
    data = {field: text, "outlet": "The Echo", "ref": f"r{number}", **data}
    more = {"drafts": [], "predictions": [], "project": 7, "inner_id": number, "meta": {}}
    return {"id": number, "annotations": list(annotations), "data": data, **more}


def small(by, number, end=17):
    place = {"start": 2, "end": end, "text": TEXT[2:end].replace("\r\n", "\\n\\n")}
    return work(
        by,
        item("tag", "labels", "r1", **place, labels=["Bias"]),
        item("voice", "choices", "r1", **place, choices=["own"]),
        item("tone", "choices", choices=["hot"]),
        item("about", "choices", choices=["war", "tax"]),
        item("stars", "rating", rating=3),
        item("words", "number", number="x") | {"value": {"number": 12}},
        item("topic", "taxonomy", taxonomy=[["War", "Talks"]]),
        item("note", "textarea", text=["why"]),
        {"type": "relation", "from_id": "r1", "to_id": "r1", "direction": "right"},
        number=number,
    )


def ours(by, number):
    place = {"start": 2, "end": 6, "text": "They"}
    stances = ["ukraine", "russia", "us_admin", "european_allies"]
    return work(
        by,
        item("span", "labels", "r1", "text", **place, labels=["Labelling"]),
        item("direction", "choices", "r1", "text", **place, choices=["russia:unfavourable"]),
        item("voice", "choices", "r1", "text", **place, choices=["direct_quote"]),
        item("sponsorship", "choices", "c1", "text", choices=["disclosed"]),
        item("disclosure_placement", "choices", "c2", "text", choices=["before"]),
        *(item(f"stance_{s}", "choices", s, "text", choices=["-1"]) for s in stances),
        item("genre", "choices", "c3", "text", choices=["reporting"]),
        number=number,
    )


def page(by, number):
    value = {"start": "/p[1]/text()[1]", "end": "/p[1]/text()[1]", "startOffset": 0, "endOffset": 4}
    value |= {"hypertextlabels": ["Bias"], "globalOffsets": {"start": 0, "end": 4}, "text": "They"}
    return work(by, item("tag", "hypertextlabels", "r1") | {"value": value}, number=number)


ANN = {"id": 1, "email": "ann@example.org", "first_name": "Ann"}
DRAFT = {"id": 9, "user": "cid@example.org", "result": [], "lead_time": 1.0, "created_at": "x"}
EXPORTS = {
    SMALL: [
        task(1, small(ANN, 11), small(2, 12, 22)) | {"drafts": [DRAFT]},
        task(2, small(ANN, 13, 25), small(ANN, 14), text=TEXT),
        task(3, work("ben@example.org", number=15, was_cancelled=True), text="Other."),
    ],
    DEFAULT: [
        task(1, ours(1, 11), ours(2, 12), field="text", article_id="a0"),
        task(2, ours(1, 13), field="text", text=TEXT + "!"),
    ],
    PAGE: [task(1, page(1, 11), page(2, 12), text="<p>They <b>said</b> so.</p>")],
}
SCHEMAS = {config: parse_config(config) for config in EXPORTS}
WORDS = ["story", "tag", "tone", "stars", "note", "links", "Bias", "hot", "choices", "labels", 1, 2]
WORDS += ["taxonomy", "rating", "number", "textarea", "relation", "rectanglelabels", "a0", "r1", 7]
WORDS += [["War"], [["War", "Talks"]], ["hot", "cold"], ANN, {"id": 1}, {"email": ""}, "@deep@"]
WORDS += ["ann@example.org", "ann@example.org".upper(), [], {}, "task:7/1", "id:r1", nested(60)]


@st.composite
def exports(draw, configs=tuple(EXPORTS)):
    """Take a good export and hurt it; give its bytes and its scheme's config."""
    config = draw(st.sampled_from(configs))
    data = written(draw(mutated(EXPORTS[config], words=WORDS)))
    if b'"@deep@"' in data:
        # Around the depth at which Python's reader gives up.
        depth = draw(st.sampled_from([90, 120, 5000]) | st.integers(700, 1000))
        data = data.replace(b'"@deep@"', b"[" * depth + b"]" * depth)
    return data, config


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("exports") / "export.json"


def refused(error):
    """Prove that a refusal says something, in a length that can be read."""
    assert str(error).strip()


def prove(path, schema, key=""):
    """Read an export as the tool does, narrowly; prove the tables and that nothing is lost."""
    try:
        exported, left_out, _ = read_export(path, schema, {"a0"}, key=key)
    except AnnotateError as error:
        refused(error)
        return
    names = [task.article_id or task.declared for task in exported]
    texts = {name: task.text for name, task in zip(names, exported, strict=True)}
    people = PassingPseudonyms(emails_of(exported))
    tasks = [
        normalise(task.raw, article_id=name, text=task.text, desk="", pseudonym=people)
        for name, task in zip(names, exported, strict=True)
    ]
    header = Header("file:x", "2026-01-01T00:00:00Z", "", "main", [])
    hashes = {name: text_hash(text) for name, text in texts.items()}
    tables = build_tables([Snapshot(header, tasks)], schema, texts, hashes)
    tables.check(texts)
    prove_tasks(json.loads(path.read_bytes()), exported, left_out)
    prove_work(tasks, tables)
    prove_answers(tables, schema)


def prove_tasks(items, exported, left_out):
    """Every task is used or refused, every piece of work in a used one is read or refused."""
    whole = [refusal for refusal in left_out if ", " not in refusal.task]
    assert len(exported) + len(whole) == len(items)
    odd = sum(
        not isinstance(piece, dict)
        for task in exported
        for kind in ("annotations", "drafts")
        for piece in task.raw.get(kind) or []
    )
    assert len(left_out) - len(whole) == odd
    assert all(refusal.reason for refusal in left_out)


def prove_work(tasks, tables):
    """Every annotation is its author's latest, or listed as superseded or set aside."""
    there = set(zip(tables.visits["article_id"], tables.visits["annotator"], strict=True))
    faults = zip(
        *(tables.faults[name] for name in ("article_id", "annotator", "kind")), strict=True
    )
    listed = Counter((a, who) for a, who, kind in faults if kind in {"superseded", "set aside"})
    done = {}
    for task in tasks:
        for annotation in task["annotations"]:
            done.setdefault((task["article_id"], annotation["annotator"]), []).append(annotation)
    assert done.keys() <= there
    for who, works in done.items():
        # The same annotation may stand there twice: one of them counts, the other is no news.
        copies = Counter(json.dumps([w["id"], w["updated_at"], w["result"]]) for w in works)
        assert listed[who] >= len(works) - max(copies.values())


def prove_answers(tables, schema):
    """Only submitted visits speak, in the words of the scheme, each thing once."""
    visits, answers, spans = tables.visits, tables.answers, tables.spans
    pairs = zip(visits["visit_id"], visits["status"], strict=True)
    submitted = {visit for visit, status in pairs if status == "submitted"}
    assert {*answers["visit_id"], *spans["visit_id"]} <= submitted
    marked = spans["span_id"].tolist()
    assert len(set(marked)) == len(marked)
    assert {*answers["span_id"]} - {""} <= set(marked)
    columns = ("visit_id", "question", "value", "span_id", "state")
    rows = list(zip(*(answers[name] for name in columns), strict=True))
    assert len(set(rows)) == len(rows)
    assert set(spans["label"]) <= {label.value for label in schema.labels}
    offered = {q.name: {option.value for option in q.options} for q in schema.questions}
    for _, question, value, _, state in rows:
        assert state != "answered" or not offered[question] or value in offered[question]
    assert all(not seconds < 0 and seconds != float("inf") for seconds in visits["seconds"])


@fuzz(1500)
@given(exports(), st.sampled_from(["", "", "ref", "body"]))
def test_a_hurt_export_is_accounted_for_or_refused(path, export, key):
    data, config = export
    path.write_bytes(data)
    prove(path, SCHEMAS[config], key)


@fuzz(600)
@given(st.sampled_from(list(EXPORTS)).flatmap(lambda c: hurt_bytes(written(EXPORTS[c]))))
@example(b"")
@example(b"[]")
@example(b"null")
@example(b"[" * 100_000)
@example(b'[{"id": ' + b"9" * 5000 + b"}]")
def test_an_export_of_hurt_bytes_is_accounted_for_or_refused(path, data):
    path.write_bytes(data)
    prove(path, SCHEMAS[SMALL])


@fuzz(600)
@given(exports())
def test_the_scheme_of_a_hurt_export_is_guessed_or_not_known(path, export):
    path.write_bytes(export[0])
    try:
        items = json.loads(export[0])
    except RecursionError:
        return
    try:
        schema, said = infer_schema(items if isinstance(items, list) else [items])
    except ConfigError as error:
        refused(error)
        return
    assert said
    assert isinstance(hash(schema.asks), int)
    prove(path, schema)


@fuzz(200)
@given(exports(), st.booleans(), st.sampled_from(["", "ref"]))
def test_a_hurt_export_is_scored_or_refused(path, export, guessed, key):
    data, config = export
    path.write_bytes(data)
    scheme = path.with_name("config.xml")
    scheme.write_bytes(config)
    try:
        scored = score_export([path], None if guessed else scheme, key=key)
    except AnnotateError as error:
        refused(error)
        return
    json.dumps([one.to_json() for one in scored.figures], allow_nan=False)
    assert all(scored.warnings)


@fuzz(100)
@given(exports(), st.lists(exports([SMALL]), max_size=1), st.sampled_from(["", "ref"]))
def test_a_hurt_export_is_pulled_or_refused_and_leaves_a_study_that_can_be_read(
    tmp_path_factory, export, second, key
):
    root = tmp_path_factory.mktemp("pull")
    data, config = export
    study = Study.create(root / "s", Settings("S"), config=config, codebook=b"")
    for number, content in enumerate([data, *(one[0] for one in second)]):
        file = root / f"{number}.json"
        file.write_bytes(content)
        try:
            outcome = pull_file(study, file, key=key)
        except AnnotateError as error:
            refused(error)
            continue
        assert outcome.submitted + outcome.skipped <= len(study.tables().visits)
    tables = study.tables()
    tables.check(study.texts())
    prove_answers(tables, study.schema())


USERS = [ANN, "ann@example.org", " ANN@example.org", 1, "1", 1.0, True, [1], [ANN], nested(90)]
USERS += [{"id": [1]}, {"id": 1, "email": {"a": "b@example.org"}}, {"email": "x y@example.org"}]
USERS += [{"username": "ann@example.org", "id": None}, {"id": True, "email": "c@example.org"}]
users = junk | st.sampled_from(USERS)


@fuzz(150)
@given(st.lists(users, min_size=6, max_size=6))
def test_whoever_did_the_work_is_a_pseudonym_and_no_address_leaves_the_private_folder(
    tmp_path_factory, who
):
    root = tmp_path_factory.mktemp("users")
    study = Study.create(root / "s", Settings("S"), config=SMALL, codebook=b"")
    first, second = small(who[0], 1), small(who[1], 2) | {"updated_by": who[2]}
    drafts = [DRAFT | {"user": who[3]}, DRAFT | {"user": None, "created_username": who[4]}]
    (root / "e.json").write_bytes(written([task(1, first, second) | {"drafts": [*drafts, who[5]]}]))
    told = CliRunner().invoke(
        main, ["pull", "--from-file", str(root / "e.json"), "--study", str(study.root)]
    )
    assert told.exit_code in {0, 1}, told.output
    assert told.exception is None or isinstance(told.exception, SystemExit)
    kept = [told.output, json.dumps([table.to_dict() for table in vars(study.tables()).values()])]
    kept += [gzip.decompress(file.read_bytes()).decode() for file in study.snapshots.glob("*")]
    assert "@example.org" not in "".join(kept)
    assert all(re.fullmatch(r"annotator-\d+", name) for name in study.tables().visits["annotator"])


@fuzz(100)
@given(exports(), st.sampled_from(["pull", "score", "guess"]), st.booleans())
def test_the_commands_take_a_hurt_export_or_say_why_not(tmp_path_factory, export, way, whole):
    root = tmp_path_factory.mktemp("cli")
    (root / "e.json").write_bytes(export[0] if whole else export[0][: len(export[0]) // 2])
    (root / "c.xml").write_bytes(export[1])
    runner, file, config = CliRunner(), str(root / "e.json"), ["--config", str(root / "c.xml")]
    if way == "pull":
        made = runner.invoke(main, ["init", str(root / "s"), *config])
        assert made.exit_code == 0, made.output
        told = runner.invoke(main, ["pull", "--from-file", file, "--study", str(root / "s")])
    else:
        told = runner.invoke(main, ["score", file, *(config if way == "score" else [])])

    assert told.exit_code in {0, 1}
    assert told.exception is None or isinstance(told.exception, SystemExit)
    assert "Traceback" not in told.output
    assert told.exit_code == 0 or "Error: " in told.output
