"""A malformed file of articles is articles, or a refusal with its reason, never a traceback."""

import csv
import io
import os
import zipfile

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st
from malformed import fuzz, hurt_bytes, mutated, written

from annotate.articles import Metadata, read_articles, text_sha256
from annotate.articles.decode import is_blank
from annotate.articles.model import ARTICLE_COLUMNS
from annotate.cli import main
from annotate.study import Settings, Study

KEY = b"a secret of the study"
BODY = "The minister said on Monday that the talks would go on.\n\nNobody “knows” why, he added.\n"
TEXT = f"Sponsored\n\nTalks go on\n\n{BODY}\nShare on Facebook\nRead more\n"
MARKDOWN = f"---\ntitle: x\n---\n# Talks go on #\n\n{BODY}\n* one\n* two\n"
PAGE = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>Talks | The Echo</title>
<script>var a = "<p>";</script></head><body><nav><a href="/">Home</a></nav><article><h1>Talks</h1>
<p class="label">Partner content</p><p>{BODY * 3}</p><ul><li>one</li><li>two<br>three</ul>
<table><tr><td>x</table></article><aside>More</aside><!-- end --><footer>&copy; Echo</footer></body>
</html>"""
ROWS = [
    {"id": "a1", "text": BODY, "outlet": "Echo", "published": "2025-08-13", "url": "http://x/1"},
    {"id": 2, "body": BODY + "Two.", "title": "T", "date": "2025-08-13T10:00:00Z", "event": None},
    {"html": PAGE, "language": "en"},
]


def jsonl(rows):
    return b"\n".join(written(row) for row in rows) + b"\n"


def table(rows, delimiter=","):
    names = ["id", "text", "outlet", "published", "url"]
    out = io.StringIO()
    writer = csv.DictWriter(out, names, extrasaction="ignore", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("page.html", PAGE)
    return out.getvalue()


GOOD = {
    "a.txt": [TEXT.encode(), BODY.encode("cp1252"), TEXT.encode("utf-16")],
    "b.md": [MARKDOWN.encode(), b"# " * 300 + b"x\nBody"],
    "c.html": [PAGE.encode(), PAGE.replace("utf-8", "koi8-r").encode(), b"<p>" * 400 + b"x"],
    "d.jsonl": [jsonl(ROWS), jsonl(ROWS).replace(b"\n", b"\r\n")],
    "e.csv": [table(ROWS[:2]), table(ROWS[:2], ";"), table(ROWS[:2], "\t")],
}
STRANGERS = [
    b"",
    b" \n",
    b"\0" * 40,
    zipped(),
    b"%PDF-1.7\n1 0 obj",
    b"{\\rtf1 x}",
    b"\x89PNG\r\n\x1a\n",
]
STRANGERS += ["\u200b\u2060".encode(), b"\xff\xfe", b"\xef\xbb\xbf", b"x" * 200_000, b'"' * 501]
STRANGERS += [
    b"<" * 3000,
    b"&#xD800;&#0;&#x110000;<p>x",
    b"text\n" + b'"' + b"y" * 9000,
    b"[" * 9000,
]
PAGES = [b"</p>", b"<table><tr>", b"<article>", b"<svg>", b"<!--", b"<?php ?>", b"<![CDATA[x]]>"]
PAGES += [b"<p hidden>", b"<div>" * 700, b"&nbsp;&bogus;", b"<meta charset=utf-7>", b"<frameset>"]
PAGES += [b"<meta charset=idna>", b"<meta charset=\xff>", b'<?xml encoding="hex"?>', b"<select>"]
PAGES += [b"<plaintext>", b"<math><mi>", b"<p class='\0'>", b"<a href='javascript:x'>", b"\xc0\xaf"]
FIELDS = [
    "id",
    "text",
    "body",
    "html",
    "url",
    "outlet",
    "published",
    "date",
    "title",
    "Text ",
    "",
    "file",
]
WORDS = [*FIELDS, BODY, PAGE, "2025-02-30", "2025-13-01", "a1", "\ud83d", "</text>", 1e400, "<p>"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("articles")


@st.composite
def broken_pages(draw):
    page = PAGE.encode()
    for _ in range(draw(st.integers(1, 5))):
        place = draw(st.integers(0, len(page)))
        end = place + draw(st.sampled_from([0, 1, 30]))
        page = page[:place] + draw(st.sampled_from(PAGES)) + page[end:]
    return page


def hurt(name):
    return st.sampled_from(GOOD[name]).flatmap(hurt_bytes)


def read(folder, paths=None, **options):
    """Read what lies in a folder; prove what everything after takes for granted."""
    intake = read_articles(paths or [folder], key=KEY, **options)
    ids = [article.article_id for article in intake.articles]
    assert len(set(ids)) == len(ids)
    for article in intake.articles:
        prove(article)
    for refusal in intake.refused:
        assert refusal.reason.strip()
        assert refusal.source.strip()
        refusal.source.encode()
        refusal.reason.encode("utf-8", "surrogatepass")
    return intake


def prove(article):
    assert not is_blank(article.text)
    assert article.text == article.text.strip("\n")
    assert not set(article.text) & set("\0\r\x0b\x0c\x1b\x7f\u2028\u2029")
    assert article.text_sha256 == text_sha256(article.text)
    assert article.n_words == len(article.text.split())
    for name in ARTICLE_COLUMNS:
        str(getattr(article, name)).encode()  # a file must hold it: no half characters
    Metadata(published=article.published)
    assert not article.title or "\n" not in article.title


def one_file(folder, name, data):
    """Read one file: what holds one article is that article, or one refusal."""
    path = folder / name
    path.write_bytes(data)
    intake = read(folder, [path])
    for article in intake.articles:
        assert (article.outlet, article.url, article.published, article.event) == ("", "", "", "")
    assert len(intake.articles) + len(intake.refused) == 1


@fuzz(700)
@given(
    st.sampled_from(["a.txt", "b.md"]).flatmap(lambda name: st.tuples(st.just(name), hurt(name)))
)
def test_hurt_texts_are_articles_or_refused(folder, file):
    one_file(folder, *file)


@fuzz(400)
@given(hurt("c.html") | broken_pages() | broken_pages())
def test_broken_pages_are_articles_or_refused(folder, page):
    one_file(folder, "c.html", page)


@fuzz(300)
@given(
    st.sampled_from(["a.txt", "b.md", "c.html", "c.htm", "A.TXT"]),
    st.sampled_from(STRANGERS) | st.binary(max_size=120) | st.text(max_size=80).map(str.encode),
)
def test_strangers_under_any_name_are_articles_or_refused(folder, name, data):
    one_file(folder, name, data)


@fuzz(500)
@given(mutated(ROWS, words=WORDS))
@example([{"text": BODY, "id": "a"}, {"text": BODY + "x", "id": "a"}, {"text": BODY, "id": "a"}])
@example([])
@example([{"text": "\ud800"}, {"text": "\ud83d\ude00 x", "url": "\udc00"}])
def test_every_row_of_hurt_json_lines_is_an_article_or_refused(folder, rows):
    path = folder / "d.jsonl"
    rows = rows if isinstance(rows, list) else [rows]
    path.write_bytes(jsonl(rows))
    intake = read(folder, [path])
    found = len(intake.articles) + len(intake.refused)
    assert 1 <= found <= max(len(rows), 1)
    # Rows of one id and one text are one article.
    named = {name for row in rows if isinstance(row, dict) for name in map(_column, row)}
    assert found == max(len(rows), 1) or named & {"id", "url"}


def _column(name):
    return name.strip().casefold()


@fuzz(500)
@given(
    st.sampled_from(["d.jsonl", "e.csv"]).flatmap(lambda name: st.tuples(st.just(name), hurt(name)))
)
def test_tables_of_hurt_bytes_are_articles_or_refused(folder, file):
    name, data = file
    (folder / name).write_bytes(data)
    intake = read(folder, [folder / name])
    assert intake.articles or intake.refused


SIDECAR = (
    b"file,id,outlet,published\na.txt,s1,Echo,2025-08-13\nb.md,s2,Sun,\nc.html,,Post,2024-01-01\n"
)
META = [
    b'{"id": "m1", "outlet": "Sun"}',
    b"[]",
    b'{"published": "soon"}',
    b"",
    b"\xff\xfe",
    b"[" * 9000,
]
META += [b'{"outlet": {"a": 1}}', b'{"url": "\\ud800"}', b'{"id": NaN}', b"\0", b'{"id": true}']


@fuzz(200)
@given(
    st.just(SIDECAR) | hurt_bytes(SIDECAR),
    st.sampled_from(["a.txt.meta.json", "a.meta.json", "b.md.meta.json", "x.meta.json"]),
    st.sampled_from(META) | hurt_bytes(META[0]),
)
@example(SIDECAR + b"n" * 300 + b".txt,s4,,\na\0b.txt,s5,,\n../a.txt,s6,,\n", "x.meta.json", b"")
def test_hurt_sidecars_refuse_their_files_or_their_rows(folder, sidecar, name, meta):
    batch = folder / "batch"
    batch.mkdir(exist_ok=True)
    for old in batch.iterdir():
        old.unlink()
    (batch / "a.txt").write_bytes(TEXT.encode())
    (batch / "b.md").write_bytes(MARKDOWN.encode())
    (batch / "c.html").write_bytes(PAGE.encode())
    (batch / "articles.csv").write_bytes(sidecar)
    (batch / name).write_bytes(meta)
    intake = read(batch, metadata=Metadata(event="talks"))
    sources = [refusal.source for refusal in intake.refused]
    for file in ("a.txt", "b.md", "c.html"):
        found = [a for a in intake.articles if a.source_file == f"batch/{file}"]
        shared = sum(source == str(batch / file) for source in sources)
        # One id for two texts: the second is refused; one id for one text: it is one article.
        assert len(found) + shared == 1
    assert {article.event for article in intake.articles} <= {"talks"}


names = st.text(st.characters(exclude_characters="/\0"), max_size=40) | st.sampled_from(
    [
        "-rf",
        "--help",
        "..a",
        "\udc80",
        "a\nb",
        "\u202etxt",
        "~",
        "$HOME",
        "%s",
        "x" * 247,
        "ü" * 120,
    ]
)


@fuzz(200)
@given(names, st.sampled_from([".txt", ".md", ".html", ".jsonl", ".csv", ".TXT", "", ".exe"]))
@example("x" * 247, ".txt")
@example("x" * 300, ".txt")
@example("a\0b", ".txt")
@example("\udc80", ".html")
def test_hostile_names_harm_nobody(folder, name, suffix):
    path = folder / f"n{name}{suffix}"
    try:
        path.write_bytes(TEXT.encode())
    except (OSError, ValueError):
        intake = read(folder, [path])
        assert (intake.articles, len(intake.refused)) == ([], 1)
        return
    intake = read(folder, [path])
    path.unlink()
    found = len(intake.articles) + len(intake.refused)
    assert found == 1 or (found > 1 and suffix == ".jsonl")
    if suffix in {".txt", ".TXT"}:
        assert intake.articles


def test_links_in_a_circle_are_refused(tmp_path):
    (tmp_path / "a.txt").symlink_to(tmp_path / "b.txt")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "c.txt").symlink_to(tmp_path / "none.txt")
    os.mkfifo(tmp_path / "d.txt")
    (tmp_path / "e.txt").write_text(TEXT)
    intake = read(tmp_path)
    assert [a.source_file for a in intake.articles] == [f"{tmp_path.name}/e.txt"]
    assert len(intake.refused) == 4


@fuzz(80)
@given(
    st.sampled_from(list(GOOD)).flatmap(lambda name: st.tuples(st.just(name), hurt(name))),
    st.sampled_from(list(GOOD)).flatmap(lambda name: st.tuples(st.just(f"z{name}"), hurt(name))),
    st.sampled_from(STRANGERS),
)
def test_the_command_adds_what_it_can_and_lists_the_rest(tmp_path_factory, first, second, third):
    root = tmp_path_factory.mktemp("add")
    study = Study.create(root / "s", Settings("S"), config=CONFIG, codebook=b"")
    batch = root / "batch"
    batch.mkdir()
    for name, data in (first, second, ("y.html", third)):
        (batch / name).write_bytes(data)
    for _ in range(2):  # the second time, nothing is new
        told = CliRunner().invoke(main, ["add", str(batch), "--study", str(study.root)])
        assert told.exit_code in {0, 1}
        assert told.exception is None or isinstance(told.exception, SystemExit)
        assert "Traceback" not in told.output
        assert " refused" in told.output
    frame = study.articles()
    assert frame["article_id"].is_unique
    assert [text_sha256(text) for text in frame["text"]] == frame["text_sha256"].tolist()


CONFIG = b'<View><Text name="t" value="$t"/><Number name="n" toName="t"/></View>'
