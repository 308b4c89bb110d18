"""The documents of a dataset say what is known, ask for the rest, and give nobody away."""

import hashlib
import json
from dataclasses import replace
from fnmatch import fnmatchcase

import pandas as pd
import pytest
import yaml
from lxml import html
from made_study import annotated, made_study
from markdown_it import MarkdownIt
from trained_study import DESCRIBED, SECRETS, trained_study

from annotate import workflow
from annotate.dataset import Choices
from annotate.dataset.documents import About, documents
from annotate.dataset.documents.every import readme
from annotate.dataset.documents.tally import Tally
from annotate.dataset.folder import written
from annotate.dataset.splits import Splitting
from annotate.described import Described
from annotate.summary import two_decimals
from annotate.workflow.dataset import dataset_about

WRITTEN = ("README.md", "DATASHEET.md", "DATA_STATEMENT.md", "CITATION.cff", "croissant.json")
SHEETS = WRITTEN[:3]
FILL_IN = "> **Fill in:**"
ASKED_OF_PEOPLE = "Who the annotators are, how they were chosen and what they were paid."


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return trained_study(tmp_path_factory.mktemp("documents"))


@pytest.fixture(scope="module")
def plain(study, tmp_path_factory):
    """Export it without text and without a split."""
    folder = tmp_path_factory.mktemp("plain") / "dataset"
    workflow.export(study, folder)
    return folder


@pytest.fixture(scope="module")
def full(study, tmp_path_factory):
    """Export it with text, split, and described in study.toml."""
    top = tmp_path_factory.mktemp("full")
    toml = study.root / "study.toml"
    before = toml.read_text(encoding="utf-8")
    toml.write_text(before + DESCRIBED, encoding="utf-8")
    splitting = Splitting("outlet", (0.5, 0.25, 0.25), question="genre")
    workflow.export(study, top / "dataset", Choices(with_text=True), splitting)
    toml.write_text(before, encoding="utf-8")
    return top / "dataset"


def read(folder, name):
    return (folder / name).read_text(encoding="utf-8")


def front_of(folder):
    _, front, card = read(folder, "README.md").split("---\n", 2)
    return yaml.safe_load(front), card


def page_of(markdown):
    maker = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    return html.fromstring(f"<div>{maker.render(markdown)}</div>")


def rows_of(page, heading):
    """Give the cells of the first table under a heading."""
    table = page.xpath(f"//h2[text()='{heading}']/following-sibling::table[1]")[0]
    return [[cell.text_content() for cell in row] for row in table.xpath("tbody/tr")]


# --- the card ---


def test_the_front_matter_names_files_that_are_there(plain, full):
    for folder, splits in ((plain, 1), (full, 3)):
        front, _ = front_of(folder)
        paths = [each["path"] for config in front["configs"] for each in config["data_files"]]
        assert sorted(paths) == sorted(
            p.relative_to(folder).as_posix() for p in (folder / "data").rglob("*.parquet")
        )
        assert len(paths) == 3 * splits
        assert [c["config_name"] for c in front["configs"] if c.get("default")] == ["annotations"]
        assert front["size_categories"] == ["n<1K"]
        assert front["task_categories"] == ["text-classification", "token-classification"]


def test_the_figures_of_the_card_are_those_of_the_summary(study, plain):
    summary = workflow.summary(study)
    page = page_of(front_of(plain)[1])
    rows = rows_of(page, "Agreement")
    assert len(rows) == len(summary.readable) > 20
    for row, figure in zip(rows, summary.readable, strict=True):
        assert row[1:3] == [figure.measure, two_decimals(figure.value)]
        assert row[4:6] == [str(figure.articles), str(figure.annotators)]
        low = two_decimals(figure.low)
        assert row[3] == (f"{low} to {two_decimals(figure.high)}" if low else "none")
    people = rows_of(page, "Who did what")
    assert [[int(cell) for cell in row[1:6]] for row in people] == [
        [p.submitted, p.skipped, p.draft, p.unseen, p.spans] for p in summary.progress
    ]
    assert json.loads(read(plain, "summary.json")) == json.loads(json.dumps(summary.to_json()))


def test_weak_fields_are_those_whose_interval_does_not_lie_above_the_cut_off(study, plain):
    weak = page_of(front_of(plain)[1]).xpath("//h3[1]/following-sibling::ul[1]/li")
    said = [each.text_content() for each in weak]
    figures = json.loads(read(plain, "summary.json"))["agreement"]
    genre = next(f for f in figures if f["question"] == "genre")
    assert any(two_decimals(genre["value"]) in each and ".667" in each for each in said)
    assert len(said) > 5


