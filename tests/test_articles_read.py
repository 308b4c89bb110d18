"""Files and folders become articles; each bad source is one clear line and the rest goes on."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.articles import Metadata, read_articles, text_sha256
from annotate.articles.decode import is_blank
from annotate.errors import ArticleError

KEY = b"a secret of the study"
PAGE = "<html><body><article><h1>Head</h1><p>{}</p></article></body></html>"


@pytest.fixture
def folder(tmp_path):
    return Path(tmp_path / "batch").resolve()


def write(folder, **files):
    """Write files; two underscores stand for a dot, three for a slash."""
    for name, content in files.items():
        path = folder / name.replace("___", "/").replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def read(*paths, **options):
    return read_articles(paths, key=KEY, **options)


def only(intake):
    assert intake.refused == []
    assert len(intake.articles) == 1
    return intake.articles[0]


def table(*rows):
    """Give a CSV with the columns of the first row."""
    return "\n".join(",".join(row) for row in rows) + "\n"


def test_a_text_is_taken_as_it_stands_and_its_headline_is_not_guessed(folder):
    article = only(read(write(folder, a__txt="Headline\n\nBody <b>literal</b> &amp; “so”.\n")))

    assert article.text == "Headline\n\nBody <b>literal</b> &amp; “so”."
    assert (article.title, article.outlet, article.published) == ("", "", "")
    assert (article.extractor, article.source_file) == ("text", "batch/a.txt")
    assert article.text_sha256 == text_sha256(article.text)
    assert article.n_words == 5


def test_removed_furniture_is_told(folder):
    article = only(read(write(folder, a__txt="Body.\n\nLeave a Comment\n\nScroll to Top")))
    assert (article.text, article.removed) == ("Body.", "Leave a Comment\nScroll to Top")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Body.", "Head line\n\nBody."),
        ("Head line\n\nBody.", "Head line\n\nBody."),
        ("HEAD  LINE\nBody.", "Head line\n\nBody."),
        ("Sponsored\n\nHead line\nBody.", "Sponsored\n\nHead line\n\nBody."),
        ("Head lines\n\nBody.", "Head line\n\nHead lines\n\nBody."),
        ("Head line", "Head line"),
    ],
)
def test_a_given_headline_stands_once_before_the_body(folder, body, text):
    article = only(read(write(folder, a__txt=body), metadata=Metadata(title="Head line")))
    assert (article.text, article.title) == (text, "Head line")


def test_the_heading_of_markdown_is_the_title(folder):
    article = only(read(write(folder, a__md="\n# The *title* #\n\nBody.\n\n## Sub\n\n* item")))

    assert article.title == "The *title*"
    assert article.text == "The *title*\n\nBody.\n\n## Sub\n\n* item"
    assert article.extractor == "markdown"


def test_only_closing_marks_leave_a_heading(folder):
    write(folder, a__md="# On C#\nBody.", b__md="# On C ##\nBody.")
    assert [article.title for article in read(folder).articles] == ["On C#", "On C"]


@pytest.mark.parametrize(
    "text",
    ["# " + "# " * 400_000 + "x\nBody", "---\n" + "- :\n" * 40 + "x", "#\n\nBody", "#tag Body"],
)
def test_markdown_without_a_proper_heading_is_read_at_once(folder, text):
    assert only(read(write(folder, a__md=text))).n_words > 0


def test_front_matter_of_markdown_is_not_shown_to_annotators(folder):
    article = only(read(write(folder, a__md="---\noutlet: Trumpet\n---\n# T\n\nBody.")))

    assert (article.text, article.outlet) == ("T\n\nBody.", "")
    assert "outlet: Trumpet" in article.removed


def test_a_page_gives_no_outlet_url_or_date(folder):
    head = (
        '<html><head><meta property="og:site_name" content="Trumpet">'
        '<link rel=canonical href="http://trumpet.example/a">'
        '<meta property="article:published_time" content="2025-08-13"></head>'
    )
    html = PAGE.format("Words of the article. " * 20).replace("<html>", head)
    article = only(read(write(folder, a__html=html)))

    assert (article.outlet, article.url, article.published) == ("", "", "")
    assert (article.title, article.text[:6]) == ("Head", "Head\n\n")
    assert article.extractor.startswith("trafilatura ")


def test_rows_of_both_kinds_of_table_become_articles(folder):
    rows = [
        {"Text": "One.", "id": 7, "date": "2025-08-13", "outlet": "Trumpet", "stars": [1]},
        {"body": "Two.\u2028And “more”.", "title": "T", "url": "http://x.example"},
        {"html": PAGE.format("Words of the article. " * 20), "language": "en"},
    ]
    csv_file = table(["TEXT", "outlet"], ['"One,\n""two"""', "Trumpet"])
    write(folder, t__jsonl="\n\n".join(map(json.dumps, rows)), u__csv=csv_file)
    intake = read(folder)
    one, two, three, four = intake.articles

    assert intake.refused == []
    assert (one.outlet, one.published, one.source_file) == (
        "Trumpet",
        "2025-08-13",
        "batch/t.jsonl#1",
    )
    assert two.text == "T\n\nTwo.\nAnd “more”."
    assert (three.language, three.extractor[:11]) == ("en", "trafilatura")
    assert (four.text, four.extractor, four.source_file) == ('One,\n"two"', "csv", "batch/u.csv#2")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_tables_of_other_spreadsheets_are_read(folder, delimiter):
    head = delimiter.join(["text", "outlet", "event"])
    write(folder, t__csv=f"{head}\r\n{delimiter.join(['A, b.', 'Horn', ''])}\r\n".encode("utf-16"))
    assert only(read(folder)).outlet == "Horn"


