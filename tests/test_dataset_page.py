"""The dataset page tells what an export writes, and packs when asked to."""

import io
import json
import shutil
import zipfile
from fnmatch import fnmatchcase

import pandas as pd
import pytest
from lxml import html as lxml_html
from made_study import annotated, made_study
from streamlit.testing.v1 import AppTest

from annotate.dataset.plan import Choices
from annotate.findings.holdings import holdings, kept_apart
from annotate.report.html.dataset import card_html
from annotate.report.running import STUDY_VARIABLE
from annotate.resources import resource
from annotate.study import Study
from annotate.workflow import dataset_archive, export, summary


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Three people on six articles, with notes."""
    made = made_study(tmp_path_factory.mktemp("dataset_page"))
    annotated(made)
    return made


@pytest.fixture
def copy(study, tmp_path):
    """Give a copy that a test may change."""
    shutil.copytree(study.root, tmp_path / "study")
    return Study(tmp_path / "study")


@pytest.fixture
def shown(monkeypatch):
    """Open the page on a study."""
    monkeypatch.syspath_prepend(str(resource("reports")))

    def show(study):
        monkeypatch.setenv(STUDY_VARIABLE, str(study.root))
        app = AppTest.from_file(resource("reports") / "app.py", default_timeout=90).run()
        app.switch_page("dataset.py").run()
        assert not app.exception
        return app

    return show


def _html(app):
    bodies = [element.proto.body for element in app.get("html")]
    return "\n".join(body for body in bodies if not body.startswith("<style>"))


def _downloads(app):
    return app.get("download_button")


@pytest.mark.parametrize("with_text", [False, True])
@pytest.mark.parametrize("with_notes", [False, True])
def test_what_it_would_hold_is_what_an_export_holds(study, tmp_path, with_text, with_notes):
    choice = {"with_text": with_text, "with_notes": with_notes}
    parts = (summary(study), study.articles(), study.counted_tables(), study.schema())
    held = holdings(*parts, **choice)
    top = (tmp_path / "out").resolve()
    names = export(study, top, Choices(**choice))
    files = {p.relative_to(top).as_posix(): p for p in names}
    named = set()
    for file in held.files:
        stem, _, other = file.name.partition(".csv, ")
        patterns = [f"{stem}.csv", f"{stem}{other}"] if other else [file.name]
        there = {name for name in files if any(fnmatchcase(name, each) for each in patterns)}
        assert len(there) >= len(patterns), file.name
        named |= there
        if not file.is_table or file.name == "articles.jsonl":
            continue
        for name in there:
            if name.endswith(".parquet"):
                written = pd.read_parquet(files[name])
                assert file.rows in {None, len(written)}
                assert file.columns in {(), tuple(written.columns)}
    assert named == set(files)
    assert len(files["articles.jsonl"].read_text().splitlines()) == len(study.articles())
    left = {each.what: each.times for each in held.left_out}
    assert ("the articles’ texts" in left) is not with_text
    assert left.get("annotators’ notes") == (None if with_notes else 18)


def test_work_of_training_and_adjudication_is_counted_as_kept_apart(study):
    tables = study.tables()
    assert kept_apart(tables, frozenset()) == ()
    (apart,) = kept_apart(tables, {"main"})
    assert (apart.round, apart.submitted) == ("main", 18)
    parts = (summary(study), study.articles(), study.counted_tables(), study.schema())
    left = {each.what: each.times for each in holdings(*parts, (apart,)).left_out}
    assert left["work of the round “main”"] == 18


def test_nothing_is_packed_until_asked_and_another_choice_packs_anew(study, shown):
    app = shown(study)
    assert not _downloads(app)
    app.button(key="pack").click().run()
    assert not app.exception
    assert "zip" in _downloads(app)[0].proto.label
    app.checkbox(key="with_notes").check().run()
    assert not _downloads(app)
    assert "Mind the annotators" in _html(app)
    app.button(key="pack").click().run()
    assert _downloads(app)


def test_the_archive_holds_notes_only_when_asked(study):
    bare, full = (
        zipfile.ZipFile(io.BytesIO(dataset_archive(study, Choices(with_notes=asked))))
        for asked in (False, True)
    )
    assert b"own words" not in bare.read("dataset/tables/answers.csv")
    assert b"own words" in full.read("dataset/tables/answers.csv")
    assert bare.namelist() == full.namelist()
    line = json.loads(full.read("dataset/articles.jsonl").splitlines()[0])
    assert {"visits", "text_sha256"} <= set(line)
    assert dataset_archive(study) == dataset_archive(study)


def test_the_card_is_shown_and_its_words_do_nothing(copy, shown):
    articles = copy.articles()
    copy.save_articles(articles.assign(outlet="<script>alert(1)</script>"))
    toml = (copy.root / "study.toml").read_text()
    bad = "<img src=x onerror=alert(1)> [a](javascript:alert(2)) ![b](http://127.0.0.1:9/c)"
    (copy.root / "study.toml").write_text(toml.replace("Made", bad))
    page = _html(shown(copy))
    tree = lxml_html.fromstring(f"<div>{page}</div>")
    assert not {"script", "img", "a"} & {str(element.tag) for element in tree.iter()}
    (card,) = tree.find_class("an-card")
    assert bad in " ".join(card.text_content().split())
    assert card.findall(".//table")


def test_markdown_in_a_card_makes_no_link_picture_or_tag():
    nasty = (
        "# T\n\n<b>x</b> [a](http://e.example) ![i](http://e.example/i) <http://e.example>\n\n"
        "[r]: http://e.example\n\n[r] <script>1</script>\n\n| a |\n| --- |\n| <i>1</i> |\n"
    )
    tree = lxml_html.fromstring(card_html(nasty))
    tags = {str(element.tag) for element in tree.iter()}
    assert not tags & {"a", "img", "script", "b", "i"}
    assert {"h3", "table"} <= tags
    assert not tree.xpath("//@href | //@src")
