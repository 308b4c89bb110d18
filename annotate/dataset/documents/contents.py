"""What each file of a dataset holds."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotate.dataset.plan import Choices

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
    "agreement": "figure: those of the table above and all others, with every count",
}
_DOCUMENTS = {
    "articles.jsonl": "article, with every annotator's answers and spans inside",
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


def contents(choices: Choices) -> list[tuple[tuple[str, ...], str]]:
    """Give the files by the patterns of their names, and what one row of them is.

    Parameters
    ----------
    choices : Choices
        What is let out: some formats need the articles' text.
    """
    text = "" if choices.with_text else ", without the text"
    rows: list[tuple[tuple[str, ...], str]] = [
        ((f"data/{name}/*.parquet",), says.split(",", 1)[0] + ": a configuration, see below")
        for name, says in CONFIGURATIONS.items()
    ]
    for name, says in _TABLES.items():
        rows.append(((f"{name}.csv", f"{name}.parquet"), says + (text * (name == "articles"))))
    return rows + [((name,), says) for name, says in _DOCUMENTS.items()]


def says_of(path: str, choices: Choices) -> str:
    """Say what a file holds; "" of one that nobody described."""
    for patterns, says in contents(choices):
        if any(fnmatchcase(path, pattern) for pattern in patterns):
            return says
    return ""
