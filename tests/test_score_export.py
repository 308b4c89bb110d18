"""A whole Label Studio export is scored without a study, with its config or a guessed scheme."""

import json

import pytest
from click.testing import CliRunner
from recorded_study import recorded_study

from annotate.cli import main
from annotate.errors import ConfigError, SnapshotError
from annotate.recorded import read_recorded, to_result
from annotate.reliability.evidence.gather import gather
from annotate.reliability.score import score
from annotate.resources import resource
from annotate.schema.infer import infer_schema
from annotate.workflow.anydata import score_export

CONFIG = """<View><Text name="story" value="$body"/>
<Labels name="tag" toName="story"><Label value="Bias"/><Label value="Fact"/></Labels>
<Choices name="tone" toName="story"><Choice value="hot"/><Choice value="cold"/></Choices>
<Choices name="about" toName="story" choice="multiple">
<Choice value="war"/><Choice value="tax"/><Choice value="sport"/></Choices>
<Rating name="stars" toName="story" maxRating="5"/>
<Number name="words" toName="story"/>
<Choices name="voice" toName="story" perRegion="true"><Choice value="own"/><Choice value="quoted"/>
</Choices></View>"""

COLUMNS = ("--annotator", "who", "--unit", "what", "--label", "label")


@pytest.fixture
def saved(tmp_path):
    """Write an export and, if asked, a config."""

    def write(tasks, config=None):
        path = tmp_path / "export.json"
        path.write_text(tasks if isinstance(tasks, str) else json.dumps(tasks), encoding="utf-8")
        if config is None:
            return path, None
        (tmp_path / "config.xml").write_text(config, encoding="utf-8")
        return path, tmp_path / "config.xml"

    return write


def item(name, kind, **value):
    more = {"start": value.pop("start"), "end": value.pop("end")} if "start" in value else {}
    number = value.pop("id", name)
    return {
        "id": number,
        "from_name": name,
        "to_name": "story",
        "type": kind,
        "value": {**more, **value},
    }


def work(by, *result, number=1, **more):
    at = "2025-08-01T10:00:00.000000Z"
    user = {"id": by, "email": f"person{by}@example.org"}
    common = {"created_at": at, "updated_at": at, "lead_time": 1.0, "was_cancelled": False}
    return {"id": number, "completed_by": user, "result": list(result), **common, **more}


def task(number, *annotations, text="They said he lied. Nobody knows.", **data):
    numbered = [{**each, "id": number * 100 + n} for n, each in enumerate(annotations)]
    data = {"body": text, "source": "x", **data}
    return {"id": number, "project": 3, "data": data, "annotations": numbered, "drafts": []}


def answers(by, tone="hot", about=("war",), stars=3, words=10):
    start = 13 + by % 2
    return work(
        by,
        item("tag", "labels", id="r1", start=start, end=17, labels=["Bias"]),
        item("voice", "choices", id="r1", choices=["own"], start=start, end=17),
        item("tone", "choices", choices=[tone]),
        item("about", "choices", choices=list(about)),
        item("stars", "rating", rating=stars),
        item("words", "number", number=words),
    )


@pytest.fixture
def export():
    tones, subjects = ("hot", "cold"), (("war",), ("war", "tax"), ())
    return [
        task(n, *(answers(by, tones[n % 2], subjects[(n + by) % 3], n % 5 + 1, n) for by in (1, 2)))
        for n in range(8)
    ]


def by_name(scored):
    return {(f.question, f.label, f.measure): f for f in scored.figures}


def test_an_export_of_the_demonstration_gives_the_figures_of_its_study(saved):
    """Every person has a desk of their own there: the article's id brings them together."""
    articles, tables, schema = recorded_study()
    texts = dict(zip(articles["article_id"], articles["text"], strict=True))
    files = {
        str(file).rsplit("/", 1)[-1]: (article, text)
        for file, article, text in zip(
            articles["source_file"], articles["article_id"], articles["text"], strict=True
        )
    }
    tasks = []
    for number, done in enumerate(read_recorded(resource("seeds") / "labels.jsonl"), start=1):
        article, text = files[done.file]
        one = work(len(done.annotator), *to_result(done, text, schema))
        one["completed_by"] = {"id": number, "email": f"{done.annotator}@example.org"}
        one["was_cancelled"] = done.status == "skipped"
        data = {schema.text_field: text, "article_id": article}
        draft = done.status == "draft"
        tasks.append({"id": number, "project": number % 3, "data": data})
        tasks[-1] |= {"annotations": [] if draft else [one], "drafts": [one] if draft else []}
    path, _ = saved(tasks)
    found = score_export([path], resource("label_config.xml"))
    study = score(gather(tables, schema, texts))

    figures = ("value", "low", "high", "units", "articles", "annotators", "labels")
    assert [{name: f.to_json()[name] for name in figures} for f in found.figures] == [
        {name: f.to_json()[name] for name in figures} for f in study
    ]
    assert [f.counts.saw for f in found.figures] == [f.counts.saw for f in study]


