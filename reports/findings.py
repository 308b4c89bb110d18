"""What the pages show: read once per state of the study, then kept until the next state."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, TypeVar, cast

import streamlit as st
from show import note

from annotate.errors import AnnotateError
from annotate.findings.reading import read_article
from annotate.report.keeping import Keeper
from annotate.report.running import STUDY_VARIABLE
from annotate.rounds import TRAINING
from annotate.study import Study
from annotate.tables import Tables
from annotate.workflow import feedback, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import pandas as pd

    from annotate.findings.reading import Reading
    from annotate.schema import Schema
    from annotate.summary import Summary
    from annotate.training import Trainee

__all__ = [
    "Findings",
    "Listed",
    "brief",
    "current",
    "has_news",
    "has_training",
    "kept",
    "listed",
    "prepare",
    "reading_of",
    "study_root",
    "trainees",
]

_COMPARED = 300  # articles up to which the list tells how far agree: 3 ms each
_HEADING = 42  # characters
# Characters that turn the reading direction: one in a headline must not turn the whole line.
_NO_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_SHOWN = "stamp of what the page shows"
_Stamp = tuple[tuple[str, int], ...]
_Made = TypeVar("_Made")
# This module is loaded once for all pages and tabs; their scripts run again and again.
_KEEPER = Keeper()


@dataclass(frozen=True)
class Findings:
    """One state of one study.

    Parameters
    ----------
    study : Study
        The study.
    stamp : tuple
        What tells this state from the next.
    schema : Schema
        Its scheme.
    articles : DataFrame
        Its articles; never written to.
    tables : Tables
        What counts; never written to.
    summary : Summary
        Every figure.
    """

    study: Study
    stamp: _Stamp
    schema: Schema
    articles: pd.DataFrame
    tables: Tables
    summary: Summary


@dataclass(frozen=True)
class Listed:
    """An article as the list names it."""

    article_id: str
    says: str


@dataclass(frozen=True)
class _Opened:
    schema: Schema
    articles: pd.DataFrame
    tables: Tables


def study_root() -> Path:
    """Give the folder of the study that the report was started on."""
    return Path(os.environ.get(STUDY_VARIABLE, "."))


def current() -> Findings:
    """Give the findings, or show the sentence that says why there are none and stop the page."""
    try:
        study = Study.open(study_root())
        stamp = _begun(study)
        st.session_state[_SHOWN] = stamp
        if _KEEPER.holds(str(study.root), stamp, "summary"):
            return _found(study, stamp)
        with st.spinner("Scoring agreement …"):
            return _found(study, stamp)
    except AnnotateError as error:
        note("bad", "This study cannot be shown", str(error))
        st.stop()


def prepare(root: Path) -> Hashable:
    """Make what every page needs, so that nobody has to wait for it; give the study's state.

    Raises
    ------
    AnnotateError
        If the study cannot be read.
    """
    study = Study.open(root)
    stamp = _begun(study)
    _found(study, stamp)
    return stamp


def has_news() -> bool:
    """Tell whether there is anything to show that this tab does not show; if so, make it ready.

    The page stays as it is meanwhile.
    """
    shown = st.session_state.get(_SHOWN)
    if shown is None or shown == _stamp(Study(study_root())):
        return False
    try:
        return prepare(study_root()) != shown
    except AnnotateError:
        return True  # the page says why


def kept(make: Callable[..., _Made], findings: Findings, *arguments: Hashable) -> _Made:
    """Make something of the findings once for each state of the study; later give the same again.

    Parameters
    ----------
    make : callable
        A function of a module, called with the findings and the arguments. Its value is shared by
        everybody who looks at the report, and must not be changed.
    findings : Findings
        What it is made of.
    arguments : hashable
        What it is made for.
    """
    # Scripts of pages all call themselves __main__.
    name = make.__code__.co_filename, make.__qualname__, arguments
    return _kept(findings, name, lambda: make(findings, *arguments), "Looking …")


def reading_of(findings: Findings, article_id: str) -> Reading:
    """Lay one article out for reading."""
    return kept(_reading, findings, article_id)


def listed(findings: Findings) -> list[Listed]:
    """List the articles with what tells them apart."""
    return kept(_listed, findings)


def has_training(root: Path) -> bool:
    """Tell whether a study has a round of training; one that cannot be read has none."""
    try:
        return any(each.kind == TRAINING for each in Study(root).rounds())
    except AnnotateError:
        return False


def trainees(findings: Findings) -> list[Trainee]:
    """Give who is in training, with what they and the reference said."""
    if not has_training(findings.study.root):
        return []
    return kept(_trainees, findings)


def brief(heading: str) -> str:
    """Give the beginning of a headline for a line of a list."""
    return shorten(heading[:200], _HEADING, placeholder="…").translate(_NO_TURNS)


def _begun(study: Study) -> _Stamp:
    """Take the state of a study, with its tables built, and let go of what was made before.

    While another command is at work on it, the last state stays: half of the next is no figure.
    """
    root = str(study.root)
    known, stamp = _KEEPER.stamp(root), _stamp(study)
    if known == stamp or (known is not None and study.in_use):
        return cast("_Stamp", known)
    if not study.tables_are_current():
        study.tables()
        stamp = _stamp(study)
    _KEEPER.begin(root, stamp)
    return stamp


def _stamp(study: Study) -> _Stamp:
    """Take the time of every file that a study keeps in its folder, and of its tables."""
    try:
        files = [
            (path.name, path.stat().st_mtime_ns)
            for path in study.root.iterdir()
            if path.is_file() and not path.name.startswith(".")  # those are being written
        ]
    except OSError:  # a file went while we looked; the next look tells
        files = []
    return (("tables", int(study.tables_stamp * 1e9)), *sorted(files))


def _found(study: Study, stamp: _Stamp) -> Findings:
    root = str(study.root)
    opened = _KEEPER.get(root, stamp, "opened", lambda: _opened(study))
    summed = _KEEPER.get(root, stamp, "summary", lambda: summary(study))
    return Findings(study, stamp, opened.schema, opened.articles, opened.tables, summed)


def _opened(study: Study) -> _Opened:
    """Read the files; the frames are shared by all pages and never written to."""
    return _Opened(study.schema(), study.articles(), study.counted_tables())


def _kept(findings: Findings, name: Hashable, make: Callable[[], _Made], waiting: str) -> _Made:
    root = str(findings.study.root)
    if _KEEPER.holds(root, findings.stamp, name):
        return _KEEPER.get(root, findings.stamp, name, make)
    with st.spinner(waiting):
        return _KEEPER.get(root, findings.stamp, name, make)


def _trainees(findings: Findings) -> list[Trainee]:
    return feedback(findings.study)


def _reading(findings: Findings, article_id: str) -> Reading:
    rows = findings.articles[findings.articles["article_id"] == article_id]
    return read_article(rows.iloc[0], findings.tables, findings.schema)


def _listed(findings: Findings) -> list[Listed]:
    visits = findings.tables.visits
    submitted = visits[visits["status"] == "submitted"]["article_id"].value_counts().to_dict()
    compared = _agreed(findings) if len(findings.articles) <= _COMPARED else {}
    columns = (findings.articles[n].astype(str) for n in ("article_id", "title", "text", "outlet"))
    return [
        Listed(id_, _says(title or text, outlet, submitted.get(id_, 0), compared.get(id_)))
        for id_, title, text, outlet in zip(*columns, strict=True)
    ]


def _says(heading: str, outlet: str, submitted: int, agreed: tuple[int, int] | None) -> str:
    parts = [brief(heading), outlet]
    parts.append(f"{submitted} submitted" if submitted else "nothing submitted")
    if agreed is not None and agreed[1]:
        parts.append(f"{agreed[0]} of {agreed[1]} agree")
    return " · ".join(part for part in parts if part).translate(_NO_TURNS)


def _agreed(opened: Findings) -> dict[str, tuple[int, int]]:
    """Count, by article, the questions whose agree and those that can be compared."""
    names = ("visits", "answers", "spans", "faults")
    split = {n: dict(iter(getattr(opened.tables, n).groupby("article_id"))) for n in names}
    empty = Tables.empty()
    found = {}
    for _, row in opened.articles.iterrows():
        article = str(row["article_id"])
        own = Tables(**{n: split[n].get(article, getattr(empty, n)) for n in names})
        agreed = [a.agreed for a in read_article(row, own, opened.schema).answers]
        found[article] = (agreed.count(True), len(agreed) - agreed.count(None))
    return found
