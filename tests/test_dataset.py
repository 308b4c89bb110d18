"""The dataset: all that was said, nothing that leads to a person, and never half of it."""

import csv
import hashlib
import json
import re
import shutil
import zlib
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt
from pieces import whole_piece

from annotate import workflow
from annotate.consensus.decided import Decided
from annotate.dataset import Choices, dataset_card, public
from annotate.dataset.export import write_dataset
from annotate.dataset.folder import making
from annotate.dataset.plan import Plan
from annotate.dataset.writers import guarded, write_csv
from annotate.errors import ExportError
from annotate.recorded import read_recorded, to_result
from annotate.resources import resource
from annotate.studio.people import claim_email
from annotate.study import Settings, Study
from annotate.summary import DEMONSTRATION

EMAIL, TOKEN = "{}.private@newsroom.example", "f00dfeedf00dfeedf00dfeedf00dfeedf00dfeed"
CLOCK, REGION, ANNOTATION, TASK = "T09:41:27.123456Z", "LSregion", 987_650_000, 876_540_000
# So long that no compressed byte and no size of a file is one by chance.
NAME, USER = "Théodorine Quillónez", 654_321_000
NOTE = "A note in my own words, written down for nobody else."
FORMULA = '=HYPERLINK("http://evil.example","x")'


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Annotate the demonstration's articles by means of an export as Label Studio writes it."""
    root = tmp_path_factory.mktemp("dataset")
    made = Study.create(
        root / "study",
        Settings("Étude *one* <b>", ("ada", "ben", "cleo")),
        config=resource("label_config.xml").read_bytes(),
        codebook=resource("codebook.md").read_bytes(),
    )
    from annotate.articles import Metadata

    workflow.add(made, [resource("seeds")], Metadata(outlet="", event=""))
    for name in ("ada", "ben", "cleo"):
        claim_email(made.people_path, name, EMAIL.format(name))
    (root / "export.json").write_text(json.dumps(_tasks(made)))
    outcome = workflow.pull_file(made, root / "export.json")
    assert outcome.submitted > 10
    first = made.articles()["article_id"][0]
    workflow.edit(made, first, {"outlet": FORMULA, "title": "-2"})
    (made.private / "token").write_text(TOKEN)
    return made


def _tasks(study):
    articles, schema = study.articles(), study.schema()
    tasks = []
    for number, article in enumerate(articles.to_dict("records")):
        name = article["source_file"].rsplit("/", 1)[-1]
        data = {"text": article["text"], "article_id": article["article_id"]}
        work = [w for w in read_recorded(resource("seeds") / "labels.jsonl") if w.file == name]
        annotations = [_annotation(w, place, data["text"], schema) for place, w in enumerate(work)]
        tasks.append({"id": TASK + number, "project": 7, "data": data, "annotations": annotations})
    return tasks


def _annotation(work, place, text, schema):
    result = [
        {**item, "id": f"{REGION}-{item['id']}"}
        for item in to_result(work, text, schema)
        if item["from_name"] != "note"
    ]
    note = {"from_name": "note", "to_name": "text", "type": "textarea", "value": {"text": [NOTE]}}
    email = EMAIL.format(work.annotator)
    return {
        "id": ANNOTATION + place,
        "completed_by": {"id": USER + place, "email": email, "first_name": NAME},
        "updated_by": email,
        "result": [*result, {**note, "id": "n"}],
        "was_cancelled": work.status == "skipped",
        "created_at": f"2025-08-0{place + 1}{CLOCK}",
        "updated_at": f"2025-08-0{place + 1}{CLOCK}",
        "lead_time": work.seconds,
    }


@pytest.fixture(scope="module")
def summary(study):
    return workflow.summary(study)


@pytest.fixture(scope="module")
def once(study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("once") / "dataset"
    workflow.export(study, folder)
    return folder


@pytest.fixture
def exported(once, tmp_path):
    """Give a dataset of one's own."""
    return shutil.copytree(once, tmp_path / "dataset")


def everything(folder):
    """Give all text of a dataset, that inside Parquet too."""
    said = []
    for path in sorted(folder.rglob("*")):
        said.append(path.name)
        if path.is_dir():
            continue
        if path.suffix == ".parquet":
            said.append(pd.read_parquet(path).to_json(force_ascii=False, orient="split"))
            said.append(path.read_bytes().decode("latin-1"))
        elif path.suffix == ".spacy":
            said.append(zlib.decompress(path.read_bytes()).decode("utf-8", "replace"))
        else:
            said.append(path.read_text(encoding="utf-8"))
    return "\n".join(said)


def bytes_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if not path.is_dir()
    }


