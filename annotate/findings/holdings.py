"""What a dataset of the study would hold, what is left out of it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.dataset.plan import LONGEST_QUOTE, Choices
from annotate.dataset.public import public
from annotate.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd

    from annotate.schema import Schema
    from annotate.summary import Summary

__all__ = ["HeldFile", "Holdings", "KeptApart", "LeftOut", "holdings", "kept_apart"]

_TABLES = {
    "articles": "article: outlet, event, date, and the SHA-256 of its text",
    "visits": "annotator and article: submitted, skipped, draft, unseen or unassigned",
    "answers": "question shown in a submitted visit, and value chosen",
    "spans": "marked span: offsets into the text with that SHA-256",
}
_CONFIGURATIONS = {
    "annotations": "visit, with its answers and spans inside",
    "soft": "article, with the distribution of its votes",
    "consensus": "article, with one answer to each question and the consensus spans",
}
_CONFIGURED = {"annotations": "visits", "soft": "articles", "consensus": "articles"}
_DOCUMENTS = {
    "README.md": "the card below",
    "SHA256SUMS": "proves that no file was changed",
    "codebook.md": "what annotators were told",
    "label_config.xml": "the scheme",
    "summary.json": "every figure, for programs",
}


@dataclass(frozen=True)
class HeldFile:
    """A file of the dataset; one without rows and columns is a document.

    Parameters
    ----------
    name : str
        Its name; with both endings where the same table comes as CSV and as Parquet.
    rows : int or None
        How many rows or lines.
    columns : tuple of str
        What each row tells.
    says : str
        What one row is, or what the document is for.
    """

    name: str
    rows: int | None
    columns: tuple[str, ...]
    says: str


@dataclass(frozen=True)
class LeftOut:
    """Something that stays in the study, how much of it there is (None: uncounted), and why."""

    what: str
    times: int | None
    why: str


@dataclass(frozen=True)
class KeptApart:
    """Work of a round that does not count: submitted visits."""

    round: str
    submitted: int


@dataclass(frozen=True)
class Holdings:
    """What a dataset would hold.

    Parameters
    ----------
    files : tuple of HeldFile
        Tables first, then documents.
    left_out : tuple of LeftOut
        What stays in the study.
    with_text, with_notes : bool
        What was asked for.
    """

    files: tuple[HeldFile, ...]
    left_out: tuple[LeftOut, ...]
    with_text: bool
    with_notes: bool

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        return {file.name: file.rows for file in self.files if file.rows is not None}


def holdings(  # noqa: PLR0913 - a study, what is not counted in it, and what was asked for
    summary: Summary,
    articles: pd.DataFrame,
    tables: Tables,
    schema: Schema,
    apart: Sequence[KeptApart] = (),
    *,
    with_text: bool = False,
    with_notes: bool = False,
) -> Holdings:
    """Say what a dataset would hold, without writing it.

    Parameters
    ----------
    summary : Summary
        The findings.
    articles : DataFrame
        The study's articles.
    tables : Tables
        What counts of its tables.
    schema : Schema
        Its scheme.
    apart : sequence of KeptApart
        What was done in rounds that do not count.
    with_text, with_notes : bool
        Whether the articles' text and the annotators' notes are in it.
    """
    notes = _are_notes(tables, schema)
    rows = {
        "articles": len(articles),
        "visits": len(tables.visits),
        "answers": len(tables.answers) - (0 if with_notes else int(notes.sum())),
        "spans": len(tables.spans),
    }
    # The columns are those of an export of nothing, since one of all takes seconds.
    none = Tables(**{name: table.iloc[:0] for name, table in vars(tables).items()})
    given = public(
        articles.iloc[:0], none, schema, Choices(with_text=with_text, with_notes=with_notes)
    )
    held = [
        HeldFile(
            f"{name}.csv, .parquet", rows[name], tuple(map(str, getattr(given, name).columns)), says
        )
        for name, says in _TABLES.items()
    ]
    columns = tuple(summary.figures[0].to_json()) if summary.figures else ()
    held += [
        HeldFile("agreement.csv, .parquet", len(summary.figures), columns, "figure of agreement"),
        *(
            HeldFile(f"data/{name}/train.parquet", rows[_CONFIGURED[name]], (), says)
            for name, says in _CONFIGURATIONS.items()
        ),
        HeldFile("articles.jsonl", len(articles), (), "article, with all that was said of it"),
        *(HeldFile(name, None, (), says) for name, says in _DOCUMENTS.items()),
    ]
    left = [
        *([] if with_text else _texts(articles, tables)),
        *([] if with_notes else _notes(tables, notes)),
        *_work(summary, apart),
        *_persons(summary),
    ]
    return Holdings(tuple(held), tuple(left), with_text, with_notes)


def kept_apart(tables: Tables, rounds: Collection[str]) -> tuple[KeptApart, ...]:
    """Count the work of rounds that do not count.

    Parameters
    ----------
    tables : Tables
        All of the study's tables.
    rounds : collection of str
        The rounds of training and adjudication.
    """
    if not rounds:
        return ()
    visits = tables.visits
    done = visits[visits["round"].isin(list(rounds)) & (visits["status"] == "submitted")]
    return tuple(KeptApart(str(name), int(n)) for name, n in done.groupby("round").size().items())


def _texts(articles: pd.DataFrame, tables: Tables) -> list[LeftOut]:
    long = int((tables.spans["text"].str.len() > LONGEST_QUOTE).sum())
    why = "most may not be passed on without their publisher’s leave"
    left = [LeftOut("the articles’ texts", len(articles), why)] if len(articles) else []
    if long:
        too_long = f"a quote of more than {LONGEST_QUOTE} characters is text; offsets stay"
        left.append(LeftOut("the words of long spans", long, too_long))
    return left


def _are_notes(tables: Tables, schema: Schema) -> pd.Series:
    """Tell which answers are in the annotators' own words."""
    free = [question.name for question in schema.questions if question.kind == "text"]
    return tables.answers["question"].isin(free)


def _notes(tables: Tables, are_notes: pd.Series) -> list[LeftOut]:
    written = int((tables.answers["state"][are_notes] == "answered").sum())
    why = "they are in people’s own words and were written for the study"
    return [LeftOut("annotators’ notes", written, why)] if written else []


def _work(summary: Summary, apart: Sequence[KeptApart]) -> list[LeftOut]:
    aside = sum(fault.times for fault in summary.faults if not fault.kept)
    drafts = sum(person.draft for person in summary.progress)
    left = [
        LeftOut(
            f"work of the round “{each.round}”",
            each.submitted,
            "training and adjudication are not independent judgements",
        )
        for each in apart
    ]
    if drafts:
        left.append(
            LeftOut(
                "what drafts say", drafts, "it is not submitted, or kept apart; visits list them"
            )
        )
    if aside:
        left.append(
            LeftOut(
                "work set aside",
                aside,
                "replaced, hidden again or unreadable; see `annotate faults`",
            )
        )
    return left


def _persons(summary: Summary) -> list[LeftOut]:
    people, articles = summary.left
    left = [
        LeftOut("people’s names and addresses", None, "annotators appear under pseudonyms only"),
        LeftOut("times of day", None, "days are enough; times would tell who worked when"),
        LeftOut("Label Studio’s numbers and tokens", None, "they lead to the server and to people"),
    ]
    if people:
        left.append(LeftOut("annotators who left the study", people, "they asked for it"))
    if articles:
        left.append(LeftOut("articles that were withdrawn", articles, "they were taken out"))
    return left