def test_training_rounds_schemes_and_codebook_are_told(study, plain):
    card = front_of(plain)[1]
    scheme, codebook = (
        hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in (study.config_path, study.codebook_path)
    )
    assert rows_of(page_of(card), "Scheme, codebook and rounds") == [
        ["trial", "training", "2", "2", "4", scheme, codebook],
        ["main", "annotation", "3", "6", "18", scheme, codebook],
        ["settled", "adjudication", "1", "1", "1", scheme, "not recorded"],
    ]
    assert "2 annotators had submitted work in training" in card
    assert "reference labels: ada, there for 4 of these visits" in card
    assert "An adjudicator decided something about 1 article" in card
    assert "Submitted: 6 articles by 3." in card


def test_the_files_of_the_card_are_those_of_the_folder(plain, full):
    for folder in (plain, full):
        patterns = set(_told(folder))
        there = {file.name for file in written(folder)}
        for pattern in patterns:
            assert any(fnmatchcase(name, pattern) for name in there), pattern
        for name in there:
            assert any(fnmatchcase(name, pattern) for pattern in patterns), name


def _told(folder):
    cells = page_of(front_of(folder)[1]).xpath("//h2[text()='Files']/following-sibling::table[1]")
    return [code.text for code in cells[0].xpath(".//tr/td[1]/code")]


def test_the_split_its_strata_and_its_leakage_are_told(full, plain):
    card = front_of(full)[1]
    told = card[card.index("## Splits") :].split("\n\n")[1]
    counts = pd.read_parquet(full / "tables" / "articles.parquet")["split"].value_counts()
    for name in ("train", "validation", "test"):
        assert f"{name} {counts[name]}" in told
    assert "Split by outlet (seed 0)" in told
    assert "consensus on genre" in told
    assert "0 groups of near duplicates" in told
    assert "There is no split" in front_of(plain)[1]


def test_the_card_without_an_export_is_the_one_that_an_export_writes(study, plain):
    about = dataset_about(study, [study.counted_tables().visits])
    assert readme(about, workflow.summary(study)) == read(plain, "README.md")


# --- what is not known ---


def test_what_nobody_said_is_asked_for_and_nothing_is_invented(plain):
    front, card = front_of(plain)
    assert "license" not in front
    assert "No licence has been chosen" in card
    assert "nobody may assume" in card
    assert f"{FILL_IN} {ASKED_OF_PEOPLE}" in card
    cited = yaml.safe_load(read(plain, "CITATION.cff"))
    assert not {"license", "date-released", "url", "version"} & set(cited)
    document = json.loads(read(plain, "croissant.json"))
    assert not {"license", "datePublished", "citeAs", "creator", "url"} & set(document)
    assert "rai:annotatorDemographics" not in document


def test_what_was_said_is_told_and_no_longer_asked_for(full, plain):
    front, card = front_of(full)
    assert (front["license"], front["pretty_name"]) == ("cc-by-4.0", "Harbour frames")
    assert "Lovelace, Ada; Harbour Institute (2026): Harbour frames. Dataset." in card
    assert "licensed under CC-BY-4.0" in card
    assert "The texts are their publishers'." in card
    cited = yaml.safe_load(read(full, "CITATION.cff"))
    assert cited["authors"] == [
        {"family-names": "Lovelace", "given-names": "Ada"},
        {"name": "Harbour Institute"},
    ]
    assert (cited["license"], str(cited["date-released"])) == ("CC-BY-4.0", "2026-05-01")
    document = json.loads(read(full, "croissant.json"))
    assert document["license"] == "https://spdx.org/licenses/CC-BY-4.0.html"
    assert document["datePublished"] == "2026-05-01"
    for name in SHEETS[:2]:
        assert read(full, name).count(FILL_IN) < read(plain, name).count(FILL_IN)


@pytest.mark.parametrize(
    ("arm", "mode", "says"),
    [
        ("blind", "desks", "without each other's work"),
        ("blind", "shared", "could open each other's work"),
        ("open", "desks", "Whether annotators could see each other's work is not recorded"),
    ],
)
def test_independence_is_told_only_where_it_is_known(study, arm, mode, says):
    summary = replace(workflow.summary(study), blind=arm == "blind")
    about = dataset_about(study, [study.counted_tables().visits])
    rounds = tuple(replace(each, shared=mode == "shared") for each in about.rounds)
    made = documents(replace(about, rounds=rounds), summary, ())
    assert says in made["DATASHEET.md"].decode()
    alone = (arm, mode) == ("blind", "desks")
    assert ("independently of one another" in made["README.md"].decode()) is alone


def test_the_sheets_have_the_sections_of_their_models(plain):
    sheet, statement = (page_of(read(plain, name)).xpath("//h2/text()") for name in SHEETS[1:])
    assert [each.split(". ")[0] for each in sheet] == list("1234567")
    assert [each.split(". ")[0] for each in statement] == list("ABCDEFGHI")
    for name in SHEETS[1:]:
        page = page_of(read(plain, name))
        assert len(page.xpath("//blockquote")) == read(plain, name).count(FILL_IN) > 5