def test_a_guessed_scheme_gives_the_figures_of_the_real_one_where_all_values_were_used(
    saved, export
):
    path, config = saved(export, CONFIG)
    known, guessed = by_name(score_export([path], config)), by_name(score_export([path]))

    for about in [
        ("tone", "", "alpha (nominal)"),
        ("about", "", "alpha (MASI)"),
        ("stars", "", "alpha (interval)"),
        ("words", "", "alpha (interval)"),
        ("tag", "", "|u-alpha"),
    ]:
        assert guessed[about].value == known[about].value, about
        assert guessed[about].counts == known[about].counts, about
    assert any(question == "voice" for question, _, _ in guessed)


def test_the_scheme_is_guessed_from_what_was_answered(export):
    schema, warnings = infer_schema(export)
    questions = {q.name: q for q in schema.questions}

    assert {name: (q.kind, q.scale) for name, q in questions.items()} == {
        "voice": ("single", "nominal"),
        "tone": ("single", "nominal"),
        "about": ("multiple", "nominal"),
        "stars": ("rating", "interval"),
        "words": ("number", "interval"),
    }
    assert [o.value for o in questions["stars"].options] == ["1", "2", "3", "4", "5"]
    assert [name for name, q in questions.items() if q.per_region] == ["voice"]
    assert [(label.group, label.value) for label in schema.labels] == [("tag", "Bias")]
    assert (schema.text_field, schema.text_name, schema.hypertext) == ("body", "story", False)
    assert "values that nobody used, the order of values" in warnings[0]


def test_the_text_is_the_field_that_holds_the_marked_words():
    """Not the longest one."""
    mark = item("tag", "labels", start=0, end=4, text="They", labels=["Bias"])
    schema, _ = infer_schema([task(1, work(1, mark), notes="long " * 100)])

    assert schema.text_field == "body"


def test_taxonomies_free_text_and_other_controls_are_told_apart():
    results = [
        item("topic", "taxonomy", taxonomy=[["war", "cold"], ["tax"]]),
        item("note", "textarea", text=["why"]),
        item("box", "rectanglelabels", x=1, rectanglelabels=["r"]),
    ]
    schema, warnings = infer_schema([task(1, work(1, *results))])

    assert [(q.name, q.kind, q.scored) for q in schema.questions] == [
        ("topic", "multiple", True),
        ("note", "text", False),
    ]
    assert [o.value for o in schema.question("topic").options] == ["tax", "war > cold"]
    assert schema.ignored == ("box",)
    assert "box" in warnings[1]


def test_odd_names_and_numbers_of_results_do_not_stop_the_guess():
    """A list cannot be looked up, and half a character stands in no table."""
    mark = item("tag", "labels", id=[1], start=0, end=4, text="They", labels=["Bias", "\ud800"])
    odd = item("\udfff", "choices", choices=["x"])
    tasks = [task(1, work(1, mark, odd, item("voice", "choices", id=[1], choices=["own"])))]
    schema, _ = infer_schema(tasks)

    assert [label.value for label in schema.labels] == ["Bias"]
    assert [(q.name, q.per_region) for q in schema.questions] == [("voice", True)]


def test_a_project_that_is_none_is_told_in_one_of_two_exports(saved, export, tmp_path):
    path, _ = saved(export)
    other = tmp_path / "other.json"
    other.write_text(json.dumps([export[0] | {"project": {}}, export[1] | {"id": 77}]))
    found = score_export([path, other])

    assert any("task 0 is left out: its project is no number" in said for said in found.warnings)


def test_no_email_is_printed_and_nothing_is_written(saved, export, tmp_path):
    path, _ = saved(export)
    found = score_export([path])

    shown = json.dumps([f.to_json() for f in found.figures]) + repr(found)
    assert "@example.org" not in shown
    assert found.evidence.annotators == ("annotator-01", "annotator-02")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["export.json"]


