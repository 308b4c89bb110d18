"""What adjudicators decided, in the form in which it stands in place of votes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from annotate.adjudication.settled import Settled

__all__ = ["Decided", "decided_of"]

_SPANS = ("article_id", "group", "label", "start", "end", "said")


@dataclass(frozen=True)
class Decided:
    """Decisions.

    Parameters
    ----------
    answers : mapping of (str, str) to tuple of str
        By article and question about it; an empty tuple where nothing was ticked.
    groups : mapping of str to collection of str
        By article, the groups of labels that were decided on.
    spans : DataFrame
        The adjudicators' spans, and in ``said`` the values of what they said of each, by question.
    """

    answers: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    groups: Mapping[str, Collection[str]] = field(default_factory=dict)
    spans: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(_SPANS)))

    def on(self, questions: Collection[str]) -> Decided:
        """Keep decisions on some questions about the article, and all on spans."""
        kept = {key: values for key, values in self.answers.items() if key[1] in questions}
        return replace(self, answers=kept)

    def of_articles(self, articles: Collection[str]) -> Decided:
        """Keep decisions on some articles."""
        names = frozenset(articles)
        return Decided(
            {key: values for key, values in self.answers.items() if key[0] in names},
            {name: groups for name, groups in self.groups.items() if name in names},
            self.spans[self.spans["article_id"].isin(list(names))],
        )


def decided_of(settled: Settled) -> Decided:
    """Read decisions by article; of several rounds, the latest decision stands.

    Parameters
    ----------
    settled : Settled
        The adjudicated labels. What was not shown to the adjudicator, or could not be read, is no
        decision.
    """
    visits = settled.tables.visits.sort_values("updated_at", kind="stable")
    article = dict(zip(visits["visit_id"], visits["article_id"], strict=True))
    by_visit: dict[str, dict[str, list[str]]] = {visit: defaultdict(list) for visit in article}
    rows = settled.tables.answers
    rows = rows[(rows["span_id"] == "") & (rows["state"] != "not_shown")]
    for visit, question, value in zip(
        rows["visit_id"], rows["question"], rows["value"], strict=True
    ):
        by_visit[visit][question] += [value] if value else []
    answers: dict[tuple[str, str], tuple[str, ...]] = {}
    decider: dict[tuple[str, str], str] = {}
    for visit, name in article.items():
        answers |= {(name, q): tuple(values) for q, values in by_visit[visit].items()}
        decider |= {(name, group): visit for group in settled.groups.get(visit, ())}
    groups: dict[str, set[str]] = defaultdict(set)
    for name, group in decider:
        groups[name].add(group)
    spans = settled.tables.spans
    stands = [
        decider.get((name, group)) == visit
        for name, group, visit in zip(
            spans["article_id"], spans["group"], spans["visit_id"], strict=True
        )
    ]
    kept = spans[np.array(stands, dtype=np.bool_)].reset_index(drop=True)
    about = _about_spans(settled.tables.answers)
    said = pd.Series([about.get(span, {}) for span in kept["span_id"]], dtype=object)
    return Decided(answers, dict(groups), kept.assign(said=said))


def _about_spans(answers: pd.DataFrame) -> dict[str, dict[str, tuple[str, ...]]]:
    """Give the values of what was said of each span, by question; none where it was left empty."""
    rows = answers[(answers["span_id"] != "") & (answers["state"] != "not_shown")]
    said: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for span, question, value in zip(rows["span_id"], rows["question"], rows["value"], strict=True):
        said[span][question] = (*said[span].get(question, ()), *([value] if value else []))
    return said
