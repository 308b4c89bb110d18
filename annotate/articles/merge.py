"""New articles join the table; what has been pushed stays as it is."""

from __future__ import annotations

import difflib
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING

import pandas as pd

from annotate.articles.model import ARTICLE_COLUMNS, Article, Metadata, Refusal
from annotate.errors import ArticleError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

__all__ = ["Merge", "articles_frame", "edit_article", "find_article", "merge_articles"]

_EDITABLE = tuple(column.name for column in fields(Metadata))
_NEAR = 5


@dataclass(frozen=True)
class Merge:
    """The new table and what became of each incoming article.

    Parameters
    ----------
    frame : DataFrame
        The articles known before, in their order, then the added ones.
    added, unchanged, updated : list of str
        Ids: new; same text as before; another text than before.
    filled : list of str
        Those of `unchanged` whose empty metadata were filled.
    refused : list of Refusal
        What was not taken, and why.
    """

    frame: pd.DataFrame
    added: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    filled: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def articles_frame(articles: Iterable[Article]) -> pd.DataFrame:
    """Make the `articles` table: one row per article, columns `ARTICLE_COLUMNS`."""
    frame = pd.DataFrame([asdict(article) for article in articles], columns=list(ARTICLE_COLUMNS))
    return frame.astype(dict.fromkeys(ARTICLE_COLUMNS, "str") | {"n_words": "int64"})


def merge_articles(
    existing: pd.DataFrame, incoming: Iterable[Article], *, pushed: Collection[str]
) -> Merge:
    """Add articles to the table without touching what annotators may have seen.

    The same text under a known id changes nothing but empty metadata, which are filled. A new
    text replaces the old one unless it was pushed. Metadata that contradict known ones are
    refused: corrections go through `edit_article`.

    Parameters
    ----------
    existing : DataFrame
        The table so far; may be empty.
    incoming : iterable of Article
        What was read.
    pushed : collection of str
        Ids whose text was sent to annotators.
    """
    known = {article.article_id: article for article in _articles(existing)}
    merge = Merge(existing)
    for article in incoming:
        old = known.get(article.article_id)
        reason = "" if old is None else _objection(old, article, pushed)
        if reason:
            merge.refused.append(Refusal(article.source_file, reason))
            continue
        known[article.article_id] = _joined(old, article, merge)
    return replace(merge, frame=articles_frame(known.values()))


def edit_article(frame: pd.DataFrame, article: str, changes: Mapping[str, str]) -> pd.DataFrame:
    """Correct the metadata of one article; its text, and so its labels, stay as they are.

    The headline is part of the text that annotators see. Changing ``title`` changes what lists
    and tables call the article, never the headline in its text.

    Parameters
    ----------
    frame : DataFrame
        The articles.
    article : str
        An id, or a beginning that only one id has.
    changes : mapping of str to str
        New values of outlet, event, published, url, title or language; empty for "unknown".

    Returns
    -------
    DataFrame
        A new table.

    Raises
    ------
    ArticleError
        If there is no such article, the beginning fits several, a field cannot be changed, or
        the date is no ISO date.
    """
    frozen = [name for name in changes if name not in _EDITABLE]
    if frozen:
        msg = f'"{frozen[0]}" cannot be changed; what can be is {", ".join(_EDITABLE)}.'
        raise ArticleError(msg)
    values = {name: " ".join(value.split("\n")).strip() for name, value in changes.items()}
    Metadata(**values)
    found = find_article(frame["article_id"].tolist(), article)
    edited = frame.copy()
    for name, value in values.items():
        edited.loc[edited["article_id"] == found, name] = value
    return edited


def _articles(frame: pd.DataFrame) -> list[Article]:
    whole = frame.reindex(columns=list(ARTICLE_COLUMNS)).fillna({"n_words": 0}).fillna("")
    return [
        Article(**{**row, "n_words": int(row["n_words"])})
        for row in ({str(k): v for k, v in r.items()} for r in whole.to_dict("records"))
    ]


def _objection(old: Article, new: Article, pushed: Collection[str]) -> str:
    changed = old.text_sha256 != new.text_sha256
    if changed and new.article_id in pushed:
        return (
            f"Its text differs from that of {old.article_id}, which annotators have already "
            "been given and which is therefore frozen; give the new text an id of its own."
        )
    for name in _EDITABLE:
        before, after = getattr(old, name), getattr(new, name)
        # With a new text comes its headline.
        if before and after and before != after and not (changed and name == "title"):
            return (
                f'It says {name} "{after}", but {old.article_id} has "{before}"; '
                f"to correct that, use `annotate edit {old.article_id} --{name} …`."
            )
    return ""


def _joined(old: Article | None, new: Article, merge: Merge) -> Article:
    """Book an article and give the row it becomes."""
    if old is None:
        merge.added.append(new.article_id)
        return new
    empty = {name for name in _EDITABLE if not getattr(old, name) and getattr(new, name)}
    if old.text_sha256 == new.text_sha256:
        merge.unchanged.append(old.article_id)
        if empty:
            merge.filled.append(old.article_id)
        return replace(old, **{name: getattr(new, name) for name in empty})
    merge.updated.append(old.article_id)
    return replace(new, **{n: getattr(new, n) or getattr(old, n) for n in _EDITABLE})


def find_article(ids: list[str], wanted: str) -> str:
    """Find an article by its id, or by a beginning that only one id has.

    Raises
    ------
    ArticleError
        If there is none, or several.
    """
    fitting = [known for known in ids if wanted and known.startswith(wanted)]
    if wanted in ids:
        return wanted
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        msg = f'"{wanted}" is the beginning of several articles: {_listed(fitting)}. Write more.'
        raise ArticleError(msg)
    near = difflib.get_close_matches(wanted, ids, n=_NEAR, cutoff=0.5)
    hint = f"near it are {_listed(near)}" if near else "`annotate articles` lists them"
    msg = f'There is no article "{wanted}"; {hint}.'
    raise ArticleError(msg)


def _listed(ids: list[str]) -> str:
    more = len(ids) - _NEAR
    return ", ".join(ids[:_NEAR]) + (f" and {more} more" if more > 0 else "")
