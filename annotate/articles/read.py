"""Files become articles: decoded, cleaned, identified and frozen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.articles.clean import clean
from annotate.articles.declared import COLUMNS, Declared, cell, declared
from annotate.articles.decode import decode, is_blank, normalise
from annotate.articles.disclosure import disclosing
from annotate.articles.model import Article, Intake, Metadata, Refusal, article_id, text_sha256
from annotate.articles.pages import extractor_name, read_page
from annotate.articles.rows import csv_columns, csv_rows, jsonl_rows
from annotate.articles.sidecars import Sidecars, is_sidecar
from annotate.articles.walk import SINGLE_LIMIT, TABLES, shown, source_files
from annotate.errors import ArticleError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from annotate.articles.walk import SourceFile

__all__ = ["read_articles"]

_FRONT_MATTER = re.compile(
    r"\s*---\n(?:\w[\w-]*[ \t]*:[^\n]*\n|[ \t]+[^\n]*\n|- [^\n]*\n)+---(?:\n|$)"
)
_TEXT_COLUMNS = ("text", "body", "html")
_NAMED = 40  # characters of a column's name in a message
_BEFORE_HEADLINE = 3
_KICKER_WORDS = 12


@dataclass(frozen=True)
class _Draft:
    """A text and what turned it into one, before it is cleaned and identified."""

    name: str
    title: str
    body: str
    extractor: str
    removed: tuple[str, ...] = ()


def read_articles(
    paths: Iterable[Path],
    *,
    key: bytes,
    metadata: Metadata | None = None,
    root: Path | None = None,
) -> Intake:
    """Read articles from files and folders.

    Metadata of a row counts before that of a sidecar, and that before `metadata`; outlet, date
    and event are never guessed from a text or a page. Whatever cannot be read is refused with
    its reason and the rest goes on.

    Parameters
    ----------
    paths : iterable of Path
        ``.txt``, ``.md``, ``.html``, ``.htm``, ``.jsonl``, ``.csv`` files and folders of these.
    key : bytes
        The secret that makes ids opaque.
    metadata : Metadata, optional
        What holds for all of them.
    root : Path, optional
        The folder that file names are told from.

    Returns
    -------
    Intake
        Articles and refusals, each in the order of the sources.
    """
    intake = Intake()
    sidecars = Sidecars(intake.refused.append)
    known: dict[str, Article] = {}
    for file in source_files(paths, root):
        if isinstance(file, Refusal):
            intake.refused.append(file)
            continue
        for where, found in _articles(file, sidecars, metadata or Metadata(), key):
            refusal = _clash(found, known) if isinstance(found, Article) else str(found)
            if refusal:
                intake.refused.append(Refusal(where, refusal))
    intake.articles.extend(known.values())
    return intake


def _clash(article: Article, known: dict[str, Article]) -> str:
    """Take an article unless its id is taken by another text."""
    first = known.setdefault(article.article_id, article)
    if first.text_sha256 == article.text_sha256:
        return ""
    return (
        f"Its id, URL or name is that of {first.source_file}, but the texts differ; "
        "give each its own id."
    )


def _articles(
    file: SourceFile, sidecars: Sidecars, options: Metadata, key: bytes
) -> Iterator[tuple[str, Article | ArticleError]]:
    """Read the articles of one file, each with where it stands."""
    if is_sidecar(file.path):
        return
    where = shown(str(file.path))
    try:
        known = sidecars.of(file.path).over(Declared(metadata=options))
        data = file.path.read_bytes()
        if file.kind not in TABLES:
            draft = _single(file, data)
            yield where, _article(draft, known, key)
            return
        number = 0
        for number, row in _rows(file, decode(data)):
            yield f"{where}, row {number}", _from_row(f"{file.name}#{number}", row, known, key)
        if not number:
            yield where, ArticleError("It has no rows: there is no article in it.")
    except ArticleError as error:
        yield where, error
    except OSError as error:
        yield where, ArticleError(f"It cannot be read ({error.strerror or error}).")


def _single(file: SourceFile, data: bytes) -> _Draft:
    if file.kind in {".html", ".htm"}:
        return _from_html(file.name, decode(data, declares=True))
    text = normalise(decode(data))
    return _from_markdown(file.name, text) if file.kind == ".md" else _plain(file.name, text)


def _plain(name: str, text: str) -> _Draft:
    return _Draft(name, "", text, "text")


def _from_markdown(name: str, text: str) -> _Draft:
    front = _FRONT_MATTER.match(text)
    removed = tuple(front[0].strip().split("\n")) if front else ()
    body = text[front.end() :] if front else text
    first, _, rest = body.lstrip().partition("\n")
    title = _without_closing(first[1:].strip())
    if not first.startswith(("# ", "#\t")) or not title:
        return _Draft(name, "", body, "markdown", removed)
    return _Draft(name, title, rest, "markdown", removed)


def _without_closing(heading: str) -> str:
    """Take the closing ``#`` off a heading: they follow a blank, so "C#" is none."""
    bare = heading.rstrip("#")
    return bare.rstrip() if bare[-1:] in {"", " ", "\t"} else heading