# --- what stays at home ---


def test_nothing_leads_to_a_person_or_to_label_studio(exported):
    text = everything(exported)
    for secret in ("private@", "newsroom.example", NAME, TOKEN, "T09:41", "09:41:27", REGION):
        assert secret not in text, secret
    assert not re.search(r"98765000\d|87654000\d|65432100\d", text)
    assert not re.search(r"[\w.]+@[\w.]+\.\w+", text)
    assert NOTE not in text


def test_the_day_stays(exported):
    visits = pd.read_parquet(exported / "tables" / "visits.parquet")
    assert set(visits["created_at"]) - {""} <= {f"2025-08-0{n}" for n in range(1, 4)}
    assert (visits["created_at"] != "").any()


def test_the_study_does_hold_what_the_dataset_leaves_out(study):
    assert NOTE in set(study.tables().answers["value"])
    assert study.tables().visits["created_at"].str.contains("T09:41").any()
    assert study.tables().visits["annotation_id"].str.startswith("98765").any()


def test_article_text_and_notes_leave_only_if_asked_for(study, tmp_path, exported):
    texts = study.articles()["text"].tolist()
    lean = everything(exported)
    # Spans are quoted up to 200 characters: any longer stretch would be the article's text.
    windows = [text[n : n + 201] for text in texts for n in range(0, len(text) - 201, 50)]
    assert len(windows) > 100
    assert not any(window in lean for window in windows)
    workflow.export(study, tmp_path / "full", Choices(with_text=True, with_notes=True))
    full = everything(tmp_path / "full")
    assert (
        pd.read_parquet(tmp_path / "full" / "tables" / "articles.parquet")["text"].tolist() == texts
    )
    assert NOTE in full
    assert "private@" not in full
    assert "The articles' text is included" in full
    assert "The articles' text is included" not in lean


def test_a_moment_that_is_no_date_is_left_out(study):
    tables = study.tables()
    odd = tables.visits.assign(created_at="a@b.org, 9:41", updated_at="2025-08-01 09:41")
    given_out = public(study.articles(), _with(tables, visits=odd), study.schema()).visits
    assert set(given_out["created_at"]) == {""}
    assert set(given_out["updated_at"]) == {"2025-08-01"}


def _with(tables, **changed):
    return type(tables)(**{**vars(tables), **changed})


def test_long_spans_are_given_by_offsets_only_without_text(study):
    tables = study.tables()
    long = tables.spans.assign(text="x" * 201)
    schema = study.schema()
    lean = public(study.articles(), _with(tables, spans=long), schema)
    full = public(study.articles(), _with(tables, spans=long), schema, Choices(with_text=True))
    assert set(lean.spans["text"]) == {""}
    assert set(full.spans["text"]) == {"x" * 201}


# --- all that was said ---


def test_rows_out_are_rows_in(study, exported):
    tables = study.tables()
    notes = tables.answers["question"] == "note"
    for name, rows in {
        "articles": len(study.articles()),
        "visits": len(tables.visits),
        "answers": len(tables.answers) - int(notes.sum()),
        "spans": len(tables.spans),
    }.items():
        assert len(pd.read_parquet(exported / "tables" / f"{name}.parquet")) == rows > 0
        with (exported / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) == rows
    place = {name: n for n, name in enumerate(study.articles()["article_id"])}
    in_order = tables.spans.sort_values("article_id", key=lambda ids: ids.map(place), kind="stable")
    written = pd.read_parquet(exported / "tables" / "spans.parquet")
    for column in ("visit_id", "label", "start", "end", "text"):
        assert written[column].tolist() == in_order[column].tolist()


def test_every_answer_about_a_span_still_finds_it(study, exported):
    answers, spans = (
        pd.read_parquet(exported / "tables" / f"{n}.parquet") for n in ("answers", "spans")
    )
    assert spans["span_id"].is_unique
    asked = answers[answers["span_id"] != ""].merge(spans, on="span_id")
    before = study.tables().answers.merge(study.tables().spans, on="span_id")
    columns = ["question", "value", "label", "start", "end"]
    assert len(asked) > 10
    assert sorted(asked[columns].itertuples(index=False, name=None)) == sorted(
        before[columns].itertuples(index=False, name=None)
    )


