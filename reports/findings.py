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
from annotate.report.keeping import Keeper
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
    "has_news",
    "has_training",
    "keep",
    "kept",
    "prepare",
    "show_anew",
    "study_root",
    "trainees",
]

_HEADING = 42  # characters
# Characters that turn the reading direction: one in a headline must not turn the whole line.
_NO_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_SHOWN = "stamp of what the page shows"
_LEDGER = "ledger.sqlite"  # written again and again while desks are filled
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
        st.session_state[_SHOWN] = _stamp(Study(study_root()))
        note("bad", "This study cannot be shown", str(error))
        st.stop()


def prepare(root: Path) -> Findings:
    """Make what every page needs, so that nobody has to wait for it.

    Raises
    ------
    AnnotateError
        If the study cannot be read.
    """
    study = Study.open(root)
    return _found(study, _begun(study))


def show_anew() -> None:
    """Say that the whole page is being run: whatever it is going to show is the newest there is."""
    st.session_state.pop(_SHOWN, None)


def has_news(make_ready: Callable[[Path], Findings] = prepare) -> bool:
    """Tell whether there is anything to show that this tab does not show; if so, make it ready.

    The page stays as it is meanwhile.
    """
    shown = st.session_state.get(_SHOWN)
    if shown is None or shown == _stamp(Study(study_root())):
        return False
    try:
        return bool(make_ready(study_root()).stamp != shown)
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
    if _KEEPER.holds(str(findings.study.root), findings.stamp, _name(make, arguments)):
        return keep(make, findings, *arguments)
    with st.spinner("Looking …"):
        return keep(make, findings, *arguments)


def keep(make: Callable[..., _Made], findings: Findings, *arguments: Hashable) -> _Made:
    """Do as `kept` does, where there is no page on which to say that it takes a moment."""
    root, name = str(findings.study.root), _name(make, arguments)
    return _KEEPER.get(root, findings.stamp, name, lambda: make(findings, *arguments))


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

    What a command has written by half is no state: until it is done the last one stays.
    """
    root = str(study.root)
    known, stamp = _KEEPER.stamp(root), _stamp(study)
    if known == stamp or (known is not None and study.in_use and _is_midway(study, known, stamp)):
        return cast("_Stamp", known)
    if not study.tables_are_current():
        study.tables()
        stamp = _stamp(study)
    _KEEPER.begin(root, stamp)
    return stamp


def _is_midway(study: Study, known: Hashable, stamp: _Stamp) -> bool:
    """Tell whether a command at work has written only part of what it is going to write."""
    changed = {name for name, _ in {*cast("_Stamp", known)} ^ {*stamp}}
    return changed == {_LEDGER} or not study.tables_are_current()


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


def _name(make: Callable[..., object], arguments: tuple[Hashable, ...]) -> Hashable:
    # Scripts of pages all call themselves __main__.
    return make.__code__.co_filename, make.__qualname__, arguments


def _trainees(findings: Findings) -> list[Trainee]:
    return feedback(findings.study)
