"""What the pages show: read once per state of the study, then kept."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st
from show import note

from annotate.errors import AnnotateError
from annotate.report.running import STUDY_VARIABLE
from annotate.rounds import TRAINING
from annotate.study import Study
from annotate.workflow import feedback, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import pandas as pd

    from annotate.schema import Schema
    from annotate.summary import Summary
    from annotate.tables import Tables
    from annotate.training import Trainee

__all__ = [
    "Findings",
    "brief",
    "current",
    "has_training",
    "kept",
    "study_root",
    "trainees",
]

_HEADING = 42  # characters
# Characters that turn the reading direction: one in a headline must not turn the whole line.
_NO_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_Stamp = tuple[tuple[str, int], ...]
_Made = TypeVar("_Made")


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
        stamp = _stamp(study)
        opened = _opened(str(study.root), stamp)
        summed = _summary(str(study.root), stamp)
        return Findings(study, stamp, opened.schema, opened.articles, opened.tables, summed)
    except AnnotateError as error:
        note("bad", "This study cannot be shown", str(error))
        st.stop()


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
    name = f"{make.__module__}.{make.__qualname__}"
    made: _Made = _kept(
        str(findings.study.root), findings.stamp, name, arguments, _make=make, _findings=findings
    )
    return made


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
    return _trainees(str(findings.study.root), findings.stamp)


def brief(heading: str) -> str:
    """Give the beginning of a headline for a line of a list."""
    return shorten(heading[:200], _HEADING, placeholder="…").translate(_NO_TURNS)


def _stamp(study: Study) -> _Stamp:
    """Take the time of every file that a study keeps in its folder, and of its tables."""
    try:
        files = [(p.name, p.stat().st_mtime_ns) for p in study.root.iterdir() if p.is_file()]
    except OSError:  # a file went while we looked; the next look tells
        files = []
    return (("tables", int(study.tables_stamp * 1e9)), *sorted(files))


@st.cache_resource(max_entries=2, show_spinner=False)
def _opened(root: str, stamp: _Stamp) -> _Opened:  # noqa: ARG001 (the stamp is the cache's key)
    """Read the files; the frames are shared by all pages and never written to."""
    study = Study.open(Path(root))
    return _Opened(study.schema(), study.articles(), study.counted_tables())


@st.cache_resource(max_entries=2, show_spinner="Scoring agreement …")
def _summary(root: str, stamp: _Stamp) -> Summary:  # noqa: ARG001 (the cache's key)
    """Score once; the summary holds all the evidence, too much to copy for every page."""
    return summary(Study.open(Path(root)))


@st.cache_resource(max_entries=200, show_spinner="Looking …")
def _kept(
    root: str,  # noqa: ARG001 (the cache's key, like the next three)
    stamp: _Stamp,  # noqa: ARG001
    name: str,  # noqa: ARG001
    arguments: tuple[Hashable, ...],
    *,
    _make: Callable[..., Any],
    _findings: Findings,
) -> Any:  # noqa: ANN401 (whatever is made)
    return _make(_findings, *arguments)


@st.cache_resource(max_entries=2, show_spinner="Comparing with the reference …")
def _trainees(root: str, stamp: _Stamp) -> list[Trainee]:  # noqa: ARG001 (the cache's key)
    return feedback(Study.open(Path(root)))