def test_json_lines_hold_the_same_work_article_by_article(study, exported):
    lines = [json.loads(line) for line in (exported / "articles.jsonl").open(encoding="utf-8")]
    assert [line["article_id"] for line in lines] == study.articles()["article_id"].tolist()
    spans = [s for line in lines for visit in line["visits"] for s in visit["spans"]]
    assert len(spans) == len(study.tables().spans)
    assert any(span["answers"] for span in spans)


def test_the_sums_are_right_and_complete(exported):
    lines = (exported / "SHA256SUMS").read_text().splitlines()
    listed = dict(reversed(line.split("  ")) for line in lines)
    files = {name: hashlib.sha256(b).hexdigest() for name, b in bytes_of(exported).items()}
    del files["SHA256SUMS"]
    assert listed == files


def test_the_scheme_and_the_codebook_come_along(study, exported):
    assert (exported / "label_config.xml").read_bytes() == study.config_path.read_bytes()
    assert (exported / "codebook.md").read_bytes() == study.codebook_path.read_bytes()


def test_the_same_study_gives_the_same_bytes(study, tmp_path, exported):
    workflow.export(study, tmp_path / "again")
    assert bytes_of(tmp_path / "again") == bytes_of(exported)
    assert workflow.dataset_archive(study) == workflow.dataset_archive(study)


def test_a_study_without_any_work_can_be_exported(tmp_path):
    study = Study.create(
        tmp_path / "study",
        Settings("S"),
        config=resource("label_config.xml").read_bytes(),
        codebook=b"",
    )
    workflow.export(study, tmp_path / "out")
    assert len(pd.read_parquet(tmp_path / "out" / "tables" / "spans.parquet")) == 0
    assert (tmp_path / "out" / "articles.jsonl").read_bytes() == b""


# --- CSV ---


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_cell_that_a_spreadsheet_would_run_is_guarded(start):
    assert guarded(f"{start}SUM(A1)") == f"'{start}SUM(A1)"


@pytest.mark.parametrize("cell", ["-2", "+1.5", "plain", "", "a=b", 3, None])
def test_other_cells_stay_as_they_are(cell):
    assert guarded(cell) == cell


def test_flags_of_figures_are_joined_in_csv(exported):
    table = pd.read_csv(exported / "tables" / "agreement.csv", keep_default_na=False)
    known = pd.read_parquet(exported / "tables" / "agreement.parquet")["flags"]
    assert table["flags"].tolist() == [" | ".join(flags) for flags in known]
    assert any(table["flags"])


