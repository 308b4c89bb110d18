"""What adjudicators decided: read apart from the annotators' labels, never counted with them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from annotate.rounds import ADJUDICATION

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from annotate.schema import Schema
    from annotate.schema.versions import Past, Versions
    from annotate.study import Study
    from annotate.tables import Tables

__all__ = ["Settled", "adjudicated", "settled"]


@dataclass(frozen=True)
class Settled:
    """The adjudicated labels.

    Parameters
    ----------
    tables : Tables
        What was decided, one visit for each article and round that was adjudicated; only
        submitted ones, and only answers to questions that the adjudicator was asked.
    of : mapping of str to str
        By visit, the round whose labels were adjudicated.
    questions, groups : mapping of str to frozenset of str
        By visit, the questions and the groups of labels that the adjudicator was asked. Of these
        groups the spans of the visit are all there are, and none may be one too.
    """

    tables: Tables
    of: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)


def adjudicated(study: Study) -> Settled:
    """Read what adjudicators decided.

    Where several decided on an article of the same round, the latest decision stands.

    Raises
    ------
    StudyError, SnapshotError, ConfigError
        If the study cannot be read.
    """
    rounds = {each.name: each.of for each in study.rounds() if each.kind == ADJUDICATION}
    return settled(study.tables_of(rounds), rounds, study.versions())


def settled(tables: Tables, rounds: Mapping[str, str], versions: Versions) -> Settled:
    """Keep the decisions that stand.

    Parameters
    ----------
    tables : Tables
        Of rounds of adjudication.
    rounds : mapping of str to str
        What each of them adjudicates.
    versions : Versions
        The schemes.
    """
    visits = tables.visits[tables.visits["status"] == "submitted"]
    visits = visits.assign(of=visits["round"].map(rounds))
    visits = visits.sort_values("updated_at", kind="stable")
    visits = visits.drop_duplicates(["article_id", "of"], keep="last").sort_index()
    ids = list(visits["visit_id"])
    asked = {
        visit: _asked(version, versions)
        for visit, version in zip(ids, visits["schema_version"], strict=True)
    }
    kept = _only(tables, ids)
    pairs = zip(kept.answers["visit_id"], kept.answers["question"], strict=True)
    # An empty list would choose no columns instead of no rows.
    shown = np.array([question in asked[visit][0] for visit, question in pairs], dtype=np.bool_)
    return Settled(
        tables=replace(kept, answers=kept.answers[shown].reset_index(drop=True)),
        of=dict(zip(ids, visits["of"], strict=True)),
        questions={visit: questions for visit, (questions, _) in asked.items()},
        groups={visit: groups for visit, (_, groups) in asked.items()},
    )


def _only(tables: Tables, visits: Collection[str]) -> Tables:
    own = {
        name: getattr(tables, name)[lambda frame: frame["visit_id"].isin(list(visits))]
        for name in ("visits", "answers", "spans")
    }
    return replace(tables, **{name: part.reset_index(drop=True) for name, part in own.items()})


def _asked(version: str, versions: Versions) -> tuple[frozenset[str], frozenset[str]]:
    """Give the questions and groups of today that a scheme asked."""
    now, past = versions.current, versions.reading(version)
    own = versions.past.get(version, now)
    questions = {question.name for question in now.questions} - past.unasked - past.refused
    return frozenset(questions), frozenset(_groups(own, now, past))


def _groups(own: Schema, now: Schema, past: Past) -> Iterable[str]:
    """Name the groups of which every label could be marked."""
    there = {(label.control, label.value) for label in own.labels}
    # A label that has another name today was there under its old one.
    there |= {new for old, new in past.values.items() if new is not None and old in there}
    for group in now.groups:
        labels = now.labels_of(group)
        if all(
            (label.control, label.value) in there
            and label.value not in past.unmarkable
            and label.control not in past.refused
            for label in labels
        ):
            yield group
