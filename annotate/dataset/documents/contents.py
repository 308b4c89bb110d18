"""What each file of a dataset holds."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from annotate.dataset.formats.spacy import available

if TYPE_CHECKING:
    from collections.abc import Iterable

    from annotate.dataset.documents.about import About

__all__ = ["CONFIGURATIONS", "contents", "says_of"]

CONFIGURATIONS = {
    "annotations": "visit, with its answers and spans inside",
    "soft": "article, with the distribution of the votes on each question, what Dawid-Skene and "
    "MACE make of them, and how many of its readers marked each stretch",
    "consensus": "article, with one answer to each question and the consensus spans: stretches "
    "that more than half of its readers marked (plain), or would, weighed by their reliability "
    "(weighted)",
}
_TABLES = {
    "articles": "article; its outlet, event, date and the SHA-256 of its text",
    "visits": "annotator and article: submitted, skipped, draft, unseen or unassigned",
    "answers": "question shown in a submitted visit and value chosen; empty is a question that "
    "was shown and left empty",
    "spans": "marked span: code-point offsets, half-open, into the text with that SHA-256",
    "soft": "article, question and value, with its votes",
    "soft_spans": "article and stretch of text, with how many of its readers marked it",
    "consensus": "article and question, with one answer",
    "consensus_spans": "article and consensus span",
    "agreement": "figure of agreement: those of this card and all others, with every count",
}
#: Formats that need the articles' text.
_WITH_TEXT = {
    "label_studio/annotator_*.json": "article as one annotator saw it: a task that Label Studio "
    "imports, into a project for each annotator",
    "label_studio/consensus.json": "article: a task with the consensus",
    "label_studio/consensus-*.json": "article: a task with the consensus, continued",
    "spacy/*.spacy": "article: a document of spaCy, with a group of spans for each annotator and "
    "for the consensus",
    "spacy/loss.csv": "span that spaCy's tokens moved or dropped, and why",
    "spacy/summary.json": "how many spans spaCy's tokens moved or dropped",
    "conll/summary.json": "how many spans the tokens of CoNLL moved or dropped, and how many "
    "answers about spans have no place in it",
    "conll/loss.csv": "span that the tokens of CoNLL moved or dropped, and why",
    "conll/*.conll": "token, with its labels in BIO, spans that overlap in columns of their own",
}
_DOCUMENTS = {
    "articles.jsonl": "article, with all that was said of it inside",
    "label_config.xml": "the scheme",
    "codebook.md": "what annotators were told",
    "summary.json": "every figure, for programs",
    "README.md": "this card",
    "DATASHEET.md": "where the data come from, after Gebru et al. (2021)",
    "DATA_STATEMENT.md": "whose language it is, after Bender and Friedman (2018)",
    "croissant.json": "every file and column, for programs (Croissant 1.0)",
    "CITATION.cff": "how to cite it, for programs",
    "SHA256SUMS": "proves that no file was changed",
}
#: Only of many articles.
_SOMETIMES = frozenset({"label_studio/consensus-*.json"})
#: These are written after the card, which names them all the same.
_LATER = ("README.md", "DATASHEET.md", "DATA_STATEMENT.md", "croissant.json", "CITATION.cff")


def contents(about: About, files: Iterable[str] | None = None) -> list[tuple[tuple[str, ...], str]]:
    """Give the files by the patterns of their names, and what one row of them is.

    Parameters
    ----------
    about : About
        What is let out: some formats need the articles' text.
    files : iterable of str or None
        The names of the files that there are; nothing else is told of then.
    """
    text = "" if about.choices.with_text else ", without the text"
    rows: list[tuple[tuple[str, ...], str]] = [
        ((f"data/{name}/*.parquet",), says.split(",", 1)[0] + ": a configuration, see below")
        for name, says in CONFIGURATIONS.items()
    ]
    for name, says in _TABLES.items():
        both = (f"tables/{name}.csv", f"tables/{name}.parquet")
        rows.append((both, says + (text * (name == "articles"))))
    rows += [((name,), says) for name, says in _of_text(about)]
    rows += [((name,), says) for name, says in _DOCUMENTS.items()]
    if files is None:
        return [row for row in rows if _SOMETIMES.isdisjoint(row[0])]
    there = [*files, *_LATER, "SHA256SUMS"]
    return [row for row in rows if any(_is_of(name, row[0]) for name in there)]


def _of_text(about: About) -> list[tuple[str, str]]:
    if not about.choices.with_text:
        return []
    # Label Studio's tasks need a scheme that shows plain text.
    there = {"conll": True, "spacy": available(), "label_studio": about.plain_text}
    return [it for it in _WITH_TEXT.items() if there[it[0].split("/", 1)[0]]]


def _is_of(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def says_of(name: str, about: About) -> str:
    """Say what a file holds; "" of one that nobody described."""
    return next((says for patterns, says in contents(about, [name]) if _is_of(name, patterns)), "")
