"""What a dataset of the study would hold, what is left out of it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.dataset.documents import About
from annotate.dataset.documents.contents import contents
from annotate.dataset.plan import LONGEST_QUOTE, Choices
from annotate.dataset.public import public
from annotate.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd

    from annotate.schema import Schema
    from annotate.summary import Summary

__all__ = ["HeldFile", "Holdings", "KeptApart", "LeftOut", "holdings", "kept_apart"]

#: What a row of a configuration is; a line of ``articles.jsonl`` is an article.
_CONFIGURED = {"annotations": "visits", "soft": "articles", "consensus": "articles"}


@dataclass(frozen=True)
class HeldFile:
    """A file of the dataset, or several of one kind.

    Parameters
    ----------
    name : str
        Its name; with both endings where the same table comes as CSV and as Parquet, and with a
        star where there are several.
    rows : int or None
        How many rows or lines; None if that is only known when votes have been counted, and of
        what is no table.
    columns : tuple of str
        What each row tells.
    says : str
        What one row is, or what the document is for.
    """

    name: str
    rows: int | None
    columns: tuple[str, ...]
    says: str

    @property
    def is_table(self) -> bool:
        """Whether it has rows."""
        return self.rows is not None or self.name.startswith(("tables/", "data/"))


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
        "agreement": len(summary.figures),
    }
    choices = Choices(with_text=with_text, with_notes=with_notes)
    columns = _columns(summary, articles, tables, schema, choices)
    about = About(choices=choices, plain_text=not schema.hypertext)
    held = [_held(patterns, says, rows, columns) for patterns, says in contents(about)]
    left = [
        *([] if with_text else _texts(articles, tables)),
        *([] if with_notes else _notes(tables, notes)),
        *_work(summary, apart),
        *_persons(summary),
    ]
    return Holdings(tuple(held), tuple(left), with_text, with_notes)


def _columns(
    summary: Summary,
    articles: pd.DataFrame,
    tables: Tables,
    schema: Schema,
    choices: Choices,
) -> dict[str, tuple[str, ...]]:
    """Give the columns of tables: those of an export of nothing, since one of all takes long."""
    none = Tables(**{name: table.iloc[:0] for name, table in vars(tables).items()})
    given = vars(public(articles.iloc[:0], none, schema, choices))
    found = {name: tuple(map(str, table.columns)) for name, table in given.items()}
    figures = tuple(summary.figures[0].to_json()) if summary.figures else ()
    return {**found, "articles": (*found["articles"], "split"), "agreement": figures}


def _held(
    patterns: tuple[str, ...],
    says: str,
    rows: Mapping[str, int],
    columns: Mapping[str, tuple[str, ...]],
) -> HeldFile:
    first = patterns[0]
    stem = first.rpartition("/")[2].removesuffix(".csv")
    if first.startswith("data/"):
        return HeldFile(first, rows[_CONFIGURED[first.split("/")[1]]], (), says)
    if len(patterns) > 1:
        return HeldFile(f"{first}, .parquet", rows.get(stem), columns.get(stem, ()), says)
    return HeldFile(first, rows["articles"] if first == "articles.jsonl" else None, (), says)


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