def test_a_row_without_a_text_is_told_which_of_its_columns_is_not_read(folder):
    rows = [
        {"id": "1", "content": "The mayor resigned on Monday.", "note": "short"},
        {"id": "2", "text": "", "title": "Only a title that is rather long"},
        {"id": "3", "text": "Enough.", "content": "unread"},
    ]
    found = read(write(folder, a__jsonl="\n".join(map(json.dumps, rows))))
    first, second = (refusal.reason for refusal in found.refused)

    assert first.endswith(
        'nothing in "text", "body" or "html". What stands in "content" is not read.'
    )
    assert second.endswith('nothing in "text", "body" or "html".')
    assert [article.text for article in found.articles] == ["Enough."]


def test_a_long_text_fits_into_a_cell(folder):
    words = "word " * 60_000
    assert only(read(write(folder, t__csv=f"text,outlet\n{words},x\n"))).n_words == 60_000


@pytest.mark.parametrize("bad", ["One,two,three", '"a"b,c', ",", "Text,13.8.2025"])
def test_a_bad_row_of_a_csv_is_refused_by_number_and_the_rest_goes_on(folder, bad):
    intake = read(write(folder, t__csv=f"text,date\nFirst.,\n{bad}\nLast.,\n"))

    assert [article.text for article in intake.articles] == ["First.", "Last."]
    assert [refusal.source for refusal in intake.refused] == (
        [] if bad == "," else [f"{folder}/t.csv, row 3"]
    )


def test_a_quote_never_closed_does_not_make_one_text_of_the_rest(folder):
    intake = read(write(folder, t__csv='text,date\nFirst.,\n"Open,\nLast.,\n'))

    assert [article.text for article in intake.articles] == ["First."]
    assert "row 3" in intake.refused[0].source
    assert "quotes" in intake.refused[0].reason


@pytest.mark.parametrize(
    "bad",
    [
        "{not json}",
        "[1]",
        '"text"',
        '{"text": ["a"]}',
        '{"text": true}',
        '{"text": NaN}',
        '{"text": " "}',
        '{"outlet": "x"}',
        '{"text": "x", "published": "last Friday"}',
        "[" * 100_000,
    ],
)
def test_a_bad_line_of_json_is_refused_by_number_and_the_rest_goes_on(folder, bad):
    intake = read(write(folder, t__jsonl=f'{{"text": "First."}}\n{bad}\n{{"text": "Last."}}'))

    assert [article.text for article in intake.articles] == ["First.", "Last."]
    assert [refusal.source for refusal in intake.refused] == [f"{folder}/t.jsonl, row 2"]