def test_outlets_and_events_come_along_for_the_views(saved, export):
    for number, each in enumerate(export):
        each["data"] |= {"outlet": f"Paper {number % 2}", "event": "vote"}
    path, _ = saved(export)
    evidence = score_export([path]).evidence

    assert set(evidence.outlets.values()) == {"Paper 0", "Paper 1"}
    assert set(evidence.events) == set(evidence.articles)


def test_a_key_tells_articles_apart_across_projects(saved, export):
    for number, each in enumerate(export):
        each["data"]["ref"] = f"a{number // 2}"
        each["annotations"] = each["annotations"][number % 2 : number % 2 + 1]
    path, _ = saved(export)

    assert by_name(score_export([path]))["tone", "", "alpha (nominal)"].units == 0
    assert by_name(score_export([path], key="ref"))["tone", "", "alpha (nominal)"].units == 4


def desks(export, tmp_path):
    """Give every person a project of their own, as the tool's own studies do."""
    paths = []
    for person in range(2):
        own = []
        for number, each in enumerate(export):
            own.append(
                each
                | {
                    "id": each["id"] + 100 * person,
                    "project": person,
                    "data": each["data"] | {"article_id": f"a{number}"},
                    "annotations": each["annotations"][person : person + 1],
                }
            )
        paths.append(tmp_path / f"desk-{person}.json")
        paths[-1].write_text(json.dumps(own))
    return paths


def test_desks_of_one_study_are_scored_together(saved, export, tmp_path):
    path, _ = saved(export)
    together, whole = (by_name(score_export(p)) for p in (desks(export, tmp_path), [path]))

    for about in [("tone", "", "alpha (nominal)"), ("tag", "", "|u-alpha")]:
        assert together[about].value == whole[about].value
        assert together[about].counts == whole[about].counts


def test_an_export_of_one_annotator_asks_for_the_others_first(export, tmp_path):
    paths = desks(export, tmp_path)

    assert score_export(paths[:1]).warnings[0].startswith("only one annotator submitted")
    assert not any("only one annotator" in said for said in score_export(paths).warnings)


def test_the_command_takes_several_exports_and_a_key(export, tmp_path):
    paths = [str(path) for path in desks(export, tmp_path)]
    told = CliRunner().invoke(main, ["score", *paths, "--key", "article_id", "--json"])

    assert told.exit_code == 0, told.output
    alpha = next(f for f in json.loads(told.stdout) if f["measure"] == "alpha (nominal)")
    assert (alpha["question"], alpha["units"], alpha["annotators"]) == ("tone", 8, 2)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("a.json", "t.csv"), "is an export and"),
        (("t.csv", "a.json"), "is a table and"),
        (("t.csv", "--key", "ref"), "--key goes with an export"),
        (("a.json", "--missing", ""), "--missing goes with a table"),
        (("t.csv",), "a column for each coder must be made long first"),
        (("t.csv", *COLUMNS), 'does the label "NA" stand for no label?'),
        (("t.csv", *COLUMNS, "--only", "x"), "name it as well (--question"),
    ],
)
def test_options_that_do_not_fit_the_files_are_told(tmp_path, monkeypatch, given, sentence):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text("[]")
    (tmp_path / "t.csv").write_text("who,what,label\nA,1,NA\nB,1,x\n")
    told = CliRunner().invoke(main, ["score", *given])

    assert told.exit_code == 1
    assert sentence in told.output
    kept = CliRunner().invoke(main, ["score", "t.csv", *COLUMNS, "--missing", "", "--json"])
    assert json.loads(kept.stdout)[0]["missing"] == 0


def test_one_article_with_two_texts_is_one_error(export, tmp_path):
    paths = desks(export, tmp_path)
    tasks = json.loads(paths[1].read_text())
    tasks[3]["data"]["body"] += " Not so."
    paths[1].write_text(json.dumps(tasks))
    with pytest.raises(
        SnapshotError, match=r"Article a3 has one text in .*desk-0.json and another"
    ):
        score_export(paths)


def test_one_project_exported_twice_counts_once(saved, export, tmp_path):
    path, _ = saved(export)
    copy = tmp_path / "copy.json"
    copy.write_bytes(path.read_bytes())
    found = score_export([path, copy])

    assert by_name(found)["tone", "", "alpha (nominal)"].counts.saw == 16
    assert any("8 tasks stand in two of the exports" in said for said in found.warnings)