def _from_html(name: str, html: str) -> _Draft:
    page = read_page(normalise(html))
    return _Draft(name, page.title, normalise(page.text), extractor_name())


def _rows(file: SourceFile, text: str) -> Iterator[tuple[int, Mapping[str, object] | ArticleError]]:
    if file.kind == ".jsonl":
        yield from jsonl_rows(text)
        return
    if set(csv_columns(text)).isdisjoint(_TEXT_COLUMNS):
        msg = 'It has no column "text", "body" or "html", so it holds no articles.'
        raise ArticleError(msg)
    yield from csv_rows(text)


def _from_row(
    name: str, row: Mapping[str, object] | ArticleError, beside: Declared, key: bytes
) -> Article | ArticleError:
    if isinstance(row, ArticleError):
        return row
    try:
        return _article(_row_draft(name, row), declared(row).over(beside), key)
    except ArticleError as error:
        return error


def _unread(row: Mapping[str, object]) -> str:
    """Name the longest text of a row that nobody reads: it may be the article."""
    known = {*_TEXT_COLUMNS, *COLUMNS}
    texts = {
        name: len(value)
        for name, value in row.items()
        if name not in known and isinstance(value, str) and not is_blank(value)
    }
    name = max(texts, key=texts.__getitem__, default="")
    return f' What stands in "{name[:_NAMED]}" is not read.' if texts else ""


def _row_draft(name: str, row: Mapping[str, object]) -> _Draft:
    texts = {column: cell(row, column) for column in _TEXT_COLUMNS}
    column = next((column for column in _TEXT_COLUMNS if texts[column].strip()), "")
    if not column:
        msg = 'Its text is empty: there is nothing in "text", "body" or "html".'
        raise ArticleError(msg + _unread(row))
    if len(texts[column]) >= SINGLE_LIMIT:
        msg = f"Its text has more than {SINGLE_LIMIT / 1e6:,.0f} million characters."
        raise ArticleError(msg)
    if column == "html":
        return _from_html(name, texts[column])
    kind = "csv" if ".csv#" in name.lower() else "jsonl"
    return _Draft(name, "", normalise(texts[column]), kind)


def _article(draft: _Draft, known: Declared, key: bytes) -> Article:
    cleaned = clean(draft.body)
    if is_blank(cleaned.text):
        msg = "There is nothing to read in it" + (
            " but page furniture." if cleaned.removed else "."
        )
        raise ArticleError(msg)
    stated = known.metadata
    title = stated.title or draft.title
    text = _headed(title, cleaned.text)
    return Article(
        article_id=article_id(_identity(draft.name, known), key=key),
        outlet=stated.outlet,
        title=title,
        text=text,
        text_sha256=text_sha256(text),
        published=stated.published,
        url=stated.url,
        event=stated.event,
        duplicate_of="",
        language=stated.language,
        n_words=len(text.split()),
        source_file=draft.name,
        extractor=draft.extractor,
        removed="\n".join((*draft.removed, *cleaned.removed)),
    )


def _identity(name: str, known: Declared) -> str:
    if known.id:
        return f"id:{known.id}"
    return f"url:{known.metadata.url}" if known.metadata.url else f"file:{name}"


def _headed(title: str, body: str) -> str:
    """Put the headline before the body, once; labels that stand above it stay above it."""
    if not title:
        return body
    lines = body.split("\n")
    place = _headline_place(title, lines)
    if place is None:
        return f"{title}\n\n{body}"
    above = "\n".join(lines[:place]).strip("\n")
    below = "\n".join(lines[place + 1 :]).strip("\n")
    return "\n\n".join(part for part in (above, title, below) if part)


def _headline_place(title: str, lines: list[str]) -> int | None:
    filled = [place for place, line in enumerate(lines) if line][: _BEFORE_HEADLINE + 1]
    for place in filled:
        if _same(lines[place], title):
            return place
        short = len(lines[place].split()) <= _KICKER_WORDS
        if not short and not disclosing([lines[place]])[0]:
            return None
    return None


def _same(line: str, title: str) -> bool:
    return line.casefold().split() == title.casefold().split()