@pytest.mark.parametrize("head", ["outlet,date", "text,text", "", "file,outlet"])
def test_a_csv_without_texts_is_refused(folder, head):
    intake = read(write(folder, t__csv=f"{head}\na,b\n", a__txt="Good."))

    assert [article.text for article in intake.articles] == ["Good."]
    assert [refusal.source for refusal in intake.refused] == [f"{folder}/t.csv"]


def test_each_unusable_file_is_one_line_and_the_rest_goes_on(folder):
    write(
        folder,
        binary__txt=b"text\0more",
        blank__txt=" \n\u200b\n",
        broken__html="<html><body><p",
        empty__txt="",
        furniture__txt="Share this article\n\nLeave a Comment",
        good__txt="Good.",
        huge__txt=b"a" * 10_000_000,
        picture__png=b"\x89PNG",
        README__md="About this folder.",
        label_config__xml="<View/>",
        ___hidden__txt="Hidden.",
    )
    (folder / ".secret").mkdir()
    write(folder / ".secret", a__txt="Hidden.")
    os.mkfifo(folder / "pipe.txt")
    (folder / "gone.txt").symlink_to(folder / "nowhere.txt")
    intake = read(folder, folder / "missing.txt", folder / "README.md")

    assert [article.text for article in intake.articles] == ["Good."]
    named = [Path(refusal.source).name.split(".")[0] for refusal in intake.refused]
    assert sorted(named) == sorted(
        [
            "binary",
            "blank",
            "broken",
            "empty",
            "furniture",
            "gone",
            "huge",
            "missing",
            "picture",
            "pipe",
        ]
    )
    assert all(r.reason.endswith(".") and "\n" not in r.reason for r in intake.refused)


def test_an_unreadable_file_is_refused(folder, monkeypatch):
    write(folder, a__txt="Secret.", b__txt="Open.")
    read_bytes = Path.read_bytes

    def denied(path):
        if path.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", denied)
    intake = read(folder)

    assert [article.text for article in intake.articles] == ["Open."]
    assert "Permission denied" in intake.refused[0].reason


def test_folders_are_read_in_order_and_each_file_once(folder):
    write(folder, b__txt="B.", a___z__txt="Z.", a__txt="A.")
    intake = read(folder, folder / "b.txt", folder)
    assert [article.text for article in intake.articles] == ["Z.", "A.", "B."]


def test_a_sidecar_tells_the_metadata_of_the_files_beside_it(folder):
    write(
        folder,
        a__txt="A.",
        b__txt="B.",
        articles__csv="file,id,outlet,title,date\na.txt,one,Trumpet,Head,2025-08-13\n",
    )
    first, second = read(folder, metadata=Metadata(outlet="Horn", event="talks")).articles

    assert (first.outlet, first.event, first.published) == ("Trumpet", "talks", "2025-08-13")
    assert first.text == "Head\n\nA."
    assert (second.outlet, second.event) == ("Horn", "talks")
    assert first == only(read(folder / "a.txt", metadata=Metadata(event="talks")))


def test_rows_count_before_sidecars_and_these_before_options(folder):
    write(
        folder,
        t__csv="text,outlet\nOne.,Row\nTwo.,\n",
        articles__csv="file,outlet,event\nt.csv,Sidecar,Sidecar\n",
    )
    options = Metadata(outlet="Option", event="Option", language="Option")
    first, second = read(folder, metadata=options).articles

    assert (first.outlet, first.event, first.language) == ("Row", "Sidecar", "Option")
    assert (second.outlet, second.event, second.language) == ("Sidecar", "Sidecar", "Option")


@pytest.mark.parametrize("name", ["a__txt__meta__json", "a__meta__json"])
def test_a_file_may_have_a_sidecar_of_its_own_which_counts_first(folder, name):
    write(
        folder,
        a__txt="A.",
        articles__csv="file,outlet,event\na.txt,Horn,talks\n",
        **{name: '{"outlet": "Trumpet"}'},
    )
    article = only(read(folder))
    assert (article.outlet, article.event) == ("Trumpet", "talks")