def test_projects_that_share_no_article_are_told_of_the_key(export, tmp_path):
    paths = desks(export, tmp_path)
    for path in paths:
        tasks = json.loads(path.read_text())
        for each in tasks:
            each["data"]["ref"] = each["data"].pop("article_id")
        path.write_text(json.dumps(tasks))

    assert any("(--key)" in said for said in score_export(paths).warnings)
    keyed = score_export(paths, key="ref")
    assert by_name(keyed)["tone", "", "alpha (nominal)"].units == 8


def test_exports_of_two_servers_are_refused(export, tmp_path):
    """User 1 of one server is not user 1 of the other."""
    paths = desks(export, tmp_path)
    tasks = json.loads(paths[1].read_text())
    for each in tasks:
        each["annotations"][0]["completed_by"]["id"] = 1
    paths[1].write_text(json.dumps(tasks))
    with pytest.raises(SnapshotError, match=r"User 1 is one person in .* and another one in"):
        score_export(paths)


def test_choices_that_look_like_a_scale_are_told_of():
    """Only where they do: a yes or no is no scale, nor is 1st."""
    scales = {"tone": ["1", "2", "3"], "side": ["-1 left", "0 none", "1 right"]}
    scales |= {"ad": ["0", "1"], "rank": ["1st", "2nd", "3rd"], "frame": ["a", "b", "c"]}
    tasks = [
        task(
            n,
            work(
                1,
                *(
                    item(name, "choices", choices=[given[n]])
                    for name, given in scales.items()
                    if n < len(given)
                ),
            ),
        )
        for n in range(3)
    ]
    _, warnings = infer_schema(tasks)

    told = [said for said in warnings if "scale guessed: nominal" in said]
    assert told == [
        f"{name}: scale guessed: nominal; the values look like numbers" for name in ("Tone", "Side")
    ]


def test_what_is_left_out_is_said(saved, export):
    export[0]["annotations"][0]["result"][0]["value"]["end"] = 999
    export.append({"id": 99, "data": {"body": " "}, "annotations": []})
    path, config = saved(export, CONFIG)
    found = score_export([path], config)

    assert 'task 99 is left out: its data have no text in "body"' in found.warnings
    assert any(
        said.startswith("pieces of work set aside: bad offsets 1") for said in found.warnings
    )
    assert by_name(found)["tag", "", "|u-alpha"].counts.missing == 1


def test_a_page_is_read_by_what_it_shows(saved):
    page = "<p>They said <b>he lied</b>.</p>"
    mark = item("tag", "hypertextlabels", hypertextlabels=["Bias"])
    mark["value"] |= {"globalOffsets": {"start": 10, "end": 17}, "start": "/p", "end": "/p"}
    tasks = [task(n, work(1, mark), work(2, mark), text=page) for n in range(5)]
    path, _ = saved(tasks)
    found = by_name(score_export([path]))

    assert found["tag", "", "overlap F1"].value == 1


@pytest.mark.parametrize(
    ("content", "kind", "sentence"),
    [
        ("{}", SnapshotError, "holds no list of tasks"),
        ("no", SnapshotError, "is no JSON"),
        ('[{"id": 1, "tone": "hot"}]', SnapshotError, "choose JSON, not JSON-MIN"),
        ("[]", SnapshotError, "holds no tasks"),
        ('[{"id": 1, "data": {}, "annotations": []}]', ConfigError, "--config"),
        ('[{"id": 1, "data": [], "annotations": 7}, null]', ConfigError, "--config"),
    ],
)
def test_what_is_no_export_is_told_in_one_sentence(saved, content, kind, sentence):
    path, _ = saved(content)
    with pytest.raises(kind) as caught:
        score_export([path])

    assert sentence in str(caught.value)


def test_a_file_that_is_not_there_and_a_config_of_another_project(saved, export, tmp_path):
    with pytest.raises(SnapshotError, match="cannot be read"):
        score_export([tmp_path / "none.json"])
    path, config = saved(export, CONFIG)
    path.write_text(json.dumps([task(1, work(1, item("mood", "choices", choices=["a"])))]))
    with pytest.raises(SnapshotError, match="annotated with another scheme"):
        score_export([path], config)