def test_formulas_are_guarded_in_csv_and_whole_in_parquet(exported):
    articles = pd.read_csv(exported / "tables" / "articles.csv")
    assert articles["outlet"][0] == f"'{FORMULA}"
    assert articles["title"][0] == "-2"
    assert pd.read_parquet(exported / "tables" / "articles.parquet")["outlet"][0] == FORMULA


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_any_cells_are_read_back_row_by_row(tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("csv") / "x.csv"
    write_csv(pd.DataFrame({"cell": pd.Series(cells, dtype="str")}), path)
    table = pd.read_csv(path, keep_default_na=False, dtype="str")
    assert table["cell"].tolist() == [guarded(cell) for cell in cells]
    with path.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == len(cells) + 1


# --- the folder ---


@pytest.mark.parametrize(
    "files",
    [
        {"thesis.docx": b"x"},
        {"SHA256SUMS": b"00  debian.iso\n", "debian.iso": b"x"},
        {"SHA256SUMS": b"", "notes.txt": b"x"},
        {"SHA256SUMS": b"\xff"},
    ],
)
def test_a_folder_with_anything_else_is_refused_and_left_alone(study, tmp_path, files):
    target = tmp_path / "mine"
    target.mkdir()
    for name, content in files.items():
        (target / name).write_bytes(content)
    with pytest.raises(ExportError, match="no export of ours wrote"):
        workflow.export(study, target)
    assert bytes_of(target) == files


def test_a_dataset_that_somebody_added_a_file_to_is_left_alone(study, exported):
    (exported / "notes.txt").write_text("mine")
    with pytest.raises(ExportError, match=r"notes\.txt"):
        workflow.export(study, exported)
    assert (exported / "notes.txt").exists()
    (exported / "notes.txt").unlink()
    (exported / "more").mkdir()
    with pytest.raises(ExportError, match="more"):
        workflow.export(study, exported)


@pytest.mark.parametrize("place", [".", "private"])
def test_the_study_itself_is_never_replaced(study, place):
    with pytest.raises(ExportError):
        workflow.export(study, study.root / place)
    assert study.key()


def test_a_file_in_the_way_is_refused(study, tmp_path):
    (tmp_path / "file").write_text("mine")
    for target in (tmp_path / "file", tmp_path / "file" / "deeper"):
        with pytest.raises(ExportError):
            workflow.export(study, target)
    assert (tmp_path / "file").read_text() == "mine"


def test_an_earlier_dataset_and_an_empty_folder_are_replaced(study, tmp_path, exported):
    before = bytes_of(exported)
    workflow.export(study, exported, Choices(with_text=True))
    assert bytes_of(exported).keys() > before.keys()  # some formats need the text
    assert bytes_of(exported)["tables/articles.parquet"] != before["tables/articles.parquet"]
    workflow.export(study, exported)
    assert bytes_of(exported) == before
    (tmp_path / "empty").mkdir()
    assert workflow.export(study, tmp_path / "empty")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dataset", "empty"]


def test_a_crash_half_way_leaves_no_half_and_the_earlier_dataset(study, summary, exported):
    before = bytes_of(exported)
    with pytest.raises(ExportError):
        _export(study, summary, exported, {"no/such/folder.md": b"x"})
    assert bytes_of(exported) == before
    assert [path.name for path in exported.parent.iterdir()] == ["dataset"]


def test_a_crash_half_way_leaves_no_new_folder(study, summary, tmp_path):
    with pytest.raises(ExportError, match="new"):
        _export(study, summary, tmp_path / "new", {"no/such/folder.md": b"x"})
    assert list(tmp_path.iterdir()) == []


def _export(study, summary, target, documents):
    tables = public(study.articles(), study.tables(), study.schema())
    piece = whole_piece(tables, summary.evidence, Decided())
    plan = Plan(study.schema(), b"", ("ada", "ben", "cleo"))
    with making(target) as folder:
        write_dataset(folder, [piece], plan, summary, documents)


def test_the_earlier_dataset_comes_back_if_the_new_one_cannot_be_put_in_place(
    study, summary, exported, monkeypatch
):
    before, rename = bytes_of(exported), type(exported).rename

    def failing(self, target):
        if self.name == exported.name and self != exported:
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(type(exported), "rename", failing)
    with pytest.raises(ExportError, match="No space left"):
        _export(study, summary, exported, {})
    monkeypatch.undo()
    assert bytes_of(exported) == before


# --- the card ---


def rendered(card):
    return html.fromstring(MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(card))


@settings(deadline=None, max_examples=60)
@given(
    st.text(
        st.sampled_from("ab <>&*_`[]()!#|\\~$-+1.:/\"'=\n\té") | st.characters(codec="utf-8"),
        min_size=1,
        max_size=20,
    ).filter(str.strip)
)
def test_no_name_breaks_out_of_the_card(summary, name):
    first = replace(summary.progress[0], annotator=name)
    figure = replace(summary.figures[0], title=name, reason=name)
    page = rendered(
        dataset_card(
            replace(summary, name=name, progress=(first,), figures=(figure,), warnings=(name,))
        )
    )
    assert page.xpath("//script | //img | //a | //b | //h1/*") == []
    assert len(page.xpath("//table")) == 4
    assert {len(row) for row in page.xpath("//table[1]//tr")} == {7}
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("//table[1]/tbody/tr")[0].xpath("td")[0].xpath("*") == []


def test_the_card_names_the_study_and_counts_it(study, exported):
    page = rendered((exported / "README.md").read_text(encoding="utf-8"))
    assert page.xpath("string(//h1)") == "Étude *one* <b>"
    people = [row.xpath("string(td[1])") for row in page.xpath("//table[1]/tbody/tr")]
    assert people == ["ada", "ben", "cleo"]
    counted = sum(int(row.xpath("string(td[2])")) for row in page.xpath("//table[1]/tbody/tr"))
    assert counted == (study.tables().visits["status"] == "submitted").sum()


def test_the_card_holds_what_is_read_first_and_the_table_everything(summary, exported):
    page = rendered(dataset_card(summary))
    table = pd.read_parquet(exported / "tables" / "agreement.parquet")

    assert len(page.xpath("//table[2]/tbody/tr")) == len(summary.readable)
    assert len(table) == len(summary.figures) > len(summary.readable)
    assert {"below_667", "below_800", "flags"} <= set(table.columns)


def test_only_a_demonstration_says_that_it_is_one(summary):
    assert DEMONSTRATION in dataset_card(replace(summary, demonstration=True))
    assert "demonstration" not in dataset_card(summary)