@pytest.mark.parametrize(
    "name", ["../secret.txt", "/etc/passwd", "sub/a.txt", "..", ".", "", "..\\x", "missing.txt"]
)
def test_a_sidecar_names_only_files_of_its_own_folder(folder, name):
    write(folder.parent, secret__txt="Secret.")
    write(folder, a__txt="A.", sub___a__txt="S.", articles__csv=f"file,outlet\n{name},Trumpet\n")
    intake = read(folder)

    assert {article.text for article in intake.articles} == {"A.", "S."}
    assert {article.outlet for article in intake.articles} == {""}
    assert [r.source for r in intake.refused] == [f"{folder}/articles.csv, row 2"]


def test_an_article_with_a_bad_sidecar_is_refused_for_it_would_be_another_one(folder):
    write(
        folder,
        a__txt="A.",
        b__txt="B.",
        c__txt="C.",
        b__meta__json="{",
        articles__csv="file,id,date\na.txt,one,13.8.2025\n",
    )
    intake = read(folder)

    assert [article.text for article in intake.articles] == ["C."]
    assert "13.8.2025" in intake.refused[0].reason
    assert "b.meta.json" in intake.refused[1].reason


def test_a_table_named_like_the_sidecar_is_a_table(folder):
    assert only(read(write(folder, articles__csv="file,text\nx,One.\n"))).text == "One."


def test_an_id_hides_its_source_and_depends_on_the_key(folder):
    path = write(folder, a__txt="A.")
    here, there = only(read(path)), only(read_articles([path], key=b"another"))

    assert here.article_id[0] == "a"
    assert len(here.article_id) == 13
    assert here.article_id != there.article_id


def test_an_id_comes_from_the_declared_id_else_the_url_else_the_file(folder):
    rows = [
        {"text": "One.", "id": "x"},
        {"text": "Two.", "url": "x"},
        {"text": "Three."},
    ]
    lines = list(map(json.dumps, rows))
    first = read(write(folder, t__jsonl="\n".join(lines))).articles
    again = read(write(folder, t__jsonl="\n".join([*lines[:2], "", lines[2]]))).articles

    assert len({article.article_id for article in first}) == 3
    assert [a.article_id == b.article_id for a, b in zip(first, again, strict=True)] == [
        True,
        True,
        False,
    ]


def test_the_same_text_in_two_files_stays_two_articles(folder):
    first, second = read(write(folder, a__txt="Wire.", b__txt="Wire.")).articles
    assert first.article_id != second.article_id


def test_an_id_is_the_same_from_folder_and_file_and_on_another_machine(folder, tmp_path):
    write(folder, a__txt="A.")
    elsewhere = write(tmp_path / "elsewhere" / "batch", a__txt="Changed.")
    ids = {only(read(path)).article_id for path in (folder, folder / "a.txt", elsewhere)}

    assert len(ids) == 1
    assert only(read(folder, root=folder.parent)).source_file == "batch/a.txt"
    assert only(read(folder, root=folder)).source_file == "a.txt"


def test_a_second_text_under_one_id_is_refused_and_the_same_text_is_not(folder):
    lines = [
        '{"id": "x", "text": "One."}',
        '{"id": "x", "text": "One."}',
        '{"id": "x", "text": "T."}',
    ]
    intake = read(write(folder, t__jsonl="\n".join(lines)))

    assert [article.text for article in intake.articles] == ["One."]
    assert [refusal.source for refusal in intake.refused] == [f"{folder}/t.jsonl, row 3"]


@pytest.mark.parametrize(
    "date",
    ["13.8.2025", "2025-13-01", "2025-8-1", "20250813", "2025", "Friday", "2025-08-13T25:00"],
)
def test_a_date_that_is_not_iso_is_refused(date):
    with pytest.raises(ArticleError, match="ISO"):
        Metadata(published=date)