def test_a_study_that_nobody_annotated_says_so(tmp_path):
    made = made_study(tmp_path, texts=("Nobody has read this.",))
    workflow.export(made, tmp_path / "out")
    front, card = front_of(tmp_path / "out")
    assert front["annotations_creators"] == ["no-annotation"]
    assert "Nobody has submitted any work yet." in card
    assert "There is no figure of agreement yet" in card
    document = json.loads(read(tmp_path / "out", "croissant.json"))
    assert "rai:dataAnnotationPlatform" not in document
    assert "rai:dataCollectionTimeframe" not in document


# --- the same, and nobody given away ---


def test_the_same_study_gives_the_same_documents(study, plain, tmp_path):
    workflow.export(study, tmp_path / "again")
    for name in WRITTEN:
        assert (tmp_path / "again" / name).read_bytes() == (plain / name).read_bytes()


@pytest.mark.parametrize("size", [1, 4])
def test_counting_part_by_part_gives_the_same_documents(study, plain, size, tmp_path, monkeypatch):
    monkeypatch.setattr("annotate.study.parted.PART", size)
    workflow.export(study, tmp_path / "again")
    for name in SHEETS:
        assert (tmp_path / "again" / name).read_bytes() == (plain / name).read_bytes()


def test_what_is_counted_of_parts_adds_up(study):
    visits = study.counted_tables().visits
    asked = {"ada": set(visits["article_id"][:5])}
    parts = [Tally.of(own, asked) for _, own in visits.groupby("article_id")]
    assert Tally.joined(parts) == Tally.of(visits, asked)
    assert len(Tally.joined(parts).read) == visits["article_id"][:5].nunique()


def test_no_byte_leads_to_a_person(study, plain, full):
    assert all(_is_in_private(study, secret) for secret in SECRETS)
    for folder in (plain, full):
        for path in (path for path in folder.rglob("*") if path.is_file()):
            said = path.read_bytes()
            if path.suffix == ".parquet":  # its pages are compressed
                table = pd.read_parquet(path)
                said += table.to_json(force_ascii=False, orient="split").encode()
            for secret in SECRETS:
                assert secret.encode() not in said, (path, secret)


def _is_in_private(study, secret):
    return any(secret.encode() in p.read_bytes() for p in study.private.rglob("*") if p.is_file())


def test_croissant_names_every_other_file_with_its_sum(plain, full):
    for folder in (plain, full):
        document = json.loads(read(folder, "croissant.json"))
        objects = [each for each in document["distribution"] if "sha256" in each]
        sums = {each["contentUrl"]: each["sha256"] for each in objects}
        there = {file.name: file.sha256 for file in written(folder)}
        del there["croissant.json"], there["SHA256SUMS"]
        assert sums == there
        assert all(each["description"] for each in objects)


# --- what people wrote does nothing ---

NASTY = (
    '"\n---\nlicense: mit\n# Owned <script>alert(1)</script> {{ 7*7 }} {% raw %} | [x](http://e.x) '
    "![i](http://e.x/i) `code` \\ </td> ' &amp; \u202e\x00 - yes: no"
)


def test_words_of_others_stay_words(study, plain):
    summary = replace(workflow.summary(study), name=NASTY, warnings=(NASTY,))
    about = dataset_about(study, [study.counted_tables().visits])
    said = Described(
        title=NASTY,
        description=NASTY,
        creators=(NASTY, NASTY.replace(",", "") + "," + NASTY.replace(",", "")),
        text_rights=NASTY,
    )
    rounds = tuple(replace(each, name=NASTY, reference=NASTY) for each in about.rounds)
    odd = replace(about, said=said, rounds=rounds, languages=((NASTY, 2),))
    made = documents(odd, summary, written(plain))
    line = " ".join(NASTY.replace("\x00", " ").split())
    for name in SHEETS:
        text = made[name].decode()
        card = text.split("---\n", 2)[2] if name == "README.md" else text
        page = page_of(card)
        assert page.xpath("//script | //img | //a | //h1/*") == [], name
        assert len(page.xpath("//h1")) == 1, name
        assert line in " ".join(page.xpath("//h1")[0].text_content().split()), name
    front = yaml.safe_load(made["README.md"].decode().split("---\n")[1])
    assert "license" not in front
    assert front["pretty_name"] == line
    cited = yaml.safe_load(made["CITATION.cff"])
    assert (cited["title"], "license" in cited) == (line, False)
    document = json.loads(made["croissant.json"])
    assert document["name"] == NASTY
    assert "license" not in document


def test_documents_of_nothing_known_are_made_all_the_same(tmp_path):
    made = made_study(tmp_path)
    annotated(made)
    told = documents(About(), workflow.summary(made), ())
    assert tuple(sorted(told)) == tuple(sorted(WRITTEN))
