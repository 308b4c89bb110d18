"""From the tables of a study to what votes: the rules of counting, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from annotate.reliability.evidence.answers import Answers, votes_on
from annotate.reliability.evidence.gathered import Asked, AskedOfSpans, Evidence, Marked
from annotate.reliability.evidence.marks import Marks
from annotate.reliability.evidence.ratings import Ratings
from annotate.reliability.evidence.turns import OUTCOMES, Turns, counts_of_marks
from annotate.reliability.evidence.voting import Voting, in_round, restrict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from annotate.reliability.evidence.answers import Votes
    from annotate.schema import Question, Schema
    from annotate.tables import Tables

__all__ = ["gather", "in_round", "restrict"]

_MISSING = OUTCOMES.index("missing")


def gather(
    tables: Tables,
    schema: Schema,
    texts: Mapping[str, str],
    *,
    outlets: Mapping[str, str] | None = None,
    events: Mapping[str, str] | None = None,
) -> Evidence:
    """Gather what votes.

    One annotator has one vote on an article: the latest submission on the first occasion.
    Values that the scheme lists as missing, or does not know, are no votes; neither is a choice
    left empty without a meaning. Visits with a span that could not be read are missing where
    spans are scored.

    Parameters
    ----------
    tables : Tables
        The tables of a study, or a part of them (see `restrict`).
    schema : Schema
        The scheme.
    texts : mapping of str to str
        The text of each article.
    outlets, events : mapping of str to str
        Of each article, where known.

    Raises
    ------
    TableError
        If a visit is to an article without a text.
    """
    voting = Voting.of(tables, texts)
    span, _ = pd.factorize(pd.concat([tables.spans["span_id"], tables.answers["span_id"]]))
    spans, mentioned = np.split(span, [len(tables.spans)])
    answers = Answers.of(
        tables.answers,
        voting.ids.get_indexer(pd.Index(tables.answers["visit_id"])),
        mentioned,
        [question.name for question in schema.questions],
    )
    votes = {
        question.name: votes_on(question, answers.about(place))
        for place, question in enumerate(schema.questions)
        if question.scored
    }
    marked, rows = _marked(tables.spans, schema, texts, voting)
    at = {group: spans[places] for group, places in rows.items()}
    return Evidence(
        articles=voting.articles,
        annotators=voting.annotators,
        asked=tuple(
            _asked(question, votes[question.name], voting)
            for question in schema.document_questions
            if question.scored
        ),
        marked=marked,
        asked_of_spans=tuple(
            _asked_of_spans(question, votes[question.name], at, voting)
            for question in schema.region_questions
            if question.scored
        ),
        outlets=outlets or {},
        events=events or {},
    )


def _asked(question: Question, votes: Votes, voting: Voting) -> Asked:
    # Of a submitted visit without a row the answer was there, but could not be read.
    unread = np.setdiff1d(np.arange(len(voting.ids)), votes.visit)
    outcome = np.concatenate([votes.outcome, np.full(len(unread), _MISSING)])
    turns = _with(voting.turns(np.concatenate([votes.visit, unread]), outcome), voting.away)
    return Asked(
        question=question,
        ratings=_ratings(votes.visit, votes.code, votes.values, voting),
        counts=turns.counts,
        sets=votes.sets,
        absence=_ratings(votes.visit, votes.absent, ("no", "yes"), voting)
        if question.absent
        else None,
        turns=turns,
        unclear=_ratings(votes.visit, np.where(votes.unclear, 0, -1), ("unclear",), voting),
    )


def _ratings(
    visit: NDArray[np.int64], code: NDArray[np.int64], values: tuple[str, ...], voting: Voting
) -> Ratings:
    voted = code >= 0
    return Ratings(
        unit=voting.article[visit[voted]],
        annotator=voting.annotator[visit[voted]],
        value=code[voted],
        article=np.arange(len(voting.articles)),
        articles=voting.articles,
        annotators=voting.annotators,
        values=values,
    )


def _asked_of_spans(
    question: Question, votes: Votes, at: Mapping[str, NDArray[np.int64]], voting: Voting
) -> AskedOfSpans:
    turns = voting.turns(votes.visit, votes.outcome)
    size = 1 + max([int(places.max(initial=0)) for places in [*at.values(), votes.span]])
    of_span = np.full((2, size), -1)
    of_span[:, votes.span] = votes.code, votes.absent
    return AskedOfSpans(
        question=question,
        values=votes.values,
        codes={group: of_span[0][places] for group, places in at.items()},
        counts=turns.counts,
        sets=votes.sets,
        absence={group: of_span[1][places] for group, places in at.items()}
        if question.absent
        else {},
        turns=turns,
    )


def _marked(
    spans: pd.DataFrame, schema: Schema, texts: Mapping[str, str], voting: Voting
) -> tuple[tuple[Marked, ...], dict[str, NDArray[np.int64]]]:
    """Give each group its marks, and the rows of the table that they stand in."""
    visit = voting.ids.get_indexer(pd.Index(spans["visit_id"])).astype(np.int64)
    heard = np.append(voting.readable, False)[visit]  # visits that do not vote are -1
    used, names = pd.factorize(spans["label"])
    group = spans["group"]
    length = np.array([len(texts[article]) for article in voting.articles], dtype=np.int64)
    marked, rows = [], {}
    for name in schema.groups:
        labels = tuple(label.value for label in schema.labels_of(name))
        label = pd.Index(labels, dtype="str").get_indexer(pd.Index(names))[used]
        places = np.flatnonzero(heard & (group == name).to_numpy(dtype=bool) & (label >= 0))
        once = _once(visit[places], label[places], spans.iloc[places])
        rows[name] = places[once]
        marks = Marks(
            saw_article=voting.article[voting.readable],
            saw_annotator=voting.annotator[voting.readable],
            article=voting.article[visit[rows[name]]],
            annotator=voting.annotator[visit[rows[name]]],
            label=label[rows[name]].astype(np.int64),
            start=spans["start"].to_numpy(dtype=np.int64)[rows[name]],
            end=spans["end"].to_numpy(dtype=np.int64)[rows[name]],
            length=length,
            articles=voting.articles,
            annotators=voting.annotators,
            labels=labels,
            span_ids=tuple(spans["span_id"].iloc[rows[name]].tolist()),
            texts=texts,
        )
        marked.append(_group(name, marks, voting))
    return tuple(marked), rows


def _once(
    visit: NDArray[np.int64], label: NDArray[np.int64], table: pd.DataFrame
) -> NDArray[np.int64]:
    """Sort spans by place, without those that one person marked twice in the same words.

    The editor lets one person do that; it is one judgement, the first one's.
    """
    start, end = table["start"].to_numpy(), table["end"].to_numpy()
    places = pd.DataFrame({"visit": visit, "start": start, "end": end, "label": label})
    kept = ~places.duplicated(keep=False).to_numpy()
    twice = places.assign(
        span_id=table["span_id"].to_numpy(dtype=object),
        length=table["span_id"].str.len().to_numpy(),  # "…/9" stands before "…/10"
    )[~kept]
    first = twice.sort_values(["length", "span_id"]).drop_duplicates(list(places)).index
    kept[first] = True
    order = np.lexsort((label, end, start, visit))
    return np.asarray(order[kept[order]], dtype=np.int64)


def _group(name: str, marks: Marks, voting: Voting) -> Marked:
    people = len(voting.annotators)
    visit = voting.article * people + voting.annotator
    marking = np.isin(visit, marks.article * people + marks.annotator)
    outcome = np.where(voting.readable, np.where(marking, 0, 1), _MISSING)
    turns = _with(voting.turns(np.arange(len(visit)), outcome), voting.away)
    counts, by_label = counts_of_marks(marks, turns.counts)
    title = f"{name.replace('_', ' ').capitalize()} spans"
    return Marked(name, title, marks, counts, by_label, turns)


def _with(turns: Turns, away: Turns) -> Turns:
    return Turns(
        np.concatenate([turns.article, away.article]),
        np.concatenate([turns.annotator, away.annotator]),
        np.concatenate([turns.outcome, away.outcome]),
    )