@pytest.mark.parametrize("date", ["2025-08-13", "2025-08-13T09:30", "2025-08-13T09:30:00+02:00"])
def test_iso_dates_are_taken_as_they_are(date):
    assert Metadata(published=date).published == date


def test_metadata_are_single_lines_without_controls(folder):
    row = {"text": "One.", "outlet": " The\nTrumpet\x00 ", "event": "\ud83d talks", "url": 5}
    article = only(read(write(folder, t__jsonl=json.dumps(row))))

    assert (article.outlet, article.url) == ("The Trumpet", "5")
    article.event.encode()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(min_size=1))
def test_any_text_gives_the_same_article_through_every_door(folder, text):
    folder.mkdir(exist_ok=True)
    (folder / "a.txt").write_text(text, encoding="utf-8", errors="replace", newline="")
    (folder / "t.jsonl").write_text(json.dumps({"text": text}), encoding="utf-8")
    with (folder / "t.csv").open("w", encoding="utf-8", errors="replace", newline="") as out:
        csv.writer(out, quoting=csv.QUOTE_ALL).writerows([["text"], [text]])
    intake = read(folder)

    assert len(intake.articles) + len(intake.refused) in {2, 3}  # a blank cell is no row
    assert len({article.text for article in intake.articles}) <= 1
    for article in intake.articles:
        assert article.text_sha256 == text_sha256(article.text)
        assert article.text == article.text.strip("\n")
        assert not is_blank(article.text)


def test_text_read_back_from_its_own_file_is_the_same(folder):
    odd = "Ünï 👩‍👩‍👧 e\u0301\u00a0x\u200b\u202b\tשלום\r\nzwei\rdrei\u2028vier  \n\n\n\nfünf"
    once = only(read(write(folder, a__txt=odd)))
    twice = only(read(write(folder, a__txt=once.text)))

    assert once.text == "Ünï 👩‍👩‍👧 é\u00a0x\u200b\u202b\tשלום\nzwei\ndrei\nvier\n\nfünf"
    assert once == twice


def test_a_long_name_has_no_sidecar_and_is_read(folder):
    """Its sidecar's name would be longer than a file's can be."""
    assert only(read(write(folder, **{"x" * 250 + "__txt": "Body."}))).text == "Body."


def test_a_name_too_long_in_a_sidecar_spoils_its_own_row_only(folder):
    rows = table(("file", "id"), ("x" * 300, "1"), ("a.txt", "2"))
    intake = read(write(folder, a__txt="Body.", articles__csv=rows))
    assert [refusal.reason[:16] for refusal in intake.refused] == ["There is no file"]
    alone = read_articles([write(folder, a__jsonl='{"text": "B", "id": "2"}') / "a.jsonl"], key=KEY)
    assert [a.article_id for a in intake.articles] == [a.article_id for a in alone.articles]


@pytest.mark.parametrize("name", ["x" * 300 + ".txt", "a\0b.txt", "a\ud800b.txt"])
def test_a_name_that_no_file_can_have_is_refused(folder, name):
    (refusal,) = read(Path(name), write(folder, a__txt="Body.")).refused
    assert refusal.reason.startswith(("It cannot be read", "Its name holds"))


@pytest.mark.parametrize("row", ['{"text": "a", "Text": "b"}', '{"text": "a", "id": 1e999}'])
def test_a_row_of_two_minds_is_refused(folder, row):
    assert len(read(write(folder, a__jsonl=row)).refused) == 1


def test_a_page_that_is_one_form_is_read(folder):
    """Some content systems wrap the whole page in a form, whose blocks are none of an article."""
    page = f"<script></script><form><p>{'Words of the article that go on. ' * 5}</form>"
    assert only(read(write(folder, a__html=page))).text.startswith("Words of the article")


@pytest.mark.parametrize(("name", "content"), [("a__jsonl", "\n\n"), ("a__csv", "id,text\n")])
def test_a_table_without_rows_is_refused(folder, name, content):
    (refusal,) = read(write(folder, **{name: content})).refused
    assert refusal.reason.startswith("It has no rows")
